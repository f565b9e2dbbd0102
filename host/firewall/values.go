package firewall

import (
	"net/netip"
	"strconv"
)

// masked is a comparison of some of the TCP flags.
func (p *nftParser) masked(m Match, value any, right []any) (Match, bool) {
	list, _ := value.([]any)
	if len(list) != 2 {
		return m, false
	}
	left, _ := list[0].(map[string]any)
	body, _ := left["payload"].(map[string]any)
	if nftField("payload", body) != Flags {
		return m, false
	}
	mask, ok := flagBits(list[1])
	want, ok2 := flagBits(right)
	m.Field, m.Spans = Flags, []Span{{mask, want}}
	return m, ok && ok2
}

// flagBits reads TCP flags: a number, a name, or several or'ed.
func flagBits(v any) (bits uint32, ok bool) {
	bit := map[string]uint32{"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}
	switch v := v.(type) {
	case float64:
		return uint32(v), true
	case string:
		bits, ok = bit[v]
		return bits, ok
	case map[string]any:
		return flagBits(v["|"])
	case []any:
		for _, e := range v {
			b, ok := flagBits(e)
			if !ok {
				return 0, false
			}
			bits |= b
		}
		return bits, len(v) > 0
	}
	return 0, false
}

// add adds one value on the right of a comparison: false if it is not understood.
func (m *Match) add(v any, op string) bool {
	switch m.Field {
	case Never:
		return v != true // fib … exists is what every stranger has
	case DNATed:
		return v == "dnat"
	case In, Out, State, DestType:
		name, ok := v.(string)
		m.Values = append(m.Values, name)
		return ok && (op == "==" || op == "!=" || op == "in")
	case Source, Dest:
		r, ok := addrRange(v)
		m.Addrs = append(m.Addrs, r)
		return ok && (op == "==" || op == "!=")
	}
	span, ok := m.span(v)
	switch op {
	case "<", "<=":
		span = Span{0, span.High}
		if op == "<" && span.High > 0 {
			span.High--
		}
	case ">", ">=":
		span = Span{span.Low, 1<<32 - 1}
		if op == ">" {
			span.Low++
		}
	}
	m.Spans = append(m.Spans, span)
	return ok
}

func addrRange(v any) (r Range, ok bool) {
	switch v := v.(type) {
	case string:
		a, err := netip.ParseAddr(v)
		return Range{a, a}, err == nil
	case map[string]any:
		if n, ok := v["prefix"].(map[string]any); ok {
			a, ok := addrRange(n["addr"])
			bits, ok2 := n["len"].(float64)
			if !ok || !ok2 || int(bits) > a.From.BitLen() {
				return r, false
			}
			net := netip.PrefixFrom(a.From, int(bits))
			return Range{net.Masked().Addr(), last(net)}, true
		}
		if ends, ok := v["range"].([]any); ok && len(ends) == 2 {
			a, ok := addrRange(ends[0])
			b, ok2 := addrRange(ends[1])
			return Range{a.From, b.To}, ok && ok2
		}
	}
	return r, false
}

// span reads a number, the name of a protocol, or a range.
func (m *Match) span(v any) (Span, bool) {
	switch v := v.(type) {
	case float64:
		return Span{uint32(v), uint32(v)}, v >= 0
	case string:
		if n, err := strconv.ParseUint(v, 0, 32); err == nil {
			return Span{uint32(n), uint32(n)}, true
		}
		if m.Field == Flags {
			bits, ok := flagBits(v)
			return Span{bits, bits}, ok
		}
		n, ok := map[string]uint32{"ipv4": 4, "ip": 4, "ipv6": 6, "ip6": 6, "arp": 0}[v]
		if m.Field == Proto {
			n, ok = protocolNumber(v)
		}
		return Span{n, n}, ok
	case map[string]any:
		if ends, ok := v["range"].([]any); ok && len(ends) == 2 {
			a, ok := m.span(ends[0])
			b, ok2 := m.span(ends[1])
			return Span{a.Low, b.High}, ok && ok2
		}
	}
	return Span{}, false
}

// protocolNumber knows the names that nft and iptables print for IP protocols.
func protocolNumber(name string) (uint32, bool) {
	n, ok := map[string]uint32{
		"icmp": 1, "igmp": 2, "ipencap": 4, "tcp": 6, "udp": 17, "dccp": 33, "ipv6": 41, "gre": 47, "esp": 50, "ah": 51,
		"icmpv6": 58, "ipv6-icmp": 58, "ospf": 89, "vrrp": 112, "sctp": 132, "udplite": 136, "comp": 108,
	}[name]
	return n, ok
}
