package table

import (
	"fmt"
	"sort"
	"strings"
)

// dump writes everything a table knows, in an order of its own.
func dump(t *Table) string {
	var lines []string
	for _, h := range t.All() {
		var b strings.Builder
		fmt.Fprintf(&b, "%v %v %v %d net=%v port=%v\n", h.Addr, h.Kind, h.Side, max(1, h.Members().Distinct()), h.Net, h.Port)
		fmt.Fprintf(&b, "  %d %d %d / %d %d %d / %d %d / %d %d %d %d / %v %v %v\n", h.Observations, h.Packets, h.Bytes,
			h.Blocked, h.Accepted, h.Answered, h.First, h.Last, h.MinLength, h.MaxLength, h.MinTTL, h.MaxTTL, h.In, h.Out, h.Forward)
		for which := range setsPerRow {
			s := h.set(which)
			fmt.Fprintf(&b, "  %d exact=%v", which, s.Exact())
			for it := range s.All() {
				fmt.Fprintf(&b, " %x:%d:%d", it.Key, it.First, it.Count)
			}
			b.WriteByte('\n')
		}
		lines = append(lines, b.String())
	}
	sort.Strings(lines)
	sum := uint64(0)
	for k, s := range []*sketch{&t.rates.services, &t.rates.blocked} {
		for i, row := range s.rows {
			for j, n := range row {
				sum += mix(uint64(k)<<40|uint64(i)<<32|uint64(j), uint64(n))
			}
		}
	}
	for h, r := range t.claims {
		sum += mix(uint64(h), uint64(r.Level)) ^ uint64(len(r.Message))<<32 + uint64(r.Message[len(r.Message)-1])
	}
	return strings.Join(lines, "") + fmt.Sprintf("rates %x of %d\n", sum, t.rates.services.total)
}
