package format

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/portlore/portlore"
)

// longestZeros is how many zero bytes on end are read before anybody asks whether
// they are a hole, in bytes. Behind so many no reader is still in the middle of
// something: no line, frame or block that is passed over is as long.
const longestZeros = 32 << 20

// A plainFile is read without its holes, but for the first of each. Where a log is
// cut under a program that goes on writing at its old place (copytruncate of
// logrotate), gigabytes that are on no disk stand before the rest, and it takes a
// system longer to make zeros of them than to read as much text. A file that ends
// before it should was cut while it was read.
type plainFile struct {
	file   *os.File
	size   int64         // when it was opened; zero: not known, or no plain file
	zeros  int64         // read since the last byte that is none
	passed *atomic.Int64 // bytes that were not read
}

func (f *plainFile) Read(p []byte) (int, error) {
	if f.zeros >= longestZeros {
		f.zeros = 0
		f.passed.Add(passHole(f.file))
	}
	n, err := f.file.Read(p)
	switch {
	case f.size == 0:
	case err == io.EOF:
		if now, bad := f.file.Stat(); bad == nil && now.Size() < f.size {
			return n, fmt.Errorf("%w: from %d bytes to %d", errShrank, f.size, now.Size())
		}
	case n > 0 && p[0] == 0 && p[n-1] == 0 && len(bytes.TrimLeft(p[:n], "\x00")) == 0:
		f.zeros += int64(n)
	default:
		f.zeros = 0
	}
	return n, err
}

// NoteOfHoles says how much of a file was not read since it is not on the disk.
func NoteOfHoles(passed int64) portlore.Text {
	size := fmt.Sprintf("%.1f GiB", float64(passed)/(1<<30))
	return portlore.Text{
		EN: size + " of the file are a hole without data, as cutting an open log leaves it; that was passed over",
		ZH: "文件中有 " + size + " 是没有数据的空洞（日志在打开时被截断会留下），已跳过",
	}
}
