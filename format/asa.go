package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
)

// The packet messages of Cisco ASA, PIX and FTD (Cisco Secure Firewall ASA Series
// Syslog Messages). Each kind of message has a number and a form of its own:
//
//	%ASA-4-106023: Deny tcp src outside:198.51.100.9/40001 dst inside:203.0.113.10/22 by access-group "outside_in" [0x0, 0x0]
//	%ASA-2-106001: Inbound TCP connection denied from 198.51.100.9/40001 to 203.0.113.10/22 flags SYN on interface outside
//	%ASA-6-106100: access-list outside_in denied tcp outside/198.51.100.9(40001) -> inside/203.0.113.10(22) hit-cnt 1 first hit
//	%ASA-6-302013: Built inbound TCP connection 7 for outside:198.51.100.9/40001 (198.51.100.9/40001) to inside:203.0.113.10/22 (203.0.113.10/22)
//
// Messages of other numbers, and a "Teardown", tell nothing new about packets.
var asa = &Format{
	Name:  "asa",
	Doc:   "Cisco ASA, PIX and FTD syslog",
	Spec:  "https://www.cisco.com/c/en/us/td/docs/security/asa/syslog/b_syslog.html",
	read:  readASA,
	marks: []string{"%ASA-", "%PIX-", "%FTD-"},
}

// A message is what the number of a message says of its form.
type message struct {
	proto    portlore.Proto // zero: its name stands in the text
	verdict  portlore.Verdict
	from, to string // what stands before the two ends
	toItself bool   // it went to the firewall itself
}

func asaMessage(number []byte) (message, bool) {
	switch string(number) {
	case "106001":
		return message{portlore.TCP, portlore.Blocked, " from ", " to ", false}, true
	case "106006", "106007":
		return message{portlore.UDP, portlore.Blocked, " from ", " to ", false}, true
	case "106010", "106023":
		return message{0, portlore.Blocked, " src ", " dst ", false}, true
	case "106014":
		return message{portlore.ICMP, portlore.Blocked, " src ", " dst ", false}, true
	case "106015":
		return message{portlore.TCP, portlore.Blocked, " from ", " to ", false}, true
	case "106016", "106017", "106021", "106022":
		return message{0, portlore.Blocked, " from ", " to ", false}, true
	case "106100":
		return message{0, portlore.Unsaid, "", " -> ", false}, true
	case "302013", "302015":
		return message{0, portlore.Accepted, " for ", " to ", false}, true
	case "313001", "313005":
		return message{portlore.ICMP, portlore.Blocked, " from ", "", false}, true
	case "710002":
		return message{0, portlore.Accepted, " from ", " to ", true}, true
	case "710003", "710005":
		return message{0, portlore.Blocked, " from ", " to ", true}, true
	}
	return message{}, false
}

func readASA(l *line, ob *portlore.Observation) outcome {
	text := l.message
	start := bytes.IndexByte(text, '%')
	if start < 0 || len(text) < start+14 {
		return other
	}
	rest := text[start+1:]
	if !bytes.HasPrefix(rest, []byte("ASA-")) && !bytes.HasPrefix(rest, []byte("PIX-")) && !bytes.HasPrefix(rest, []byte("FTD-")) {
		return other
	}
	colon := bytes.Index(rest, []byte(": "))
	if colon < 7 || !isNumber(rest[colon-6:colon]) {
		return other
	}
	m, known := asaMessage(rest[colon-6 : colon])
	if !known {
		return other
	}
	body := rest[colon+1:] // with the blank before it
	if bytes.HasPrefix(rest[colon-6:], []byte("313005")) {
		return other // an error about a packet that stands inside it
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	a := asaRecord{text: text, message: m, ob: ob}
	a.read(len(text)-len(body), bytes.HasPrefix(rest[colon-6:], []byte("1061")))
	if a.fault.why != "" {
		return l.fails(a.fault)
	}
	return understood
}

// An asaRecord is one message while it is read.
type asaRecord struct {
	message
	text  []byte
	ob    *portlore.Observation
	fault fault
}

// read reads the message that begins at p; listed is the form of 106100.
func (a *asaRecord) read(p int, listed bool) {
	ob, body := a.ob, a.text[p:]
	ob.Verdict, ob.Proto, ob.Has = a.verdict, a.proto, portlore.HasProto
	if listed {
		a.list(p)
		return
	}
	if a.proto == 0 {
		a.named(body)
	}
	from := bytes.Index(body, []byte(a.from))
	if from < 0 {
		a.fault = fault{at: len(a.text), field: a.from[1:], why: isMissing}
		return
	}
	from += p + len(a.from)
	s := a.end(from, &ob.InIf, &ob.Src, "source")
	if a.to == "" { // only the sender is said: it went to the firewall itself
		if i := bytes.Index(body, []byte(" on interface ")); i >= 0 {
			ob.InIf = wordAt(body, i+len(" on interface "))
		}
		ob.Way = portlore.In
		a.icmp(body)
		return
	}
	to := bytes.Index(a.text[from:], []byte(a.to))
	if to < 0 {
		a.fault = fault{at: len(a.text), field: a.to[1:], why: isMissing}
		return
	}
	to += from + len(a.to)
	d := a.end(to, &ob.OutIf, &ob.Dst, "destination")
	setPorts(ob, s, d)
	a.rest(a.text[to:], body)
}

// rest reads what stands behind the two ends: flags, types, the interface.
func (a *asaRecord) rest(behind, body []byte) {
	ob := a.ob
	if i := bytes.Index(behind, []byte(" flags ")); i >= 0 && ob.Proto == portlore.TCP {
		words := behind[i+len(" flags "):]
		if j := bytes.Index(words, []byte(" on ")); j >= 0 {
			words = words[:j]
		}
		if flags, ok := flagWords(bytes.TrimSpace(words)); ok {
			ob.Flags = flags
			ob.Has |= portlore.HasFlags
		}
	}
	if i := bytes.Index(behind, []byte(" on interface ")); i >= 0 {
		ob.InIf, ob.OutIf = wordAt(behind, i+len(" on interface ")), nil
	}
	a.icmp(behind)
	if a.toItself {
		ob.InIf, ob.OutIf, ob.Way = ob.OutIf, nil, portlore.In
	}
	if bytes.HasPrefix(body, []byte(" Built outbound ")) { // the inside end is named last, and is the one that called
		ob.Src, ob.Dst = ob.Dst, ob.Src
		ob.SrcPort, ob.DstPort = ob.DstPort, ob.SrcPort
		ob.InIf, ob.OutIf = ob.OutIf, ob.InIf
	}
}

// named finds the protocol in the words before the first end: a name, or a number
// behind "protocol". Without either it is not said.
func (a *asaRecord) named(body []byte) {
	w := words{text: body, p: 1}
	for word := w.next(); word != nil; word = w.next() {
		if string(word) == "protocol" {
			word = w.next()
		} else if isNumber(word) {
			continue
		}
		if proto, ok := protoOf(word); ok {
			a.ob.Proto = proto
			return
		}
	}
	a.ob.Has &^= portlore.HasProto
}

// end reads "outside:198.51.100.9/40001" at p; the interface may be missing.
func (a *asaRecord) end(p int, iface *[]byte, to *netip.Addr, name string) int32 {
	word := wordAt(a.text, p)
	word = bytes.TrimRight(word, ",.")
	host := word
	if i := bytes.IndexByte(word, ':'); i >= 0 && !isAddress(word) {
		*iface, host = word[:i:i], word[i+1:]
	}
	addr, port, ok := endpoint(host, '/')
	if !ok && a.fault.why == "" {
		a.fault = fault{at: p, field: name, value: word, why: notAnAddress}
	}
	*to = addr
	return port
}

// isAddress tells an IPv6 address from "outside:198.51.100.9/22".
func isAddress(b []byte) bool {
	_, _, ok := endpoint(b, '/')
	return ok
}

// icmp reads "(type 8, code 0)" or "ICMP type=8, code=0".
func (a *asaRecord) icmp(b []byte) {
	if a.ob.Proto != portlore.ICMP && a.ob.Proto != portlore.ICMPv6 {
		return
	}
	i := bytes.Index(b, []byte("type"))
	j := bytes.Index(b, []byte("code"))
	if i < 0 || j < i || j+5 > len(b) {
		return
	}
	t, ok := uintOf(digits(b[i+5:]), 255)
	code, fine := uintOf(digits(b[j+5:]), 255)
	if ok && fine {
		a.ob.ICMPType, a.ob.ICMPCode = uint8(t), uint8(code)
		a.ob.Has |= portlore.HasICMP
	}
}

// digits are the digits at the start of b.
func digits(b []byte) []byte {
	n := 0
	for n < len(b) && '0' <= b[n] && b[n] <= '9' {
		n++
	}
	return b[:n]
}

// list reads " access-list NAME denied tcp outside/198.51.100.9(40001) -> inside/203.0.113.10(22) …".
func (a *asaRecord) list(p int) {
	ob := a.ob
	arrow := bytes.Index(a.text[p:], []byte(a.to))
	if arrow < 0 {
		a.fault = fault{at: len(a.text), field: "->", why: isMissing}
		return
	}
	arrow += p
	head := a.text[p:arrow]
	from := bytes.LastIndexByte(head, ' ') + 1
	before := bytes.TrimRight(head[:from], " ")
	name := before[bytes.LastIndexByte(before, ' ')+1:]
	var ok bool
	if ob.Proto, ok = protoOf(name); !ok {
		a.fault = fault{at: p + len(before) - len(name), field: "protocol", value: name, why: notAProtocol}
		return
	}
	switch {
	case bytes.Contains(before, []byte(" denied ")):
		ob.Verdict = portlore.Blocked
	case bytes.Contains(before, []byte(" permitted ")):
		ob.Verdict = portlore.Accepted
	}
	s := a.listed(p+from, head[from:], &ob.InIf, &ob.Src, "source")
	to := arrow + len(a.to)
	d := a.listed(to, wordAt(a.text, to), &ob.OutIf, &ob.Dst, "destination")
	if ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6 { // in place of ports: type and code
		if s >= 0 && s < 256 && d >= 0 && d < 256 {
			ob.ICMPType, ob.ICMPCode = uint8(s), uint8(d)
			ob.Has |= portlore.HasICMP
		}
		return
	}
	setPorts(ob, s, d)
}

// listed reads "outside/198.51.100.9(40001)".
func (a *asaRecord) listed(at int, word []byte, iface *[]byte, to *netip.Addr, name string) int32 {
	host := word
	if i := bytes.LastIndexByte(word, '/'); i >= 0 {
		*iface, host = word[:i:i], word[i+1:]
	}
	port := int32(-1)
	if i := bytes.IndexByte(host, '('); i >= 0 {
		if n, ok := uintOf(digits(host[i+1:]), 65535); ok {
			port = int32(n)
		}
		host = host[:i]
	}
	addr, _, ok := endpoint(host, '/')
	if !ok && a.fault.why == "" {
		a.fault = fault{at: at, field: name, value: word, why: notAnAddress}
	}
	*to = addr
	return port
}
