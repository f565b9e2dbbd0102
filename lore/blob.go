package lore

import (
	_ "embed"
	"errors"
	"sort"
)

// A blob is the packed knowledge base:
//
//	magic, then for each section its offset and length, then the sections
//
// The heap section holds the records; the others are indices into it, of two
// kinds. Rows by port are 8 bytes each (first port, last port, offset of the
// record), sorted; two rows cover either the same ports or none in common. Rows
// by id are 4 bytes each (offset of the record), sorted by the string with
// which the record begins. Numbers are little-endian, offsets count from the
// start of the blob.
type blob string

//go:embed data/lore.bin
var embedded string

const magic = "portlore lore 1\n"

// The sections of a blob, in order.
const (
	portEntries = iota // by port: Entry
	portRecords        // by port: Record
	portThreats        // by port: Threat
	tcpServices        // by port: id of the service
	udpServices
	sctpServices
	dccpServices
	tcpFamilies // by port: Family
	udpFamilies
	threatIDs    // by id: Threat
	sourceIDs    // by id: Source
	classIDs     // by id: Class
	familyIDs    // by rank, not by id: Family
	searchKeys   // by key: what a word leads to
	registryDate // text
	heap
	sections
)

const (
	portRow    = 8
	idRow      = 4
	headerSize = len(magic) + 8*sections
)

var errNotLore = errors.New("not a portlore knowledge base, or damaged")

// check says whether the sections lie inside the blob. Records are checked as
// they are read.
func (b blob) check() error {
	if len(b) < headerSize || string(b[:len(magic)]) != magic {
		return errNotLore
	}
	for s := range sections {
		off, n := b.u32(len(magic)+8*s), b.u32(len(magic)+8*s+4)
		if off < headerSize || off > len(b) || n > len(b)-off {
			return errNotLore
		}
	}
	return nil
}

// section is the bytes of one section. The blob was checked.
func (b blob) section(s int) blob {
	off, n := b.u32(len(magic)+8*s), b.u32(len(magic)+8*s+4)
	return b[off : off+n]
}

// byPort calls yield with a coder at each record of section s that covers
// port, until yield returns false.
func (b blob) byPort(s int, port uint16, yield func(*coder) bool) {
	rows := b.section(s)
	for i := rows.row(port); i >= 0 && i < len(rows)/portRow; i++ {
		if first := rows.u16(i * portRow); first > int(port) {
			return
		}
		if !yield(b.at(rows.u32(i*portRow + 4))) {
			return
		}
	}
}

// row is the index of the first row that covers port, or -1. The receiver is
// a section of rows by port.
func (b blob) row(port uint16) int {
	lo, hi := 0, len(b)/portRow
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if b.u16(mid*portRow+2) < int(port) { // the last ports rise with the first
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == len(b)/portRow || b.u16(lo*portRow) > int(port) {
		return -1
	}
	return lo
}

// byID finds the record of section s that begins with id.
func (b blob) byID(s int, id string) (*coder, bool) {
	rows := b.section(s)
	n := len(rows) / idRow
	i := sort.Search(n, func(i int) bool { return b.key(rows, i) >= id })
	if i == n || b.key(rows, i) != id {
		return nil, false
	}
	return b.at(rows.u32(i * idRow)), true
}

// key is the string with which the record of row i begins.
func (b blob) key(rows blob, i int) string {
	var s string
	b.at(rows.u32(i * idRow)).str(&s)
	return s
}

func (b blob) at(off int) *coder {
	return &coder{in: string(b), pos: max(0, min(off, len(b)))}
}

func (b blob) u16(i int) int { return int(b[i]) | int(b[i+1])<<8 }

func (b blob) u32(i int) int {
	return int(b[i]) | int(b[i+1])<<8 | int(b[i+2])<<16 | int(b[i+3])<<24
}
