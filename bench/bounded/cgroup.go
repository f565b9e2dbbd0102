//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A group is a memory cgroup of either version (cgroups(7)).
type group struct {
	dir                       string
	limit, swap, peak, memory string // names of its files
	anonymous                 string // what memory.stat calls memory that belongs to no file
}

// newGroup makes a group that has so many bytes.
func newGroup(limit int64) (*group, error) {
	g, err := ownGroup()
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(g.dir, 0o755); err != nil {
		return nil, fmt.Errorf("no memory cgroup (root?): %w", err)
	}
	if err := g.write(g.limit, limit); err != nil {
		g.remove()
		return nil, err
	}
	g.write(g.swap, map[bool]int64{true: 0, false: limit}[g.swap == "memory.swap.max"]) // which a kernel without swap has not
	return g, nil
}

// ownGroup is a place for a group: with version 1 below the one that we are in,
// with version 2 at the root, since there a group with processes has none below.
func ownGroup() (*group, error) {
	own, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	name := fmt.Sprint("portlore-bounded-", os.Getpid())
	for line := range strings.Lines(string(own)) {
		fields := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(fields) == 3 && fields[1] == "memory" {
			return &group{
				dir:   filepath.Join("/sys/fs/cgroup/memory", fields[2], name),
				limit: "memory.limit_in_bytes", swap: "memory.memsw.limit_in_bytes", peak: "memory.max_usage_in_bytes", memory: "memory.usage_in_bytes", anonymous: "rss",
			}, nil
		}
	}
	const root = "/sys/fs/cgroup"
	if err := os.WriteFile(filepath.Join(root, "cgroup.subtree_control"), []byte("+memory"), 0); err != nil {
		return nil, fmt.Errorf("no memory cgroup of version 1 or 2: %w", err)
	}
	return &group{
		dir:   filepath.Join(root, name),
		limit: "memory.max", swap: "memory.swap.max", peak: "memory.peak", memory: "memory.current", anonymous: "anon",
	}, nil
}

// command is a command that runs in the group.
func (g *group) command(name string, args ...string) *exec.Cmd {
	const enter = `echo $$ > "$0" && exec "$@"`
	return exec.Command("sh", append([]string{"-c", enter, filepath.Join(g.dir, "cgroup.procs"), name}, args...)...)
}

// number reads a file of one number; zero: the kernel has no such file.
func (g *group) number(name string) int64 {
	text, _ := os.ReadFile(filepath.Join(g.dir, name))
	n, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n
}

// now is how much memory of its own the group has, which files that were read are
// not: the system keeps those for as long as it has room.
func (g *group) now() int64 {
	text, _ := os.ReadFile(filepath.Join(g.dir, "memory.stat"))
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(strings.TrimSpace(line), " "); name == g.anonymous {
			n, _ := strconv.ParseInt(value, 10, 64)
			return n
		}
	}
	return g.number(g.memory)
}

func (g *group) write(name string, n int64) error {
	return os.WriteFile(filepath.Join(g.dir, name), strconv.AppendInt(nil, n, 10), 0)
}

func (g *group) remove() { os.Remove(g.dir) }
