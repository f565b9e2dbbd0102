package firewall

import (
	"slices"
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
		flags := names(body["flags"])
		if word("result") == "type" && slices.Equal(flags, []string{"daddr"}) {
			return DestType
		}
		if word("result") != "type" && slices.Contains(flags, "saddr") { // reverse path filter: a stranger's address has a route
			return Never
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
