package format

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
)

const (
	// maxFrame is how long a frame may be. It is the longest snapshot of
	// libpcap (MAXIMUM_SNAPLEN in pcap-int.h).
	maxFrame = 256 << 10

	// maxRecord leaves room for what stands around a frame.
	maxRecord = maxFrame + 4<<10

	// maxPassed is how long a record may be that is passed over on its word, as
	// in libpcap (INITIAL_MAX_BLOCKSIZE in sf-pcapng.c). A longer one is a lie.
	maxPassed = 16 << 20

	// batchSize is how much is read at a time: small enough for the cache of
	// a processor, so that a worker finds there what the reader put there.
	batchSize = 256 << 10
)

// A stream is a capture being read, and the part of it that is in memory. The
// reader of a format asks it for bytes, tells it where frames are and moves on;
// it hands batches to the workers when they are full.
type stream struct {
	r        io.Reader
	size     int
	progress func(int64)
	work     chan batch
	free     chan batch
	batch    batch
	at       int   // in batch.data, of what comes next
	bytes    int64 // read
	err      error // that ended r

	tally tally // of the records that no worker sees
}

// need returns what comes next: at least n bytes, or all that is left. The
// bytes hold until need is called again.
func (s *stream) need(n int) []byte {
	for len(s.batch.data)-s.at < n && s.err == nil {
		if s.at >= s.size || s.batch.data == nil {
			s.hand()
		}
		s.fill()
	}
	return s.batch.data[s.at:]
}

func (s *stream) fill() {
	data := s.batch.data
	n, err := s.r.Read(data[len(data) : len(data)+s.size])
	s.batch.data = data[:len(data)+n]
	s.bytes += int64(n)
	s.err = err
	if s.progress != nil {
		s.progress(s.bytes)
	}
}

// hand hands the frames found so far to a worker, and goes on in another buffer
// with what is left.
func (s *stream) hand() {
	rest := s.batch.data[s.at:]
	next := s.batch
	if len(s.batch.frames) > 0 {
		next = <-s.free
	}
	if next.data == nil {
		next.data = make([]byte, 0, 2*(s.size+maxRecord))
	}
	next.data = next.data[:copy(next.data[:len(rest)], rest)]
	if len(s.batch.frames) > 0 {
		s.work <- s.batch
	}
	next.frames = next.frames[:0]
	s.batch, s.at = next, 0
}

// skip moves on by n bytes, however many. It tells whether there were so many.
func (s *stream) skip(n int64) bool {
	for {
		here := int64(len(s.batch.data) - s.at)
		if n <= here {
			s.at += int(n)
			return true
		}
		n -= here
		s.at = len(s.batch.data)
		if len(s.need(1)) == 0 {
			return false
		}
	}
}

// frame takes in a frame that lies so far behind the start of what comes next.
func (s *stream) frame(behind, size int, f frame) {
	s.tally.lines++
	f.no, f.at, f.size = s.tally.lines, s.at+behind, size
	f.wire = min(max(f.wire, uint32(size)), math.MaxInt32)
	s.batch.frames = append(s.batch.frames, f)
}

// bad counts a record that is none.
func (s *stream) bad(f fault) {
	s.tally.lines++
	s.tally.bad(s.tally.lines, f.at+1, f)
}

// end is the error with which the input ended, if it was not just its end.
func (s *stream) end() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

// cut counts a record of which only the start is there. An interruption cuts
// anywhere and says nothing about the input.
func (s *stream) cut(field string) error {
	if errors.Is(s.err, context.Canceled) || errors.Is(s.err, context.DeadlineExceeded) {
		return s.err
	}
	s.bad(fault{at: len(s.batch.data) - s.at, field: field, why: isMissing})
	s.at = len(s.batch.data)
	return s.end()
}

// resume looks for the next place from which a damaged capture can be read: it
// moves on, step by step, to where a record fits. How far it looks is bounded.
// Without such a place the rest is unread.
func (s *stream) resume(step int, fits func(b []byte) bool) error {
	i := find(s.ahead(), step, maxRecord, fits)
	if i == 0 {
		return s.lost(s.place())
	}
	s.pass(i)
	return nil
}

// pass moves on by the bytes of a damaged place.
func (s *stream) pass(n int) {
	s.at += n
	s.tally.skipped += int64(n)
}

// ahead is as much as it takes to tell whether a record fits that begins within
// the next maxRecord bytes: never more, however much is in memory, since what is
// found must not depend on that.
func (s *stream) ahead() []byte {
	b := s.need(2 * maxRecord)
	return b[:min(len(b), 2*maxRecord)]
}

// find is the first place in b, in steps and within a limit, where a record
// fits. Zero: there is none.
func find(b []byte, step, limit int, fits func(b []byte) bool) int {
	for i := step; i < min(len(b), limit); i += step {
		if fits(b[i:]) {
			return i
		}
	}
	return 0
}

// place is where in the input the next record begins.
func (s *stream) place() int64 { return s.bytes - int64(len(s.batch.data)-s.at) }

// lost is the error with which reading stops in the middle.
func (s *stream) lost(from int64) error {
	if err := s.end(); err != nil {
		return err
	}
	return fmt.Errorf("damaged at frame %d: the rest, from byte %d, was not read", s.tally.lines, from)
}
