package detect

import (
	"math"
	"slices"

	"github.com/portlore/portlore/table"
)

// A union estimates how many distinct keys several sets have together, of which
// each is a sample: up to the lowest key at which one of them ends, the union has
// every key (Beyer and others, SIGMOD 2007).
type union struct {
	keys  []uint64
	above uint64 // keys from here on are missing; zero: none is
	left  int    // how many keys the last settling left
}

// mostUnion is how many keys are gathered before those that do not count are dropped:
// or twice as many as the last time, since all of them may count.
const mostUnion = 1 << 12

func (u *union) add(s table.Set) {
	last := uint64(0)
	for it := range s.All() {
		u.keys = append(u.keys, it.Key)
		last = it.Key
	}
	if !s.Exact() {
		u.end(last)
	}
	u.trim()
}

func (u *union) join(o *union) {
	u.keys = append(u.keys, o.keys...)
	if o.above != 0 {
		u.end(o.above - 1)
	}
	u.trim()
}

// end says that keys above last are missing.
func (u *union) end(last uint64) {
	if above := last + 1; last < math.MaxUint64 && (u.above == 0 || above < u.above) {
		u.above = above
	}
}

func (u *union) trim() {
	if len(u.keys) > max(mostUnion, 2*u.left) {
		u.settle()
	}
}

// settle leaves each key once, and only those that count.
func (u *union) settle() {
	slices.Sort(u.keys)
	u.keys = slices.Compact(u.keys)
	if u.above != 0 {
		n, _ := slices.BinarySearch(u.keys, u.above)
		u.keys = u.keys[:n]
	}
	u.left = len(u.keys)
}

// besides is about how many distinct keys there are that a sorted list lacks.
func (u *union) besides(known []uint64) uint64 {
	u.settle()
	n := 0
	for _, k := range u.keys {
		if _, found := slices.BinarySearch(known, k); !found {
			n++
		}
	}
	if u.above == 0 {
		return uint64(n)
	}
	return uint64(math.Round(float64(n) / float64(u.above) * math.MaxUint64))
}
