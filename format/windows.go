package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The log of the Windows firewall, pfirewall.log. Its own head says the order of
// the fields, which has been this one since Windows XP, and is taken for granted
// where the head is missing:
//
//	#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path
//	2026-11-23 10:00:00 DROP TCP 198.51.100.9 203.0.113.10 40001 22 60 S 1 0 64240 - - - RECEIVE
//
// A dash is a value that is not said. Of a connection, XP writes OPEN and CLOSE;
// the second tells nothing new.
var windows = &Format{
	Name:   "windows",
	Doc:    "Windows firewall log (pfirewall.log)",
	Spec:   "https://learn.microsoft.com/windows/security/operating-system-security/network-security/windows-firewall/configure-logging; the head of each file",
	read:   readWindows,
	marks:  []string{"-DROP", "-ALLOW", "-OPEN"},
	header: windowsHeader,
}

// Fields of this format.
const (
	windowsDate = fieldFirst + iota // the time follows in the next column
	windowsSeq
	windowsWindow
	windowsWay
	windowsFields
)

var windowsDefault = windowsLayout([]byte("date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path"))

// windowsNames are the names of the columns; what is not named does not matter.
var windowsNames = [windowsFields]string{
	windowsDate: "date", fieldTime: "time", fieldAction: "action", fieldProto: "protocol", fieldSrc: "src-ip", fieldDst: "dst-ip",
	fieldSrcPort: "src-port", fieldDstPort: "dst-port", fieldLength: "size", fieldFlags: "tcpflags", windowsSeq: "tcpsyn", windowsWindow: "tcpwin",
	fieldICMPType: "icmptype", fieldICMPCode: "icmpcode", windowsWay: "path",
}

func windowsLayout(names []byte) layout {
	y := layout{sep: ' '}
	w := words{text: names}
	for name := w.next(); name != nil; name = w.next() {
		if len(name) == 0 {
			continue // behind the colon
		}
		f := fieldOther
		for i, n := range windowsNames {
			if n == string(name) {
				f = field(i)
			}
		}
		y.add(f)
	}
	return y
}

// windowsHeader reads the #Fields line. A web server of Microsoft's begins its log
// so too, but names other ends.
func windowsHeader(text []byte, _ Options) (layout, bool) {
	names, ok := bytes.CutPrefix(text, []byte("#Fields:"))
	if !ok {
		return layout{}, false
	}
	y := windowsLayout(names)
	return y, y.has(fieldSrc) && y.has(fieldDst) && y.has(fieldAction)
}

func readWindows(l *line, ob *portlore.Observation) outcome {
	text, y := l.text, l.layout
	if y == nil {
		if len(text) < 22 || text[4] != '-' || text[10] != ' ' || text[19] != ' ' || l.stamped == 0 {
			return other
		}
		y = &windowsDefault
	}
	l.message, l.column = text, 1
	l.when = stamp{}
	w := windowsLine{}
	for c := (cells{layout: y, text: text}); c.next(); {
		if c.field != fieldOther {
			w.value[c.field], w.at[c.field] = c.value, c.at
		}
	}
	switch string(w.value[fieldAction]) {
	case "DROP":
		ob.Verdict = portlore.Blocked
	case "ALLOW", "OPEN", "OPEN-INBOUND":
		ob.Verdict = portlore.Accepted
	default: // CLOSE, INFO-EVENTS-LOST, and lines of other programs
		return other
	}
	var ok bool
	if ob.Proto, ok = protoOf(w.value[fieldProto]); !ok || w.value[fieldSrc] == nil {
		return other
	}
	ob.Has = portlore.HasProto
	if ob.Src, ok = addr.Parse(w.value[fieldSrc]); !ok {
		return l.fails(w.fault(fieldSrc, notAnAddress))
	}
	if w.value[fieldDst] == nil {
		return l.fails(fault{at: len(text), field: "dst-ip", why: isMissing})
	}
	if ob.Dst, ok = addr.Parse(w.value[fieldDst]); !ok {
		return l.fails(w.fault(fieldDst, notAnAddress))
	}
	if clock := w.value[fieldTime]; len(clock) > 0 && w.at[fieldTime] == w.at[windowsDate]+len(w.value[windowsDate])+1 {
		l.timeOf(text[w.at[windowsDate]:w.at[fieldTime]+len(clock)], w.at[windowsDate])
	}
	if bad := w.rest(ob); bad.why != "" {
		return l.fails(bad)
	}
	return understood
}

// fails notes what is wrong with a record that is malformed.
func (l *line) fails(f fault) outcome {
	l.fault = f
	return malformed
}

// windowsLine is a line taken apart by its columns.
type windowsLine struct {
	value [windowsFields][]byte // nil: there is no such column
	at    [windowsFields]int
}

func (w *windowsLine) fault(f field, why string) fault {
	return fault{at: w.at[f], field: windowsNames[f], value: w.value[f], why: why}
}

// rest reads all but the addresses.
func (w *windowsLine) rest(ob *portlore.Observation) (bad fault) {
	number := func(f field, most uint64) int64 {
		b := w.value[f]
		if b == nil || len(b) == 1 && b[0] == '-' {
			return -1
		}
		n, ok := uintOf(b, most)
		if !ok && bad.why == "" {
			bad = w.fault(f, outOfRange)
		}
		return int64(n)
	}
	s, d := number(fieldSrcPort, 65535), number(fieldDstPort, 65535)
	if ob.Proto != portlore.ICMP && ob.Proto != portlore.ICMPv6 {
		setPorts(ob, int32(s), int32(d))
	}
	ob.Length = uint32(max(0, number(fieldLength, 65535)))
	letters := w.value[fieldFlags]
	seq, window := number(windowsSeq, 1<<32-1), number(windowsWindow, 1<<32-1)
	// Of a connection that it lets through, Windows writes zeros here.
	if flags, ok := flagLetters(letters); ok && len(letters) > 0 && ob.Proto == portlore.TCP {
		ob.Flags = flags
		ob.Has |= portlore.HasFlags
		if seq >= 0 {
			ob.Seq = uint32(seq)
			ob.Has |= portlore.HasSeq
		}
		if window >= 0 {
			ob.Window = uint16(min(window, 65535))
			ob.Has |= portlore.HasWindow
		}
	}
	t, code := number(fieldICMPType, 255), number(fieldICMPCode, 255)
	if t >= 0 && code >= 0 && (ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6) {
		ob.ICMPType, ob.ICMPCode = uint8(t), uint8(code)
		ob.Has |= portlore.HasICMP
	}
	switch string(w.value[windowsWay]) {
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
