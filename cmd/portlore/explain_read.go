package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/table"
)

func (x *explainer) readAll(ctx context.Context, names []string) {
	workers := min(4, runtime.GOMAXPROCS(0))
	sinks := make([]format.Sink, workers)
	x.left = make([]tally, workers)
	for i := range sinks {
		t := table.New(table.DefaultLimit / workers)
		if x.opt.formatName == "html" {
			t.Sample()
		}
		x.tables = append(x.tables, t)
		x.one = append(x.one, nil)
		batch := t.Batch()
		defer batch.Flush()
		sinks[i] = func(o *portlore.Observation) {
			if x.one[i] == nil {
				x.one[i] = o.Clone()
			}
			batch.Add(o)
		}
		if !x.opt.only.empty() {
			sinks[i] = x.chosen(i, sinks[i])
		}
	}
	if x.stream != nil {
		x.take(ctx, x.stream.name, nil, x.stream, sinks)
		return
	}
	for _, p := range format.Survey(ctx, names, x.opt.read) {
		if ctx.Err() != nil {
			return
		}
		if p.DuplicateOf != "" {
			x.inputs = append(x.inputs, portlore.Input{Name: p.Name, DuplicateOf: p.DuplicateOf, Errors: []portlore.LineError{}, Notes: []string{}})
			continue
		}
		x.readOne(ctx, p.Name, sinks)
	}
}

// chosen passes on what was asked for, and counts the rest.
func (x *explainer) chosen(worker int, next format.Sink) format.Sink {
	return func(o *portlore.Observation) {
		if x.opt.only.takes(o) {
			next(o)
		} else {
			x.left[worker].add(o, &x.opt.only)
		}
	}
}

func (x *explainer) readOne(ctx context.Context, name string, sinks []format.Sink) {
	src, err := format.Open(ctx, name)
	if err != nil {
		if ctx.Err() == nil {
			x.complain(err)
		}
		x.inputs = append(x.inputs, portlore.Input{Name: name, Unread: err.Error(), Errors: []portlore.LineError{}, Notes: []string{}})
		return
	}
	defer src.Close()
	x.take(ctx, name, src, src, sinks)
}

// take reads one input. Source, when not nil, knows how much of it there is.
func (x *explainer) take(ctx context.Context, name string, src *format.Source, text io.Reader, sinks []format.Sink) {
	if x.opt.why {
		text = io.TeeReader(text, &beginning{&x.head})
	}
	done := x.progress(name, src)
	res, err := format.Read(ctx, name, int32(len(x.inputs)), text, x.opt.read, sinks, done.report)
	done.end()
	if res.Recut {
		x.head = nil // its lines are others
	}
	if src != nil && src.Passed() > 0 {
		res.Notes = append(res.Notes, format.NoteOfHoles(src.Passed()))
	}
	if src != nil && src.Changed() {
		res.Notes = append(res.Notes, format.NoteOfChange())
	}
	for _, n := range res.Notes {
		res.Input.Notes = append(res.Input.Notes, n.In(x.lang))
	}
	res.Input.Notes = append(res.Input.Notes, x.leftOut()...)
	res.Input.Notes = append(res.Input.Notes, x.takeDoors(&res)...)
	x.inputs = append(x.inputs, res.Input)
	switch {
	case err != nil && ctx.Err() == nil:
		x.complain(fmt.Errorf("%s: %w", name, err))
	case res.Understood == 0 && err == nil:
		x.code = worse(x.code, exitUnread)
		x.lost++
		x.say(nothingIn(name, res).In(x.lang))
	case res.Malformed > 0 && x.opt.strict:
		x.code = worse(x.code, exitUnread)
	}
}

// beginning keeps the first of what is written to it: enough for one line, such
// as somebody pasted.
type beginning struct{ head *[]byte }

const mostHead = 64 << 10

func (b *beginning) Write(p []byte) (int, error) {
	*b.head = append(*b.head, p[:min(len(p), mostHead-len(*b.head))]...)
	return len(p), nil
}

// lineOf is the text of the line that an observation was made of; empty: it is
// not at hand.
func (x *explainer) lineOf(o *portlore.Observation) []byte {
	if len(x.inputs) != 1 || o.Pos.Line == 0 {
		return nil
	}
	lines := bytes.SplitN(x.head, []byte("\n"), int(min(o.Pos.Line, mostHead))+1)
	if int64(len(lines)) < o.Pos.Line || len(x.head) == mostHead && int64(len(lines)) == o.Pos.Line {
		return nil
	}
	return bytes.TrimSuffix(lines[o.Pos.Line-1], []byte("\r"))
}

func (x *explainer) complain(err error) {
	x.lost++
	x.code = worse(x.code, exitUnread)
	if errors.Is(err, fs.ErrPermission) {
		x.code = worse(x.code, exitDenied)
	}
	x.say(reason(err).In(x.lang))
}

func (x *explainer) merged() *table.Table {
	if len(x.tables) == 0 {
		return table.New(0)
	}
	t := x.tables[0]
	t.SetLimit(0)
	for _, u := range x.tables[1:] {
		t.Merge(u)
	}
	x.tables = nil
	return t
}
