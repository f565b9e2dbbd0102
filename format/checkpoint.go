package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The log of Check Point gateways, as their Log Exporter sends it (syslog, and with
// pipes for Splunk), as gateways send it themselves, and as fw log prints it:
//
//	<134>1 2026-11-23T15:02:16Z gate CheckPoint 19710 - [action:"Drop"; ifdir:"inbound"; ifname:"eth0"; time:"1795446136"; dst:"203.0.113.10"; product:"VPN-1 & FireWall-1"; proto:"6"; rule_name:"Cleanup"; s_port:"40001"; service:"22"; src:"198.51.100.9"; ]
//	time=1795446136|hostname=gate|product=VPN-1 & FireWall-1|action=Drop|ifdir=inbound|ifname=eth0|src=198.51.100.9|dst=203.0.113.10|proto=6|s_port=40001|service=22
//	<134>1 2026-11-23T15:02:16+01:00 192.0.2.1 gate - Log [Fields@1.3.6.1.4.1.2620 Action="drop" src="198.51.100.9" dst="203.0.113.10" proto="6" s_port="40001" service="22" product="VPN-1 & FireWall-1"]
//	23Nov2026 15:02:16 drop 192.0.2.1 >eth0 product: VPN-1 & FireWall-1; src: 198.51.100.9; s_port: 40001; dst: 203.0.113.10; service: 22; proto: tcp; rule: 7;
//
// Its CEF and LEEF are read as such. A record without a protocol is about tunnels
// or people; a Log Update tells of a connection a second time.
var checkpoint = &Format{
	Name:  "checkpoint",
	Doc:   "Check Point firewall log (Log Exporter, gateway syslog, fw log)",
	Spec:  "https://support.checkpoint.com/results/sk/sk122323 (Log Exporter), sk144192 (log fields); fw log in the CLI Reference Guide",
	read:  readCheckPoint,
	marks: []string{`[action:"`, "[Fields@0.", "|product=|action=", "; src: ; dst:  product: ", "; src: ; dst:  LogId: ", "CheckPoint["},
}

func readCheckPoint(l *line, ob *portlore.Observation) outcome {
	if l.part > 0 {
		return l.dropped(ob, l.next)
	}
	p, ok := l.checkPoint()
	if !ok {
		return other
	}
	if l.quoted = l.json || len(l.program) > 0 && string(l.program) != "CheckPoint"; l.quoted {
		return other
	}
	r := l.build(ob)
	var product, attack, iface []byte
	level := portlore.LevelUnsaid
	outward, sensor := false, false
	var in, out uint64
	if p.style == ';' {
		ob.Verdict, iface, outward = l.fwLog(p.p)
	}
	for p.next() {
		value := p.value
		switch string(p.key) {
		case "time":
			if p.style != ';' {
				r.put(fieldTime, value, p.at, "time")
			}
		case "action", "Action":
			ob.Verdict = checkPointVerdict(value)
		case "src":
			r.put(fieldSrc, value, p.at, "src")
		case "dst":
			r.put(fieldDst, value, p.at, "dst")
		case "proto":
			r.put(fieldProto, value, p.at, "proto")
		case "s_port":
			r.put(fieldSrcPort, value, p.at, "s_port")
		case "service", "d_port":
			if isNumber(value) { // or the name that the firewall gives it
				r.put(fieldDstPort, value, p.at, "service")
			}
		case "icmp_type", "icmp-type", "ICMP Type", "Type":
			r.put(fieldICMPType, value, p.at, "icmp_type")
		case "icmp_code", "icmp-code", "ICMP Code", "Code":
			r.put(fieldICMPCode, value, p.at, "icmp_code")
		case "ifname", "i/f_name":
			iface = value
		case "ifdir", "i/f_dir":
			outward = string(value) == "outbound"
		case "rule_name":
			if len(ob.Label) == 0 {
				r.put(fieldLabel, value, p.at, "")
			}
		case "product":
			product = value
		case "tcp_flags":
			if flags, ok := dashedFlags(value); ok {
				r.flags = int64(flags)
			}
		case "attack", "protection_name", "Protection Name":
			if len(attack) == 0 {
				attack = value
			}
		case "severity", "Severity":
			level = levelOfCheckPoint(value)
		case "packets": // of drops that were logged together
			if p.style == ':' && ob.Verdict == portlore.Blocked && bytes.HasPrefix(value, []byte("<")) {
				l.label = ob.Label
				return l.dropped(ob, p.at)
			}
		case "client_inbound_packets":
			in, _ = countOf(value)
		case "client_outbound_packets":
			out, _ = countOf(value)
		}
	}
	switch string(product) {
	case "Log Update":
		return other
	case "SmartDefense", "IPS":
		sensor = len(attack) > 0
	}
	if p.cut && string(p.key) == "packets" {
		return l.fails(fault{at: len(l.message), field: "packets", why: isMissing})
	}
	named := ob.Src.IsValid() || ob.Dst.IsValid()
	if r.fault.why == "" && !(p.cut && named && !ob.Src.IsValid()) && (!r.saysProtocol || !named) {
		return other
	}
	if string(iface) != "daemon" {
		if outward {
			ob.OutIf = iface
		} else {
			ob.InIf = iface
		}
	}
	ob.Answered = in > 0 && out > 0
	if sensor {
		l.claim(ob, portlore.Alert, level, "checkpoint", nil, attack)
	}
	return r.done()
}

// dropped reads the next of packets that were dropped by one template, from an offset
// on: " <198.51.100.9,40001,203.0.113.10,22,6;eth0> <…>".
func (l *line) dropped(ob *portlore.Observation, from int) outcome {
	start := bytes.IndexByte(l.message[from:], '<')
	if start < 0 {
		return l.fails(fault{at: len(l.message), field: "packets", why: isMissing})
	}
	from += start + 1
	end := bytes.IndexByte(l.message[from:], '>')
	if end < 0 {
		return l.fails(fault{at: len(l.message), field: ">", why: isMissing})
	}
	tuple, iface, _ := bytes.Cut(l.message[from:from+end], []byte(";"))
	ob.Verdict, ob.InIf, ob.Label = portlore.Blocked, iface, l.label
	r := l.build(ob)
	for _, f := range [...]field{fieldSrc, fieldSrcPort, fieldDst, fieldDstPort, fieldProto} {
		value, rest, _ := bytes.Cut(tuple, []byte(","))
		r.put(f, value, from, "packets")
		from += len(value) + 1
		tuple = rest
	}
	l.next = from
	l.more = bytes.HasPrefix(bytes.TrimLeft(l.message[min(len(l.message), from+len(iface)):], "> "), []byte("<"))
	return r.done()
}

// checkPoint finds out in which of the forms the record is, if it is one. It sets
// the message to what holds it.
func (l *line) checkPoint() (p checkPointPairs, ok bool) {
	switch {
	case bytes.HasPrefix(l.data, []byte(`[action:"`)), string(l.program) == "CheckPoint" && len(l.data) > 0:
		l.message, l.column = l.data, l.dataAt+1
		return checkPointPairs{text: l.data, p: 1, style: ':'}, true
	case bytes.HasPrefix(l.message, []byte(`[action:"`)):
		return checkPointPairs{text: l.message, p: 1, style: ':'}, true
	case bytes.HasPrefix(l.data, []byte("[Fields@1.3.6.1.4.1.2620")):
		l.message, l.column = l.data, l.dataAt+1
		return checkPointPairs{text: l.data, p: len(wordAt(l.data, 0)) + 1, style: '"'}, true
	case bytes.Contains(l.message, []byte("|product=")) && bytes.Contains(l.message, []byte("|action=")):
		i := bytes.IndexByte(l.message, '=')
		return checkPointPairs{text: l.message, style: '|'}, i < bytes.IndexByte(l.message, '|') && bytes.IndexByte(l.message[:i], ' ') < 0
	case bytes.Contains(l.message, []byte("; src: ")) && bytes.Contains(l.message, []byte("; dst: ")):
		at := bytes.Index(l.text, []byte(" product: "))
		if i := bytes.Index(l.text, []byte(" LogId: ")); i >= 0 {
			at = i
		}
		if at < 0 || at < len(l.text)-len(l.message) {
			return p, false
		}
		// The day and the time that fw log -l prints are no stamp that the envelope
		// knows, and the time alone is a message.
		l.message, l.column = l.text, 1
		return checkPointPairs{text: l.text, p: at + 1, style: ';'}, true
	}
	return p, false
}

// fwLog reads what fw log prints before the pairs, which begin at p: the time, the
// action, the gateway, the interface.
func (l *line) fwLog(p int) (v portlore.Verdict, iface []byte, outward bool) {
	if s, ok := l.clock.dayMonth(l.text[skipTest(l.text):]); ok && l.when.size == 0 {
		l.when = s
	}
	w := words{text: l.text[:p]}
	for word := w.next(); word != nil; word = w.next() {
		if len(word) == 0 {
			continue
		}
		switch is := checkPointVerdict(word); {
		case word[0] == '>', word[0] == '<':
			iface, outward = word[1:], word[0] == '<'
		case v == portlore.Unsaid && is != portlore.Unsaid:
			v = is
		}
	}
	return v, iface, outward
}

// dayMonth reads "23Nov2026 15:02:16" or " 3Nov2026 15:02:16".
func (c *clock) dayMonth(b []byte) (s stamp, ok bool) {
	p := skipBlanks(b, 0)
	name := p + len(digits(b[p:]))
	if name == p || name-p > 2 || len(b) < name+len("Nov2026 15:02:16") || !isYear(b[name+3:]) || b[name+7] != ' ' {
		return s, false
	}
	month := monthOf(b[name:])
	day, _ := uintOf(b[p:name], 31)
	second, ok := timeOfDay(b[name+8:])
	year := fourDigits(b[name+3:])
	if !ok || second < 0 || month == 0 || !isDay(year, month, int(day)) {
		return s, false
	}
	s.nanos = c.local(civil(year, month, int(day))+int64(second)) * 1e9
	s.zone, s.size = assumed, name+len("Nov2026 15:02:16")
	return s, true
}

func checkPointVerdict(action []byte) portlore.Verdict {
	switch string(action) {
	case "Accept", "accept", "Allow", "allow", "Encrypt", "encrypt", "Decrypt", "decrypt", "Bypass", "bypass", "Detect", "detect":
		return portlore.Accepted
	case "Drop", "drop", "Reject", "reject", "Block", "block", "Prevent", "prevent":
		return portlore.Blocked
	}
	return portlore.Unsaid
}

// levelOfCheckPoint reads a severity: 0 informational to 4 critical.
func levelOfCheckPoint(b []byte) portlore.Level {
	switch string(b) {
	case "0", "1":
		return portlore.LevelLow
	case "2":
		return portlore.LevelMedium
	case "3", "4":
		return portlore.LevelHigh
	}
	return levelOf(b)
}

// dashedFlags reads "FIN-ACK" and "PUSH-ACK".
func dashedFlags(b []byte) (flags portlore.TCPFlags, ok bool) {
	for len(b) > 0 {
		word, rest, _ := bytes.Cut(b, []byte("-"))
		if string(word) == "PUSH" {
			flags |= portlore.PSH
		} else {
			flag, ok := flagWords(word)
			if !ok {
				return 0, false
			}
			flags |= flag
		}
		b = rest
	}
	return flags, flags != 0
}

// checkPointPairs are the pairs of a record, in one of four styles: key:"value"; and
// key="value" and key=value| and "key: value; ".
type checkPointPairs struct {
	text       []byte
	p          int
	style      byte // ':', '"', '|' or ';'
	key, value []byte
	at         int  // of the value
	cut        bool // the record did not come to its end
}

// next finds the next pair and tells whether there is one.
func (p *checkPointPairs) next() bool {
	between, end := ": ", byte(';')
	switch p.style {
	case ':':
		between, end = `:"`, '"'
	case '"':
		between, end = `="`, '"'
	case '|':
		between, end = "=", '|'
	}
	rest := p.text[min(p.p, len(p.text)):]
	i := bytes.Index(rest, []byte(between))
	if i < 0 {
		p.cut = end == '"' && bytes.IndexByte(rest, ']') < 0
		return false
	}
	p.key = bytes.Trim(rest[:i], " ;|:")
	p.at = len(p.text) - len(rest) + i + len(between)
	value := p.text[p.at:]
	size := escapedEnd(value)
	if end != '"' {
		size = bytes.IndexByte(value, end)
		if size < 0 {
			size = len(value)
		}
	} else if size == len(value) {
		p.cut = true
		return false
	}
	p.value, p.p = bytes.TrimSpace(value[:size]), p.at+size+1
	return true
}
