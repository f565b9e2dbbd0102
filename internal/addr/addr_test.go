package addr

import (
	"math/rand/v2"
	"net/netip"
	"testing"
)

// corner holds texts on both sides of every rule.
var corner = []string{
	"", ".", ":", "::", ":::", "::1", "1::", "1::2::3", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::",
	"::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "fe80::1%eth0", "fe80::1%",
	"::ffff:192.0.2.1", "::192.0.2.1", "1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1", "1:2:3:4:5:192.0.2.1",
	"192.0.2.1::", "::192.0.2", "::.1.1.1", "1:", ":1", "1:2:3:4:5:6:7:", "0000:0000:0000:0000:0000:0000:0000:0001",
	"192.0.2.1", "192.0.2.256", "192.0.2", "192.0.2.1.", ".192.0.2.1", "192..2.1", "192.0.2.01", "0.0.0.0", "00.0.0.0",
	"255.255.255.255", "1.2.3.4.5", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\x1b[2J", "2130706433", "0x7f.1", "１.2.3.4", "2001:DB8::A",
	"1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "1::1.2.3.4", "1:2:3:4:5:6::1.2.3.4", "::1:2:3:4:5:1.2.3.4", "::1:2:3:4:5:6:1.2.3.4",
}

func TestParseCorners(t *testing.T) {
	for _, s := range corner {
		check(t, s)
	}
}

func TestParseRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		b := make([]byte, r.IntN(24))
		for i := range b {
			b[i] = "0123456789abcdefF::::....%g "[r.IntN(28)]
		}
		check(t, string(b))

		var a [16]byte
		for i := range a {
			if r.IntN(2) == 0 {
				a[i] = byte(r.Uint32())
			}
		}
		check(t, netip.AddrFrom16(a).String())
		check(t, netip.AddrFrom16(a).StringExpanded())
		check(t, netip.AddrFrom4([4]byte(a[:4])).String())
	}
}

func TestParseDoesNotAllocate(t *testing.T) {
	four, six := []byte("203.0.113.10"), []byte("2001:0db8:0000:0000:0000:0000:0000:0001")
	if n := testing.AllocsPerRun(100, func() { Parse(four); Parse(six) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range corner {
		f.Add(s)
	}
	f.Fuzz(check)
}

func BenchmarkParse4(b *testing.B) {
	text := []byte("203.0.113.10")
	for b.Loop() {
		Parse(text)
	}
}

// check holds Parse against the standard library.
func check(t *testing.T, s string) {
	want, err := netip.ParseAddr(s)
	wantOK := err == nil && want.Zone() == ""
	got, ok := Parse([]byte(s))
	if ok != wantOK {
		t.Errorf("Parse(%q) = %v, %v; netip says %v, %v", s, got, ok, want, err)
	} else if ok && got != want.Unmap() {
		t.Errorf("Parse(%q) = %v, netip says %v", s, got, want)
	}
	if wantOK && want.Is4() {
		if got, n := Prefix4([]byte(s + " and more")); got != want || n != len(s) {
			t.Errorf("Prefix4(%q) = %v, %d", s+" and more", got, n)
		}
	}
}
