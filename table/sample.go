package table

import (
	"iter"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
)

// A sample is what charts need and rows do not have: when each thing happened. It
// is one bottom-k set (set.go) over all that was observed: of the distinct
// observations those with the smallest hashes, each with how often it came. Below
// k it is everything, above k a fair part of it; and it depends on no order.
//
// It is made only when somebody draws: until then it is nil.
type sample struct {
	most  int    // k
	below uint64 // keys from here on are turned away
	over  bool   // some were
	items map[uint64]moment
}

// moment is 32 bytes, since there are many.
type moment struct {
	time  int64
	addr  address
	count uint32
	port  uint16
	proto uint8
	kind  Kind
}

// Sampled is how many distinct observations a sample keeps: with their index
// about 2 MiB in each table, twice that while it is being filled.
const Sampled = 1 << 15

// A Moment is a distinct observation as a chart needs it.
type Moment struct {
	Time  int64 // nanoseconds; zero: not said
	Addr  netip.Addr
	Kind  Kind
	Proto portlore.Proto
	Port  uint16 // of the service; zero: none
	Count uint64 // how often it came
}

// Sample makes the table keep a sample of what is added from now on.
func (t *Table) Sample() { t.sample = newSample(Sampled) }

func newSample(most int) *sample {
	return &sample{most: most, below: ^uint64(0), items: map[uint64]moment{}}
}

func (s *sample) add(e *entry, src, dst address, count uint64) {
	key := mix(mix(uint64(e.time), src.hash()), mix(dst.hash(), uint64(e.ports)^uint64(e.id)<<32^uint64(e.kind)<<48^uint64(e.proto)<<56))
	m := moment{e.time, src, clamp(count), 0, e.proto, e.kind}
	if e.bits&bitPorts != 0 {
		m.port = e.service()
	}
	s.put(key, m)
}

func (s *sample) put(key uint64, m moment) {
	if key >= s.below {
		s.over = true
		return
	}
	if have, ok := s.items[key]; ok {
		m.count = clamp(uint64(m.count) + uint64(have.count))
	}
	s.items[key] = m
	if len(s.items) >= 2*s.most {
		s.cut()
	}
}

// cut leaves the k smallest keys.
func (s *sample) cut() {
	if len(s.items) <= s.most {
		return
	}
	s.over = true
	keys := s.keys()
	s.below = keys[s.most]
	for _, key := range keys[s.most:] {
		delete(s.items, key)
	}
}

func (s *sample) keys() []uint64 {
	keys := make([]uint64, 0, len(s.items))
	for key := range s.items {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// merge adds all of o. What one of the two turned away does not belong into both.
func (s *sample) merge(o *sample) {
	s.over = s.over || o.over
	if o.below < s.below {
		s.below = o.below
		for key := range s.items {
			if key >= s.below {
				delete(s.items, key)
			}
		}
	}
	for key, m := range o.items {
		s.put(key, m)
	}
}

// Whole says that the sample holds all that was observed.
func (t *Table) Whole() bool {
	return t.sample != nil && !t.sample.over && len(t.sample.items) <= t.sample.most
}

// Moments yields the sample in an order that means nothing and is always the
// same, each with the number of the sent row that it belongs to; zero: it is part
// of a row that stands for many addresses, nobody knows which.
func (t *Table) Moments() iter.Seq2[int, Moment] {
	return func(yield func(int, Moment) bool) {
		if t.sample == nil {
			return
		}
		t.sample.cut()
		for _, key := range t.sample.keys() {
			m := t.sample.items[key]
			n := t.number(keyOf(m))
			if n == 0 {
				k := keyOf(m)
				k.addr, k.roll = address{lo: uint64(m.proto)<<16 | uint64(m.port)}, port
				n = t.number(k)
			}
			if !yield(int(n), Moment{m.time, m.addr.addr(), m.kind, portlore.Proto(m.proto), m.port, uint64(m.count)}) {
				return
			}
		}
	}
}

func keyOf(m moment) key { return key{addr: m.addr, kind: m.kind, side: Sent} }

func clamp(n uint64) uint32 { return uint32(min(n, 1<<32-1)) }
