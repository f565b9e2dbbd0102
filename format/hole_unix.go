//go:build linux || darwin || freebsd

package format

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// passHole moves a file to the next data (SEEK_DATA of lseek(2)), or to its end if
// there is none, and returns how far that is. Zero: it is there, or the file system
// cannot tell.
func passHole(file *os.File) int64 {
	here, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0
	}
	there, err := file.Seek(here, unix.SEEK_DATA)
	if errors.Is(err, unix.ENXIO) {
		there, err = file.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return 0
	}
	return max(there-here, 0)
}
