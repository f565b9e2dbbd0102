package format

import (
	"math"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/packet"
)

const errorsShown = 3

// A tally is the account of the lines or frames that one worker read. Tallies add up to
// the same sum in any order.
type tally struct {
	lines, understood, other, malformed int64
	ambiguous, quoted, long             int64
	doors                               int64
	byFormat                            []int64
	errors                              []portlore.LineError // the first, by line

	timeless, sinceBoot, assumed, stated int64 // observations by certainty of their time
	yearless                             int64 // of those, how many had no year
	dayless                              int64 // of those since boot, how many were without a day instead
	first, last                          int64 // times since the epoch
	stretches                            []stretch

	foreign int64       // frames of link layers that are not read
	link    packet.Link // one of those: the lowest
	skipped int64       // bytes in damaged places of a capture
	exports *exports    // of flows, in a capture of those; nil: none
}

func newTally(formats int) tally {
	return tally{byFormat: make([]int64, formats), first: math.MaxInt64, last: math.MinInt64}
}

// bad counts a malformed line. A worker sees lines in their order, so the
// first faults are those with the lowest numbers.
func (t *tally) bad(line int64, column int, f fault) {
	t.malformed++
	if len(t.errors) < errorsShown {
		t.errors = append(t.errors, portlore.LineError{Line: line, Column: column, Error: f.Error()})
	}
}

// begin says that a worker begins another stretch of records.
func (t *tally) begin(line int64) {
	t.stretches = append(t.stretches, stretch{line: line})
}

func (t *tally) time(s *stamp, line int64) {
	switch s.zone {
	case timeless:
		t.timeless++
		return
	case sinceBoot:
		t.sinceBoot++
		if s.dayless {
			t.dayless++
		}
		return
	case assumed:
		t.assumed++
		if s.yearless {
			t.yearless++
		}
	case stated:
		t.stated++
	}
	t.first, t.last = min(t.first, s.nanos), max(t.last, s.nanos)
	if n := len(t.stretches); n > 0 {
		t.stretches[n-1].timed(line, s.nanos, s.yearless)
	}
}

// unread counts frames of a link layer that is not read.
func (t *tally) unread(link packet.Link, n int64) {
	if t.foreign == 0 || link < t.link {
		t.link = link
	}
	t.foreign += n
}

func (t *tally) add(u *tally) {
	if t.byFormat == nil {
		*t = newTally(len(u.byFormat))
	}
	t.lines += u.lines
	t.understood += u.understood
	t.other += u.other
	t.malformed += u.malformed
	t.ambiguous += u.ambiguous
	t.quoted += u.quoted
	t.long += u.long
	t.doors += u.doors
	for i, n := range u.byFormat {
		t.byFormat[i] += n
	}
	t.timeless += u.timeless
	t.sinceBoot += u.sinceBoot
	t.assumed += u.assumed
	t.stated += u.stated
	t.yearless += u.yearless
	t.dayless += u.dayless
	t.first, t.last = min(t.first, u.first), max(t.last, u.last)
	t.stretches = append(t.stretches, u.stretches...)
	if u.foreign > 0 {
		t.unread(u.link, u.foreign)
	}
	t.skipped += u.skipped

	t.errors = append(t.errors, u.errors...)
	sortErrors(t.errors)
	t.errors = t.errors[:min(len(t.errors), errorsShown)]
}
