// Package table is the bounded, mergeable memory of what was observed.
//
// A [Table] has a row for each (address, kind, side): what an address sent and
// what it received, of each [Kind]. Every observation adds to the sent row of its
// source and to the received row of its destination. Rows hold only what does
// not depend on order: counts, sums, first and last times, bits, and samples of
// the distinct (see set.go). So any order, any split and any tree of merges of
// the same evidence give the same Table.
//
// A row is compact while one observation is all that was made of it, has a list of
// them while there are few (see list.go) and is full from then on. When the table reaches its limit, compact rows are rolled
// up: IPv6 sources to their /64, then all by port. Nothing is ever dropped, and
// [Table.RolledUp] says what became coarse.
package table

import (
	"iter"
	"math"
	"math/rand/v2"
	"net/netip"

	"github.com/portlore/portlore"
)

// DefaultLimit keeps a whole run within 256 MiB: the rest is for buffers, for
// the knowledge base and for judging.
const DefaultLimit = 160 << 20

// A Table is filled by one goroutine; several are filled side by side and merged.
type Table struct {
	limit    int
	seed     uint64 // of the index only: no evidence can be made to collide in it
	rows     [][]row
	n        int      // rows in use
	index    []uint64 // hash bits << 32 | row number + 1; zero: empty
	fulls    [][]full
	nfull    int
	freed    []uint32 // full rows given back
	pool     pool
	listed   int // rows with lists
	settling *settling
	rates    rates
	names    map[uint32]string // interfaces by hash
	claims   claims
	rolled   RollUp
	sample   *sample // nil: nobody draws

	lastIface [2]struct { // the names seen last: evidence repeats them
		name string
		hash uint32
	}
}

// RollUp says what was made coarse for want of memory. The zero value: nothing.
type RollUp struct {
	Nets  uint64 // rows of single IPv6 sources that became part of their /64
	Ports uint64 // rows of single addresses that became part of a port
}

const (
	rowsPerChunk  = 1 << 12
	fullsPerChunk = 1 << 10
	rowBytes      = 64
	fullBytes     = 80 + 16*setsPerRow
	maxNames      = 256 // interfaces whose names are kept
)

// New makes an empty table that stays below limit bytes; zero: [DefaultLimit].
func New(limit int) *Table {
	t := &Table{seed: rand.Uint64(), index: make([]uint64, 1<<10), names: map[uint32]string{}, claims: claims{}, settling: newSettling(), rates: newRates()}
	t.SetLimit(limit)
	return t
}

// Add counts one observation. It keeps nothing of o.
func (t *Table) Add(o *portlore.Observation) {
	kind := KindOf(o)
	e := distil(o, kind)
	src, dst := addressOf(o.Src), addressOf(o.Dst)
	e.iface = t.iface(0, o.InIf)
	if e.iface == 0 {
		e.iface = t.iface(1, o.OutIf)
	}
	stations := e.iface == 0
	if stations && o.LinkSrc != 0 {
		e.iface = stationKey(o.LinkSrc)
	}
	count, packets := max(1, o.Count), max(1, o.Packets)
	bytes := o.Bytes
	if kind.Claimed() {
		e.print, packets, bytes = t.claim(o.Said), 0, 0
		e.shape, e.length, e.tell = uint16(o.Said.Level), 0, NoTell
	}
	if bytes == 0 && !kind.Claimed() {
		bytes = uint64(o.Length)
	}
	single := count == 1 && packets == 1 && bytes == uint64(e.length)

	srcPeer, dstPeer := src.hash(), dst.hash()
	e.peer = dstPeer
	if t.sample != nil {
		t.sample.add(&e, src, dst, count)
	}
	t.add(key{addr: src, kind: kind, side: Sent}, &e, single, count, packets, bytes)
	if kind.Claimed() && !o.Dst.IsValid() {
		return // nobody received anything
	}
	e.peer, e.iface = srcPeer, 0
	if stations && o.LinkDst != 0 && !o.LinkCast {
		e.iface = stationKey(o.LinkDst)
	}
	t.add(key{addr: dst, kind: kind, side: Received}, &e, single, count, packets, bytes)
	if kind.rated() && e.time != 0 {
		n := uint32(min(packets, math.MaxUint32))
		if kind == Syn || kind == SynAck { // a flow that began with one has others too
			n = uint32(min(count, math.MaxUint32))
		}
		t.rates.add(rateKey(dstPeer, kind, e.service()), slot(e.time), n)
		if kind == UDP || kind == UDPReply {
			t.rates.add(rateKey(dstPeer, UDP, AnyService), slot(e.time), n)
		}
	}
	if o.Verdict == portlore.Blocked && e.time != 0 {
		t.rates.add(allBlocked, slot(e.time), uint32(min(count, math.MaxUint32)))
	}
	if t.n&1023 == 0 && t.Bytes() > t.limit {
		t.rollUp()
	}
}

func (t *Table) add(k key, e *entry, single bool, count, packets, bytes uint64) {
	r, found := t.at(k)
	switch {
	case !found && single:
		mark := r.mark
		r.entry = *e
		r.mark |= mark
	case found && single && r.mark&markFull == 0 && t.append(r, e):
	default:
		t.grown(r, found).add(&t.pool, k.side, e, count, packets, bytes)
	}
}

// grown is the full row of r, made from its entry where it was compact. A row
// just made has no entry yet.
func (t *Table) grown(r *row, entry bool) *full {
	if n := r.full(); n != 0 {
		return t.fullAt(n)
	}
	if r.listed() {
		return t.settle(r)
	}
	n := t.newFull()
	f := t.fullAt(n)
	if entry {
		f.add(&t.pool, r.key().side, &r.entry, 1, 1, uint64(r.length))
	}
	r.setFull(n)
	return f
}

func (t *Table) newFull() uint32 {
	if n := len(t.freed); n > 0 {
		last := t.freed[n-1]
		t.freed = t.freed[:n-1]
		return last
	}
	if t.nfull/fullsPerChunk == len(t.fulls) {
		t.fulls = append(t.fulls, make([]full, fullsPerChunk))
	}
	t.nfull++
	return uint32(t.nfull)
}

// giveFull gives back a full row and what its sets hold.
func (t *Table) giveFull(n uint32) {
	f := t.fullAt(n)
	for _, s := range f.sets {
		t.pool.give(s)
	}
	*f = full{}
	t.freed = append(t.freed, n)
}

// at finds the row of a key, or makes it.
func (t *Table) at(k key) (r *row, found bool) {
	h := k.hash(t.seed)
	tag := h &^ math.MaxUint32
	mask := uint64(len(t.index) - 1)
	i := h & mask
	for ; t.index[i] != 0; i = (i + 1) & mask {
		if t.index[i]&^math.MaxUint32 == tag {
			if r := t.rowAt(uint32(t.index[i])); r.key() == k {
				return r, true
			}
		}
	}
	if t.n+1 > len(t.index)*3/4 {
		t.reindex(len(t.index) * 2)
		return t.at(k)
	}
	if t.n/rowsPerChunk == len(t.rows) {
		t.rows = append(t.rows, make([]row, rowsPerChunk))
	}
	t.n++
	t.index[i] = tag | uint64(t.n)
	r = t.rowAt(uint32(t.n))
	*r = row{addr: k.addr, entry: entry{kind: k.kind, mark: uint8(k.side) | uint8(k.roll)<<1}}
	return r, false
}

// number is the number of the row of a key, or of its /64; zero: none.
func (t *Table) number(k key) uint32 {
	h := k.hash(t.seed)
	mask := uint64(len(t.index) - 1)
	for i := h & mask; t.index[i] != 0; i = (i + 1) & mask {
		if t.index[i]&^math.MaxUint32 == h&^math.MaxUint32 {
			if n := uint32(t.index[i]); t.rowAt(n).key() == k {
				return n
			}
		}
	}
	if k.roll == one && k.addr.is6() {
		k.addr.lo, k.roll = 0, net64
		return t.number(k)
	}
	return 0
}

func (t *Table) reindex(size int) {
	t.index = make([]uint64, size)
	mask := uint64(size - 1)
	for n := 1; n <= t.n; n++ {
		h := t.rowAt(uint32(n)).key().hash(t.seed)
		i := h & mask
		for t.index[i] != 0 {
			i = (i + 1) & mask
		}
		t.index[i] = h&^math.MaxUint32 | uint64(n)
	}
}

func (t *Table) rowAt(n uint32) *row {
	return &t.rows[(n-1)/rowsPerChunk][(n-1)%rowsPerChunk]
}

func (t *Table) fullAt(n uint32) *full {
	return &t.fulls[(n-1)/fullsPerChunk][(n-1)%fullsPerChunk]
}

func (t *Table) iface(which int, name []byte) uint32 {
	if len(name) == 0 {
		return 0
	}
	last := &t.lastIface[which]
	if last.name == string(name) {
		return last.hash
	}
	h := max(hashName(name)&^station, 1)
	known, ok := t.names[h]
	if !ok && len(t.names) < maxNames {
		known = string(name)
		t.names[h] = known
	}
	last.name, last.hash = known, h
	return h
}

// Merge adds all of u, which stays as it is.
func (t *Table) Merge(u *Table) {
	for n := 1; n <= u.n; n++ {
		t.mergeRow(u, u.rowAt(uint32(n)))
		if n&1023 == 0 && t.Bytes() > t.limit {
			t.rollUp()
		}
	}
	t.rates.merge(&u.rates)
	for h, name := range u.names {
		if _, ok := t.names[h]; !ok && len(t.names) < maxNames {
			t.names[h] = name
		}
	}
	t.claims.merge(u.claims)
	if t.sample != nil && u.sample != nil {
		t.sample.merge(u.sample)
	}
	t.rolled.Nets += u.rolled.Nets
	t.rolled.Ports += u.rolled.Ports
}

func (t *Table) mergeRow(u *Table, from *row) {
	n := from.full()
	if from.listed() {
		list := from.list()
		words := u.pool.words(list)
		for i := range int(list.n) {
			e := unpack(words[i*entryWords:])
			t.add(from.key(), &e, true, 1, 1, uint64(e.length))
		}
		return
	}
	if n == 0 {
		t.add(from.key(), &from.entry, true, 1, 1, uint64(from.length))
		return
	}
	r, found := t.at(from.key())
	t.grown(r, found).merge(&t.pool, u.fullAt(n), &u.pool)
}

// Bytes is the memory in use, without what was given back and waits for the next.
func (t *Table) Bytes() int {
	return t.n*rowBytes + len(t.index)*8 + (t.nfull-len(t.freed))*fullBytes + t.pool.used*8 + t.listed*settledBytes + 2*4*rateCells
}

// RolledUp says what became coarse.
func (t *Table) RolledUp() RollUp { return t.rolled }

// All yields every row in no order that means anything. The Half is refilled
// for each.
func (t *Table) All() iter.Seq2[int, *Half] {
	return func(yield func(int, *Half) bool) {
		var h Half
		for n := 1; n <= t.n; n++ {
			h.fill(t, t.rowAt(uint32(n)))
			if !yield(n, &h) {
				return
			}
		}
	}
}

// Len is how many rows there are; rows are numbered from 1.
func (t *Table) Len() int { return t.n }

// Row fills h with the row of a number.
func (t *Table) Row(n int, h *Half) { h.fill(t, t.rowAt(uint32(n))) }

// Kind is the kind and side of the row of a number, cheaper than the whole row.
func (t *Table) Kind(n int) (Kind, Side) {
	r := t.rowAt(uint32(n))
	return r.kind, Side(r.mark & 1)
}

// Find fills h with the row of an address, or of its /64 where single addresses
// are gone; it reports whether there is one.
func (t *Table) Find(a netip.Addr, kind Kind, side Side, h *Half) bool {
	n := t.Number(a, kind, side)
	if n == 0 {
		return false
	}
	t.Row(n, h)
	return true
}

// Interface is the name of an item of Ifaces; empty if there were too many.
func (t *Table) Interface(i Item) string { return t.names[uint32(i.Key)] }

// Number is the number of the row of an address, or of its /64; zero: none.
func (t *Table) Number(a netip.Addr, kind Kind, side Side) int {
	return int(t.number(key{addr: addressOf(a), kind: kind, side: side}))
}

// SetLimit changes how much memory the table may hold; zero: [DefaultLimit].
func (t *Table) SetLimit(limit int) {
	if limit == 0 {
		limit = DefaultLimit
	}
	t.limit = limit
}
