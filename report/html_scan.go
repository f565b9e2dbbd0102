package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// HTML writes the answer as a page: that of Text, with the whole story of every
// door and the account of every host.
func (s *Scan) HTML(w io.Writer, style ScanStyle) error {
	p := scanPage{explainPage: explainPage{
		r:            &portlore.Report{Doors: s.Doors()},
		ExplainStyle: ExplainStyle{Lang: style.Lang, Base: style.Base, All: true},
	}, s: s}
	return writeHTML(w, "scan", s.Sentence, p.view(), htmlStyle{lang: style.Lang})
}

// scanView is what the template of scan shows.
type scanView struct {
	Word     portlore.Word
	Sentence string
	Coverage []string
	Changes  []changeView
	Doors    doorsView
	Told     []doorView // what wants something done
	Rest     []doorView // the stories of the others
	Hosts    []scanHost
	MoreHost string
	Quiet    string
	Notes    []string
}

// scanHost is the account of one host: a count for each of the columns.
type scanHost struct {
	Name     string
	TCP, UDP ScanCounts
}

func (p *scanPage) view() *scanView {
	v := &scanView{Word: p.s.Word, Sentence: p.s.Sentence, Notes: p.s.Notes}
	if p.s.Partial {
		v.Coverage = append(v.Coverage, p.partial())
	}
	v.Coverage = append(append(v.Coverage, p.coverage()), p.allowed()...)
	p.changesView(v)
	v.Doors = doorsView{Where: true}
	for i := range p.r.Doors {
		if i == mostRows {
			left := quantity.Count(uint64(len(p.r.Doors) - mostRows))
			v.Doors.More = p.say("and "+left+" more, which portlore scan --json lists", "另有 "+left+" 个，见 portlore scan --json")
			break
		}
		d := &p.r.Doors[i]
		v.Doors.Rows = append(v.Doors.Rows, doorLine{
			Word: d.Word, Where: d.Address, Port: fmt.Sprintf("%d/%s", d.Port, d.Proto), Program: p.answered(d), Why: p.proof(d), Number: d.Port,
		})
		if d.Word < portlore.Check {
			v.Rest = append(v.Rest, p.story(d, "r"+strconv.Itoa(i+1), []int{i}))
		}
	}
	for i, row := range DoorBlocks(p.r) {
		d := &p.r.Doors[row[0]]
		if i < mostArticles && d.Word >= portlore.Check {
			v.Told = append(v.Told, p.story(d, "d"+strconv.Itoa(i+1), row))
		}
	}
	p.accounts(v)
	return v
}

// story is all that is known of doors that are the same thing.
func (p *scanPage) story(d *portlore.Door, anchor string, row []int) doorView {
	v := doorView{Anchor: anchor, Word: d.Word, Number: d.Port, Right: d.Address, Title: fmt.Sprintf("%d/%s  %s", d.Port, d.Proto, p.answered(d))}
	if more := len(row) - 1; more > 0 {
		v.Right += p.say(fmt.Sprintf(" and %d more", more), fmt.Sprintf(" 等 %d 台", len(row)))
	}
	addRow(&v.Rows, p.say("Proof", "依据"), p.proof(d))
	addRow(&v.Rows, p.say("Means", "含义"), d.Means)
	addRow(&v.Rows, p.say("Do", "建议"), d.Do...)
	for _, c := range d.Checks {
		addRow(&v.More, p.word(c.Word), c.ID+": "+c.Evidence)
	}
	if len(row) > 1 {
		addRow(&v.More, p.say("Where", "地址"), strings.Join(p.places(row), " "))
	}
	addRow(&v.More, p.say("Said", "横幅"), d.Service.Banner)
	return v
}

// accounts are what became of the ports of each host, and of the other addresses.
func (p *scanPage) accounts(v *scanView) {
	for i := range p.s.Targets {
		if i == mostRows {
			left := quantity.Count(uint64(len(p.s.Targets) - mostRows))
			v.MoreHost = p.say("and "+left+" more hosts", "另有 "+left+" 台主机")
			break
		}
		t := &p.s.Targets[i]
		v.Hosts = append(v.Hosts, scanHost{called(t), t.TCP, t.UDP})
	}
	v.Quiet = p.others(0)
}

func (p *scanPage) changesView(v *scanView) {
	c := &p.s.Changes
	if c.New == nil { // no earlier one was given
		return
	}
	v.Coverage = append(v.Coverage, p.difference(stamp(c.Since), len(c.New), len(c.Changed), len(c.Gone)))
	for _, part := range p.changed() {
		for i := range part.doors {
			d := &part.doors[i]
			v.Changes = append(v.Changes, changeView{part.label, fmt.Sprintf("%s  %d/%s  %s", d.Address, d.Port, d.Proto, p.answered(d)), d.Word})
		}
	}
}
