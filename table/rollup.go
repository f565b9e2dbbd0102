package table

import (
	"math"
	"net/netip"

	"github.com/portlore/portlore"
)

// rollUp makes room, so much that it will not be wanted again soon: compact rows
// of global IPv6 addresses become part of their /64; if that is not enough, rows
// of few observations become part of a port, then rows of a few more. Rows that
// have grown stay, and so do all counts.
func (t *Table) rollUp() {
	enough := t.limit * 3 / 4
	t.rebuild(func(r *row) (key, bool) {
		k := r.key()
		if r.full() != 0 || r.listed() || k.roll != one || !r.addr.is6() || !r.addr.addr().IsGlobalUnicast() {
			return k, false
		}
		k.addr.lo, k.roll = 0, net64
		return k, true
	}, &t.rolled.Nets)
	for most := uint64(1); t.Bytes() > enough && most < 1<<40; most *= 8 {
		t.rebuild(func(r *row) (key, bool) {
			k := r.key()
			if k.roll == port {
				return k, false
			}
			observations, at := t.portOf(r)
			if observations > most {
				return k, false
			}
			k.addr, k.roll = address{lo: at}, port
			return k, true
		}, &t.rolled.Ports)
	}
}

// Group64 makes one row of all addresses of an IPv6 /64 for which inside is
// false: one host has as many addresses there as it likes (RFC 8981). It is
// called once, when everything was read.
func (t *Table) Group64(inside func(netip.Addr) bool) {
	apart := func(r *row) bool {
		if !r.addr.is6() || r.key().roll != one {
			return false
		}
		a := r.addr.addr()
		return a.IsGlobalUnicast() && !inside(a)
	}
	any := false
	for n := 1; n <= t.n && !any; n++ {
		any = apart(t.rowAt(uint32(n)))
	}
	if !any {
		return
	}
	var grouped uint64
	t.rebuild(func(r *row) (key, bool) {
		k := r.key()
		if !apart(r) {
			return k, false
		}
		k.addr.lo, k.roll = 0, net64
		return k, true
	}, &grouped)
}

// rebuild gives every row for which to says so another key, merging those that
// meet. moved counts them.
func (t *Table) rebuild(to func(*row) (key, bool), moved *uint64) {
	old, n := t.rows, t.n
	t.rows, t.n = nil, 0
	clear(t.index)
	for i := range n {
		r := &old[i/rowsPerChunk][i%rowsPerChunk]
		k, changed := to(r)
		at, found := t.at(k, k.hash(t.seed))
		if !changed && !found {
			*at = *r
		} else {
			t.join(at, found, r, changed)
			if changed {
				*moved++
			}
		}
		if i%rowsPerChunk == rowsPerChunk-1 {
			old[i/rowsPerChunk] = nil
		}
	}
}

// portOf is how many observations a row has, and one of their ports as proto<<16 |
// port: that with the smallest key, so that no order decides.
func (t *Table) portOf(r *row) (observations, at uint64) {
	switch {
	case r.full() != 0:
		f := t.fullAt(r.full())
		for it := range view(&t.pool, f.sets[ports], shapesOf[ports]).All() {
			return f.observations, uint64(it.Value())
		}
		return f.observations, 0
	case r.listed():
		least := uint64(math.MaxUint64)
		for e := range t.entries(r.list()) {
			least = min(least, portKey(portlore.Proto(e.proto), e.service()))
		}
		return uint64(r.list().n), uint64(uint32(least))
	}
	return 1, uint64(r.proto)<<16 | uint64(r.service())
}

// join adds the row r to the row at, remembering which address it was.
func (t *Table) join(at *row, found bool, r *row, changed bool) {
	f := t.grown(at, found)
	side := r.key().side
	switch n := r.full(); {
	case n != 0:
		f.merge(&t.pool, t.fullAt(n), &t.pool)
		t.giveFull(n)
	case r.listed():
		for e := range t.entries(r.list()) {
			f.add(&t.pool, side, &e, 1, 1, uint64(e.length))
		}
		t.giveList(r)
	default:
		f.add(&t.pool, side, &r.entry, 1, 1, uint64(r.length))
	}
	if changed {
		t.pool.add(&f.sets[members], &shapesOf[members], r.addr.hash(), 0, 1)
	}
}
