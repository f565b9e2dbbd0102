package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

type file struct {
	name  string
	lines int
}

// A contender is one command on one file.
type contender struct {
	title string
	file  file
	argv  []string
	runs  int
	peer  string // the package to install where the first word of argv is missing
	root  bool   // needs to be root
}

// A cost is what a command needed.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes; zero: not known
}

func throughput(w io.Writer, o options, portlore string, full, short file) {
	contenders := []contender{
		{title: "grep -c DPT= FILE", file: full, runs: o.runs, argv: []string{"grep", "-c", "DPT=", full.name}},
		{title: "cat FILE \\| grep -c DPT=", file: full, runs: o.runs, argv: []string{"sh", "-c", `cat "$0" | grep -c DPT=`, full.name}},
		{title: "wc -l FILE", file: full, runs: o.runs, argv: []string{"wc", "-l", full.name}},
		{title: "**portlore explain FILE**", file: full, runs: o.runs, argv: []string{portlore, "explain", full.name}},
		{title: "**portlore explain --json FILE**", file: full, runs: o.runs, argv: []string{portlore, "explain", "--json", full.name}},
		{title: "fwlogwatch FILE", file: short, runs: 1, argv: []string{"fwlogwatch", short.name}, peer: "fwlogwatch"},
		{title: "psad -A -m FILE", file: short, runs: 1, argv: []string{"psad", "-A", "-m", short.name}, peer: "psad", root: true},
	}
	var notes []string
	costs := make([]cost, len(contenders))
	for i, c := range contenders {
		var note string
		if costs[i], note = c.measure(); note != "" {
			notes = append(notes, c.title+": "+note)
		}
	}
	baseline, ours := costs[0].perLine(contenders[0]), costs[3].perLine(contenders[3])

	fmt.Fprintln(w, "| command | lines | time | lines/s | MB/s | CPU time | CPU per line | vs grep | vs portlore | peak memory |")
	fmt.Fprintln(w, "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
	for i, c := range contenders {
		if cost := costs[i]; cost.cpu > 0 {
			info, err := os.Stat(c.file.name)
			if err != nil {
				notes = append(notes, err.Error())
				continue
			}
			fmt.Fprintf(w, "| %s | %d | %.2f s | %.0f | %.0f | %.2f s | %.0f ns | %s | %s | %s |\n",
				c.title, c.file.lines, cost.wall.Seconds(),
				float64(c.file.lines)/cost.wall.Seconds(), float64(info.Size())/1e6/cost.wall.Seconds(),
				cost.cpu.Seconds(), cost.perLine(c), ratio(cost.perLine(c), baseline), ratio(cost.perLine(c), ours), mebibytes(cost.peak))
		}
	}
	fmt.Fprintln(w)
	for _, n := range notes {
		fmt.Fprintln(w, "-", n)
	}
	fmt.Fprintln(w, "- CPU time is user and system time of the command and its children.")
	fmt.Fprintln(w)
}

// perLine is CPU time in nanoseconds.
func (c cost) perLine(of contender) float64 { return float64(c.cpu) / float64(of.file.lines) }

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

// measure runs the command; a note says why there is no cost.
func (c contender) measure() (best cost, note string) {
	if _, err := exec.LookPath(c.argv[0]); err != nil {
		if c.peer != "" {
			return cost{}, fmt.Sprintf("not installed, left out (Debian: apt-get install %s)", c.peer)
		}
		return cost{}, err.Error()
	}
	if c.root && os.Geteuid() != 0 {
		return cost{}, "needs root, left out"
	}
	for range c.runs {
		cmd := exec.Command(c.argv[0], c.argv[1:]...)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard // no *os.File: a pipe, which is read to its end
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		begin := time.Now()
		err := cmd.Run()
		wall := time.Since(begin)
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			return cost{}, err.Error()
		} else if err != nil {
			return cost{}, fmt.Sprintf("failed, left out: %v", err)
		}
		state := cmd.ProcessState
		if cpu := state.UserTime() + state.SystemTime(); best.cpu == 0 || cpu < best.cpu {
			best = cost{wall: wall, cpu: cpu, peak: peakMemory(state)}
		}
	}
	return best, ""
}
