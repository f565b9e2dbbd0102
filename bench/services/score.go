//go:build linux

package main

import (
	"slices"
	"strings"
)

// An answer is what a scanner says of one endpoint.
type answer struct {
	service string // that the endpoint has shown to be; empty: nothing, or by its number alone
	tls     bool
	product string
	checks  []string // ids of what is wrong, as the scanner says
	heard   string   // what it heard, where it says so
}

// An outcome is how well a name fits the truth.
type outcome int

const (
	unknown outcome = iota // no name, or one by the number alone
	right
	wrong
)

// same are the names that are as right as that of the table, for every scanner:
// other words for the same, and HTTP for what is spoken over HTTP. A name of the
// table is right for itself, and that of the product for what is its own.
var same = map[string][]string{
	"amqp":                {"amqps"},
	"bittorrent":          {"bittorrent-peer"},
	"clamd":               {"clam"},
	"cvs":                 {"cvspserver"},
	"distccd":             {"distcc"},
	"dns":                 {"domain", "domain-s"},
	"docker-registry":     {"http", "registry"},
	"etcd":                {"http"},
	"ftp":                 {"ftps", "ftp-alt"},
	"ganglia":             {"gmond"},
	"gpsd":                {"gpsd-ng"},
	"http":                {"https", "http-alt", "https-alt", "upnp"},
	"http-proxy":          {"http", "squid", "squid-http", "privoxy", "proxy"},
	"ident":               {"auth"},
	"ike":                 {"isakmp"},
	"imap":                {"imaps"},
	"influxdb":            {"http"},
	"ipp":                 {"http", "cups"},
	"irc":                 {"ircs"},
	"kerberos":            {"kerberos-sec"},
	"kerberos-adm":        {"kadmin", "rpc"},
	"kpasswd":             {"kpasswd5"},
	"ldap":                {"ldaps"},
	"lpd":                 {"printer"},
	"memcached":           {"memcache"},
	"mountd":              {"rpc.mountd"},
	"mqtt":                {"mqtt-tls", "secure-mqtt", "mosquitto"},
	"mumble":              {"murmur"},
	"netbios":             {"netbios-ns"},
	"nut":                 {"ups"},
	"pop3":                {"pop3s"},
	"prometheus":          {"http"},
	"prometheus-exporter": {"http", "prometheus", "node-exporter"},
	"radius":              {"radius-acct"},
	"rabbitmq-admin":      {"http"},
	"rdp":                 {"ms-wbt-server", "rdp-alt"},
	"sane":                {"sane-port", "saned"},
	"shell":               {"bindshell", "ingreslock"},
	"sip":                 {"sip-proxy", "sip-alt"},
	"smb":                 {"microsoft-ds", "netbios-ssn"},
	"smtp":                {"smtps", "submission", "submissions"},
	"socks":               {"socks5", "socks4", "socks-proxy", "tor-socks"},
	"ssh":                 {"ssh-alt"},
	"sslh":                {"ssh", "http", "https"}, // whoever waits gets ssh, whoever speaks gets the web
	"stun":                {"turn"},
	"svn":                 {"svnserve"},
	"telnet":              {"telnets"},
	"tor-orport":          {"tor"},
	"vnc":                 {"rfb"},
	"xmpp-client":         {"xmpp", "jabber"},
	"xmpp-server":         {"xmpp", "jabber"},
}

// secret are names that say by themselves that it is inside TLS.
var secret = []string{
	"amqps", "domain-s", "ftps", "https", "imaps", "ircs", "ldaps", "mqtt-tls", "pop3s", "secure-mqtt", "smtps", "submissions", "telnets", "tor-orport",
}

// is splits what an endpoint is from how TLS comes into it.
func (e endpoint) is() (service, tls string) {
	service, tls, _ = strings.Cut(e.service, "+")
	return service, tls
}

// name judges the name that was given to an endpoint. Who takes plain text for
// encrypted, or the other way, is wrong too.
func (e endpoint) name(a answer) outcome {
	service, sealed := e.is()
	given, _, _ := strings.Cut(strings.ToLower(a.service), " ") // nmap: "mosquitto version 2.0.11"
	if given == "tls" || given == "ssl" {
		given, a.tls = "", true
	}
	inTLS := a.tls || slices.Contains(secret, given)
	switch {
	case sealed == "" && inTLS:
		return wrong
	case service == "" && given == "" && (sealed == "" || inTLS):
		return right // all that there is to know
	case given == "":
		return unknown
	case given != service && !slices.Contains(same[service], given) && given != strings.ToLower(e.product):
		return wrong
	case sealed == "tls" && !inTLS:
		return wrong
	}
	return right
}

// A score adds up the answers of one scanner to the endpoints of one transport.
type score struct {
	names            [3]int // by outcome
	products, ofProd int    // named, of those that have a name
	found, ofChecks  int
	invented         int
}

// A mistake is one answer that is not as it should be.
type mistake struct {
	endpoint
	answer
	outcome          outcome
	missed, invented []string
}

func (s *score) add(e endpoint, a answer) (m mistake, ok bool) {
	m = mistake{endpoint: e, answer: a, outcome: e.name(a)}
	s.names[m.outcome]++
	if e.product != "" {
		s.ofProd++
		if e.named(a) {
			s.products++
		}
	}
	must := strings.Fields(e.checks)
	for _, id := range must {
		if !slices.Contains(a.checks, id) {
			m.missed = append(m.missed, id)
		}
	}
	for _, id := range a.checks {
		if !slices.Contains(must, id) && !slices.Contains(strings.Fields(e.may), id) && !slices.Contains(m.invented, id) {
			m.invented = append(m.invented, id)
		}
	}
	s.ofChecks += len(must)
	s.found += len(must) - len(m.missed)
	s.invented += len(m.invented)
	return m, m.outcome == right && len(m.missed)+len(m.invented) == 0
}

// named says that an answer names the product.
func (e endpoint) named(a answer) bool {
	return slices.ContainsFunc(strings.Split(e.product, "|"), func(p string) bool {
		return strings.Contains(strings.ToLower(a.product), strings.ToLower(p))
	})
}

// marks adds up the answers to all endpoints of one transport; an endpoint that a
// scanner says nothing of has an empty answer. Who does not ask what is wrong with a
// service has missed nothing.
func marks(all []endpoint, proto string, by scan) (s score, bad []mistake) {
	for _, e := range all {
		if e.proto != proto {
			continue
		}
		if !by.asks {
			e.checks = ""
		}
		if m, ok := s.add(e, by.said[e.key()]); !ok {
			bad = append(bad, m)
		}
	}
	return s, bad
}
