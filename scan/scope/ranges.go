package scope

import (
	"math"
	"math/big"
	"net/netip"
	"slices"
)

// A Range is all addresses from First to Last, of one kind.
type Range struct{ First, Last netip.Addr }

// rangeOf is a network as a range.
func rangeOf(p netip.Prefix) Range {
	first := p.Masked().Addr()
	b := first.As16()
	bits := p.Bits()
	if first.Is4() {
		bits += 96
	}
	for i := bits; i < 128; i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	last := netip.AddrFrom16(b)
	if first.Is4() {
		last = last.Unmap()
	}
	return Range{first, last}
}

func single(a netip.Addr) Range { return Range{a, a} }

// Len is how many addresses there are; more than fit are MaxUint64.
func (r Range) Len() uint64 {
	a, b := r.First.As16(), r.Last.As16()
	n := new(big.Int).Sub(new(big.Int).SetBytes(b[:]), new(big.Int).SetBytes(a[:]))
	if n = n.Add(n, big.NewInt(1)); n.IsUint64() {
		return n.Uint64()
	}
	return math.MaxUint64
}

// String is 192.0.2.1, or 192.0.2.1-192.0.2.9.
func (r Range) String() string {
	if r.First == r.Last {
		return r.First.String()
	}
	return r.First.String() + "-" + r.Last.String()
}

// A Set is addresses, each once: ranges in order that do not touch.
type Set []Range

// Unite makes a set of ranges in any order.
func Unite(ranges []Range) Set {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b Range) int { return a.First.Compare(b.First) })
	var s Set
	for _, r := range sorted {
		if n := len(s); n > 0 && joins(s[n-1], r) {
			if s[n-1].Last.Less(r.Last) {
				s[n-1].Last = r.Last
			}
			continue
		}
		s = append(s, r)
	}
	return s
}

// joins says that b, which does not begin before a, overlaps it or follows at once.
func joins(a, b Range) bool {
	next := a.Last.Next()
	return a.First.BitLen() == b.First.BitLen() && a.First.Zone() == b.First.Zone() && (!next.IsValid() || !next.Less(b.First))
}

// Len is how many addresses there are; more than fit are MaxUint64.
func (s Set) Len() (n uint64) {
	for _, r := range s {
		if more := r.Len(); more > math.MaxUint64-n {
			return math.MaxUint64
		} else {
			n += more
		}
	}
	return n
}

// Contains says that an address is one of the set.
func (s Set) Contains(a netip.Addr) bool {
	return slices.ContainsFunc(s, func(r Range) bool {
		return r.First.BitLen() == a.BitLen() && r.First.Zone() == a.Zone() && !a.Less(r.First) && !r.Last.Less(a)
	})
}

// Part parts a set into what is in another one and what is not. An address with an
// interface is in a network without one.
func (s Set) Part(other Set) (in, out Set) {
	for _, r := range s {
		left := Set{r}
		for _, o := range other {
			var rest Set
			for _, l := range left {
				zone := l.First.Zone()
				if o.First.BitLen() != l.First.BitLen() || o.First.Zone() != "" && o.First.Zone() != zone {
					rest = append(rest, l)
					continue
				}
				first, last := later(l.First, o.First.WithZone(zone)), earlier(l.Last, o.Last.WithZone(zone))
				if last.Less(first) {
					rest = append(rest, l)
					continue
				}
				in = append(in, Range{first, last})
				if l.First.Less(first) {
					rest = append(rest, Range{l.First, first.Prev()})
				}
				if last.Less(l.Last) {
					rest = append(rest, Range{last.Next(), l.Last})
				}
			}
			left = rest
		}
		out = append(out, left...)
	}
	return Unite(in), Unite(out)
}

func later(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return b
	}
	return a
}

func earlier(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return a
	}
	return b
}
