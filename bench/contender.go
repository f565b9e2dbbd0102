package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"time"
)

// A contender is one command on one file.
type contender struct {
	title string
	file  file
	argv  []string
	peer  string // the package to install where the first word of argv is missing
	needs string // a path that a peer needs; empty: none
	once  bool   // it is so slow that one run must do
}

// A cost is what a command needed.
type cost struct {
	cpu  time.Duration
	peak int64 // bytes; zero: not known
}

// measure runs the commands in turn, so many times, and gives the median of each. A
// note says why one has no cost.
func measure(all []contender, runs int) (costs []cost, notes []string) {
	seen := make([][]cost, len(all))
	missing := make([]bool, len(all))
	for round := range runs {
		for i, c := range all {
			if missing[i] || round > 0 && c.once {
				continue
			}
			got, err := c.run()
			if err != nil {
				missing[i] = true
				notes = append(notes, fmt.Sprintf("%s: %v; left out", c.title, err))
				continue
			}
			seen[i] = append(seen[i], got)
		}
	}
	costs = make([]cost, len(all))
	for i, s := range seen {
		if !missing[i] && len(s) > 0 {
			slices.SortFunc(s, func(a, b cost) int { return cmp.Compare(a.cpu, b.cpu) })
			costs[i] = s[len(s)/2]
			costs[i].peak = slices.MaxFunc(s, func(a, b cost) int { return cmp.Compare(a.peak, b.peak) }).peak
		}
	}
	return costs, notes
}

func (c contender) run() (cost, error) {
	if _, err := exec.LookPath(c.argv[0]); err != nil {
		if c.peer != "" {
			return cost{}, fmt.Errorf("not installed (Debian: apt-get install %s)", c.peer)
		}
		return cost{}, err
	}
	if _, err := os.Stat(c.needs); c.needs != "" && err != nil {
		return cost{}, fmt.Errorf("not set up (%w)", err)
	}
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard // no *os.File: a pipe, which is read to its end
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && c.argv[0] == "grep" && exit.ExitCode() == 1) {
		return cost{}, fmt.Errorf("failed (%w)", err)
	}
	state := cmd.ProcessState
	return cost{cpu: state.UserTime() + state.SystemTime(), peak: peakMemory(state)}, nil
}

// per is CPU time for each record, in nanoseconds.
func (c cost) per(f file) float64 { return float64(c.cpu) / float64(max(f.records, 1)) }

func ratio(a, b float64) string {
	switch {
	case a == 0 || b == 0:
		return ""
	case a/b >= 10:
		return fmt.Sprintf("%.0fx", a/b)
	}
	return fmt.Sprintf("%.2fx", a/b)
}

func mebibytes(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
}
