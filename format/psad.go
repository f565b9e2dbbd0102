package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// psad reads the log of iptables and says in syslog whom it took for a scanner, of
// how great a danger (DL, from 1 to 5), which of its signatures matched, and whom it
// shut out (psad, scan_logr and ipt_block). Of the ports it gives a range.
//
//	Nov 23 15:02:16 gw psad: scan detected (Nmap -sT or -sS scan): 203.0.113.5 -> 192.0.2.1 tcp: [22-443] flags: SYN tcp pkts: 12 DL: 3 total scan dsts: 1
//	Nov 23 15:02:17 gw psad: src: 203.0.113.5 signature match: "MISC VNC communication attempt" (sid: 100202) tcp port: 5900
//	Nov 23 15:02:18 gw psad: added iptables auto-block against 203.0.113.5 for 3600 seconds
var psad = &Format{
	Name:  "psad",
	Doc:   "psad's words in syslog",
	Spec:  "https://www.cipherdyne.org/psad/ (psad, scan_logr)",
	read:  readPsad,
	marks: []string{"psad"},
}

var scanDetected = []byte("scan detected")

func readPsad(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	if string(program) != "psad" {
		return other
	}
	if rest, ok := bytes.CutPrefix(text, scanDetected); ok {
		return l.psadScan(rest, ob)
	}
	if rest, ok := bytes.CutPrefix(text, []byte("src: ")); ok {
		return l.psadMatch(rest, ob)
	}
	for _, begin := range [...]string{"added iptables auto-block against ", "initiating tcpwrappers auto-block against "} {
		if len(text) > len(begin) && string(text[:len(begin)]) == begin {
			var ok bool
			if ob.Src, ok = addr.Parse(wordAt(text, len(begin))); !ok {
				return other // a network
			}
			l.claim(ob, portlore.Ban, portlore.LevelUnsaid, "psad", nil, nil)
			return understood
		}
	}
	return other
}

// psadScan reads what follows "scan detected".
func (l *line) psadScan(text []byte, ob *portlore.Observation) outcome {
	text = bytes.TrimPrefix(text, []byte(": ")) // versions before 2.2 have it before the style, too
	if i := bytes.Index(text, []byte("): ")); i >= 0 {
		text = text[i+len("): "):]
	}
	src, rest, ok := bytes.Cut(text, []byte(" -> "))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "->", why: isMissing})
	}
	if ob.Src, ok = addr.Parse(src); !ok {
		return l.fails(fault{at: offsetIn(l.message, src), field: "source", value: src, why: notAnAddress})
	}
	dst := wordAt(rest, 0)
	if ob.Dst, ok = addr.Parse(dst); !ok {
		return l.fails(fault{at: offsetIn(l.message, dst), field: "destination", value: dst, why: notAnAddress})
	}
	level := portlore.LevelUnsaid
	if danger, ok := named(rest, " DL: "); ok && len(danger) > 0 {
		switch danger[0] {
		case '1', '2':
			level = portlore.LevelLow
		case '3':
			level = portlore.LevelMedium
		case '4', '5':
			level = portlore.LevelHigh
		}
	}
	l.claim(ob, portlore.Alert, level, "psad", nil, scanDetected)
	return understood
}

// psadMatch reads what follows "src: ".
func (l *line) psadMatch(text []byte, ob *portlore.Observation) outcome {
	src, rest, ok := bytes.Cut(text, []byte(` signature match: "`))
	if !ok {
		return other
	}
	message, rest, ok := bytes.Cut(rest, []byte(`" (sid: `))
	rule, rest, whole := bytes.Cut(rest, []byte(") "))
	if !ok || !whole {
		return l.fails(fault{at: len(l.message), field: "sid", why: isMissing})
	}
	if ob.Src, ok = addr.Parse(src); !ok {
		return l.fails(fault{at: offsetIn(l.message, src), field: "source", value: src, why: notAnAddress})
	}
	l.claim(ob, portlore.Alert, portlore.LevelUnsaid, "psad", rule, message)
	proto, known := protoOf(wordAt(rest, 0))
	word, _ := named(rest, " port: ")
	if port, ok := uintOf(word, 65535); ok && known {
		serves(ob, proto, -1, uint16(port))
	} else if known {
		ob.Proto, ob.Has = proto, ob.Has|portlore.HasProto
	}
	return understood
}
