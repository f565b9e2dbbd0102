package firewall

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// An Answer says whom the rules let in.
type Answer struct {
	From     Set       // the sources that reach the port
	Let      []Hit     // the rules that let them, in the order met
	Stopped  []Hit     // the rules and policies that stop others
	Unsure   []Hit     // rules with parts that are not understood: the worst is assumed of them
	Forwards []Forward // where the destination is translated, for the sources that are let through
}

// A Hit is a rule, and the sources that it caught.
type Hit struct {
	Chain *Chain
	Rule  *Rule // nil: the policy of the chain
	From  Set
}

// String names the rule so that the reader finds it.
func (h Hit) String() string {
	if h.Rule == nil {
		return h.Chain.String() + ": policy " + map[bool]string{false: "accept", true: "drop"}[h.Chain.Drop]
	}
	return h.Chain.String() + ": " + h.Rule.Text
}

// A Forward is a port whose packets go on to another address.
type Forward struct {
	To   netip.AddrPort
	From Set
	By   Hit
}

// maxDepth of jumps; the kernel's own bound is 16 (NFT_JUMP_STACK_SIZE in
// include/net/netfilter/nf_tables.h).
const maxDepth = 16

// maxSteps bounds the rules that one walk may meet. The kernel refuses chains
// that jump in a circle, but a text can have them.
const maxSteps = 1 << 17

// Admit follows the first packet of a flow from any of the sources. Route says
// by which interface an address is reached from here; "": it is our own.
// A Ruleset remembers parts of answers, so it is asked by one goroutine at a time.
func (rs *Ruleset) Admit(f Flow, from Set, route func(netip.Addr) string) Answer {
	w := walk{rules: rs, flow: f, memo: &rs.memo}
	from = w.hook("ingress", from)
	from = w.hook("prerouting", from)
	forwards := w.forwards
	local := w
	a := Answer{From: local.hook("input", from)}
	local.into(&a)
	for _, fw := range forwards {
		to := w
		to.flow.Dest, to.flow.Port, to.flow.dnat = fw.To.Addr(), fw.To.Port(), true
		to.let, to.stopped, to.unsure = nil, nil, nil
		hook := "forward"
		if to.flow.Out = route(fw.To.Addr()); to.flow.Out == "" {
			hook = "input"
		}
		if fw.From = to.hook(hook, fw.From); len(fw.From) > 0 {
			a.Forwards = append(a.Forwards, fw)
		}
		to.into(&a)
	}
	return a
}

type walk struct {
	rules    *Ruleset
	flow     Flow
	let      []Hit
	stopped  []Hit
	unsure   []Hit
	forwards []Forward
	steps    int
	memo     *memo
}

func (w *walk) into(a *Answer) {
	a.Let = append(a.Let, w.let...)
	a.Stopped = append(a.Stopped, w.stopped...)
	a.Unsure = append(a.Unsure, w.unsure...)
}

// hook walks the base chains of a hook in order. What one accepts the next one
// still sees; what one drops is gone.
func (w *walk) hook(hook string, from Set) Set {
	var base []*Chain
	for _, c := range w.rules.Chains {
		if c.Hook == hook && w.sees(c) && (!c.NAT || hook == "prerouting") {
			base = append(base, c)
		}
	}
	slices.SortStableFunc(base, func(a, b *Chain) int { return cmp.Compare(a.Priority, b.Priority) })
	for _, c := range base {
		if len(from) == 0 {
			break
		}
		s := w.chain(c, from, 0)
		rest := s.rest.Union(s.back)
		switch {
		case len(rest) == 0:
		case c.Drop:
			w.stopped = append(w.stopped, Hit{c, nil, rest})
		default:
			s.accepted = s.accepted.Union(rest)
		}
		from = s.accepted
	}
	return from
}

func (w *walk) sees(c *Chain) bool {
	switch c.Family {
	case "ip":
		return !w.flow.V6
	case "ip6":
		return w.flow.V6
	case "netdev":
		return slices.Contains(c.Devices, w.flow.In)
	case "inet":
		return c.Hook != "ingress" || slices.Contains(c.Devices, w.flow.In)
	}
	return false
}

// split is what a chain makes of the sources that enter it.
type split struct {
	accepted Set
	rest     Set // ran off the end
	back     Set // returned to the caller of a chain that was left by goto
}

func (w *walk) chain(c *Chain, from Set, depth int) (s split) {
	s.rest = from
	if w.steps += len(c.Rules); depth > maxDepth || w.steps > maxSteps {
		w.unsure = append(w.unsure, Hit{c, &Rule{Unknown: []string{"too many jumps"}}, from})
		s.accepted = from
		return s
	}
	for i := range c.Rules {
		r := &c.Rules[i]
		caught, sure := w.caught(r, s.rest)
		if len(caught) == 0 {
			continue
		}
		hit := Hit{c, r, caught}
		if !sure && r.Then != Continue {
			w.unsure = append(w.unsure, hit)
		}
		if r.Untrack {
			w.flow.untracked = true
		}
		left := s.rest // what the next rule sees
		if sure {
			left = w.memo.do(true, s.rest, caught)
		}
		switch r.Then {
		case Continue:
			continue
		case Accept:
			w.accept(hit)
			s.accepted = s.accepted.Union(caught)
		case Perhaps:
			s.accepted = s.accepted.Union(caught)
			left = s.rest
			if sure {
				w.unsure = append(w.unsure, hit)
			}
		case Drop:
			if !sure {
				continue
			}
			w.stopped = append(w.stopped, hit)
		case Return:
			s.back = s.back.Union(caught)
		case DNAT:
			w.forward(hit)
		case Jump, Goto:
			to := w.rules.find(c, r.Target)
			if to == nil {
				continue
			}
			sub := w.chain(to, caught, depth+1)
			s.accepted = s.accepted.Union(sub.accepted)
			if rest := sub.rest.Union(sub.back); r.Then == Goto {
				s.back = s.back.Union(rest)
			} else {
				left = left.Union(rest)
			}
		}
		if s.rest = left; len(left) == 0 {
			break
		}
	}
	return s
}

func (w *walk) accept(h Hit) {
	if !h.Chain.NAT {
		w.let = append(w.let, h)
	}
}

func (w *walk) forward(h Hit) {
	to := h.Rule.To
	if !to.Addr().IsValid() { // redirect: to this machine itself
		to = netip.AddrPortFrom(w.flow.Dest, to.Port())
	}
	if to.Port() == 0 {
		to = netip.AddrPortFrom(to.Addr(), w.flow.Port)
	}
	w.forwards = append(w.forwards, Forward{To: to, From: h.From, By: h})
}

// caught is the sources for which the conditions of a rule hold, or may. What
// does not look at the source is asked first: it costs little, and most rules are
// about another port.
func (w *walk) caught(r *Rule, from Set) (Set, bool) {
	sure := len(r.Unknown) == 0
	for i := range r.If {
		m := &r.If[i]
		if m.Field == Source {
			continue
		}
		ok, certain := m.holds(&w.flow)
		if !ok {
			return nil, true
		}
		sure = sure && certain
	}
	for i := range r.If {
		switch m := &r.If[i]; {
		case m.Field != Source:
		case m.Not:
			from = w.memo.do(true, from, m.Addrs)
		default:
			from = w.memo.do(false, from, m.Addrs)
		}
	}
	return from, sure
}

// NotUnderstood is the parts of the rules met that were not understood.
func (a *Answer) NotUnderstood() string {
	var parts []string
	for _, h := range a.Unsure {
		if h.Rule != nil {
			parts = append(parts, h.Rule.Unknown...)
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), ", ")
}
