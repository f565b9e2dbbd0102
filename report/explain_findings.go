package report

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

const (
	mostShown = 5  // blocks on the screen
	mostNamed = 10 // blocks of which only the title stands there
	mostLines = 7  // of a block on the screen
)

// A block is findings that differ only in who did it (portlore.Alike).
type block []*portlore.Finding

func blocksOf(r *portlore.Report) []block {
	var all []block
	for _, indexes := range portlore.Alike(r.Findings) {
		var b block
		for _, i := range indexes {
			b = append(b, &r.Findings[i])
		}
		slices.SortStableFunc(b, func(f, g *portlore.Finding) int {
			return cmp.Or(cmp.Compare(volumeOf(g).number(), volumeOf(f).number()), compareAddresses(subject(f), subject(g)))
		})
		all = append(all, b)
	}
	slices.SortStableFunc(all, func(a, b block) int {
		return cmp.Or(cmp.Compare(b[0].Word, a[0].Word), cmp.Compare(b[0].Severity, a[0].Severity), cmp.Compare(b.volume().number(), a.volume().number()))
	})
	return all
}

func (b block) volume() (sum volume) {
	for _, f := range b {
		sum = sum.plus(volumeOf(f))
	}
	return sum
}

// compareAddresses puts addresses into their own order, and what is none last.
func compareAddresses(a, b string) int {
	x, err1 := netip.ParseAddr(a)
	y, err2 := netip.ParseAddr(b)
	if err1 != nil || err2 != nil {
		return cmp.Or(cmp.Compare(fmt.Sprint(err1 != nil), fmt.Sprint(err2 != nil)), cmp.Compare(a, b))
	}
	return x.Compare(y)
}

// findings shows the first blocks, of each class and word no more than two, and
// then the titles of the next ones.
func (p *explainPage) findings() {
	alike := map[string]int{}
	shown := 0
	var rest []int
	for i, b := range p.blocks {
		key := b[0].Word.String() + b[0].Class
		alike[key]++
		if !p.All && (shown == mostShown || alike[key] > 2) {
			rest = append(rest, i)
			continue
		}
		shown++
		p.b.WriteByte('\n')
		p.block(i+1, b)
	}
	if len(rest) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.line(p.say(fmt.Sprintf("And %s more (--show N for one, --show all for all):", quantity.Count(uint64(len(rest)))),
		fmt.Sprintf("另有 %s 项（--show N 看一项，--show all 看全部）：", quantity.Count(uint64(len(rest))))))
	named := rest[:min(mostNamed, len(rest))]
	for _, i := range named {
		p.brief(i+1, p.blocks[i])
	}
	if rest = rest[len(named):]; len(rest) > 0 {
		var much volume
		for _, i := range rest {
			much = much.plus(p.blocks[i].volume())
		}
		left := p.say("and "+quantity.Count(uint64(len(rest)))+" more", "其余 "+quantity.Count(uint64(len(rest)))+" 项")
		p.split(strings.Repeat(" ", indent)+left, much.text().In(p.Lang))
	}
}

// brief is a block in one line, with its ports where there is room for them.
func (p *explainPage) brief(n int, b block) {
	much := b.volume().text().In(p.Lang)
	if services := b[0].Services; len(services) > 0 && len(services) <= 8 {
		with := ports(services) + p.say(", ", "，") + much
		if 2+indent+textwidth.Of(p.titleOf(b))+textwidth.Of(with) <= columns {
			much = with
		}
	}
	p.title(n, b, much)
}

// block writes one block in at most seven lines.
func (p *explainPage) block(n int, b block) {
	p.heading(n, b)
	f := b[0]
	var body []string
	body = append(body, p.row(p.say("Means", "含义"), f.Means)...)
	body = append(body, p.row(p.say("Do", "建议"), strings.Join(f.Do, " "))...)
	body = append(body, p.row(p.say("Unless", "除非"), strings.Join(f.Unless, p.say(", or ", "；或")))...)
	for i, l := range together(p.facts(b), p.say("; ", "；"), columns-indent) {
		if i > 0 && 2+i+len(body) > mostLines {
			break
		}
		p.line(strings.Repeat(" ", indent) + l)
	}
	for _, l := range body {
		p.line(l)
	}
}

// facts are what was counted: of one finding its own, of several what they come
// to and what they have in common.
func (p *explainPage) facts(b block) []string {
	if len(b) == 1 {
		return p.factsOf(b[0])
	}
	var o portlore.Outcome
	var all, fewest, most, fresh uint64
	for _, f := range b {
		o.Accepted += f.Outcome.Accepted
		o.Blocked += f.Outcome.Blocked
		all += f.Observations
		much := volumeOf(f).number()
		if fewest == 0 || much < fewest {
			fewest = much
		}
		most = max(most, much)
		if f.New {
			fresh++
		}
	}
	var out []string
	switch {
	case fresh == uint64(len(b)):
		out = append(out, p.sinceBaseline())
	case fresh > 0:
		out = append(out, p.say(fmt.Sprintf("%s of %s new since the baseline", quantity.Count(fresh), quantity.Count(uint64(len(b)))),
			fmt.Sprintf("%s 个中有 %s 个是基线之后新出现的", quantity.Count(uint64(len(b))), quantity.Count(fresh))))
	}
	v := b.volume()
	sum := v.text()
	if fewest == most {
		out = append(out, p.say(sum.EN+" in all, "+quantity.Count(most)+" each", "共 "+sum.ZH+"，每个 "+v.of(most).ZH))
	} else {
		out = append(out, p.say(sum.EN+" in all, "+quantity.Count(fewest)+" to "+quantity.Count(most)+" each",
			"共 "+sum.ZH+"，每个 "+quantity.Count(fewest)+" 至 "+v.of(most).ZH))
	}
	if ports := p.portsOf(b[0].Services); ports != "" {
		out = append(out, ports)
	}
	out = append(out, b[0].Rules...)
	switch {
	case o.Accepted > 0:
		out = append(out, p.say(fmt.Sprintf("%s of %s let in", quantity.Count(o.Accepted), quantity.Count(all)), fmt.Sprintf("%s 次中有 %s 次放行", quantity.Count(all), quantity.Count(o.Accepted))))
	case o.Blocked == all:
		out = append(out, p.say("all of it blocked", "全部被拦截"))
	}
	return out
}

// factsOf are the facts of one finding; first whether it is new.
func (p *explainPage) factsOf(f *portlore.Finding) []string {
	if !f.New {
		return f.Facts
	}
	return append([]string{p.sinceBaseline()}, f.Facts...)
}

func (p *explainPage) sinceBaseline() string {
	return p.say("new since the baseline", "基线之后新出现")
}

// portsOf says about which ports a block is.
func (p *explainPage) portsOf(services []portlore.Service) string {
	switch n := len(services); {
	case n == 0:
		return ""
	case n == 1:
		port := portName(services[0])
		return p.say("port "+port, "端口 "+port)
	case n > 8:
		return p.say("more than 8 ports each", "每个都超过 8 个端口")
	default:
		return p.say(fmt.Sprintf("%d ports: %s", n, ports(services)), fmt.Sprintf("%d 个端口：%s", n, ports(services)))
	}
}

func portName(s portlore.Service) string {
	name := fmt.Sprintf("%d/%s", s.Port, s.Proto)
	if s.Name != "" {
		name += " (" + s.Name + ")"
	}
	return name
}

// subject is the source of a finding, or what there is of one.
func subject(f *portlore.Finding) string {
	if len(f.Subjects) == 0 {
		return "-"
	}
	return f.Subjects[0]
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

// heading is the word, the number, the title, and the first subject at the right.
func (p *explainPage) heading(n int, b block) {
	right, sources := "", max(b[0].Sources, uint64(len(b)))
	if len(b[0].Subjects) > 0 {
		right = safetext.Clean(b[0].Subjects[0])
		if sources > 1 {
			right = p.say(fmt.Sprintf("%s and %s more", right, quantity.Count(sources-1)), fmt.Sprintf("%s 等 %s 个", right, quantity.Count(sources)))
		}
	}
	p.title(n, b, right)
}

// title is a line with the word, the number and the title, and something else
// at the right where there is room for it.
func (p *explainPage) title(n int, b block, right string) {
	word := p.word(b[0].Word)
	left := textwidth.Pad(word+" "+strconv.Itoa(n)+" ", indent) + safetext.Clean(p.titleOf(b))
	if textwidth.Of(left)+textwidth.Of(right)+2 > columns {
		right = ""
	}
	if !p.Color {
		p.split(left, right)
		return
	}
	s := strings.TrimRight(left+strings.Repeat(" ", max(0, columns-textwidth.Of(left)-textwidth.Of(right)))+right, " ")
	p.b.WriteString(paint(b[0].Word, word) + strings.TrimPrefix(s, word) + "\n")
}

// split is a line with something at the left and something at the right.
func (p *explainPage) split(left, right string) {
	p.line(left + strings.Repeat(" ", max(0, columns-textwidth.Of(left)-textwidth.Of(right))) + right)
}

// titleOf is the title of a finding, or that of several as one.
func (p *explainPage) titleOf(b block) string {
	if b[0].Class == "sensor.alert" { // the sensor's own words
		return b[0].Title
	}
	if len(b) == 1 || p.Base == nil {
		return b[0].Title
	}
	class, ok := p.Base.Class(b[0].Class)
	if !ok || class.Titles.In(p.Lang) == "" {
		return b[0].Title
	}
	var numbers, names []string
	for _, s := range b[0].Services {
		numbers = append(numbers, strconv.Itoa(int(s.Port)))
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("%d/%s", s.Port, s.Proto)
		}
		names = append(names, name)
	}
	port, service := append(numbers, "")[0], append(names, "")[0]
	target := append(append([]string{}, b[0].Targets...), "")[0]
	return strings.NewReplacer(
		"{subjects}", quantity.Count(uint64(len(b))), "{subject}", subject(b[0]), "{target}", target, "{targets}", strconv.Itoa(len(b[0].Targets)),
		"{ports}", strings.Join(numbers[:min(8, len(numbers))], " "), "{port}", port,
		"{service}", service, "{services}", strings.Join(names[:min(3, len(names))], ", "), "{count}", quantity.Count(b.volume().number()),
	).Replace(class.Titles.In(p.Lang))
}
