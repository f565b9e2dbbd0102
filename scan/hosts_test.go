package scan

import (
	"math"
	"math/big"
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func mustHosts(t testing.TB, texts ...string) Hosts {
	t.Helper()
	var ranges []Range
	for _, s := range texts {
		if p, err := netip.ParsePrefix(s); err == nil {
			ranges = append(ranges, RangeOf(p))
			continue
		}
		a := netip.MustParseAddr(s)
		ranges = append(ranges, Range{a, a})
	}
	h, err := NewHosts(ranges...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHostsBounds(t *testing.T) {
	for _, tt := range []struct {
		text        string
		length      uint64
		first, last string // last: of those that At reaches
	}{
		{"192.0.2.7", 1, "192.0.2.7", "192.0.2.7"},
		{"192.0.2.9/24", 256, "192.0.2.0", "192.0.2.255"},
		{"192.0.2.0/31", 2, "192.0.2.0", "192.0.2.1"},
		{"0.0.0.0/0", 1 << 32, "0.0.0.0", "255.255.255.255"},
		{"2001:db8::/65", 1 << 63, "2001:db8::", "2001:db8::7fff:ffff:ffff:ffff"},
		{"2001:db8::/64", math.MaxUint64, "2001:db8::", "2001:db8::ffff:ffff:ffff:fffe"}, // one address too many to count
		{"2001:db8::/63", math.MaxUint64, "2001:db8::", "2001:db8::ffff:ffff:ffff:fffe"},
		{"::/0", math.MaxUint64, "::", "::ffff:ffff:ffff:fffe"},
		{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	} {
		h := mustHosts(t, tt.text)
		if h.Len() != tt.length {
			t.Errorf("%s: %d addresses, want %d", tt.text, h.Len(), tt.length)
		}
		if got := h.At(0); got != netip.MustParseAddr(tt.first) {
			t.Errorf("%s: first is %v, want %s", tt.text, got, tt.first)
		}
		if got := h.At(h.Len() - 1); got != netip.MustParseAddr(tt.last) {
			t.Errorf("%s: last is %v, want %s", tt.text, got, tt.last)
		}
	}
	whole := mustHosts(t, "2001:db8::/64")
	for text, in := range map[string]bool{
		"2001:db8::": true, "2001:db8::ffff:ffff:ffff:ffff": true,
		"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff": false, "2001:db8:0:1::": false,
		"2001:db8::1%eth0": false, "192.0.2.1": false,
	} {
		if whole.Contains(netip.MustParseAddr(text)) != in {
			t.Errorf("the /64 contains %s: %v, want %v", text, !in, in)
		}
	}
}

func TestHostsRefuses(t *testing.T) {
	addr := netip.MustParseAddr
	for name, r := range map[string]Range{
		"no address":  {},
		"backwards":   {addr("192.0.2.2"), addr("192.0.2.1")},
		"two kinds":   {addr("192.0.2.2"), addr("2001:db8::1")},
		"two zones":   {addr("fe80::1%a"), addr("fe80::2%b")},
		"4 in 6":      {addr("::ffff:192.0.2.1"), addr("::ffff:192.0.2.1")},
		"half a zone": {addr("fe80::1"), addr("fe80::2%b")},
	} {
		if _, err := NewHosts(r); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Neighbours stay apart, so that who was given alone is alone.
func TestHostsAlone(t *testing.T) {
	h := mustHosts(t, "192.0.2.2", "192.0.2.1", "198.51.100.0/24", "198.51.100.7")
	if n := len(h.Ranges()); n != 3 {
		t.Errorf("%d ranges, want 3: %v", n, h.Ranges())
	}
	for text, alone := range map[string]bool{"192.0.2.1": true, "192.0.2.2": true, "198.51.100.7": false, "203.0.113.1": false} {
		if h.Alone(netip.MustParseAddr(text)) != alone {
			t.Errorf("%s alone: %v, want %v", text, !alone, alone)
		}
	}
}

// drawHosts draws ranges in a small space, where they overlap, touch and nest,
// in three kinds: IPv4, IPv6 across the middle of an address, and of a zone.
func drawHosts(t *rapid.T, label string) ([]Range, Hosts) {
	bases := []netip.Addr{netip.MustParseAddr("192.0.2.0"), netip.MustParseAddr("2001:db8::ffff:ffff:ffff:fff0"), netip.MustParseAddr("fe80::%a")}
	var ranges []Range
	for range rapid.IntRange(0, 5).Draw(t, label) {
		base := rapid.SampledFrom(bases).Draw(t, "base")
		from := rapid.Uint64Range(0, 40).Draw(t, "from")
		ranges = append(ranges, Range{plus(base, from), plus(base, from+rapid.Uint64Range(0, 12).Draw(t, "more"))})
	}
	h, err := NewHosts(ranges...)
	if err != nil {
		t.Fatal(err)
	}
	return ranges, h
}

// members are the addresses of ranges, counted one by one.
func members(ranges []Range) map[netip.Addr]bool {
	all := map[netip.Addr]bool{}
	for _, r := range ranges {
		for a := r.First; ; a = a.Next() {
			all[a] = true
			if a == r.Last {
				break
			}
		}
	}
	return all
}

func checkHosts(t *rapid.T, h Hosts, want map[netip.Addr]bool) {
	if h.Len() != uint64(len(want)) {
		t.Fatalf("%d addresses, want %d", h.Len(), len(want))
	}
	for i := range h.Len() {
		a := h.At(i)
		if !want[a] || !h.Contains(a) {
			t.Fatalf("At(%d) is %v, which is not in the set", i, a)
		}
		if i > 0 && order(h.At(i-1), a) >= 0 {
			t.Fatalf("At(%d) does not come after At(%d)", i, i-1)
		}
	}
}

func TestHostsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ranges, h := drawHosts(t, "ranges")
		want := members(ranges)
		checkHosts(t, h, want)

		cuts, cut := drawHosts(t, "cuts")
		for a := range members(cuts) {
			if !want[a] && h.Contains(a) {
				t.Fatalf("contains %v", a)
			}
			delete(want, a)
		}
		checkHosts(t, h.Without(cut), want)
	})
}

// The same sums as big.Int.
func TestRangeLen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var first, last [16]byte
		copy(first[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "first"))
		last = first
		copy(last[rapid.IntRange(0, 15).Draw(t, "from"):], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "last"))
		a, b := netip.AddrFrom16(first), netip.AddrFrom16(last)
		if b.Less(a) {
			a, b = b, a
		}
		n := new(big.Int).Sub(new(big.Int).SetBytes(b.AsSlice()), new(big.Int).SetBytes(a.AsSlice()))
		want := uint64(math.MaxUint64)
		if n.Add(n, big.NewInt(1)); n.IsUint64() {
			want = n.Uint64()
		}
		if got := (Range{a, b}).len(); got != want {
			t.Fatalf("%v to %v: %d, want %d", a, b, got, want)
		}
		if want < math.MaxUint64 && plus(a, want-1) != b {
			t.Fatalf("%v plus %d is %v, want %v", a, want-1, plus(a, want-1), b)
		}
	})
}
