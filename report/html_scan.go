package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// HTML writes the answer as a page: that of Text with every row and story, as far
// as a page can hold them.
func (s *Scan) HTML(w io.Writer, style ScanStyle, redact func([]byte) []byte) error {
	p := scanPage{explainPage: explainPage{
		r:            &portlore.Report{Doors: s.Doors()},
		ExplainStyle: ExplainStyle{Lang: style.Lang, Base: style.Base, All: true},
	}, s: s}
	return writeHTML(w, "scan", s.Sentence, p.view(), htmlStyle{style.Lang, redact})
}

// scanView is what the template of scan shows.
type scanView struct {
	Word     portlore.Word
	Sentence string
	Partial  string // why counts are a floor; empty: they are not
	Coverage []string
	Changes  []changeView
	Told     []doorView // what wants something done
	Doors    doorsView
	Hosts    []hostView
	More     string // hosts that are not listed
	Quiet    string // addresses that are no hosts
	Notes    []string
}

// hostView is the account of one host.
type hostView struct {
	Name, Address, Rest string
	Open                int
	Word                portlore.Word
}

func (p *scanPage) view() *scanView {
	v := &scanView{Word: p.s.Word, Sentence: p.s.Sentence, Notes: p.s.Notes}
	if p.s.Partial {
		v.Partial = p.partial()
	}
	v.Coverage = append(v.Coverage, p.coverage())
	v.Coverage = append(v.Coverage, p.allowed()...)
	p.changesView(v)
	p.toldView(v)
	v.Doors = doorsView{Where: true, Asked: true}
	open, nothing := 0, uint64(0)
	for _, t := range p.worstFirst() {
		for j := range t.Doors {
			d := &t.Doors[j]
			if open++; open <= mostRows {
				v.Doors.Rows = append(v.Doors.Rows, doorLine{Word: d.Word, Where: called(t), Port: fmt.Sprintf("%d/%s", d.Port, d.Proto), Program: p.answered(d), Why: p.proof(d), Number: d.Port})
			}
		}
		switch {
		case len(t.Doors) == 0 && p.asked() > 1:
			nothing++
		case len(v.Hosts) < mostRows:
			v.Hosts = append(v.Hosts, hostView{Name: t.Name, Address: t.Address, Open: len(t.Doors), Word: worst(t), Rest: strings.Join(p.accountOf(t), p.say("; ", "；"))})
		}
	}
	if n := uint64(open - len(v.Doors.Rows)); n > 0 {
		v.Doors.More = p.say("and "+quantity.Count(n)+" more open, which portlore scan --json lists", "另有 "+quantity.Count(n)+" 个开放，见 portlore scan --json")
	}
	if n := uint64(len(p.s.Targets)-len(v.Hosts)) - nothing; n > 0 {
		v.More = p.say("and "+quantity.Plural(n, "more host"), "另有 "+quantity.Count(n)+" 台主机")
	}
	if parts := p.quietOf(nothing); len(parts) > 0 {
		v.Quiet = p.say("Addresses: ", "地址：") + strings.Join(parts, p.say("; ", "；")) + p.end()
	}
	return v
}

// toldView tells of what wants something done: the same at several hosts is one
// story, and what was said of an earlier one is folded in.
func (p *scanPage) toldView(v *scanView) {
	said := map[string]bool{}
	for i, row := range DoorBlocks(p.r) {
		d := &p.r.Doors[row[0]]
		if d.Word < portlore.Check || len(v.Told) == mostArticles {
			continue
		}
		told := doorView{
			Anchor: "d" + strconv.Itoa(i+1), Word: d.Word, Number: d.Port, Right: d.Address,
			Title: fmt.Sprintf("%d/%s  %s", d.Port, d.Proto, p.answered(d)),
		}
		if more := len(row) - 1; more > 0 {
			told.Right = p.say(fmt.Sprintf("%s and %d more", d.Address, more), fmt.Sprintf("%s 等 %d 台", d.Address, len(row)))
		}
		same := d.Means + strings.Join(d.Do, "")
		told.Fold, said[same] = said[same], true
		addRow(&told.Rows, p.say("Proof", "依据"), p.evidence(d))
		addRow(&told.Rows, p.say("Means", "含义"), d.Means)
		addRow(&told.Rows, p.say("Do", "建议"), d.Do...)
		addRow(&told.More, p.say("Why", "原因"), d.Why)
		for _, c := range d.Checks {
			addRow(&told.More, p.word(c.Word), c.ID+": "+c.Evidence)
		}
		addRow(&told.More, p.say("Said", "横幅"), d.Service.Banner)
		if len(row) > 1 {
			addRow(&told.More, p.say("Where", "地址"), strings.Join(p.places(row), " "))
		}
		v.Told = append(v.Told, told)
	}
}

func (p *scanPage) changesView(v *scanView) {
	c := &p.s.Changes
	if c.New == nil { // no earlier one was given
		return
	}
	v.Coverage = append(v.Coverage, p.difference(stamp(c.Since), len(c.New), len(c.Changed), len(c.Gone)))
	if c.Unasked > 0 {
		v.Coverage = append(v.Coverage, p.unasked())
	}
	for _, part := range p.parts(c.New, c.Changed, c.Gone) {
		for i := range part.doors[:min(mostRows, len(part.doors))] {
			d := &part.doors[i]
			v.Changes = append(v.Changes, changeView{part.label, fmt.Sprintf("%s  %d/%s  %s", d.Address, d.Port, d.Proto, p.answered(d)), d.Word})
		}
	}
}
