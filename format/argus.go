package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// Flows of Argus as ra prints them, with commas (-c ,) under a header, or as a
// table:
//
//	StartTime,Flgs,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,TotPkts,TotBytes,State
//	15:02:16.250911, e        ,tcp,198.51.100.9,40001,   ->,203.0.113.10,22,3,180,REQ
//	   15:02:16.250911  e           tcp       198.51.100.9.40001     ->       203.0.113.10.22            3        180   REQ
//
// The source is whoever began; "<?>" says that Argus does not know who did. The
// usual time has no date. State REQ is a question without an answer, RST a
// refusal; CON and FIN are connections, and so is whatever went both ways ("<->").
var argus = &Format{
	Name:   "argus",
	Doc:    "flows of Argus as ra prints them (-c , and tables)",
	Spec:   "ra(1) of argus-clients, https://openargus.org",
	header: headerArgus,
	read:   readArgus,
	marks:  []string{"^000:00:00."},
}

// Fields of Argus alone.
const (
	argusDir = fieldFirst + iota
	argusState
)

func headerArgus(text []byte, _ Options) (y layout, ok bool) {
	if !bytes.Contains(text, []byte(",SrcAddr,")) || !bytes.Contains(text, []byte(",Dir,")) && !bytes.Contains(text, []byte(",State")) {
		return y, false
	}
	y.sep = ','
	for name := range bytes.SplitSeq(text, []byte(",")) {
		y.add(argusField(bytes.TrimSpace(name)))
	}
	return y, y.has(fieldSrc) && y.has(fieldDst)
}

func argusField(name []byte) field {
	switch string(name) {
	case "StartTime":
		return fieldTime
	case "Proto":
		return fieldProto
	case "SrcAddr":
		return fieldSrc
	case "DstAddr":
		return fieldDst
	case "Sport":
		return fieldSrcPort
	case "Dport":
		return fieldDstPort
	case "SrcPkts":
		return fieldPackets
	case "SrcBytes":
		return fieldBytes
	case "DstPkts":
		return fieldPacketsBack
	case "DstBytes":
		return fieldBytesBack
	case "sTtl":
		return fieldTTL
	case "Dir":
		return argusDir
	case "State":
		return argusState
	}
	return fieldOther
}

func readArgus(l *line, ob *portlore.Observation) outcome {
	if l.layout == nil {
		return readArgusTable(l, ob)
	}
	if bytes.Count(l.text, []byte(",")) != l.layout.n-1 || bytes.Contains(l.text, []byte(",SrcAddr,")) {
		return other
	}
	l.message, l.column = l.text, 1
	l.when, l.bad = stamp{}, fault{}
	r := l.build(ob)
	c := cells{layout: l.layout, text: l.text}
	var dir, state []byte
	for c.next() {
		lead := len(c.value) - len(bytes.TrimLeft(c.value, " "))
		value, at := bytes.TrimSpace(c.value), c.at+lead
		switch c.field {
		case argusDir:
			dir = value
		case argusState:
			state = value
		case fieldProto:
			if _, ok := protoOf(value); !ok && string(value) != "ipv6-icmp" {
				return other // arp, lldp and man, Argus's own word
			}
			if string(value) == "ipv6-icmp" {
				value = icmp6Name
			}
			r.put(c.field, value, at, "protocol")
		case fieldSrcPort, fieldDstPort:
			if isNumber(value) { // else a name, or type and code of ICMP in hexadecimal
				r.put(c.field, value, at, "port")
			}
		default:
			r.put(c.field, value, at, nfdumpName(c.field))
		}
	}
	result := r.done()
	if result == understood {
		argusSays(ob, dir, state)
	}
	return result
}

var icmp6Name = []byte("icmpv6")

// argusSays takes what arrow and state say. An arrow from right to left says that
// the second end sends.
func argusSays(ob *portlore.Observation, dir, state []byte) {
	if bytes.HasPrefix(dir, []byte("<")) && !bytes.HasSuffix(dir, []byte(">")) {
		ob.Src, ob.Dst = ob.Dst, ob.Src
		ob.SrcPort, ob.DstPort = ob.DstPort, ob.SrcPort
		ob.Packets, ob.Bytes = 0, 0
	}
	switch string(state) {
	case "REQ", "INT", "RST", "TIM", "URP", "URH", "URN", "s", "sR": // nothing came back, or a refusal
		ob.Answered = false
		if ob.Proto == portlore.TCP && (string(state) == "REQ" || string(state) == "s") {
			ob.Flags = portlore.SYN
			ob.Has |= portlore.HasFlags
		}
	case "CON", "FIN", "ACC", "CLO":
		ob.Answered = ob.Answered || string(dir) == "->" && ob.Proto == portlore.TCP || string(dir) == "<->"
	}
	if ob.Proto == portlore.ICMP && ob.Has&portlore.HasICMP == 0 && (string(state) == "ECO" || string(state) == "ECR") {
		setICMP(ob, 8<<8)
		if string(state) == "ECR" && string(dir) != "<->" {
			setICMP(ob, 0)
		}
	}
}

// readArgusTable reads a line of a table: time, flags, protocol, ends, arrow,
// packets, bytes, state. Ports stand behind a dot.
func readArgusTable(l *line, ob *portlore.Observation) outcome {
	text := l.text
	w := words{text: text}
	when := w.word()
	if len(when) < 15 || when[2] != ':' || when[5] != ':' || when[8] != '.' {
		return other
	}
	if flags := w.word(); len(flags) == 0 || flags[0] != 'e' {
		return other
	}
	proto := w.word()
	for len(proto) == 1 { // flags stand apart: "e s"
		proto = w.word()
	}
	var ok bool
	if ob.Proto, ok = protoOf(proto); !ok {
		return other
	}
	ob.Has |= portlore.HasProto
	src := w.word()
	srcAt := w.at(src)
	dir := w.word()
	if !isArrow(dir) {
		return other
	}
	dst := w.word()
	dstAt := w.at(dst)
	packets, octets, state := w.word(), w.word(), w.word()
	if _, ok := countOf(packets); !ok || len(octets) == 0 {
		return other
	}
	l.message, l.column = text, 1
	l.when, l.bad = stamp{}, fault{} // a time of day alone
	var from, to int64
	if ob.Src, from, ok = argusEnd(src); !ok {
		return l.fails(fault{at: srcAt, field: "source", value: src, why: notAnAddress})
	}
	if ob.Dst, to, ok = argusEnd(dst); !ok {
		return l.fails(fault{at: dstAt, field: "destination", value: dst, why: notAnAddress})
	}
	if ob.Proto != portlore.ICMP && ob.Proto != portlore.ICMPv6 {
		setPorts(ob, int32(from), int32(to))
	}
	argusSays(ob, dir, state)
	return understood
}

func isArrow(b []byte) bool {
	switch string(b) {
	case "->", "<-", "<->", "<?>", "?>", "<?", "<|", "|>", "o>", "<o>", "who":
		return true
	}
	return false
}

// argusEnd is an address with a port behind a dot, or without one.
func argusEnd(b []byte) (netip.Addr, int64, bool) {
	if a, ok := addr.Parse(b); ok {
		return a, -1, true
	}
	return nfdumpEnd(b)
}
