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
// door.
func (l *Listen) HTML(w io.Writer, style ListenStyle, redact func([]byte) []byte) error {
	p := listenPage{explainPage: explainPage{
		r:            &portlore.Report{Doors: l.Doors},
		ExplainStyle: ExplainStyle{Lang: style.Lang, Base: style.Base, All: true},
	}, l: l}
	return writeHTML(w, "listen", l.Sentence, p.view(), htmlStyle{style.Lang, redact})
}

// listenView is what the template of listen shows.
type listenView struct {
	Word     portlore.Word
	Sentence string
	Coverage []string
	Changes  []changeView
	Doors    doorsView
	Told     []doorView // what wants something done
	Rest     []doorView // the stories of the others
	More     string
	Notes    []string
}

type changeView struct {
	What, Said string
	Word       portlore.Word
}

func (p *listenPage) view() *listenView {
	v := &listenView{Word: p.l.Word, Sentence: p.l.Sentence, Coverage: []string{p.coverage()}, Notes: p.l.Notes}
	p.changesView(v)
	v.Doors = doorsView{Reach: true}
	rows := ListenRows(p.l.Doors)
	few := false
	said := map[string]bool{}
	for i, row := range rows {
		d := &p.l.Doors[row[0]]
		told := p.told(i, row)
		few = few || len(d.From) > 0
		if i < mostRows {
			v.Doors.Rows = append(v.Doors.Rows, doorLine{
				Word: d.Word, Reach: p.reach(d), Port: fmt.Sprintf("%d/%s", d.Port, d.Proto), Program: p.program(d),
				Why: d.Why + p.namespace(d), Number: d.Port,
			})
		}
		switch {
		case i >= mostRows:
		case d.Word >= portlore.Check:
			same := d.Means + strings.Join(d.Do, "")
			told.Fold, said[same] = said[same], true
			v.Told = append(v.Told, told)
		default:
			v.Rest = append(v.Rest, told)
		}
	}
	if n := uint64(len(rows) - len(v.Doors.Rows)); n > 0 {
		v.Doors.More = p.say("and "+quantity.Count(n)+" more, which portlore listen --json lists", "另有 "+quantity.Count(n)+" 个，见 portlore listen --json")
	}
	if few {
		v.Doors.Notes = append(v.Doors.Notes, p.say("* only the networks that a firewall lets in", "* 防火墙只放行部分网络"))
	}
	return v
}

// told is all that is known of a door.
func (p *listenPage) told(i int, row []int) doorView {
	d := &p.l.Doors[row[0]]
	q := &d.Process
	v := doorView{
		Anchor: "d" + strconv.Itoa(i+1), Word: d.Word, Number: d.Port, Right: p.reach(d),
		Title: fmt.Sprintf("%d/%s  %s", d.Port, d.Proto, p.program(d)+p.namespace(d)),
	}
	addRow(&v.Rows, p.say("Why", "原因"), d.Why)
	addRow(&v.Rows, p.say("Proof", "依据"), p.evidence(d))
	addRow(&v.Rows, p.say("Means", "含义"), d.Means)
	addRow(&v.Rows, p.say("Do", "建议"), d.Do...)
	addRow(&v.More, p.say("Command", "命令行"), q.Command)
	addRow(&v.More, p.say("In", "目录"), q.Cwd)
	addRow(&v.More, p.say("User", "用户"), q.User)
	addRow(&v.More, p.say("Unit", "服务"), q.Unit)
	addRow(&v.More, p.say("Container", "容器"), q.Container)
	started := stamp(q.Started)
	var chain []string
	for _, a := range q.Parents {
		chain = append(chain, fmt.Sprintf("%s (%d)", a.Name, a.PID))
	}
	if len(chain) > 0 {
		started += p.say(" by ", "，启动者：") + strings.Join(chain, p.say(", by ", "，再上级："))
	}
	addRow(&v.More, p.say("Started", "启动于"), started)
	addRow(&v.More, p.say("At", "地址"), strings.Join(p.places(row), " "))
	addRow(&v.More, p.say("Leads to", "转发到"), d.To)
	addRow(&v.More, p.say("Only", "只放行"), strings.Join(d.From, " "))
	addRow(&v.More, p.say("To stop", "停止它"), q.Stop)
	return v
}

func (p *listenPage) changesView(v *listenView) {
	c := &p.l.Changes
	if c.New == nil { // no earlier list was given
		return
	}
	v.Coverage = append(v.Coverage, p.difference(stamp(c.Since), len(c.New), len(c.Changed), len(c.Gone)))
	for _, part := range p.parts(c.New, c.Changed, c.Gone) {
		for i := range part.doors {
			d := &part.doors[i]
			v.Changes = append(v.Changes, changeView{part.label, fmt.Sprintf("%d/%s  %s  %s  %s", d.Port, d.Proto, d.Address, p.reach(d), p.program(d)+p.namespace(d)), d.Word})
		}
	}
}
