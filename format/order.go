package format

import (
	"slices"

	"github.com/portlore/portlore"
)

// jumpSize is how far time must run back between two records, in nanoseconds, for
// it to be a clock that was set and not packets that overtook one another.
const jumpSize = 60e9

// A stretch is a chunk of records in the order of the evidence: the line where it
// begins, or of its first time; its first and last time, and how time ran back
// inside it.
type stretch struct {
	line, first, last int64
	yearless          bool // of the first
	onward            bool // time ran on somewhere
	jumps             portlore.ClockJumps
}

// timed notes the time of the next record of a stretch.
func (s *stretch) timed(line, nanos int64, yearless bool) {
	if s.first == 0 {
		s.line, s.first, s.yearless = line, nanos, yearless
	} else {
		jump(&s.jumps, s.last, nanos, line, yearless)
		s.onward = s.onward || nanos > s.last
	}
	s.last = nanos
}

// jump counts a step from one time to the next if it is one back. Where years
// were assumed, a step of most of a year is an artefact of that.
func jump(j *portlore.ClockJumps, from, to, line int64, yearless bool) {
	back := from - to
	if back <= jumpSize || yearless && back > 300*24*3600e9 {
		return
	}
	j.Count++
	if s := back / 1e9; s > j.Seconds {
		j.Seconds, j.Line = s, line
	}
}

// clockJumps puts the stretches of all workers in order and adds up how time ran
// back in and between them. An export that begins with the newest record, where
// time runs back at every step, has no jumps.
func clockJumps(all []stretch) portlore.ClockJumps {
	slices.SortFunc(all, func(a, b stretch) int { return int(a.line - b.line) })
	var sum portlore.ClockJumps
	last, onward := int64(0), false
	for _, s := range all {
		if s.first == 0 {
			continue
		}
		if last != 0 {
			jump(&sum, last, s.first, s.line, s.yearless)
			onward = onward || s.first > last
		}
		sum.Count += s.jumps.Count
		if s.jumps.Seconds > sum.Seconds {
			sum.Seconds, sum.Line = s.jumps.Seconds, s.jumps.Line
		}
		last, onward = s.last, onward || s.onward
	}
	if !onward {
		return portlore.ClockJumps{}
	}
	return sum
}
