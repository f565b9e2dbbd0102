package format

import (
	"encoding/binary"
	"math"

	"github.com/portlore/portlore/internal/packet"
)

// A capture in the classic format of libpcap (pcap-savefile(5), and
// draft-ietf-opsawg-pcap): a file header of 24 bytes, then records of a header
// of 16 bytes and a frame. Numbers are in the order of the machine that wrote
// them; the magic number says which, and whether stamps have micro- or
// nanoseconds.
var pcap = &Format{
	Name:   "pcap",
	Doc:    "packet capture of tcpdump and others",
	Spec:   "https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/",
	magics: []string{"\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d"},
	frames: readPcap,
}

const (
	pcapFileHeader   = 24
	pcapRecordHeader = 16
)

// records is what the records of a file have in common.
type records struct {
	captured
	last uint32 // second of the last record; zero: none
}

func readPcap(s *stream) error {
	b := s.need(pcapFileHeader)
	if len(b) < pcapFileHeader {
		return s.cut("file header")
	}
	p := records{captured: captured{byteOrder: b[0] == 0xa1, units: units{perSecond: 1e6}}}
	if p.uint32(b) == 0xa1b23c4d {
		p.perSecond = 1e9
	}
	// The upper half holds other things: with bit 26, the length of the
	// checksum behind every frame, in units of two bytes.
	link := p.uint32(b[20:])
	p.link = packet.Link(link)
	if link&(1<<26) != 0 {
		p.fcs = link >> 28 * 2
	}
	s.skip(pcapFileHeader)
	for {
		b := s.need(pcapRecordHeader)
		switch {
		case len(b) == 0:
			return s.end()
		case len(b) < pcapRecordHeader:
			return s.cut("header of the record")
		}
		if err := p.record(s, b); err != nil {
			return err
		}
	}
}

// record reads one record, the header of which is in b.
func (p *records) record(s *stream, b []byte) error {
	second, fraction := p.uint32(b), p.uint32(b[4:])
	if p.last == 0 {
		p.last = second
	}
	size, wire := p.uint32(b[8:]), p.uint32(b[12:])
	if !p.possible(b) {
		s.bad(fault{at: 8, field: "length of the frame", why: outOfRange})
		if size > 0 && size <= min(wire, maxPassed) && near(second, p.last) { // it may well be true
			return p.long(s, size)
		}
		return s.resume(1, p.fits)
	}
	total := pcapRecordHeader + int(size)
	b = s.need(total + pcapRecordHeader)
	if cut := len(b) < total; cut || len(b) >= total+pcapRecordHeader && !p.likely(b[total:]) {
		if i := find(s.ahead(), 1, total, p.fits); i > 0 { // the true next record
			s.bad(fault{at: 8, field: "length of the frame", why: leadsTooFar})
			s.pass(i)
			return nil
		}
		if cut {
			return s.cut("frame")
		}
	}
	f := frame{on: &p.captured, wire: wire}
	f.nanos, f.time, _ = p.time(uint64(second)*p.perSecond + uint64(fraction))
	s.frame(pcapRecordHeader, int(size), f)
	s.at += total
	p.last = second
	return nil
}

// long passes over a record that is too long to be kept, to where another one
// begins if its length was true.
func (p *records) long(s *stream, size uint32) error {
	from := s.place()
	if !s.skip(pcapRecordHeader + int64(size)) {
		return s.lost(from)
	}
	if b := s.need(pcapRecordHeader); len(b) < pcapRecordHeader || p.likely(b) {
		return nil
	}
	return s.resume(1, p.fits)
}

// There is no magic number to tell a record by, so there are three degrees of
// trust: its header is possible; it is likely, as others in this file are; it
// fits, because another one or the end of the file follows it.

func (p *records) possible(b []byte) bool {
	size, wire := p.uint32(b[8:]), p.uint32(b[12:])
	return size <= maxFrame && wire <= math.MaxInt32 && size|wire != 0
}

func (p *records) likely(b []byte) bool {
	return len(b) >= pcapRecordHeader && p.possible(b) && p.uint32(b[8:]) <= p.uint32(b[12:]) &&
		uint64(p.uint32(b[4:])) < p.perSecond && near(p.uint32(b), p.last)
}

func (p *records) fits(b []byte) bool {
	if !p.likely(b) {
		return false
	}
	next := pcapRecordHeader + int(p.uint32(b[8:]))
	return next == len(b) || next < len(b) && p.likely(b[next:])
}

// near says that two times lie within a month, or that one is not known.
func near(second, last uint32) bool {
	const month = 31 * 24 * 3600
	return last == 0 || second-last+month <= 2*month
}

// byteOrder is how a file writes numbers: true for the highest byte first.
type byteOrder bool

func (big byteOrder) uint16(b []byte) uint16 {
	if big {
		return binary.BigEndian.Uint16(b)
	}
	return binary.LittleEndian.Uint16(b)
}

func (big byteOrder) uint32(b []byte) uint32 {
	if big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

func (big byteOrder) uint64(b []byte) uint64 {
	if big {
		return binary.BigEndian.Uint64(b)
	}
	return binary.LittleEndian.Uint64(b)
}
