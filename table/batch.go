package table

import (
	"math"

	"github.com/portlore/portlore"
)

// A Batch adds observations to a table many at a time. It gives the same table as
// [Table.Add], sooner: a table is larger than the caches of a processor, and where
// many places of memory are known beforehand, the waits for them overlap.
type Batch struct {
	t     *Table
	n     int
	parts [batchParts]part
	rows  [batchParts]*row
	heat  uint64 // what was read ahead, so that the compiler keeps the reads
}

// batchParts is how many parts wait. More would not stay in the first cache.
const batchParts = 64

// Batch makes an empty batch. Until it is flushed the table lacks what waits in it.
func (t *Table) Batch() *Batch { return &Batch{t: t} }

// Add counts one observation. It keeps nothing of o.
func (b *Batch) Add(o *portlore.Observation) {
	if b.n+2 > batchParts {
		b.Flush()
	}
	b.n += b.t.part(o, (*[2]part)(b.parts[b.n:]))
}

// Flush adds what waits to the table.
func (b *Batch) Flush() {
	b.warm()
	for i := range b.parts[:b.n] {
		b.t.put(&b.parts[i])
	}
	b.n = 0
}

// warm reads what the parts will look at. It is a guess that nothing depends on:
// rows may move meanwhile.
func (b *Batch) warm() {
	t, heat := b.t, b.heat
	mask := uint64(len(t.index) - 1)
	for i := range b.parts[:b.n] {
		p := &b.parts[i]
		at := t.index[p.hash&mask]
		b.rows[i] = nil
		if at != 0 && at&^math.MaxUint32 == p.hash&^math.MaxUint32 {
			b.rows[i] = t.rowAt(uint32(at))
		}
		if p.key.side == Received && p.key.kind.rated() {
			counts := &t.rates.services
			for j, at := range counts.cells(rateKey(p.key.addr.hash(), p.key.kind, p.entry.service()), slot(p.entry.time)) {
				heat += uint64(counts.rows[j][at])
			}
		}
	}
	for i := range b.parts[:b.n] {
		r := b.rows[i]
		switch {
		case r == nil:
		case r.listed():
			list := r.list()
			words := t.pool.words(list)
			heat += words[min(int(list.n)*entryWords, len(words)-1)]
		case r.full() != 0:
			f := t.fullAt(r.full())
			heat += f.observations + f.sets[peers].last + f.sets[prints].last + f.sets[places].last
		}
	}
	for i := range b.parts[:b.n] {
		if r := b.rows[i]; r != nil && r.full() != 0 {
			s := &t.fullAt(r.full()).sets[ports]
			e := &b.parts[i].entry
			if key := portKey(portlore.Proto(e.proto), e.service()); key <= s.last {
				heat += t.pool.words(*s)[int(shapesOf[ports].stride)*guess(int(s.n), key, s.last)]
			}
		}
	}
	b.heat = heat
}
