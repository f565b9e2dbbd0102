package host

import (
	"io/fs"
	"syscall"
)

// owner is whose file it is; of /proc/PID, whose process.
func owner(info fs.FileInfo) (uint32, bool) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return stat.Uid, true
}
