package probe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// dns is asked for its version, and answers that or refuses; the question comes
// back in either case.
var (
	dns    = Probe{Service: "dns", Ports: []uint16{53, 853}, Programs: dnsPrograms, Ask: string([]byte{0, byte(len(dnsQuestion))}) + dnsQuestion, TLS: true, Sends: "version.bind, class CHAOS", Proof: "a response that repeats the question, with our id", Spec: "RFC 1035, RFC 4892", Read: readDNS(2)}
	dnsUDP = Probe{Service: "dns", Transport: "udp", Ports: []uint16{53}, Programs: dnsPrograms, Ask: dnsQuestion, Sends: dns.Sends, Proof: dns.Proof, Spec: dns.Spec, Read: readDNS(0)}
)

var dnsPrograms = []string{"named", "unbound", "dnsmasq", "pdns_server", "knotd", "systemd-resolve"}

const dnsQuestion = "pl\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04bind\x00\x00\x10\x00\x03"

func readDNS(prefix int) func([]byte) (portlore.DoorService, bool) {
	return func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < prefix+12 || prefix == 2 && be16(said) > len(said)-2 {
			return s, false
		}
		m := said[prefix:]
		if string(m[:2]) != "pl" || m[2]&0xf8 != 0x80 || be16(m[4:]) > 1 {
			return s, false
		}
		if be16(m[4:]) == 0 { // some refuse without the question
			return s, len(m) == 12 && m[3]&15 != 0
		}
		if !bytes.HasPrefix(bytes.ToLower(m[12:]), []byte(dnsQuestion[12:])) {
			return s, false
		}
		answer := m[12+len(dnsQuestion)-12:]
		if be16(m[6:]) > 0 && len(answer) > 13 {
			_, text, _ := bytes.Cut(answer, []byte("\x00\x10\x00\x03"))
			if len(text) > 7 && int(text[6]) <= len(text)-7 {
				s.Product, s.Version = dnsProduct(string(text[7 : 7+int(text[6])]))
			}
		}
		return s, true
	}
}

// dnsProduct knows servers by how they write their version: BIND by the figure
// alone.
func dnsProduct(text string) (name, v string) {
	for _, p := range []string{"dnsmasq-", "unbound ", "NSD ", "Knot DNS ", "PowerDNS Recursor ", "PowerDNS Authoritative Server "} {
		if rest, ok := strings.CutPrefix(text, p); ok {
			return strings.TrimRight(p, "- "), word([]byte(rest))
		}
	}
	if bind().MatchString(text) {
		return "BIND", word([]byte(text))
	}
	return "", ""
}

var bind = pattern.New(`^9\.\d+\.\d+`)

// ntp answers a client by its own time of sending, which nobody else knows.
var ntp = Probe{
	Service: "ntp", Transport: "udp", Ports: []uint16{123}, Programs: []string{"chronyd", "ntpd"},
	Ask:   "\x23\x00\x06\x20" + strings.Repeat("\x00", 36) + "portlore",
	Sends: "a client's request, version 4", Proof: "the answer of a server that repeats our time", Spec: "RFC 5905, 7.3",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 48 && said[0]&7 == 4 && string(said[24:32]) == "portlore"
	},
}

// snmp is asked by the community that everybody knows; and by version 3 who it is,
// which it tells to everybody.
var snmp = Probe{
	Service: "snmp", Transport: "udp", Ports: []uint16{161}, Programs: []string{"snmpd"},
	Ask:   ber(0x30, ber(0x02, "\x01")+ber(0x04, "public")+ber(0xa0, ber(0x02, "plor")+ber(0x02, "\x00")+ber(0x02, "\x00")+ber(0x30, ber(0x30, ber(0x06, "\x2b\x06\x01\x02\x01\x01\x01\x00")+ber(0x05, ""))))),
	Sends: "GET of sysDescr, version 2c, community public", Proof: "the response with our id", Spec: "RFC 3416",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		body, _, ok := berIn(said, 0x30)
		if !ok || !bytes.HasPrefix(body, []byte("\x02\x01")) || len(body) < 3 || body[2] > 1 || !bytes.Contains(body, []byte("\x02\x04plor")) || bytes.IndexByte(body, 0xa2) < 0 {
			return s, false
		}
		_, text, _ := bytes.Cut(body, []byte("\x2b\x06\x01\x02\x01\x01\x01\x00"))
		if text, _, ok := berIn(text, 0x04); ok {
			s.Product, s.Version = sysDescr(string(text))
		}
		return s, true
	},
}

// sysDescr is how devices describe themselves; only the commonest say a version in
// one way.
func sysDescr(text string) (name, v string) {
	switch {
	case strings.HasPrefix(text, "Linux "):
		if f := strings.Fields(text); len(f) > 2 {
			return "Linux", word([]byte(f[2]))
		}
	case strings.HasPrefix(text, "Cisco "):
		v, _, _ := strings.Cut(after([]byte(text), "Version "), ",")
		return "Cisco", v
	case strings.HasPrefix(text, "RouterOS "):
		return "RouterOS", ""
	}
	return "", ""
}

var snmp3 = Probe{
	Service: "snmp", Transport: "udp", Ports: []uint16{161},
	Ask: ber(0x30, ber(0x02, "\x03")+ber(0x30, ber(0x02, "plor")+ber(0x02, "\x00\xff\xe3")+ber(0x04, "\x04")+ber(0x02, "\x03"))+
		ber(0x04, ber(0x30, ber(0x04, "")+ber(0x02, "\x00")+ber(0x02, "\x00")+ber(0x04, "")+ber(0x04, "")+ber(0x04, "")))+
		ber(0x30, ber(0x04, "")+ber(0x04, "")+ber(0xa0, ber(0x02, "plor")+ber(0x02, "\x00")+ber(0x02, "\x00")+ber(0x30, "")))),
	Sends: "version 3: who are you (engine discovery)", Proof: "a report with our id", Spec: "RFC 3414, 4",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		body, _, ok := berIn(said, 0x30)
		return s, ok && bytes.HasPrefix(body, []byte("\x02\x01\x03")) && bytes.Contains(body, []byte("\x02\x04plor")) && bytes.IndexByte(body, 0xa8) > 0
	},
}

// tftp is asked for a file of a name that no file has.
var tftp = Probe{
	Service: "tftp", Transport: "udp", Ports: []uint16{69}, Programs: []string{"tftpd", "dnsmasq"},
	Ask:   "\x00\x01portlore-asks-what-is-here\x00octet\x00",
	Sends: "a read request for a file that does not exist", Proof: "an error of TFTP", Spec: "RFC 1350, 5",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 5 && be16(said) == 5 && be16(said[2:]) <= 8 && said[len(said)-1] == 0 && isText(said[4:len(said)-1])
	},
}

func isText(b []byte) bool {
	return bytes.IndexFunc(b, func(r rune) bool { return r < ' ' && r != '\t' || r == 0xfffd || r == 0x7f }) < 0
}

// stun tells us our own address.
var stun = Probe{
	Service: "stun", Ports: []uint16{3478, 5349}, Programs: []string{"turnserver"}, TLS: true,
	Ask: stunBinding, Sends: "Binding request", Proof: "the response with the cookie and our id", Spec: "RFC 8489",
	Read: readSTUN,
}

var stunUDP = Probe{
	Service: "stun", Transport: "udp", Ports: []uint16{3478, 3479}, Programs: []string{"turnserver"},
	Ask: stunBinding, Sends: stun.Sends, Proof: stun.Proof, Spec: stun.Spec,
	Read: readSTUN,
}

const stunBinding = "\x00\x01\x00\x00\x21\x12\xa4\x42portloreasks"

func readSTUN(said []byte) (s portlore.DoorService, ok bool) {
	if len(said) < 20 || be16(said) != 0x0101 && be16(said) != 0x0111 || be16(said[2:]) > len(said)-20 || string(said[4:20]) != stunBinding[4:] {
		return s, false
	}
	for rest := said[20:]; len(rest) >= 4; {
		n := be16(rest[2:])
		if n > len(rest)-4 {
			break
		}
		if be16(rest) == 0x8022 { // SOFTWARE
			s.Product, s.Version = product(word(rest[4:4+n]), "-")
		}
		rest = rest[min(len(rest), 4+(n+3)&^3):]
	}
	return s, true
}

// coap is pinged: an empty message is answered by a reset with its number.
var coap = Probe{
	Service: "coap", Transport: "udp", Ports: []uint16{5683},
	Ask:   "\x44\x01plport\xbb.well-known\x04core",
	Sends: "GET /.well-known/core", Proof: "the acknowledgement with our id and token, or a reset with our id", Spec: "RFC 7252",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) == 4 && said[0] == 0x70 && said[1] == 0 {
			return s, string(said[2:4]) == "pl"
		}
		return s, len(said) >= 8 && said[0]&0xcf == 0x44 && said[0]&0x30 != 0 && said[1]>>5 >= 2 && said[1]>>5 <= 5 && (string(said[4:8]) == "port") && (said[0]&0x30 != 0x20 || string(said[2:4]) == "pl")
	},
}

// openvpn answers a reset by its own, and repeats the id of our session. With a
// key for the handshake (tls-auth) it is silent to strangers.
var (
	openvpnUDP = openVPN("udp")
	openvpn    = openVPN("")
)

func openVPN(transport string) Probe {
	const session = "portlore"
	reset := "\x38" + session + "\x00\x00\x00\x00\x00"
	prefix := 0
	if transport == "" {
		prefix = 2
		reset = string([]byte{0, byte(len(reset))}) + reset
	}
	return Probe{
		Service: "openvpn", Transport: transport, Ports: []uint16{1194}, Programs: []string{"openvpn"},
		Ask: reset, Sends: "P_CONTROL_HARD_RESET_CLIENT_V2", Proof: "the reset of a server, with the id of our session", Spec: "OpenVPN, wire protocol (draft)",
		Read: func(said []byte) (s portlore.DoorService, ok bool) {
			if len(said) < prefix+22 || prefix == 2 && be16(said) > len(said)-2 {
				return s, false
			}
			m := said[prefix:]
			return s, m[0]>>3 == 8 && m[9] == 1 && string(m[14:22]) == session
		},
	}
}

// ike is offered a key exchange by version 2, and one of version 1; it says at
// least that it wants another.
var ike2 = Probe{
	Service: "ike", Transport: "udp", Ports: []uint16{500}, Programs: []string{"charon", "pluto"},
	Ask: ikeInit(), Sends: "IKE_SA_INIT", Proof: "a response with our SPI", Spec: "RFC 7296, 1.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 28 && string(said[:8]) == "portlore" && said[17] == 0x20 && said[18] == 34 && said[19]&0x20 != 0 && int(be32(said[24:])) == len(said)
	},
}

func ikeInit() string {
	transform := func(last byte, kind, id byte, attribute string) string {
		return string([]byte{last, 0, 0, byte(8 + len(attribute)), kind, 0, 0, id}) + attribute
	}
	transforms := transform(3, 1, 12, "\x80\x0e\x01\x00") + transform(3, 2, 5, "") + transform(3, 3, 12, "") + transform(0, 4, 14, "")
	proposal := string([]byte{0, 0, 0, byte(8 + len(transforms)), 1, 1, 0, 4}) + transforms
	payload := func(next byte, body string) string {
		return string([]byte{next, 0}) + string(binary.BigEndian.AppendUint16(nil, uint16(4+len(body)))) + body
	}
	body := payload(34, proposal) + payload(40, "\x00\x0e\x00\x00"+strings.Repeat("portlore", 32)) + payload(0, strings.Repeat("portlore", 4))
	head := "portlore" + strings.Repeat("\x00", 8) + "\x21\x20\x22\x08" + "\x00\x00\x00\x00"
	return head + string(binary.BigEndian.AppendUint32(nil, uint32(28+len(body)))) + body
}

var ike1 = Probe{
	Service: "ike", Transport: "udp", Ports: []uint16{500}, Programs: []string{"charon", "pluto"},
	Ask: "portlor1" + strings.Repeat("\x00", 8) + "\x01\x10\x02\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x54" +
		"\x00\x00\x00\x38\x00\x00\x00\x01\x00\x00\x00\x01" + "\x00\x00\x00\x2c\x01\x01\x00\x01" +
		"\x00\x00\x00\x24\x01\x01\x00\x00\x80\x01\x00\x05\x80\x02\x00\x02\x80\x03\x00\x01\x80\x04\x00\x02\x80\x0b\x00\x01\x00\x0c\x00\x04\x00\x00\x70\x80",
	Sends: "Main Mode, version 1", Proof: "a response with our cookie", Spec: "RFC 2408",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 28 && string(said[:8]) == "portlor1" && said[17] == 0x10 && int(be32(said[24:])) == len(said)
	},
}

// l2tp opens a tunnel under a number that comes back, whatever it says.
var l2tp = Probe{
	Service: "l2tp", Transport: "udp", Ports: []uint16{1701}, Programs: []string{"xl2tpd"},
	Ask:   l2tpStart(),
	Sends: "Start-Control-Connection-Request", Proof: "an answer to the number of our tunnel", Spec: "RFC 2661, 6.1",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 12 && be16(said)&0xcb0f == 0xc802 && be16(said[2:]) == len(said) && string(said[4:6]) == "pl"
	},
}

func l2tpStart() string {
	avp := func(kind byte, value string) string {
		return string([]byte{0x80, byte(6 + len(value)), 0, 0, 0, kind}) + value
	}
	body := avp(0, "\x00\x01") + avp(2, "\x01\x00") + avp(3, "\x00\x00\x00\x03") + avp(7, "portlore") + avp(9, "pl") + avp(10, "\x00\x04")
	return "\xc8\x02" + string([]byte{0, byte(12 + len(body))}) + "\x00\x00\x00\x00\x00\x00\x00\x00" + body
}

// ssdp describes what of UPnP a device has.
var ssdp = Probe{
	Service: "ssdp", Transport: "udp", Ports: []uint16{1900}, Programs: []string{"minidlnad", "minissdpd"},
	Ask:   "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n",
	Proof: "HTTP/1.1 200, with ST and USN", Spec: "UPnP Device Architecture 2.0, 1.3.3",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = serverOf(said)
		return s, header(said, "USN") != "" && header(said, "ST") != ""
	},
}

// mdns answers a question of one host too.
var mdns = Probe{
	Service: "mdns", Transport: "udp", Ports: []uint16{5353}, Programs: []string{"avahi-daemon"},
	Ask:   "pm\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x09_services\x07_dns-sd\x04_udp\x05local\x00\x00\x0c\x00\x01",
	Sends: "which services there are (_services._dns-sd._udp.local)", Proof: "a response with our id that names _dns-sd", Spec: "RFC 6762, 6.7; RFC 6763, 9",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) > 12 && string(said[:2]) == "pm" && said[2]&0xfc == 0x84 && said[3]&15 == 0 && be16(said[6:]) > 0 && bytes.Contains(said[12:], []byte("\x07_dns-sd\x04_udp\x05local"))
	},
}

// ipmi is asked how one may log in to it.
var ipmi = Probe{
	Service: "ipmi", Transport: "udp", Ports: []uint16{623},
	Ask:   "\x06\x00\xff\x07" + "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09" + "\x20\x18\xc8\x81\x00\x38\x8e\x04\xb5",
	Sends: "Get Channel Authentication Capabilities", Proof: "the response to it", Spec: "IPMI 2.0, 13.6, 22.13",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 24 && bytes.HasPrefix(said, []byte("\x06\x00\xff\x07")) && said[14] == 0x81 && said[15] == 0x1c && said[19] == 0x38
	},
}

// natPMP tells a host its outer address.
var natPMP = Probe{
	Service: "nat-pmp", Transport: "udp", Ports: []uint16{5351}, Ask: "\x00\x00", Home: true,
	Sends: "what is the outer address", Proof: "the answer to that, 12 bytes, or 8 with an error", Spec: "RFC 6886, 3.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) == 12 && be16(said) == 0x80 && be16(said[2:]) == 0 || len(said) == 8 && be16(said) == 0x80 && be16(said[2:]) > 0 && be16(said[2:]) <= 5
	},
}

// rip tells all routes that it knows.
var rip = Probe{
	Service: "rip", Transport: "udp", Ports: []uint16{520},
	Ask:   "\x01\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10",
	Sends: "a request for the whole table", Proof: "a response of routes, each of 20 bytes", Spec: "RFC 2453",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 24 && (len(said)-4)%20 == 0 && said[0] == 2 && (said[1] == 1 || said[1] == 2) && be16(said[2:]) == 0 && (be16(said[4:]) == 2 || be16(said[4:]) == 0xffff)
	},
}

// memcachedUDP answers behind a frame of its own.
var memcachedUDP = Probe{
	Service: "memcached", Transport: "udp", Ports: []uint16{11211}, Programs: []string{"memcached"},
	Ask:   "pl\x00\x00\x00\x01\x00\x00version\r\n",
	Sends: "version, in a frame", Proof: "the frame with our id, then VERSION", Spec: "memcached, protocol.txt",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "memcached", after(said, "VERSION ")
		return s, len(said) > 16 && string(said[:2]) == "pl" && string(said[8:16]) == "VERSION "
	},
}

// slp knows which services there are.
var slp = Probe{
	Service: "slp", Transport: "udp", Ports: []uint16{427},
	Ask:   "\x02\x01\x00\x00\x36\x00\x00\x00\x00\x00pl\x00\x02en" + "\x00\x00" + "\x00\x15service:service-agent" + "\x00\x07default" + "\x00\x00" + "\x00\x00",
	Sends: "a request for service agents", Proof: "a reply of version 2 with our id", Spec: "RFC 2608",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 16 && said[0] == 2 && (said[1] == 2 || said[1] == 11) && be16(said[3:]) == len(said) && string(said[10:12]) == "pl"
	},
}

// quake3 and what grew out of it tell who plays.
var quake3 = Probe{
	Service: "quake3", Transport: "udp", Ports: []uint16{27960, 27961, 27962}, Ask: "\xff\xff\xff\xffgetstatus portlore\n", Home: true,
	Proof: "statusResponse and our word", Sends: "getstatus", Spec: "ioquake3, sv_main.c",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		v, _, _ := strings.Cut(after(said, `\version\`), `\`)
		s.Product = v
		return s, bytes.HasPrefix(said, []byte("\xff\xff\xff\xffstatusResponse\n"))
	},
}

// steam is how game servers of Valve tell who plays; they may first want a number
// back.
var steam = Probe{
	Service: "steam", Transport: "udp", Ports: []uint16{27015, 27016}, Ask: "\xff\xff\xff\xffTSource Engine Query\x00",
	Sends: "A2S_INFO", Proof: "the answer to it, or the number", Spec: "Valve, server queries",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, bytes.HasPrefix(said, []byte("\xff\xff\xff\xffA")) && len(said) == 9 || bytes.HasPrefix(said, []byte("\xff\xff\xff\xffI")) && len(said) > 20
	},
}

// dht is how BitTorrent finds others; a ping comes back with our id.
var dht = Probe{
	Service: "bittorrent", Transport: "udp", Ports: []uint16{6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889, 51413},
	Ask:   "d1:ad2:id20:portloreasksyouthis!e1:q4:ping1:t2:pl1:y1:qe",
	Proof: "a response with our id", Spec: "BEP 5",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, bytes.HasPrefix(said, []byte("d")) && bytes.Contains(said, []byte("1:t2:pl")) && (bytes.Contains(said, []byte("1:y1:r")) || bytes.Contains(said, []byte("1:y1:e")))
	},
}

// chargenUDP and its kin answer any datagram: they have to be told from those whose
// question it was.
var (
	echoUDP    = small(echo, 7, echo.Ask)
	chargenUDP = small(chargen, 19, "\r\n")
	daytimeUDP = small(daytime, 13, "\r\n")
	timeUDP    = small(timeOfDay, 37, "\r\n")
)

func small(p Probe, port uint16, ask string) Probe {
	p.Transport, p.Ports, p.Ask = "udp", []uint16{port}, ask
	p.Home = true
	if ask != echo.Ask {
		p.Sends = "an empty line"
	}
	return p
}

// dotted is a version in bytes.
func dotted(b []byte) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint([]byte(b)), "[]"), " ", ".")
}
