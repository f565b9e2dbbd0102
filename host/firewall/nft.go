package firewall

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// ParseNFT reads what `nft -j list ruleset` prints (libnftables-json(5)). The
// listing is what `nft -a -s -t list ruleset` prints, for the words of the rules;
// without it they are known by their handles.
func ParseNFT(text, listing []byte) (*Ruleset, error) {
	var doc struct {
		NFTables []map[string]json.RawMessage `json:"nftables"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("nft -j list ruleset: %w", err)
	}
	p := nftParser{sets: map[string]nftSet{}, words: listed(string(listing))}
	for _, object := range doc.NFTables { // sets stand before or after the rules that use them
		for _, kind := range []string{"set", "map"} {
			if raw, ok := object[kind]; ok {
				var s nftSet
				if err := json.Unmarshal(raw, &s); err != nil {
					return nil, fmt.Errorf("nft -j list ruleset: %s: %w", kind, err)
				}
				p.sets[s.Family+" "+s.Table+" "+s.Name] = s
			}
		}
	}
	for _, object := range doc.NFTables {
		var err error
		if raw, ok := object["chain"]; ok {
			err = p.chain(raw)
		} else if raw, ok := object["rule"]; ok {
			err = p.rule(raw)
		}
		if err != nil {
			return nil, fmt.Errorf("nft -j list ruleset: %w", err)
		}
	}
	return &p.rules, nil
}

type nftParser struct {
	rules Ruleset
	sets  map[string]nftSet
	words map[string]string // see listed
}

type nftSet struct {
	Family, Name, Table string
	Elem                []any
}

func (p *nftParser) chain(raw json.RawMessage) error {
	var c struct {
		Family, Table, Name, Type, Hook, Policy string
		Prio                                    int
		Dev                                     any // a name or a list of names
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("chain: %w", err)
	}
	if c.Dev == nil && c.Hook == "ingress" { // nft before 1.0.7 leaves it out of the JSON
		c.Dev = quoted(p.words[c.Family+" "+c.Table+" "+c.Name])
	}
	p.rules.Chains = append(p.rules.Chains, &Chain{
		Tool: "nft", Family: c.Family, Table: c.Table, Name: c.Name, Hook: c.Hook, Priority: c.Prio,
		NAT: c.Type == "nat", Devices: names(c.Dev), Drop: c.Policy == "drop",
	})
	return nil
}

func names(v any) (all []string) {
	switch v := v.(type) {
	case string:
		all = append(all, v)
	case []any:
		for _, e := range v {
			all = append(all, names(e)...)
		}
	}
	return all
}

// quoted is what stands in quotes: devices = { "eth0", "eth1" }.
func quoted(line string) (all []any) {
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			all = append(all, part)
		}
	}
	return all
}

func (p *nftParser) rule(raw json.RawMessage) error {
	var r struct {
		Family, Table, Chain string
		Handle               int
		Expr                 []map[string]any
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	i := slices.IndexFunc(p.rules.Chains, func(c *Chain) bool {
		return c.Name == r.Chain && c.Table == r.Table && c.Family == r.Family
	})
	if i < 0 {
		return fmt.Errorf("rule %d: no chain %s in table %s", r.Handle, r.Chain, r.Table)
	}
	text := p.words[fmt.Sprintf("%s %s %d", r.Family, r.Table, r.Handle)]
	if text == "" {
		text = fmt.Sprintf("rule with handle %d", r.Handle)
	}
	rules := []Rule{{Text: text}} // one, or as many as a map in it has entries
	scope := r.Family + " " + r.Table + " "
	for _, statement := range r.Expr {
		for kind, value := range statement {
			rules = p.statement(rules, scope, kind, value)
		}
	}
	p.rules.Chains[i].Rules = append(p.rules.Chains[i].Rules, rules...)
	return nil
}

// listed finds the words of every rule, by its handle, and of every hook, by the
// name of its chain, in a listing with handles:
//
//	table inet filter { # handle 1
//		chain input { # handle 1
//			type filter hook input priority filter; policy drop;
//			tcp dport 22 accept # handle 4
func listed(listing string) map[string]string {
	words := map[string]string{}
	table, chain := "", ""
	for line := range strings.Lines(listing) {
		line = strings.TrimSpace(line)
		text, handle, ok := strings.Cut(line, " # handle ")
		switch f := strings.Fields(text); {
		case ok && len(f) == 4 && f[0] == "table" && f[3] == "{":
			table = f[1] + " " + f[2]
		case ok && len(f) == 3 && f[0] == "chain" && f[2] == "{":
			chain = f[1]
		case ok && !strings.HasSuffix(text, "{"):
			words[table+" "+handle] = text
		case strings.HasPrefix(line, "type ") && strings.Contains(line, " hook "):
			words[table+" "+chain] = line
		}
	}
	return words
}

// statement adds one statement of a rule to it. A map makes several rules of
// it: one for each entry.
func (p *nftParser) statement(rules []Rule, scope, kind string, value any) []Rule {
	body, _ := value.(map[string]any)
	switch kind {
	case "match":
		return p.match(rules, scope, body)
	case "vmap":
		return p.vmap(rules, scope, body)
	case "dnat", "redirect":
		return p.dnat(rules, scope, body)
	case "xt":
		return each(rules, func(r *Rule) { xt(r, body) })
	}
	return each(rules, func(r *Rule) {
		switch kind {
		case "accept":
			r.Then = Accept
		case "drop", "reject":
			r.Then = Drop
		case "return":
			r.Then = Return
		case "jump", "goto":
			r.Then = map[string]Action{"jump": Jump, "goto": Goto}[kind]
			r.Target, _ = body["target"].(string)
		case "queue", "tproxy", "synproxy", "fwd":
			r.Then, r.Unknown = Perhaps, append(r.Unknown, kind)
		case "notrack":
			r.Untrack = true
		case "limit", "quota", "ct count", "meter":
			r.Unknown = append(r.Unknown, kind) // depends on how much came before
		case "set":
			if body["stmt"] != nil {
				r.Unknown = append(r.Unknown, kind)
			}
		case "counter", "log", "mangle", "continue", "masquerade", "snat", "flow", "dup", "map", "last",
			"ct helper", "ct timeout", "ct expectation", "secmark", "comment":
			// these change nothing of whether it is let in
		default:
			r.Unknown = append(r.Unknown, kind)
		}
	})
}

func each(rules []Rule, do func(*Rule)) []Rule {
	for i := range rules {
		do(&rules[i])
	}
	return rules
}

// xt is a part that iptables-nft put there and nft cannot read.
func xt(r *Rule, body map[string]any) {
	name, _ := body["name"].(string)
	if name == "comment" {
		return
	}
	if body["type"] != "target" {
		r.Unknown = append(r.Unknown, "xt match "+name)
		return
	}
	if r.Then = targets(name); r.Then == Perhaps {
		r.Unknown = append(r.Unknown, "xt target "+name)
	}
}
