package detect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// words fills the placeholders of class texts (lore/FORMAT.md) for one draft.
type words struct {
	lang     portlore.Lang
	replacer *strings.Replacer
}

func (c *Case) wordsFor(d *draft) words {
	services := c.services(d)
	port, service := "", ""
	var ports, names []string
	for i, s := range services {
		name := s.Name
		if name == "" {
			name = fmt.Sprintf("%d/%s", s.Port, s.Proto)
		}
		if i == 0 || name == strings.TrimPrefix(d.class, "probe.enum.") { // pcAnywhere's 22/udp is not SSH's
			port, service = strconv.Itoa(int(s.Port)), name
		}
		if i < 8 {
			ports = append(ports, strconv.Itoa(int(s.Port)))
		}
		if i < 3 {
			names = append(names, name)
		}
	}
	subject, target := d.subjects.first(), d.targets.first()
	return words{c.o.Lang, strings.NewReplacer(
		"{subject}", subject, "{subjects}", quantity.Count(d.sources()),
		"{target}", target, "{targets}", quantity.Count(max(d.hosts, uint64(len(d.targets.list)))),
		"{ports}", strings.Join(ports, " "), "{port}", port,
		"{service}", service, "{services}", strings.Join(names, ", "),
		"{count}", quantity.Count(d.observations),
	)}
}

func (w words) fill(t portlore.Text) string { return w.replacer.Replace(t.In(w.lang)) }

func (w words) all(ts []portlore.Text) []string {
	out := []string{}
	for _, t := range ts {
		out = append(out, w.fill(t))
	}
	return out
}

// factColumns is how long the first fact may be: a line of the screen less what
// stands before it.
const factColumns = 72

// facts are what was counted: how much, which ports, of whom; and what became of it.
func (c *Case) facts(d *draft) []string {
	services := c.services(d)
	what := quantity.Plural(d.packets, "packet")
	zh := fmt.Sprintf("%s 包", quantity.Count(d.packets))
	if d.packets == 0 { // what a sensor says is no packet
		what = quantity.Plural(d.observations, "record")
		zh = fmt.Sprintf("%s 条记录", quantity.Count(d.observations))
	}
	hosts, about, aboutZH := estimate(max(d.hosts, uint64(len(d.targets.list))), d.aboutHosts)
	tail, tailZH := "", ""
	if hosts > 1 {
		tail = fmt.Sprintf("; %s%s hosts", about, quantity.Count(hosts))
		tailZH = fmt.Sprintf("；%s%s 台主机", aboutZH, quantity.Count(hosts))
	}
	ports, about, aboutZH := estimate(max(d.ports, uint64(len(d.services))), d.aboutPorts)
	switch n := ports; {
	case len(services) == 0:
	case n == 1:
		what += fmt.Sprintf(", port %d", services[0].Port)
		zh += fmt.Sprintf("，端口 %d", services[0].Port)
		if name := services[0].Name; name != "" {
			what += fmt.Sprintf(" (%s)", name)
			zh += fmt.Sprintf("（%s）", name)
		}
	default:
		what += fmt.Sprintf(", %s%s ports: ", about, quantity.Count(n))
		list := ""
		for most := 8; most > 0; most-- {
			list = numbers(services, most)
			if n > uint64(most) {
				list += " .."
			}
			if len(what+list+tail) <= factColumns {
				break
			}
		}
		what += list
		zh += fmt.Sprintf("，%s%s 个端口：%s", aboutZH, quantity.Count(n), list)
	}
	what, zh = what+tail, zh+tailZH
	var out []string
	if d.observations > 0 {
		out = append(out, portlore.Text{EN: what, ZH: zh}.In(c.o.Lang))
	}
	for _, f := range d.facts {
		out = append(out, f.In(c.o.Lang))
	}
	if o := outcome(d); o != (portlore.Text{}) {
		out = append(out, o.In(c.o.Lang))
	}
	return out
}

// estimate says a number roughly where it is one.
func estimate(n uint64, about bool) (rough uint64, en, zh string) {
	if !about {
		return n, "", ""
	}
	return roughly(n), "about ", "约 "
}

// roughly keeps two digits of an estimate, which is no surer than that.
func roughly(n uint64) uint64 {
	step := uint64(1)
	for n/step >= 100 {
		step *= 10
	}
	return (n + step/2) / step * step
}

// numbers are the first ports of a list of services, in their own order.
func numbers(services []portlore.Service, most int) string {
	var list []int
	for _, s := range services[:min(most, len(services))] {
		list = append(list, int(s.Port))
	}
	slices.Sort(list)
	return strings.Trim(fmt.Sprint(slices.Compact(list)), "[]")
}

func outcome(d *draft) portlore.Text {
	switch {
	case d.accepted > 0 && d.accepted == d.observations:
		return both("the firewall let all of it in", "防火墙全部放行")
	case d.accepted > 0:
		return both(fmt.Sprintf("%s of %s let in", quantity.Count(d.accepted), quantity.Count(d.observations)),
			fmt.Sprintf("%s 次中有 %s 次放行", quantity.Count(d.observations), quantity.Count(d.accepted)))
	case d.blocked > 0 && d.blocked == d.observations:
		return both("all of it blocked", "全部被拦截")
	}
	return portlore.Text{}
}

// Sentence is line 1: must the reader do something? It counts what is alike as
// one thing, and nothing that is muted.
func Sentence(r *portlore.Report, lang portlore.Lang) string {
	if len(r.Doors) == 0 {
		return trafficSentence(r, lang)
	}
	doors, act := doorsSentence(r.Doors, lang)
	between := both(" ", "").In(lang)
	nothing := both("Nothing here needs action", "没有需要处理的事").In(lang)
	traffic := trafficSentence(r, lang)
	switch {
	case r.Totals.Observations > 0 && act:
		if rest, quiet := strings.CutPrefix(traffic, nothing); quiet {
			traffic = both("In the traffic, nothing needs action", "流量方面没有需要处理的事").In(lang) + rest
		}
		return doors + between + traffic
	case r.Totals.Observations > 0:
		return traffic + between + doors
	case act:
		return doors
	}
	return nothing + both(". ", "。").In(lang) + doors
}

// trafficSentence is that of everything but doors.
func trafficSentence(r *portlore.Report, lang portlore.Lang) string {
	var n [portlore.Fix + 1]int
	for _, block := range portlore.Alike(r.Findings) {
		n[r.Findings[block[0]].Word]++
	}
	noise := uint64(0)
	for _, x := range r.Noise {
		noise += x.Observations
	}
	if r.Totals.Observations == 0 {
		return both("Nothing was understood, so there is no verdict.", "没有读懂任何内容，因此无法下结论。").In(lang)
	}
	var en, zh []string
	say := func(n int, one, many, text string) {
		switch {
		case n == 1:
			en = append(en, "1 "+one)
		case n > 1:
			en = append(en, quantity.Count(uint64(n))+" "+many)
		}
		if n > 0 {
			zh = append(zh, fmt.Sprintf(text, quantity.Count(uint64(n))))
		}
	}
	say(n[portlore.Fix], "to fix", "to fix", "%s 项须处理")
	say(n[portlore.Check], "to check", "to check", "%s 项须核实")
	act := len(en) > 0
	if act {
		say(n[portlore.Note], "worth knowing", "worth knowing", "%s 项供参考")
	} else {
		say(n[portlore.Note], "thing worth knowing", "things worth knowing", "另有 %s 项供参考")
	}
	share := 100 * float64(noise) / float64(r.Totals.Observations)
	switch {
	case len(r.Findings) == 0 && noise == r.Totals.Observations:
		return both("Nothing here needs action. All of it is routine noise.", "没有需要处理的事，全部是常见噪声。").In(lang)
	case noise > 0:
		en = append(en, fmt.Sprintf("%.1f%% is routine noise", share))
		zh = append(zh, fmt.Sprintf("%.1f%% 是常见噪声", share))
	}
	if act {
		return both(strings.Join(en, ", ")+".", strings.Join(zh, "，")+"。").In(lang)
	}
	if len(en) == 0 && len(r.Findings) > 0 {
		return both("Nothing here needs action: all that was found is muted.", "没有需要处理的事：所有发现均已静音。").In(lang)
	}
	if len(en) == 0 {
		return both("Nothing here needs action, but nothing of it could be explained.", "没有需要处理的事，但也未能解释其中内容。").In(lang)
	}
	return both("Nothing here needs action. "+strings.Join(en, ", ")+".", "没有需要处理的事。"+strings.Join(zh, "，")+"。").In(lang)
}
