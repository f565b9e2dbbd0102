package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// ExplainStyle is how a Report of `explain` is shown.
type ExplainStyle struct {
	Lang  portlore.Lang
	Color bool
	Show  int // number of the one finding to show whole; zero: the screen
	All   bool
}

// Explain writes a Report as text: verdict first, then coverage, findings,
// noise, account. No line is wider than 80 columns.
func Explain(w io.Writer, r *portlore.Report, style ExplainStyle) error {
	p := &explainPage{r: r, ExplainStyle: style}
	if style.Show > 0 {
		p.whole(style.Show)
	} else {
		p.screen()
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

const (
	indent    = 8  // of the facts of a finding
	hanging   = 16 // of its sentences
	mostShown = 5  // findings on the screen
	mostLines = 7  // of a finding on the screen
)

type explainPage struct {
	ExplainStyle
	r *portlore.Report
	b strings.Builder
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

func (p *explainPage) screen() {
	if p.r.Partial {
		p.wrapped(p.say("PARTIAL: stopped before the end. Counts are a floor.", "未读完：中途停止，以下数字只是下限。"))
	}
	p.wrapped(p.r.Sentence)
	if p.r.Totals.Observations > 0 {
		p.wrapped(p.coverage())
	}
	shown, rest := p.choose()
	for _, i := range shown {
		p.b.WriteByte('\n')
		p.finding(i+1, p.r.Findings[i])
	}
	p.more(rest)
	p.noise()
	p.account()
	p.next()
}

// choose says which findings stand on the screen, as indexes: the first five,
// and of each class and word no more than two.
func (p *explainPage) choose() (shown, rest []int) {
	alike := map[string]int{}
	for i, f := range p.r.Findings {
		key := f.Word.String() + f.Class
		alike[key]++
		if p.All || len(shown) < mostShown && alike[key] <= 2 {
			shown = append(shown, i)
		} else {
			rest = append(rest, i)
		}
	}
	return shown, rest
}

// coverage is line 2: how much of what, from whom, when, to where.
func (p *explainPage) coverage() string {
	t := p.r.Totals
	var blocked, accepted uint64
	for _, f := range p.r.Findings {
		blocked += f.Outcome.Blocked
		accepted += f.Outcome.Accepted
	}
	parts := []string{
		p.say(fmt.Sprintf("%s packets", number(t.Packets)), number(t.Packets)+" 包"),
		p.say(plural(t.Sources, "source"), "来源 "+number(t.Sources)+" 个"),
		p.say(plural(t.Targets, "target"), "目标 "+number(t.Targets)+" 个"),
	}
	if span := p.span(); span != "" {
		parts = append(parts, span)
	}
	if nets := p.homeNets(); nets != "" {
		parts = append(parts, nets)
	}
	return strings.Join(parts, p.say(", ", "，"))
}

func (p *explainPage) span() string {
	from, err1 := time.Parse(time.RFC3339, p.r.First)
	to, err2 := time.Parse(time.RFC3339, p.r.Last)
	if err1 != nil || err2 != nil {
		return ""
	}
	if from.UnixNano() < portlore.SinceBoot {
		return p.say(fmt.Sprintf("%s to %s after boot", sinceBoot(from), sinceBoot(to)), fmt.Sprintf("开机后 %s 至 %s", sinceBoot(from), sinceBoot(to)))
	}
	d := to.Sub(from)
	long := p.say(fmt.Sprintf("%.1f days", d.Hours()/24), fmt.Sprintf("%.1f 天", d.Hours()/24))
	switch {
	case d < 2*time.Minute:
		long = p.say(fmt.Sprintf("%.0f s", d.Seconds()), fmt.Sprintf("%.0f 秒", d.Seconds()))
	case d < 2*time.Hour:
		long = p.say(fmt.Sprintf("%.0f min", d.Minutes()), fmt.Sprintf("%.0f 分钟", d.Minutes()))
	case d < 48*time.Hour:
		long = p.say(fmt.Sprintf("%.1f h", d.Hours()), fmt.Sprintf("%.1f 小时", d.Hours()))
	}
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return p.say(from.Format("2 Jan 15:04")+" ("+long+")", from.Format("01-02 15:04")+"（"+long+"）")
	}
	if from.Year() != to.Year() {
		return p.say(from.Format("2 Jan 2006")+" to "+to.Format("2 Jan 2006")+" ("+long+")", from.Format(time.DateOnly)+" 至 "+to.Format(time.DateOnly)+"（"+long+"）")
	}
	return p.say(from.Format("2 Jan")+" to "+to.Format("2 Jan")+" ("+long+")", from.Format("01-02")+" 至 "+to.Format("01-02")+"（"+long+"）")
}

func sinceBoot(t time.Time) string { return t.Sub(time.Unix(0, 0)).Round(time.Second).String() }

// homeNets says which networks are taken for ours.
func (p *explainPage) homeNets() string {
	if len(p.r.Home) == 0 {
		return ""
	}
	nets := make([]string, 0, 3)
	for _, h := range p.r.Home[:min(2, len(p.r.Home))] {
		nets = append(nets, h.Net)
	}
	list := strings.Join(nets, " ")
	if n := len(p.r.Home) - len(nets); n > 0 {
		list += p.say(fmt.Sprintf(" and %d more", n), fmt.Sprintf(" 等 %d 个", n+len(nets)))
	}
	if p.r.Home[0].How == "inferred" {
		return p.say("ours seems to be "+list, "本方网络似为 "+list)
	}
	return p.say("ours is "+list, "本方网络 "+list)
}

// finding writes one finding in at most seven lines.
func (p *explainPage) finding(n int, f portlore.Finding) {
	p.heading(n, f)
	var body []string
	body = append(body, p.row(p.say("Means", "含义"), f.Means)...)
	body = append(body, p.row(p.say("Do", "建议"), strings.Join(f.Do, " "))...)
	body = append(body, p.row(p.say("Unless", "除非"), strings.Join(f.Unless, p.say(", or ", "；或")))...)
	for i, l := range together(f.Facts, p.say("; ", "；"), columns-indent) {
		if i > 0 && 2+i+len(body) > mostLines {
			break
		}
		p.line(strings.Repeat(" ", indent) + l)
	}
	for _, l := range body {
		p.line(l)
	}
}

// together puts short facts on one line as long as they fit.
func together(facts []string, between string, w int) []string {
	var lines []string
	for _, fact := range facts {
		fact = safetext.Clean(fact)
		last := len(lines) - 1
		if last >= 0 && textwidth.Of(lines[last]+between+fact) <= w {
			lines[last] += between + fact
		} else {
			lines = append(lines, fact)
		}
	}
	return lines
}

// heading is the word, the number, the title, and the subject at the right.
func (p *explainPage) heading(n int, f portlore.Finding) {
	word := p.word(f.Word)
	left := textwidth.Pad(word+" "+strconv.Itoa(n)+" ", indent) + safetext.Clean(f.Title)
	right := ""
	if len(f.Subjects) > 0 {
		right = safetext.Clean(f.Subjects[0])
		if f.Sources > 1 {
			right = p.say(fmt.Sprintf("%s and %s more", right, number(f.Sources-1)), fmt.Sprintf("%s 等 %s 个", right, number(f.Sources)))
		}
	}
	room := columns - textwidth.Of(left) - textwidth.Of(right)
	if room < 2 {
		right = ""
		room = 0
	}
	s := left + strings.Repeat(" ", room) + right
	if p.Color {
		s = paint(f.Word, word) + strings.TrimPrefix(s, word)
		p.b.WriteString(s + "\n")
		return
	}
	p.line(s)
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

// more counts by title the findings that are not on the screen.
func (p *explainPage) more(rest []int) {
	if len(rest) == 0 {
		return
	}
	type group struct {
		word    portlore.Word
		title   string
		n       int
		packets uint64
	}
	var groups []group
	at := map[string]int{}
	for _, n := range rest {
		f := p.r.Findings[n]
		key := f.Word.String() + f.Class
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, group{word: f.Word, title: f.Title})
		}
		groups[i].n++
		groups[i].packets += f.Packets
	}
	p.b.WriteByte('\n')
	p.line(p.say(fmt.Sprintf("And %s more (--show N for one, --show all for all):", number(uint64(len(rest)))),
		fmt.Sprintf("另有 %s 项（--show N 看一项，--show all 看全部）：", number(uint64(len(rest))))))
	for _, g := range groups {
		left := textwidth.Pad(p.word(g.word), indent) + textwidth.Pad(number(uint64(g.n))+" x ", 8) + g.title
		right := p.say(number(g.packets)+" packets", number(g.packets)+" 包")
		p.line(textwidth.Pad(textwidth.Truncate(left, columns-2-textwidth.Of(right)), columns-textwidth.Of(right)) + right)
	}
}

// noise is the table of what needs no attention.
func (p *explainPage) noise() {
	if len(p.r.Families) == 0 && p.r.Unexplained.Observations == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.tableRow(p.say("Routine noise", "常见噪声"), "", p.say("packets", "包数"), p.say("share", "占比"), p.say("sources", "来源数"))
	for _, n := range p.r.Families {
		p.tableRow("  "+n.Title, ports(n.Services), number(n.Packets), share(n.Share), number(n.Sources))
	}
	all := float64(max(1, p.r.Totals.Observations))
	p.tableRow(p.say("Not explained", "未能归类"), "", number(p.r.Unexplained.Observations),
		share(float64(p.r.Unexplained.Observations)/all), "")
	for _, e := range p.r.Unexplained.Examples {
		p.line("  " + e)
	}
}

const titleColumn = 26

func (p *explainPage) tableRow(title, services, packets, share, sources string) {
	left := textwidth.Pad(title, titleColumn)
	if textwidth.Of(title) >= titleColumn {
		left = title + " "
	}
	room := columns - 28 - textwidth.Of(left)
	for textwidth.Of(services) > room {
		i := strings.LastIndexByte(services, ' ')
		if i < 0 {
			services = ""
			break
		}
		services = services[:i]
	}
	left = textwidth.Pad(left+services, columns-28)
	p.line(left + padLeft(packets, 10) + padLeft(share, 9) + padLeft(sources, 9))
}

// ports are the numbers of services, with the transport where it is not TCP.
func ports(services []portlore.Service) string {
	var out []string
	udp := false
	for i, s := range services {
		if i == 12 {
			break
		}
		if s.Proto == "udp" && !udp {
			out = append(out, "udp")
			udp = true
		}
		if s.Port != 0 {
			out = append(out, strconv.Itoa(int(s.Port)))
		}
	}
	return strings.Join(out, " ")
}

func share(f float64) string { return fmt.Sprintf("%.1f%%", 100*f) }

func padLeft(s string, w int) string {
	return strings.Repeat(" ", max(0, w-textwidth.Of(s))) + s
}

// account says what was read, what was not, and what was assumed.
func (p *explainPage) account() {
	p.b.WriteByte('\n')
	var lines, understood, other, malformed uint64
	for _, in := range p.r.Inputs {
		lines += uint64(in.Lines)
		understood += uint64(in.Understood)
		other += uint64(in.Other)
		malformed += uint64(in.Malformed)
	}
	s := []string{p.say(fmt.Sprintf("Read %s of %s.", number(understood), plural(lines, "line")), fmt.Sprintf("共 %s 行，读懂 %s 行。", number(lines), number(understood)))}
	if other > 0 {
		s = append(s, p.say(fmt.Sprintf("Not network evidence: %s.", number(other)), fmt.Sprintf("与网络无关 %s 行。", number(other))))
	}
	if malformed > 0 {
		s = append(s, p.say(fmt.Sprintf("Malformed: %s.", number(malformed)), fmt.Sprintf("写错的 %s 行。", number(malformed))))
	}
	for _, in := range p.r.Inputs {
		about := ""
		if len(p.r.Inputs) > 1 {
			about = in.Name + ": "
		}
		if in.DuplicateOf != "" {
			s = append(s, about+p.say("same content as "+in.DuplicateOf+", read once.", "内容与 "+in.DuplicateOf+" 相同，只读一次。"))
		}
		for _, n := range in.Notes {
			if about == "" && p.Lang == portlore.English {
				n = strings.ToUpper(n[:1]) + n[1:]
			}
			s = append(s, about+n+p.say(".", "。"))
		}
	}
	p.wrapped(strings.Join(s, p.say(" ", "")))
	for _, in := range p.r.Inputs {
		for _, e := range in.Errors {
			p.wrapped(fmt.Sprintf("%s:%d:%d: %s", in.Name, e.Line, e.Column, e.Error))
		}
	}
}

// next offers at most three commands that work as pasted.
func (p *explainPage) next() {
	if p.r.Totals.Observations == 0 {
		return
	}
	var cmds []string
	if len(p.r.Findings) > 0 && len(p.r.Inputs) == 1 && pastes(p.r.Inputs[0].Name) {
		cmds = append(cmds, "portlore explain "+p.r.Inputs[0].Name+" --show 1")
	}
	if port := p.telling(); port != 0 {
		cmds = append(cmds, "portlore port "+strconv.Itoa(int(port)))
	}
	s := p.say("Next:  ", "接着看：") + strings.Join(cmds, "    ")
	if len(cmds) > 1 && textwidth.Of(s) > columns {
		s = p.say("Next:  ", "接着看：") + cmds[1]
	}
	if len(cmds) > 0 && textwidth.Of(s) <= columns {
		p.line(s)
	}
}

// pastes says that a name can stand in a command as it is: a stranger may have
// chosen it, and a shell must find nothing in it to obey.
func pastes(name string) bool {
	return !strings.HasPrefix(name, "-") && name == safetext.Clean(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+,:@%=", r)
	})
}

// telling is a port worth looking up: of a finding about few ports, else of the
// largest family of noise.
func (p *explainPage) telling() uint16 {
	for _, f := range p.r.Findings {
		if len(f.Services) > 0 && len(f.Services) <= 8 && f.Services[0].Name != "" {
			return f.Services[0].Port
		}
	}
	for _, n := range p.r.Families {
		if len(n.Services) > 0 && n.Services[0].Name != "" {
			return n.Services[0].Port
		}
	}
	return 0
}

// whole shows one finding with all that is known of it.
func (p *explainPage) whole(n int) {
	f := p.r.Findings[n-1]
	p.heading(n, f)
	for _, fact := range f.Facts {
		p.wrappedRow("", fact)
	}
	p.wrappedRow(p.say("Means", "含义"), f.Means)
	for _, d := range f.Do {
		p.wrappedRow(p.say("Do", "建议"), d)
	}
	for _, u := range f.Unless {
		p.wrappedRow(p.say("Unless", "除非"), u)
	}
	p.wrappedRow(p.say("Sure?", "可信度"), fmt.Sprintf("%.0f%%: %s", 100*f.Confidence.P, f.Confidence.Why))
	p.wrappedRow(p.say("Class", "类别"), strings.Join(append([]string{f.Class}, f.Also...), ", "))
	p.wrappedRow(p.say("Marks", "特征"), strings.Join(f.Attributes, ", "))
	p.wrappedRow("ATT&CK", strings.Join(f.Attack, ", "))
	p.wrappedRow(p.say("When", "时间"), strings.TrimSpace(f.First+" .. "+f.Last))
	p.wrappedRow(p.say("From", "来源"), list(f.Subjects, f.Sources))
	p.wrappedRow(p.say("To", "目标"), list(f.Targets, uint64(len(f.Targets))))
	var names []string
	for _, s := range f.Services {
		name := fmt.Sprintf("%d/%s", s.Port, s.Proto)
		if s.Name != "" {
			name += " (" + s.Name + ")"
		}
		names = append(names, name)
	}
	p.wrappedRow(p.say("Ports", "端口"), strings.Join(names, ", "))
	var places []string
	for _, e := range f.Evidence {
		places = append(places, fmt.Sprintf("%s:%d", e.File, e.Line))
	}
	p.wrappedRow(p.say("See", "证据"), strings.Join(places, ", "))
}

func (p *explainPage) wrappedRow(label, text string) {
	for _, l := range p.row(label, text) {
		p.line(l)
	}
}

func list(addrs []string, all uint64) string {
	s := strings.Join(addrs, " ")
	if n := uint64(len(addrs)); all > n {
		s += fmt.Sprintf(" (+%s)", number(all-n))
	}
	return s
}

func number(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n uint64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return number(n) + " " + word + "s"
}
