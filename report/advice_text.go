package report

import (
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// advice writes what can be done about the findings of a block, as about one.
func (p *explainPage) advice(b block) {
	p.advices(adviserOf(p.r, AdviceOptions{Lang: p.Lang, Session: p.Session, Own: p.Own}).finding(merged(b)))
}

// merged is one finding about all subjects of findings that are alike.
func merged(b block) *portlore.Finding {
	all := *b[0]
	for _, f := range b[1:] {
		all.Subjects = append(slices.Clip(all.Subjects), f.Subjects...)
		all.Targets = append(slices.Clip(all.Targets), f.Targets...)
		all.Services = append(slices.Clip(all.Services), f.Services...)
		all.Contacts = append(slices.Clip(all.Contacts), f.Contacts...)
		all.Sources += f.Sources
	}
	return &all
}

// advices writes advice. Commands stand as they can be pasted: indented, but
// never wrapped.
func (p *explainPage) advices(all []portlore.Advice) {
	if len(all) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.wrapped(p.say("Advice. Commands are printed, never run: read one before you paste it.", "建议。命令只显示，从不执行：粘贴之前请先读懂。"))
	mind, refused := "", ""
	for _, a := range all {
		if a.Kind == kindBlock {
			refused = a.WhyNot
		}
		if a.Kind == kindReport && a.WhyNot != "" && a.WhyNot == refused {
			continue // one reason for both
		}
		p.b.WriteByte('\n')
		p.wrapped(a.Title)
		verbatim := a.Kind == kindAsk || a.Kind == kindReport
		if !verbatim && a.Text != mind { // said once for all tools
			p.indented(a.Text)
			mind = a.Text
		}
		p.indented(a.WhyNot)
		p.verbatim("  ", a.Command)
		if verbatim {
			p.verbatim("  ", a.Text)
		}
		if a.Undo != "" {
			p.line(p.say("undo:", "撤销："))
			p.verbatim("  ", a.Undo)
		}
	}
}

func (p *explainPage) indented(s string) {
	if s == "" {
		return
	}
	for _, l := range textwidth.Wrap(safetext.Clean(s), columns-2) {
		p.line("  " + l)
	}
}

func (p *explainPage) verbatim(indent, s string) {
	if s == "" {
		return
	}
	for l := range strings.SplitSeq(s, "\n") {
		p.line(indent + l)
	}
}
