package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
)

// benchmarkLine is one line of `go test -bench . -benchmem`.
var benchmarkLine = regexp.MustCompile(`(?m)^(Benchmark\S*?)(?:-\d+)?\s+\d+\s+(\S+) ns/op.*?\s(\d+) B/op\s+(\d+) allocs/op`)

// allocations runs the benchmarks of the packages that see every record.
func allocations(w io.Writer) error {
	fmt.Fprintln(w, "| benchmark | ns/op | B/op | allocs/op |")
	fmt.Fprintln(w, "|---|--:|--:|--:|")
	found := false
	for _, pkg := range []string{"format", "table"} {
		if _, err := os.Stat(pkg); err != nil {
			continue
		}
		out, err := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchmem", "-benchtime", "200ms", "./"+pkg).CombinedOutput()
		if err != nil {
			return fmt.Errorf("benchmarks of %s: %w\n%s", pkg, err, out)
		}
		for _, m := range benchmarkLine.FindAllStringSubmatch(string(out), -1) {
			found = true
			fmt.Fprintf(w, "| %s %s | %s | %s | %s |\n", pkg, m[1], m[2], m[3], m[4])
		}
	}
	if !found {
		fmt.Fprintln(w, "| none | | | |")
	}
	fmt.Fprintln(w)
	return nil
}
