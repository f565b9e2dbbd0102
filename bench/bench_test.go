package main

import (
	"reflect"
	"strings"
	"testing"
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

func TestBenchmarkLine(t *testing.T) {
	const out = `goos: linux
BenchmarkRead/ufw-2   	  123456	       812.5 ns/op	 300.12 MB/s	       0 B/op	       0 allocs/op
BenchmarkMerge        	      10	  12345678 ns/op	     640 B/op	       3 allocs/op
PASS
`
	var got []string
	for _, m := range benchmarkLine.FindAllStringSubmatch(out, -1) {
		got = append(got, strings.Join(m[1:], " "))
	}
	want := []string{"BenchmarkRead/ufw 812.5 0 0", "BenchmarkMerge 12345678 640 3"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
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
