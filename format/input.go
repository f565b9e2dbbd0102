package format

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is how far back compressed data may refer, and so how much memory
// it may claim, in bytes. xz -9 and zstd -21 need this much.
const maxWindow = 64 << 20

// mostUnpacked is how much of compressed text may come without a line end. A
// bomb of a megabyte unpacks to a thousand; no record is near as long.
const mostUnpacked = 1 << 30

// A Source is an opened input. Reading it gives the text, decompressed on the
// way: however much a small file unpacks to, memory does not grow with it.
type Source struct {
	Name        string // as given to Open; "-" is standard input
	Compression string // "gzip", "zstd", "xz", "bzip2"; empty: none
	Size        int64  // of the file as it is stored, in bytes; zero: not known

	text  io.Reader
	file  *os.File
	taken atomic.Int64
	plain *plainFile
	close func()

	endless int64 // bytes unpacked since the last line end
}

// Open opens a file, or standard input for "-". Compression is recognised by
// the first bytes, whatever the name says; waiting for them ends with ctx.
func Open(ctx context.Context, name string) (*Source, error) {
	file, err := os.Stdin, error(nil)
	if name != "-" {
		file, err = openFile(ctx, name)
	}
	if err != nil {
		return nil, err
	}
	return within(ctx, func() (*Source, error) {
		s, err := newSource(name, file)
		if err != nil && file != os.Stdin {
			file.Close()
		}
		return s, err
	})
}

func newSource(name string, file *os.File) (*Source, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	s := &Source{Name: name, file: file, close: func() {}}
	if info.Mode().IsRegular() && file != os.Stdin { // which may be in its middle
		s.Size = info.Size()
	}
	s.plain = &plainFile{file: file, opened: info, size: s.Size}
	stored := bufio.NewReaderSize(&counting{s.plain, &s.taken}, 64<<10)
	magic, err := stored.Peek(10)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if first, _ := stored.Peek(stored.Buffered()); info.Mode()&fs.ModeCharDevice != 0 && bytes.IndexByte(first, 0) >= 0 {
		return nil, noText(name) // and it may never end
	}
	s.Compression = compressionOf(magic)
	err = nil
	switch s.Compression {
	case "":
		s.text = stored
	case "gzip":
		s.text, err = gzip.NewReader(stored)
	case "bzip2":
		s.text = bzip2.NewReader(stored)
	case "xz":
		s.text = newXZ(stored)
	case "zstd":
		var d *zstd.Decoder
		d, err = zstd.NewReader(stored, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err == nil {
			s.text, s.close = d, d.Close
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", name, s.Compression, err)
	}
	return s, nil
}

// compressionOf recognises compressed data by its first bytes.
func compressionOf(magic []byte) string {
	has := func(prefix string) bool { return bytes.HasPrefix(magic, []byte(prefix)) }
	switch {
	case has("\x1f\x8b"):
		return "gzip"
	case has("BZh") && len(magic) >= 10 && string(magic[4:10]) == "1AY&SY":
		return "bzip2"
	case has("\xfd7zXZ\x00"):
		return "xz"
	case has("\x28\xb5\x2f\xfd"), len(magic) >= 4 && magic[0]&0xf0 == 0x50 && string(magic[1:4]) == "\x2a\x4d\x18":
		return "zstd"
	}
	return ""
}

// Read reads text.
func (s *Source) Read(p []byte) (int, error) {
	n, err := s.text.Read(p)
	if s.Compression != "" {
		if i := bytes.LastIndexByte(p[:n], '\n'); i >= 0 {
			s.endless = int64(n - i - 1)
		} else if s.endless += int64(n); s.endless > mostUnpacked {
			return n, neverEnds(s.Compression)
		}
	}
	switch {
	case errors.Is(err, errShrank):
	case err == nil || err == io.EOF || s.Compression == "":
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = fmt.Errorf("the %s data ends in the middle: %w", s.Compression, err)
	case errors.Is(err, zstd.ErrWindowSizeExceeded):
		err = fmt.Errorf("the zstd data needs more than %d MiB of memory; decompress it first (zstd -dc --long=31): %w", maxWindow>>20, err)
	default:
		err = fmt.Errorf("the %s data is damaged: %w", s.Compression, err)
	}
	return n, err
}

// Taken is how much of the file was read, in stored bytes; with Size it says
// how far along a reader is. It may be called while another goroutine reads.
func (s *Source) Taken() int64 { return s.taken.Load() + s.plain.passed.Load() }

// Passed is how much of the file was not read since it is a hole, in bytes. It may
// be called while another goroutine reads.
func (s *Source) Passed() int64 { return s.plain.passed.Load() }

// Changed tells whether somebody wrote into the file while it was read, and not only
// at its end. It may be called while another goroutine reads.
func (s *Source) Changed() bool { return s.plain.changed.Load() }

// Close closes the file. Standard input stays open.
func (s *Source) Close() error {
	s.close()
	if s.file == os.Stdin {
		return nil
	}
	return s.file.Close()
}

// counting counts the bytes that pass.
type counting struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
