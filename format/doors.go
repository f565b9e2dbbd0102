package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// Doors come from two sides. A host lists its own sockets: that one listens is
// certain, who can reach it is not. A scan saw from somewhere else what answered:
// that somebody can reach it is certain, what it is often is not.

// A socketEnd is one end of a socket as tools of hosts write it.
type socketEnd struct {
	host netip.Addr
	any  bool   // every address: "*", or nothing
	zone []byte // the interface it is bound to, empty: none
	port int32  // -1: every port
}

// readEnd reads "0.0.0.0:22", "[::]:22", ":::22", "*:22", "127.0.0.53%lo:53" and
// "[fe80::1]%eth0:546"; where sep is '.', "*.22", "127.0.0.1.631" and
// "fe80::1%lo0.123" of the BSDs. A port may have a name.
func readEnd(b []byte, sep byte) (e socketEnd, bad fault) {
	i := bytes.LastIndexByte(b, sep)
	if i < 0 {
		return e, fault{field: "address", value: b, why: notAnAddress}
	}
	host, port := b[:i], b[i+1:]
	switch n, ok := uintOf(port, 65535); {
	case string(port) == "*":
		e.port = -1
	case ok:
		e.port = int32(n)
	case isNumber(port):
		return e, fault{at: i + 1, field: "port", value: port, why: outOfRange}
	default:
		if e.port = namedPort(port); e.port < 0 {
			return e, fault{at: i + 1, field: "port", value: port, why: unknownName}
		}
	}
	if z := bytes.IndexByte(host, '%'); z >= 0 {
		e.zone = bytes.TrimSuffix(host[z+1:], []byte("]"))
		host = host[:z]
	}
	if len(host) > 0 && host[0] == '[' {
		host = bytes.TrimSuffix(host[1:], []byte("]"))
	}
	if e.any = len(host) == 0 || string(host) == "*"; e.any {
		return e, fault{}
	}
	var ok bool
	if e.host, ok = addr.Parse(host); !ok || len(e.zone) > 32 {
		return e, fault{field: "address", value: b[:i], why: notAnAddress}
	}
	return e, fault{}
}

const unknownName = "a name that is not known here: let the tool print numbers (-n)"

// String is the address as it stands in a Door.
func (e *socketEnd) String() string {
	s := "*"
	if !e.any {
		s = e.host.String()
	}
	if len(e.zone) > 0 {
		s += "%" + string(e.zone)
	}
	return s
}

// reach is what an address alone says of who can come to it. More than that
// depends on firewalls, and on who forwards what to a private address.
func (e *socketEnd) reach() string {
	switch {
	case !e.any && e.host.IsLoopback() || string(e.zone) == "lo" || string(e.zone) == "lo0":
		return "loopback"
	case !e.any && (e.host.IsLinkLocalUnicast() || e.host.IsLinkLocalMulticast()):
		return "lan"
	}
	return ""
}

// listens adds a socket that waits for others.
func (l *line) listens(proto string, e *socketEnd, p portlore.DoorProcess) outcome {
	l.doors = append(l.doors, portlore.Door{
		Address: e.String(), Proto: proto, Port: uint16(e.port), State: "open", Reach: e.reach(), Process: p,
	})
	return opened
}

// scanned adds what a scan says of a port.
func (l *line) scanned(a netip.Addr, proto string, port uint16, state string, s portlore.DoorService) outcome {
	e := socketEnd{host: a, port: int32(port)}
	d := portlore.Door{Proto: proto, Port: port, State: state, Service: s, Answered: true}
	if a.IsValid() {
		// Whoever asks a machine on itself learns nothing of who else can.
		if d.Address = a.String(); !a.IsLoopback() {
			d.Reach = e.reach()
		}
	}
	if s.Proof == "" {
		d.Service.Proof = "none"
	}
	l.doors = append(l.doors, d)
	return opened
}

// halfOpen is a connection that a peer began and has not completed: it sent a
// SYN, and the host that lists its sockets has answered it.
func halfOpen(ob *portlore.Observation, local, peer *socketEnd) outcome {
	if local.any || peer.any || local.port < 0 || peer.port < 0 {
		return other
	}
	ob.Src, ob.Dst, ob.Proto, ob.Flags, ob.Way, ob.Answered = peer.host, local.host, portlore.TCP, portlore.SYN, portlore.In, true
	ob.Has = portlore.HasProto | portlore.HasFlags
	setPorts(ob, peer.port, local.port)
	return understood
}

// pidOf reads a process id; zero: it is none.
func pidOf(b []byte) int {
	n, _ := uintOf(b, 1<<31-1)
	return int(n)
}

// nextWord is the next word from p on, between blanks and tabs, and where it
// begins. Past the end it is empty.
func nextWord(b []byte, p int) (word []byte, at int) {
	for p < len(b) && (b[p] == ' ' || b[p] == '\t') {
		p++
	}
	end := p
	for end < len(b) && b[end] != ' ' && b[end] != '\t' {
		end++
	}
	return b[p:end:end], p
}

// wordsOf takes the first words of a line, at most as many as there is room for.
func wordsOf(b []byte, into []word) (n int) {
	for p := 0; n < len(into); n++ {
		w, at := nextWord(b, p)
		if len(w) == 0 {
			break
		}
		into[n] = word{w, at}
		p = at + len(w)
	}
	return n
}

type word struct {
	text []byte
	at   int
}

// socketProto is the transport of "tcp", "tcp4", "tcp6", "tcp46", "udplite6" and
// so on; empty: it has no ports that listen.
func socketProto(b []byte) string {
	switch string(b) {
	case "tcp", "tcp4", "tcp6", "tcp46", "TCP", "TCPv6", "mptcp":
		return "tcp"
	case "udp", "udp4", "udp6", "udp46", "UDP", "UDPv6":
		return "udp"
	case "sctp", "sctp4", "sctp6", "SCTP":
		return "sctp"
	case "dccp", "dccp6":
		return "dccp"
	}
	return ""
}

// namedPort is the port of a name that tools print unless told not to; -1: it is
// not one of the usual. The names are those of /etc/services.
func namedPort(b []byte) int32 {
	switch string(b) {
	case "ftp":
		return 21
	case "ssh":
		return 22
	case "telnet":
		return 23
	case "smtp", "mail":
		return 25
	case "domain":
		return 53
	case "bootps":
		return 67
	case "bootpc":
		return 68
	case "tftp":
		return 69
	case "finger":
		return 79
	case "http", "www":
		return 80
	case "kerberos":
		return 88
	case "pop3":
		return 110
	case "sunrpc", "rpcbind", "portmap", "portmapper":
		return 111
	case "auth", "ident":
		return 113
	case "nntp":
		return 119
	case "ntp":
		return 123
	case "epmap", "loc-srv":
		return 135
	case "netbios-ns":
		return 137
	case "netbios-dgm":
		return 138
	case "netbios-ssn":
		return 139
	case "imap", "imap2":
		return 143
	case "snmp":
		return 161
	case "snmp-trap", "snmptrap":
		return 162
	case "xdmcp":
		return 177
	case "bgp":
		return 179
	case "smux":
		return 199
	case "ldap":
		return 389
	case "https":
		return 443
	case "microsoft-ds":
		return 445
	case "submissions", "ssmtp", "smtps", "urd":
		return 465
	case "isakmp":
		return 500
	case "login":
		return 513
	case "syslog", "shell":
		return 514
	case "printer":
		return 515
	case "dhcpv6-client":
		return 546
	case "dhcpv6-server":
		return 547
	case "rtsp":
		return 554
	case "submission":
		return 587
	case "ipp", "cups":
		return 631
	case "ldaps":
		return 636
	case "domain-s":
		return 853
	case "rsync":
		return 873
	case "imaps":
		return 993
	case "pop3s":
		return 995
	case "socks":
		return 1080
	case "openvpn":
		return 1194
	case "ms-sql-s":
		return 1433
	case "ms-sql-m":
		return 1434
	case "radius":
		return 1812
	case "radius-acct":
		return 1813
	case "ssdp", "upnp":
		return 1900
	case "nfs":
		return 2049
	case "iscsi-target":
		return 3260
	case "mysql":
		return 3306
	case "ms-wbt-server":
		return 3389
	case "svn":
		return 3690
	case "ipsec-nat-t":
		return 4500
	case "sip":
		return 5060
	case "sip-tls":
		return 5061
	case "mdns", "zeroconf":
		return 5353
	case "llmnr", "hostmon":
		return 5355
	case "postgresql", "postgres":
		return 5432
	case "amqp":
		return 5672
	case "x11":
		return 6000
	case "redis":
		return 6379
	case "ircd":
		return 6667
	case "http-alt", "webcache":
		return 8080
	case "git":
		return 9418
	case "webmin":
		return 10000
	case "zabbix-agent":
		return 10050
	case "zabbix-trapper":
		return 10051
	}
	return -1
}

// text is a short text of a Door: a copy, cut where nobody's name is as long.
func text(b []byte) string {
	const longest = 256
	return string(b[:min(longest, len(b))])
}
