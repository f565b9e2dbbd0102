package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// ArcSight's Common Event Format (Implementing ArcSight Common Event Format), which
// products of all kinds can write: seven fields between pipes, and pairs.
//
//	CEF:0|Palo Alto Networks|PAN-OS|11.0|deny|TRAFFIC|1|src=198.51.100.9 spt=40001 dst=203.0.113.10 dpt=22 proto=tcp act=deny cnt=1
//
// What sensors say is a claim; what has two ends and a protocol is a packet or a
// flow; the rest, logins and settings, is neither. In and out, the bytes, are the
// other way round in half of the products; that both are said shows an answer.
var cef = &Format{
	Name:  "cef",
	Doc:   "CEF, as written by firewalls and sensors of many makers",
	Spec:  "Micro Focus Security ArcSight Common Event Format, version 26 (CEF Implementation Standard)",
	read:  readCEF,
	marks: []string{"0|=", "CEF:|"},
}

func readCEF(l *line, ob *portlore.Observation) outcome {
	e, ok := l.cefHead()
	if !ok {
		return other
	}
	e.builder = l.build(ob)
	for p := (cefPairs{text: l.message, p: e.at}); p.next(); {
		e.put(p.key, p.value, p.at)
	}
	return e.done()
}

// An event is a CEF or LEEF record while it is read.
type event struct {
	builder
	at                        int // of the pairs in the message
	vendor, product, id, name []byte
	level                     portlore.Level

	rule, claim, category []byte
	in, out               uint64 // bytes
	reverse               bool   // what matched came from the destination
}

// cefHead reads the seven fields. UniFi sends some records without "CEF:".
func (l *line) cefHead() (e event, ok bool) {
	at := 0
	if l.json {
		return e, false
	}
	if !bytes.HasPrefix(l.message, []byte("0|")) || !bytes.Contains(l.message, []byte("=")) {
		if at, ok = l.opensWith("CEF:"); !ok {
			return e, false
		}
		at = skipBlanks(l.message, at+len("CEF:"))
	}
	p := headFields{text: l.message, p: at}
	version := p.next()
	e.vendor, e.product = p.next(), p.next()
	p.next()
	e.id, e.name = p.next(), p.next()
	severity := p.next()
	e.level = levelOfCEF(severity)
	if string(e.vendor) == "Palo Alto Networks" { // from 1 to 5
		e.level = levelOfPANOS(severity)
	}
	e.at = p.p
	return e, !p.cut && len(version) == 1 && isNumber(version)
}

// put takes a pair of either format: they share most names.
func (e *event) put(key, value []byte, at int) {
	ob := e.ob
	switch string(key) {
	case "src", "c6a2": // the second is that of IPv6 in old versions
		e.end(&ob.Src, fieldSrc, value, at, "src")
	case "dst", "c6a3":
		e.end(&ob.Dst, fieldDst, value, at, "dst")
	case "spt", "srcPort":
		e.port(&e.builder.src, fieldSrcPort, value, at, "source port")
	case "dpt", "dstPort":
		e.port(&e.builder.dst, fieldDstPort, value, at, "destination port")
	case "proto":
		if _, ok := protoOf(value); ok { // or that of an application
			e.builder.put(fieldProto, value, at, "proto")
		}
	case "act", "action":
		ob.Verdict = verdictOfAction(value)
	case "cnt":
		ob.Packets, _ = countOf(value)
	case "in", "srcBytes":
		e.in, _ = countOf(value)
	case "out", "dstBytes":
		e.out, _ = countOf(value)
	case "deviceInboundInterface":
		ob.InIf = value
	case "deviceOutboundInterface":
		ob.OutIf = value
	case "rt", "devTime", "UNIFIutcTime":
		if e.l.when.zone != stated {
			e.builder.put(fieldTime, value, at, "time")
			if bytes.HasSuffix(value, []byte(" UTC")) && e.l.when.zone == assumed {
				e.l.when = e.l.clock.asUTC(e.l.when)
			}
		}
	case "cat", "UNIFIsubCategory":
		e.category = value
	case "UNIFIipsSignature":
		e.claim = value
	case "UNIFIipsSignatureId":
		e.rule = value
	case "UNIFIrisk":
		e.level = levelOf(value)
	case "sev":
		e.level = levelOfCEF(value)
	case "cs2": // of Trend Micro: "0x00 ACK PSH"
		if names, ok := bytes.CutPrefix(value, []byte("0x00 ")); ok && string(e.vendor) == "Trend Micro" {
			if flags, ok := flagWords(names); ok {
				e.flags = int64(flags)
			}
		}
	case "flexString2": // of PAN-OS
		e.reverse = string(value) == "server-to-client"
	}
}

// end puts the address of an end; a host's name is none, but nothing wrong. The
// first that is said is kept: what comes later may be words of a stranger, with an
// equals sign that its producer did not escape.
func (e *event) end(have *netip.Addr, f field, value []byte, at int, name string) {
	a, ok := addr.Parse(value)
	switch {
	case have.IsValid():
		e.l.ambiguous = e.l.ambiguous || ok && a != *have
	case ok || len(value) > 0 && len(bytes.Trim(value, ".0123456789")) == 0:
		e.builder.put(f, value, at, name)
	}
}

// port puts a port, in the same way.
func (e *event) port(have *int64, f field, value []byte, at int, name string) {
	if *have < 0 {
		e.builder.put(f, value, at, name)
	}
}

func (e *event) done() outcome {
	l, ob := e.l, e.ob
	sensor := e.isClaim()
	if !sensor && e.isFilter() {
		return other
	}
	if e.fault.why == "" && (!ob.Src.IsValid() || !e.saysProtocol && !(sensor && ob.Dst.IsValid()) || !sensor && !ob.Dst.IsValid()) {
		return other
	}
	if ob.Verdict == portlore.Unsaid {
		ob.Verdict = verdictOfName(e.name)
	}
	ob.Answered = e.in > 0 && e.out > 0
	if !sensor {
		return e.builder.done()
	}
	if len(e.claim) == 0 {
		e.claim = e.name
	}
	if len(e.rule) == 0 && !bytes.Equal(e.id, e.claim) {
		e.rule = e.id
	}
	if string(e.name) == "THREAT" {
		e.claim, e.rule = nameAndNumber(e.id)
	}
	l.claim(ob, portlore.Alert, e.level, sensorOf(e.vendor), e.rule, e.claim)
	if e.reverse && ob.Dst.IsValid() {
		ob.Src, ob.Dst, ob.InIf, ob.OutIf = ob.Dst, ob.Src, ob.OutIf, ob.InIf
		e.src, e.dst = e.dst, e.src
	}
	if !ob.Dst.IsValid() && e.fault.why == "" {
		ob.Has |= portlore.HasProto
		setPorts(ob, int32(e.builder.src), int32(e.builder.dst))
		return understood
	}
	return e.builder.done()
}

// isClaim tells a sensor's record from a firewall's, by the words of its head.
func (e *event) isClaim() bool {
	if string(e.name) == "THREAT" { // PAN-OS: its filters of web pages and files use that name too
		_, number := nameAndNumber(e.id)
		return panosAlert(e.id) || len(number) > 0 && string(number) != "9999"
	}
	for _, word := range [...]string{"ips", "ids", "intrusion", "snort", "suricata", "smartdefense"} {
		if containsWord(e.product, word) || containsWord(e.name, word) || containsWord(e.id, word) || containsWord(e.category, word) {
			return true
		}
	}
	// "Threat Defense" is the name of a firewall.
	for _, word := range [...]string{"threat", "exploit", "scan", "attack", "vulnerability", "spyware", "virus", "malware", "anomaly", "flood"} {
		if containsWord(e.name, word) || containsWord(e.category, word) {
			return true
		}
	}
	return false
}

// isFilter tells what filters of web pages and files say, which block no packets.
func (e *event) isFilter() bool {
	return string(e.name) == "THREAT" || containsWord(e.name, "webfilter") || containsWord(e.name, "app-ctrl") || string(e.category) == "web"
}

// containsWord is containsFold for whole words: "utm:ips" has "ips", "chips" has not.
// More may follow a longer one: "scanning", "attacks".
func containsWord(b []byte, word string) bool {
	for i := 0; i+len(word) <= len(b); i++ {
		if i > 0 && isLetter(b[i-1]) || !containsFold(b[i:i+len(word)], word) {
			continue
		}
		if end := i + len(word); len(word) > 3 || end == len(b) || !isLetter(b[end]) {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// sensorOf is the name of the sensor of a maker.
func sensorOf(vendor []byte) string {
	switch string(vendor) {
	case "Ubiquiti":
		return "unifi"
	case "Palo Alto Networks":
		return "panos"
	case "Check Point":
		return "checkpoint"
	case "Fortinet":
		return "fortigate"
	case "SonicWall":
		return "sonicwall"
	case "Juniper", "Juniper Networks":
		return "junos"
	case "Cisco", "CISCO", "Sourcefire":
		return "cisco"
	case "Trend Micro", "TippingPoint":
		return "trendmicro"
	case "Snort":
		return "snort"
	case "OISF", "Suricata", "Open Information Security Foundation":
		return "suricata"
	}
	return "cef"
}

// verdictOfAction reads what products call what they did, in any case.
func verdictOfAction(b []byte) portlore.Verdict {
	if v := verdictOfName(b); v != portlore.Unsaid {
		return v
	}
	for _, word := range [...]string{"pass", "close", "timeout", "start", "client-rst", "server-rst", "built", "encrypt", "decrypt", "bypass", "detect", "alert"} {
		if containsWord(b, word) {
			return portlore.Accepted
		}
	}
	return portlore.Unsaid
}

// verdictOfName reads the verdict from the name of an event: "Blocked by Firewall".
func verdictOfName(b []byte) portlore.Verdict {
	for _, word := range [...]string{"block", "deny", "denied", "drop", "reject", "reset", "prevent", "discard", "refuse"} {
		if containsWord(b, word) {
			return portlore.Blocked
		}
	}
	for _, word := range [...]string{"allow", "accept", "permit"} {
		if containsWord(b, word) {
			return portlore.Accepted
		}
	}
	return portlore.Unsaid
}

// levelOfCEF reads a severity of 0 to 10, or its name.
func levelOfCEF(b []byte) portlore.Level {
	n, ok := uintOf(b, 10)
	switch {
	case !ok:
		return levelOf(b)
	case n <= 3:
		return portlore.LevelLow
	case n <= 6:
		return portlore.LevelMedium
	}
	return portlore.LevelHigh
}

// levelOfPANOS reads a severity of 1, informational, to 5, critical.
func levelOfPANOS(b []byte) portlore.Level {
	switch string(b) {
	case "1", "2":
		return portlore.LevelLow
	case "3":
		return portlore.LevelMedium
	case "4", "5":
		return portlore.LevelHigh
	}
	return portlore.LevelUnsaid
}

// headFields are the fields between pipes; a backslash escapes a pipe.
type headFields struct {
	text []byte
	p    int
	cut  bool
}

func (h *headFields) next() []byte {
	for i := h.p; i < len(h.text); i++ {
		switch h.text[i] {
		case '\\':
			i++
		case '|':
			field := h.text[h.p:i]
			h.p = i + 1
			return field
		}
	}
	h.cut = true
	return nil
}

// cefPairs are the pairs of a CEF record. A value goes on to the blank before the
// next key; a backslash escapes an equals sign in it.
type cefPairs struct {
	text       []byte
	p          int
	key, value []byte
	at         int // of the value
}

func (c *cefPairs) next() bool {
	eq := c.equals(c.p)
	if eq < 0 {
		return false
	}
	c.key = c.text[c.p:eq]
	c.key = c.key[bytes.LastIndexByte(c.key, ' ')+1:]
	c.at = eq + 1
	end := len(c.text)
	if after := c.equals(c.at); after >= 0 {
		if blank := bytes.LastIndexByte(c.text[c.at:after], ' '); blank >= 0 {
			end = c.at + blank
		} else {
			end = after // two signs in one word: the second is part of the value
			for end < len(c.text) && c.text[end] != ' ' {
				end++
			}
		}
	}
	c.value = bytes.TrimRight(c.text[c.at:end], " ")
	c.p = end
	return true
}

// equals is the next sign that is not escaped; minus one: there is none.
func (c *cefPairs) equals(from int) int {
	for from < len(c.text) {
		i := bytes.IndexByte(c.text[from:], '=')
		if i < 0 {
			return -1
		}
		if i += from; i == 0 || c.text[i-1] != '\\' {
			return i
		}
		from = i + 1
	}
	return -1
}
