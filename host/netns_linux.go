package host

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// A door to another network namespace: a path to enter by, and a name for it.
type namespace struct {
	id   string // net:[4026531833]
	path string
	name string
	pid  int // a process in it; zero: none
}

// otherSpaces lists the network namespaces that processes are in and those that
// `ip netns` keeps, without our own.
func (s *scan) otherSpaces() (all []namespace) {
	own, _ := os.Readlink("/proc/thread-self/ns/net")
	seen := map[string]bool{own: true}
	named, _ := filepath.Glob("/run/netns/*")
	docker, _ := filepath.Glob("/run/docker/netns/*")
	for _, path := range append(named, docker...) {
		var stat unix.Stat_t
		if unix.Stat(path, &stat) != nil {
			continue
		}
		id := fmt.Sprintf("net:[%d]", stat.Ino)
		if !seen[id] {
			seen[id] = true
			all = append(all, namespace{id, path, filepath.Base(path), s.spaces[id]})
		}
	}
	for _, pid := range s.pids {
		at := "/proc/" + strconv.Itoa(pid) + "/ns/net"
		if id, err := os.Readlink(at); err == nil && !seen[id] {
			seen[id] = true
			all = append(all, namespace{id, at, "", pid})
		}
	}
	return all
}

// inside runs do in another network namespace, on a thread that is there alone.
func inside(path string, do func()) error {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(fd)
	own, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open our own network namespace: %w", err)
	}
	defer unix.Close(own)
	failed := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := unix.Setns(fd, unix.CLONE_NEWNET)
		if err == nil {
			do()
			err = unix.Setns(own, unix.CLONE_NEWNET)
		}
		if err == nil { // else the thread ends with the goroutine: nobody else is to find himself there
			runtime.UnlockOSThread()
		}
		failed <- err
	}()
	if err := <-failed; err != nil {
		return fmt.Errorf("enter %s: %w", path, err)
	}
	return nil
}
