package quantity

import (
	"math"
	"testing"
)

func TestPlural(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 hosts", 1: "1 host", 2: "2 hosts", 999: "999 hosts", 1000: "1,000 hosts",
		123456: "123,456 hosts", 1234567: "1,234,567 hosts", math.MaxUint64: "18,446,744,073,709,551,615 hosts",
	} {
		if got := Plural(n, "host"); got != want {
			t.Errorf("Plural(%d) = %q, want %q", n, got, want)
		}
	}
}
