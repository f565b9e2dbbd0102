package format

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/ulikunitz/xz/lzma"
)

// An xzReader unpacks the .xz container (xz file format 1.2.1, tukaani.org) and
// leaves LZMA2 to the lzma package. That module's own container reader
// allocates whatever dictionary a block header asks for, up to 4 GiB and anew
// for every block; this one refuses what is above maxWindow.
//
// The check sums of the headers are verified, those of the data are skipped:
// LZMA2 notices most damage by itself, and a log is better read than refused.
type xzReader struct {
	r     *countingByteReader
	block io.Reader
	begin int64 // where the data of the block began
	check int64 // bytes of check sum behind each block
	err   error
}

func newXZ(r *bufio.Reader) *xzReader {
	x := &xzReader{r: &countingByteReader{r: r}}
	return x
}

func (x *xzReader) Read(p []byte) (int, error) {
	for x.err == nil {
		if x.block == nil {
			x.err = x.next()
			continue
		}
		n, err := x.block.Read(p)
		if err == io.EOF {
			x.block = nil
			x.err = x.skip(-(x.r.n-x.begin)&3 + x.check)
			err = nil
		}
		if err != nil {
			x.err = err
		}
		if n > 0 {
			return n, nil
		}
	}
	return 0, x.err
}

// next opens the next block: of this stream, or of the one behind it. io.EOF:
// there is none.
func (x *xzReader) next() error {
	if x.check == 0 && x.r.n == 0 {
		return x.streamHeader()
	}
	size, err := x.r.ReadByte()
	if err != nil {
		return cut(err)
	}
	if size != 0 {
		return x.blockHeader(int64(size)*4 + 4)
	}
	if err := x.skipIndex(); err != nil {
		return err
	}
	if err := x.skip(12); err != nil { // the footer repeats what is known
		return err
	}
	for { // streams may follow each other, padded with groups of four zeros
		peek, err := x.r.r.Peek(4)
		if len(peek) == 0 && err == io.EOF {
			return io.EOF
		}
		if !bytes.Equal(peek, make([]byte, 4)) {
			return x.streamHeader()
		}
		if err := x.skip(4); err != nil {
			return err
		}
	}
}

func (x *xzReader) streamHeader() error {
	var h [12]byte
	if _, err := io.ReadFull(x.r, h[:]); err != nil {
		return cut(err)
	}
	if string(h[:7]) != "\xfd7zXZ\x00\x00" || h[7] > 15 || crc32.ChecksumIEEE(h[6:8]) != binary.LittleEndian.Uint32(h[8:]) {
		return errors.New("the header is wrong")
	}
	x.check = [16]int64{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[h[7]]
	return nil
}

// blockHeader reads a block header of this size and opens the block.
func (x *xzReader) blockHeader(size int64) error {
	h := make([]byte, size)
	h[0] = byte(size/4 - 1)
	if _, err := io.ReadFull(x.r, h[1:]); err != nil {
		return cut(err)
	}
	body, sum := h[:size-4], binary.LittleEndian.Uint32(h[size-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return errors.New("a block header is wrong")
	}
	flags, rest := body[1], bytes.NewReader(body[2:])
	for _, bit := range [2]byte{0x40, 0x80} { // compressed, uncompressed size
		if flags&bit != 0 {
			if _, err := binary.ReadUvarint(rest); err != nil {
				return cut(err)
			}
		}
	}
	var filter [3]byte // LZMA2, one byte of properties, the size of the dictionary
	if _, err := io.ReadFull(rest, filter[:]); err != nil || flags&3 != 0 || filter[0] != 0x21 || filter[1] != 1 || filter[2] > 40 {
		return errors.New("it uses filters; decompress it first (xz -dc)")
	}
	window := int64(2|filter[2]&1) << (filter[2]/2 + 11)
	if window > maxWindow {
		return fmt.Errorf("it needs %d MiB of memory and gets %d; decompress it first (xz -dc)", window>>20, maxWindow>>20)
	}
	x.begin = x.r.n
	var err error
	x.block, err = lzma.Reader2Config{DictCap: int(max(window, lzma.MinDictCap))}.NewReader2(x.r)
	return err
}

// skipIndex passes over the index, whose first byte has been read.
func (x *xzReader) skipIndex() error {
	begin := x.r.n - 1
	records, err := binary.ReadUvarint(x.r)
	if err != nil {
		return cut(err)
	}
	for range records {
		for range 2 {
			if _, err := binary.ReadUvarint(x.r); err != nil {
				return cut(err)
			}
		}
	}
	return x.skip(-(x.r.n-begin)&3 + 4)
}

func (x *xzReader) skip(n int64) error {
	_, err := io.CopyN(io.Discard, x.r, n)
	return cut(err)
}

// cut turns an end where there must be none into an error.
func cut(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// A countingByteReader knows its offset.
type countingByteReader struct {
	r *bufio.Reader
	n int64
}

func (c *countingByteReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *countingByteReader) ReadByte() (byte, error) {
	b, err := c.r.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}
