//go:build unix

package scan

import (
	"os"

	"golang.org/x/sys/unix"
)

// descriptors is how many sockets may be open at a time: what the system allows,
// raised as far as it lets us, without what is open already and a reserve for
// everybody else in this program.
func descriptors() int {
	const most, reserve = 1 << 20, 64
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil {
		return 256 - reserve
	}
	if limit.Cur < limit.Max {
		raised := unix.Rlimit{Cur: limit.Max, Max: limit.Max}
		if unix.Setrlimit(unix.RLIMIT_NOFILE, &raised) == nil {
			limit.Cur = limit.Max
		}
	}
	open := 16
	if names, err := os.ReadDir("/dev/fd"); err == nil {
		open = len(names)
	}
	if uint64(limit.Cur) > most+uint64(open)+reserve {
		return most
	}
	return max(int(limit.Cur)-open-reserve, 4)
}
