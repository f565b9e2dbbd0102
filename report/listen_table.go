package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// mostFine is how many rows of the table need nothing; the rest is counted.
const mostFine = 100

// table is a row for every door as a person sees it.
func (p *listenPage) table() {
	var rows []doorRow
	var left, fine uint64
	few := false
	for _, r := range ListenRows(p.l.Doors) {
		d := &p.l.Doors[r[0]]
		if d.Word == portlore.Fine {
			if fine++; fine > mostFine {
				left++
				continue
			}
		}
		row := doorRow{d.Word, p.reach(d), fmt.Sprintf("%d/%s", d.Port, d.Proto), p.program(d), d.Why + p.namespace(d)}
		few = few || len(d.From) > 0
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.rows(rows)
	if left > 0 {
		p.line(strings.Repeat(" ", indent) + p.say("and "+quantity.Count(left)+" more that are fine (--json has all)", "另有 "+quantity.Count(left)+" 个正常（--json 列出全部）"))
	}
	if few {
		p.line(strings.Repeat(" ", indent) + p.say("* only the networks that a firewall lets in: see --port N", "* 防火墙只放行部分网络，见 --port N"))
	}
}

// rows writes the table: word, reach, port, program, why.
func (p *listenPage) rows(rows []doorRow) {
	head := doorRow{where: p.say("REACH", "可达范围"), port: p.say("PORT", "端口"), what: p.say("PROGRAM", "程序"), why: p.say("WHY", "原因")}
	const widest = 23
	reach, port, what := 0, 9, 0
	for _, r := range append(rows, head) {
		reach = max(reach, textwidth.Of(r.where))
		port = max(port, textwidth.Of(r.port))
		what = min(widest, max(what, textwidth.Of(safetext.Clean(r.what))))
	}
	line := func(word portlore.Word, mark string, r doorRow) {
		cell := func(s string, w int) string { return textwidth.Pad(textwidth.Truncate(safetext.Clean(s), w), w) + "  " }
		rest := cell(r.where, reach) + cell(r.port, port) + cell(r.what, what)
		for i, why := range textwidth.Wrap(safetext.Clean(r.why), columns-indent-textwidth.Of(rest)) {
			if i > 0 {
				p.line(strings.Repeat(" ", indent+textwidth.Of(rest)) + why)
				continue
			}
			s := strings.TrimRight(textwidth.Truncate(textwidth.Pad(mark, indent)+rest+why, columns), " ")
			if p.Color && mark != "" {
				p.b.WriteString(paint(word, mark) + strings.TrimPrefix(s, mark) + "\n")
			} else {
				p.line(s)
			}
		}
	}
	line(portlore.Fine, "", head)
	for _, r := range rows {
		line(r.word, p.word(r.word), r)
	}
}

// reach is who can come, in a word.
func (p *listenPage) reach(d *portlore.Door) string {
	s := p.reachWord(d.Reach)
	if len(d.From) > 0 {
		s += "*"
	}
	return s
}

func (p *explainPage) reachWord(reach string) string {
	switch reach {
	case portlore.ReachLoopback:
		return p.say("loopback", "本机")
	case portlore.ReachVPN:
		return "VPN"
	case portlore.ReachLAN:
		return p.say("LAN", "局域网")
	case portlore.ReachInternet:
		return p.say("internet", "互联网")
	}
	return p.say("not known", "未知")
}

// program is who holds a door, or why that is not seen.
func (p *listenPage) program(d *portlore.Door) string {
	s := cmp.Or(d.Process.Name, d.Process.Exe[strings.LastIndexAny(d.Process.Exe, `/\`)+1:])
	switch {
	case d.Process.PID != 0 && s != "":
		s = fmt.Sprintf("%s (%d)", s, d.Process.PID)
	case s == "" || d.Process.PID == 0:
		s = p.hidden(d)
	}
	return s
}

// namespace says in which network namespace a door is, if not in ours.
func (p *listenPage) namespace(d *portlore.Door) string {
	if d.Netns == "" {
		return ""
	}
	return p.say(" (in "+d.Netns+")", "（在 "+d.Netns+"）")
}

func (p *listenPage) hidden(d *portlore.Door) string {
	switch d.Process.Hidden {
	case portlore.HiddenPermission:
		return p.say("needs root", "需要 root")
	case portlore.HiddenRefused:
		return p.say("hidden from root", "对 root 隐藏")
	case portlore.HiddenKernel:
		return strings.TrimRight(p.say("kernel ", "内核 ")+d.Process.Name, " ")
	case portlore.HiddenForward:
		return p.say("sent on to ", "转发到 ") + d.To
	case portlore.HiddenGone:
		return p.say("ended meanwhile", "刚刚退出")
	}
	return p.say("not visible", "看不到")
}
