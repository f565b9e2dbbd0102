package table

import (
	"math"
	"math/bits"
	"net/netip"
)

// rates counts packets per receiver, kind, service and ten seconds of the epoch,
// of the kinds that can flood; and of all kinds what was blocked in each ten
// seconds.
type rates struct {
	services sketch
	blocked  sketch   // apart: each of its counts is as large as all of a time
	slots    []uint32 // of everything, by slot modulo slotCells: no less than any count of that slot
}

const (
	serviceCells = 1 << 19 // 2 MiB a row
	blockedCells = 1 << 16
	slotCells    = 1 << 17 // fifteen days
	rateBytes    = 4 * (sketchRows*(serviceCells+blockedCells) + slotCells)
)

func newRates() rates {
	return rates{newSketch(serviceCells), newSketch(blockedCells), make([]uint32, slotCells)}
}

// A sketch counts far too many things to keep a count of each. It is a count-min
// sketch (Cormode, Muthukrishnan, 2005): a count is added to one cell in each of
// its rows, and the smallest of them answers. It never says less than the truth,
// and says more by about the mean of its cells, which is taken off again. It says
// far more only of what shares every cell with something large: with three rows
// that is once in billions of questions. Adding is all it does, so order and
// merging do not matter.
type sketch struct {
	rows  [sketchRows][]uint32
	total uint64
}

const sketchRows = 3

func newSketch(cells int) sketch {
	var s sketch
	for i := range s.rows {
		s.rows[i] = make([]uint32, cells)
	}
	return s
}

// cells are the places of a count, one a row.
func (s *sketch) cells(key uint64, slot uint32) (at [sketchRows]uint64) {
	h := mix(key, uint64(slot))
	mask := uint64(len(s.rows[0]) - 1)
	for i := range at {
		at[i] = h & mask
		h >>= 64 / sketchRows
	}
	return at
}

func (s *sketch) add(key uint64, slot, count uint32) {
	for i, at := range s.cells(key, slot) {
		s.rows[i][at] = sum(s.rows[i][at], count)
	}
	s.total += uint64(count)
}

func (s *sketch) count(key uint64, slot uint32) uint64 {
	least := uint32(math.MaxUint32)
	for i, at := range s.cells(key, slot) {
		least = min(least, s.rows[i][at])
	}
	n := uint64(least)
	return n - min(n, s.total/uint64(len(s.rows[0])))
}

func (s *sketch) merge(o *sketch) {
	for i := range s.rows {
		for j, n := range o.rows[i] {
			s.rows[i][j] = sum(s.rows[i][j], n)
		}
	}
	s.total += o.total
}

// rated says whether packets of a kind are counted by the minute.
func (k Kind) rated() bool {
	switch k {
	case Syn, UDP, UDPReply, Echo, Stray, SynAck, Reset, TCPUnsaid:
		return true
	}
	return false
}

func rateKey(dst uint64, kind Kind, service uint16) uint64 {
	return mix(dst, uint64(kind)<<16|uint64(service))
}

// rate counts what a receiver got.
func (t *Table) rate(p *part) {
	e := &p.entry
	at := slot(e.time)
	if kind := p.key.kind; kind.rated() {
		host := p.key.addr.hash()
		n := uint32(min(p.packets, math.MaxUint32))
		if kind == Syn || kind == SynAck { // a flow that began with one has others too
			n = uint32(min(p.count, math.MaxUint32))
		}
		t.rates.add(rateKey(host, kind, e.service()), at, n)
		if kind == UDP || kind == UDPReply {
			t.rates.add(rateKey(host, UDP, AnyService), at, n)
		}
	}
	if e.bits&bitBlocked != 0 {
		t.rates.blocked.add(0, at, uint32(min(p.count, math.MaxUint32)))
	}
}

// slot is the number of the ten seconds of the epoch that a time lies in.
func slot(t int64) uint32 { return uint32(max(0, t/10e9)) }

const slotsAMinute = 6

func (r *rates) add(key uint64, slot, count uint32) {
	r.services.add(key, slot, count)
	at := slot % slotCells
	r.slots[at] = sum(r.slots[at], count)
}

// sum stops at its highest value.
func sum(a, b uint32) uint32 { return a + min(b, math.MaxUint32-a) }

func (r *rates) merge(o *rates) {
	r.services.merge(&o.services)
	r.blocked.merge(&o.blocked)
	for j, n := range o.slots {
		r.slots[j] = sum(r.slots[j], n)
	}
}

// mostSlots are those of two years.
const mostSlots = 2 * 366 * 24 * 60 * slotsAMinute

// BlockedPerMinute is about how many observations of blocked packets there were
// in each minute of the epoch between two times in nanoseconds, for at most a
// week.
func (t *Table) BlockedPerMinute(from, to int64) []uint64 {
	var counts []uint64
	for s := slot(from) / slotsAMinute * slotsAMinute; s <= slot(to) && len(counts) < 7*24*60; s += slotsAMinute {
		n := uint64(0)
		for i := range uint32(slotsAMinute) {
			n += t.rates.blocked.count(0, s+i)
		}
		counts = append(counts, n)
	}
	return counts
}

// AnyService stands for all services of a receiver of UDP.
const AnyService = 0

// Peaks finds the highest rates of an address. They hold until the table changes.
type Peaks struct {
	rates *rates
	least uint64
	busy  [slotCells / 64]uint64 // a bit for each slot, modulo slotCells, in which so much came that some minute may have least
}

// Peaks finds rates of at least so many packets a minute; zero: any.
func (t *Table) Peaks(least uint64) *Peaks {
	p := &Peaks{rates: &t.rates, least: least}
	for at, n := range t.rates.slots {
		if p.mayHave(uint64(n)) {
			p.busy[at/64] |= 1 << (at % 64)
		}
	}
	return p
}

// mayHave says that a minute with so many in one of its slots may have enough.
func (p *Peaks) mayHave(n uint64) bool { return n*slotsAMinute >= p.least }

// calm is after how many slots the next busy one comes, up to the end of a word of
// the bits.
func (p *Peaks) calm(s uint32) uint32 {
	at := s % slotCells
	if ahead := p.busy[at/64] >> (at % 64); ahead != 0 {
		return uint32(bits.TrailingZeros64(ahead))
	}
	return 63 - at%64
}

// Of is about the highest number of packets that an address received of a kind at
// a service within any minute, and within any twenty seconds, between two times
// in nanoseconds. It looks at two years at most. Where no minute has at least so
// many as the caller wants it may say less than there was.
func (p *Peaks) Of(dst netip.Addr, kind Kind, service uint16, from, to int64) (minute, burst uint64) {
	key := rateKey(addressOf(dst).hash(), kind, service)
	var last [slotsAMinute]uint64
	sum := uint64(0)
	next, end := slot(from), min(slot(to), slot(from)+mostSlots)
	for s := next; s <= end; s++ {
		if s += p.calm(s); s > end || !p.mayHave(p.rates.services.count(key, s)) {
			continue
		}
		if begin := s - min(s, slotsAMinute-1); begin > next {
			next, sum, last = begin, 0, [slotsAMinute]uint64{}
		}
		for ; next <= min(s+slotsAMinute-1, end); next++ { // every minute that has the slot in it
			c := p.rates.services.count(key, next)
			sum += c - last[next%slotsAMinute]
			last[next%slotsAMinute] = c
			minute, burst = max(minute, sum), max(burst, c+last[(next+slotsAMinute-1)%slotsAMinute])
		}
	}
	return minute, burst
}
