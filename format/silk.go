package format

import (
	"bytes"
	"time"

	"github.com/portlore/portlore"
)

// Flows as rwcut of SiLK prints them: columns between bars, padded with blanks,
// under a header that names them.
//
//	         sIP|                                    dIP|sPort|dPort|pro|   packets|     bytes|   flags|                  sTime| duration|                  eTime|sen|
//	198.51.100.9|                           203.0.113.10|40001|   22|  6|         3|       180| S      |2026/11/23T15:02:16.250|    3.004|2026/11/23T15:02:19.254| S0|
//
// Flags are those of all packets of a flow; of ICMP, type and code stand in the
// port of the destination. Times are UTC unless rwcut was told not to.
var silk = &Format{
	Name:   "silk",
	Doc:    "flows as SiLK's rwcut prints them",
	Spec:   "https://tools.netsa.cert.org/silk/rwcut.html",
	header: headerSilk,
	read:   readSilk,
	marks:  []string{"|"},
}

// Fields of SiLK alone.
const (
	silkUnion   = fieldFirst + iota
	silkInitial // flags of the first packet
)

func headerSilk(text []byte, _ Options) (y layout, ok bool) {
	if !bytes.Contains(text, []byte("sIP|")) || !bytes.Contains(text, []byte("dIP|")) {
		return y, false
	}
	y.sep = '|'
	for name := range bytes.SplitSeq(bytes.TrimSuffix(bytes.TrimRight(text, " "), []byte("|")), []byte("|")) {
		y.add(silkField(bytes.TrimSpace(name)))
	}
	return y, y.has(fieldSrc) && y.has(fieldDst)
}

func silkField(name []byte) field {
	switch string(name) {
	case "sIP":
		return fieldSrc
	case "dIP":
		return fieldDst
	case "sPort":
		return fieldSrcPort
	case "dPort":
		return fieldDstPort
	case "pro", "protocol":
		return fieldProto
	case "packets", "pkts":
		return fieldPackets
	case "bytes":
		return fieldBytes
	case "flags":
		return silkUnion
	case "initialF", "initialFlags":
		return silkInitial
	case "sTime", "sTime+msec":
		return fieldTime
	case "iType", "iTy":
		return fieldICMPType
	case "iCode", "iCo":
		return fieldICMPCode
	}
	return fieldOther
}

func readSilk(l *line, ob *portlore.Observation) outcome {
	if l.layout == nil || bytes.Count(l.text, []byte("|")) < l.layout.n-1 || bytes.Contains(l.text, []byte("sIP|")) {
		return other
	}
	l.message, l.column = l.text, 1
	l.when, l.bad = stamp{}, fault{}
	r := l.build(ob)
	c := cells{layout: l.layout, text: l.text}
	var union, initial portlore.TCPFlags
	for c.next() {
		lead := len(c.value) - len(bytes.TrimLeft(c.value, " "))
		value, at, ok := bytes.TrimSpace(c.value), c.at+lead, true
		switch c.field {
		case silkUnion:
			union, ok = unionOf(value)
		case silkInitial:
			initial, ok = unionOf(value)
		case fieldTime:
			silkTime(l, value, at)
		default:
			r.put(c.field, value, at, nfdumpName(c.field))
		}
		if !ok && len(value) > 0 {
			return l.fails(fault{at: at, field: "flags", value: value, why: isImpossible})
		}
	}
	result := r.done()
	if result != understood || ob.Has&portlore.HasProto == 0 {
		return result
	}
	switch ob.Proto {
	case portlore.TCP:
		setUnion(ob, union)
		if first := initial & (portlore.SYN | portlore.ACK); first&portlore.SYN != 0 && ob.Has&portlore.HasFlags == 0 {
			ob.Flags = first // of the first packet alone: it says who began
			ob.Has |= portlore.HasFlags
		}
	case portlore.ICMP, portlore.ICMPv6:
		if ob.Has&portlore.HasICMP == 0 {
			setICMP(ob, r.dst)
		}
	}
	portless(ob)
	return result
}

// silkTime reads "2026/11/23T15:02:16.250", or a number of seconds.
func silkTime(l *line, value []byte, at int) {
	l.timeOf(value, at)
	if l.when.size > 0 && l.when.zone == assumed && !l.when.bad {
		_, offset := time.Unix(0, l.when.nanos).In(l.clock.zone).Zone()
		l.when.nanos += int64(offset) * 1e9
		l.when.zone = stated
	}
}
