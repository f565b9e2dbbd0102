package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The log of SonicWall firewalls (SonicOS Log Event Reference Guide): pairs of key
// and value, among them the number of the event, m, and the ends as address, port
// and interface.
//
//	id=firewall sn=0006B1000000 time="2026-11-23 15:02:16 UTC" fw=203.0.113.1 pri=5 c=64 m=36 msg="TCP connection dropped" n=7 src=198.51.100.9:40001:X1 dst=203.0.113.10:22:X0 proto=tcp/22 rule="7 (WAN->LAN)"
//
// The addresses of IPv6 stand in fields of their own, srcV6 and dstV6. What is about
// administrators, tunnels or web pages is not about packets.
var sonicwall = &Format{
	Name:  "sonicwall",
	Doc:   "SonicWall firewall log (SonicOS)",
	Spec:  "https://www.sonicwall.com/support/technical-documentation (SonicOS Log Events Reference Guide)",
	read:  readSonicWall,
	marks: []string{"id= sn= fw="},
}

func readSonicWall(l *line, ob *portlore.Observation) outcome {
	if !bytes.Contains(l.message, []byte(" sn=")) || !bytes.Contains(l.message, []byte(" fw=")) {
		return other
	}
	at, ok := l.opensWith("id=")
	if !ok {
		return other
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	p := pairs{text: l.message, p: at}
	r := l.build(ob)
	var event, text, action, rule []byte
	level := portlore.LevelUnsaid
	back := false
	for p.next() {
		value := p.value
		switch string(p.key) {
		case "time":
			if l.when.zone != stated {
				r.put(fieldTime, value, p.at, "time")
				if bytes.HasSuffix(value, []byte(" UTC")) && l.when.zone == assumed {
					l.when = l.clock.asUTC(l.when)
				}
			}
		case "m":
			event = value
		case "msg":
			text = value
		case "fw_action":
			action = value
		case "pri":
			level = levelOfPriority(value, level)
		case "ipspri":
			level = levelOfIPS(value)
		case "sid":
			rule = value
		case "src":
			ob.InIf = r.sonic(value, p.at, sourceEnd)
		case "dst":
			ob.OutIf = r.sonic(value, p.at, destinationEnd)
		case "srcV6":
			r.put(fieldSrc, value, p.at, "srcV6")
		case "dstV6":
			r.put(fieldDst, value, p.at, "dstV6")
		case "proto":
			name, _, _ := bytes.Cut(value, []byte("/"))
			if _, ok := protoOf(name); ok {
				r.put(fieldProto, name, p.at, "proto")
			}
		case "type":
			if n, ok := uintOf(value, 255); ok {
				r.icmp = int64(n)
			}
		case "icmpCode", "code": // the second also of web pages
			if n, ok := uintOf(value, 255); ok {
				r.code = int64(n)
			}
		case "note":
			if names, ok := bytes.CutPrefix(value, []byte("TCP Flag(s): ")); ok {
				if flags, ok := flagWords(names); ok {
					r.flags = int64(flags)
				}
			}
		case "rule":
			r.put(fieldLabel, value, p.at, "")
		case "sent":
			ob.Bytes, _ = countOf(value)
		case "spkt":
			ob.Packets, _ = countOf(value)
		case "rcvd", "rpkt":
			n, ok := countOf(value)
			back = back || ok && n > 0
		}
	}
	dropped := containsFold(text, "dropped") || string(action) == "drop"
	switch string(event) {
	case "98", "537": // Connection Opened, Connection Closed
		ob.Verdict, ob.Answered = portlore.Accepted, back
		return r.done()
	case "14", "16", "97": // web pages: filtered, allowed, visited
		return other
	}
	if sonicAlert(text) {
		if !ob.Src.IsValid() && r.fault.why == "" {
			return other
		}
		if len(rule) == 0 {
			rule = event
		}
		l.claim(ob, portlore.Alert, level, "sonicwall", rule, text)
	} else if !dropped {
		return other
	}
	if dropped || containsFold(text, "prevention") {
		ob.Verdict = portlore.Blocked
	}
	if !r.saysProtocol { // the text says it
		if name := wordAt(text, 0); len(name) > 0 && string(name) != "IP" {
			if _, ok := protoOf(name); ok && !isNumber(name) {
				r.put(fieldProto, name, 0, "")
			}
		}
	}
	return r.done()
}

// sonicAlert tells the claims of its sensors by their words: there are some hundred.
func sonicAlert(text []byte) bool {
	for _, word := range [...]string{" scan", "attack", "flood", "spoof", "ping of death", "IPS ", "IDP ", "Anti-Spyware", "Anti-Virus", "Botnet"} {
		if containsFold(text, word) {
			return true
		}
	}
	return false
}

// sonic puts "198.51.100.9:40001:X1", behind which may stand the name of the host, and
// gives the interface; each part may be empty.
func (r *builder) sonic(value []byte, at int, e joined) (iface []byte) {
	host, rest, _ := bytes.Cut(value, []byte(":"))
	r.put(e.address, host, at, e.name)
	number, rest, _ := bytes.Cut(rest, []byte(":"))
	r.put(e.port, number, at+len(host)+1, e.portName)
	iface, _, _ = bytes.Cut(rest, []byte(":"))
	return iface
}

// levelOfPriority is the level of a priority of syslog.
func levelOfPriority(b []byte, otherwise portlore.Level) portlore.Level {
	switch string(b) {
	case "0", "1", "2":
		return portlore.LevelHigh
	case "3", "4":
		return portlore.LevelMedium
	case "5", "6", "7":
		return portlore.LevelLow
	}
	return otherwise
}

// levelOfIPS is the level of a priority that counts down from 1.
func levelOfIPS(b []byte) portlore.Level {
	switch string(b) {
	case "1":
		return portlore.LevelHigh
	case "2":
		return portlore.LevelMedium
	case "3":
		return portlore.LevelLow
	}
	return portlore.LevelUnsaid
}

// containsFold tells whether b contains a word of ASCII, in upper or lower case.
func containsFold(b []byte, word string) bool {
	for i := 0; i+len(word) <= len(b); i++ {
		n := 0
		for n < len(word) && lower(b[i+n]) == lower(word[n]) {
			n++
		}
		if n == len(word) {
			return true
		}
	}
	return false
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
