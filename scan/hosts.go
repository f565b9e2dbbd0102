package scan

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"net/netip"
	"slices"
	"sort"
	"strings"
)

// A Range is the addresses from First to Last, both included. They are of one
// family and, where they have one, of one zone.
type Range struct {
	First, Last netip.Addr
}

// RangeOf is all addresses of a prefix, its network and broadcast address
// included.
func RangeOf(p netip.Prefix) Range {
	first := p.Masked().Addr()
	bytes := first.AsSlice()
	for i := range bytes {
		if kept := p.Bits() - 8*i; kept < 8 {
			bytes[i] |= byte(0xff >> max(kept, 0))
		}
	}
	last, _ := netip.AddrFromSlice(bytes)
	return Range{first, last.WithZone(first.Zone())}
}

// Hosts is a set of addresses: disjoint ranges in ascending order, IPv4 first.
// Ranges that touch stay apart, so that an address given alone stays alone. The
// zero Hosts is empty.
type Hosts struct {
	ranges []Range
	before []uint64 // how many addresses lie before each range
	total  uint64
}

// NewHosts is the set of all addresses of the ranges, which may overlap. An
// invalid address, one of IPv4 in the clothes of IPv6, and a range that ends
// before it begins or in another family or zone are errors.
func NewHosts(ranges ...Range) (Hosts, error) {
	for _, r := range ranges {
		switch {
		case !r.First.IsValid() || !r.Last.IsValid():
			return Hosts{}, fmt.Errorf("scan: not an address in %v-%v", r.First, r.Last)
		case r.First.Is4In6() || r.Last.Is4In6():
			return Hosts{}, fmt.Errorf("scan: %v-%v: write an IPv4 address as one", r.First, r.Last)
		case r.First.Is4() != r.Last.Is4() || r.First.Zone() != r.Last.Zone():
			return Hosts{}, fmt.Errorf("scan: %v-%v: of two families or zones", r.First, r.Last)
		case r.Last.Less(r.First):
			return Hosts{}, fmt.Errorf("scan: %v-%v: ends before it begins", r.First, r.Last)
		}
	}
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b Range) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(a.First.Zone(), b.First.Zone()), b.Last.Compare(a.Last))
	})
	slices.SortStableFunc(sorted, func(a, b Range) int { return compareKind(a.First, b.First) })
	out := sorted[:0]
	for _, r := range sorted {
		if n := len(out); n > 0 && compareKind(out[n-1].First, r.First) == 0 && !out[n-1].Last.Less(r.First) {
			if out[n-1].Last.Less(r.Last) {
				out[n-1].Last = r.Last
			}
			continue
		}
		out = append(out, r)
	}
	return number(out), nil
}

// compareKind orders families and zones, within which addresses are numbers.
func compareKind(a, b netip.Addr) int {
	return cmp.Or(a.BitLen()-b.BitLen(), strings.Compare(a.Zone(), b.Zone()))
}

// number counts the addresses of ranges that are disjoint and in order.
func number(ranges []Range) Hosts {
	h := Hosts{ranges: ranges, before: make([]uint64, len(ranges))}
	for i, r := range ranges {
		h.before[i] = h.total
		h.total = addCapped(h.total, r.len())
	}
	return h
}

// Ranges are the ranges, disjoint and in order.
func (h Hosts) Ranges() []Range { return slices.Clone(h.ranges) }

// Len is how many addresses there are; math.MaxUint64 also if there are more,
// as in a whole /64 of IPv6.
func (h Hosts) Len() uint64 { return h.total }

// At is the address number i, from zero to below Len.
func (h Hosts) At(i uint64) netip.Addr {
	if i >= h.total {
		panic(fmt.Sprintf("scan: address %d of %d", i, h.total))
	}
	n := sort.Search(len(h.before), func(k int) bool { return h.before[k] > i }) - 1
	return plus(h.ranges[n].First, i-h.before[n])
}

// Contains says whether an address, with its zone, is in the set.
func (h Hosts) Contains(a netip.Addr) bool {
	_, found := h.find(a)
	return found
}

// Alone says whether an address was given alone, as a range of one.
func (h Hosts) Alone(a netip.Addr) bool {
	r, found := h.find(a)
	return found && r.First == r.Last
}

func (h Hosts) find(a netip.Addr) (Range, bool) {
	n, exact := slices.BinarySearchFunc(h.ranges, a, func(r Range, a netip.Addr) int {
		return order(r.First, a)
	})
	if !exact {
		n--
	}
	if n < 0 || compareKind(h.ranges[n].First, a) != 0 || h.ranges[n].Last.Less(a) {
		return Range{}, false
	}
	return h.ranges[n], true
}

// Without is the set without the addresses of another.
func (h Hosts) Without(other Hosts) Hosts {
	var out []Range
	rest := other.ranges
	for _, r := range h.ranges {
		gone := false
		for len(rest) > 0 && before(rest[0].Last, r.First) {
			rest = rest[1:]
		}
		for _, cut := range rest {
			if before(r.Last, cut.First) {
				break
			}
			if before(r.First, cut.First) {
				out = append(out, Range{r.First, cut.First.Prev()})
			}
			if !before(cut.Last, r.Last) {
				gone = true
				break
			}
			r.First = cut.Last.Next()
		}
		if !gone {
			out = append(out, r)
		}
	}
	return number(out)
}

// order orders addresses as Hosts does.
func order(a, b netip.Addr) int { return cmp.Or(compareKind(a, b), a.Compare(b)) }

func before(a, b netip.Addr) bool { return order(a, b) < 0 }

func (r Range) len() uint64 {
	firstHigh, firstLow := halves(r.First)
	lastHigh, lastLow := halves(r.Last)
	low, borrow := bits.Sub64(lastLow, firstLow, 0)
	if high, _ := bits.Sub64(lastHigh, firstHigh, borrow); high > 0 {
		return math.MaxUint64
	}
	return addCapped(low, 1)
}

func addCapped(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry > 0 {
		return math.MaxUint64
	}
	return sum
}

func plus(a netip.Addr, n uint64) netip.Addr {
	if a.Is4() {
		four := a.As4()
		binary.BigEndian.PutUint32(four[:], binary.BigEndian.Uint32(four[:])+uint32(n))
		return netip.AddrFrom4(four)
	}
	high, low := halves(a)
	low, carry := bits.Add64(low, n, 0)
	var sixteen [16]byte
	binary.BigEndian.PutUint64(sixteen[:8], high+carry)
	binary.BigEndian.PutUint64(sixteen[8:], low)
	return netip.AddrFrom16(sixteen).WithZone(a.Zone())
}

// halves are the upper and the lower half of an address as a number.
func halves(a netip.Addr) (high, low uint64) {
	if a.Is4() {
		four := a.As4()
		return 0, uint64(binary.BigEndian.Uint32(four[:]))
	}
	sixteen := a.As16()
	return binary.BigEndian.Uint64(sixteen[:8]), binary.BigEndian.Uint64(sixteen[8:])
}
