package report

import (
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// Bounds of a page, so that any evidence gives a file that a mail can carry.
// Whatever is left out is counted.
const (
	mostArticles = 60 // findings told in full
	mostUnfolded = 12 // of those, how many stand open, and of each class
	mostOfClass  = 2
	mostBriefs   = 300 // of the rest, of how many the title stands there
	mostAlike    = 100 // of findings that are alike, how many are listed
	mostAdvised  = 20  // findings with commands and rules
	mostClasses  = 100 // classes, wherever there is a row for each
	mostRows     = 300 // doors
)

// HTML writes a Report as a page: the answer of Explain, and what only a page can
// show. Redact, if not nil, hides addresses in its text.
func HTML(w io.Writer, r *portlore.Report, style ExplainStyle, redact func([]byte) []byte) error {
	style.All = true
	p := &explainPage{r: r, ExplainStyle: style, blocks: blocksOf(r)}
	return writeHTML(w, "explain", r.Sentence, p.view(), htmlStyle{style.Lang, redact})
}

// explainView is what the template of explain shows.
type explainView struct {
	Word     portlore.Word
	Sentence string
	Partial  string // why counts are a floor; empty: they are not
	Coverage []string
	Filter   *filterView // nil: nothing to filter by
	Findings []findingView
	Briefs   []findingView
	More     string
	Doors    doorsView
	Told     []doorView
	Heat     *heatView
	Matrix   *matrixView
	Scatter  *scatterView
	Heading  string // of the column of volumes
	Noise    []noiseView
	Classes  []noiseView
	Fewer    string // classes that are not listed
	Unknown  []string
	Account  accountView
	Inputs   []inputView
	Errors   []string
	Assumed  []string
}

// labelled is a label and what stands beside it.
type labelled struct {
	Label string
	Texts []string
}

// row adds a label with the texts that say something.
func addRow(rows *[]labelled, label string, texts ...string) {
	texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
	if len(texts) > 0 {
		*rows = append(*rows, labelled{label, texts})
	}
}

func (p *explainPage) view() *explainView {
	r := p.r
	v := &explainView{Word: r.Word, Sentence: r.Sentence, Heading: volume{r.Totals.Packets, r.Totals.Observations}.heading().In(p.Lang)}
	if r.Partial {
		v.Partial = p.say("PARTIAL: stopped before the end. Counts are a floor.", "未读完：中途停止，以下数字只是下限。")
	}
	if r.Totals.Observations > 0 {
		v.Coverage = append(v.Coverage, p.coverage())
	}
	if len(r.Doors) > 0 {
		v.Coverage = append(v.Coverage, p.doorCoverage())
	}
	v.Coverage = append(v.Coverage, r.Notes...)
	time := p.timeAxis()
	ofClass := map[string]int{}
	open := 0
	for i, b := range p.blocks {
		switch {
		case i < mostArticles:
			f := p.findingView(i, b, time)
			key := f.Word.String() + f.Class
			if f.Fold = open == mostUnfolded || ofClass[key] == mostOfClass; !f.Fold {
				open++
				ofClass[key]++
			}
			v.Findings = append(v.Findings, f)
		case i < mostArticles+mostBriefs:
			v.Briefs = append(v.Briefs, p.briefView(i, b, time))
		}
	}
	if n := uint64(max(0, len(p.blocks)-mostArticles-mostBriefs)); n > 0 {
		v.More = p.say("and "+quantity.Count(n)+" more, which portlore explain --json lists", "另有 "+quantity.Count(n)+" 项，见 portlore explain --json")
	}
	v.Doors, v.Told = p.doorsView(), p.toldView()
	v.Heat = p.heat(time)
	v.Matrix = p.matrix()
	v.Scatter = p.scatter(time)
	v.Filter = p.filterView(time)
	p.noiseView(v)
	v.Account = p.accountView()
	p.inputsView(v)
	return v
}

// findingView is a block of findings.
type findingView struct {
	Anchor    string
	Word      portlore.Word
	N         int
	Fold      bool // it stands there folded
	Title     string
	Right     string
	Facts     []string
	Strip     template.HTML
	Rows      []labelled
	More      []labelled
	Members   []memberView
	MoreSame  string
	Advice    []adviceView
	Class     string
	Sources   string // addresses, for the filter; "*": more than are listed
	Ports     string
	From, To  int // cells of the time axis; -1: no time
	Much      string
	MuchValue uint64
}

// memberView is one of findings that are alike.
type memberView struct {
	Subject, Much, First, Last, New string
	Value                           uint64
}

type adviceView struct{ Title, Mind, Command, Undo string }

func (p *explainPage) briefView(i int, b block, time *timeAxis) findingView {
	f := b[0]
	v := findingView{
		Anchor: "n" + strconv.Itoa(i+1), Word: f.Word, N: i + 1, Title: p.titleOf(b), Class: f.Class,
		Much: b.volume().text().In(p.Lang), MuchValue: b.volume().number(), From: -1, To: -1,
	}
	if sources := max(f.Sources, uint64(len(b))); len(f.Subjects) > 0 {
		v.Right = f.Subjects[0]
		if sources > 1 {
			v.Right = p.say(fmt.Sprintf("%s and %s more", v.Right, quantity.Count(sources-1)), fmt.Sprintf("%s 等 %s 个", v.Right, quantity.Count(sources)))
		}
	}
	v.Sources, v.Ports = filterKeys(b)
	if time != nil {
		for _, f := range b {
			from, to := time.cellOf(f.First), time.cellOf(f.Last)
			if from >= 0 && (v.From < 0 || from < v.From) {
				v.From = from
			}
			v.To = max(v.To, to)
		}
	}
	return v
}

func (p *explainPage) findingView(i int, b block, time *timeAxis) findingView {
	v := p.briefView(i, b, time)
	f := b[0]
	v.Facts = p.facts(b)
	if time != nil {
		v.Strip = time.strip(sumSeries(b), nil)
	}
	addRow(&v.Rows, p.say("Means", "含义"), f.Means)
	addRow(&v.Rows, p.say("Do", "建议"), f.Do...)
	addRow(&v.Rows, p.say("Unless", "除非"), strings.Join(f.Unless, p.say(", or ", "；或")))

	if len(b) == 1 {
		addRow(&v.More, p.say("Sure?", "可信度"), fmt.Sprintf("%.0f%%: %s", 100*f.Confidence.P, f.Confidence.Why))
	}
	addRow(&v.More, p.say("Class", "类别"), strings.Join(append([]string{f.Class}, f.Also...), ", "))
	addRow(&v.More, p.say("Marks", "特征"), strings.Join(f.Attributes, ", "))
	addRow(&v.More, "ATT&CK", strings.Join(f.Attack, ", "))
	if len(b) == 1 {
		addRow(&v.More, p.say("When", "时间"), p.period(f))
		addRow(&v.More, p.say("From", "来源"), list(f.Subjects, f.Sources))
		addRow(&v.More, p.say("To", "目标"), list(f.Targets, uint64(len(f.Targets))))
	}
	if len(b) == 1 || len(f.Services) <= 8 {
		addRow(&v.More, p.say("Ports", "端口"), serviceNames(f.Services))
	}
	var places []string
	for _, e := range f.Evidence {
		places = append(places, fmt.Sprintf("%s:%d", e.File, e.Line))
	}
	addRow(&v.More, p.say("See", "证据"), strings.Join(places, ", "))
	if len(b) > 1 {
		p.members(&v, b)
	}
	if i < mostAdvised {
		v.Advice = p.adviceView(adviserOf(p.r, AdviceOptions{Lang: p.Lang, Session: p.Session, Own: p.Own}).finding(merged(b)))
	}
	return v
}

func (p *explainPage) members(v *findingView, b block) {
	for _, f := range b[:min(mostAlike, len(b))] {
		m := memberView{Subject: subject(f), Much: volumeOf(f).text().In(p.Lang), Value: volumeOf(f).number(), First: clock(f.First), Last: clock(f.Last)}
		if f.New {
			m.New = p.say("new", "新")
		}
		v.Members = append(v.Members, m)
	}
	if n := uint64(len(b) - len(v.Members)); n > 0 {
		v.MoreSame = p.say("and "+quantity.Count(n)+" more", "另有 "+quantity.Count(n)+" 个")
	}
}

// clock writes a time of a document for people: 2026-11-16 03:15:34. Times since
// boot are of the seventies, and nothing to write.
func clock(t string) string {
	if len(t) < len("2006-01-02T15:04:05") || strings.HasPrefix(t, "197") {
		return ""
	}
	return strings.Replace(t[:len("2006-01-02T15:04:05")], "T", " ", 1)
}

func (p *explainPage) adviceView(all []portlore.Advice) []adviceView {
	var out []adviceView
	mind, refused := "", ""
	for _, a := range all {
		if a.Kind == kindBlock {
			refused = a.WhyNot
		}
		if a.Kind == kindReport && a.WhyNot != "" && a.WhyNot == refused {
			continue // one reason for both
		}
		v := adviceView{Title: a.Title, Command: a.Command, Undo: a.Undo}
		switch verbatim := a.Kind == kindAsk || a.Kind == kindReport; {
		case verbatim && a.Text != "":
			v.Command = a.Text
		case a.Text != mind: // said once for all tools
			v.Mind, mind = a.Text, a.Text
		}
		v.Mind = strings.TrimSpace(v.Mind + " " + a.WhyNot)
		out = append(out, v)
	}
	return out
}
