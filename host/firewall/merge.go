package firewall

import (
	"cmp"
	"slices"
	"strings"
)

// Opaque says whether nft printed parts that only iptables can read.
func (rs *Ruleset) Opaque() bool { return slices.ContainsFunc(rs.Chains, (*Chain).opaque) }

func (c *Chain) opaque() bool {
	return c.Tool == "nft" && slices.ContainsFunc(c.Rules, func(r Rule) bool {
		return slices.ContainsFunc(r.Unknown, func(u string) bool { return strings.HasPrefix(u, "xt ") })
	})
}

// Replace takes what iptables-save says of the tables that nft could not read
// whole, and of those that it did not show at all.
func (rs *Ruleset) Replace(more *Ruleset) {
	same := func(a *Chain) func(*Chain) bool {
		return func(b *Chain) bool { return a.Family == b.Family && a.Table == b.Table }
	}
	for _, c := range more.Chains {
		shown := slices.ContainsFunc(rs.Chains, func(b *Chain) bool { return b.Tool == "nft" && same(c)(b) })
		opaque := slices.ContainsFunc(rs.Chains, func(b *Chain) bool { return same(c)(b) && b.opaque() })
		if opaque {
			rs.Chains = slices.DeleteFunc(rs.Chains, func(b *Chain) bool { return b.Tool == "nft" && same(c)(b) })
		}
		if opaque || !shown {
			rs.Chains = append(rs.Chains, c)
		}
	}
}

// Tables counts the tables.
func (rs *Ruleset) Tables() int {
	var seen []string
	for _, c := range rs.Chains {
		seen = append(seen, c.Family+" "+c.Table)
	}
	slices.Sort(seen)
	return len(slices.Compact(seen))
}

// A Service is a transport protocol and a port.
type Service struct {
	Proto uint8
	Port  uint16
}

// maxSpan is the widest range of ports that is looked at one by one.
const maxSpan = 4096

// Translated lists the services that rules which translate addresses speak of,
// on their own or in the chains that lead to them: where there may be a
// published port. Whether there is, Admit tells.
func (rs *Ruleset) Translated() (all []Service) {
	for _, c := range rs.Chains {
		if !c.NAT {
			continue
		}
		for _, r := range c.Rules {
			for _, m := range r.If {
				if m.Field != Port || m.Not || r.Then == Continue {
					continue
				}
				for _, s := range m.Spans {
					for p := s.Low; p <= s.High && p < s.Low+maxSpan; p++ {
						for _, proto := range r.protocols() {
							all = append(all, Service{proto, uint16(p)})
						}
					}
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Service) int { return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Proto, b.Proto)) })
	return slices.Compact(all)
}

// protocols are those that a rule speaks of, of the ones that have ports.
func (r *Rule) protocols() (some []uint8) {
	for _, proto := range []uint8{6, 17, 132} {
		if !slices.ContainsFunc(r.If, func(m Match) bool { return m.Field == Proto && within(m.Spans, uint32(proto)) == m.Not }) {
			some = append(some, proto)
		}
	}
	return some
}

// Filters says whether there is any rule or policy that could stop a packet or
// send it elsewhere.
func (rs *Ruleset) Filters() bool {
	return slices.ContainsFunc(rs.Chains, func(c *Chain) bool { return c.Drop || len(c.Rules) > 0 })
}

// PortClass numbers the ports so that all with one number meet the same fate:
// no rule tells them apart.
func (rs *Ruleset) PortClass() func(port uint16) int {
	var bounds []uint32
	for _, c := range rs.Chains {
		for _, r := range c.Rules {
			for _, m := range r.If {
				for _, s := range m.Spans {
					if m.Field == Port {
						bounds = append(bounds, s.Low, s.High+1)
					}
				}
			}
		}
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	return func(port uint16) int {
		i, exact := slices.BinarySearch(bounds, uint32(port))
		if exact {
			i++
		}
		return i
	}
}
