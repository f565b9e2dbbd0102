package table

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/portlore/portlore"
)

// Any order, any split and any tree of merges give the same sample, whether it
// holds everything or not; and what it holds is counted to the last one.
func TestSample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 300).Draw(t, "most")
		os := rapid.SliceOfN(someObservation(), 0, 400).Draw(t, "observations")
		empty := func() *Table {
			u := New(0)
			u.sample = newSample(most)
			return u
		}
		whole := empty()
		for i := range os {
			whole.Add(&os[i])
		}
		want := moments(whole)

		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		parts := []*Table{empty(), empty(), empty()}
		shuffled := slices.Clone(os)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range shuffled {
			parts[r.IntN(len(parts))].Add(&shuffled[i])
		}
		parts[1].Merge(parts[2])
		parts[0].Merge(parts[1])
		if got := moments(parts[0]); got != want {
			t.Fatalf("merged:\n%s\nin order:\n%s", got, want)
		}

		sum := uint64(0)
		for n, m := range whole.Moments() {
			sum += m.Count
			var h Half
			if whole.Row(n, &h); n == 0 || h.Addr != m.Addr || h.Kind != m.Kind || h.Side != Sent {
				t.Fatalf("%+v is of row %d, %v %v %v", m, n, h.Addr, h.Kind, h.Side)
			}
		}
		all := uint64(0)
		for i := range os {
			all += max(1, os[i].Count)
		}
		if whole.Whole() != (sum == all) {
			t.Fatalf("whole: %v, but %d of %d", whole.Whole(), sum, all)
		}
	})
}

// moments writes a sample down, and whether it is whole.
func moments(t *Table) string {
	var b strings.Builder
	whole := t.Whole()
	for _, m := range t.Moments() {
		fmt.Fprintf(&b, "%+v\n", m)
	}
	return fmt.Sprint(b.String(), whole)
}

// What was rolled up for want of memory is found in the row that it went to.
func TestSampleOfRolledUp(t *testing.T) {
	u := New(1) // no room for anything
	u.Sample()
	for i := range 40_000 {
		o := portlore.Observation{Src: someAddr(i), Dst: someAddr(0), Proto: portlore.UDP, DstPort: 53, Has: portlore.HasPorts | portlore.HasProto, Time: int64(i+1) * 1e9}
		u.Add(&o)
	}
	if u.RolledUp().Ports == 0 {
		t.Fatal("nothing was rolled up")
	}
	n := 0
	for row, m := range u.Moments() {
		n++
		if row == 0 {
			t.Fatalf("%+v has no row", m)
		}
	}
	if n != Sampled || u.Whole() {
		t.Errorf("%d moments, whole: %v", n, u.Whole())
	}
}
