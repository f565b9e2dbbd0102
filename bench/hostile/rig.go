//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A rig tries files and keeps the score, by kind.
type rig struct {
	portlore, dir, keep string

	mu     sync.Mutex
	scores map[string]*score
	missed []string // where good lines were not counted
}

type score struct {
	files, panics, hangs int
	peak                 int64 // bytes
	good, counted        int   // files with good lines, and those in which all count
}

func (s *score) add(o *score) {
	s.files, s.panics, s.hangs, s.peak = s.files+o.files, s.panics+o.panics, s.hangs+o.hangs, max(s.peak, o.peak)
	s.good, s.counted = s.good+o.good, s.counted+o.counted
}

func (s *score) row(kind string) string {
	return fmt.Sprintf("| %s | %d | %d | %d | %.0f | %d of %d |", kind, s.files, s.panics, s.hangs, float64(s.peak)/(1<<20), s.counted, s.good)
}

// try explains one broken file. Worker keeps two files apart.
func (r *rig) try(b *broken, worker int) {
	name := filepath.Join(r.dir, fmt.Sprint("broken-", worker))
	if err := os.WriteFile(name, b.data, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		return
	}
	s := r.explain(b.name, patience, name)
	if b.good {
		s.good = 1
		s.counted = s.countedGood
	}
	r.note(b.kind, b.name, s, b.data)
}

// close finds out behind which seeds, still whole, good lines do not count: those
// are documents as a whole, or records of several lines.
func (r *rig) close(seeds []seed) {
	name := filepath.Join(r.dir, "whole")
	for i := range seeds {
		if s := &seeds[i]; !s.closed && os.WriteFile(name, slices.Concat(s.data, []byte("\n"), good()), 0o600) == nil {
			s.closed = r.explain(s.name, patience, name).countedGood == 0
		}
	}
}

type outcome struct {
	score
	countedGood int
	text        string
}

// explain runs portlore on a file, and sees what became of it.
func (r *rig) explain(what string, patience time.Duration, args ...string) outcome {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	cmd := exec.CommandContext(ctx, r.portlore, append([]string{"explain", "--json", "--now", "2026-11-25T12:00:00Z", "--source", goodSource}, args...)...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	o := outcome{score: score{files: 1}, text: stderr.String()}
	if cmd.ProcessState != nil {
		if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			o.peak = usage.Maxrss << 10
		}
	}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		o.hangs = 1
		fmt.Fprintln(os.Stderr, "hostile: hangs:", what)
	case err != nil && (!errors.As(err, &exit) || exit.ExitCode() < 0 || strings.Contains(o.text, "goroutine ")):
		o.panics = 1
		fmt.Fprintf(os.Stderr, "hostile: panics: %s: %.2000s\n", what, o.text)
	}
	var doc struct{ Totals struct{ Observations int } }
	if json.Unmarshal(stdout.Bytes(), &doc) == nil && doc.Totals.Observations == 15 {
		o.countedGood = 1
	}
	return o
}

func (r *rig) note(kind, name string, o outcome, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.scores == nil {
		r.scores = map[string]*score{}
	}
	if r.scores[kind] == nil {
		r.scores[kind] = &score{}
	}
	r.scores[kind].add(&o.score)
	missed := o.good > o.counted
	if missed {
		r.missed = append(r.missed, name)
	}
	if r.keep != "" && (missed || o.panics+o.hangs > 0 || o.peak > memoryLimit) {
		os.MkdirAll(r.keep, 0o755)
		os.WriteFile(filepath.Join(r.keep, strings.NewReplacer("/", "_", " ", "_").Replace(name)), data, 0o600)
	}
}

func sorted(names iter.Seq[string]) []string { return slices.Sorted(names) }
