package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// What `listen` and `scan` say of doors in the same way.

// tableRows writes a table: word, where, port, what, why. The last column gets what
// the others leave; without a title the second is left out.
func (p *explainPage) tableRows(head doorRow, rows []doorRow) {
	widest := 23
	if head.where == "" {
		widest = 28
	}
	where, port, what := 0, 9, 0
	for _, r := range append(rows, head) {
		where = max(where, textwidth.Of(r.where))
		port = max(port, textwidth.Of(r.port))
		what = min(widest, max(what, textwidth.Of(safetext.Clean(r.what))))
	}
	line := func(word portlore.Word, mark string, r doorRow) {
		cell := func(s string, w int) string { return textwidth.Pad(textwidth.Truncate(safetext.Clean(s), w), w) + "  " }
		rest := cell(r.port, port) + cell(r.what, what)
		if head.where != "" {
			rest = cell(r.where, where) + rest
		}
		for i, why := range textwidth.Wrap(safetext.Clean(r.why), columns-indent-textwidth.Of(rest)) {
			if i > 0 {
				p.line(strings.Repeat(" ", indent+textwidth.Of(rest)) + why)
				continue
			}
			s := strings.TrimRight(textwidth.Truncate(textwidth.Pad(mark, indent)+rest+why, columns), " ")
			if p.Color && mark != "" {
				p.b.WriteString(paint(word, mark) + strings.TrimPrefix(s, mark) + "\n")
			} else {
				p.line(s)
			}
		}
	}
	line(portlore.Fine, "", head)
	for _, r := range rows {
		line(r.word, p.word(r.word), r)
	}
}

// mostToldOf is how many of the doors that want something done are told of in full.
const mostToldOf = 8

// tell tells in full of the doors that want something done, a block for each row,
// and says how many rows it left out.
func (p *explainPage) tell(doors []portlore.Door, rows [][]int, heading func(row []int)) (left uint64) {
	told := 0
	said := map[string]string{} // what was said of an earlier door
	for _, row := range rows {
		d := &doors[row[0]]
		if d.Word < portlore.Check {
			continue
		}
		if told++; told > mostToldOf && !p.All {
			left++
			continue
		}
		p.b.WriteByte('\n')
		heading(row)
		p.wrappedRow(p.say("Proof", "依据"), p.evidence(d))
		do := strings.Join(d.Do, p.say(" ", ""))
		if first, again := said[d.Means+do]; again {
			p.wrappedRow(p.say("Do", "建议"), p.say("As for ", "同 ")+first+p.say(" above.", "。"))
			continue
		}
		said[d.Means+do] = fmt.Sprintf("%d/%s", d.Port, d.Proto)
		p.wrappedRow(p.say("Means", "含义"), d.Means)
		p.wrappedRow(p.say("Do", "建议"), do)
	}
	return left
}

// evidence is by what the reach and the word are known.
func (p *explainPage) evidence(d *portlore.Door) string {
	var parts []string
	if s := &d.Service; s.Proof == "answer" {
		parts = append(parts, p.say("it answers as ", "应答者：")+strings.TrimSpace(cmp.Or(s.Product, s.Name)+" "+s.Version))
	}
	for _, c := range d.Checks {
		parts = append(parts, c.Evidence)
	}
	if by := d.ReachBy.In(p.Lang); by != "" {
		parts = append(parts, by)
	}
	return strings.Join(parts, p.say("; ", "；"))
}

// headLine writes the first line of a block, its word in its colour.
func (p *explainPage) headLine(w portlore.Word, rest string) {
	word := p.word(w)
	s := word + " " + rest
	if p.Color {
		p.b.WriteString(paint(w, word))
		s = strings.TrimPrefix(s, word)
	}
	p.line(s)
}

// A doorsPart is the doors of which the same is different.
type doorsPart struct {
	label string
	doors []portlore.Door
}

// parts are the differences since an earlier list, by kind.
func (p *explainPage) parts(fresh, changed, gone []portlore.Door) []doorsPart {
	return []doorsPart{{p.say("new", "新增"), fresh}, {p.say("changed", "变化"), changed}, {p.say("gone", "消失"), gone}}
}

// difference says how much is different since an earlier list.
func (p *explainPage) difference(since string, fresh, other, gone int) string {
	if fresh+other+gone == 0 {
		return p.say("No change since "+since+".", since+" 以来没有变化。")
	}
	return p.say("Since "+since+": ", since+" 以来：") + p.say(
		fmt.Sprintf("%d new, %d changed, %d gone", fresh, other, gone),
		fmt.Sprintf("新增 %d 个，变化 %d 个，消失 %d 个", fresh, other, gone))
}
