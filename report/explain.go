package report

import (
	"io"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

// ExplainStyle is how a Report of `explain` is shown.
type ExplainStyle struct {
	Lang  portlore.Lang
	Color bool
	Show  int // number of the one block of findings to show whole; zero: the screen
	All   bool
	Why   bool       // show what was measured too
	Base  *lore.Base // words for findings that are alike; nil: those of the first

	Quiet   string  // class of noise to show whole; empty: none
	Session Session // that advice never cuts off
	Own     bool    // a mail to a provider names our addresses
}

// Explain writes a Report as text: verdict first, then coverage, findings,
// noise, account. No line is wider than 80 columns.
func Explain(w io.Writer, r *portlore.Report, style ExplainStyle) error {
	p := &explainPage{r: r, ExplainStyle: style, blocks: blocksOf(r)}
	switch {
	case style.Show > 0:
		p.whole(style.Show)
	case style.Quiet != "":
		p.quiet(style.Quiet)
	default:
		p.screen()
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

const (
	indent  = 8  // of the facts of a finding
	hanging = 16 // of its sentences
)

type explainPage struct {
	ExplainStyle
	r      *portlore.Report
	blocks []block
	b      strings.Builder
}

func (p *explainPage) screen() {
	if p.r.Partial {
		p.wrapped(p.say("PARTIAL: stopped before the end. Counts are a floor.", "未读完：中途停止，以下数字只是下限。"))
	}
	p.wrapped(p.r.Sentence)
	if p.r.Totals.Observations > 0 {
		p.wrapped(p.coverage())
	}
	if len(p.r.Doors) > 0 {
		p.wrapped(p.doorCoverage())
	}
	p.notes()
	p.findings()
	p.noise()
	p.doors()
	p.account()
	p.next()
}

func (p *explainPage) say(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(p.Lang) }

// line writes one line. Whatever came from the evidence is made inert here.
func (p *explainPage) line(s string) {
	p.b.WriteString(strings.TrimRight(textwidth.Truncate(safetext.Clean(s), columns), " "))
	p.b.WriteByte('\n')
}

func (p *explainPage) wrapped(s string) {
	for _, l := range textwidth.Wrap(safetext.Clean(s), columns) {
		p.line(l)
	}
}

// row is a label and a sentence with a hanging indent.
func (p *explainPage) row(label, text string) []string {
	var out []string
	if text == "" {
		return nil
	}
	for i, l := range textwidth.Wrap(safetext.Clean(text), columns-hanging) {
		head := strings.Repeat(" ", hanging)
		if i == 0 {
			head = strings.Repeat(" ", indent) + textwidth.Pad(label, hanging-indent)
		}
		out = append(out, head+l)
	}
	return out
}

func (p *explainPage) wrappedRow(label, text string) {
	for _, l := range p.row(label, text) {
		p.line(l)
	}
}

func (p *explainPage) word(w portlore.Word) string {
	return [...]string{
		p.say("fine", "正常"), p.say("NOTE", "提示"), p.say("CHECK", "核实"), p.say("FIX", "处理"),
	}[w]
}

func paint(w portlore.Word, s string) string {
	code := map[portlore.Word]string{portlore.Fix: "1;31", portlore.Check: "1;33", portlore.Note: "1;36"}[w]
	if code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
