package report

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// noiseView is a row of noise.
type noiseView struct {
	Title, Class, Ports, Much, Share, Sources, New string
	Volume, From                                   uint64
	Observations                                   uint64
	Subjects                                       string
}

func (p *explainPage) noiseView(v *explainView) {
	row := func(n *portlore.Noise) noiseView {
		much := volume{n.Packets, n.Observations}
		out := noiseView{
			Title: n.Title, Class: n.Class, Ports: ports(n.Services), Much: quantity.Count(much.number()), Volume: much.number(),
			Share: share(n.Share), Sources: quantity.Count(n.Sources), From: n.Sources, Observations: n.Observations,
			Subjects: list(n.Subjects[:min(3, len(n.Subjects))], n.Sources),
		}
		if n.New {
			out.New = p.say("new", "新")
		}
		return out
	}
	for i := range p.r.Families {
		v.Noise = append(v.Noise, row(&p.r.Families[i]))
	}
	for i := range p.r.Noise[:min(mostClasses, len(p.r.Noise))] {
		v.Classes = append(v.Classes, row(&p.r.Noise[i]))
	}
	if n := uint64(len(p.r.Noise) - len(v.Classes)); n > 0 {
		v.Fewer = p.say("and "+quantity.Count(n)+" more, which portlore explain --json lists", "另有 "+quantity.Count(n)+" 类，见 portlore explain --json")
	}
	v.Unknown = p.r.Unexplained.Examples
}

// accountView says that nothing was lost on the way.
type accountView struct {
	Said  string
	Bar   template.HTML
	Parts []accountPart
	Total string
}

type accountPart struct {
	Title, Count, Share string
	Fill                string
	n                   uint64
}

func (p *explainPage) accountView() accountView {
	all := p.r.Totals.Observations
	if all == 0 {
		return accountView{}
	}
	var findings, noise uint64
	for i := range p.r.Findings {
		findings += p.r.Findings[i].Observations
	}
	for i := range p.r.Noise {
		noise += p.r.Noise[i].Observations
	}
	v := accountView{Total: quantity.Count(all)}
	for _, part := range []accountPart{
		{Title: p.say("Findings", "条目"), n: findings, Fill: "a4"},
		{Title: p.say("Routine noise", "常见噪声"), n: noise, Fill: "a2"},
		{Title: p.say("Left out at your wish", "按要求略去"), n: p.r.Hidden, Fill: "a1"},
		{Title: p.say("Not explained", "未能归类"), n: p.r.Unexplained.Observations, Fill: "hatch"},
	} {
		if part.n == 0 && part.Fill == "a1" {
			continue
		}
		part.Count, part.Share = quantity.Count(part.n), share(float64(part.n)/float64(all))
		v.Parts = append(v.Parts, part)
	}
	v.Bar = accountBar(v.Parts, all)
	return v
}

// inputView is the account of an input.
type inputView struct{ Name, Format, Lines, Understood, Other, Malformed, From, To string }

func (p *explainPage) inputsView(v *explainView) {
	for i := range p.r.Inputs {
		in := &p.r.Inputs[i]
		v.Inputs = append(v.Inputs, inputView{
			in.Name, cmp.Or(in.Format, "?"), quantity.Count(uint64(in.Lines)), quantity.Count(uint64(in.Understood)),
			quantity.Count(uint64(in.Other)), quantity.Count(uint64(in.Malformed)), clock(in.From), clock(in.To),
		})
		about := ""
		if len(p.r.Inputs) > 1 {
			about = in.Name + ": "
		}
		if in.DuplicateOf != "" {
			v.Assumed = append(v.Assumed, about+p.say("same content as "+in.DuplicateOf+", read once.", "内容与 "+in.DuplicateOf+" 相同，只读一次。"))
		}
		if in.Unread != "" {
			v.Assumed = append(v.Assumed, about+p.say("not read to its end: ", "未读完：")+in.Unread)
		}
		for _, n := range in.Notes {
			v.Assumed = append(v.Assumed, about+n+p.say(".", "。"))
		}
		for _, e := range in.Errors {
			v.Errors = append(v.Errors, fmt.Sprintf("%s:%d:%d: %s", in.Name, e.Line, e.Column, e.Error))
		}
	}
}

// accountBar is what became of all observations, in one bar.
func accountBar(parts []accountPart, all uint64) template.HTML {
	var b strings.Builder
	b.WriteString(`<svg class="bar" width="100%" height="18" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6l6-6"/></pattern></defs>`)
	at := 0.0
	for _, part := range parts {
		width := 100 * float64(part.n) / float64(all)
		if part.n > 0 {
			fmt.Fprintf(&b, `<rect class="%s" x="%s%%" width="%s%%" height="18"/>`, part.Fill, percent(at), percent(max(width, 0.3)))
		}
		at += width
	}
	b.WriteString("</svg>")
	return template.HTML(b.String())
}
