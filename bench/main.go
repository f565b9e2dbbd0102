// Command bench measures portlore from outside, as a user meets it, beside the
// tools that people use for the same task, and prints Markdown. Run it from the
// root of the repository:
//
//	go run ./bench -lines 2000000
//
// Times differ from machine to machine, so look at the ratios: all of them are
// from one run on one machine. Every command writes into a pipe that is read to
// its end. A peer that is not installed is left out, and a note says so.
package main

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
)

type options struct {
	lines, peerLines, runs int
	seed                   uint64
	portlore, keep         string
}

func main() {
	var o options
	flag.IntVar(&o.lines, "lines", 200_000, "lines of the log")
	flag.IntVar(&o.peerLines, "peer-lines", 200_000, "lines of it for the slow peers")
	flag.IntVar(&o.runs, "runs", 3, "runs of each command; the one with the least CPU time counts")
	flag.Uint64Var(&o.seed, "seed", 1, "seed of the log")
	flag.StringVar(&o.portlore, "portlore", "", "measure this binary; empty: build one")
	flag.StringVar(&o.keep, "keep", "", "directory to keep log, truth and report in; empty: keep none")
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

	portlore, genlog := o.portlore, filepath.Join(dir, "genlog")
	if portlore == "" {
		portlore = filepath.Join(dir, "portlore")
		if err := build(portlore, "./cmd/portlore"); err != nil {
			return err
		}
	}
	if err := build(genlog, "./bench/genlog"); err != nil {
		return err
	}
	log, short, truthFile := filepath.Join(dir, "kern.log"), filepath.Join(dir, "short.log"), filepath.Join(dir, "truth.json")
	if err := generate(genlog, log, truthFile, o); err != nil {
		return err
	}
	peerLines := min(o.peerLines, o.lines)
	if err := head(log, short, peerLines); err != nil {
		return err
	}

	fmt.Fprintf(w, "%s/%s, %d CPUs, %s. Best of %d runs each; the slow peers once, on the first %d lines.\n\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), o.runs, peerLines)
	throughput(w, o, portlore, file{log, o.lines}, file{short, peerLines})
	if err := allocations(w); err != nil {
		return err
	}
	return verdicts(w, portlore, log, truthFile, filepath.Join(dir, "report.json"))
}

func build(binary, pkg string) error {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", binary, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	return nil
}

func generate(genlog, log, truthFile string, o options) (err error) {
	f, err := os.Create(log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	cmd := exec.Command(genlog, "-lines", strconv.Itoa(o.lines), "-seed", strconv.FormatUint(o.seed, 10), "-truth", truthFile)
	cmd.Stdout, cmd.Stderr = f, os.Stderr
	return cmd.Run()
}

// head copies the first n lines.
func head(from, to string, n int) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	lines := bufio.NewReader(in)
	for range n {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}
