package firewall

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

// Sets of addresses are held against lists of bits: the last byte of 192.0.2.0/24,
// and of the last addresses of all, where the next one does not exist.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SampledFrom([]netip.Addr{netip.MustParseAddr("192.0.2.0"), netip.MustParseAddr("255.255.255.0"), netip.MustParseAddr("0.0.0.0")}).Draw(t, "base")
		a, bitsA := draw(t, base, "a")
		b, bitsB := draw(t, base, "b")
		if a.Meets(b) != (len(a.Intersect(b)) > 0) {
			t.Fatalf("%v meets %v: %v", a, b, a.Meets(b))
		}
		for name, got := range map[string]Set{"union": a.Union(b), "intersect": a.Intersect(b), "subtract": a.Subtract(b)} {
			for i := range 256 {
				want := map[string]bool{"union": bitsA[i] || bitsB[i], "intersect": bitsA[i] && bitsB[i], "subtract": bitsA[i] && !bitsB[i]}[name]
				if has(got, at(base, i)) != want {
					t.Fatalf("%v %s %v = %v: %v is wrong", a, name, b, got, at(base, i))
				}
			}
			nets, _ := got.Prefixes(1000)
			if back := SetOf(nets...); len(back.Subtract(got))+len(got.Subtract(back)) > 0 {
				t.Fatalf("%v as networks %v is %v", got, nets, back)
			}
		}
	})
}

func at(base netip.Addr, i int) netip.Addr {
	b := base.As4()
	b[3] = byte(i)
	return netip.AddrFrom4(b)
}

func has(s Set, a netip.Addr) bool { return len(s.Intersect(Set{{a, a}})) > 0 }

func draw(t *rapid.T, base netip.Addr, name string) (s Set, bits [256]bool) {
	for range rapid.IntRange(0, 4).Draw(t, name) {
		from := rapid.IntRange(0, 255).Draw(t, name+" from")
		to := rapid.IntRange(from, 255).Draw(t, name+" to")
		s = s.Union(Set{{at(base, from), at(base, to)}})
		for i := from; i <= to; i++ {
			bits[i] = true
		}
	}
	return s, bits
}
