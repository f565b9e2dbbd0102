package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// ramp is how many steps the colours of amounts have.
const ramp = 5

// A timeAxis is the time axis of a page. All charts share it.
type timeAxis struct {
	portlore.Axis
	zone   *time.Location
	offset int  // of the zone, in seconds
	boot   bool // times count from boot
	lang   portlore.Lang
}

// timeAxis is nil where the evidence has no times.
func (p *explainPage) timeAxis() *timeAxis {
	if p.r.Charts == nil || p.r.Charts.Axis.Cells == 0 {
		return nil
	}
	a := &timeAxis{Axis: p.r.Charts.Axis, zone: time.UTC, lang: p.Lang}
	a.boot = (a.From+a.Seconds*int64(a.Cells))*1e9 < portlore.SinceBoot
	if t, err := time.Parse(time.RFC3339, p.r.Last); err == nil && !a.boot {
		_, a.offset = t.Zone()
		a.zone = time.FixedZone("", a.offset)
	}
	return a
}

// cellOf is the cell of a time of a document; -1: it has none.
func (a *timeAxis) cellOf(s string) int {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.Unix() < a.From {
		return -1
	}
	return min(a.Cells-1, int((t.Unix()-a.From)/a.Seconds))
}

// at is the begin of a cell; of the one behind the last, the end.
func (a *timeAxis) at(cell int) int64 { return a.From + int64(cell)*a.Seconds }

func (a *timeAxis) day(t int64) string {
	return portlore.Text{EN: time.Unix(t, 0).In(a.zone).Format("2 Jan"), ZH: time.Unix(t, 0).In(a.zone).Format("01-02")}.In(a.lang)
}

// label is a time to the minute, or to the second where cells are shorter.
func (a *timeAxis) label(t int64) string {
	clock := "15:04"
	if a.Seconds < 60 {
		clock = "15:04:05"
	}
	switch {
	case a.boot:
		return (time.Duration(t) * time.Second).String()
	case a.Seconds >= 86400:
		return a.day(t)
	case int64(a.Cells)*a.Seconds <= 86400:
		return time.Unix(t, 0).In(a.zone).Format(clock)
	}
	return a.day(t) + " " + time.Unix(t, 0).In(a.zone).Format(clock)
}

// span is a cell as a period: "16 Nov 03:00 to 04:00".
func (a *timeAxis) span(from, to int) string {
	if a.Seconds*int64(to-from) == 86400 && a.Seconds == 86400 {
		return a.day(a.at(from))
	}
	first, last := a.label(a.at(from)), a.label(a.at(to))
	if day := a.day(a.at(from)) + " "; a.day(a.at(to)) == a.day(a.at(from)) {
		last = strings.TrimPrefix(last, day)
	}
	return first + portlore.Text{EN: " to ", ZH: " 至 "}.In(a.lang) + last
}

// A tick is a time of the axis that has a label, in percent of its length.
type tick struct {
	At    float64
	Label string
}

// ticks are at most ten, at the hours and days of the reader's clock.
func (a *timeAxis) ticks() []tick {
	const most = 10
	length := int64(a.Cells) * a.Seconds
	step := int64(0)
	for _, s := range []int64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 2 * 86400, 4 * 86400, 7 * 86400, 14 * 86400, 28 * 86400, 56 * 86400, 112 * 86400, 365 * 86400} {
		if step = s; length/s <= most {
			break
		}
	}
	for length/step > most {
		step *= 2
	}
	var all []tick
	first := (a.From+int64(a.offset)+step-1)/step*step - int64(a.offset)
	for t := first; t < a.From+length; t += step {
		label := a.label(t)
		switch day := a.day(t); {
		case a.boot:
		case step >= 365*86400:
			label = time.Unix(t, 0).In(a.zone).Format("2006-01")
		case step >= 86400:
			label = day
		case (t+int64(a.offset))%86400 == 0:
			label = day
		default:
			label = strings.TrimPrefix(label, day+" ")
		}
		all = append(all, tick{100 * float64(t-a.From) / float64(length), label})
	}
	return all
}

// scale stands below charts: its lengths are percents, so that it is as wide
// as there is room and its letters keep their size.
func (a *timeAxis) scale() template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="scale" width="100%" height="20" aria-hidden="true">`)
	for _, t := range a.ticks() {
		anchor := ""
		switch {
		case t.At > 93:
			anchor = ` text-anchor="end"`
		case t.At > 2:
			anchor = ` text-anchor="middle"`
		}
		fmt.Fprintf(&b, `<line x1="%[1]s%%" x2="%[1]s%%" y1="0" y2="4"/><text x="%[1]s%%" y="16"%[2]s>%[3]s</text>`, percent(t.At), anchor, template.HTMLEscapeString(t.Label))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

func percent(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", f), "0"), ".")
}

// A shader gives amounts one of the steps of the ramp. Each
// step goes as many times as far as the one before, so that a cell of few is seen
// beside one of many.
type shader struct{ most uint64 }

func shaderOf(amounts ...[]uint64) shader {
	s := shader{}
	for _, a := range amounts {
		if len(a) > 0 {
			s.most = max(s.most, slices.Max(a))
		}
	}
	return s
}

// upTo is the largest amount of a step, from 1.
func (s shader) upTo(step int) uint64 {
	if step == ramp {
		return s.most
	}
	return uint64(math.Pow(float64(s.most), float64(step)/ramp))
}

// step is 0 for nothing, else from 1 to ramp.
func (s shader) step(n uint64) int {
	if n == 0 {
		return 0
	}
	for step := 1; step < ramp; step++ {
		if n <= s.upTo(step) {
			return step
		}
	}
	return ramp
}

// key explains the colours.
func (s shader) key() []keyView {
	var all []keyView
	from := uint64(1)
	for step := 1; step <= ramp; step++ {
		to := s.upTo(step)
		if to < from {
			continue
		}
		label := quantity.Count(from)
		if to > from {
			label += "-" + quantity.Count(to)
		}
		all = append(all, keyView{fmt.Sprint("a", step), label})
		from = to + 1
	}
	return all
}

type keyView struct{ Fill, Label string }

// strip draws amounts over time. A nil shader: its own.
func (a *timeAxis) strip(cells []uint64, s *shader) template.HTML {
	if len(cells) == 0 || slices.Max(cells) == 0 {
		return ""
	}
	if s == nil {
		own := shaderOf(cells)
		s = &own
	}
	var paths [ramp + 1]strings.Builder
	for i := 0; i < len(cells); {
		step, j := s.step(cells[i]), i+1
		for j < len(cells) && s.step(cells[j]) == step {
			j++
		}
		if step > 0 {
			fmt.Fprintf(&paths[step], "M%d 0h%dv1h-%dz", i, j-i, j-i)
		}
		i = j
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="strip" viewBox="0 0 %d 1" preserveAspectRatio="none" role="img" aria-label="%s">`, len(cells), template.HTMLEscapeString(a.said(cells)))
	for step := 1; step <= ramp; step++ {
		if paths[step].Len() > 0 {
			fmt.Fprintf(&b, `<path class="a%d" d="%s"/>`, step, &paths[step])
		}
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}

// said is a strip in a sentence.
func (a *timeAxis) said(cells []uint64) string {
	first, last, busy, at := -1, 0, 0, 0
	for i, n := range cells {
		if n == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		busy++
		if n > cells[at] {
			at = i
		}
	}
	return portlore.Text{
		EN: fmt.Sprintf("In %d of %d periods, from %s to %s; most, %s, in that of %s", busy, len(cells), a.label(a.at(first)), a.label(a.at(last+1)), quantity.Count(cells[at]), a.label(a.at(at))),
		ZH: fmt.Sprintf("%d 个时段里有 %d 个，从 %s 到 %s；最多的一段始于 %s，有 %s", len(cells), busy, a.label(a.at(first)), a.label(a.at(last+1)), a.label(a.at(at)), quantity.Count(cells[at])),
	}.In(a.lang)
}

// sumSeries is when the findings of a block were observed.
func sumSeries(b block) []uint64 {
	var sum []uint64
	for _, f := range b {
		sum = plusCells(sum, f.Series.Cells)
	}
	return sum
}

func plusCells(sum, cells []uint64) []uint64 {
	if sum == nil {
		return slices.Clone(cells)
	}
	for i, n := range cells {
		sum[i] += n
	}
	return sum
}
