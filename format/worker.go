package format

import (
	"bytes"
	"cmp"

	"github.com/portlore/portlore"
)

// A worker reads the lines of chunks. It keeps everything that is reused from
// line to line, so that a line costs no allocation.
type worker struct {
	formats []*Format
	marks   []mark // of the formats; nil: not yet needed
	headers headers
	file    int32
	sink    Sink
	clock   clock
	line    line
	tally   tally

	layout layout // of the last header
	doors  []doorAt

	ob             portlore.Observation
	packets, bytes uint64 // that ob stands for when it is said once

	again bool // ob is what the last line said, for a line that repeats it
}

// doorAt is a door and the line that tells of it.
type doorAt struct {
	line int64
	portlore.Door
}

func newWorker(formats []*Format, file int32, o Options, sink Sink) worker {
	return worker{formats: formats, file: file, sink: sink, clock: newClock(o), tally: newTally(len(formats))}
}

// run takes chunks until there are no more.
func (w *worker) run(work <-chan chunk, free chan<- []byte) {
	for c := range work {
		w.chunk(c)
		free <- c.data
	}
}

func (w *worker) chunk(c chunk) {
	w.again = false
	w.tally.begin(c.line)
	w.layout = c.layout
	if c.before != nil {
		w.remember(c.before)
	}
	for no := c.line; len(c.data) > 0; no++ {
		end := bytes.IndexByte(c.data, '\n')
		if end < 0 {
			w.read(c.data, no)
			return
		}
		w.read(c.data[:end], no)
		c.data = c.data[end+1:]
	}
}

// remember reads a line that another worker counts.
func (w *worker) remember(text []byte) {
	sink, sum := w.sink, w.tally
	w.sink, w.tally = func(*portlore.Observation) {}, newTally(len(w.formats))
	w.read(bytes.TrimSuffix(text, []byte("\n")), 0)
	w.sink, w.tally = sink, sum
}

// read reads one line and counts it.
func (w *worker) read(text []byte, no int64) {
	w.tally.lines++
	l := &w.line
	if len(text) > maxLine {
		w.again = false
		w.tally.long++
		w.tally.bad(no, maxLine+1, fault{field: "line", why: lineTooLong})
		return
	}
	if y, ok := w.headers.read(text); ok {
		w.layout, w.again = y, false
		w.tally.other++
		return
	}
	l.open(text, &w.clock)
	count, last := l.repetition()
	if last {
		w.repeat(no, count)
		return
	}

	result, by := w.offer(text)
	w.again = false
	switch result {
	case other:
		w.tally.other++
		if l.quoted {
			w.tally.quoted++
		}
	case malformed:
		w.tally.bad(no, l.base+l.column+l.fault.at, l.fault)
	case opened:
		w.tally.byFormat[by]++
		w.tally.understood++
		w.open(no)
	case understood:
		if w.time(no) {
			w.tally.byFormat[by]++
			w.understand()
			w.again = !l.more
			w.emit(no, count)
			w.rest(w.formats[by], no, count)
		}
	}
}

// ask offers a line to a format. Below a header of the format it is the line as it
// stands in the input: in a table nothing is wrapped. What a reader noted of a line
// that turned out to be none of its own is taken back.
func (l *line) ask(f *Format, text []byte, last *layout, ob *portlore.Observation) outcome {
	inside, base := l.text, l.base
	when, bad, message, column := l.when, l.bad, l.message, l.column
	l.layout = nil
	if last.of == f {
		l.layout, l.text, l.base = last, bytes.TrimRight(text, "\r"), 0
	}
	result := f.read(l, ob)
	if result == other {
		l.text, l.base = inside, base
		l.when, l.bad, l.message, l.column = when, bad, message, column
		l.more = false
		*ob = portlore.Observation{}
	}
	return result
}

// mostDoors is how many doors of an input are kept: the first.
const mostDoors = 1 << 16

// open keeps the doors of a line.
func (w *worker) open(no int64) {
	for _, d := range w.line.doors {
		if w.tally.doors++; len(w.doors) < mostDoors {
			w.doors = append(w.doors, doorAt{no, d})
		}
	}
}

// understand counts the line as understood.
func (w *worker) understand() {
	w.tally.understood++
	if w.line.ambiguous {
		w.tally.ambiguous++
	}
}

// rest reads the other things that a line tells of. What is wrong with one of
// them does not undo the others, but makes no more of the line.
func (w *worker) rest(f *Format, no int64, count uint64) {
	l := &w.line
	for l.more {
		l.more = false
		l.part++
		w.ob = portlore.Observation{}
		if f.read(l, &w.ob) != understood || l.when.bad {
			return
		}
		w.ob.Time = l.when.nanos
		w.emit(no, count)
	}
}

// repeat counts the last observation count times more.
func (w *worker) repeat(no int64, count uint64) {
	if !w.again || count == 0 {
		w.tally.other++
	} else if w.time(no) {
		w.understand()
		w.ob.Packets, w.ob.Bytes = w.packets, w.bytes
		w.emit(no, count)
	}
}

// time sets the time of the observation, unless the stamp has none.
func (w *worker) time(no int64) bool {
	s := &w.line.when
	if s.bad {
		w.tally.bad(no, w.line.bad.at+1, w.line.bad)
		return false
	}
	w.tally.time(s, no)
	w.ob.Time = s.nanos
	return true
}

// emit passes on what was read, so many times over.
func (w *worker) emit(no int64, count uint64) {
	w.packets, w.bytes = max(1, w.ob.Packets), cmp.Or(w.ob.Bytes, uint64(w.ob.Length))
	w.ob.Pos = portlore.Pos{File: w.file, Line: no}
	w.ob.Count, w.ob.Packets, w.ob.Bytes = count, w.packets*count, w.bytes*count
	w.sink(&w.ob)
}
