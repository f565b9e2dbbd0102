//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ctrl-C while a log that never ends is read: the report so far, marked.
func TestInterrupt(t *testing.T) {
	log := readFile(t, filepath.Join("..", "..", "examples", "mixed.log"))
	for lang, partial := range map[string]string{"en": "PARTIAL", "zh": "未读完"} {
		var stdout, stderr bytes.Buffer
		cmd := exec.Command("portlore", "explain", "-", "--lang", lang)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// What the pipe takes has been read but for a few kilobytes, so after
		// this much the program is in the middle of its work.
		const enough = 8 << 20
		for sent := 0; sent < enough; sent += len(log) {
			if _, err := stdin.Write(log); err != nil {
				t.Fatal(err)
			}
		}
		cmd.Process.Signal(os.Interrupt)
		for err == nil { // until nobody reads any more
			_, err = stdin.Write(log)
		}
		code := exitCode(cmd.Wait())
		if code != exitInterrupted || !strings.HasPrefix(stdout.String(), partial) || !strings.Contains(stdout.String(), "198.51.100.63") {
			t.Errorf("exit %d, want %d and a partial report, got:\n%s%s", code, exitInterrupted, stdout.String(), stderr.String())
		}
	}
}

// Whoever presses Ctrl-C again wants to get out, whatever is still to be done:
// here a report that nobody takes.
func TestInterruptTwice(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	for _, name := range []string{in, out} {
		if err := syscall.Mkfifo(name, 0o600); err != nil {
			t.Skip(err)
		}
	}
	cmd := exec.Command("portlore", "explain", in, "-o", out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	evidence, err := os.OpenFile(in, os.O_WRONLY, 0) // returns when the program has opened it
	if err != nil {
		t.Fatal(err)
	}
	defer evidence.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for sent := 1; sent < 500; sent++ {
		cmd.Process.Signal(os.Interrupt)
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT || sent < 2 {
				t.Errorf("ended with %v at interrupt %d, want the signal itself, and not at the first", err, sent)
			}
			return
		case <-time.After(10 * time.Millisecond): // signals in one moment count as one
		}
	}
	cmd.Process.Kill()
	t.Error("still there after many interrupts")
}
