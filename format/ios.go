package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
)

// What access lists of Cisco IOS, IOS XE and NX-OS log (Cisco IOS Security
// Configuration Guide, "ACL Syslog Correlation"): the first packet of a flow at
// once, then counts every five minutes. Lists look at single packets, so that
// answers are denied too.
//
//	%SEC-6-IPACCESSLOGP: list outside_in denied tcp 198.51.100.9(40001) -> 203.0.113.10(22), 1 packet
//	%SEC-6-IPACCESSLOGDP: list 101 denied icmp 198.51.100.9 -> 203.0.113.10 (8/0), 4 packets
//	%SEC-6-IPACCESSLOGNP: list 101 denied 47 198.51.100.9 -> 203.0.113.10, 1 packet
//	%IPV6_ACL-6-ACCESSLOGP: list in6/10 denied tcp 2001:db8:1::9(40001) -> 2001:db8::10(22), 1 packet
//
// What its intrusion prevention says is read in ios_ips.go.
var ios = &Format{
	Name:  "ios",
	Doc:   "Cisco IOS access lists and intrusion prevention",
	Spec:  "https://www.cisco.com/c/en/us/support/docs/security/ios-firewall (ACL Syslog Correlation); messages SEC-6-IPACCESSLOG*, IPS-4-SIGNATURE",
	read:  readIOS,
	marks: []string{"%IPS-4-SIGNATURE: Sig:", "%ACCESSLOG: list "},
}

func readIOS(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if i := bytes.Index(text, []byte(signatureMark)); i >= 0 {
		return l.signature(ob, i)
	}
	at := bytes.Index(text, []byte("ACCESSLOG"))
	if at < 1 || bytes.IndexByte(text[:at], '%') < 0 {
		return other
	}
	start := bytes.Index(text[at:], []byte(": list "))
	if start < 0 {
		return other
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	w := words{text: text, p: at + start + len(": list ")}
	w.next()
	switch action := w.next(); string(action) {
	case "denied":
		ob.Verdict = portlore.Blocked
	case "permitted":
		ob.Verdict = portlore.Accepted
	default:
		return l.fails(fault{at: w.at(action), field: "action", value: action, why: isImpossible})
	}
	name := w.next()
	var ok bool
	if ob.Proto, ok = protoOf(name); !ok {
		return l.fails(fault{at: w.at(name), field: "protocol", value: name, why: notAProtocol})
	}
	ob.Has = portlore.HasProto
	src, from := w.end()
	if string(from) == "->" || from == nil {
		return l.fails(fault{at: w.at(from), field: "source", why: isMissing})
	}
	s, ok := listedEnd(from, &ob.Src)
	if !ok {
		return l.fails(fault{at: src, field: "source", value: from, why: notAnAddress})
	}
	for word := w.next(); string(word) != "->"; word = w.next() { // "(FastEthernet0/0 0000.5e00.5301)": the interface
		if word == nil {
			return l.fails(fault{at: len(text), field: "->", why: isMissing})
		}
	}
	dst, to := w.end()
	d, ok := listedEnd(to, &ob.Dst)
	if !ok {
		return l.fails(fault{at: dst, field: "destination", value: to, why: notAnAddress})
	}
	setPorts(ob, s, d)
	w.counted(ob)
	return understood
}

// end is the next word without the comma behind it, and where it stands.
func (w *words) end() (at int, word []byte) {
	word = w.next()
	return w.at(word), bytes.TrimSuffix(word, []byte(","))
}

// listedEnd reads "198.51.100.9(40001)".
func listedEnd(b []byte, to *netip.Addr) (port int32, ok bool) {
	port = -1
	if i := bytes.IndexByte(b, '('); i >= 0 {
		n, ok := uintOf(digits(b[i+1:]), 65535)
		if !ok || b[len(b)-1] != ')' {
			return 0, false
		}
		b, port = b[:i], int32(n)
	}
	*to, _, ok = endpoint(b, '/')
	return port, ok
}

// counted reads what stands behind the ends: "(8/0)" of ICMP, and how many
// packets.
func (w *words) counted(ob *portlore.Observation) {
	var last []byte
	for word := w.next(); word != nil; word = w.next() {
		switch {
		case bytes.HasPrefix(word, []byte("(")) && (ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6):
			kind, code, _ := bytes.Cut(bytes.Trim(word, "(),"), []byte("/"))
			t, ok := uintOf(kind, 255)
			if n, fine := uintOf(code, 255); ok && fine {
				ob.ICMPType, ob.ICMPCode = uint8(t), uint8(n)
				ob.Has |= portlore.HasICMP
			}
		case bytes.HasPrefix(word, []byte("packet")):
			if n, ok := uintOf(last, 1<<32-1); ok {
				ob.Packets = n
			}
		}
		last = word
	}
}
