package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/textwidth"
)

// whole shows one finding with all that is known of it.
func (p *explainPage) whole(n int) {
	if n > len(p.blocks) {
		if doors := DoorBlocks(p.r); n-len(p.blocks) <= len(doors) {
			p.wholeDoors(n, doors[n-len(p.blocks)-1])
		}
		return
	}
	if len(p.blocks[n-1]) > 1 {
		p.wholeBlock(n, p.blocks[n-1])
		return
	}
	f := p.blocks[n-1][0]
	p.heading(n, p.blocks[n-1])
	for _, fact := range p.factsOf(f) {
		p.wrappedRow("", fact)
	}
	p.wrappedRow(p.say("Means", "含义"), f.Means)
	for _, d := range f.Do {
		p.wrappedRow(p.say("Do", "建议"), d)
	}
	for _, u := range f.Unless {
		p.wrappedRow(p.say("Unless", "除非"), u)
	}
	p.wrappedRow(p.say("Sure?", "可信度"), fmt.Sprintf("%.0f%%: %s", 100*f.Confidence.P, f.Confidence.Why))
	p.wrappedRow(p.say("Class", "类别"), strings.Join(append([]string{f.Class}, f.Also...), ", "))
	p.wrappedRow(p.say("Marks", "特征"), strings.Join(f.Attributes, ", "))
	p.wrappedRow("ATT&CK", strings.Join(f.Attack, ", "))
	p.wrappedRow(p.say("When", "时间"), strings.TrimSpace(f.First+" .. "+f.Last))
	p.wrappedRow(p.say("From", "来源"), list(f.Subjects, f.Sources))
	p.wrappedRow(p.say("To", "目标"), list(f.Targets, uint64(len(f.Targets))))
	p.wrappedRow(p.say("Ports", "端口"), serviceNames(f.Services))
	var places []string
	for _, e := range f.Evidence {
		places = append(places, fmt.Sprintf("%s:%d", e.File, e.Line))
	}
	p.wrappedRow(p.say("See", "证据"), strings.Join(places, ", "))
	p.tests(f)
	p.advice(p.blocks[n-1])
}

func serviceNames(services []portlore.Service) string {
	var names []string
	for _, s := range services {
		names = append(names, portName(s))
	}
	return strings.Join(names, ", ")
}

func list(addrs []string, all uint64) string {
	s := strings.Join(addrs, " ")
	if n := uint64(len(addrs)); all > n {
		s += fmt.Sprintf(" (+%s)", quantity.Count(all-n))
	}
	return s
}

// wholeBlock shows what findings that are alike have in common, and then each of
// them in a line.
func (p *explainPage) wholeBlock(n int, b block) {
	f := b[0]
	p.heading(n, b)
	for _, fact := range p.facts(b) {
		p.wrappedRow("", fact)
	}
	p.wrappedRow(p.say("Means", "含义"), f.Means)
	for _, d := range f.Do {
		p.wrappedRow(p.say("Do", "建议"), d)
	}
	for _, u := range f.Unless {
		p.wrappedRow(p.say("Unless", "除非"), u)
	}
	p.wrappedRow(p.say("Class", "类别"), f.Class)
	p.wrappedRow("ATT&CK", strings.Join(f.Attack, ", "))
	if len(f.Services) <= 8 {
		p.wrappedRow(p.say("Ports", "端口"), serviceNames(f.Services))
	}
	p.b.WriteByte('\n')
	width := 0
	for _, f := range b {
		width = max(width, textwidth.Of(subject(f)))
	}
	for _, f := range b {
		mark := ""
		if f.New {
			mark = p.say("new", "新")
		}
		p.line(strings.Repeat(" ", indent) + textwidth.Pad(subject(f), width) + padLeft(volumeOf(f).text().In(p.Lang), 17) + "  " +
			textwidth.Pad(p.period(f), 26) + mark)
	}
	if p.Why {
		p.b.WriteByte('\n')
		p.wrappedRow("", p.say("Of ", "其中 ")+subject(f)+p.say(", the first of them:", "（首个）："))
	}
	p.tests(f)
	p.advice(b)
}

// period is from when to when a finding goes, in short.
func (p *explainPage) period(f *portlore.Finding) string {
	from, err1 := time.Parse(time.RFC3339, f.First)
	to, err2 := time.Parse(time.RFC3339, f.Last)
	if err1 != nil || err2 != nil || from.UnixNano() < portlore.SinceBoot {
		return ""
	}
	form := p.say("2 Jan 15:04", "01-02 15:04")
	if first, last := from.Format(form), to.Format(form); first != last {
		return first + " .. " + last
	}
	return from.Format(form)
}
