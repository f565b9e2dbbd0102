package report

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/textwidth"
)

const (
	columns    = 80
	portListed = 20 // rows of a list before the rest is only counted
	portNear   = 6  // the same, below a page
	portTitle  = 44
)

// PortStyle is how much of an answer is printed.
type PortStyle struct {
	Short   bool // only the first line of each port
	Sources bool // every claim with its era and sources, and the commands that close the port
}

// Text writes the answers for a person to read.
func (r *Port) Text(w io.Writer, style PortStyle) error {
	p := portPage{Port: r, style: style}
	for i, q := range r.Queries {
		if i > 0 && !style.Short {
			p.line("")
		}
		p.query(q)
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

type portPage struct {
	*Port
	style PortStyle
	out   bytes.Buffer
}

func (p *portPage) say(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(p.lang) }

func (p *portPage) line(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	p.out.WriteString(strings.TrimRight(s, " ") + "\n")
}

// query answers one question: a page when one port or threat is meant, else a
// list.
func (p *portPage) query(q PortQuery) {
	results := q.Results
	threats := meant(q.Threats, func(t PortThreat) bool { return t.meant })
	ports := meant(results, func(r PortResult) bool { return r.meant })
	switch {
	case p.style.Short:
		if threats > 0 {
			p.threats(q.Threats, portListed)
		}
		for _, r := range results {
			p.first(r, false)
		}
		if threats == 0 {
			p.threats(q.Threats, portListed)
		}
		return
	case len(q.Threats)+len(results) == 0:
		p.line("%s", p.say("Nothing is known by that name: ", "没有查到：")+q.Query)
		return
	case threats == 1:
		p.threatPage(q.Threats[0])
		if len(results) > 0 {
			p.line("")
			p.list(results, portNear)
		}
		p.nextAfterThreat(q.Threats[0])
	case threats == 0 && ports == 1 || len(q.Threats) == 0 && len(results) == 1:
		p.page(results[0])
		if len(results)+len(q.Threats) > 1 {
			p.line("")
			p.line("%s", p.say("Near it", "相近的还有"))
			p.list(results[1:], portNear)
			p.threats(q.Threats, portNear)
		}
		p.nextAfter(results[0])
	case threats > 1:
		p.threats(q.Threats, portListed)
		if len(results) > 0 {
			p.line("")
		}
		p.list(results, portListed)
	default:
		p.list(results, portListed)
		if len(q.Threats) > 0 && len(results) > 0 {
			p.line("")
		}
		p.threats(q.Threats, portNear)
	}
}

// meant counts the first items of a list for which is holds.
func meant[T any](list []T, is func(T) bool) int {
	n := 0
	for n < len(list) && is(list[n]) {
		n++
	}
	return n
}

// list prints a line for each port, at most so many.
func (p *portPage) list(results []PortResult, most int) {
	for i, r := range results {
		if p.more(len(results), i, most) {
			return
		}
		p.first(r, true)
	}
}

func (p *portPage) threats(list []PortThreat, most int) {
	for i, t := range list {
		if p.more(len(list), i, most) {
			return
		}
		p.threatLine(t)
	}
}

// more says how many rows are left out once most are shown.
func (p *portPage) more(all, shown, most int) bool {
	if shown < most || all-shown == 1 {
		return false
	}
	p.line(p.say("and %d more (all of them: --json)", "另有 %d 个（加 --json 可看全部）"), all-shown)
	return true
}

// first is line 1: the port, what it is, what the registry calls it. In a list
// the last column is the judgement instead.
func (p *portPage) first(r PortResult, inList bool) {
	left := textwidth.Pad(r.number(), 8) + "  " + textwidth.Truncate(r.Title, portTitle)
	right := p.registered(r)
	if inList {
		left, right = textwidth.Pad(r.number(), 12)+"  "+textwidth.Truncate(r.Title, portTitle), p.exposure(r.Expose)
	}
	p.line("%s  %s", textwidth.Pad(left, columns-4-textwidth.Of(right)), right)
}

func (r PortResult) number() string {
	if r.To > r.Port {
		return fmt.Sprintf("%d-%d/%s", r.Port, r.To, r.Transport)
	}
	return fmt.Sprintf("%d/%s", r.Port, r.Transport)
}

// registered is what the registry says of the port and its main transport.
func (p *portPage) registered(r PortResult) string {
	for _, n := range r.Names {
		if n.Origin != "iana" || len(n.Transports) > 0 && !slices.Contains(n.Transports, r.Transport) {
			continue
		}
		switch {
		case n.Status == "noted" && n.Name != "":
			return p.say("IANA notes: ", "IANA 记录：") + n.Name
		case n.Name != "":
			return p.say("IANA name: ", "IANA 登记名: ") + n.Name
		case n.Status == "reserved":
			return p.say("IANA: reserved", "IANA：保留")
		case n.Status == "deregistered":
			return p.say("IANA: registration withdrawn", "IANA：已注销登记")
		}
	}
	return p.say("IANA: no registration", "IANA：未登记")
}

func (p *portPage) exposure(word string) string {
	switch word {
	case "never":
		return p.say("never expose", "不可暴露")
	case "restrict":
		return p.say("known peers only", "仅限已知对端")
	case "ok":
		return p.say("may be public", "可以公开")
	}
	return ""
}

// row prints a label and a text wrapped beside it; nothing without a text.
func (p *portPage) row(label, text string) {
	if text == "" {
		return
	}
	indent := 20
	if p.lang == portlore.Chinese {
		indent = 14
	}
	for _, line := range textwidth.Wrap(text, columns-indent) {
		p.line("%s%s", textwidth.Pad(label, indent), line)
		label = ""
	}
}

// page is the whole answer about one port.
func (p *portPage) page(r PortResult) {
	p.first(r, false)
	p.line("")
	p.row(p.say("If you are probed", "有人探测时"), r.Situations.Probed)
	p.row(p.say("If it is open here", "本机开放时"), r.Situations.Open)
	p.row(p.say("If you connect out", "主动外连时"), r.Situations.Outbound)
	p.row(p.say("To check", "检测方法"), r.Check)
	p.row(p.say("On the Internet", "面向公网"), map[string]string{
		"never":    p.say("Never. Close it, or keep it inside.", "不可。请关闭，或只在内网使用。"),
		"restrict": p.say("Only for peers that you know.", "只对已知的对端开放。"),
		"ok":       p.say("Yes, if it is meant to be public.", "若本来就要公开，可以。"),
	}[r.Expose])
	p.row(p.say("Malware", "恶意软件"), p.malware(r))
	p.row(p.say("History", "历史"), p.history(r, "note", "traffic", "probe", "abuse", "amplification", "cve"))
	p.row(p.say("The old list", "旧表勘误"), p.history(r, "correction"))
	p.row(p.say("Also on this port", "其他用途"), p.also(r))
	p.row(p.say("Related ports", "相关端口"), numbers(r.Related))
	p.row(p.say("Sure?", "可信度"), p.sure(r))
	if p.style.Sources {
		p.evidence(r)
	}
}

func (p *portPage) history(r PortResult, kinds ...string) string {
	var said []string
	for _, c := range r.Claims {
		if c.Situation == "history" && slices.Contains(kinds, c.Kind) {
			said = append(said, c.Text)
		}
	}
	return sentences(p.lang, said)
}

// malware tells what threats are said to use the port: by claims, then those
// that only the list of threats names.
func (p *portPage) malware(r PortResult) string {
	said := []string{}
	told := map[string]bool{}
	if s := p.history(r, "trojan", "worm"); s != "" {
		said = append(said, s)
	}
	for _, c := range r.Claims {
		told[c.Threat] = true
	}
	var names []string
	for _, t := range r.Threats {
		if !told[t.ID] {
			names = append(names, t.Name+p.years(t.Era))
		}
	}
	if len(names) > 0 {
		list := strings.Join(names, p.say(", ", "、"))
		if len(said) > 0 {
			said = append(said, fmt.Sprintf(p.say("Also named here: %s.", "另有资料提到：%s。"), list))
		} else {
			said = append(said, fmt.Sprintf(p.say("Old tables name %s. A lone packet is no evidence of it.", "旧资料提到 %s。单凭一个包不能认定。"), list))
		}
	}
	return sentences(p.lang, said)
}

func (p *portPage) years(e PortEra) string {
	switch {
	case e.From != nil && e.To != nil && *e.From == *e.To:
		return fmt.Sprintf(p.say(" (%d)", "（%d 年）"), *e.From)
	case e.From != nil && e.To != nil:
		return fmt.Sprintf(p.say(" (%d to %d)", "（%d 至 %d 年）"), *e.From, *e.To)
	case e.From != nil:
		return fmt.Sprintf(p.say(" (since %d)", "（%d 年起）"), *e.From)
	case e.To != nil:
		return fmt.Sprintf(p.say(" (until %d)", "（至 %d 年）"), *e.To)
	}
	return ""
}

// also names the registrations of other transports, other names of this one,
// and use without registration that the registry notes.
func (p *portPage) also(r PortResult) string {
	first := true
	var said []string
	for _, n := range r.Names {
		if n.Name == "" {
			continue
		}
		main := n.Origin == "iana" && slices.Contains(n.Transports, r.Transport)
		if main && first { // it stands in line 1
			first = false
			n.Transports = slices.DeleteFunc(slices.Clone(n.Transports), func(t string) bool { return t == r.Transport })
			if len(n.Transports) == 0 {
				continue
			}
		}
		if n.Origin == "custom" && n.Name == r.Name {
			continue
		}
		where := fmt.Sprint(r.Port)
		if len(n.Transports) > 0 {
			where += "/" + strings.Join(n.Transports, ",")
		}
		if n.Origin == "custom" {
			said = append(said, fmt.Sprintf(p.say("%s: also called %s", "%s：也叫 %s"), where, n.Name))
		} else {
			said = append(said, fmt.Sprintf(p.say("%s: registered as %s", "%s：登记为 %s"), where, n.Name))
		}
	}
	for _, n := range r.Names {
		if n.Unauthorised != "" {
			said = append(said, p.say("IANA notes use without registration", "IANA 注明存在未登记的使用"))
			break
		}
	}
	return strings.Join(said, p.say("; ", "；"))
}

// sure says how well the page is founded.
func (p *portPage) sure(r PortResult) string {
	best, sources := "", map[string]bool{}
	for _, c := range r.Claims {
		if c.Situation != "probed" {
			continue
		}
		if best == "" || c.Confidence < best {
			best = c.Confidence
		}
		for _, s := range c.Sources {
			sources[s] = true
		}
	}
	var said []string
	if best != "" {
		word := map[string]string{
			"A": p.say("high", "高"), "B": p.say("good", "较高"), "C": p.say("fair", "一般"), "D": p.say("low", "低"),
		}[best]
		said = append(said, fmt.Sprintf(p.say("what a probe wants: %s (sources: %d)", "探测意图：%s（来源 %d 个）"), word, len(sources)))
	} else {
		said = append(said, p.say("known only from the number", "仅据端口号推断"))
	}
	var gone []string
	for _, t := range r.Threats {
		if t.Era.To != nil {
			gone = append(gone, t.Name)
		}
	}
	if len(gone) > 0 {
		if len(gone) > 3 {
			gone = []string{p.say("its old malware", "这些旧恶意软件")}
		}
		said = append(said, fmt.Sprintf(p.say("%s today: very unlikely", "如今仍是 %s：极不可能"), strings.Join(gone, p.say(", ", "、"))))
	}
	return strings.Join(said, p.say("; ", "；"))
}

func numbers(ports []uint16) string {
	var list []string
	for _, p := range ports {
		list = append(list, strconv.Itoa(int(p)))
	}
	return strings.Join(list, " ")
}

// next offers commands that work as pasted.
func (p *portPage) next(commands ...string) {
	p.line("")
	for _, l := range together(commands, "     ", columns) {
		p.line("%s", l)
	}
}

func (p *portPage) nextAfter(r PortResult) {
	commands := []string{}
	if !p.style.Sources && len(r.Claims) > 0 {
		commands = append(commands, fmt.Sprintf("portlore port %d --sources", r.Port))
	}
	commands = append(commands, fmt.Sprintf("ss -tulpn | grep :%d", r.Port))
	if len(r.Related) > 0 {
		commands = append(commands, fmt.Sprintf("portlore port %d", r.Related[0]))
	}
	p.next(commands...)
}

func (p *portPage) nextAfterThreat(t PortThreat) {
	commands := []string{}
	if !p.style.Sources {
		commands = append(commands, fmt.Sprintf("portlore port %s --sources", t.ID))
	}
	if len(t.Ports) > 0 {
		port, _, _ := strings.Cut(t.Ports[0], "/")
		commands = append(commands, "portlore port "+port, "ss -tulpn | grep :"+port)
	}
	p.next(commands...)
}
