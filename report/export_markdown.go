package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
)

// A ticket is an answer in Markdown: the verdict first, then what supports it.
type ticket struct {
	explainPage
	x *Export
}

// markdown writes the answer for a ticket, a chat or a pull request. It is the
// Markdown that CommonMark, GitHub and GitLab have in common.
func (x *Export) markdown(w io.Writer) error {
	r := x.Report
	t := &ticket{explainPage{r: r, ExplainStyle: ExplainStyle{Lang: x.Lang, Base: x.Base, All: true}, blocks: blocksOf(r)}, x}
	if r.Partial {
		t.para("**" + t.say("PARTIAL: stopped before the end. Counts are a floor.", "未读完：中途停止，以下数字只是下限。") + "**")
	}
	t.para("**" + inertMarkdown(r.Sentence) + "**")
	for _, s := range t.coverages() {
		t.para(inertMarkdown(s))
	}
	for _, n := range r.Notes {
		t.para(inertMarkdown(t.say("Note: ", "注意：") + n))
	}
	for i, b := range t.blocks {
		t.finding(i+1, b)
	}
	t.doorTable()
	t.noiseTable()
	t.accounts()
	_, err := io.WriteString(w, t.b.String())
	return err
}

func (t *ticket) para(s string) { t.b.WriteString(s + "\n\n") }

// coverages say what was looked at.
func (t *ticket) coverages() []string {
	var all []string
	if t.r.Totals.Observations > 0 {
		all = append(all, t.coverage())
	}
	switch answer := t.x.Answer.(type) {
	case *Listen:
		all = append(all, (&listenPage{explainPage: t.explainPage, l: answer}).coverage())
	case *Scan:
		p := &scanPage{explainPage: t.explainPage, s: answer}
		all = append(append(all, p.coverage()), p.allowed()...)
	default:
		if len(t.r.Doors) > 0 {
			all = append(all, t.doorCoverage())
		}
	}
	return all
}

func (t *ticket) finding(n int, b block) {
	f := b[0]
	t.para(fmt.Sprintf("### %s %d%s%s", t.word(f.Word), n, t.say(": ", "："), inertMarkdown(t.titleOf(b))))
	who := make([]string, 0, mostNamed)
	for _, f := range b {
		who = append(who, f.Subjects...)
	}
	t.item(t.seen(f), codes(who))
	t.item(t.say("Counted", "统计"), inertMarkdown(strings.Join(t.facts(b), t.say("; ", "；"))))
	t.item(t.say("Means", "含义"), inertMarkdown(f.Means))
	t.item(t.say("Do", "建议"), inertMarkdown(strings.Join(f.Do, " ")))
	t.item(t.say("Unless", "除非"), inertMarkdown(strings.Join(f.Unless, t.say(", or ", "；或"))))
	var places []string
	for _, e := range f.Evidence {
		places = append(places, fmt.Sprintf("%s:%d", e.File, e.Line))
	}
	t.item(t.say("Evidence", "证据位置"), codes(places))
	t.item("ATT&amp;CK", codes(f.Attack))
	t.b.WriteByte('\n')
}

// seen says what the addresses are that stand there: who did it, or who did not.
func (t *ticket) seen(f *portlore.Finding) string {
	switch f.Role {
	case portlore.Victim:
		return t.say("Victim, not the attacker", "受害者（不是攻击者）")
	case portlore.Forged:
		return t.say("Forged sender", "被伪造的来源")
	case portlore.Ours:
		return t.say("Our own host", "本方主机")
	}
	return t.say("From", "来源")
}

// item is a point of a list; nothing is written of nothing.
func (t *ticket) item(label, text string) {
	if text != "" {
		t.b.WriteString("- **" + label + "**" + t.say(": ", "：") + text + "\n")
	}
}

// codes are a few words of evidence, each inert in a code span, and how many more
// there are.
func codes(list []string) string {
	var out []string
	for _, s := range list[:min(mostNamed, len(list))] {
		out = append(out, codeSpan(s))
	}
	if n := len(list) - len(out); n > 0 {
		out = append(out, "+"+strconv.Itoa(n))
	}
	return strings.Join(out, " ")
}

func (t *ticket) doorTable() {
	if len(t.r.Doors) == 0 {
		return
	}
	if s, ok := t.x.Answer.(*Scan); ok {
		t.scanned(s)
	} else {
		t.listed()
	}
	t.b.WriteByte('\n')
	for i := range t.r.Doors {
		if d := &t.r.Doors[i]; d.Word > portlore.Fine {
			t.para(fmt.Sprintf("### %s %s", t.word(d.Word), codeSpan(fmt.Sprintf("%s %d/%s", d.Address, d.Port, d.Proto))))
			for _, c := range d.Checks {
				t.item(t.say("Proof", "依据"), inertMarkdown(c.Evidence))
			}
			t.item(t.say("Means", "含义"), inertMarkdown(d.Means))
			t.item(t.say("Do", "建议"), inertMarkdown(strings.Join(d.Do, " ")))
			t.b.WriteByte('\n')
		}
	}
}

// listed is the table of the doors that a host lists, or others found.
func (t *ticket) listed() {
	t.header(t.say("word", "结论"), t.say("reach", "可达范围"), t.say("door", "端口"), t.say("program", "程序"), t.say("why", "原因"))
	page := &listenPage{explainPage: t.explainPage}
	for i := range t.r.Doors {
		d := &t.r.Doors[i]
		program := codeSpan(cmp.Or(d.Process.Name, proven(d)))
		if program == "" && d.Service.Name != "" {
			program = codeSpan(d.Service.Name) + t.say(" by the number", "（仅凭端口号）")
		}
		reach := page.reach(d)
		if d.Answered {
			reach = t.state(d.State)
		}
		t.cells(t.word(d.Word), reach, codeSpan(fmt.Sprintf("%s %d/%s", d.Address, d.Port, d.Proto)), program, inertMarkdown(d.Why))
	}
}

// scanned is the table of the doors of a scan.
func (t *ticket) scanned(s *Scan) {
	p := &scanPage{explainPage: t.explainPage, s: s}
	t.header(t.say("word", "结论"), t.say("host", "主机"), t.say("port", "端口"), t.say("what answered", "应答者"), t.say("proof", "依据"))
	for i := range s.Targets {
		host := codeSpan(called(&s.Targets[i]))
		for k := range s.Targets[i].Doors {
			d := &s.Targets[i].Doors[k]
			t.cells(t.word(d.Word), host, codeSpan(fmt.Sprintf("%d/%s", d.Port, d.Proto)), inertMarkdown(p.answered(d)), inertMarkdown(p.proof(d)))
		}
	}
}

func (t *ticket) state(s string) string {
	return map[string]string{
		"open": t.say("open", "开放"), "closed": t.say("closed", "关闭"), "filtered": t.say("filtered", "被过滤"), "unknown": t.say("silent", "无应答"),
	}[s]
}

func (t *ticket) noiseTable() {
	if len(t.r.Families) == 0 && t.r.Unexplained.Observations == 0 {
		return
	}
	all := volume{t.r.Totals.Packets, t.r.Totals.Observations}
	t.header(t.say("routine noise", "常见噪声"), t.say("ports", "端口"), all.heading().In(t.Lang), t.say("share", "占比"), t.say("sources", "来源数"))
	for _, n := range t.r.Families {
		t.cells(inertMarkdown(n.Title), ports(n.Services), quantity.Count(volume{n.Packets, n.Observations}.number()), share(n.Share), quantity.Count(n.Sources))
	}
	t.cells(t.say("not explained", "未能归类"), "", quantity.Count(t.r.Unexplained.Observations), share(float64(t.r.Unexplained.Observations)/float64(max(1, t.r.Totals.Observations))), "")
	t.b.WriteByte('\n')
}

func (t *ticket) header(names ...string) {
	t.cells(names...)
	t.b.WriteString(strings.Repeat("|---", len(names)) + "|\n")
}

func (t *ticket) cells(cells ...string) {
	for _, c := range cells {
		t.b.WriteString("| " + c + " ")
	}
	t.b.WriteString("|\n")
}

// accounts say what was read.
func (t *ticket) accounts() {
	for _, in := range t.r.Inputs {
		t.item(codeSpan(in.Name), inertMarkdown(t.say(
			fmt.Sprintf("%s, %s of %s lines understood, %s malformed", in.Format, quantity.Count(uint64(in.Understood)), quantity.Count(uint64(in.Lines)), quantity.Count(uint64(in.Malformed))),
			fmt.Sprintf("%s，共 %s 行，读懂 %s 行，写错的 %s 行", in.Format, quantity.Count(uint64(in.Lines)), quantity.Count(uint64(in.Understood)), quantity.Count(uint64(in.Malformed))))))
	}
	if len(t.r.Inputs) > 0 {
		t.b.WriteByte('\n')
	}
	t.b.WriteString("portlore " + inertMarkdown(t.x.Version) + ", " + t.x.Time + "\n")
}

// inertMarkdown is a sentence in which nothing is markup. A word that a web site
// would turn into a link or into somebody's name becomes code, which none touches.
func inertMarkdown(s string) string {
	words := strings.Split(safetext.Clean(s), " ")
	for i, w := range words {
		if strings.Contains(w, "@") || strings.Contains(w, "://") || strings.Contains(strings.ToLower(w), "www.") {
			words[i] = codeSpan(w)
			continue
		}
		var b strings.Builder
		for _, r := range w {
			switch {
			case r == '|':
				b.WriteString(bar)
			case r == '<':
				b.WriteString("&lt;")
			case r == '>':
				b.WriteString("&gt;")
			case r == '&':
				b.WriteString("&amp;")
			case strings.ContainsRune("\\`*_[]{}#~!$", r):
				b.WriteRune('\\')
				b.WriteRune(r)
			default:
				b.WriteRune(r)
			}
		}
		words[i] = b.String()
	}
	return strings.Join(words, " ")
}

// codeSpan is text in which a reader of Markdown sees no markup. A bar stands
// outside of the code: within, it would end the cell of a table.
func codeSpan(s string) string {
	parts := strings.Split(safetext.Clean(s), "|")
	for i, part := range parts {
		if part == "" {
			continue
		}
		fence := "`" // more of them than the text has in a row
		for strings.Contains(part, fence) {
			fence += "`"
		}
		if strings.HasPrefix(part, "`") || strings.HasSuffix(part, "`") {
			part = " " + part + " "
		}
		parts[i] = fence + part + fence
	}
	return strings.Join(parts, bar)
}

const bar = "&#124;" // the character |
