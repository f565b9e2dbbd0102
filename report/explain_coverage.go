package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// coverage is line 2: how much of what, from whom, when, to where.
func (p *explainPage) coverage() string {
	t := p.r.Totals
	parts := []string{
		volume{t.Packets, t.Observations}.text().In(p.Lang),
		p.say(quantity.Plural(t.Sources, "source"), "来源 "+quantity.Count(t.Sources)+" 个"),
	}
	if t.Targets > 0 {
		parts = append(parts, p.say(quantity.Plural(t.Targets, "target"), "目标 "+quantity.Count(t.Targets)+" 个"))
	}
	if span := p.span(); span != "" {
		parts = append(parts, span)
	}
	if nets := p.homeNets(); nets != "" {
		parts = append(parts, nets)
	}
	return strings.Join(parts, p.say(", ", "，"))
}

func (p *explainPage) span() string {
	from, err1 := time.Parse(time.RFC3339, p.r.First)
	to, err2 := time.Parse(time.RFC3339, p.r.Last)
	if err1 != nil || err2 != nil {
		return ""
	}
	if from.UnixNano() < portlore.SinceBoot {
		return p.say(fmt.Sprintf("%s to %s after boot", sinceBoot(from), sinceBoot(to)), fmt.Sprintf("开机后 %s 至 %s", sinceBoot(from), sinceBoot(to)))
	}
	d := to.Sub(from)
	long := p.say(fmt.Sprintf("%.1f days", d.Hours()/24), fmt.Sprintf("%.1f 天", d.Hours()/24))
	switch {
	case d < 2*time.Minute:
		long = p.say(fmt.Sprintf("%.0f s", d.Seconds()), fmt.Sprintf("%.0f 秒", d.Seconds()))
	case d < 2*time.Hour:
		long = p.say(fmt.Sprintf("%.0f min", d.Minutes()), fmt.Sprintf("%.0f 分钟", d.Minutes()))
	case d < 48*time.Hour:
		long = p.say(fmt.Sprintf("%.1f h", d.Hours()), fmt.Sprintf("%.1f 小时", d.Hours()))
	}
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return p.say(from.Format("2 Jan 15:04")+" ("+long+")", from.Format("01-02 15:04")+"（"+long+"）")
	}
	if from.Year() != to.Year() {
		return p.say(from.Format("2 Jan 2006")+" to "+to.Format("2 Jan 2006")+" ("+long+")", from.Format(time.DateOnly)+" 至 "+to.Format(time.DateOnly)+"（"+long+"）")
	}
	return p.say(from.Format("2 Jan")+" to "+to.Format("2 Jan")+" ("+long+")", from.Format("01-02")+" 至 "+to.Format("01-02")+"（"+long+"）")
}

func sinceBoot(t time.Time) string { return t.Sub(time.Unix(0, 0)).Round(time.Second).String() }

// homeNets says which networks are taken for ours.
func (p *explainPage) homeNets() string {
	if len(p.r.Home) == 0 {
		return ""
	}
	nets := make([]string, 0, 3)
	for _, h := range p.r.Home[:min(2, len(p.r.Home))] {
		nets = append(nets, h.Net)
	}
	list := strings.Join(nets, " ")
	if n := len(p.r.Home) - len(nets); n > 0 {
		list += p.say(fmt.Sprintf(" and %d more", n), fmt.Sprintf(" 等 %d 个", n+len(nets)))
	}
	if p.r.Home[0].How == "inferred" {
		return p.say("ours seems to be "+list, "本方网络似为 "+list)
	}
	return p.say("ours is "+list, "本方网络 "+list)
}

// notes say what was left out or muted at the reader's wish, before anything is
// shown of the rest.
func (p *explainPage) notes() {
	for _, n := range p.r.Notes {
		p.wrapped(n)
	}
}
