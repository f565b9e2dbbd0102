//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A testCase is one input: a stream into standard input, or something on the disk.
type testCase struct {
	name   string
	stream *stream
	disk   func(dir string) (input string, err error)
	most   time.Duration // CPU time that it may take
	lines  int64         // that must be understood; zero: none, and it must be said why
}

// An outcome is what became of a case.
type outcome struct {
	exit       int
	wall, cpu  time.Duration
	peak       int64
	understood int64
	answer     string
	broken     string // a promise; empty: none
	stream     int64
	curve      []point
}

// A point is how things stood when so much of a stream was read.
type point struct {
	bytes, lines, memory int64
	cpu                  time.Duration
}

// since is CPU time per million records since another point, in seconds.
func (p point) since(q point) float64 {
	return (p.cpu - q.cpu).Seconds() * 1e6 / float64(max(p.lines-q.lines, 1))
}

const (
	points = 12 // of a curve

	// settled is the size of a stream after a third of which every source has been
	// seen: from there on memory must be level and the line straight.
	settled = 5e9
)

// try runs the program on the input, inside a group of its own.
func (c *testCase) try(portlore, dir string, limit int64) (outcome, error) {
	input := "-"
	if c.disk != nil {
		var err error
		if input, err = c.disk(dir); err != nil {
			return outcome{}, err
		}
	}
	g, err := newGroup(limit)
	if err != nil {
		return outcome{}, err
	}
	defer g.remove()
	cmd := g.command(portlore, "explain", "--json", "--now", "2026-11-25T12:00:00Z", input)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var o outcome
	var writing sync.WaitGroup
	var pipe *os.File
	if c.stream != nil {
		var in *os.File
		if in, pipe, err = os.Pipe(); err != nil {
			return outcome{}, err
		}
		_, _ = unix.FcntlInt(pipe.Fd(), unix.F_SETPIPE_SZ, 1<<20)
		cmd.Stdin = in
		defer in.Close()
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return outcome{}, err
	}
	stuck := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	if c.stream != nil {
		cmd.Stdin.(*os.File).Close()
		writing.Go(func() {
			defer pipe.Close()
			next := int64(0)
			c.stream.write(pipe, func(bytes, lines int64) { // it ends early when the program does
				if lines >= next {
					o.curve = append(o.curve, point{bytes, lines, g.now(), cpuOf(cmd.Process.Pid)})
					next += c.stream.lines() / points
				}
			})
		})
	}
	err = cmd.Wait()
	writing.Wait()
	late := !stuck.Stop()
	o.wall = time.Since(began)
	o.exit = cmd.ProcessState.ExitCode()
	o.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	o.peak = peakOf(cmd)
	o.read(stdout.Bytes(), stderr.String())
	var exit *exec.ExitError
	switch {
	case late:
		o.broken = fmt.Sprintf("no end after %v", patience)
	case err != nil && !errors.As(err, &exit):
		return outcome{}, err
	case o.exit < 0:
		o.broken = "killed: " + cmd.ProcessState.String()
	case strings.Contains(stderr.String(), "goroutine "):
		o.broken = "panic"
	}
	return o, nil
}

// peakOf is the largest resident size of a command, in bytes, its shared pages and
// those of its program included.
func peakOf(cmd *exec.Cmd) int64 {
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return int64(usage.Maxrss) << 10
	}
	return 0
}

// cpuOf is the CPU time of a process so far.
func cpuOf(pid int) time.Duration {
	const tick = time.Second / 100 // USER_HZ of every architecture that Go knows
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	var user, system int64
	fmt.Sscan(fields[11], &user)
	fmt.Sscan(fields[12], &system)
	return time.Duration(user+system) * tick
}

// read takes the answer out of what was printed.
func (o *outcome) read(stdout []byte, stderr string) {
	var doc struct {
		Sentence string
		Inputs   []struct {
			Lines, Understood int64
			Unread            string
		}
	}
	if json.Unmarshal(stdout, &doc) == nil {
		for _, in := range doc.Inputs {
			o.understood += in.Understood
		}
	}
	switch first, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n"); {
	case first != "":
		_, said, _ := strings.Cut(first, ": ")
		if i := strings.LastIndex(said, "/case/"); i >= 0 {
			said = said[i+len("/case/"):]
		}
		o.answer = strings.NewReplacer("|", "/", "\n", " ").Replace(fmt.Sprintf("%.90s", said))
	default:
		o.answer = fmt.Sprintf("%d understood", o.understood)
	}
}

// judge says which promise was broken; empty: none.
func (c *testCase) judge(o *outcome) string {
	switch {
	case o.broken != "":
		return o.broken
	case o.cpu > c.most:
		return fmt.Sprintf("it took more than %v of CPU time", c.most)
	case o.understood < c.lines:
		return fmt.Sprintf("%d of %d lines understood", o.understood, c.lines)
	case c.lines == 0 && o.exit == 0:
		return "nothing was understood, and that was not said"
	}
	if len(o.curve) < points || c.stream.bytes < settled {
		return ""
	}
	third, half := o.curve[points/3], o.curve[points/2]
	last := o.curve[len(o.curve)-1]
	switch {
	case last.memory > third.memory*5/4+16<<20:
		return fmt.Sprintf("memory grew from %s to %s", mebibytes(third.memory), mebibytes(last.memory))
	case last.since(half) > 1.5*half.since(third):
		return fmt.Sprintf("records became dearer: from %.2f s a million to %.2f s", half.since(third), last.since(half))
	}
	return ""
}
