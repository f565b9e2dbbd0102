package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What D-Link routers on Ubicom processors (DIR-6xx, DGL-4xxx) and others of that
// firmware say they blocked, on their page or by syslog:
//
//	[INFO] Mon Nov 23 15:02:16 2026 Blocked incoming TCP connection request from 203.0.113.5:40001 to 198.51.100.2:22
//	Blocked incoming TCP packet from 203.0.113.5:443 to 198.51.100.2:50001 as RST:ACK received but there is no active connection
//	Blocked incoming UDP packet from 203.0.113.5:5353 to 198.51.100.2:53
//	Blocked incoming ICMP packet (ICMP type 8) from 203.0.113.5 to 198.51.100.2
//	Blocked incoming ICMP error message (ICMP type 3) from 203.0.113.5 to 198.51.100.2 as there is no UDP session active between 198.51.100.2:50001 and 203.0.113.5:53
//	Blocked outgoing packet from 192.168.0.7 to 203.0.113.5 (IP protocol 47)
var dlink = &Format{
	Name:  "dlink",
	Doc:   "D-Link router log (DIR and DGL)",
	Spec:  "the words of the firmware (IPNAT_TCP_BLOCKED_INGRESS_SYN and its neighbours) in the sources that D-Link publishes",
	read:  readDLink,
	marks: []string{"Blocked  from "},
}

func readDLink(l *line, ob *portlore.Observation) outcome {
	if !bytes.Contains(l.message, []byte("Blocked ")) {
		return other
	}
	return l.dlink(ob)
}

func (l *line) dlink(ob *portlore.Observation) outcome {
	const mark = "Blocked "
	text := l.message
	start := bytes.Index(text, []byte(mark))
	rest := text[start+len(mark):]
	if bytes.HasPrefix(rest, []byte("incoming ")) {
		rest = rest[len("incoming "):]
	} else if bytes.HasPrefix(rest, []byte("outgoing ")) {
		rest = rest[len("outgoing "):]
	} else {
		return other
	}
	from := bytes.Index(rest, []byte(" from "))
	if from < 0 {
		return other
	}
	head := rest[:from] // "TCP connection request"
	word := wordAt(head, 0)
	switch string(word) {
	case "TCP", "UDP", "ICMP":
		ob.Proto, _ = protoOf(word)
		ob.Has = portlore.HasProto
	case "packet":
	default:
		return other
	}
	before := bytes.TrimRight(text[:start], " ")
	if l.quoted = l.byAnother() || len(before) > 0 && !dlinkHead(before); l.quoted {
		return other
	}
	l.dlinkTime(before)
	from += len(" from ")
	source := wordAt(rest, from)
	at := len(text) - len(rest) + from
	src, s, ok := endpoint(source, ':')
	if !ok {
		return l.fails(fault{at: at, field: "source", value: source, why: notAnAddress})
	}
	behind, ok := bytes.CutPrefix(rest[from+len(source):], []byte(" to "))
	if !ok {
		return l.fails(fault{at: len(text), field: "to", why: isMissing})
	}
	target := wordAt(behind, 0)
	dst, d, ok := endpoint(target, ':')
	if !ok {
		return l.fails(fault{at: len(text) - len(behind), field: "destination", value: target, why: notAnAddress})
	}
	ob.Src, ob.Dst, ob.Verdict = src, dst, portlore.Blocked
	behind = behind[len(target):]
	switch {
	case ob.Has == 0:
		if n, ok := numberBehind(behind, "(IP protocol "); ok && n < 256 {
			ob.Proto, ob.Has = portlore.Proto(n), portlore.HasProto
		}
	case ob.Proto == portlore.ICMP:
		dlinkICMP(ob, head, behind)
	default:
		setPorts(ob, s, d)
		if ob.Proto == portlore.TCP {
			dlinkFlags(ob, head, behind)
		}
	}
	return understood
}

// dlinkHead tells what the router writes before its message: "[INFO]" with a time, or
// "D-Link Systems DIR-655 System Log:", with a time before it or without.
func dlinkHead(before []byte) bool {
	return bytes.HasPrefix(before, []byte("[INFO]")) || bytes.HasSuffix(before, []byte(" System Log:"))
}

// dlinkTime reads the time that stands after "[INFO] ", or before the name of the
// router; else that of syslog counts.
func (l *line) dlinkTime(before []byte) {
	stamp := bytes.TrimLeft(bytes.TrimPrefix(before, []byte("[INFO]")), " ")
	if s := l.clock.stamp(stamp); s.size > 0 && !s.bad && !s.yearless {
		l.when = s
	}
}

// dlinkFlags tells the flags of a packet that had no connection, "as FIN:ACK
// received", and of one that asked for one.
func dlinkFlags(ob *portlore.Observation, head, behind []byte) {
	if bytes.HasSuffix(head, []byte("connection request")) {
		ob.Flags = portlore.SYN
		ob.Has |= portlore.HasFlags
		return
	}
	words, ok := bytes.CutPrefix(behind, []byte(" as "))
	if !ok {
		return
	}
	var flags portlore.TCPFlags
	for list := wordAt(words, 0); len(list) > 0; {
		name, rest, _ := bytes.Cut(list, []byte(":"))
		list = rest
		f, ok := flagWords(name)
		if !ok {
			return
		}
		flags |= f
	}
	if flags != 0 {
		ob.Flags = flags
		ob.Has |= portlore.HasFlags
	}
}

// dlinkICMP reads the type, of which the code is not said: zero in an echo. What an
// error is about stands behind "between".
func dlinkICMP(ob *portlore.Observation, head, behind []byte) {
	kind, ok := numberBehind(head, "(ICMP type ")
	if !ok || kind > 255 {
		return
	}
	if kind == 0 || kind == 8 || bytes.Contains(head, []byte("error message")) {
		ob.ICMPType = uint8(kind)
		ob.Has |= portlore.HasICMP
	}
	name, pair, ok := bytes.Cut(behind, []byte(" active between "))
	if !ok {
		return
	}
	first, second, ok := bytes.Cut(pair, []byte(" and "))
	if !ok {
		return
	}
	var q portlore.Inner
	var s, d int32
	if q.Src, s, ok = endpoint(first, ':'); !ok {
		return
	}
	if q.Dst, d, ok = endpoint(bytes.TrimRight(wordAt(second, 0), "."), ':'); !ok || s < 0 || d < 0 {
		return
	}
	switch {
	case bytes.Contains(name, []byte(" TCP ")):
		q.Proto = portlore.TCP
	case bytes.Contains(name, []byte(" UDP ")):
		q.Proto = portlore.UDP
	default:
		return
	}
	q.SrcPort, q.DstPort = uint16(s), uint16(d)
	if q.Dst == ob.Dst && q.Src != ob.Dst { // whichever it names first, the packet came from whom the error goes to
		q.Src, q.Dst, q.SrcPort, q.DstPort = q.Dst, q.Src, q.DstPort, q.SrcPort
	}
	ob.Inner = q
	ob.Has |= portlore.HasInner
}
