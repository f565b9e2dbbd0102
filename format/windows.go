package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The log of the Windows firewall, pfirewall.log. Its own head says the order of
// the fields, which has been this one since Windows XP:
//
//	#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path
//	2026-11-23 10:00:00 DROP TCP 198.51.100.9 203.0.113.10 40001 22 60 S 1 0 64240 - - - RECEIVE
//
// A dash is a value that is not said. Of a connection, XP writes OPEN and CLOSE;
// the second tells nothing new.
var windows = &Format{
	Name: "windows",
	Doc:  "Windows firewall log (pfirewall.log)",
	Spec: "https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/configure-logging; the head of each file",
	read: readWindows,
}

func readWindows(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if len(text) < 22 || text[4] != '-' || text[10] != ' ' || text[19] != ' ' || l.when.size == 0 {
		return other
	}
	l.message, l.column = text, 1
	w := words{text: text, p: 20}
	switch action := w.next(); string(action) {
	case "DROP":
		ob.Verdict = portlore.Blocked
	case "ALLOW", "OPEN", "OPEN-INBOUND":
		ob.Verdict = portlore.Accepted
	default: // CLOSE, INFO-EVENTS-LOST, and lines of other programs
		return other
	}
	var ok bool
	if ob.Proto, ok = protoOf(w.next()); !ok {
		return other
	}
	src := w.next()
	srcAt := w.at(src)
	dst := w.next()
	if src == nil {
		return other
	}
	ob.Has = portlore.HasProto
	if ob.Src, ok = addr.Parse(src); !ok {
		return l.fails(fault{at: srcAt, field: "src-ip", value: src, why: notAnAddress})
	}
	if dst == nil {
		return l.fails(fault{at: len(text), field: "dst-ip", why: isMissing})
	}
	if ob.Dst, ok = addr.Parse(dst); !ok {
		return l.fails(fault{at: w.at(dst), field: "dst-ip", value: dst, why: notAnAddress})
	}
	if why := w.windows(ob); why.why != "" {
		return l.fails(why)
	}
	return understood
}

// fails notes what is wrong with a record that is malformed.
func (l *line) fails(f fault) outcome {
	l.fault = f
	return malformed
}

// windows reads the fields behind the addresses.
func (w *words) windows(ob *portlore.Observation) (bad fault) {
	number := func(name string, most uint64) int64 {
		b := w.next()
		if b == nil || len(b) == 1 && b[0] == '-' {
			return -1
		}
		n, ok := uintOf(b, most)
		if !ok && bad.why == "" {
			bad = fault{at: w.at(b), field: name, value: b, why: outOfRange}
		}
		return int64(n)
	}
	s, d := number("src-port", 65535), number("dst-port", 65535)
	if ob.Proto != portlore.ICMP && ob.Proto != portlore.ICMPv6 {
		setPorts(ob, int32(s), int32(d))
	}
	ob.Length = uint32(max(0, number("size", 65535)))
	letters := w.next()
	seq, _, window := number("tcpsyn", 1<<32-1), number("tcpack", 1<<32-1), number("tcpwin", 1<<32-1)
	// Of a connection that it lets through, Windows writes zeros here.
	if flags, ok := flagLetters(letters); ok && len(letters) > 0 && ob.Proto == portlore.TCP {
		ob.Flags, ob.Seq, ob.Window = flags, uint32(max(0, seq)), uint16(max(0, min(window, 65535)))
		ob.Has |= portlore.HasFlags | portlore.HasSeq | portlore.HasWindow
	}
	t, code := number("icmptype", 255), number("icmpcode", 255)
	if t >= 0 && code >= 0 && (ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6) {
		ob.ICMPType, ob.ICMPCode = uint8(t), uint8(code)
		ob.Has |= portlore.HasICMP
	}
	w.next()
	switch string(w.next()) {
	case "RECEIVE":
		ob.Way = portlore.In
	case "SEND":
		ob.Way = portlore.Out
	case "FORWARD":
		ob.Way = portlore.Forward
	}
	return bad
}

// words are the words of a text between single blanks, read from left to right.
type words struct {
	text []byte
	p    int // of the next word
}

// next is the next word; past the end it is nil.
func (w *words) next() []byte {
	if w.p >= len(w.text) {
		return nil
	}
	rest := w.text[w.p:]
	end := bytes.IndexByte(rest, ' ')
	if end < 0 {
		end = len(rest)
	}
	w.p += end + 1
	return rest[:end:end]
}

// at is the place of a word that was read last.
func (w *words) at(word []byte) int { return max(0, min(w.p, len(w.text)+1)-1-len(word)) }
