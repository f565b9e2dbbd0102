package main

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestTallies(t *testing.T) {
	want := truth{Actors: []actor{
		{Kind: "scan", Class: "scan.port.vertical", Subjects: []string{"a"}},
		{Kind: "scan", Class: "scan.port.vertical", Subjects: []string{"b"}},
		{Kind: "scan", Class: "scan.port.vertical", Subjects: []string{"c"}},
		{Kind: "probe", Class: "probe.service.*", Subjects: []string{"d"}},
		{Kind: "probe", Class: "probe.service.*", Subjects: []string{"e"}},
		{Kind: "hunt", Class: "probe.proxy", Also: []string{"scan.*"}, Subjects: []string{"b"}},
	}}
	got := report{
		Findings: []group{{Class: "scan.port.vertical", Subjects: []string{"a"}, Sources: 1}, {Class: "unknown", Also: []string{"scan.port.block"}, Subjects: []string{"b"}, Sources: 1}},
		Noise:    []group{{Class: "probe.service.ssh", Subjects: []string{"d"}, Sources: 7}},
	}
	all := []tally{
		{kind: "scan", class: "scan.port.vertical", actors: 3, right: 1, instead: []string{"unknown", "scan.port.block", "(nothing)"}},
		{kind: "probe", class: "probe.service.*", actors: 2, right: 1, cut: 1},
		{kind: "hunt", class: "probe.proxy", actors: 1, right: 1},
	}
	if got := tallies(want, got); !reflect.DeepEqual(got, all) {
		t.Errorf("got  %+v\nwant %+v", got, all)
	}
}

func TestAllocations(t *testing.T) {
	const out = `goos: linux
BenchmarkFormats/ufw-2   	  123456	       500 ns/op	 300.12 MB/s	  4000000 records/s	       0 B/op	       0 allocs/op
BenchmarkFormats/ss      	      10	  1000000 ns/op	  20.12 MB/s	     2000 records/s	     640 B/op	       3 allocs/op
PASS
`
	want := map[string]float64{"ufw": 0, "ss": 1.5}
	if got := allocationsIn(out); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A budget that was not measured is not met, and one that is met says by how much.
func TestBudgets(t *testing.T) {
	log := file{what: "netfilter log", records: 10}
	made := func(title string, cpu time.Duration, peak int64) row {
		return row{contender: contender{title: title, file: log}, cost: cost{cpu, peak}}
	}
	all := table{rows: []row{made("portlore explain", 20, 300<<20), made("grep -c DPT=", 10, 1), made("fwlogwatch", 100, 1)}, allocations: map[string]float64{"asa": 0.5, "ss": 3}}
	got := all.budgets()
	for _, want := range []string{
		"grep -c DPT= | 2x | met |", "fwlogwatch | 5x | **missed** |", "psad | | not measured |",
		"doors (asa) | 0.5 | **missed** |", "memory | 300 MiB | **missed** |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

func TestRatio(t *testing.T) {
	for _, tt := range []struct {
		a, b float64
		want string
	}{{3, 2, "1.50x"}, {300, 2, "150x"}, {0, 1, ""}, {1, 0, ""}} {
		if got := ratio(tt.a, tt.b); got != tt.want {
			t.Errorf("ratio(%v, %v) = %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}
