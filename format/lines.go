package format

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"sync"
)

const (
	// maxLine is how much of a line is looked at. The longest records that any
	// producer writes are a few kilobytes.
	maxLine = 1 << 20

	// chunkSize is how much is read and handed to a worker at a time.
	chunkSize = 1 << 20
)

// Read reads all of r, lines or the frames of a capture, and hands every observation to a sink. Worker i calls
// sinks[i] and no other, so sinks share nothing; len(sinks) is the number of
// workers. File is the index of the input for [portlore.Pos]. Progress, when
// not nil, is told now and then how many bytes have been read.
//
// A malformed record is counted and shown, never an error. The error is that of
// r, or of ctx; what was read until then is in the Result all the same.
func Read(ctx context.Context, name string, file int32, r io.Reader, o Options, sinks []Sink, progress func(bytes int64)) (Result, error) {
	return readChunks(ctx, name, file, r, o, sinks, progress, chunkSize)
}

// readChunks is Read with a size of chunks for the tests to choose.
func readChunks(ctx context.Context, name string, file int32, r io.Reader, o Options, sinks []Sink, progress func(bytes int64), size int) (Result, error) {
	res := newResult(name)
	head, r := peek(interruptible{ctx, r})
	if f := captureOf(head); f != nil {
		var x *exports
		if holdsExports(f, head) {
			x, sinks = newExports(), sinks[:1]
		}
		err := readFramesOf(&res, f, file, r, o, sinks, progress, size, x)
		return res, err
	}
	if is := sniffBinary(head); is != nil {
		res.looksLike(is)
		return res, nil
	}
	if len(head) < sniffSize {
		size = min(size, sniffSize) // there is no more, and there may be many such files
	}
	head, r, wide := plainText(head, r)
	head, r, cut := recut(head, r)

	c := cutter{
		r: r, size: size, progress: progress,
		clock: newClock(o), work: make(chan chunk), free: make(chan []byte, len(sinks)+1),
	}
	for range len(sinks) + 1 {
		c.free <- nil
	}
	c.headers = newHeaders(head, o)
	c.layout = c.headers.start
	formats := order(head, o)
	workers := make([]worker, len(sinks))
	var done sync.WaitGroup
	for i := range workers {
		workers[i] = newWorker(formats, file, o, sinks[i])
		workers[i].headers = c.headers
		done.Go(func() { workers[i].run(c.work, c.free) })
	}
	err := c.run()
	close(c.work)
	done.Wait()

	var sum tally
	for i := range workers {
		sum.add(&workers[i].tally)
		res.open(workers[i].doors)
	}
	res.close(&sum, formats, head, o)
	res.Bytes = c.bytes
	if cut != nil {
		res.Recut = true
		res.Bytes = cut.taken.Load()
		res.Notes = append(res.Notes, cut.notes...)
	}
	if wide {
		res.Notes = append(res.Notes, noteUTF16)
	}
	if err != nil {
		res.Unread = err.Error()
	}
	return res, err
}

// A chunk is a number of whole lines.
type chunk struct {
	data   []byte // ends with a line end but for the last chunk
	line   int64  // number of its first line, from 1
	before []byte // the line before, when the first line repeats it
	layout layout // of the last header before
}

// A cutter cuts a stream into chunks. Its memory is bounded: it keeps at most
// one chunk and one line of maxLine.
type cutter struct {
	r        io.Reader
	size     int
	progress func(int64)
	work     chan chunk
	free     chan []byte // buffers to fill again

	bytes int64
	line  int64  // lines handed out
	last  []byte // the last line handed out that is not a repetition

	skipping bool // the rest of a long line

	headers headers
	layout  layout // of the last header handed out

	scratch line
	clock   clock
}

// run reads to the end, or to an error of r. A line that an interruption has
// cut in two is dropped; one that the input itself leaves incomplete counts.
func (c *cutter) run() error {
	var rest []byte // the start of a line that is not yet complete
	for {
		buf := <-c.free
		if buf == nil {
			buf = make([]byte, 0, c.size+sniffSize) // it grows when a line is long
		}
		buf = append(buf[:0], rest...)
		end, err := 0, error(nil)
		for end == 0 && err == nil {
			buf, end, err = c.fill(buf)
		}
		if interrupted := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded); err != nil && !interrupted {
			end = len(buf)
		}
		rest = append(rest[:0], buf[end:]...)
		if c.progress != nil {
			c.progress(c.bytes)
		}
		if end > 0 {
			c.work <- c.chunk(buf[:end])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// fill reads once, behind what buf already holds: the start of a line. End is
// the offset behind the last line end, zero without one. Of a line longer than
// maxLine it keeps maxLine+1 bytes, by which a worker knows it, and skips the
// rest.
func (c *cutter) fill(buf []byte) (_ []byte, end int, err error) {
	start := len(buf)
	buf = slices.Grow(buf, c.size)
	n, err := c.r.Read(buf[start : start+c.size])
	c.bytes += int64(n)
	buf = buf[:start+n]
	if c.skipping {
		i := bytes.IndexByte(buf[start:], '\n')
		if i < 0 {
			return buf[:start], 0, err
		}
		buf = append(buf[:start], buf[start+i:]...)
		c.skipping = false
	}
	if i := bytes.LastIndexByte(buf[start:], '\n'); i >= 0 {
		end = start + i + 1
	}
	if len(buf)-end > maxLine {
		buf = buf[:end+maxLine+1]
		c.skipping = true
	}
	return buf, end, err
}

// chunk numbers the lines of data and notes the line before them when the
// first of them needs it.
func (c *cutter) chunk(data []byte) chunk {
	next := chunk{data: data, line: c.line + 1, layout: c.layout}
	if y, ok := c.headers.lastIn(data); ok {
		c.layout = y
	}
	c.line += int64(bytes.Count(data, []byte("\n")))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	if c.scratch.repeats(first, &c.clock) {
		next.before = bytes.Clone(c.last)
	}
	for end := len(data); end > 0; {
		start := bytes.LastIndexByte(data[:end-1], '\n') + 1
		if text := data[start:end]; !c.scratch.repeats(text, &c.clock) {
			c.last = append(c.last[:0], text...)
			break
		}
		end = start
	}
	return next
}

// peek reads the first 64 KiB, for sniffing, and returns a reader that has them
// still before it, and then the error that ended them if there was one.
func peek(r io.Reader) ([]byte, io.Reader) {
	head := make([]byte, sniffSize)
	n := 0
	for n < len(head) {
		m, err := r.Read(head[n:])
		n += m
		if err != nil {
			return head[:n], io.MultiReader(bytes.NewReader(head[:n]), failing{err})
		}
	}
	return head, io.MultiReader(bytes.NewReader(head), r)
}

// An interruptible reader returns as soon as ctx ends, even while r waits for a
// pipe. The waiting read goes on behind its back, into a buffer that nobody
// looks at any more.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := i.r.Read(p)
		done <- result{n, err}
	}()
	select {
	case res := <-done:
		return res.n, res.err
	case <-i.ctx.Done():
	}
	select {
	case res := <-done: // both were ready
		return res.n, res.err
	default:
		return 0, i.ctx.Err()
	}
}

// failing is a reader that only has an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
