package table

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// A row of a few observations keeps them as they are, in a list: to add one costs
// a look at one place of memory, and not at each of the sets that a full row has.
// Its sets are made when the list is full, or when somebody looks at the row.
//
// The list lies in the pool. The row says where, in fields of its entry that have
// no other meaning then: ports is the offset, id how many entries there are,
// length the index into sizes.

const (
	entryWords = 6
	mostListed = 32 // entries of a list
)

// listSizes are indexes into sizes: runs for 2, 4, 8, 16 and 32 entries.
var listSizes = [...]uint8{6, 8, 10, 12, 14}

func (r *row) listed() bool { return r.mark&markList != 0 }

func (r *row) list() set { return set{off: r.ports, n: r.id, size: uint8(r.length)} }

func (r *row) setList(s set) {
	r.mark |= markList
	r.ports, r.id, r.length = s.off, s.n, uint16(s.size)
}

// pack writes an entry into six words.
func (e *entry) pack(w []uint64) {
	_ = w[5]
	w[0], w[1], w[2] = uint64(e.time), e.peer, e.place
	w[3] = uint64(e.ports)<<32 | uint64(e.print)
	w[4] = uint64(e.iface)<<32 | uint64(e.id)<<16 | uint64(e.length)
	w[5] = uint64(e.shape)<<48 | uint64(e.proto)<<40 | uint64(e.ttl)<<32 | uint64(e.bits)<<24 | uint64(e.kind)<<16 | uint64(e.mark)<<8 | uint64(e.tell)
}

// unpack is the entry of six words.
func unpack(w []uint64) entry {
	_ = w[5]
	return entry{
		time: int64(w[0]), peer: w[1], place: w[2],
		ports: uint32(w[3] >> 32), print: uint32(w[3]),
		iface: uint32(w[4] >> 32), id: uint16(w[4] >> 16), length: uint16(w[4]),
		shape: uint16(w[5] >> 48), proto: uint8(w[5] >> 40), ttl: uint8(w[5] >> 32), bits: uint8(w[5] >> 24),
		kind: Kind(w[5] >> 16), mark: uint8(w[5] >> 8), tell: Tell(w[5]),
	}
}

// append puts an entry into the list of a row that has one, or one observation of
// its own. It tells whether there was room.
func (t *Table) append(r *row, e *entry) bool {
	var s set
	if r.listed() {
		if s = r.list(); s.n == mostListed {
			return false
		}
	}
	if int(s.n+1)*entryWords > int(sizes[s.size]) || s.n == 0 {
		old := s
		if i := slices.Index(listSizes[:], s.size); s.n > 0 {
			s.size = listSizes[i+1]
		} else {
			s.size = listSizes[0]
		}
		s.off = t.pool.take(s.size)
		copy(t.pool.words(s), t.pool.words(old))
		t.pool.give(old)
	}
	if s.n == 0 {
		r.entry.pack(t.pool.words(s))
		s.n = 1
	}
	e.pack(t.pool.words(s)[int(s.n)*entryWords:])
	s.n++
	if s.n == mostFew+1 {
		t.listed++
	}
	r.setList(s)
	return true
}

// settledBytes is about how much more a row needs when its list becomes sets: these
// are about as long as the list, but of a short one they are longer.
const settledBytes = fullBytes + 96

// settle makes sets of the list of a row.
func (t *Table) settle(r *row) *full {
	side := r.key().side
	n := t.newFull()
	f := t.fullAt(n)
	t.settling.reset()
	for e := range t.entries(r.list()) {
		f.count(&e, 1, 1, uint64(e.length))
		t.settling.first = seconds(e.time)
		e.each(side, t.settling.put)
	}
	t.giveList(r)
	for which := range f.sets {
		f.sets[which] = t.settling.set(which)
	}
	t.pool.place(f.sets[:])
	for which := range f.sets {
		t.settling.write(t.pool.words(f.sets[which]), which)
	}
	r.setFull(n)
	return f
}

// entries yields what a list holds.
func (t *Table) entries(list set) iter.Seq[entry] {
	return func(yield func(entry) bool) {
		words := t.pool.words(list)
		for i := range int(list.n) {
			if !yield(unpack(words[i*entryWords:])) {
				return
			}
		}
	}
}

// giveList gives back the list of a row.
func (t *Table) giveList(r *row) {
	list := r.list()
	t.pool.give(list)
	if list.n > mostFew {
		t.listed--
	}
	r.mark &^= markList
}

// settling is where the keys of a list are collected, set by set.
type settling struct {
	keys  [setsPerRow][3 * mostListed]Item // no entry has more than three keys of a set
	n     [setsPerRow]int
	first uint32 // of the entry that yields them
	put   func(which int, key uint64)
}

func newSettling() *settling {
	s := &settling{}
	s.put = func(which int, key uint64) {
		s.keys[which][s.n[which]] = Item{key, s.first, 1}
		s.n[which]++
	}
	return s
}

func (s *settling) reset() { s.n = [setsPerRow]int{} }

// set makes a set of the keys that were collected for it, and leaves those that
// it holds to be written.
func (s *settling) set(which int) (made set) {
	items := s.keys[which][:s.n[which]]
	if len(items) == 0 {
		return set{}
	}
	slices.SortFunc(items, func(a, b Item) int { return cmp.Compare(a.Key, b.Key) })
	last := 0
	for _, it := range items[1:] {
		if have := &items[last]; have.Key == it.Key {
			have.First = min(have.First, it.First)
			have.Count = uint32(min(uint64(have.Count)+uint64(it.Count), math.MaxUint32))
			continue
		}
		last++
		items[last] = it
	}
	n, sh := last+1, shapesOf[which]
	if n > int(sh.k) {
		n, made.over = int(sh.k), true
	}
	for int(sizes[made.size]) < n*int(sh.stride) {
		made.size++
	}
	s.n[which] = n
	made.n, made.last = uint16(n), items[n-1].Key
	return made
}

// write puts the keys of a set into its words.
func (s *settling) write(w []uint64, which int) {
	stride := int(shapesOf[which].stride)
	for i, it := range s.keys[which][:s.n[which]] {
		w[i*stride] = it.Key
		if stride == 2 {
			w[i*2+1] = uint64(it.First)<<32 | uint64(it.Count)
		}
	}
}
