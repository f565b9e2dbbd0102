package format

import (
	"io"
	"sync"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/packet"
)

// A frame is one packet of a capture, and what the file says about it.
type frame struct {
	no       int64 // from 1
	nanos    int64
	on       *captured
	at, size int    // where it lies in the batch
	wire     uint32 // its length on the link
	time     certainty
	way      portlore.Way
}

// captured is an interface on which a capture was made.
type captured struct {
	name []byte // empty: not said
	link packet.Link
	byteOrder
	units        // of its time stamps
	fcs   uint32 // bytes of checksum behind each frame
	snap  uint32 // how much of each frame was kept; zero: all
}

// A batch is a number of whole frames.
type batch struct {
	data   []byte
	frames []frame
}

// readFrames reads a capture as Read does lines: one goroutine finds where the
// frames are, the workers read what is in them. A frame is a line of the
// account.
func readFrames(res *Result, f *Format, file int32, r io.Reader, o Options, sinks []Sink, progress func(int64), size int) error {
	return readFramesOf(res, f, file, r, o, sinks, progress, size, nil)
}

// readFramesOf is readFrames for a capture that may hold exports: x, which takes
// them, works with one sink. Nil: it holds none.
func readFramesOf(res *Result, f *Format, file int32, r io.Reader, o Options, sinks []Sink, progress func(int64), size int, x *exports) error {
	size = min(size, batchSize)
	s := stream{
		r: r, size: size, progress: progress, tally: newTally(1),
		work: make(chan batch), free: make(chan batch, len(sinks)+1),
	}
	for range len(sinks) + 1 {
		s.free <- batch{}
	}
	s.batch = <-s.free
	workers := make([]frameWorker, len(sinks))
	var done sync.WaitGroup
	for i := range workers {
		workers[i] = frameWorker{file: file, sink: sinks[i], tally: newTally(1), exports: x}
		done.Go(func() { workers[i].run(s.work, s.free) })
	}
	err := f.frames(&s)
	s.hand()
	close(s.work)
	done.Wait()

	for i := range workers {
		s.tally.add(&workers[i].tally)
	}
	s.tally.exports = x
	res.closeFrames(&s.tally, f, o)
	res.Bytes = s.bytes
	if err != nil {
		res.Unread = err.Error()
	}
	return err
}

// A frameWorker reads the frames of batches.
type frameWorker struct {
	file    int32
	sink    Sink
	decoder packet.Decoder
	tally   tally
	ob      portlore.Observation
	exports *exports // nil: the capture holds none
}

func (w *frameWorker) run(work <-chan batch, free chan<- batch) {
	for b := range work {
		if len(b.frames) > 0 {
			w.tally.begin(b.frames[0].no)
		}
		for i := range b.frames {
			f := &b.frames[i]
			w.read(f, b.data[f.at:f.at+f.size])
		}
		free <- b
	}
}

func (w *frameWorker) read(f *frame, data []byte) {
	ob := &w.ob
	*ob = portlore.Observation{Pos: portlore.Pos{File: w.file, Line: f.no}, Time: f.nanos, Way: f.way}
	if f.way == portlore.Out {
		ob.OutIf = f.on.name
	} else {
		ob.InIf = f.on.name
	}
	// A checksum of the link is no part of what was sent. Of a frame cut by the
	// capture it was cut first.
	wire := f.wire - min(f.on.fcs, f.wire)
	data = data[:min(len(data), int(wire))]
	switch w.decoder.Decode(f.on.link, bool(f.on.byteOrder), data, int(wire), ob) {
	case packet.Unread:
		w.tally.unread(f.on.link, 1)
		w.tally.other++
	case packet.Other:
		w.tally.other++
	case packet.Malformed:
		bad := w.decoder.Fault
		w.tally.bad(f.no, bad.At+1, fault{field: bad.Field, why: bad.Why})
	case packet.Understood:
		if f.on.link == packet.NFLog { // as in the text of the same log
			ob.Verdict = readPrefix(ob.Label).verdict
		}
		w.tally.understood++
		w.tally.byFormat[0]++
		w.tally.time(&stamp{nanos: f.nanos, zone: f.time}, f.no)
		if w.exports != nil && w.exports.read(ob, w.decoder.Content, w.sink) {
			return
		}
		ob.Count, ob.Packets, ob.Bytes = 1, 1, uint64(ob.Length)
		w.sink(ob)
	}
}
