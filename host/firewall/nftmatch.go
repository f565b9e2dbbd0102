package firewall

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

func (p *nftParser) match(rules []Rule, scope string, body map[string]any) []Rule {
	op, _ := body["op"].(string)
	left, _ := body["left"].(map[string]any)
	keys, concat := left["concat"].([]any)
	if !concat {
		m, ok := p.condition(left, op, p.elements(scope, body["right"]))
		return each(rules, func(r *Rule) { add(r, m, ok, left) })
	}
	if op == "!=" {
		return each(rules, func(r *Rule) { r.Unknown = append(r.Unknown, "concatenation with !=") })
	}
	var all []Rule
	for _, e := range p.elements(scope, body["right"]) {
		all = append(all, p.entry(rules, keys, e)...)
	}
	return all
}

// vmap is a rule for every entry, with its own verdict.
func (p *nftParser) vmap(rules []Rule, scope string, body map[string]any) (all []Rule) {
	for _, e := range p.elements(scope, body["data"]) {
		pair, _ := e.([]any)
		if len(pair) != 2 {
			return each(rules, func(r *Rule) { r.Unknown, r.Then = append(r.Unknown, "vmap"), Perhaps })
		}
		verdict, ok := pair[1].(map[string]any)
		if !ok { // nft -j before 1.0.? writes verdicts without an argument as words
			if word, ok := pair[1].(string); ok {
				verdict = map[string]any{word: nil}
			}
		}
		for kind, value := range verdict {
			entry := p.entry(rules, keysOf(body["key"]), pair[0])
			if !slices.Contains([]string{"accept", "drop", "continue", "return", "jump", "goto", "queue"}, kind) {
				kind = "verdict " + kind // not understood
			}
			all = append(all, p.statement(entry, scope, kind, value)...)
		}
	}
	return all
}

func keysOf(key any) []any {
	k, _ := key.(map[string]any)
	if list, ok := k["concat"].([]any); ok {
		return list
	}
	return []any{key}
}

// entry is the rules with the conditions that an entry of a set or map makes,
// one for each of the keys.
func (p *nftParser) entry(rules []Rule, keys []any, entry any) []Rule {
	entry = bare(entry)
	values := []any{entry}
	if c, ok := entry.(map[string]any); ok && c["concat"] != nil {
		values, _ = c["concat"].([]any)
	}
	out := slices.Clone(rules)
	return each(out, func(r *Rule) {
		r.If, r.Unknown = slices.Clone(r.If), slices.Clone(r.Unknown)
		if entry == "*" { // whatever no other entry catches; the others come first
			return
		}
		for i, k := range keys {
			left, _ := k.(map[string]any)
			if i >= len(values) {
				r.Unknown = append(r.Unknown, describe(left))
				continue
			}
			m, ok := p.condition(left, "==", []any{values[i]})
			add(r, m, ok, left)
		}
	})
}

func add(r *Rule, m Match, ok bool, left map[string]any) {
	if !ok {
		r.Unknown = append(r.Unknown, describe(left))
		return
	}
	r.If = append(append(r.If, implied(left)...), m)
}

// implied is what nft leaves out because it follows: tcp dport is asked of TCP
// only, ip saddr of IPv4 only, whatever the comparison.
func implied(left map[string]any) []Match {
	if list, ok := left["&"].([]any); ok && len(list) > 0 {
		left, _ = list[0].(map[string]any)
	}
	body, _ := left["payload"].(map[string]any)
	protocol, _ := body["protocol"].(string)
	switch protocol {
	case "ip":
		return []Match{{Field: Version, Spans: []Span{{4, 4}}}}
	case "ip6":
		return []Match{{Field: Version, Spans: []Span{{6, 6}}}}
	}
	if n, ok := protocolNumber(protocol); ok {
		return []Match{{Field: Proto, Spans: []Span{{n, n}}}}
	}
	return nil
}

// describe names an expression that is not understood: "meta mark".
func describe(left map[string]any) string {
	for kind, value := range left {
		body, _ := value.(map[string]any)
		for _, name := range []string{"key", "field", "name"} {
			if word, ok := body[name].(string); ok {
				return kind + " " + word
			}
		}
		return kind
	}
	return "a condition"
}

// elements is what stands on the right: one value, a list, or a named set. The
// catch-all comes last.
func (p *nftParser) elements(scope string, right any) []any {
	switch v := right.(type) {
	case string:
		if name, ok := strings.CutPrefix(v, "@"); ok {
			return catchAllLast(p.sets[scope+name].Elem)
		}
	case []any:
		return v
	case map[string]any:
		if list, ok := v["set"].([]any); ok {
			return catchAllLast(list)
		}
		if list, ok := v["|"].([]any); ok {
			return list
		}
	}
	return []any{right}
}

func catchAllLast(list []any) []any {
	isAll := func(e any) bool {
		pair, _ := e.([]any)
		return len(pair) == 2 && bare(pair[0]) == "*"
	}
	if i := slices.IndexFunc(list, isAll); i >= 0 {
		return append(slices.Delete(slices.Clone(list), i, i+1), list[i])
	}
	return list
}

// bare is the value of an element without its timeout, counter and comment.
func bare(v any) any {
	if body, ok := v.(map[string]any); ok {
		if e, ok := body["elem"].(map[string]any); ok {
			return e["val"]
		}
	}
	return v
}

// condition is a comparison of one field with some values.
func (p *nftParser) condition(left map[string]any, op string, right []any) (Match, bool) {
	m := Match{Not: op == "!="}
	for kind, value := range left {
		if kind == "&" { // tcp flags & (fin | syn) == syn
			return p.masked(m, value, right)
		}
		body, _ := value.(map[string]any)
		m.Field = nftField(kind, body)
	}
	if m.Field == 0 {
		return m, false
	}
	for _, v := range right {
		if !m.add(bare(v), op) {
			return m, false
		}
	}
	m.Addrs = m.Addrs.tidy() // once: a blocklist has many thousands
	if m.Field == Flags {
		for i, s := range m.Spans { // tcp flags syn: any of these bits
			m.Spans[i] = Span{s.Low & syn, syn}
		}
	}
	return m, true
}

func nftField(kind string, body map[string]any) Field {
	word := func(name string) string { s, _ := body[name].(string); return s }
	switch kind {
	case "payload":
		return payloadField(word("protocol"), word("field"))
	case "meta":
		return map[string]Field{
			"iifname": In, "iif": In, "oifname": Out, "oif": Out,
			"l4proto": Proto, "nfproto": Version, "protocol": Version,
		}[word("key")]
	case "ct":
		switch word("key") {
		case "state":
			return State
		case "status":
			return DNATed
		}
	case "fib":
		if word("result") == "type" && slices.Equal(names(body["flags"]), []string{"daddr"}) {
			return DestType
		}
	}
	return 0
}

func payloadField(protocol, field string) Field {
	switch protocol + " " + field {
	case "ip saddr", "ip6 saddr":
		return Source
	case "ip daddr", "ip6 daddr":
		return Dest
	case "ip protocol", "ip6 nexthdr":
		return Proto
	case "tcp dport", "udp dport", "th dport", "sctp dport", "udplite dport", "dccp dport":
		return Port
	case "tcp flags":
		return Flags
	}
	if slices.Contains([]string{"icmp", "icmpv6", "igmp", "arp", "esp", "ah"}, protocol) {
		return Never
	}
	return 0
}

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
		return true
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
