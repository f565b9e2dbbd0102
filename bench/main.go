// Command bench measures portlore from outside, as a user meets it, beside the
// tools that people use for the same task, and prints one table in Markdown. Run it
// from the root of the repository:
//
//	go run ./bench -lines 2000000
//	go run ./bench -lines 2000000 -write docs/performance.md
//
// Times differ from machine to machine, so look at the ratios: all of them are
// from one run on one machine, in which the commands took turns. What counts is CPU
// time, user and system, the median of the runs, since a machine may have other work.
// Every command writes into a pipe that is read to its end: grep stops at the first
// match when it writes to /dev/null. A peer that is not installed is named.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

type options struct {
	lines, peerLines, runs, megabytes int
	seed                              uint64
	portlore, keep, write, only       string
	verdicts                          bool
}

func main() {
	var o options
	flag.IntVar(&o.lines, "lines", 200_000, "lines of the log, and packets of the captures")
	flag.IntVar(&o.peerLines, "peer-lines", 50_000, "lines of it for the slow peers")
	flag.IntVar(&o.runs, "runs", 3, "runs of each command; the median counts")
	flag.IntVar(&o.megabytes, "mb", 16, "size of the inputs made of the cases of each format, in MB")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the log")
	flag.StringVar(&o.portlore, "portlore", "", "measure this binary; empty: build one")
	flag.StringVar(&o.keep, "keep", "", "directory to keep inputs and report in; empty: keep none")
	flag.StringVar(&o.write, "write", "", "write a page with the table, the budgets and what bench/*.md tells to this file")
	flag.StringVar(&o.only, "formats", "", "of the formats only those, between commas; -: none")
	flag.BoolVar(&o.verdicts, "verdicts", false, "say which actors of the log were named rightly, and measure nothing")
	flag.Parse()
	if err := run(os.Stdout, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, o options) error {
	dir := o.keep
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "portlore-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if o.portlore == "" {
		o.portlore = filepath.Join(dir, "portlore")
		if err := build(o.portlore, "./cmd/portlore"); err != nil {
			return err
		}
	}
	made, err := makeEvidence(dir, o)
	if err != nil {
		return err
	}
	if o.verdicts {
		return verdicts(w, o.portlore, made.log.name, made.truth, filepath.Join(dir, "report.json"))
	}

	t := table{runs: o.runs}
	if t.allocations, err = allocations(); err != nil {
		return err
	}
	t.evidence(o.portlore, made)
	t.formats(o.portlore, dir, o)
	t.starts(o.portlore)
	var page bytes.Buffer
	t.print(io.MultiWriter(w, &page))
	budgets := t.budgets()
	fmt.Fprintln(w)
	io.WriteString(w, budgets)
	if o.write == "" {
		return nil
	}
	return os.WriteFile(o.write, []byte(pageOf(page.String(), budgets)), 0o644)
}

// pageOf is docs/performance.md.
func pageOf(table, budgets string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Performance\n\nWritten by `go run ./bench %s`; do not edit. %s, %s. What is below the\ntable stands in `bench/*.md`.\n\n", strings.Join(os.Args[1:], " "), time.Now().Format(time.DateOnly), machine())
	b.WriteString("## Budgets\n\n" + budgets + "\n## Measured\n\n" + table)
	names, _ := filepath.Glob(filepath.Join("bench", "*.md"))
	slices.Sort(names)
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", bytes.TrimSpace(text))
	}
	return b.String()
}

// machine says on what it was measured.
func machine() string {
	model := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := strings.Cut(string(text), "model name\t: "); ok {
			model, _, _ = strings.Cut(rest, "\n")
		}
	}
	return fmt.Sprintf("%s/%s, %d CPUs (%s), %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model, runtime.Version())
}

func build(binary, pkg string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}
