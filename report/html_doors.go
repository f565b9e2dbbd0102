package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// doorsView is a table of doors.
type doorsView struct {
	Rows         []doorLine
	Reach, Where bool // which columns there are
	More         string
	Notes        []string
}

type doorLine struct {
	Word                             portlore.Word
	Reach, Where, Port, Program, Why string
	Number                           uint16
}

// doorView is what is told of doors that are the same thing.
type doorView struct {
	Anchor, Title, Right string
	Word                 portlore.Word
	Number               uint16
	Fold                 bool // the same was said of an earlier one: it stands there folded
	Rows, More           []labelled
}

// doorsView is the table of what is open.
func (p *explainPage) doorsView() doorsView {
	v := doorsView{Where: true}
	open := openRows(p.r)
	guesses := false
	for _, b := range open[:min(mostRows, len(open))] {
		d := &p.r.Doors[b[0]]
		r := p.rowOf(d)
		guesses = guesses || strings.HasSuffix(r.what, "?") || strings.Contains(r.what, "? (")
		reach := ""
		if d.Reach != "" {
			reach = p.reachWord(d.Reach)
			v.Reach = true
		}
		v.Rows = append(v.Rows, doorLine{Word: d.Word, Reach: reach, Where: r.where, Port: r.port, Program: r.what, Why: r.why, Number: d.Port})
	}
	if n := uint64(len(open) - len(v.Rows)); n > 0 {
		v.More = p.say("and "+quantity.Count(n)+" more open", "另有 "+quantity.Count(n)+" 个开放")
	}
	if guesses {
		v.Notes = append(v.Notes, p.say("? a guess: only the number says so", "? 只凭端口号推测"))
	}
	return v
}

// toldView is what is told of doors that want something done.
func (p *explainPage) toldView() []doorView {
	var all []doorView
	for i, b := range DoorBlocks(p.r) {
		if i == mostArticles {
			break
		}
		d := &p.r.Doors[b[0]]
		v := doorView{Anchor: "d" + strconv.Itoa(i+1), Word: d.Word, Number: d.Port, Title: fmt.Sprintf("%d/%s", d.Port, d.Proto), Right: p.where(d)}
		if e := p.entryOf(d); e != nil && d.Service.Proof != "number" {
			v.Title += "  " + e.Title.In(p.Lang)
		} else if what := p.what(d); what != "" {
			v.Title += "  " + what
		}
		if places := p.places(b); len(places) > 1 {
			v.Right = p.say(fmt.Sprintf("%s and %d more", v.Right, len(places)-1), fmt.Sprintf("%s 等 %d 处", v.Right, len(places)))
		}
		addRow(&v.Rows, p.say("Proof", "依据"), p.proof(d))
		addRow(&v.Rows, p.say("Means", "含义"), d.Means)
		addRow(&v.Rows, p.say("Do", "建议"), d.Do...)
		addRow(&v.More, p.say("Why", "原因"), d.Why)
		for _, c := range d.Checks {
			addRow(&v.More, p.word(c.Word), c.ID+": "+c.Evidence)
		}
		addRow(&v.More, p.say("Where", "地址"), strings.Join(p.places(b), " "))
		addRow(&v.More, p.say("User", "用户"), d.Process.User)
		addRow(&v.More, p.say("Unit", "服务"), d.Process.Unit)
		addRow(&v.More, p.say("Said", "横幅"), d.Service.Banner)
		all = append(all, v)
	}
	return all
}
