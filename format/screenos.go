package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The log of ScreenOS, the system of NetScreen and SSG firewalls (ScreenOS Message
// Log Reference Guide): of traffic, pairs of key and value for a session that ended
// or was refused; of what its own sensors noticed, a sentence.
//
//	Nov 23 15:02:16 gate NetScreen device_id=gate  [Root]system-notification-00257(traffic): start_time="2026-11-23 15:02:16" duration=0 policy_id=5 service=ssh proto=6 src zone=Untrust dst zone=Trust action=Deny sent=0 rcvd=40 src=198.51.100.9 dst=203.0.113.10 src_port=40001 dst_port=22
//	Nov 23 15:02:16 gate gate: NetScreen device_id=gate  [Root]system-alert-00016: Port scan! From 198.51.100.9:40001 to 203.0.113.10:22, proto TCP (zone Untrust, int ethernet0/0). Occurred 1 times. (2026-11-23 15:02:16)
//
// Messages of other kinds are about the firewall itself.
var screenos = &Format{
	Name:  "screenos",
	Doc:   "NetScreen and SSG firewalls (ScreenOS): traffic and attack alarms",
	Spec:  "ScreenOS Message Log Reference Guide 6.3 (Traffic, notification 00257; Attacks)",
	read:  readScreenOS,
	marks: []string{"NetScreen device_id="},
}

func readScreenOS(l *line, ob *portlore.Observation) outcome {
	start, ok := l.opensWith("NetScreen device_id=")
	if !ok {
		return other
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	const system = "]system-" // of a virtual system, as a rule
	i := bytes.Index(l.message[start:], []byte(system))
	if i < 0 {
		if i = bytes.Index(l.message[start:], []byte(" system-")); i < 0 {
			return other
		}
	}
	level, after, ok := bytes.Cut(l.message[start+i+len(system):], []byte(": "))
	if !ok {
		return other
	}
	at := len(l.message) - len(after)
	if bytes.HasSuffix(level, []byte("(traffic)")) {
		return l.screenTraffic(ob, at)
	}
	return l.screenAlarm(ob, at, level)
}

func (l *line) screenTraffic(ob *portlore.Observation, at int) outcome {
	p := pairs{text: l.message, p: at}
	r := l.build(ob)
	back := false
	for p.next() {
		switch string(p.key) {
		case "start_time": // when it ended is said by the head, if there is one
			if l.when.size == 0 {
				r.put(fieldTime, p.value, p.at, "start_time")
			}
		case "proto":
			r.put(fieldProto, p.value, p.at, "proto")
		case "action":
			switch string(p.value) {
			case "Deny", "Reject":
				ob.Verdict = portlore.Blocked
			case "Permit", "Tunnel":
				ob.Verdict = portlore.Accepted
			}
		case "sent":
			ob.Bytes, _ = countOf(p.value)
		case "rcvd": // of a refused packet, its own length
			n, ok := countOf(p.value)
			back = ok && n > 0
		case "src":
			r.put(fieldSrc, p.value, p.at, "src")
		case "dst":
			r.put(fieldDst, p.value, p.at, "dst")
		case "src_port":
			r.put(fieldSrcPort, p.value, p.at, "src_port")
		case "dst_port":
			r.put(fieldDstPort, p.value, p.at, "dst_port")
		}
	}
	ob.Answered = back && ob.Verdict == portlore.Accepted
	return r.done()
}

// screenAlarm reads "SYN flood! From 198.51.100.9:40001 to 203.0.113.10:80, proto TCP
// (zone Untrust, int ethernet0/0). Occurred 7 times."; older versions write "using
// protocol TCP".
func (l *line) screenAlarm(ob *portlore.Observation, at int, level []byte) outcome {
	const from, to = "! From ", " to "
	text := l.message[at:]
	i := bytes.Index(text, []byte(from))
	if i < 0 || bytes.IndexByte(text[:i], ':') >= 0 {
		return other
	}
	j := bytes.Index(text[i+len(from):], []byte(to))
	if j < 0 {
		return l.fails(fault{at: len(l.message), field: "to", why: isMissing})
	}
	r := l.build(ob)
	src := at + i + len(from)
	dst := src + j + len(to)
	destination := bytes.TrimRight(wordAt(l.message, dst), ",")
	r.join(l.message[src:src+j], src, ':', sourceEnd)
	r.join(destination, dst, ':', destinationEnd)
	rest := l.message[dst:]
	for _, name := range [...]string{", proto ", " protocol "} {
		if k := bytes.Index(rest, []byte(name)); k >= 0 {
			word := bytes.TrimRight(wordAt(rest, k+len(name)), ",.")
			if _, ok := protoOf(word); ok {
				r.put(fieldProto, word, dst+k, "proto")
			}
			break
		}
	}
	if k := bytes.Index(rest, []byte("int ")); k >= 0 {
		if iface := bytes.TrimLeft(rest[k+len("int "):], " "); len(iface) > 0 {
			ob.InIf = bytes.TrimRight(wordAt(iface, 0), ").,")
		}
	}
	if k := bytes.Index(rest, []byte("Occurred ")); k >= 0 {
		ob.Packets, _ = uintOf(digits(rest[k+len("Occurred "):]), 1<<32-1)
	}
	name, _, _ := bytes.Cut(level, []byte("-"))
	grade := portlore.LevelUnsaid
	switch string(name) {
	case "emergency", "alert", "critical":
		grade = portlore.LevelHigh
	case "error", "warning":
		grade = portlore.LevelMedium
	case "notification", "information":
		grade = portlore.LevelLow
	}
	l.claim(ob, portlore.Alert, grade, "screenos", nil, text[:i+1])
	return r.done()
}
