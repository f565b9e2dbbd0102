package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/table"
)

// A selection says which observations count. What it leaves out never reaches
// the table: the verdict is about the rest alone.
type selection struct {
	ports        []lore.Ports
	since, until int64 // in nanoseconds, both inclusive; zero: no bound
}

func (s *selection) empty() bool { return len(s.ports) == 0 && s.since == 0 && s.until == 0 }

// flags are those that were given, for a sentence.
func (s *selection) flags() (all []string) {
	for name, given := range map[string]bool{"--port": len(s.ports) > 0, "--since": s.since != 0, "--until": s.until != 0} {
		if given {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// takes says that an observation counts. It is asked for each of them.
func (s *selection) takes(o *portlore.Observation) bool {
	if s.since != 0 && o.Time < max(s.since, portlore.SinceBoot) || s.until != 0 && (o.Time > s.until || o.Time < portlore.SinceBoot) {
		return false
	}
	return len(s.ports) == 0 || s.about(o)
}

// about says that an observation is about a port that was asked for: the one it
// goes to, or, of an answer, the one that it comes from. In the middle of a
// connection it may be either, and an error is about the packet that it quotes.
func (s *selection) about(o *portlore.Observation) bool {
	switch kind := table.KindOf(o); {
	case o.Has&portlore.HasInner != 0:
		return s.port(o.Inner.Proto, o.Inner.DstPort) || s.port(o.Inner.Proto, o.Inner.SrcPort)
	case o.Has&portlore.HasPorts == 0:
		return false
	case kind == table.Stray:
		return s.port(o.Proto, o.DstPort) || s.port(o.Proto, o.SrcPort)
	case kind.Replies():
		return s.port(o.Proto, o.SrcPort)
	}
	return s.port(o.Proto, o.DstPort)
}

func (s *selection) port(proto portlore.Proto, port uint16) bool {
	for _, p := range s.ports {
		if port >= p.From && port <= p.To && (p.Proto == 0 || p.Proto == proto) {
			return true
		}
	}
	return false
}

// period sets the bounds of time.
func (s *selection) period(since, until string, now time.Time, zone *time.Location) (err error) {
	if since != "" {
		if s.since, _, err = parseMoment(since, now, zone); err != nil {
			return fmt.Errorf("--since %s: %w", since, err)
		}
	}
	if until != "" {
		if _, s.until, err = parseMoment(until, now, zone); err != nil {
			return fmt.Errorf("--until %s: %w", until, err)
		}
	}
	if s.since != 0 && s.until != 0 && s.since > s.until {
		return fmt.Errorf("--until %s lies before --since %s", until, since)
	}
	return nil
}

// parseMoment reads a time, a date, or how long ago. A date begins with its
// first moment and ends with its last; a time is one moment, but to the second,
// since that is what logs know.
func parseMoment(s string, now time.Time, zone *time.Location) (from, to int64, err error) {
	const second, instant = time.Second - 1, 0
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UnixNano(), t.Add(second).UnixNano(), inRange(t)
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return t.UnixNano(), t.AddDate(0, 0, 1).UnixNano() - 1, inRange(t)
	}
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if last := len(s) - 1; last > 0 && units[s[last]] > 0 {
		if n, err := strconv.ParseUint(s[:last], 10, 16); err == nil {
			t := now.Add(-time.Duration(n) * units[s[last]])
			return t.UnixNano(), t.UnixNano() + instant, inRange(t)
		}
	}
	return 0, 0, errors.New("want a time such as 2026-01-31T23:59:59Z, a date, or how long ago: 2h, 3d")
}

// inRange keeps to the times that count from the epoch.
func inRange(t time.Time) error {
	if t.Year() < 1980 || t.Year() > 2200 {
		return errors.New("want a year from 1980 to 2200")
	}
	return nil
}

// parsePorts takes a port, a range of them, and which transport.
func parsePorts(s string) (lore.Ports, error) {
	p, byNumber, err := lore.ParsePorts(s)
	if err == nil && !byNumber {
		err = errors.New("not a number")
	}
	return p, err
}

// A tally counts what a selection left out.
type tally struct {
	observations uint64
	timeless     uint64 // of those, how many do not say when, where that was asked for
}

func (t *tally) add(o *portlore.Observation, s *selection) {
	t.observations += max(1, o.Count)
	if o.Time < portlore.SinceBoot && (s.since != 0 || s.until != 0) {
		t.timeless += max(1, o.Count)
	}
}

// leftOut says how many observations of an input do not count, and forgets them.
func (x *explainer) leftOut() (notes []string) {
	var sum tally
	for i := range x.left {
		sum.observations += x.left[i].observations
		sum.timeless += x.left[i].timeless
		x.left[i] = tally{}
	}
	say := func(n uint64, en, zh string) {
		if n > 0 {
			notes = append(notes, portlore.Text{EN: en, ZH: zh}.In(x.lang))
		}
	}
	flags := strings.Join(x.opt.only.flags(), ", ")
	say(sum.observations, fmt.Sprintf("observations left out by %s: %d", flags, sum.observations),
		fmt.Sprintf("按 %s 未计入的观测：%d", flags, sum.observations))
	say(sum.timeless, fmt.Sprintf("of those, without a time by the clock: %d", sum.timeless),
		fmt.Sprintf("其中没有钟表时间的：%d", sum.timeless))
	return notes
}

// asksForPart says that the reader asked about a part of the evidence, of which
// there may be nothing.
func (x *explainer) asksForPart() bool { return x.opt.source.IsValid() || !x.opt.only.empty() }

// onlyClasses takes out of the report what is of none of the classes asked for.
// The word, the sentence and the totals stay those of the whole.
func (x *explainer) onlyClasses(r *portlore.Report) {
	if len(x.opt.classes) == 0 {
		return
	}
	var hidden uint64
	things := len(portlore.Alike(r.Findings))
	doors := portlore.Text{}
	if n := uint64(len(r.Doors)); n > 0 { // they are of no class
		doors = portlore.Text{EN: plural(n, "door") + ", ", ZH: fmt.Sprintf(" %d 个端口、", n)}
	}
	r.Doors = []portlore.Door{}
	r.Findings = slices.DeleteFunc(r.Findings, func(f portlore.Finding) bool {
		if x.wants(f.Class, "") || slices.ContainsFunc(slices.Concat(f.Also, f.Attributes), func(c string) bool { return x.wants(c, "") }) {
			return false
		}
		hidden += f.Observations
		return true
	})
	// A row of families is kept where all of it was asked for; otherwise its
	// parts that were asked for stand in its place.
	whole := map[string]bool{}
	for _, n := range r.Noise {
		kept, seen := whole[n.Family]
		whole[n.Family] = (kept || !seen) && x.wants(n.Class, n.Family)
	}
	r.Families = slices.DeleteFunc(r.Families, func(n portlore.Noise) bool { return n.Family == "" || !whole[n.Family] })
	r.Noise = slices.DeleteFunc(r.Noise, func(n portlore.Noise) bool {
		if !x.wants(n.Class, n.Family) {
			hidden += n.Observations
			return true
		}
		if n.Family == "" || !whole[n.Family] {
			r.Families = append(r.Families, n)
		}
		return false
	})
	slices.SortStableFunc(r.Families, func(a, b portlore.Noise) int { return int(b.Observations) - int(a.Observations) })
	r.Hidden = hidden
	things -= len(portlore.Alike(r.Findings))
	r.Notes = append(r.Notes, portlore.Text{
		EN: fmt.Sprintf("Only %s is shown. All was judged: %s and %s of other classes are left out below.",
			strings.Join(x.opt.classes, ", "), doors.EN+plural(uint64(things), "finding"), plural(hidden, "observation")),
		ZH: fmt.Sprintf("只显示 %s。判断针对全部证据：下面略去%s其他类别 %d 项，共 %d 次观测。", strings.Join(x.opt.classes, "、"), doors.ZH, things, hidden),
	}.In(x.lang))
}

// wants says that something is of a class or family that was asked for. A class
// stands for those below it too.
func (x *explainer) wants(class, family string) bool {
	return slices.ContainsFunc(x.opt.classes, func(c string) bool { return c == family || within(class, c) })
}

// within says that a class is another one or below it: scan.port.vertical is scan.
func within(class, of string) bool {
	return class == of || strings.HasPrefix(class, of+".")
}

// knownClass is an error for what is neither a class nor a family.
func knownClass(name string) error {
	if isClass(name) || slices.ContainsFunc(lore.Open().Families(), func(f lore.Family) bool { return f.ID == name }) {
		return nil
	}
	return errors.New("no such class")
}

// isClass takes a class, or the beginning of several.
func isClass(name string) bool {
	base := lore.Open()
	_, ok := base.Class(name)
	return ok || slices.ContainsFunc(base.Classes(), func(c lore.Class) bool { return within(c.ID, name) })
}

func plural(n uint64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
