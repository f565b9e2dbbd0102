package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// AdviceOptions are what advice depends on beside the report.
type AdviceOptions struct {
	Lang    portlore.Lang
	Session Session // never shut out whoever reads this
	Own     bool    // name our own addresses in what is meant for strangers
}

// Advise writes into a report what can be done about each finding: commands to
// look again, firewall snippets with their undoing, a mail to the provider of
// the source, and what is refused and why. Nothing is ever carried out.
//
// Only what parses as an address or a number gets into a command, so nobody can
// write evidence that becomes part of one.
func Advise(r *portlore.Report, o AdviceOptions) {
	a := adviserOf(r, o)
	for i := range r.Findings {
		r.Findings[i].Advice = a.finding(&r.Findings[i])
	}
	for i := range r.Noise {
		r.Noise[i].Advice = a.noise(&r.Noise[i])
	}
}

func adviserOf(r *portlore.Report, o AdviceOptions) adviser {
	a := adviser{AdviceOptions: o, r: r}
	for _, h := range r.Home {
		if net, ok := network(h.Net); ok {
			a.home = append(a.home, net)
		}
	}
	a.home = distinct(a.home)
	return a
}

// mostNets is how many addresses a command names.
const mostNets = 100

type adviser struct {
	AdviceOptions
	r    *portlore.Report
	home []netip.Prefix
}

func (a adviser) say(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(a.Lang) }

// An adviceCase is what advice is about.
type adviceCase struct {
	adviser
	plan     plan
	class    string
	tag      string // names the rules that are printed, so that they can be taken back
	free     []netip.Prefix
	subjects []netip.Prefix
	targets  []netip.Prefix
	services []portlore.Service
}

func (a adviser) finding(f *portlore.Finding) []portlore.Advice {
	p, ok := planFor(f.Class)
	if !ok {
		return []portlore.Advice{}
	}
	g := guard{a.home, a.Session, f.Contacts}
	free, refused := g.sort(f.Subjects)
	free = free[:min(mostNets, len(free))]
	c := adviceCase{
		adviser: a, plan: p, class: f.Class, tag: tag(f.ID), free: free,
		subjects: networks(f.Subjects), targets: networks(f.Targets), services: f.Services,
	}
	out := c.verify()
	out = append(out, c.block(f, g, refused)...)
	for _, kind := range p.rules {
		out = append(out, c.rule(kind)...)
	}
	return append(out, c.report(f, refused))
}

// noise gets advice where there is something to do about it: what must be let
// in, refused at once, or kept out of the log.
func (a adviser) noise(n *portlore.Noise) []portlore.Advice {
	p, ok := planFor(n.Class)
	if !ok || len(p.rules) == 0 {
		return []portlore.Advice{}
	}
	c := adviceCase{
		adviser: a, plan: p, class: n.Class, tag: tag(n.Class),
		subjects: networks(n.Subjects), services: n.Services,
	}
	out := append(c.verify(), c.refusal(kindBlock, p.block))
	for _, kind := range p.rules {
		out = append(out, c.rule(kind)...)
	}
	return out
}

// tag names rules after a finding.
func tag(id string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, id)
	return "portlore_" + safe[:min(24, len(safe))]
}

func networks(addrs []string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range addrs {
		if net, ok := network(s); ok {
			out = append(out, net)
		}
	}
	return distinct(out)
}

// block offers to drop what the sources send, and says of which ones not, and why.
func (c adviceCase) block(f *portlore.Finding, g guard, refused []refusal) []portlore.Advice {
	why := c.plan.block
	if why == (portlore.Text{}) {
		why = roleRefuses(f.Role)
	}
	if why != (portlore.Text{}) {
		x := c.refusal(kindBlock, why)
		x.Title = c.say("Not offered: to block or to report the senders", "不提供：封禁或举报来源")
		return []portlore.Advice{x}
	}
	var out []portlore.Advice
	if len(c.free) > 0 {
		out = c.blocks()
		mind := c.mind(f, g)
		for i := range out {
			out[i].Text = mind
		}
	}
	for _, r := range refused {
		x := c.refusal(kindBlock, r.why)
		x.Title += c.say(": ", "：") + short(names(r.nets), c.Lang)
		out = append(out, x)
	}
	return out
}

// mind is what to think of before one blocks.
func (c adviceCase) mind(f *portlore.Finding, g guard) string {
	var mind []string
	if g.known(c.free) {
		mind = append(mind, c.say("Your own hosts speak to it too: a block cuts that off as well, and it may be a service that many share.",
			"你自己的主机也在与它通信：封禁会一并切断，而且它可能是许多人共用的服务。"))
	}
	if onlyUDP(f.Services) {
		mind = append(mind, c.say("A sender of UDP is easily forged: block it only if it keeps coming.", "UDP 来源容易伪造：它持续出现时再封禁。"))
	}
	if slices.ContainsFunc(c.free, func(n netip.Prefix) bool { return n.Addr().Is6() && !n.IsSingleIP() }) {
		mind = append(mind, c.say("A /64 usually is one customer; within it addresses change daily.", "一个 /64 通常是一个用户，其中的地址每天都在变。"))
	}
	if more := f.Sources - min(f.Sources, uint64(len(f.Subjects))); more > 0 {
		mind = append(mind, c.say(fmt.Sprintf("Sources that are not in the list: %s.", quantity.Count(more)), fmt.Sprintf("另有 %s 个来源未列出。", quantity.Count(more))))
	}
	return strings.Join(mind, c.say(" ", ""))
}

// roleRefuses says why only actors are blocked, whatever a table says.
func roleRefuses(role portlore.Role) portlore.Text {
	switch role {
	case portlore.Victim:
		return whyVictim
	case portlore.Forged:
		return whyForged
	case portlore.Ours:
		return whyOurs
	}
	return portlore.Text{}
}

func (c adviceCase) refusal(kind string, why portlore.Text) portlore.Advice {
	what := map[string]portlore.Text{
		kindBlock:   {EN: "to block the senders", ZH: "封禁来源"},
		kindClose:   {EN: "to close a port", ZH: "关闭端口"},
		kindContain: {EN: "to stop the traffic", ZH: "阻断外发流量"},
		kindAllow:   {EN: "to let it in", ZH: "放行"},
		kindReject:  {EN: "to refuse at once", ZH: "立即拒绝"},
		kindQuiet:   {EN: "to keep it out of the log", ZH: "不记日志"},
		kindAsk:     {EN: "what to ask of your own provider", ZH: "请运营商过滤的说法"},
		kindReport:  {EN: "a mail to the provider of the source", ZH: "给来源方运营商的举报邮件"},
	}[kind]
	return portlore.Advice{Kind: kind, Title: c.say("Not offered: "+what.EN, "不提供："+what.ZH), WhyNot: why.In(c.Lang)}
}

// cannot says that a tool cannot do what others can.
func (c adviceCase) cannot(kind, tool string, why portlore.Text) portlore.Advice {
	x := c.refusal(kind, why)
	x.Tool = tool
	x.Title += c.say(" ("+shown(tool)+")", "（"+shown(tool)+"）")
	return x
}

// shown is how people write the name of a tool.
func shown(tool string) string {
	if tool == toolWindows {
		return "Windows"
	}
	return tool
}

// short names a few of many.
func short(list []string, lang portlore.Lang) string {
	const few = 3
	s := strings.Join(list[:min(few, len(list))], " ")
	if n := len(list) - few; n > 0 {
		s += portlore.Text{EN: fmt.Sprintf(" and %d more", n), ZH: fmt.Sprintf(" 等 %d 个", len(list))}.In(lang)
	}
	return s
}

func onlyUDP(services []portlore.Service) bool {
	return len(services) > 0 && !slices.ContainsFunc(services, func(s portlore.Service) bool { return s.Proto != "udp" })
}

// numbersOf are the ports of one transport, at most so many, each once, sorted.
func numbersOf(services []portlore.Service, proto string, most int) []string {
	var ports []int
	for _, s := range services {
		if s.Proto == proto && s.Port != 0 && len(ports) < most && !slices.Contains(ports, int(s.Port)) {
			ports = append(ports, int(s.Port))
		}
	}
	slices.Sort(ports)
	var out []string
	for _, p := range ports {
		out = append(out, fmt.Sprint(p))
	}
	return out
}

// transports are those of a list of services that have ports.
func transports(services []portlore.Service) []string {
	var out []string
	for _, proto := range []string{"tcp", "udp", "sctp"} {
		if len(numbersOf(services, proto, 1)) > 0 {
			out = append(out, proto)
		}
	}
	return out
}
