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
const DefaultLimit = 128 << 20

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
	listed   int // rows with lists of more than a few, which become sets when somebody looks at them
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
	var parts [2]part
	for i := range t.part(o, &parts) {
		t.put(&parts[i])
	}
}

// A part is what an observation adds to the row of one of its two ends.
type part struct {
	key                   key
	hash                  uint64 // of the key
	entry                 entry
	single                bool // it stands for one packet: the entry says it all
	count, packets, bytes uint64
}

// part makes the parts of an observation and returns how many there are.
func (t *Table) part(o *portlore.Observation, parts *[2]part) int {
	kind := KindOf(o)
	sent, received := &parts[0], &parts[1]
	sent.entry = distil(o, kind)
	e := &sent.entry
	e.iface = t.iface(0, o.InIf)
	if e.iface == 0 {
		e.iface = t.iface(1, o.OutIf)
	}
	stations := e.iface == 0
	if stations && o.LinkSrc != 0 {
		e.iface = stationKey(o.LinkSrc)
	}
	sent.count, sent.packets, sent.bytes = max(1, o.Count), max(1, o.Packets), o.Bytes
	if kind.Claimed() {
		e.print, sent.packets, sent.bytes = t.claim(o.Said), 0, 0
		e.shape, e.length, e.tell = uint16(o.Said.Level), 0, NoTell
	} else if sent.bytes == 0 {
		sent.bytes = uint64(o.Length)
	}
	sent.single = sent.count == 1 && sent.packets == 1 && sent.bytes == uint64(e.length)

	src, dst := addressOf(o.Src), addressOf(o.Dst)
	e.peer = dst.hash()
	sent.key = key{addr: src, kind: kind, side: Sent}
	sent.hash = sent.key.hash(t.seed)
	if t.sample != nil {
		t.sample.add(e, src, dst, sent.count)
	}
	if kind.Claimed() && !o.Dst.IsValid() {
		return 1 // nobody received anything
	}
	*received = *sent
	received.entry.peer, received.entry.iface = src.hash(), 0
	if stations && o.LinkDst != 0 && !o.LinkCast {
		received.entry.iface = stationKey(o.LinkDst)
	}
	received.key = key{addr: dst, kind: kind, side: Received}
	received.hash = received.key.hash(t.seed)
	return 2
}

// put adds a part to its row, and what was received to the rates.
func (t *Table) put(p *part) {
	t.add(p)
	if p.key.side == Received && p.entry.time != 0 {
		t.rate(p)
	}
	if t.n&1023 == 0 && t.Bytes() > t.limit {
		t.rollUp()
	}
}

func (t *Table) add(p *part) {
	r, found := t.at(p.key, p.hash)
	switch {
	case !found && p.single:
		mark := r.mark
		r.entry = p.entry
		r.mark |= mark
	case found && p.single && r.mark&markFull == 0 && t.append(r, &p.entry):
	default:
		t.grown(r, found).add(&t.pool, p.key.side, &p.entry, p.count, p.packets, p.bytes)
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

// at finds the row of a key with that hash, or makes it.
func (t *Table) at(k key, h uint64) (r *row, found bool) {
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
		return t.at(k, h)
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
		for e := range u.entries(from.list()) {
			t.addEntry(from.key(), e)
		}
		return
	}
	if n == 0 {
		t.addEntry(from.key(), from.entry)
		return
	}
	r, found := t.at(from.key(), from.key().hash(t.seed))
	t.grown(r, found).merge(&t.pool, u.fullAt(n), &u.pool)
}

// addEntry adds one packet to the row of a key.
func (t *Table) addEntry(k key, e entry) {
	t.add(&part{key: k, hash: k.hash(t.seed), entry: e, single: true, count: 1, packets: 1, bytes: uint64(e.length)})
}

// Bytes is the memory in use, without what was given back and waits for the next.
func (t *Table) Bytes() int {
	return t.n*rowBytes + len(t.index)*8 + (t.nfull-len(t.freed))*fullBytes + t.pool.used*8 + t.listed*settledBytes + rateBytes
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

// Side yields the rows of one side as All does.
func (t *Table) Side(side Side) iter.Seq2[int, *Half] {
	return func(yield func(int, *Half) bool) {
		var h Half
		for n := 1; n <= t.n; n++ {
			if r := t.rowAt(uint32(n)); Side(r.mark&1) == side {
				if h.fill(t, r); !yield(n, &h) {
					return
				}
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
