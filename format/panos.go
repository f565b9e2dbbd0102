package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The traffic and threat logs of Palo Alto Networks PAN-OS (Syslog Field
// Descriptions), values between commas without names, in the order that every
// version since 3.0 has kept and lengthened:
//
//	<14>Nov 23 15:02:16 gate 1,2026/11/23 15:02:16,007000000000000,TRAFFIC,deny,2561,2026/11/23 15:02:16,198.51.100.9,203.0.113.10,0.0.0.0,0.0.0.0,deny-all,,,not-applicable,vsys1,untrust,trust,ethernet1/1,,log,2026/11/23 15:02:16,0,1,40001,22,0,0,0x0,tcp,deny,60,60,0,1,2026/11/23 15:02:16,0,any,…
//
// The source is who began the session. Where a threat came from its other end
// (direction server-to-client), the packet that matched was sent by that one.
var panos = &Format{
	Name:  "panos",
	Doc:   "Palo Alto PAN-OS traffic and threat log (CSV)",
	Spec:  "https://docs.paloaltonetworks.com/pan-os (Syslog Field Descriptions: Traffic Log Fields, Threat Log Fields)",
	read:  readPANOS,
	marks: []string{",TRAFFIC,", ",THREAT,"},
}

// The columns that matter, from zero.
const (
	panosSubtype = 4
	panosTime    = 6
	panosThreat  = 32 // "name(12345)"
)

const anyAddress = "0.0.0.0" // of a threat: of many

func readPANOS(l *line, ob *portlore.Observation) outcome {
	threat := false
	at := bytes.Index(l.text, []byte(",TRAFFIC,"))
	if at < 0 {
		at = bytes.Index(l.text, []byte(",THREAT,"))
		threat = true
	}
	start := panosStart(l.text, at)
	if start < 0 {
		return other
	}
	if l.quoted = l.byAnother() || start > len(l.text)-len(l.message); l.quoted {
		return other
	}
	l.message, l.column = l.text[start:], start+1
	c := cells{layout: &panosLayout, text: l.message}
	r := l.build(ob)
	var repeat uint64
	reverse := false
	for i := 0; c.next(); i++ {
		value := c.value
		switch {
		case i == panosSubtype:
			if threat && !panosAlert(value) {
				return other
			}
		case i == panosTime:
			if l.when.zone != stated {
				r.put(fieldTime, value, c.at, "time")
			}
		case i == 7:
			if !threat || string(value) != anyAddress {
				r.put(fieldSrc, value, c.at, "source address")
			}
		case i == 8:
			if !threat || string(value) != anyAddress {
				r.put(fieldDst, value, c.at, "destination address")
			}
		case i == 11:
			r.put(fieldLabel, value, c.at, "")
		case i == 18:
			r.put(fieldInIf, value, c.at, "")
		case i == 19:
			r.put(fieldOutIf, value, c.at, "")
		case i == 23:
			repeat, _ = countOf(value)
		case i == 24:
			r.put(fieldSrcPort, value, c.at, "source port")
		case i == 25:
			r.put(fieldDstPort, value, c.at, "destination port")
		case i == 29:
			r.put(fieldProto, value, c.at, "protocol")
		case i == 30:
			ob.Verdict = panosVerdict(value)
		case threat && i == panosThreat:
			l.said.Message, l.said.Rule = nameAndNumber(value)
		case threat && i == 34:
			l.said.Level = levelOf(value)
		case threat && i == 35:
			reverse = string(value) == "server-to-client"
		case !threat && i == 32:
			r.put(fieldBytes, value, c.at, "bytes sent")
		case !threat && i == 33:
			r.put(fieldBytesBack, value, c.at, "bytes received")
		case !threat && i == 44:
			r.put(fieldPackets, value, c.at, "packets sent")
		case !threat && i == 45:
			r.put(fieldPacketsBack, value, c.at, "packets received")
		}
	}
	if c.i < 31 && r.fault.why == "" {
		return l.fails(fault{at: len(l.message), field: "action", why: isMissing})
	}
	if !threat {
		return r.done()
	}
	ob.Packets = repeat
	l.claim(ob, portlore.Alert, l.said.Level, "panos", l.said.Rule, l.said.Message)
	if reverse {
		ob.Src, ob.Dst, ob.InIf, ob.OutIf = ob.Dst, ob.Src, ob.OutIf, ob.InIf
		r.src, r.dst = r.dst, r.src
	}
	if !ob.Src.IsValid() && r.fault.why == "" {
		return other // a flood over all: nobody is named
	}
	return r.done()
}

// panosLayout has as many columns as are read.
var panosLayout = layout{sep: ',', n: 46}

// panosStart is where the record begins whose type stands at an offset: before it
// are a number, the time and the serial number. Minus one: it is none.
func panosStart(text []byte, at int) int {
	if at < 0 {
		return -1
	}
	i := bytes.LastIndexByte(text[:at], ',') // before the serial number
	const size = len("2026/11/23 15:02:16")
	if i < size+2 || text[i-size-1] != ',' || text[i-size+4] != '/' || text[i-3] != ':' {
		return -1
	}
	start := i - size - 1
	for start > 0 && '0' <= text[start-1] && text[start-1] <= '9' {
		start--
	}
	if start == i-size-1 || start > 0 && text[start-1] != ' ' && text[start-1] != '>' {
		return -1
	}
	return start
}

// panosAlert tells the threats from what a filter of web pages or files writes
// under the same type.
func panosAlert(subtype []byte) bool {
	switch string(subtype) {
	case "vulnerability", "spyware", "virus", "ml-virus", "wildfire-virus", "flood", "scan", "packet":
		return true
	}
	return false
}

func panosVerdict(action []byte) portlore.Verdict {
	switch string(action) {
	case "allow", "alert":
		return portlore.Accepted
	case "deny", "drop", "drop-icmp", "drop-all-packets", "reset-client", "reset-server", "reset-both",
		"reset client", "reset server", "reset both", "block-ip", "block", "sinkhole":
		return portlore.Blocked
	}
	return portlore.Unsaid
}

// nameAndNumber takes "SSH Brute Force(40015)" apart.
func nameAndNumber(b []byte) (name, number []byte) {
	i := bytes.LastIndexByte(b, '(')
	if i < 0 || b[len(b)-1] != ')' || !isNumber(b[i+1:len(b)-1]) {
		return b, nil
	}
	return bytes.TrimSpace(b[:i]), b[i+1 : len(b)-1]
}

// levelOf reads a severity written as a word.
func levelOf(b []byte) portlore.Level {
	switch string(b) {
	case "informational", "Informational", "info", "low", "Low":
		return portlore.LevelLow
	case "medium", "Medium":
		return portlore.LevelMedium
	case "high", "High", "critical", "Critical", "Very-High", "very-high":
		return portlore.LevelHigh
	}
	return portlore.LevelUnsaid
}
