package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

var mixedLog = filepath.Join("..", "..", "examples", "mixed.log")

// start runs a command for a while at most, as a process of its own.
func start(t *testing.T, name string, args ...string) result {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "LANG=en_US.UTF-8")
	switch err := cmd.Start(); {
	case errors.Is(err, exec.ErrNotFound):
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	stuck := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer stuck.Stop()
	return result{exitCode(cmd.Wait()), stdout.String(), stderr.String()}
}

// Reading evidence and asking the reference make no network call at all.
func TestNoNetwork(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not here")
	}
	program, err := exec.LookPath("portlore")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"explain", mixedLog, "--json"},
		{"explain", mixedLog, "--show", "all", "--why"},
		{"explain", mixedLog, "--lang", "zh", "-o", filepath.Join(t.TempDir(), "report")},
		{"explain", filepath.Join("..", "..", "examples", "sockets.txt")},
		{"port", "3128", "redis", "--json"},
	} {
		trace := filepath.Join(t.TempDir(), "trace")
		got := start(t, strace, append([]string{"-f", "-qq", "-e", "trace=%network,io_uring_setup", "-o", trace, program}, args...)...)
		if got.code != exitDone {
			t.Skip("strace cannot trace here: ", got.stderr)
		}
		// What is left are lines about signals and the ends of threads.
		for line := range strings.Lines(string(readFile(t, trace))) {
			if regexp.MustCompile(`^\d+ +\w+\(`).MatchString(line) {
				t.Errorf("%q: %s", args, line)
			}
		}
	}
	// A check that cannot fail is none.
	trace := filepath.Join(t.TempDir(), "trace")
	start(t, strace, "-f", "-qq", "-e", "trace=%network", "-o", trace, "bash", "-c", "exec 3<>/dev/udp/127.0.0.1/9")
	if !strings.Contains(string(readFile(t, trace)), "socket(") {
		t.Error("the trace does not show a socket")
	}
}

// The report is whole or not there, and nothing of it is left behind.
func TestFullDisk(t *testing.T) {
	if got := start(t, "portlore", "explain", mixedLog, "-o", "/dev/full"); got.code != exitUnread || !strings.Contains(got.stderr, "the disk is full") {
		t.Errorf("/dev/full: %+v", got)
	}
	// A disk of 8 KiB, in a mount namespace that ends with its shell.
	dir := t.TempDir()
	program, err := exec.LookPath("portlore")
	if err != nil {
		t.Fatal(err)
	}
	got := start(t, "unshare", "-m", "sh", "-c", `mount -t tmpfs -o size=8k none "$1" || exit 77
echo old > "$1/report"
"$2" explain "$3" --json -o "$1/report"; echo "exit $?"; cat "$1/report"; ls -A "$1"`, "sh", dir, program, mixedLog)
	switch {
	case got.code == 77 || strings.Contains(got.stderr, "unshare"):
		t.Skip("no mount namespace: ", got.stderr)
	case got.stdout != "exit 3\nold\nreport\n" || !strings.Contains(got.stderr, "the disk is full"):
		t.Errorf("%+v", got)
	}
}

// A report takes the place of an older one with its mode; a new one is for its
// owner alone, whatever the umask.
func TestOutputMode(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	dir := t.TempDir()
	fresh, old := filepath.Join(dir, "fresh"), writeFile(t, filepath.Join(dir, "old"), []byte("old"))
	if err := os.Chmod(old, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(old, link); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{fresh: 0o600, link: 0o640} {
		if got := start(t, "portlore", "explain", mixedLog, "-o", name); got.code != exitDone {
			t.Errorf("%+v", got)
		}
		if info, err := os.Stat(name); err != nil || info.Mode() != want || info.Size() < 100 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced", err)
	}
}

// Nobody reads any more: the program ends without a word.
func TestClosedPipe(t *testing.T) {
	for _, trap := range []string{"", "trap '' PIPE; "} {
		got := start(t, "bash", "-c", trap+`portlore port 0-65535 --json | head -c 10 >/dev/null`)
		if got.stderr != "" {
			t.Errorf("%q: %+v", trap, got)
		}
	}
}

// What cannot be read is said, and does not keep the rest from being read.
func TestUnreadableInputs(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Skip(err)
	}
	var cut bytes.Buffer
	w := gzip.NewWriter(&cut)
	w.Write(readFile(t, mixedLog))
	w.Close()
	torn := writeFile(t, filepath.Join(dir, "torn.gz"), cut.Bytes()[:cut.Len()/2])
	for name, want := range map[string]string{
		fifo:                        "a FIFO that nobody writes to",
		"/dev/zero":                 "a device that gives no text",
		torn:                        "ends in the middle",
		filepath.Join(dir, "gone"):  "no such file",
		"/proc/self/mem":            "input/output error", // the read fails, not the opening
		filepath.Join(dir, "[.log"): "no such file",
	} {
		got := start(t, "portlore", "explain", name, mixedLog, "--home", "203.0.113.0/24")
		if got.code != exitUnread || !strings.Contains(got.stderr, want) || !strings.Contains(strings.Join(strings.Fields(got.stdout), " "), "1 of 2 inputs was not fully read") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// SIGTERM is Ctrl-C: the report so far. Here nothing has been read yet.
func TestTerminate(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		cmd := exec.Command("portlore", "explain", "-")
		var stdout bytes.Buffer
		cmd.Stdout = &stdout
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		log := readFile(t, mixedLog)
		for range 40 { // more than a pipe holds: it is reading by then
			stdin.Write(log)
		}
		cmd.Process.Signal(signal)
		err = cmd.Wait()
		stdin.Close()
		if exitCode(err) != exitInterrupted || !strings.HasPrefix(stdout.String(), "PARTIAL") {
			t.Errorf("%v: %v\n%s", signal, err, stdout.String())
		}
	}
}

// A file that is cut while it is read is not taken for a short one.
func TestShrinks(t *testing.T) {
	var got result
	for range tries {
		name, _ := largeLog(t)
		_, got = whileRead(t, name, func() { os.Truncate(name, 1000) })
		if got.code == exitUnread && strings.Contains(got.stderr, "became shorter while it was read") {
			return
		}
	}
	t.Errorf("exit %d, %s", got.code, got.stderr)
}
