package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// sharkJSON reads a packet of -T json, in which a field is "ip.src", or of -T ek, in
// which it is "ip_ip_src" or, where the user chose the fields, "ip_src". A name in
// quotes with a colon behind it cannot stand inside a string, where quotes are
// escaped. The first of several fields of a name is that of the outer packet.
func (l *line) sharkJSON(ob *portlore.Observation) outcome {
	const layers = `"layers"`
	start := bytes.Index(l.text, []byte(layers))
	if start < 0 {
		return other
	}
	j := sharkObject{text: l.text, from: start + len(layers)}
	layer := "ip"
	if !j.chooses("ip.src") {
		if layer = "ipv6"; !j.chooses("ipv6.src") {
			return other
		}
	}
	l.message, l.column, l.when, l.bad = l.text, 1, stamp{}, fault{}
	r := newSharkRecord(l, ob)
	j.into(&r, "frame.time_epoch", sharkEpoch)
	if layer == "ip" {
		j.into(&r, "ip.src", fieldSrc)
		j.into(&r, "ip.dst", fieldDst)
		j.into(&r, "ip.proto", fieldProto)
		j.into(&r, "ip.ttl", fieldTTL)
		j.into(&r, "ip.id", sharkID)
		j.into(&r, "ip.len", fieldLength)
		j.into(&r, "ip.frag_offset", sharkOffset)
	} else {
		j.into(&r, "ipv6.src", fieldSrc)
		j.into(&r, "ipv6.dst", fieldDst)
		j.into(&r, "ipv6.nxt", fieldProto)
		j.into(&r, "ipv6.hlim", fieldTTL)
		if n, ok := j.number("ipv6.plen"); ok && n > 0 {
			ob.Length = uint32(n) + 40
		}
	}
	j.into(&r, "icmp.type", fieldICMPType)
	j.into(&r, "icmp.code", fieldICMPCode)
	j.into(&r, "icmpv6.type", sharkICMP6Type)
	j.into(&r, "icmpv6.code", sharkICMP6Code)
	if r.icmp[0] < 0 {
		j.into(&r, "tcp.srcport", sharkSrcPortTCP)
		j.into(&r, "tcp.dstport", sharkDstPortTCP)
		j.into(&r, "tcp.flags", sharkHexFlags)
		j.into(&r, "tcp.window_size_value", sharkWindow)
		j.into(&r, "tcp.seq_raw", sharkSequence)
		j.into(&r, "udp.srcport", sharkSrcPortUDP)
		j.into(&r, "udp.dstport", sharkDstPortUDP)
	}
	if r.fault.why != "" {
		return l.fails(r.fault)
	}
	if !ob.Src.IsValid() || !ob.Dst.IsValid() {
		return l.fails(fault{at: len(l.text), field: "ip.dst", why: isMissing})
	}
	if _, at := j.field("eth.src"); at > 0 {
		ob.LinkSrc = linkNumber(l.text[at:])
	}
	if _, at := j.field("eth.dst"); at > 0 {
		ob.LinkDst = linkNumber(l.text[at:])
		ob.LinkCast = ob.LinkDst>>40&1 != 0
	}
	result := r.done()
	if ob.Has&portlore.HasICMP != 0 {
		j.inner(ob)
	} else if !ob.Fragment {
		l.sharkPayload(ob, &j)
	}
	return result
}

// A sharkObject is the text of a packet in JSON.
type sharkObject struct {
	text  []byte
	from  int // where fields are looked for
	style byte
}

// The styles of names.
const (
	sharkDots  = iota // "ip.src"
	sharkTwice        // "ip_ip_src"
	sharkOnce         // "ip_src"
)

// chooses finds the style in which a name stands there.
func (j *sharkObject) chooses(name string) bool {
	for j.style = sharkDots; j.style <= sharkOnce; j.style++ {
		if value, _ := j.field(name); value != nil {
			return true
		}
	}
	return false
}

// field is the value of the first field of a name, without quotes, and where it
// stands. Of an array it is the first element.
func (j *sharkObject) field(name string) (value []byte, at int) {
	var room [64]byte
	key := append(room[:0], '"')
	if j.style == sharkTwice {
		layer := 0
		for name[layer] != '.' {
			layer++
		}
		key = append(append(key, name[:layer]...), '_')
	}
	for i := range len(name) {
		c := name[i]
		if c == '.' && j.style != sharkDots {
			c = '_'
		}
		key = append(key, c)
	}
	key = append(key, '"')
	for from := j.from; ; {
		i := bytes.Index(j.text[from:], key)
		if i < 0 {
			return nil, 0
		}
		from += i + len(key)
		p := skipBlanks(j.text, from)
		if p >= len(j.text) || j.text[p] != ':' {
			continue
		}
		p = skipBlanks(j.text, p+1)
		for p < len(j.text) && (j.text[p] == '[' || j.text[p] == '"' || j.text[p] == ' ') {
			p++
		}
		end := bytes.IndexAny(j.text[p:], `",]} `)
		if end < 0 {
			return nil, 0
		}
		return j.text[p : p+end], p
	}
}

func (j *sharkObject) into(r *sharkRecord, name string, f field) {
	if value, at := j.field(name); value != nil {
		r.put(f, value, at)
	}
}

func (j *sharkObject) number(name string) (uint64, bool) {
	value, _ := j.field(name)
	return sharkNumber(value, 65535)
}

func (j *sharkObject) address(name string) netip.Addr {
	value, _ := j.field(name)
	a, _ := addr.Parse(value)
	return a
}

// inner reads the packet that an error of ICMP quotes, which stands behind its code.
func (j *sharkObject) inner(ob *portlore.Observation) {
	var code string
	six := ob.Proto == portlore.ICMPv6
	switch {
	case !six && (ob.ICMPType == 3 || ob.ICMPType == 4 || ob.ICMPType == 11 || ob.ICMPType == 12):
		code = "icmp.code"
	case six && ob.ICMPType < 5:
		code = "icmpv6.code"
	default:
		return
	}
	_, at := j.field(code)
	in := sharkObject{text: j.text, from: at, style: j.style}
	q := portlore.Inner{}
	name := "ip.proto"
	if six {
		q.Src, q.Dst, name = in.address("ipv6.src"), in.address("ipv6.dst"), "ipv6.nxt"
	} else {
		q.Src, q.Dst = in.address("ip.src"), in.address("ip.dst")
	}
	proto, ok := in.number(name)
	if !ok || proto > 255 || !q.Src.IsValid() || !q.Dst.IsValid() {
		return
	}
	q.Proto = portlore.Proto(proto)
	var s, d uint64
	switch q.Proto {
	case portlore.TCP:
		s, _ = in.number("tcp.srcport")
		d, _ = in.number("tcp.dstport")
	case portlore.UDP:
		s, _ = in.number("udp.srcport")
		d, _ = in.number("udp.dstport")
	}
	q.SrcPort, q.DstPort = uint16(s), uint16(d)
	ob.Inner = q
	ob.Has |= portlore.HasInner
}

// sharkPayload reads the bytes of the payload, "58:59:5a", where they stand.
func (l *line) sharkPayload(ob *portlore.Observation, j *sharkObject) {
	name := "udp.payload"
	switch ob.Proto {
	case portlore.TCP:
		name = "tcp.payload"
	case portlore.UDP:
	default:
		return
	}
	value, _ := j.field(name)
	if len(value) < 2 {
		return
	}
	const most = 128
	room := l.scratch()
	out := (*room)[:0]
	for i := 0; i+1 < len(value) && len(out) < most; i += 3 {
		high, low := addr.HexDigit(value[i]), addr.HexDigit(value[i+1])
		if high > 15 || low > 15 || i+2 < len(value) && value[i+2] != ':' {
			return
		}
		out = append(out, high<<4|low)
	}
	*room, ob.Payload = out, out
}
