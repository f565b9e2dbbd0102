package host

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// A scan is what one walk over /proc found.
type scan struct {
	pids   []int
	denied int              // processes whose descriptors may not be read
	owners map[uint64][]int // inode of a socket to the processes that hold it
	spaces map[string]int   // network namespace ("net:[4026531833]") to a process in it
}

// walkProc lists the processes that are visible, and the namespaces they are in.
func walkProc() (*scan, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(0)
	if err != nil {
		return nil, err
	}
	s := &scan{owners: map[uint64][]int{}, spaces: map[string]int{}}
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			s.pids = append(s.pids, pid)
		}
	}
	slices.Sort(s.pids)
	for _, pid := range s.pids {
		if space, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/ns/net"); err == nil && s.spaces[space] == 0 {
			s.spaces[space] = pid
		}
	}
	return s, nil
}

// findOwners reads all file descriptors once and keeps who holds the sockets
// that are asked for.
func (s *scan) findOwners(ctx context.Context, wanted map[uint64]bool) error {
	link := make([]byte, 64)
	for _, pid := range s.pids {
		if err := ctx.Err(); err != nil {
			return err
		}
		dir, err := os.Open("/proc/" + strconv.Itoa(pid) + "/fd")
		if err != nil {
			if !errors.Is(err, fs.ErrNotExist) {
				s.denied++
			}
			continue
		}
		fds, err := dir.Readdirnames(0)
		if err != nil && !errors.Is(err, unix.ESRCH) {
			s.denied++
		}
		refused := false
		for _, fd := range fds {
			n, err := unix.Readlinkat(int(dir.Fd()), fd, link)
			if err != nil {
				refused = refused || errors.Is(err, fs.ErrPermission)
				continue
			}
			inode, ok := socketInode(string(link[:n]))
			if ok && wanted[inode] && !slices.Contains(s.owners[inode], pid) {
				s.owners[inode] = append(s.owners[inode], pid)
			}
		}
		dir.Close()
		if refused { // a process may be shielded from the superuser too
			s.denied++
		}
	}
	return nil
}

// socketInode reads "socket:[12345]".
func socketInode(link string) (uint64, bool) {
	rest, ok := strings.CutPrefix(link, "socket:[")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimSuffix(rest, "]"), 10, 64)
	return n, err == nil
}
