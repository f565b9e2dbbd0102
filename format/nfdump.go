package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What nfdump prints of the flows that nfcapd and its kin collected, as
// comma-separated values (-o csv), with a header of the old names or of the new,
//
//	ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,…
//	2026-11-23 10:00:00,2026-11-23 10:00:02,2.004,198.51.100.9,203.0.113.10,40001,22,TCP,......S.,0,0,3,180,0,0,…
//	firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows
//
// or as a table (-o line, long, extended, and what it prints without -o), of
// which each line says itself what is in it:
//
//	2026-11-23 10:00:00.120     00:00:02.004 TCP     198.51.100.9:40001 ->     203.0.113.10:22    ......S.   0        3      180     1
//
// Its statistics (-s) and the summary at the end are no flows.
var nfdump = &Format{
	Name:   "nfdump",
	Doc:    "flows as nfdump prints them (CSV and tables)",
	Spec:   "nfdump(1); src/output/output_csv.c and output_fmt.c of https://github.com/phaag/nfdump",
	header: headerNfdump,
	read:   readNfdump,
	marks:  []string{"00:00:00. -> "},
}

// Fields of nfdump alone.
const (
	nfdumpDuration = fieldFirst + iota
	nfdumpUnion
	nfdumpForwarding // RFC 7270 section 4.12
	nfdumpEvent      // of a firewall, by NSEL
	nfdumpPacketsOut
	nfdumpBytesOut
)

func headerNfdump(text []byte, _ Options) (y layout, ok bool) {
	if !bytes.HasPrefix(text, []byte("ts,")) && !bytes.Contains(text, []byte("srcAddr,")) {
		return y, false
	}
	y.sep = ','
	for name := range bytes.SplitSeq(text, []byte(",")) {
		y.add(nfdumpField(name))
	}
	return y, y.has(fieldTime) && y.has(fieldSrc) && y.has(fieldDst)
}

func nfdumpField(name []byte) field {
	switch string(name) {
	case "ts", "firstSeen", "eventTime":
		return fieldTime
	case "td", "duration":
		return nfdumpDuration
	case "sa", "srcAddr":
		return fieldSrc
	case "da", "dstAddr":
		return fieldDst
	case "sp", "srcPort":
		return fieldSrcPort
	case "dp", "dstPort":
		return fieldDstPort
	case "pr", "proto":
		return fieldProto
	case "flg", "flags":
		return nfdumpUnion
	case "fwd", "fwdStatus":
		return nfdumpForwarding
	case "ipkt", "inPackets", "packets":
		return fieldPackets
	case "ibyt", "inBytes", "bytes":
		return fieldBytes
	case "opkt", "outPackets":
		return nfdumpPacketsOut
	case "obyt", "outBytes":
		return nfdumpBytesOut
	case "in", "input", "inIfName":
		return fieldInIf
	case "out", "output", "outIfName":
		return fieldOutIf
	case "icmpTYpe", "icmpType": // it was misspelt at first
		return fieldICMPType
	case "icmpCode":
		return fieldICMPCode
	case "event":
		return nfdumpEvent
	case "minTTL":
		return fieldTTL
	}
	return fieldOther
}

func readNfdump(l *line, ob *portlore.Observation) outcome {
	if l.layout == nil {
		return readNfdumpTable(l, ob)
	}
	if bytes.Count(l.text, []byte(",")) != l.layout.n-1 || bytes.HasPrefix(l.text, []byte("ts,")) || bytes.Contains(l.text, []byte("srcAddr,")) {
		return other
	}
	l.message, l.column = l.text, 1
	l.when, l.bad = stamp{}, fault{}
	r := l.build(ob)
	c := cells{layout: l.layout, text: l.text}
	n := nfdumpFlow{ob: ob, icmp: -1}
	for c.next() {
		value := bytes.TrimLeft(c.value, " ")
		ok := true
		switch c.field {
		case fieldProto:
			if _, known := protoOf(value); known { // others by name say nothing that matters
				r.put(c.field, value, c.at, "protocol")
			}
		case fieldDstPort:
			if kind, code, found := bytes.Cut(value, []byte(".")); found {
				r.put(fieldICMPType, kind, c.at, "ICMP type")
				r.put(fieldICMPCode, code, c.at, "ICMP code")
			} else {
				r.put(c.field, value, c.at, "destination port")
				n.icmp = r.dst
			}
		case fieldInIf, fieldOutIf:
			if string(value) != "0" {
				r.put(c.field, value, c.at, "interface")
			}
		case nfdumpDuration:
			ok = possible(value)
		default:
			if ok = n.put(c.field, value); ok {
				r.put(c.field, value, c.at, nfdumpName(c.field))
			}
		}
		if !ok {
			return l.fails(fault{at: c.at, field: nfdumpName(c.field), value: value, why: isImpossible})
		}
	}
	if l.when.size == 0 && !l.when.bad {
		return l.fails(fault{field: "time", value: l.text[:min(10, len(l.text))], why: noSuchTime})
	}
	result := r.done()
	n.done()
	return result
}

// nfdumpName is what to call a field that is wrong.
func nfdumpName(f field) string {
	switch f {
	case fieldTime:
		return "time"
	case fieldSrc:
		return "source address"
	case fieldDst:
		return "destination address"
	case fieldSrcPort:
		return "source port"
	case nfdumpDuration:
		return "duration"
	case nfdumpUnion:
		return "flags"
	}
	return "number"
}

// A nfdumpFlow is what belongs to a flow and is put together at the end.
type nfdumpFlow struct {
	ob                   *portlore.Observation
	flags                portlore.TCPFlags
	packetsOut, bytesOut uint64
	icmp                 int64
}

// put takes the fields that are nfdump's own.
func (n *nfdumpFlow) put(f field, value []byte) (ok bool) {
	ok = true
	switch f {
	case nfdumpUnion:
		n.flags, ok = unionOf(value)
	case nfdumpForwarding:
		var status uint64
		status, ok = uintOf(value, 255)
		n.ob.Verdict = forwarded(status)
	case nfdumpEvent:
		n.ob.Verdict = firewallEvent(value)
	case nfdumpPacketsOut:
		n.packetsOut, ok = countOf(value)
	case nfdumpBytesOut:
		n.bytesOut, ok = countOf(value)
	}
	return ok
}

func (n *nfdumpFlow) done() {
	ob := n.ob
	switch {
	case n.packetsOut+n.bytesOut == 0:
	case ob.Packets+ob.Bytes == 0: // counted where it left
		ob.Packets, ob.Bytes = n.packetsOut, n.bytesOut
	default:
		ob.Answered = true
	}
	switch {
	case ob.Has&portlore.HasProto == 0:
	case ob.Proto == portlore.TCP:
		setUnion(ob, n.flags)
	case ob.Proto == portlore.ICMP, ob.Proto == portlore.ICMPv6:
		if ob.Has&portlore.HasICMP == 0 {
			setICMP(ob, n.icmp)
		}
	}
	portless(ob)
}

// forwarded is the verdict of a forwarding status (RFC 7270 section 4.12): of what
// was dropped only what a rule dropped.
func forwarded(status uint64) portlore.Verdict {
	switch {
	case status>>6 == 1, status>>6 == 3:
		return portlore.Accepted
	case status >= 128 && status <= 130:
		return portlore.Blocked
	}
	return portlore.Unsaid
}

// firewallEvent is the verdict of an event of a firewall.
func firewallEvent(name []byte) portlore.Verdict {
	switch string(name) {
	case "CREATE", "DELETE", "UPDATE", "ADD":
		return portlore.Accepted
	case "DENIED", "DENY":
		return portlore.Blocked
	}
	return portlore.Unsaid
}

// possible says that a duration is one: ten digits of seconds are wrong by far.
func possible(duration []byte) bool {
	whole, _, _ := bytes.Cut(duration, []byte("."))
	return len(whole) < 12
}

// readNfdumpTable reads a line of a table. Between its columns are blanks.
func readNfdumpTable(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if len(text) < 60 || text[4] != '-' || text[10] != ' ' || text[19] != '.' || l.stamped != len("2026-11-23 10:00:00.120") {
		return other
	}
	arrow := bytes.Index(text, []byte(" -> "))
	if arrow < 0 {
		return other
	}
	l.message, l.column = text, 1
	w := words{text: text, p: l.stamped}
	n := nfdumpFlow{ob: ob, icmp: -1}
	first := w.word()
	nsel := len(first) > 0 && 'A' <= first[0] && first[0] <= 'Z'
	if nsel {
		ob.Verdict = firewallEvent(first)
		w.word() // why
	} else if len(first) == 0 || first[0] < '0' || first[0] > '9' {
		return other
	} else if !possible(first) {
		return l.fails(fault{at: w.at(first), field: "duration", value: first, why: isImpossible})
	}
	var known bool
	if ob.Proto, known = protoOf(w.word()); known {
		ob.Has |= portlore.HasProto
	}
	src := w.word()
	if w.at(src) > arrow {
		return other
	}
	srcAt := w.at(src)
	if string(w.word()) != "->" {
		return other
	}
	dst := w.word()
	dstAt := w.at(dst)
	var from, to int64
	var ok bool
	if ob.Src, from, ok = nfdumpEnd(src); !ok {
		return l.fails(fault{at: srcAt, field: "source", value: src, why: notAnAddress})
	}
	if ob.Dst, to, ok = nfdumpEnd(dst); !ok {
		return l.fails(fault{at: dstAt, field: "destination", value: dst, why: notAnAddress})
	}
	w.flagsOrMore(&n, nsel)
	if l.when.nanos < portlore.SinceBoot {
		l.when = stamp{} // 1970: the exporter said no time
	}
	switch ob.Proto {
	case portlore.ICMP, portlore.ICMPv6:
		n.icmp = to
	default:
		setPorts(ob, int32(from), int32(to))
	}
	n.done()
	return understood
}

// flagsOrMore reads what stands behind the ends: of a firewall's event two other
// ends, and bytes either way; else flags and the type of service, where there
// are any, packets and bytes.
func (w *words) flagsOrMore(n *nfdumpFlow, nsel bool) {
	if nsel {
		w.word()
		w.word()
		w.word()
		n.ob.Bytes = w.scaled()
		n.bytesOut = w.scaled()
		return
	}
	before := w.p
	word := w.word()
	if flags, ok := unionOf(word); ok && (len(word) == 6 || len(word) == 8 || word[0] == '0' && len(word) == 4) && !isNumber(word) {
		n.flags = flags
		w.word()
	} else {
		w.p = before
	}
	n.ob.Packets = w.scaled()
	n.ob.Bytes = w.scaled()
}

// word is the next word, however many blanks stand before it.
func (w *words) word() []byte {
	w.p = skipBlanks(w.text, min(w.p, len(w.text)))
	return w.next()
}

// scaled reads a number, or one that was shortened: "52.2 M". It is in decimal
// units unless nfdump was told not to.
func (w *words) scaled() uint64 {
	whole, fraction, point := bytes.Cut(w.word(), []byte("."))
	n, ok := countOf(whole)
	if !ok {
		return 0
	}
	tenth := uint64(0)
	if point && len(fraction) == 1 {
		tenth, _ = countOf(fraction)
	}
	before := w.p
	unit := uint64(0)
	switch string(w.word()) {
	case "K":
		unit = 1e3
	case "M":
		unit = 1e6
	case "G":
		unit = 1e9
	case "T":
		unit = 1e12
	}
	if unit == 0 || n > 1<<30 {
		w.p = before
		return n
	}
	return n*unit + tenth*unit/10
}

// nfdumpEnd reads an address and a port: "198.51.100.9:22", "2001:db8::9.22", and
// of ICMP type and code, "203.0.113.10:8.0", which come as one number.
func nfdumpEnd(b []byte) (netip.Addr, int64, bool) {
	for i := len(b) - 1; i > 0; i-- {
		if b[i] != ':' && b[i] != '.' {
			continue
		}
		a, ok := addr.Parse(b[:i])
		if !ok {
			continue
		}
		kind, code, icmp := bytes.Cut(b[i+1:], []byte("."))
		port, ok := uintOf(kind, 65535)
		if icmp {
			low, fine := uintOf(code, 255)
			port, ok = port<<8|low, ok && fine && port < 256
		}
		return a, int64(port), ok
	}
	return netip.Addr{}, 0, false
}
