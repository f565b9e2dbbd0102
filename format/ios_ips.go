package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What the intrusion prevention of Cisco IOS says (Configuring Cisco IOS Intrusion
// Prevention System): the number of the signature, its severity, its name, the ends.
//
//	%IPS-4-SIGNATURE: Sig:3051 Subsig:1 Sev:4 TCP Connection Window Size DoS [198.51.100.9:40001 -> 203.0.113.10:80]
//	%IPS-4-SIGNATURE: Sig:2004 Subsig:0 Sev:25 ICMP Echo Request [198.51.100.9:8 -> 203.0.113.10:0] VRF:NONE RiskRating:25
//
// Severities counted from 1 to 5 at first, then in steps of 25. The protocol is not
// said, so that the ports, which stand for the type in ICMP, are not either.
const signatureMark = "%IPS-4-SIGNATURE: Sig:"

func (l *line) signature(ob *portlore.Observation, at int) outcome {
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	if at > 0 && !iosHead(l.message[:at]) {
		return other
	}
	text := l.message
	w := words{text: text, p: at + len(signatureMark)}
	rule := w.next()
	w.next()
	severity, _ := w.after("Sev:")
	name := min(w.p, len(text))
	open := bytes.LastIndexByte(text, '[')
	if open < name || severity == nil {
		return l.fails(fault{at: len(text), field: "[", why: isMissing})
	}
	from, to, ok := bytes.Cut(text[open+1:], []byte(" -> "))
	end := bytes.IndexByte(to, ']')
	if !ok || end < 0 {
		return l.fails(fault{at: len(text), field: "]", why: isMissing})
	}
	r := l.build(ob)
	r.join(from, open+1, ':', sourceEnd)
	r.join(to[:end], open+1+len(from)+len(" -> "), ':', destinationEnd)
	level := portlore.LevelUnsaid
	switch n, ok := uintOf(severity, 100); {
	case !ok:
	case n == 5, n > 75:
		level = portlore.LevelHigh
	case n == 4, n > 50:
		level = portlore.LevelMedium
	default:
		level = portlore.LevelLow
	}
	l.claim(ob, portlore.Alert, level, "ios", rule, bytes.TrimSpace(text[name:open]))
	return r.done()
}

// iosHead tells whether what stands before a message is what IOS puts there: the
// number of the line, the host, its own stamp, each with a colon.
func iosHead(b []byte) bool {
	for _, c := range b {
		switch {
		case isLetter(c), '0' <= c && c <= '9', c == ' ', c == ':', c == '.', c == '*', c == '-':
		default:
			return false
		}
	}
	return bytes.HasSuffix(b, []byte(": ")) || len(bytes.TrimSpace(b)) == 0
}
