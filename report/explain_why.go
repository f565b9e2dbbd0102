package report

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// tests shows what was measured: what decided, and how near it came to
// something else.
func (p *explainPage) tests(f *portlore.Finding) {
	if !p.Why {
		return
	}
	decided := func(t portlore.Test) bool {
		return t.Passed && (t.Class == f.Class || slices.Contains(f.Also, t.Class))
	}
	why, but := p.say("Why", "依据"), p.say("Or else", "其他")
	none := true
	for _, t := range f.Tests {
		if decided(t) {
			p.wrappedRow(why, p.test(t))
			why, none = "", false
		}
	}
	if none {
		p.wrappedRow(why, p.say("no number decided; see \"Sure?\" above", "没有由数值决定，见上面的可信度"))
	}
	for _, t := range f.Tests {
		if !decided(t) {
			p.wrappedRow(but, p.test(t))
			but = ""
		}
	}
}

// test is one test in words: "scan.port.vertical (syn): ports within 5 minutes:
// 128, needed 6".
func (p *explainPage) test(t portlore.Test) string {
	have, need := figure(t.Have), figure(t.Need)
	s := p.say(fmt.Sprintf("%s (%s): %s: %s, needed %s", t.Class, t.Kind, t.Text, have, need),
		fmt.Sprintf("%s（%s）：%s %s，至少 %s", t.Class, t.Kind, t.Text, have, need))
	if t.Bound == "most" {
		s = p.say(fmt.Sprintf("%s (%s): %s: %s, at most %s", t.Class, t.Kind, t.Text, have, need),
			fmt.Sprintf("%s（%s）：%s %s，至多 %s", t.Class, t.Kind, t.Text, have, need))
	}
	switch {
	case t.Passed:
		return s
	case t.Bound == "most":
		over := figure(t.Have - t.Need)
		return s + p.say("; "+over+" too many", "；多了 "+over)
	}
	short := figure(t.Need - t.Have)
	return s + p.say("; "+short+" too few", "；差 "+short)
}

func figure(f float64) string {
	if f == float64(int64(f)) && f >= 0 {
		return quantity.Count(uint64(f))
	}
	return strconv.FormatFloat(f, 'f', 1, 64)
}
