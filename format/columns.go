package format

import (
	"bytes"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// Some evidence is a table: a header names the columns, and the lines below it
// hold nothing but values. A Format with a header function reads such lines by
// the last header above them, of which it makes a layout.

// field is what stands in a column.
type field uint8

const (
	fieldOther field = iota // nothing that matters
	fieldTime               // seconds, or smaller units, since the epoch; or a stamp
	fieldSrc
	fieldDst
	fieldSrcPort
	fieldDstPort
	fieldProto // name or number
	fieldAction
	fieldPackets
	fieldBytes
	fieldPacketsBack // from the destination; more than zero: it answered
	fieldBytesBack
	fieldFlags // the number of RFC 9293 section 3.1
	fieldInIf
	fieldOutIf
	fieldICMPType
	fieldICMPCode
	fieldTTL
	fieldLength
	fieldLabel // of the rule
	fieldFirst // formats that need more fields of their own count from here
)

// A layout says what stands in which column of the lines below a header.
type layout struct {
	of     *Format
	sep    byte // between columns; but for blanks, values may be quoted as in RFC 4180
	fields [maxColumns]field
	n      int
}

// maxColumns is how many columns are looked at.
const maxColumns = 128

// add notes the field of the next column.
func (y *layout) add(f field) {
	if y.n < maxColumns {
		y.fields[y.n] = f
		y.n++
	}
}

// has says that some column holds a field.
func (y *layout) has(f field) bool { return slices.Contains(y.fields[:y.n], f) }

// cells are the values of a line, from left to right.
type cells struct {
	layout *layout
	text   []byte
	p, i   int

	field field
	value []byte // without quotes
	at    int    // of the value in text
}

// next moves on to the next value and tells whether there is one.
func (c *cells) next() bool {
	if c.p > len(c.text) || c.i >= c.layout.n {
		return false
	}
	c.field = c.layout.fields[c.i]
	c.i++
	c.at = c.p
	rest := c.text[c.p:]
	if c.layout.sep != ' ' && len(rest) > 0 && rest[0] == '"' {
		end := quotedEnd(rest)
		c.at++
		c.value = rest[1:end:end]
		rest = rest[min(end+1, len(rest)):]
		skip := bytes.IndexByte(rest, c.layout.sep)
		if skip < 0 {
			c.p = len(c.text) + 1
		} else {
			c.p = len(c.text) - len(rest) + skip + 1
		}
		return true
	}
	end := bytes.IndexByte(rest, c.layout.sep)
	if end < 0 {
		end = len(rest)
	}
	c.value = rest[:end:end]
	c.p += end + 1
	return true
}

// quotedEnd is where the quote that b begins with ends; two quotes are one that
// does not end it.
func quotedEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			i++
			continue
		}
		return i
	}
	return len(b)
}

// A builder is an observation being filled from cells or from the members of a
// JSON object, in any order.
type builder struct {
	l            *line
	ob           *portlore.Observation
	src, dst     int64 // ports; -1: not said
	icmp, code   int64
	flags        int64
	fault        fault
	saysProtocol bool
}

func (l *line) build(ob *portlore.Observation) builder {
	return builder{l: l, ob: ob, src: -1, dst: -1, icmp: -1, code: -1, flags: -1}
}

// put takes a value. A dash and an empty value say nothing. At is where it stands
// in the message, name what to call it if it is wrong.
func (r *builder) put(f field, value []byte, at int, name string) {
	if empty(value) {
		return
	}
	ob, ok := r.ob, true
	why := outOfRange
	number := func(most uint64) int64 {
		var n uint64
		n, ok = uintOf(value, most)
		return int64(n)
	}
	switch f {
	case fieldTime:
		r.l.timeOf(value, at)
	case fieldSrc:
		ob.Src, ok = addr.Parse(value)
		why = notAnAddress
	case fieldDst:
		ob.Dst, ok = addr.Parse(value)
		why = notAnAddress
	case fieldSrcPort:
		r.src = number(65535)
	case fieldDstPort:
		r.dst = number(65535)
	case fieldProto:
		ob.Proto, ok = protoOf(value)
		r.saysProtocol = ok
		why = notAProtocol
	case fieldPackets:
		ob.Packets, ok = countOf(value)
	case fieldBytes:
		ob.Bytes, ok = countOf(value)
	case fieldPacketsBack, fieldBytesBack:
		var n uint64
		n, ok = countOf(value)
		ob.Answered = ob.Answered || n > 0
	case fieldFlags:
		r.flags = number(255)
	case fieldInIf:
		ob.InIf = value
	case fieldOutIf:
		ob.OutIf = value
	case fieldICMPType:
		r.icmp = number(255)
	case fieldICMPCode:
		r.code = number(255)
	case fieldTTL:
		ob.TTL = uint8(number(255))
		ob.Has |= portlore.HasTTL
	case fieldLength:
		ob.Length = uint32(number(65535))
	case fieldLabel:
		ob.Label = value
	}
	if !ok && r.fault.why == "" {
		r.fault = fault{at: at, field: name, value: value, why: why}
	}
}

// done finishes the observation: what belongs together is put together.
func (r *builder) done() outcome {
	ob := r.ob
	switch {
	case r.fault.why != "":
		return r.l.fails(r.fault)
	case r.l.when.bad:
		return understood // the driver counts it as malformed
	case !ob.Src.IsValid():
		return r.l.fails(fault{at: len(r.l.message), field: "source address", why: isMissing})
	case !ob.Dst.IsValid():
		return r.l.fails(fault{at: len(r.l.message), field: "destination address", why: isMissing})
	}
	if !r.saysProtocol {
		return understood
	}
	ob.Has |= portlore.HasProto
	switch ob.Proto {
	case portlore.ICMP, portlore.ICMPv6:
		if r.icmp >= 0 && r.code >= 0 {
			ob.ICMPType, ob.ICMPCode = uint8(r.icmp), uint8(r.code)
			ob.Has |= portlore.HasICMP
		}
		return understood
	case portlore.TCP:
		if r.flags >= 0 {
			ob.Flags = portlore.TCPFlags(r.flags)
			ob.Has |= portlore.HasFlags
		}
	case portlore.UDP, portlore.UDPLite, portlore.SCTP, 33 /* DCCP */ :
	default: // such a table has zeros there
		return understood
	}
	if r.src < 0 && r.dst > 0 { // as in a summary of what was asked for
		r.src = 0
		ob.Has |= portlore.LacksSrcPort
	}
	setPorts(ob, int32(r.src), int32(r.dst))
	return understood
}

// timeOf reads a time that stands in a field of its own.
func (l *line) timeOf(value []byte, at int) {
	if nanos, ok := epochOf(value); ok {
		l.when = fromEpoch(nanos, stated, max(1, l.when.size))
		return
	}
	when := l.clock.stamp(value)
	if when.bad {
		l.bad = l.clock.fault
		l.bad.at += l.base + at + l.column - 1
	}
	if when.size > 0 {
		l.when = when
	}
}

// epochOf reads a time since the epoch: in seconds, with a fraction or without,
// or in milli-, micro- or nanoseconds, which the number of digits tells apart.
func epochOf(b []byte) (nanos int64, ok bool) {
	whole, fraction, point := bytes.Cut(b, []byte("."))
	n := int64(0)
	if len(whole) > 19 || !isNumber(whole) || point && !isNumber(fraction) {
		return 0, false
	}
	for _, c := range whole {
		if n > (1<<63-1)/10-1 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	unit := int64(1)
	switch len(whole) {
	case 9, 10:
		unit = 1e9
	case 12, 13:
		unit = 1e6
	case 15, 16:
		unit = 1e3
	case 18, 19:
	default:
		return 0, false
	}
	if n > (1<<63-1)/unit-1 {
		return 0, false
	}
	nanos = n * unit
	for _, c := range fraction {
		if unit /= 10; unit == 0 {
			break
		}
		nanos += int64(c-'0') * unit
	}
	return nanos, true
}

// countOf reads a number of packets or bytes; thousands of a log of years fit.
func countOf(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 18 || !isNumber(b) {
		return 0, false
	}
	n := uint64(0)
	for _, c := range b {
		n = n*10 + uint64(c-'0')
	}
	return n, true
}
