package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// Fields of Wireshark that stand in a table beside those that every table has.
const (
	sharkEpoch field = fieldFirst + iota
	sharkClock       // a time in one of the styles of the list
	sharkSrcPortTCP
	sharkDstPortTCP
	sharkSrcPortUDP
	sharkDstPortUDP
	sharkHexFlags
	sharkOneFlag   // FIN, then SYN and so on, in the order of their bits
	sharkSYN       = sharkOneFlag + 1
	sharkACK       = sharkOneFlag + 4
	sharkICMP6Type = sharkOneFlag + 8 + iota
	sharkICMP6Code
	sharkID
	sharkWindow
	sharkSequence
	sharkOffset // of a fragment
	sharkProtocol
	sharkInfoText
	sharkFrameLength
)

// sharkField is what a field of Wireshark, or a column of its list, holds.
func sharkField(name []byte) field {
	switch string(name) {
	case "frame.time_epoch":
		return sharkEpoch
	case "frame.time", "frame.time_utc", "frame.time_relative", "_ws.col.Time", "_ws.col.time", "Time":
		return sharkClock
	case "ip.src", "ipv6.src", "_ws.col.Source", "_ws.col.def_src", "Source":
		return fieldSrc
	case "ip.dst", "ipv6.dst", "_ws.col.Destination", "_ws.col.def_dst", "Destination":
		return fieldDst
	case "tcp.srcport":
		return sharkSrcPortTCP
	case "tcp.dstport":
		return sharkDstPortTCP
	case "udp.srcport":
		return sharkSrcPortUDP
	case "udp.dstport":
		return sharkDstPortUDP
	case "ip.proto", "ipv6.nxt":
		return fieldProto
	case "tcp.flags":
		return sharkHexFlags
	case "tcp.flags.fin":
		return sharkOneFlag
	case "tcp.flags.syn":
		return sharkSYN
	case "tcp.flags.reset":
		return sharkOneFlag + 2
	case "tcp.flags.push":
		return sharkOneFlag + 3
	case "tcp.flags.ack":
		return sharkACK
	case "tcp.flags.urg":
		return sharkOneFlag + 5
	case "icmp.type":
		return fieldICMPType
	case "icmp.code":
		return fieldICMPCode
	case "icmpv6.type":
		return sharkICMP6Type
	case "icmpv6.code":
		return sharkICMP6Code
	case "ip.ttl", "ipv6.hlim":
		return fieldTTL
	case "ip.len":
		return fieldLength
	case "ip.id":
		return sharkID
	case "tcp.window_size_value", "tcp.window_size.value":
		return sharkWindow
	case "tcp.seq_raw":
		return sharkSequence
	case "ip.frag_offset":
		return sharkOffset
	case "_ws.col.Protocol", "_ws.col.protocol", "Protocol":
		return sharkProtocol
	case "_ws.col.Info", "_ws.col.info", "Info":
		return sharkInfoText
	case "frame.len", "Length":
		return sharkFrameLength
	}
	return fieldOther
}

// tsharkHeader knows the header of a table of fields by their names, which have dots,
// and that of a list of packets by its columns.
func tsharkHeader(text []byte, _ Options) (layout, bool) {
	y := layout{sep: '\t'}
	if bytes.IndexByte(text, '\t') < 0 {
		for _, sep := range []byte(",;|") {
			if bytes.IndexByte(text, sep) >= 0 {
				y.sep = sep
				break
			}
		}
	}
	dots, list := 0, false
	for rest, more := text, true; more && y.n < maxColumns; {
		var name []byte
		name, rest, more = bytes.Cut(rest, []byte{y.sep})
		name = bytes.Trim(name, `"' `)
		list = list || y.n == 0 && string(name) == "No."
		f := sharkField(name)
		if f != fieldOther && bytes.IndexByte(name, '.') > 0 {
			dots++
		}
		y.add(f)
	}
	ends := y.has(fieldSrc) && y.has(fieldDst)
	return y, ends && (dots >= 2 || list && y.has(sharkProtocol))
}

// sharkRow reads a line of a table.
func (l *line) sharkRow(ob *portlore.Observation) outcome {
	l.message, l.column = l.text, 1
	l.when, l.bad = stamp{}, fault{}
	c := cells{layout: l.layout, text: l.text}
	r := newSharkRecord(l, ob)
	for c.next() {
		r.put(c.field, c.value, c.at)
	}
	if !ob.Src.IsValid() || !ob.Dst.IsValid() || c.p <= len(l.text) {
		return other // not IP; or a comma that is none of those between columns
	}
	if r.fault.why != "" {
		return l.fails(r.fault)
	}
	return r.done()
}

// A sharkRecord is a packet by its fields. Where a packet stands inside another, a
// field has several values, of which the first is that of the outer one.
type sharkRecord struct {
	l              *line
	ob             *portlore.Observation
	tcp, udp, icmp [2]int64 // ports; type and code; minus one: not said
	six, nested    bool     // ICMPv6; there are several packets in one another
	said           bool     // the protocol is
	flags          int64
	known, set     portlore.TCPFlags // one by one
	name, info     []byte
	at             int // of info
	fault          fault
}

func newSharkRecord(l *line, ob *portlore.Observation) sharkRecord {
	none := [2]int64{-1, -1}
	return sharkRecord{l: l, ob: ob, tcp: none, udp: none, icmp: none, flags: -1}
}

func (r *sharkRecord) put(f field, value []byte, at int) {
	if f != sharkInfoText && f != sharkClock {
		var more bool
		if value, _, more = bytes.Cut(value, []byte(",")); more {
			r.nested = true
		}
	}
	if len(value) == 0 || f == fieldOther {
		return
	}
	ob, ok := r.ob, true
	number := func(most uint64) int64 {
		var n uint64
		n, ok = sharkNumber(value, most)
		return int64(n)
	}
	switch f {
	case sharkEpoch, sharkClock:
		r.time(value, at)
	case fieldSrc, fieldDst:
		a, isAddress := addr.Parse(value)
		if !isAddress {
			return // a name, or an address of the link layer
		}
		if f == fieldSrc {
			ob.Src = a
		} else {
			ob.Dst = a
		}
	case sharkSrcPortTCP:
		r.tcp[0] = number(65535)
	case sharkDstPortTCP:
		r.tcp[1] = number(65535)
	case sharkSrcPortUDP:
		r.udp[0] = number(65535)
	case sharkDstPortUDP:
		r.udp[1] = number(65535)
	case fieldICMPType, sharkICMP6Type:
		r.icmp[0], r.six = number(255), f == sharkICMP6Type
	case fieldICMPCode, sharkICMP6Code:
		r.icmp[1] = number(255)
	case fieldProto:
		if n := number(255); ok && n != 0 && n != 43 && n != 44 && n != 60 || ok && r.ob.Src.Is4() { // in IPv6, those are headers between
			ob.Proto, r.said = portlore.Proto(n), true
		}
	case sharkHexFlags:
		r.flags = number(0xfff) & 0xff
	case fieldTTL:
		ob.TTL = uint8(number(255))
		ob.Has |= portlore.HasTTL
	case sharkID:
		ob.ID = uint16(number(65535))
		ob.Has |= portlore.HasID
	case sharkWindow:
		ob.Window = uint16(number(65535))
		ob.Has |= portlore.HasWindow
	case sharkSequence:
		ob.Seq = uint32(number(1<<32 - 1))
		ob.Has |= portlore.HasSeq
	case sharkOffset:
		ob.Fragment = number(65535) > 0
	case fieldLength:
		ob.Length = uint32(number(65535))
	case sharkFrameLength:
		ob.Bytes = uint64(number(1 << 20))
	case sharkProtocol:
		r.name = value
	case sharkInfoText:
		r.info, r.at = value, at
	default:
		if bit := f - sharkOneFlag; bit < 8 {
			r.known |= 1 << bit
			if string(value) == "1" || string(value) == "True" {
				r.set |= 1 << bit
			}
		}
	}
	if !ok && r.fault.why == "" {
		r.fault = fault{at: at, field: "field", value: value, why: outOfRange}
	}
}

// time reads a time, of which the first column that has one counts, but for the epoch.
func (r *sharkRecord) time(value []byte, at int) {
	if r.l.when.size > 0 && r.l.when.zone == stated {
		return
	}
	before := r.l.when
	if len(value) > 12 && value[0] >= 'A' { // Nov 23, 2026 15:07:17.059781000 CET
		if comma := bytes.IndexByte(value[:12], ','); comma > 0 {
			room := r.l.scratch()
			*room = append(append((*room)[:0], value[:comma]...), value[comma+1:]...)
			if comma == 5 { // Nov 3
				*room = append(append(append((*room)[:0], value[:4]...), ' '), value[4:comma]...)
				*room = append(*room, value[comma+1:]...)
			}
			r.l.timeOf(*room, at)
			if utc := bytes.HasSuffix(value, []byte(" UTC")); utc && r.l.when.size > 0 && !r.l.when.bad {
				r.l.when = r.l.clock.asUTC(r.l.when)
			}
			return
		}
	}
	if !r.l.sharkTime(value, at) || before.size > 0 && r.l.when.zone != stated {
		r.l.when = before
	}
}

// sharkNumber reads a number in decimal or as "0x0002".
func sharkNumber(b []byte, most uint64) (uint64, bool) {
	hex, ok := bytes.CutPrefix(b, []byte("0x"))
	if !ok {
		return uintOf(b, most)
	}
	n := uint64(0)
	for _, c := range hex {
		d := addr.HexDigit(c)
		if d > 15 || n > most {
			return 0, false
		}
		n = n<<4 | uint64(d)
	}
	return n, len(hex) > 0 && n <= most
}

// done puts together what belongs together.
func (r *sharkRecord) done() outcome {
	ob := r.ob
	switch {
	case r.said:
	case r.icmp[0] >= 0:
		ob.Proto, r.said = portlore.ICMP, true
		if r.six {
			ob.Proto = portlore.ICMPv6
		}
	case r.nested, bytes.HasPrefix(r.name, []byte("ICMP")) && len(r.info) == 0:
		return understood // the ports may be those of the inner packet, and an ICMP without type may be anything
	case r.tcp[0] >= 0 && r.udp[0] < 0:
		ob.Proto, r.said = portlore.TCP, true
	case r.udp[0] >= 0 && r.tcp[0] < 0:
		ob.Proto, r.said = portlore.UDP, true
	case len(r.name) > 0:
		bytesOf, has := ob.Bytes, ob.Has
		result := r.l.sharkInfo(ob, r.name, r.info, r.at)
		ob.Bytes, ob.Has = bytesOf, ob.Has|has
		return result
	}
	if !r.said {
		return understood
	}
	ob.Has |= portlore.HasProto
	if ob.Fragment {
		return understood
	}
	switch ob.Proto {
	case portlore.ICMP, portlore.ICMPv6:
		if r.icmp[0] >= 0 && r.icmp[1] >= 0 {
			ob.ICMPType, ob.ICMPCode = uint8(r.icmp[0]), uint8(r.icmp[1])
			ob.Has |= portlore.HasICMP
		} else {
			sharkICMP(ob, r.info)
		}
	case portlore.TCP:
		setPorts(ob, int32(r.tcp[0]), int32(r.tcp[1]))
		const six = portlore.FIN | portlore.SYN | portlore.RST | portlore.PSH | portlore.ACK | portlore.URG
		switch {
		case r.flags >= 0:
			ob.Flags = portlore.TCPFlags(r.flags)
			ob.Has |= portlore.HasFlags
		case r.known&six == six, r.set&portlore.SYN != 0 && r.known&portlore.ACK != 0: // of a packet with SYN, the others hardly matter
			ob.Flags = r.set
			ob.Has |= portlore.HasFlags
		case len(r.info) > 0 && string(r.name) == "TCP":
			return r.l.sharkPorts(ob, r.info, r.at)
		}
	case portlore.UDP:
		setPorts(ob, int32(r.udp[0]), int32(r.udp[1]))
	}
	return understood
}
