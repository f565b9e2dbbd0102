package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What routers of Netgear write into their log, on the page of the router, in a mail
// or by syslog:
//
//	[DoS Attack: ACK Scan] from source: 203.0.113.5, port 443, Monday, November 23, 2026 10:00:00
//	[DoS attack: RST Scan] from source: 203.0.113.5:443, Monday, November 23,2026 10:00:00
//	[DoS attack: FIN Scan] (3) attack packets in last 20 sec from ip [203.0.113.5], Monday, Nov 23,2026 10:00:00
//	[LAN access from remote] from 203.0.113.5:40001 to 192.168.1.9:8080, Monday, November 23, 2026 10:00:00
//	[admin login failure] from source 192.168.1.7, Monday, November 23, 2026 10:00:00
//
// What it calls an attack is its guess: late answers of web servers are most of it. So
// it is kept as what the router says, of a low level, and neither protocol nor flags
// are taken from it. Where the port of the source is said, that of the destination is
// not.
var netgear = &Format{
	Name:  "netgear",
	Doc:   "Netgear router log",
	Spec:  "https://kb.netgear.com (router logs); the kernel sources that Netgear publishes",
	read:  readNetgear,
	marks: []string{"^[[DS", "^[[LAN", "^[[A", "^[[admin login"},
}

func readNetgear(l *line, ob *portlore.Observation) outcome {
	if len(l.message) < 20 || l.message[0] != '[' {
		return other
	}
	return l.netgear(ob)
}

func (l *line) netgear(ob *portlore.Observation) outcome {
	text := l.message
	end := bytes.IndexByte(text, ']')
	if end < 0 {
		return other
	}
	label, rest := text[1:end], text[end+1:]
	var result outcome
	switch name, kind, _ := bytes.Cut(label, []byte(": ")); string(name) {
	case "DoS Attack", "DoS attack", "DOS attack", "DOS Attack":
		result = l.netgearAttack(ob, kind, rest)
	case "LAN access from remote":
		result = l.netgearAccess(ob, rest)
	case "Admin login", "admin login":
		result = l.netgearLogin(ob, portlore.LoginAccepted, rest)
	case "Admin login failure", "admin login failure":
		result = l.netgearLogin(ob, portlore.LoginRefused, rest)
	}
	if result == other {
		return other
	}
	if l.quoted = l.byAnother() && string(l.program) != "kernel"; l.quoted {
		return other
	}
	if result == understood {
		l.netgearTime(rest, len(text)-len(rest))
	}
	return result
}

// netgearAttack reads who was called an attacker, and of what kind.
func (l *line) netgearAttack(ob *portlore.Observation, kind, rest []byte) outcome {
	text := l.message
	var source []byte
	if i := bytes.Index(rest, []byte("from ip [")); i >= 0 {
		source, _, _ = bytes.Cut(rest[i+len("from ip ["):], []byte("]"))
		if n, ok := numberBehind(rest[:i], " ("); ok && n > 0 {
			ob.Packets = n
		}
	} else if i := bytes.Index(rest, []byte("from source")); i >= 0 {
		source = bytes.TrimLeft(rest[i+len("from source"):], ": ")
		source, _, _ = bytes.Cut(source, []byte(","))
	} else {
		return other
	}
	src, _, ok := endpoint(source, ':')
	if !ok {
		return l.fails(fault{at: bytes.Index(text, source), field: "source", value: source, why: notAnAddress})
	}
	ob.Src = src
	message := rest
	if at, _ := netgearDay(rest); at >= 0 {
		message = bytes.TrimRight(rest[:at], ", ")
	}
	l.said = portlore.Said{Claim: portlore.Alert, Level: portlore.LevelLow, Sensor: "netgear", Rule: kind, Message: bytes.TrimSpace(message)}
	ob.Said = &l.said
	return understood
}

// netgearAccess reads a connection that the router let through to a machine inside,
// by a forwarded port.
func (l *line) netgearAccess(ob *portlore.Observation, rest []byte) outcome {
	from, rest, ok := bytes.Cut(bytes.TrimPrefix(rest, []byte(" from ")), []byte(" to "))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "to", why: isMissing})
	}
	at := len(l.message) - len(rest)
	to := bytes.TrimRight(wordAt(rest, 0), ",")
	var s, d int32
	if ob.Src, s, ok = endpoint(from, ':'); !ok {
		return l.fails(fault{at: at - len(" to ") - len(from), field: "source", value: from, why: notAnAddress})
	}
	if ob.Dst, d, ok = endpoint(to, ':'); !ok {
		return l.fails(fault{at: at, field: "destination", value: to, why: notAnAddress})
	}
	setPorts(ob, s, d)
	ob.Verdict, ob.Way = portlore.Accepted, portlore.Forward
	return understood
}

// netgearLogin reads a login at the router's own page.
func (l *line) netgearLogin(ob *portlore.Observation, claim portlore.Claim, rest []byte) outcome {
	rest, ok := bytes.CutPrefix(rest, []byte(" from source"))
	if !ok {
		return other
	}
	source, _, _ := bytes.Cut(bytes.TrimLeft(rest, ": "), []byte(","))
	if ob.Src, ok = addr.Parse(source); !ok {
		return l.fails(fault{at: len(l.message) - len(rest) + 1, field: "source", value: source, why: notAnAddress})
	}
	l.said = portlore.Said{Claim: claim, Sensor: "netgear"}
	ob.Said = &l.said
	return understood
}

// netgearDay is where "Monday, November 23, 2026 10:00:00" stands, and the month in
// it; minus one: there is none.
func netgearDay(b []byte) (at, month int) {
	const mark = "day, "
	i := bytes.Index(b, []byte(mark))
	if i < 0 || i+len(mark)+3 > len(b) || monthOf(b[i+len(mark):]) == 0 {
		return -1, 0
	}
	return bytes.LastIndexByte(b[:i], ' ') + 1, i + len(mark)
}

// netgearTime reads "Monday, November 23, 2026 10:00:00" or "Monday, Nov 23,2026
// 10:00:00" at the end of a line. Where there is none, that of syslog counts.
func (l *line) netgearTime(rest []byte, at int) {
	day, p := netgearDay(rest)
	if day < 0 {
		return
	}
	month := rest[p : p+3]
	p = skipBlanks(rest, p+len(wordAt(rest, p)))
	number := digits(rest[p:])
	tail := bytes.TrimLeft(rest[p+len(number):], ", ")
	room := l.scratch()
	b := append(append((*room)[:0], month...), ' ')
	if len(number) == 1 {
		b = append(b, ' ')
	}
	*room = append(append(append(b, number...), ' '), tail...)
	l.timeOf(*room, at+day)
}
