package firewall

import (
	"cmp"
	"net/netip"
	"slices"
)

// A Range is the addresses of one family from From to To, both included.
type Range struct{ From, To netip.Addr }

// A Set is a set of addresses: ranges in order that do not touch.
type Set []Range

// Everyone is all addresses of a family.
func Everyone(v6 bool) Set {
	if v6 {
		return SetOf(netip.PrefixFrom(netip.IPv6Unspecified(), 0))
	}
	return SetOf(netip.PrefixFrom(netip.IPv4Unspecified(), 0))
}

// SetOf is the addresses in any of the networks.
func SetOf(nets ...netip.Prefix) Set {
	var all Set
	for _, n := range nets {
		all = append(all, Range{n.Masked().Addr(), last(n)})
	}
	return all.tidy()
}

// last is the last address of a network.
func last(n netip.Prefix) netip.Addr {
	b := n.Masked().Addr().AsSlice()
	for i := n.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// tidy puts ranges in order and joins those that touch.
func (s Set) tidy() Set {
	slices.SortFunc(s, func(a, b Range) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	out := s[:0]
	for _, r := range s {
		out = out.add(r)
	}
	return out
}

// add adds a range that does not begin before the last one.
func (s Set) add(r Range) Set {
	if len(s) == 0 {
		return append(s, r)
	}
	end := &s[len(s)-1]
	next := end.To.Next() // not valid after the last address of all
	if end.To.BitLen() != r.From.BitLen() || next.IsValid() && r.From.Compare(next) > 0 {
		return append(s, r)
	}
	if r.To.Compare(end.To) > 0 {
		end.To = r.To
	}
	return s
}

// Union is what is in either.
func (s Set) Union(t Set) Set {
	switch {
	case len(s) == 0:
		return t
	case len(t) == 0:
		return s
	case len(s) == len(t) && &s[0] == &t[0]:
		return s
	}
	out := make(Set, 0, len(s)+len(t))
	for len(s) > 0 || len(t) > 0 {
		if len(t) == 0 || len(s) > 0 && s[0].From.Compare(t[0].From) <= 0 {
			out, s = out.add(s[0]), s[1:]
		} else {
			out, t = out.add(t[0]), t[1:]
		}
	}
	return out
}

// Intersect is what is in both.
func (s Set) Intersect(t Set) Set {
	var out Set
	for i, j := 0, 0; i < len(s) && j < len(t); {
		from, to := s[i].From, s[i].To
		if t[j].From.Compare(from) > 0 {
			from = t[j].From
		}
		if t[j].To.Compare(to) < 0 {
			to = t[j].To
		}
		if from.Compare(to) <= 0 {
			out = append(out, Range{from, to})
		}
		if s[i].To.Compare(t[j].To) < 0 {
			i++
		} else {
			j++
		}
	}
	return out
}

// Meets says whether anything is in both.
func (s Set) Meets(t Set) bool {
	for i, j := 0, 0; i < len(s) && j < len(t); {
		switch {
		case s[i].To.Compare(t[j].From) < 0:
			i++
		case t[j].To.Compare(s[i].From) < 0:
			j++
		default:
			return true
		}
	}
	return false
}

// Subtract is what is in s and not in t.
func (s Set) Subtract(t Set) Set {
	var out Set
	j := 0
	for _, r := range s {
		for j < len(t) && t[j].To.Compare(r.From) < 0 {
			j++
		}
		for k := j; k < len(t) && t[k].From.Compare(r.To) <= 0; k++ {
			if t[k].From.Compare(r.From) > 0 {
				out = append(out, Range{r.From, t[k].From.Prev()})
			}
			if r.From = t[k].To.Next(); !r.From.IsValid() || r.From.Compare(r.To) > 0 {
				r.From = netip.Addr{}
				break
			}
		}
		if r.From.IsValid() {
			out = append(out, r)
		}
	}
	return out
}

// Prefixes is the set as networks, at most max of them; more says that there
// are others.
func (s Set) Prefixes(max int) (nets []netip.Prefix, more bool) {
	for _, r := range s {
		for from := r.From; from.IsValid() && from.Compare(r.To) <= 0; {
			if len(nets) == max {
				return nets, true
			}
			bits := from.BitLen()
			for bits > 0 { // the widest network that begins here and does not leave the range
				wider := netip.PrefixFrom(from, bits-1)
				if wider.Masked().Addr() != from || last(wider).Compare(r.To) > 0 {
					break
				}
				bits--
			}
			n := netip.PrefixFrom(from, bits)
			nets = append(nets, n)
			from = last(n).Next()
		}
	}
	return nets, false
}

// Within says whether all of the set lies in networks of this length or longer,
// at most max of them: whether somebody chose whom to let in.
func (s Set) Within(bits4, bits6, max int) bool {
	nets, more := s.Prefixes(max)
	return !more && !slices.ContainsFunc(nets, func(n netip.Prefix) bool {
		return n.Addr().Is4() && n.Bits() < bits4 || n.Addr().Is6() && n.Bits() < bits6
	})
}
