package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The alerts of Snort in text, one on each line or one in each block, and those of
// Suricata in the same form. Suricata gives the year in its stamps.
//
//	11/23-15:02:16.123456  [**] [1:2001219:20] ET SCAN SSH [**] [Classification: Attempted Information Leak] [Priority: 2] {TCP} 203.0.113.5:40001 -> 192.0.2.1:22
//	11/23/2026-15:02:16.123456  [Drop] [**] [1:2001219:20] ET SCAN SSH [**] [Classification: (null)] [Priority: 3] {ICMP} 203.0.113.5:8 -> 192.0.2.1:0
//	Nov 23 15:02:16 gw snort[812]: [1:2001219:20] ET SCAN SSH [Classification: Attempted Information Leak] [Priority: 2]: <eth0> {TCP} 203.0.113.5:40001 -> 192.0.2.1:22
//
// A block, here made one line, ends with the head of the packet; see snort_full.go.
var snort = &Format{
	Name:  "snort",
	Doc:   "Snort alerts (fast, full, syslog, CSV, JSON); Suricata fast.log",
	Spec:  "https://docs.snort.org/ and src/loggers of Snort 3; Snort Users Manual 2.9; https://docs.suricata.io/en/latest/output/",
	read:  readSnort,
	marks: []string{"^[[0:0]", "^s[0:0]", `^{"`, "^000/00-,"},
}

func readSnort(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if len(text) < 12 {
		return other
	}
	s := snortAlert{l: l, ob: ob, sensor: "snort"}
	switch text[0] {
	case '[':
		switch string(l.program) {
		case "":
			if !bytes.HasPrefix(text, []byte("[**] [")) && !bytes.HasPrefix(text, []byte("[Drop] [")) && !bytes.HasPrefix(text, []byte("[wDrop] [")) && !bytes.HasPrefix(text, []byte("[WDrop] [")) {
				return other
			}
			if len(l.text) > 10 && l.text[10] == '-' { // behind a year of four digits
				s.sensor = "suricata"
			}
		case "snort", "barnyard", "barnyard2":
		case "suricata":
			s.sensor = "suricata"
		default:
			return other
		}
		return s.text(text)
	case '{':
		return readSnortJSON(l, ob)
	case 's': // of a snort that did not give its process id
		if rest, ok := bytes.CutPrefix(text, []byte("snort: ")); ok && len(l.program) == 0 {
			return s.text(rest)
		}
	}
	return readSnortCSV(l, ob)
}

// A snortAlert is an alert being read.
type snortAlert struct {
	l      *line
	ob     *portlore.Observation
	sensor string
}

// text reads what follows the stamp or the tag.
func (s *snortAlert) text(text []byte) outcome {
	l, ob := s.l, s.ob
	full := bytes.HasPrefix(text, []byte("[**] [")) && l.when.size == 0
	rest := text
	for {
		if after, ok := bytes.CutPrefix(rest, []byte("[**] ")); ok {
			rest = after
		} else if i := bytes.Index(rest[:min(8, len(rest))], []byte("rop] ")); i > 0 { // [Drop], [wDrop]: it would have been
			if rest[1] == 'D' {
				ob.Verdict = portlore.Blocked
			}
			rest = rest[i+len("rop] "):]
		} else {
			break
		}
	}
	rest = bytes.TrimPrefix(rest, []byte("["))
	end := bytes.IndexByte(rest, ']')
	if end < 0 || !isRule(rest[:end]) {
		return other
	}
	rule := rest[:end:end]
	message := bytes.TrimLeft(rest[end+1:], " ")
	if full {
		return s.full(rule, message)
	}
	brace := bytes.LastIndex(message, []byte(" {"))
	if brace < 0 {
		return l.fails(fault{at: len(l.message), field: "{protocol}", why: isMissing})
	}
	tail := message[brace+2:]
	proto, ends, ok := bytes.Cut(tail, []byte("} "))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "-> destination", why: isMissing})
	}
	words, level := splitMessage(message[:brace])
	l.claim(ob, portlore.Alert, level, s.sensor, rule, words)
	return s.ends(proto, ends)
}

// isRule says that b is the id of a rule: generator, rule, revision.
func isRule(b []byte) bool {
	colons := 0
	for _, c := range b {
		if c == ':' {
			colons++
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return colons == 2 && len(b) > 4
}

// splitMessage parts the words of the rule from what is in brackets behind them,
// of which the priority says how grave it is.
func splitMessage(b []byte) (words []byte, level portlore.Level) {
	end := bytes.LastIndex(b, []byte(" [**]"))
	if end < 0 {
		if end = bytes.LastIndex(b, []byte(" [Classification: ")); end < 0 {
			end = bytes.LastIndex(b, []byte(" [Priority: "))
		}
	}
	if end < 0 {
		end = len(b)
	}
	if i := bytes.LastIndex(b[end:], []byte("[Priority: ")); i >= 0 {
		level = severityOf(digits(b[end+i+len("[Priority: "):]))
	}
	return inner(b[:end:end]), level
}

// ends reads "203.0.113.5:40001 -> 192.0.2.1:22".
func (s *snortAlert) ends(proto, ends []byte) outcome {
	l, ob := s.l, s.ob
	src, dst, ok := bytes.Cut(ends, []byte(" -> "))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "-> destination", why: isMissing})
	}
	src, dst = bytes.Trim(src, " "), wordAt(bytes.TrimLeft(dst, " "), 0)
	var sport, dport int32
	if string(proto) == "IPV6-ICMP" || string(proto) == "IPv6-ICMP" {
		proto = []byte("icmpv6")
	}
	if p, ok := protoOf(proto); ok { // not of {PROTO:255}, which stands for no packet
		ob.Proto, ob.Has = p, ob.Has|portlore.HasProto
	}
	ported := ob.Proto == portlore.TCP || ob.Proto == portlore.UDP
	if ob.Src, sport, ok = lastColon(src, ported); !ok {
		return l.fails(fault{at: offsetIn(l.message, src), field: "source", value: src, why: notAnAddress})
	}
	if ob.Dst, dport, ok = lastColon(dst, ported); !ok {
		return l.fails(fault{at: offsetIn(l.message, dst), field: "destination", value: dst, why: notAnAddress})
	}
	switch {
	case ported:
		setPorts(ob, sport, dport)
	case (ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6) && s.sensor == "suricata" && sport >= 0 && sport < 256 && dport >= 0 && dport < 256:
		ob.ICMPType, ob.ICMPCode, ob.Has = uint8(sport), uint8(dport), ob.Has|portlore.HasICMP // in place of ports
	}
	return understood
}

// lastColon reads an address with a port behind the last colon, which also an IPv6
// address may have without brackets. Where there need not be a port, a whole
// address comes first.
func lastColon(b []byte, ported bool) (netip.Addr, int32, bool) {
	if !ported {
		if a, ok := addr.Parse(b); ok {
			return a, -1, true
		}
	}
	i := bytes.LastIndexByte(b, ':')
	if i < 0 {
		a, ok := addr.Parse(b)
		return a, -1, ok
	}
	port, ok := uintOf(b[i+1:], 65535)
	host := bytes.TrimSuffix(bytes.TrimPrefix(b[:i], []byte("[")), []byte("]"))
	a, fine := addr.Parse(host)
	return a, int32(port), ok && fine
}

// offsetIn is where part, a slice of whole, stands in it.
func offsetIn(whole, part []byte) int {
	return max(0, min(cap(whole)-cap(part), len(whole)))
}
