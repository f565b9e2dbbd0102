package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

const (
	mostDoors  = 25 // rows of the table, of those that need nothing
	mostActing = 50 // rows that need something
	mostTold   = 4  // of those, how many are told of in full
)

// DoorBlocks are the doors that a reader is told of in full, by their indexes: what
// wants something done, together where it is the same service at several addresses;
// and a door that is the only open one.
func DoorBlocks(r *portlore.Report) [][]int {
	type key struct {
		word           portlore.Word
		port           uint16
		proto, service string
		why            string
	}
	var blocks [][]int
	at := map[key]int{}
	rows := openRows(r)
	for i := range r.Doors {
		d := &r.Doors[i]
		if d.State != "open" || d.Word < portlore.Check && len(rows) != 1 {
			continue
		}
		k := key{d.Word, d.Port, d.Proto, d.Service.Name, d.Why}
		b, known := at[k]
		if !known {
			b = len(blocks)
			at[k] = b
			blocks = append(blocks, nil)
		}
		blocks[b] = append(blocks[b], i)
	}
	slices.SortStableFunc(blocks, func(a, b []int) int {
		return cmp.Or(cmp.Compare(r.Doors[b[0]].Word, r.Doors[a[0]].Word), cmp.Compare(len(b), len(a)))
	})
	return blocks
}

// openRows are the open doors as people see them.
func openRows(r *portlore.Report) [][]int {
	return slices.DeleteFunc(portlore.AlikeDoors(r.Doors), func(b []int) bool { return r.Doors[b[0]].State != "open" })
}

// doorCoverage says of how many doors the evidence tells, and at how many
// addresses a scan found them.
func (p *explainPage) doorCoverage() string {
	states := map[string]uint64{}
	hosts := map[string]bool{}
	for _, b := range portlore.AlikeDoors(p.r.Doors) {
		d := &p.r.Doors[b[0]]
		states[d.State]++
		if d.Answered && d.Address != "" {
			hosts[d.Address] = true
		}
	}
	parts := []string{}
	for _, s := range []struct{ state, en, zh string }{
		{"open", "open", "开放"}, {"closed", "closed", "关闭"}, {"filtered", "filtered", "被过滤"}, {"unknown", "silent", "无应答"},
	} {
		if n := states[s.state]; n > 0 || s.state == "open" {
			parts = append(parts, p.say(quantity.Count(n)+" "+s.en, s.zh+" "+quantity.Count(n)+" 个"))
		}
	}
	if n := uint64(len(hosts)); n > 0 {
		parts = append(parts, p.say("at "+quantity.Count(n)+plural(n, " address", " addresses"), "涉及 "+quantity.Count(n)+" 个地址"))
	}
	return p.say("Doors: ", "端口：") + strings.Join(parts, p.say(", ", "，"))
}

func plural(n uint64, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// doors is the table of what is open, and then what wants something done.
func (p *explainPage) doors() {
	if len(p.r.Doors) == 0 {
		return
	}
	p.doorTable()
	blocks := DoorBlocks(p.r)
	for i, b := range blocks {
		if !p.All && i == mostTold {
			p.b.WriteByte('\n')
			left := uint64(len(blocks) - i)
			p.line(p.say(fmt.Sprintf("And %s more of them (--show N for one, --show all for all).", quantity.Count(left)),
				fmt.Sprintf("另有 %s 项（--show N 看一项，--show all 看全部）。", quantity.Count(left))))
			break
		}
		p.b.WriteByte('\n')
		p.doorBlock(len(p.blocks)+i+1, b, mostLines)
	}
}

// A doorRow is a row of the table.
type doorRow struct {
	word              portlore.Word
	where, port, what string
	why               string
}

func (p *explainPage) doorTable() {
	var rows []doorRow
	var acting, calm, left int
	guesses := false
	at := map[doorRow][]string{} // addresses of a row, whose own where is empty
	open := openRows(p.r)
	if !p.All {
		open = slices.DeleteFunc(open, func(b []int) bool {
			r := p.sameEverywhere(&p.r.Doors[b[0]])
			at[r] = append(at[r], p.r.Doors[b[0]].Address)
			return r.port != "" && len(at[r]) > 1
		})
	}
	for _, b := range open {
		d := &p.r.Doors[b[0]]
		switch {
		case p.All:
		case d.Word >= portlore.Check:
			acting++
		default:
			calm++
		}
		if acting > mostActing && d.Word >= portlore.Check || calm > mostDoors && d.Word < portlore.Check {
			left++
			continue
		}
		guesses = guesses || strings.Contains(p.what(d), "?")
		row := p.rowOf(d)
		if n := uint64(len(at[p.sameEverywhere(d)])); n > 1 && d.Answered {
			row.where = p.say(quantity.Count(n)+" addresses", quantity.Count(n)+" 个地址")
		}
		rows = append(rows, row)
	}
	if p.All {
		for i := range p.r.Doors {
			if d := &p.r.Doors[i]; d.State != "open" {
				rows = append(rows, p.rowOf(d))
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.doorRows(rows)
	if left > 0 {
		p.line(strings.Repeat(" ", indent) + p.say(fmt.Sprintf("and %s more open (--show all)", quantity.Count(uint64(left))), fmt.Sprintf("另有 %s 个开放（--show all）", quantity.Count(uint64(left)))))
	}
	if guesses {
		p.line(strings.Repeat(" ", indent) + p.say("? a guess: only the number says so", "? 只凭端口号推测"))
	}
}

func (p *explainPage) rowOf(d *portlore.Door) doorRow {
	return doorRow{d.Word, p.where(d), fmt.Sprintf("%d/%s", d.Port, d.Proto), p.what(d), d.Why}
}

// sameEverywhere is the row of a scanned door but for its address: what is the same
// at several is one row. Of a socket it is zero.
func (p *explainPage) sameEverywhere(d *portlore.Door) doorRow {
	if !d.Answered {
		return doorRow{}
	}
	r := p.rowOf(d)
	r.where = ""
	return r
}

// doorRows writes the table: word, address, port, who, why. The last column gets
// what the others leave.
func (p *explainPage) doorRows(rows []doorRow) {
	const widestWhere, widestWhat, leastWhy = 24, 24, 26
	where, what := textwidth.Of(p.say("WHERE", "地址")), textwidth.Of(p.say("WHO", "程序或服务"))
	port := 9
	for _, r := range rows {
		where = min(widestWhere, max(where, textwidth.Of(safetext.Clean(r.where))))
		what = min(widestWhat, max(what, textwidth.Of(safetext.Clean(r.what))))
		port = max(port, len(r.port))
	}
	room := func() int { return columns - indent - where - port - what - 6 }
	if room() < leastWhy {
		where = min(where, max(16, where+room()-leastWhy))
	}
	if room() < leastWhy {
		what = min(what, max(18, what+room()-leastWhy))
	}
	line := func(word portlore.Word, mark string, r doorRow) {
		cell := func(s string, w int) string { return textwidth.Pad(textwidth.Truncate(safetext.Clean(s), w), w) + "  " }
		rest := cell(r.where, where) + textwidth.Pad(r.port, port) + "  " + cell(r.what, what)
		for i, why := range textwidth.Wrap(safetext.Clean(r.why), columns-indent-textwidth.Of(rest)) {
			if i > 0 {
				p.line(strings.Repeat(" ", indent+textwidth.Of(rest)) + why)
				continue
			}
			s := textwidth.Pad(mark, indent) + rest + why
			if p.Color && mark != "" {
				s = strings.TrimRight(textwidth.Truncate(s, columns), " ")
				p.b.WriteString(paint(word, mark) + strings.TrimPrefix(s, mark) + "\n")
			} else {
				p.line(s)
			}
		}
	}
	line(portlore.Fine, "", doorRow{where: p.say("WHERE", "地址"), port: p.say("PORT", "端口"), what: p.say("WHO", "程序或服务"), why: p.say("WHY", "原因")})
	for _, r := range rows {
		line(r.word, p.word(r.word), r)
	}
}

// where is the address of a door as people see it.
func (p *explainPage) where(d *portlore.Door) string {
	switch w := d.Where(); w {
	case "*":
		return p.say("every address", "所有地址")
	case "loopback":
		return p.say("loopback", "本机")
	case "":
		return p.say("not said", "未注明")
	default:
		return w
	}
}

// what is who holds a door: its program; what it answered; or what the number
// suggests, with a question mark.
func (p *explainPage) what(d *portlore.Door) string {
	name := cmp.Or(d.Process.Name, d.Process.Exe[strings.LastIndexAny(d.Process.Exe, `/\`)+1:])
	switch s := &d.Service; {
	case name != "" && d.Process.PID != 0:
		return fmt.Sprintf("%s (%d)", name, d.Process.PID)
	case name != "":
		return name
	case s.Proof == "answer":
		said := s.Name
		if s.TLS && !strings.HasSuffix(said, "s") { // as nmap writes it
			said = strings.TrimSuffix("ssl/"+said, "/")
		}
		if product := strings.TrimSpace(s.Product + " " + s.Version); product != "" {
			said = strings.TrimSpace(said + ": " + product)
		}
		return cmp.Or(strings.TrimPrefix(said, ": "), s.Banner)
	case s.Name != "" && s.Name != "unlisted":
		name = s.Name + "?"
		if d.Process.PID != 0 {
			name += fmt.Sprintf(" (%d)", d.Process.PID)
		}
		return name
	case d.Process.PID != 0:
		return p.say("process ", "进程 ") + strconv.Itoa(d.Process.PID)
	}
	return p.say("not known", "未知")
}

// doorBlock tells of doors that are the same thing, in at most so many lines;
// zero: in all that it takes.
func (p *explainPage) doorBlock(n int, b []int, most int) {
	d := &p.r.Doors[b[0]]
	word := p.word(d.Word)
	title := fmt.Sprintf("%d/%s", d.Port, d.Proto)
	if e := p.entryOf(d); e != nil && d.Service.Proof != "number" {
		title += "  " + e.Title.In(p.Lang)
	} else if what := p.what(d); what != "" {
		title += "  " + what
	}
	right := p.where(d)
	if rows := p.places(b); len(rows) > 1 {
		right = p.say(fmt.Sprintf("%s and %d more", right, len(rows)-1), fmt.Sprintf("%s 等 %d 处", right, len(rows)))
	}
	left := textwidth.Pad(word+" "+strconv.Itoa(n)+" ", indent) + safetext.Clean(title)
	right = safetext.Clean(right)
	left = textwidth.Truncate(left, columns-2-textwidth.Of(right))
	s := strings.TrimRight(left+strings.Repeat(" ", max(0, columns-textwidth.Of(left)-textwidth.Of(right)))+right, " ")
	if p.Color {
		p.b.WriteString(paint(d.Word, word) + strings.TrimPrefix(s, word) + "\n")
	} else {
		p.line(s)
	}
	var lines []string
	var proof []string
	if known := d.Service.Proof == "answer" || d.Process.Name+d.Process.Exe != ""; known || most == 0 { // else the meaning says it
		proof = p.row(p.say("Proof", "依据"), p.proof(d))
	}
	lines = append(lines, proof...)
	lines = append(lines, p.row(p.say("Means", "含义"), d.Means)...)
	advice := func(n int) []string { return p.row(p.say("Do", "建议"), strings.Join(d.Do[:n], p.say(" ", ""))) }
	do := advice(len(d.Do))
	if most > 0 { // the meaning, and what to do first, matter more
		for n := len(d.Do) - 1; n > 0 && len(lines)+len(do)+1 > most; n-- {
			do = advice(n)
		}
		if len(lines)+len(do)+1 > most {
			lines = lines[len(proof):]
		}
	}
	for _, l := range append(lines, do...) {
		p.line(l)
	}
}

// places are the rows of the table that a block stands for.
func (p *explainPage) places(b []int) []string {
	var rows []string
	for _, i := range b {
		if w := p.where(&p.r.Doors[i]); !slices.Contains(rows, w) {
			rows = append(rows, w)
		}
	}
	return rows
}

// proof says by what it is known who is behind a door.
func (p *explainPage) proof(d *portlore.Door) string {
	s := &d.Service
	switch {
	case s.Proof == "answer" && s.Name+s.Product+s.Banner != "":
		if said := cmp.Or(strings.TrimSpace(s.Product+" "+s.Version), s.Banner); said != "" {
			return p.say("its answer: ", "它的应答：") + said
		}
		return p.say("its answer", "它的应答")
	case d.Process.Name+d.Process.Exe != "":
		return p.say("its program: ", "它的程序：") + p.what(d)
	case s.Name != "" && s.Name != "unlisted":
		return p.say("the number alone, which is a guess", "只凭端口号，属推测")
	}
	return p.say("nothing: neither program nor answer is known", "无：程序和应答都不清楚")
}

// entryOf is what lore has on the service of a door. Nil: nothing.
func (p *explainPage) entryOf(d *portlore.Door) *lore.Entry {
	if p.Base == nil || len(d.Lore) == 0 {
		return nil
	}
	return p.entryAt(d.Lore[0])
}

// entryAt is the entry with an id of Door.Lore. Nil: there is none.
func (p *explainPage) entryAt(id string) *lore.Entry {
	var port uint16
	var name string
	if _, err := fmt.Sscanf(strings.ReplaceAll(id, "/", " "), "port %d %s", &port, &name); err != nil {
		return nil
	}
	proto, _ := lore.Transport(name)
	if entries := p.Base.Port(proto, port); len(entries) > 0 {
		return &entries[0]
	}
	return nil
}

// wholeDoors shows a block of doors with all that is known of it.
func (p *explainPage) wholeDoors(n int, b []int) {
	p.doorBlock(n, b, 0)
	d := &p.r.Doors[b[0]]
	p.wrappedRow(p.say("Why", "原因"), d.Why)
	for _, c := range d.Checks {
		p.wrappedRow(p.word(c.Word), c.ID+": "+c.Evidence)
	}
	p.wrappedRow(p.say("Where", "地址"), strings.Join(p.places(b), " "))
	p.wrappedRow(p.say("User", "用户"), d.Process.User)
	p.wrappedRow(p.say("Unit", "服务"), d.Process.Unit)
	p.wrappedRow(p.say("Said", "横幅"), d.Service.Banner)
	e := p.entryOf(d)
	if e == nil {
		return
	}
	for _, c := range e.Claims {
		if c.Situation == "open" && !strings.Contains(d.Means, c.Text.In(p.Lang)) {
			p.wrappedRow(p.say("Also", "另外"), c.Text.In(p.Lang))
		}
	}
	for _, c := range []struct{ title, commands string }{
		{p.say("To close it (Linux)", "关闭它（Linux）"), e.Close.Linux}, {p.say("To close it (Windows)", "关闭它（Windows）"), e.Close.Windows},
	} {
		if d.Word < portlore.Check || c.commands == "" {
			continue
		}
		p.b.WriteByte('\n')
		p.line(strings.Repeat(" ", indent) + c.title)
		for l := range strings.Lines(c.commands) {
			p.line("    " + strings.TrimRight(l, "\n"))
		}
	}
}
