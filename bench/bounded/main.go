//go:build linux

// Command bounded has portlore explain what is large, deep, endless or a bomb,
// inside a memory cgroup that kills what grows too large, and prints what became
// of it: peak memory, time, and the answer. Run it as root from the root of the
// repository:
//
//	go run ./bench/bounded
//
// Text comes through a pipe, made faster than it is read. Of the longest stream it
// prints a curve, in which memory must be level and time must be a straight line.
// It ends with 1 when a promise is broken. On a busy machine look at CPU time.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const budget = 256 << 20 // bytes, beside the program itself

type options struct {
	portlore, run, out string
	gigabytes          []int
}

func main() {
	var o options
	sizes := flag.String("gb", "1,2,5,10,20", "sizes of the streams, in GB")
	flag.StringVar(&o.run, "run", "", "only the cases that match this expression")
	flag.StringVar(&o.portlore, "portlore", "", "try this binary; empty: build one")
	flag.StringVar(&o.out, "o", "", "write the tables to this file, too")
	flag.Parse()
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			fmt.Fprintln(os.Stderr, "bounded: -gb:", s, "is no size")
			os.Exit(2)
		}
		o.gigabytes = append(o.gigabytes, n)
	}
	ok, err := run(os.Stdout, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bounded:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(w io.Writer, o options) (ok bool, err error) {
	only, err := regexp.Compile(o.run)
	if err != nil {
		return false, err
	}
	dir, err := os.MkdirTemp("", "portlore-bounded-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	if o.portlore == "" {
		o.portlore = filepath.Join(dir, "portlore")
		build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", o.portlore, "./cmd/portlore")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return false, fmt.Errorf("%w\n%s", err, out)
		}
	}
	info, err := os.Stat(o.portlore)
	if err != nil {
		return false, err
	}
	if o.out != "" {
		f, err := os.Create(o.out)
		if err != nil {
			return false, err
		}
		defer func() { err = f.Close() }()
		w = io.MultiWriter(w, f)
	}
	limit := int64(budget) + info.Size()
	fmt.Fprintf(w, "Limit of the cgroup: %s and the %s of the program. %s.\n\n", mebibytes(budget), mebibytes(info.Size()), time.Now().Format(time.DateOnly))
	fmt.Fprintln(w, "| input | exit | time | CPU time | peak memory | answer |\n|---|--:|--:|--:|--:|---|")
	ok = true
	var longest outcome
	for _, c := range cases(o.gigabytes) {
		if !only.MatchString(c.name) {
			continue
		}
		at := filepath.Join(dir, "case")
		if err := os.Mkdir(at, 0o755); err != nil {
			return false, err
		}
		got, err := c.try(o.portlore, at, limit)
		os.RemoveAll(at)
		if err != nil {
			fmt.Fprintf(w, "| %s | | | | | not tried: %v |\n", c.name, err)
			continue
		}
		if got.broken = c.judge(&got); got.broken != "" {
			ok = false
			got.answer = "BROKEN: " + got.broken + ". " + got.answer
		}
		fmt.Fprintf(w, "| %s | %d | %.1f s | %.1f s | %s | %s |\n", c.name, got.exit, got.wall.Seconds(), got.cpu.Seconds(), mebibytes(got.peak), got.answer)
		if len(got.curve) > 0 && c.stream.bytes >= longest.stream {
			longest = got
			longest.stream = c.stream.bytes
		}
	}
	if len(longest.curve) > 1 {
		fmt.Fprintf(w, "\nThe stream of %d GB while it was read:\n\n", longest.stream/1e9)
		fmt.Fprintln(w, "| read | memory | CPU time per million records since the line above |\n|--:|--:|--:|")
		for i, p := range longest.curve[1:] {
			fmt.Fprintf(w, "| %.1f GB | %s | %.2f s |\n", float64(p.bytes)/1e9, mebibytes(p.memory), p.since(longest.curve[i]))
		}
	}
	return ok, nil
}

func mebibytes(n int64) string { return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20)) }
