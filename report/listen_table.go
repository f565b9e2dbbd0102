package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
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
	p.tableRows(doorRow{where: p.say("REACH", "可达范围"), port: p.say("PORT", "端口"), what: p.say("PROGRAM", "程序"), why: p.say("WHY", "原因")}, rows)
	if left > 0 {
		p.line(strings.Repeat(" ", indent) + p.say("and "+quantity.Count(left)+" more that are fine (--json has all)", "另有 "+quantity.Count(left)+" 个正常（--json 列出全部）"))
	}
	if few {
		p.line(strings.Repeat(" ", indent) + p.say("* only the networks that a firewall lets in: see --port N", "* 防火墙只放行部分网络，见 --port N"))
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
