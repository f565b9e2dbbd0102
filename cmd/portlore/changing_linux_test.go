package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

// tries is how often something is done to a file that is being read: on a busy machine
// it may have been read by then.
const tries = 5

// largeLog is the sample, many times over: a while to read.
func largeLog(t *testing.T) (name string, lines int64) {
	t.Helper()
	log := readFile(t, mixedLog)
	const copies = 1000
	name = writeFile(t, filepath.Join(t.TempDir(), "log"), bytes.Repeat(log, copies))
	return name, int64(bytes.Count(log, []byte("\n"))) * copies
}

// inputsOf are the inputs of a report in JSON.
func inputsOf(t *testing.T, of result) []portlore.Input {
	t.Helper()
	var doc struct{ Inputs []portlore.Input }
	if err := json.Unmarshal([]byte(of.stdout), &doc); err != nil {
		t.Fatalf("%v %s", err, of.stderr)
	}
	return doc.Inputs
}

// whileRead has a file explained, and does something to it once it is open.
func whileRead(t *testing.T, name string, do func()) (portlore.Input, result) {
	t.Helper()
	cmd := exec.Command("portlore", "explain", "--json", name)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(os.Environ(), "LANG=C", "GOMAXPROCS=1")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		time.Sleep(time.Millisecond)
		if open, _ := filepath.Glob("/proc/" + strconv.Itoa(cmd.Process.Pid) + "/fd/*"); slices.ContainsFunc(open, func(fd string) bool { to, _ := os.Readlink(fd); return to == name }) {
			break
		}
	}
	do()
	got := result{exitCode(cmd.Wait()), stdout.String(), stderr.String()}
	all := inputsOf(t, got)
	if len(all) != 1 {
		t.Fatalf("%d inputs, %s", len(all), got.stderr)
	}
	return all[0], got
}

// A file that is changed in its middle while it is read is not taken for one that
// was always so; one that only grows is a log in use.
func TestChangedInPlace(t *testing.T) {
	name, lines := largeLog(t)
	write := func(flag int, text string) {
		f, err := os.OpenFile(name, os.O_WRONLY|flag, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.WriteString(text)
	}
	changed := func(in portlore.Input) bool {
		return slices.ContainsFunc(in.Notes, func(n string) bool { return strings.Contains(n, "was written to while it was read") })
	}
	in, got := whileRead(t, name, func() { write(os.O_APPEND, "one more\n") })
	if got.code != exitDone || in.Lines < lines || changed(in) {
		t.Errorf("grown: %d lines, %v, %s", in.Lines, in.Notes, got.stderr)
	}
	for range tries {
		in, got = whileRead(t, name, func() { write(0, "Nov 23 15:02:16 fw kernel: changed") })
		if got.code != exitDone || in.Lines != lines+1 {
			t.Errorf("changed: %d lines, %s", in.Lines, got.stderr)
		}
		if changed(in) {
			return
		}
	}
	t.Errorf("changed: %v", in.Notes)
}

// A file that is removed while it is read is read to its end.
func TestVanishesOpen(t *testing.T) {
	name, lines := largeLog(t)
	in, got := whileRead(t, name, func() { os.Remove(name) })
	if got.code != exitDone || in.Lines != lines || in.Unread != "" {
		t.Errorf("%d lines, %+v", in.Lines, got.stderr)
	}
}

// injected runs portlore with a system call on one path that fails from some time on.
func injected(t *testing.T, path, fault string, args ...string) result {
	t.Helper()
	program, err := exec.LookPath("portlore")
	if err != nil {
		t.Fatal(err)
	}
	call, _, _ := strings.Cut(fault, ":")
	trace := filepath.Join(t.TempDir(), "trace")
	got := start(t, "strace", slices.Concat([]string{"-f", "-qq", "-P", path, "-e", "trace=" + call, "-e", "inject=" + fault, "-o", trace, program}, args)...)
	if data, _ := os.ReadFile(trace); !bytes.Contains(data, []byte("INJECTED")) {
		t.Skip("strace injects nothing here: ", got.stderr)
	}
	return got
}

// A disk that fails in the middle of a file: what was read counts, the rest is said
// to be unread, and the other file is read.
func TestReadErrorInTheMiddle(t *testing.T) {
	name, lines := largeLog(t)
	writeFile(t, name, append([]byte("not the other again\n"), readFile(t, name)...)) // or both are read to tell whether they are the same
	got := injected(t, name, "read:error=EIO:when=60+", "explain", "--json", "--home", "203.0.113.0/24", name, mixedLog)
	for _, in := range inputsOf(t, got) {
		switch {
		case in.Name != name && (in.Unread != "" || in.Understood == 0):
			t.Errorf("the other: %+v", in)
		case in.Name == name && (!strings.Contains(in.Unread, "input/output error") || in.Understood == 0 || in.Lines >= lines):
			t.Errorf("the damaged: %+v", in)
		}
	}
	if got.code != exitUnread || !strings.Contains(got.stderr, "input/output error") {
		t.Errorf("exit %d, %s", got.code, got.stderr)
	}
}

// A file that is there when the inputs are looked at and gone when it is its turn.
func TestVanishesBetween(t *testing.T) {
	name := writeFile(t, filepath.Join(t.TempDir(), "log"), append(readFile(t, mixedLog), "\n"...))
	got := injected(t, name, "openat:error=ENOENT:when=3+", "explain", "--home", "203.0.113.0/24", name, mixedLog)
	if got.code != exitUnread || !strings.Contains(got.stderr, "no such file") || !strings.Contains(strings.Join(strings.Fields(got.stdout), " "), "1 of 2 inputs was not fully read") {
		t.Errorf("%+v", got)
	}
}

// Somebody else's files and directories.
func TestAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can be somebody else")
	}
	dir, err := os.MkdirTemp("", "portlore-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	os.Chmod(dir, 0o755)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "portlore") // which TestMain takes for the command
	if err := os.WriteFile(program, readFile(t, self), 0o755); err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, readFile(t, mixedLog), 0o600); err != nil {
		t.Fatal(err)
	}
	open := filepath.Join(dir, "open")
	if err := os.WriteFile(open, append(readFile(t, mixedLog), "\n"...), 0o644); err != nil {
		t.Fatal(err)
	}
	closed := filepath.Join(dir, "closed")
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	nobody := []string{"--reuid=65534", "--regid=65534", "--clear-groups", program, "explain", "--home", "203.0.113.0/24"}
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{secret, open}, "permission denied"},
		{[]string{closed, open}, "permission denied"},
		{[]string{open, "-o", filepath.Join(dir, "report")}, "no permission"},
		{[]string{open, "-o", secret}, "no permission"},
	} {
		got := start(t, "setpriv", append(slices.Clone(nobody), tt.args...)...)
		if got.code != exitDenied || !strings.Contains(got.stderr, tt.says) || tt.says == "permission denied" && !strings.Contains(got.stdout, "203.0.113") {
			t.Errorf("%v: %+v", tt.args, got)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
		t.Error(left)
	}
}

// Standard output that takes no more.
func TestFullOutput(t *testing.T) {
	for _, verb := range []string{"explain " + mixedLog, "port 22 --json", "listen --json"} {
		got := start(t, "bash", "-c", "portlore "+verb+" >/dev/full")
		if got.code == exitDone || !strings.Contains(got.stderr, "no space left") && !strings.Contains(got.stderr, "the disk is full") {
			t.Errorf("%s: %+v", verb, got)
		}
	}
	if got := start(t, "bash", "-c", "portlore explain "+mixedLog+" --json | head -c 10 >/dev/null"); got.stderr != "" {
		t.Errorf("%+v", got)
	}
}
