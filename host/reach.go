package host

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/host/firewall"
)

// A reach is the answer to a question: who, by what, and whom alone.
type reach struct {
	rank rank
	by   portlore.Text
	from []string       // the only networks let in; nil: no such limit
	to   netip.AddrPort // where it is sent on to
	at   []netip.Addr   // of what is sent on: the addresses where that is so
}

// word is the reach as the JSON has it.
func (r rank) word() string {
	return []string{portlore.ReachLoopback, portlore.ReachVPN, portlore.ReachLAN, portlore.ReachInternet}[r]
}

// reach answers a question; the worst way in wins.
func (p *place) reach(q question) reach {
	if p.class == nil {
		p.known = map[question]reach{}
		p.class = func(uint16) int { return 0 }
		if p.rules != nil {
			p.class = p.rules.PortClass()
		}
	}
	key := q
	if !q.early {
		key.port = uint16(p.class(q.port))
	}
	if r, ok := p.known[key]; ok {
		return r
	}
	r := p.ask(q)
	if !r.to.IsValid() { // where it is sent on to depends on the port itself
		p.known[key] = r
	}
	return r
}

func (p *place) ask(q question) reach {
	ways := p.ways(q)
	if len(ways) == 0 {
		return reach{by: join(bound(q), noWay(q))}
	}
	var best outcome
	var bestWay way
	var stopped *outcome // the worst way that a rule closed
	var r reach
	for i, w := range ways {
		o := p.pass(q, w)
		if o.to.IsValid() {
			if !r.to.IsValid() {
				r.to = o.to
			}
			if !slices.Contains(r.at, w.dest) {
				r.at = append(r.at, w.dest)
			}
		}
		switch {
		case i == 0, o.rank > best.rank, o.rank == best.rank && best.limited && !o.limited:
			best, bestWay = o, w
		}
		if o.rank == loopback && stopped == nil && !q.passed {
			stopped = &o
		}
	}
	parts := []portlore.Text{bound(q), bestWay.text(), best.text}
	if best.rank != loopback && stopped != nil && ways[0].rank > best.rank {
		parts = append(parts, stopped.text)
	}
	r.rank, r.from, r.by = best.rank, best.from, join(parts...)
	return r
}

// routed are the EtherTypes whose packets come from beyond the link: all, IPv4,
// IPv6 (include/uapi/linux/if_ether.h).
var routed = []uint16{0x0003, 0x0800, 0x86dd}

// An outcome is what the firewall makes of one way.
type outcome struct {
	rank    rank
	from    []string
	limited bool
	to      netip.AddrPort
	text    portlore.Text
}

// maxFrom bounds the list of networks that are let in.
const maxFrom = 64

func (p *place) pass(q question, w way) outcome {
	open := outcome{rank: w.rank}
	switch {
	case q.early && !slices.Contains(routed, q.port):
		return outcome{rank: min(w.rank, lan), text: portlore.Text{EN: "sees frames of its own link only", ZH: "只看得到本链路的帧"}}
	case q.early:
		open.text = portlore.Text{EN: "sees packets before the firewall does", ZH: "在防火墙之前就能看到报文"}
		return open
	case p.rules == nil:
		open.text = unread(p.unread)
		return open
	case !p.rules.Filters():
		open.text = portlore.Text{EN: "no firewall rules", ZH: "没有防火墙规则"}
		return open
	}
	v6 := w.dest.Is6()
	from := p.senders(v6)
	answer := p.rules.Admit(firewall.Flow{V6: v6, Proto: q.proto, Dest: w.dest, Port: q.port, In: w.link.name}, from.everyone, p.route)
	sources := answer.From
	if q.passed {
		sources = nil
	}
	for _, f := range answer.Forwards {
		sources, open.to = sources.Union(f.From), f.To
	}
	let := p.rules.Both(sources, from.others)
	stop := answer.Stopped
	if w.rank == internet {
		if some := p.rules.Both(sources, from.strangers); len(some) > 0 {
			let = some
		} else {
			open.rank = lan
			stop = touching(stop, from.strangers)
		}
	}
	if len(let) == 0 {
		return outcome{rank: loopback, text: stoppedBy(stop, w, true)}
	}
	open.limited = let.Within(8, 7, maxFrom)
	if open.limited {
		nets, _ := let.Prefixes(maxFrom)
		for _, n := range nets {
			open.from = append(open.from, n.String())
		}
	}
	parts := []portlore.Text{p.letBy(&answer, let, open)}
	if open.rank < w.rank {
		parts = append(parts, stoppedBy(stop, w, false))
	}
	open.text = join(parts...)
	return open
}

// letBy says which rule lets the sources in.
func (p *place) letBy(a *firewall.Answer, let firewall.Set, o outcome) portlore.Text {
	var parts []portlore.Text
	for _, f := range a.Forwards {
		to, rule := f.To.String(), f.By.String()
		parts = append(parts, portlore.Text{EN: "sent on to " + to + " by " + rule, ZH: "转发到 " + to + "，规则：" + rule})
		break
	}
	hits := touching(a.Let, let)
	from := strings.Join(o.from[:min(len(o.from), 3)], ", ")
	if len(o.from) > 3 {
		from += ", …"
	}
	switch {
	case o.limited && len(hits) > 0:
		rule := hits[len(hits)-1].String()
		parts = append(parts, portlore.Text{EN: "only from " + from + ": " + rule, ZH: "只放行 " + from + "：" + rule})
	case o.limited:
		parts = append(parts, portlore.Text{EN: "only from " + from, ZH: "只放行 " + from})
	case len(hits) > 0:
		rule := hits[len(hits)-1].String()
		parts = append(parts, portlore.Text{EN: "let in by " + rule, ZH: "放行规则：" + rule})
	case len(parts) == 0:
		parts = append(parts, portlore.Text{EN: "no firewall rule stops it", ZH: "没有防火墙规则拦截"})
	}
	if odd := a.NotUnderstood(); odd != "" {
		parts = append(parts, portlore.Text{EN: "not understood, the worst is assumed: " + odd, ZH: "有看不懂的条件，按最坏情况判断：" + odd})
	}
	return join(parts...)
}

// touching is the hits that caught some of the sources.
func touching(hits []firewall.Hit, s firewall.Set) []firewall.Hit {
	var some []firewall.Hit
	for _, h := range hits {
		if h.From.Meets(s) {
			some = append(some, h)
		}
	}
	return some
}

func stoppedBy(hits []firewall.Hit, w way, all bool) portlore.Text {
	rule := "?"
	if len(hits) > 0 {
		rule = hits[len(hits)-1].String()
	}
	if !all {
		return portlore.Text{EN: "strangers are stopped by " + rule, ZH: "陌生人被拦截：" + rule}
	}
	return portlore.Text{
		EN: fmt.Sprintf("from %s stopped by %s", w.link.name, rule),
		ZH: fmt.Sprintf("来自 %s 的被拦截：%s", w.link.name, rule),
	}
}
