package format

import (
	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/packet"
)

// A capture in the format of Wireshark (draft-ietf-opsawg-pcapng): sections of
// blocks. A block has a type, its length, content, and the length again; types
// that are not known are passed over by it.
var pcapng = &Format{
	Name:   "pcapng",
	Doc:    "packet capture of Wireshark and others",
	Spec:   "https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/",
	magics: []string{"\x0a\x0d\x0d\x0a"},
	frames: readPcapng,
}

// Block types, section 11.1 of the draft.
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete
	blockSimple    = 3
	blockEnhanced  = 6
)

// Options, sections 3.5, 4.2 and 4.3.
const (
	optionEnd        = 0
	optionFlags      = 2 // of packets
	optionName       = 2 // of interfaces
	optionResolution = 9
	optionFCS        = 13
	optionOffset     = 14
)

const (
	blockLeast    = 12      // type and twice the length
	maxInterfaces = 1 << 17 // in one section; they are kept in memory
	maxName       = 64      // bytes of the name of an interface that are kept
)

// blocks is what is known while reading a section.
type blocks struct {
	byteOrder
	interfaces []*captured
}

func readPcapng(s *stream) error {
	var p blocks
	for {
		b := s.need(blockLeast)
		if len(b) == 0 {
			return s.end()
		}
		if len(b) < blockLeast {
			return s.cut("header of the block")
		}
		if err := p.block(s, b); err != nil {
			return err
		}
	}
}

// block reads one block, the first bytes of which are in b.
func (p *blocks) block(s *stream, b []byte) error {
	kind := p.uint32(b)
	if kind == blockSection { // the same in both orders
		switch string(b[8:12]) {
		case "\x1a\x2b\x3c\x4d":
			p.byteOrder = true
		case "\x4d\x3c\x2b\x1a":
			p.byteOrder = false
		default:
			s.bad(fault{at: 8, field: "byte order of the section", why: isImpossible})
			return s.resume(4, p.fits)
		}
	}
	size := p.uint32(b[4:])
	if size < blockLeast || size%4 != 0 || size > maxPassed {
		s.bad(fault{at: 4, field: "length of the block", why: isImpossible})
		return s.resume(4, p.fits)
	}
	if size > maxRecord {
		return p.long(s, kind, size)
	}
	b = s.need(int(size))
	if len(b) < int(size) {
		if i := find(s.ahead(), 4, maxRecord, p.fits); i > 0 {
			s.bad(fault{at: 4, field: "length of the block", why: leadsTooFar})
			s.pass(i)
			return nil
		}
		return s.cut("block")
	}
	if b = b[:size]; p.uint32(b[size-4:]) != size {
		s.bad(fault{at: int(size) - 4, field: "length behind the block", why: "differs from that before it"})
		return s.resume(4, p.fits)
	}
	if f := p.content(s, kind, b[8:size-4]); f.why != "" {
		f.at += 8
		s.bad(f)
	}
	s.at += int(size)
	return nil
}

// long passes over a block that is too long to be kept. Keys, names and the
// blocks of other programs may be; packets may not.
func (p *blocks) long(s *stream, kind, size uint32) error {
	switch kind {
	case blockSection, blockInterface, blockPacket, blockSimple, blockEnhanced:
		s.bad(fault{at: 4, field: "length of the block", why: outOfRange})
	}
	from := s.place()
	if !s.skip(int64(size) - 4) {
		return s.lost(from)
	}
	if b := s.need(4); len(b) >= 4 && p.uint32(b) == size {
		s.at += 4
		return nil
	}
	return s.resume(4, p.fits)
}

// content reads the content of a block.
func (p *blocks) content(s *stream, kind uint32, b []byte) fault {
	switch kind {
	case blockSection:
		return p.section(b)
	case blockInterface:
		return p.addInterface(b)
	case blockEnhanced, blockPacket:
		return p.packet(s, kind, b)
	case blockSimple:
		return p.simple(s, b)
	}
	return fault{}
}

// section begins anew: interfaces belong to their section.
func (p *blocks) section(b []byte) fault {
	p.interfaces = nil
	if len(b) < 16 {
		return fault{at: len(b), field: "section header", why: isMissing}
	}
	if p.uint16(b[4:]) != 1 {
		return fault{at: 4, field: "version of the section", why: "not 1"}
	}
	return fault{}
}

func (p *blocks) addInterface(b []byte) fault {
	if len(b) < 8 {
		return fault{at: len(b), field: "interface", why: isMissing}
	}
	if len(p.interfaces) == maxInterfaces {
		return fault{field: "interface", why: "one of too many: the limit is 131072"}
	}
	on := &captured{
		link: packet.Link(p.uint16(b)), byteOrder: p.byteOrder,
		snap: p.uint32(b[4:]), units: units{perSecond: 1e6},
	}
	p.interfaces = append(p.interfaces, on)
	bad := fault{}
	p.eachOption(b[8:], func(code uint16, value []byte, at int) {
		switch {
		case code == optionName:
			on.name = append([]byte(nil), value[:min(len(value), maxName)]...)
		case code == optionResolution && len(value) == 1:
			if !on.units.set(value[0]) {
				bad = fault{at: 8 + at, field: "if_tsresol", why: outOfRange}
			}
		case code == optionOffset && len(value) == 8:
			on.offset = int64(p.uint64(value))
		case code == optionFCS && len(value) == 1:
			on.fcs = uint32(value[0])
		}
	})
	return bad
}

// packet reads an enhanced packet block, or the obsolete packet block, which
// only has a smaller number for the interface and the count of lost packets
// beside it.
func (p *blocks) packet(s *stream, kind uint32, b []byte) fault {
	const header = 20
	if len(b) < header {
		return fault{at: len(b), field: "packet header", why: isMissing}
	}
	which := p.uint32(b)
	if kind == blockPacket {
		which = uint32(p.uint16(b))
	}
	if int64(which) >= int64(len(p.interfaces)) {
		return fault{field: "interface", why: "not in this section"}
	}
	f := frame{on: p.interfaces[which]}
	size := p.uint32(b[12:])
	if size > uint32(len(b)-header) {
		return fault{at: 12, field: "captured length", why: "more than the block holds"}
	}
	f.wire = p.uint32(b[16:])
	ok := false
	if f.nanos, f.time, ok = f.on.time(uint64(p.uint32(b[4:]))<<32 | uint64(p.uint32(b[8:]))); !ok {
		return fault{at: 4, field: "time", why: outOfRange}
	}
	p.eachOption(b[header+min(int(size+3)&^3, len(b)-header):], func(code uint16, value []byte, _ int) {
		if code == optionFlags && len(value) == 4 {
			switch p.uint32(value) & 3 {
			case 1:
				f.way = portlore.In
			case 2:
				f.way = portlore.Out
			}
		}
	})
	s.frame(8+header, int(size), f)
	return fault{}
}

// simple reads a simple packet block: it has no time, and is of the first
// interface.
func (p *blocks) simple(s *stream, b []byte) fault {
	if len(b) < 4 {
		return fault{at: len(b), field: "packet header", why: isMissing}
	}
	if len(p.interfaces) == 0 {
		return fault{field: "interface", why: "not in this section"}
	}
	f := frame{on: p.interfaces[0], wire: p.uint32(b)}
	size := min(f.wire, uint32(len(b)-4))
	if f.on.snap > 0 {
		size = min(size, f.on.snap)
	}
	s.frame(8+4, int(size), f)
	return fault{}
}

// eachOption calls f for the options in b, each with the offset of its value.
func (big byteOrder) eachOption(b []byte, f func(code uint16, value []byte, at int)) {
	for at := 0; at+4 <= len(b); {
		code, size := big.uint16(b[at:]), int(big.uint16(b[at+2:]))
		at += 4
		if code == optionEnd || at+size > len(b) {
			return
		}
		f(code, b[at:at+size], at)
		at += (size + 3) &^ 3
	}
}

// fits says that b starts with a block: its length stands at both its ends.
func (p *blocks) fits(b []byte) bool {
	if len(b) < blockLeast {
		return false
	}
	order := p.byteOrder
	if order.uint32(b) == blockSection {
		order = b[8] == 0x1a
	}
	size := order.uint32(b[4:])
	return size >= blockLeast && size%4 == 0 && int64(size) <= int64(len(b)) && order.uint32(b[size-4:]) == size
}
