package report

import (
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
)

// blocks tell of what wants something done.
func (p *listenPage) blocks() {
	left := p.tell(p.l.Doors, ListenRows(p.l.Doors), func(row []int) { p.heading(&p.l.Doors[row[0]]) })
	if left > 0 {
		p.b.WriteByte('\n')
		p.line(p.say("And "+quantity.Count(left)+" more of them (--port N for one).", "另有 "+quantity.Count(left)+" 项（--port N 看一项）。"))
	}
}

// heading names a door: its word, its port, who holds it.
func (p *listenPage) heading(d *portlore.Door) {
	s := fmt.Sprintf("%d/%s  %s  %s", d.Port, d.Proto, p.reach(d), p.program(d)+p.namespace(d))
	if u := d.Process.Unit; u != "" {
		s += p.say(", unit ", "，单元 ") + u
	}
	if c := d.Process.Container; c != "" {
		s += p.say(", container ", "，容器 ") + c
	}
	p.headLine(d.Word, s)
}

// stories tell all that is known of the doors with one number: who holds it, where
// from, who comes, and how to stop it.
func (p *listenPage) stories(port uint16) {
	if len(p.l.Doors) == 0 {
		p.line(p.say(fmt.Sprintf("Nobody holds port %d here: it is free.", port), fmt.Sprintf("本机没有程序占用端口 %d，它是空闲的。", port)))
		return
	}
	for i, row := range ListenRows(p.l.Doors) {
		if i > 0 {
			p.b.WriteByte('\n')
		}
		p.story(row)
	}
}

func (p *listenPage) story(row []int) {
	d := &p.l.Doors[row[0]]
	q := &d.Process
	p.heading(d)
	p.wrappedRow(p.say("Why", "原因"), d.Why)
	p.wrappedRow(p.say("Command", "命令行"), q.Command)
	p.wrappedRow(p.say("In", "目录"), q.Cwd)
	p.wrappedRow(p.say("User", "用户"), q.User)
	started := stamp(q.Started)
	var chain []string
	for _, a := range q.Parents {
		chain = append(chain, fmt.Sprintf("%s (%d)", a.Name, a.PID))
	}
	if len(chain) > 0 {
		started += p.say(" by ", "，启动者：") + strings.Join(chain, p.say(", by ", "，再上级："))
	}
	p.wrappedRow(p.say("Started", "启动于"), started)
	p.wrappedRow(p.say("At", "地址"), strings.Join(p.places(row), " "))
	if d.To != "" {
		p.wrappedRow(p.say("Leads to", "转发到"), d.To)
	}
	p.wrappedRow(p.say("Proof", "依据"), p.evidence(d))
	p.wrappedRow(p.say("Only", "只放行"), strings.Join(d.From, " "))
	p.wrappedRow(p.say("Means", "含义"), d.Means)
	p.wrappedRow(p.say("Do", "建议"), strings.Join(d.Do, p.say(" ", "")))
	if q.Stop != "" {
		p.wrappedRow(p.say("To stop", "停止它"), q.Stop)
	}
}

// changes say what is different from an earlier list.
func (p *listenPage) changes() {
	c := &p.l.Changes
	if c.New == nil { // no earlier list was given
		return
	}
	since := stamp(c.Since)
	p.wrapped(p.difference(since, len(c.New), len(c.Changed), len(c.Gone)))
	for _, part := range p.parts(c.New, c.Changed, c.Gone) {
		for i := range part.doors {
			p.line("  " + p.changed(part.label, &part.doors[i]))
		}
	}
}

// changed is one difference in a line.
func (p *listenPage) changed(label string, d *portlore.Door) string {
	return fmt.Sprintf("%s  %s  %d/%s  %s  %s  %s", label, p.word(d.Word), d.Port, d.Proto, d.Address, p.reach(d), p.program(d)+p.namespace(d))
}

// ChangeLine is one difference in a line of text, for who watches them come.
func ChangeLine(lang portlore.Lang, kind portlore.Text, d *portlore.Door) string {
	p := listenPage{explainPage: explainPage{ExplainStyle: ExplainStyle{Lang: lang}}}
	return safetext.Clean(p.changed(kind.In(lang), d) + "  " + d.Why)
}
