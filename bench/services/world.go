//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// Both ends of the only cable. The network is private and attached, so that it may
// be scanned without being asked.
const (
	address = "10.77.0.2" // where the daemons are
	scanner = "10.77.0.1" // from where they are asked
)

// A world is a network namespace full of daemons, and one beside it to scan them
// from. No route leads out of either. The daemons have their own processes, their
// own host name, and a file system that is thrown away: a layer in memory above
// the machine's.
type world struct {
	in, out string // names of the two network namespaces
	dir     string // where the layer is mounted, for the world alone
	cmd     *exec.Cmd
	hold    io.Closer // the world ends when this is closed
	up      []endpoint
	absent  []string // packages that are not installed
	failed  []string // daemons that did not start, and what they said
}

// raise starts the daemons of the endpoints, and waits until they listen.
func raise(want []endpoint, debs string) (w *world, err error) {
	if os.Geteuid() != 0 {
		return nil, errors.New("network namespaces need root")
	}
	sweep()
	name := fmt.Sprintf("services-%d", os.Getpid())
	dir := filepath.Join(os.TempDir(), name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	w = &world{in: name + "-in", out: name + "-out", dir: dir}
	defer func() {
		if err != nil {
			w.end()
		}
	}()
	if err := ip("netns", "add", w.out); err != nil {
		return w, err
	}
	var ports []string
	for _, e := range want {
		ports = append(ports, e.key())
	}
	runtime.LockOSThread() // the world must die with us, and the kernel means the thread
	w.cmd = exec.Command("/proc/self/exe", "-inside", dir, "-debs", debs, "-only", strings.Join(ports, ","))
	w.cmd.Stderr = os.Stderr
	w.cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	in, err := w.cmd.StdinPipe()
	if err != nil {
		return w, err
	}
	said, err := w.cmd.StdoutPipe()
	if err != nil {
		return w, err
	}
	if err := w.cmd.Start(); err != nil {
		return w, fmt.Errorf("a world of its own: %w", err)
	}
	w.hold = in
	for _, args := range [][]string{
		{"netns", "attach", w.in, strconv.Itoa(w.cmd.Process.Pid)},
		{"-n", w.out, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", w.in},
		{"-n", w.out, "addr", "add", scanner + "/24", "dev", "eth0"},
		{"-n", w.in, "addr", "add", address + "/24", "brd", "+", "dev", "eth0"},
		{"-n", w.out, "link", "set", "lo", "up"},
		{"-n", w.in, "link", "set", "lo", "up"},
		{"-n", w.out, "link", "set", "eth0", "up"},
		{"-n", w.in, "link", "set", "eth0", "up"},
	} {
		if err := ip(args...); err != nil {
			return w, err
		}
	}
	if _, err := io.WriteString(in, "go\n"); err != nil {
		return w, err
	}
	return w, w.listen(said, want)
}

// listen hears what the world says of its daemons, until it is ready.
func (w *world) listen(said io.Reader, want []endpoint) error {
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		what, rest, _ := strings.Cut(lines.Text(), " ")
		switch what {
		case "up":
			for _, e := range want {
				if e.key() == rest {
					w.up = append(w.up, e)
				}
			}
		case "absent":
			w.absent = append(w.absent, rest)
		case "failed":
			w.failed = append(w.failed, rest)
		case "ready":
			return nil
		}
	}
	return errors.New("the world ended before it was ready")
}

// end kills everything in the world, and takes the namespaces away.
func (w *world) end() {
	if w.cmd != nil && w.cmd.Process != nil {
		_ = w.hold.Close()
		_ = w.cmd.Process.Kill() // the first process of its PID namespace: the kernel ends the others
		_ = w.cmd.Wait()
	}
	for _, ns := range []string{w.in, w.out} {
		_ = exec.Command("ip", "netns", "del", ns).Run()
	}
	_ = os.Remove(w.dir)
}

// sweep takes away what runs left that were killed: the names of their namespaces,
// and the empty directory.
func sweep() {
	names, _ := filepath.Glob("/run/netns/services-*-out")
	for _, path := range names {
		name := strings.TrimSuffix(filepath.Base(path), "-out")
		pid := strings.TrimPrefix(name, "services-")
		if _, err := os.Stat("/proc/" + pid); errors.Is(err, os.ErrNotExist) {
			for _, ns := range []string{name + "-in", name + "-out"} {
				_ = exec.Command("ip", "netns", "del", ns).Run()
			}
			_ = os.Remove(filepath.Join(os.TempDir(), name))
		}
	}
}

// alive are the ports that are still listened on.
func (w *world) alive() map[string]bool {
	return listening(func(table string) []byte {
		text, _ := exec.Command("ip", "netns", "exec", w.in, "cat", "/proc/net/"+table).Output()
		return text
	})
}

// beside is a command that is run where the scanner stands.
func (w *world) beside(args ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", w.out}, args...)...)
}

func ip(args ...string) error {
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}
