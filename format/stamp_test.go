package format

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestLocal holds the remembered offsets against the standard library, in zones
// that change by an hour, by half an hour, at midnight, and not at all.
func TestLocal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu", "Asia/Shanghai", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip("no zones here:", err)
		}
		c := newClock(Options{Zone: zone})
		for range 20_000 {
			at := time.Unix(1_600_000_000+r.Int64N(200_000_000), 0).UTC()
			if r.IntN(2) == 0 { // near a change
				at = time.Date(at.Year(), at.Month(), at.Day(), r.IntN(4), r.IntN(60), r.IntN(60), 0, time.UTC)
			}
			want := time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, zone).Unix()
			if got := c.local(at.Unix()); got != want {
				t.Fatalf("%s %v: %d, want %d", name, at, got, want)
			}
		}
	}
}

// TestStamp holds the size of a stamp, by which the message begins. The times
// are in the golden files.
func TestStamp(t *testing.T) {
	c := newClock(Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)})
	for _, tt := range []struct {
		text string
		size int
		zone certainty
		bad  string
	}{
		{"Nov 23 15:02:16 fw", 15, assumed, ""},
		{"Nov  3 15:02:16 fw", 15, assumed, ""},
		{"Nov 23 15:02:16", 15, assumed, ""},
		{"Nov 23 15:02:16.123456 fw", 22, assumed, ""},
		{"Nov 23 15:02:16 2026 fw", 20, assumed, ""},
		{"Nov 23 15:02:16 20261 fw", 15, assumed, ""},
		{"Nov 23 2026 15:02:16 fw", 20, assumed, ""},
		{"Nov 23 15:02:1", 0, timeless, ""},
		{"Nov 23 15:02:1x fw", 0, timeless, ""},
		{"Foo 23 15:02:16 fw", 0, timeless, ""},
		{"Nov 31 15:02:16 fw", 15, assumed, noSuchDay},
		{"Nov 23 24:00:00 fw", 15, assumed, noSuchTime},
		{"Mon Nov 23 15:02:16 2026 fw", 24, assumed, ""},
		{"[Mon Nov 23 15:02:16 2026] x", 26, assumed, ""},
		{"[Mon Nov 23 15:02:16 2026 x", 0, timeless, ""},
		{"2026-11-23T15:02:16Z fw", 20, stated, ""},
		{"2026-11-23T15:02:16.5+08:00 fw", 27, stated, ""},
		{"2026-11-23T15:02:16+0800 fw", 24, stated, ""},
		{"2026-11-23T15:02:16-08 fw", 22, stated, ""},
		{"2026-11-23 15:02:16 +0100 fw", 25, stated, ""},
		{"2026-11-23 15:02:16 -fw", 19, assumed, ""},
		{"2026-11-23 15:02:16", 19, assumed, ""},
		{"2026-11-23_15:02:16", 0, timeless, ""},
		{"2026-02-30T15:02:16Z", 20, assumed, noSuchDay},
		{"Mon 2026-11-23 15:02:16 UTC fw", 27, stated, ""},
		{"Mon 2026-11-23 15:02:16 CST fw", 27, assumed, ""},
		{"1795446136.123456 fw", 17, stated, ""},
		{"1795446136 fw", 10, stated, ""},
		{"0000000001 fw", 0, timeless, ""},
		{"23/Nov/2026:15:02:16 +0800 x", 26, stated, ""},
		{"1970-01-01T00:01:00Z fw", 20, sinceBoot, ""},
		{"[12345.678901] x", 14, sinceBoot, ""},
		{"[    0.000000] x", 14, sinceBoot, ""},
		{"[12345] x yyyyyy", 0, timeless, ""},
		{"[9999999999.5] x", 14, sinceBoot, outOfRange},
		{"[99999999999999999999.5] x", 24, sinceBoot, outOfRange},
	} {
		for range 2 { // the second time from memory
			s := c.stamp([]byte(tt.text))
			if s.size != tt.size || s.zone != tt.zone && tt.bad == "" || s.bad != (tt.bad != "") || s.bad && c.fault.why != tt.bad {
				t.Errorf("%q: size %d, certainty %d, bad %v %q; want %d, %d, %q", tt.text, s.size, s.zone, s.bad, c.fault.why, tt.size, tt.zone, tt.bad)
			}
		}
	}
}
