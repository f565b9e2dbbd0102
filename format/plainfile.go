package format

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
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
	file    *os.File
	opened  fs.FileInfo  // as it was then
	size    int64        // when it was opened; zero: not known, or no plain file
	zeros   int64        // read since the last byte that is none
	passed  atomic.Int64 // bytes that were not read
	changed atomic.Bool
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
		return n, f.ended()
	case n > 0 && p[0] == 0 && p[n-1] == 0 && len(bytes.TrimLeft(p[:n], "\x00")) == 0:
		f.zeros += int64(n)
	default:
		f.zeros = 0
	}
	return n, err
}

// ended looks at the file again at its end. One that has grown is a log that is in
// use; one that was written to and has not grown was changed in its middle.
func (f *plainFile) ended() error {
	now, err := f.file.Stat()
	switch {
	case err != nil:
	case now.Size() < f.size:
		return fmt.Errorf("%w: from %d bytes to %d", errShrank, f.size, now.Size())
	case now.Size() == f.size && !now.ModTime().Equal(f.opened.ModTime()):
		f.changed.Store(true)
	}
	return io.EOF
}

// NoteOfHoles says how much of a file was not read since it is not on the disk.
func NoteOfHoles(passed int64) portlore.Text {
	size := fmt.Sprintf("%.1f GiB", float64(passed)/(1<<30))
	return portlore.Text{
		EN: size + " of the file are a hole without data, as cutting an open log leaves it; that was passed over",
		ZH: "文件中有 " + size + " 是没有数据的空洞（日志在打开时被截断会留下），已跳过",
	}
}

// NoteOfChange says that a file was changed under the reader.
func NoteOfChange() portlore.Text {
	return portlore.Text{
		EN: "the file was written to while it was read, and not at its end: some lines may be from before that and some from after; read it again",
		ZH: "读取期间文件被改写（并非在末尾追加）：读到的行可能新旧混杂，请重新读取",
	}
}
