package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
)

// benchmarkLine is one line of BenchmarkFormats: the name of the format, ns/op,
// records/s, allocs/op.
var benchmarkLine = regexp.MustCompile(`(?m)^BenchmarkFormats/(\S+?)(?:-\d+)?\s+\d+\s+(\S+) ns/op.*?\s(\S+) records/s.*?\s(\d+) allocs/op`)

// allocations are those for each record in the steady state, by format: what a
// reader of ours allocates in its own benchmark, without the start of a program.
func allocations() (map[string]float64, error) {
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", "^BenchmarkFormats$", "-benchmem", "-benchtime", "50ms", "./format").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("benchmarks of the formats: %w\n%s", err, out)
	}
	return allocationsIn(string(out)), nil
}

func allocationsIn(out string) map[string]float64 {
	all := map[string]float64{}
	for _, m := range benchmarkLine.FindAllStringSubmatch(out, -1) {
		var f [3]float64
		for i := range f {
			f[i], _ = strconv.ParseFloat(m[2+i], 64)
		}
		if records := f[1] * f[0] / 1e9; records > 0 { // of one operation
			all[m[1]] = f[2] / records
		}
	}
	return all
}
