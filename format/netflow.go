package format

import (
	"encoding/binary"
	"slices"

	"github.com/portlore/portlore"
)

// NetFlow of versions 5 and 9, and IPFIX, in captures of what routers export. A
// datagram of version 5 has a header of 24 bytes and records of 48. The others
// have sets, each with an id and its length: of templates, which say what fields
// the records of a kind have, of options, and of records.
var netflow = &Format{
	Name:     "netflow",
	Doc:      "NetFlow 5 and 9 and IPFIX, in a capture of what routers and probes export",
	Spec:     "RFC 7011 (IPFIX), RFC 3954 (NetFlow 9), https://www.cisco.com/c/en/us/td/docs/net_mgmt/netflow_collection_engine/3-6/user/guide/format.html (NetFlow 5)",
	datagram: readNetflow,
}

// A templateKey is what a set of records names its template by.
type templateKey struct {
	domain
	id uint16
}

// A template says what the records of a kind hold.
type template struct {
	fields  []templateField
	least   int // bytes of a record
	options bool
}

type templateField struct {
	id     uint16
	pen    uint32 // whose number that is; zero: IANA's
	length uint16 // 65535: it stands before the value
}

// A timeBase is what the times of records count from.
type timeBase struct {
	export int64 // when the datagram was sent, in nanoseconds since the epoch
	uptime uint32
	boot   bool // uptime is said
}

// since is the time at which the exporter had been up for so many milliseconds.
func (b timeBase) since(uptime uint32) int64 {
	const most = 40 * 24 * 3600 * 1000 // of the 49 days that fit
	ago := b.uptime - uptime
	if !b.boot || ago > most {
		return 0
	}
	return b.export - int64(ago)*1e6
}

func readNetflow(x *exports, b []byte) bool {
	switch binary.BigEndian.Uint16(b) {
	case 5:
		return x.version5(b)
	case 9:
		return len(b) >= 20 && x.sets(b, 20, binary.BigEndian.Uint32(b[16:]), timeBase{
			export: int64(binary.BigEndian.Uint32(b[8:])) * 1e9, uptime: binary.BigEndian.Uint32(b[4:]), boot: true,
		})
	case 10:
		return int(binary.BigEndian.Uint16(b[2:])) == len(b) && x.sets(b, 16, binary.BigEndian.Uint32(b[12:]), timeBase{
			export: int64(binary.BigEndian.Uint32(b[4:])) * 1e9,
		})
	}
	return false
}

// version5 reads a datagram of NetFlow 5.
func (x *exports) version5(b []byte) bool {
	const header, record, most = 24, 48, 30
	n := int(binary.BigEndian.Uint16(b[2:]))
	if n == 0 || n > most || len(b) != header+n*record {
		return false
	}
	base := timeBase{
		export: int64(binary.BigEndian.Uint32(b[8:]))*1e9 + int64(binary.BigEndian.Uint32(b[12:])),
		uptime: binary.BigEndian.Uint32(b[4:]), boot: true,
	}
	rate := uint64(binary.BigEndian.Uint16(b[22:]) & 0x3fff)
	for b = b[header:]; len(b) > 0; b = b[record:] {
		f := &x.flow
		f.begin(&x.ob, base)
		f.address(&x.ob.Src, b[0:4])
		f.address(&x.ob.Dst, b[4:8])
		f.packets, f.bytes = number(b[16:20]), number(b[20:24])
		f.start = base.since(binary.BigEndian.Uint32(b[24:]))
		f.src, f.dst = int32(number(b[32:34])), int32(number(b[34:36]))
		f.flags, f.proto = int(b[37]), int(b[38])
		f.rate = rate
		x.finish()
	}
	return true
}

// sets reads the sets of a datagram, which must fill it.
func (x *exports) sets(b []byte, header int, id uint32, base timeBase) bool {
	version := binary.BigEndian.Uint16(b)
	for rest := b[header:]; len(rest) > 0; {
		if len(rest) < 4 {
			return false
		}
		set, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		if size < 4 || size > len(rest) || set < 256 && !isTemplateSet(version, set) {
			return false
		}
		rest = rest[size:]
	}
	d := domain{x.exporter, version, id}
	for rest := b[header:]; len(rest) > 0; {
		set, size := binary.BigEndian.Uint16(rest), int(binary.BigEndian.Uint16(rest[2:]))
		data := rest[4:size]
		rest = rest[size:]
		switch {
		case set < 256:
			x.learn(d, set, data)
		case x.templates[templateKey{d, set}] != nil:
			x.records(x.templates[templateKey{d, set}], d, data, base)
		case len(data) > 0 && x.held+len(data)+heldWith <= mostHeld:
			x.held += len(data) + heldWith
			x.lacking[templateKey{d, set}] = true
			x.waiting = append(x.waiting, waiting{templateKey{d, set}, x.at, x.nanos, base, slices.Clone(data)})
		}
	}
	return true
}

func isTemplateSet(version, set uint16) bool {
	if version == 9 {
		return set < 2
	}
	return set == 2 || set == 3
}

// learn takes in the templates of a set, and reads the records that waited for
// them.
func (x *exports) learn(d domain, set uint16, b []byte) {
	for len(b) >= 4 {
		id, n := binary.BigEndian.Uint16(b), int(binary.BigEndian.Uint16(b[2:]))
		b = b[4:]
		t := &template{options: set == 1 || set == 3}
		switch {
		case set == 1: // two lengths in bytes, those of scopes first
			if len(b) < 2 {
				return
			}
			n = n/4 + int(binary.BigEndian.Uint16(b))/4
			b = b[2:]
		case set == 3: // how many of the fields are scopes
			if len(b) < 2 {
				return
			}
			b = b[2:]
		}
		if id < 256 || n > mostFields { // padding, or a lie
			return
		}
		usable := n > 0 // else the template is withdrawn
		for range n {
			if len(b) < 4 {
				return
			}
			f := templateField{id: binary.BigEndian.Uint16(b), length: binary.BigEndian.Uint16(b[2:])}
			b = b[4:]
			if d.version == 10 && f.id&0x8000 != 0 {
				if len(b) < 4 {
					return
				}
				f.id, f.pen = f.id&0x7fff, binary.BigEndian.Uint32(b)
				b = b[4:]
			}
			switch f.length {
			case 0:
				usable = false // a record of such fields would have no end
			case 0xffff:
				t.least++
			default:
				t.least += int(f.length)
			}
			t.fields = append(t.fields, f)
		}
		key := templateKey{d, id}
		if usable && (x.templates[key] != nil || len(x.templates) < mostTemplates) {
			x.templates[key] = t
			x.release(key, t)
		}
	}
}

// release reads the sets that waited for a template.
func (x *exports) release(key templateKey, t *template) {
	if !x.lacking[key] {
		return
	}
	delete(x.lacking, key)
	at, nanos, rest := x.at, x.nanos, x.waiting[:0]
	for _, w := range x.waiting {
		if w.of != key {
			rest = append(rest, w)
			continue
		}
		x.at, x.nanos = w.at, w.nanos
		x.held -= len(w.data) + heldWith
		x.records(t, key.domain, w.data, w.base)
	}
	x.at, x.nanos, x.waiting = at, nanos, rest
}

// records reads the records of a set. What is left is padding.
func (x *exports) records(t *template, d domain, b []byte, base timeBase) {
	for len(b) >= t.least && len(b) > 0 {
		f := &x.flow
		f.begin(&x.ob, base)
		for _, field := range t.fields {
			size := int(field.length)
			if size == 0xffff { // RFC 7011 section 7
				if len(b) < 1 {
					return
				}
				size, b = int(b[0]), b[1:]
				if size == 0xff {
					if len(b) < 2 {
						return
					}
					size, b = int(binary.BigEndian.Uint16(b)), b[2:]
				}
			}
			if len(b) < size {
				return
			}
			f.put(field, b[:size])
			b = b[size:]
		}
		switch {
		case t.options:
			if f.rate > 1 && len(x.rates) < mostTemplates {
				x.rates[d] = uint32(min(f.rate, 1<<31))
			}
		default:
			if f.rate == 0 {
				f.rate = uint64(x.rates[d])
			}
			x.finish()
		}
	}
}

// finish puts the flow together and passes it on, if it is one of IP.
func (x *exports) finish() {
	ob, f := &x.ob, &x.flow
	if !ob.Src.IsValid() || !ob.Dst.IsValid() {
		return // of a layer below, or of an event that is not about traffic
	}
	seen := max(1, f.packets)
	if rate := f.rate; rate > 1 {
		x.sampled++
		f.packets, f.bytes = seen*rate, f.bytes*rate
	}
	ob.Packets, ob.Bytes = f.packets, f.bytes
	ob.Time = x.nanos
	if f.start > portlore.SinceBoot {
		ob.Time = f.start
	} else if f.base.export > portlore.SinceBoot {
		ob.Time = f.base.export
	}
	if f.proto >= 0 {
		ob.Proto = portlore.Proto(f.proto)
		ob.Has |= portlore.HasProto
	}
	switch {
	case f.proto == int(portlore.ICMP), f.proto == int(portlore.ICMPv6):
		if f.icmp < 0 {
			f.icmp = f.dst // where routers put it
		}
		setICMP(ob, int64(f.icmp))
	case f.proto == int(portlore.TCP):
		setPorts(ob, f.src, f.dst)
		if f.flags > 0 {
			sampledUnion(ob, portlore.TCPFlags(f.flags), seen, f.rate > 1)
		}
	case f.proto >= 0:
		setPorts(ob, f.src, f.dst)
	}
	portless(ob)
	x.emit(ob)
}
