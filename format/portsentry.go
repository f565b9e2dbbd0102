package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// PortSentry says who touched a port that it watches, in the words of versions 1
// and 2, and whom it shut out. The name of a host, which its owner chooses, stands
// before the address.
//
//	Nov 23 15:02:16 gw portsentry[812]: attackalert: TCP SYN/Normal scan from host: host.example/203.0.113.5 to TCP port: 23
//	2026-11-23T15:02:16.123+0000 Scan from: [203.0.113.5] (host.example) protocol: [TCP] port: [23] type: [TCP SYN/Normal scan] IP opts: [not set] ignored: [false] …
//	1795446136 - 11/23/2026 15:02:16 Host: host.example/203.0.113.5 Port: 23 TCP Blocked
//
// The last is its history of those that it shut out.
var portsentry = &Format{
	Name:  "portsentry",
	Doc:   "PortSentry 1 and 2: log and history",
	Spec:  "https://github.com/portsentry/portsentry (src/sentry.c, src/portsentry_io.c)",
	read:  readPortsentry,
	marks: []string{"portsentry", "attackalert", " Scan from: [", " -  Host:  Port: "},
}

func readPortsentry(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	switch string(program) {
	case "attackalert": // to standard output, without its name
		return l.attackAlert(text, ob)
	case "portsentry":
		if words, ok := bytes.CutPrefix(text, []byte("attackalert: ")); ok {
			return l.attackAlert(words, ob)
		}
		if bytes.HasPrefix(text, []byte("Scan from: [")) {
			return l.scanFrom(text, ob)
		}
		return other
	}
	switch rest := l.own(); {
	case bytes.HasPrefix(rest, []byte(" Scan from: [")):
		l.message, l.column = l.text, 1
		return l.scanFrom(rest, ob)
	case bytes.HasPrefix(rest, []byte(" - ")) && bytes.Contains(rest, []byte(" Host: ")) && bytes.Contains(rest, []byte(" Port: ")):
		l.message, l.column = l.text, 1
		return l.shutOut(rest, ob)
	}
	return other
}

// attackAlert reads the words of version 1.
func (l *line) attackAlert(text []byte, ob *portlore.Observation) outcome {
	if rest, ok := bytes.CutPrefix(text, []byte("Host ")); ok {
		host, _, _ := bytes.Cut(rest, []byte(" has been blocked "))
		if ob.Src, ok = addr.Parse(host); !ok {
			return other
		}
		l.claim(ob, portlore.Ban, portlore.LevelUnsaid, "portsentry", nil, nil)
		return understood
	}
	kind, rest, ok := bytes.Cut(text, []byte(" from host: "))
	if !ok {
		return other
	}
	to := bytes.LastIndex(rest, []byte(" to TCP port: "))
	proto := portlore.TCP
	if to < 0 {
		if to, proto = bytes.LastIndex(rest, []byte(" to UDP port: ")), portlore.UDP; to < 0 {
			return other
		}
	}
	host := rest[bytes.LastIndexByte(rest[:to], '/')+1 : to]
	word := rest[to+len(" to TCP port: "):]
	if bytes.HasSuffix(word, []byte(" has IP options set (detection avoidance technique).")) {
		return other // the packet itself has a line of its own
	}
	if ob.Src, ok = addr.Parse(host); !ok {
		return l.fails(fault{at: offsetIn(l.message, host), field: "host", value: host, why: notAnAddress})
	}
	return l.touched(ob, proto, word, kind)
}

// touched finishes an alert about a port.
func (l *line) touched(ob *portlore.Observation, proto portlore.Proto, word, kind []byte) outcome {
	port, ok := uintOf(word, 65535)
	if !ok {
		return l.fails(fault{at: offsetIn(l.message, word), field: "port", value: word, why: outOfRange})
	}
	l.claim(ob, portlore.Alert, portlore.LevelUnsaid, "portsentry", nil, kind)
	serves(ob, proto, -1, uint16(port))
	switch string(kind) { // as ReportPacketType has it
	case "TCP SYN/Normal scan":
		ob.Flags, ob.Has = portlore.SYN, ob.Has|portlore.HasFlags
	case "TCP FIN scan":
		ob.Flags, ob.Has = portlore.FIN, ob.Has|portlore.HasFlags
	case "TCP NULL scan":
		ob.Flags, ob.Has = 0, ob.Has|portlore.HasFlags
	case "TCP XMAS scan":
		ob.Flags, ob.Has = portlore.FIN|portlore.PSH|portlore.URG, ob.Has|portlore.HasFlags
	}
	return understood
}

// scanFrom reads the words of version 2. The name of the host stands between
// parentheses, which no name has.
func (l *line) scanFrom(text []byte, ob *portlore.Observation) outcome {
	host, rest := between(text, "Scan from: [", "] (")
	proto, rest := between(rest, ") protocol: [", "] port: [")
	port, rest, ok := bytes.Cut(rest, []byte("] type: ["))
	kind, rest, whole := bytes.Cut(rest, []byte("] IP opts: ["))
	if host == nil || proto == nil || !ok || !whole {
		return l.fails(fault{at: len(l.message), field: "type", why: isMissing})
	}
	if ignored, _ := between(rest, "ignored: [", "]"); string(ignored) == "true" { // somebody whom its owner trusts
		return other
	}
	if ob.Src, ok = addr.Parse(host); !ok {
		return l.fails(fault{at: offsetIn(l.message, host), field: "host", value: host, why: notAnAddress})
	}
	p := portlore.TCP
	if string(proto) == "UDP" {
		p = portlore.UDP
	}
	return l.touched(ob, p, port, kind)
}

// shutOut reads a line of the history.
func (l *line) shutOut(text []byte, ob *portlore.Observation) outcome {
	i := bytes.LastIndex(text, []byte(" Port: "))
	host, words := text[:i], text[i+len(" Port: "):]
	host = host[bytes.LastIndexByte(host, '/')+1:]
	number := digits(words)
	port, ok := uintOf(number, 65535)
	if !ok {
		return l.fails(fault{at: offsetIn(l.message, words), field: "Port", value: wordAt(words, 0), why: outOfRange})
	}
	proto := portlore.TCP
	switch string(words[len(number):]) {
	case " TCP Blocked":
	case " UDP Blocked":
		proto = portlore.UDP
	default:
		return other
	}
	if ob.Src, ok = addr.Parse(host); !ok {
		return l.fails(fault{at: offsetIn(l.message, host), field: "Host", value: host, why: notAnAddress})
	}
	l.claim(ob, portlore.Ban, portlore.LevelUnsaid, "portsentry", nil, nil)
	serves(ob, proto, -1, uint16(port))
	return understood
}
