package firewall

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ParseIPTables reads what iptables-save or ip6tables-save print.
func ParseIPTables(text []byte, v6 bool) (*Ruleset, error) {
	p := saveParser{tool: "iptables", family: "ip"}
	if v6 {
		p = saveParser{tool: "ip6tables", family: "ip6"}
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line == "COMMIT" || line[0] == '#':
		case line[0] == '*':
			p.table = line[1:]
		case line[0] == ':':
			f := strings.Fields(line[1:])
			if len(f) < 2 {
				return nil, fmt.Errorf("%s-save:%d: %q: want :CHAIN POLICY", p.tool, n, line)
			}
			p.chain(f[0], f[1])
		case strings.HasPrefix(line, "-A ") || line[0] == '[': // [packets:bytes] -A … with -c
			if line[0] == '[' {
				_, line, _ = strings.Cut(line, "] ")
			}
			if err := p.rule(line); err != nil {
				return nil, fmt.Errorf("%s-save:%d: %w", p.tool, n, err)
			}
		}
	}
	return &p.rules, nil
}

type saveParser struct {
	rules               Ruleset
	tool, family, table string
}

// hooks of the chains that every table has, with the priorities of
// include/uapi/linux/netfilter_ipv4.h (enum nf_ip_hook_priorities).
func (p *saveParser) chain(name, policy string) {
	priority := map[string]int{"raw": -300, "mangle": -150, "nat": -100, "filter": 0, "security": 50}
	hook := map[string]string{"PREROUTING": "prerouting", "INPUT": "input", "FORWARD": "forward"}[name]
	p.rules.Chains = append(p.rules.Chains, &Chain{
		Tool: p.tool, Family: p.family, Table: p.table, Name: name,
		Hook: hook, Priority: priority[p.table], NAT: p.table == "nat", Drop: policy == "DROP",
	})
}

func (p *saveParser) rule(line string) error {
	words := tokens(line)
	if len(words) < 2 {
		return fmt.Errorf("%q: want -A CHAIN", line)
	}
	i := slices.IndexFunc(p.rules.Chains, func(c *Chain) bool { return c.Table == p.table && c.Name == words[1] })
	if i < 0 {
		return fmt.Errorf("%q: no chain %s in table %s", line, words[1], p.table)
	}
	r := Rule{Text: line}
	for o := (options{words: words[2:]}); len(o.words) > 0; {
		o.next(&r)
	}
	chain := p.rules.Chains[i]
	chain.Rules = append(chain.Rules, r)
	return nil
}

// tokens splits a line at blanks, as a shell would: "a b" is one token.
func tokens(line string) (words []string) {
	var word strings.Builder
	quoted, any := false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quoted && i+1 < len(line):
			i++
			word.WriteByte(line[i])
		case c == '"':
			quoted, any = !quoted, true
		case c == ' ' && !quoted:
			if any {
				words = append(words, word.String())
			}
			word.Reset()
			any = false
		default:
			word.WriteByte(c)
			any = true
		}
	}
	if any {
		words = append(words, word.String())
	}
	return words
}

type options struct {
	words  []string
	not    bool
	module string // that was loaded last: what is not understood is its own
}

func (o *options) pop() string {
	if len(o.words) == 0 {
		return ""
	}
	w := o.words[0]
	o.words = o.words[1:]
	return w
}

// next reads one option with its arguments into the rule.
func (o *options) next(r *Rule) {
	option := o.pop()
	if option == "!" {
		o.not = true
		return
	}
	m := Match{Not: o.not}
	o.not = false
	ok := true
	switch option {
	case "-s", "-d", "--src-range", "--dst-range":
		m.Field = map[bool]Field{true: Source, false: Dest}[option == "-s" || option == "--src-range"]
		m.Addrs, ok = saveAddrs(o.pop())
	case "-p":
		m.Field = Proto
		ok = m.spans(o.pop(), protocolNumber)
	case "--dport", "--dports":
		m.Field = Port
		ok = m.spans(o.pop(), nil)
	case "-i", "-o":
		m.Field = map[string]Field{"-i": In, "-o": Out}[option]
		name := o.pop()
		if head, wild := strings.CutSuffix(name, "+"); wild {
			name = head + "*"
		}
		m.Values = []string{name}
	case "--state", "--ctstate":
		m.Field, m.Values = State, strings.Split(strings.ToLower(o.pop()), ",")
	case "--syn":
		m.Field, m.Spans = Flags, []Span{{0x17, syn}}
	case "--tcp-flags":
		m.Field = Flags
		mask, want := saveFlags(o.pop()), saveFlags(o.pop())
		m.Spans = []Span{{mask, want}}
	case "--dst-type":
		m.Field, m.Values = DestType, strings.Split(strings.ToLower(o.pop()), ",")
	case "--icmp-type", "--icmpv6-type":
		m.Field = Never
		o.pop()
	case "--invert": // reverse path filter: a stranger's address has a route
		m.Field, ok = Never, o.module == "rpfilter"
	case "--loose", "--validmark", "--accept-local":
		return
	case "-j", "-g":
		o.target(r, option)
		return
	case "-m":
		o.module = o.pop() // a module says nothing by itself: its options do
		return
	case "-c", "--comment", "--limit-burst":
		o.pop()
		return
	case "--ports", "--sport", "--sports", "-f":
		ok = false
	default:
		ok = false
		if !strings.HasPrefix(option, "-") {
			return // a further argument of an option that was not understood
		}
		if o.module != "" {
			option = "-m " + o.module
		}
	}
	if !ok {
		r.Unknown = append(r.Unknown, option)
		return
	}
	r.If = append(r.If, m)
}

// target reads what a rule does; options of a target come after it, last.
func (o *options) target(r *Rule, option string) {
	name := o.pop()
	rest := o.words
	o.words = nil
	arg := func(option string) string {
		if i := slices.Index(rest, option); i >= 0 && i+1 < len(rest) {
			return rest[i+1]
		}
		return ""
	}
	switch name {
	case "DNAT":
		r.Then = DNAT
		if to, ok := saveTarget(arg("--to-destination")); ok {
			r.To = to
			return
		}
		r.Then, r.Unknown = Perhaps, append(r.Unknown, "DNAT")
	case "REDIRECT":
		first, _, _ := strings.Cut(arg("--to-ports"), "-")
		port, _ := strconv.ParseUint(first, 10, 16)
		r.Then, r.To = DNAT, netip.AddrPortFrom(netip.Addr{}, uint16(port))
	case "NOTRACK", "CT":
		r.Untrack = name == "NOTRACK" || slices.Contains(rest, "--notrack")
	default:
		r.Then = targets(name)
		if r.Then != Perhaps {
			return
		}
		if slices.Contains([]string{"NFQUEUE", "TPROXY", "SYNPROXY"}, name) {
			r.Unknown = append(r.Unknown, name)
			return
		}
		r.Then, r.Target = Jump, name
		if option == "-g" {
			r.Then = Goto
		}
	}
}

// targets is what the extensions of iptables do with a packet (iptables-extensions(8)).
func targets(name string) Action {
	switch name {
	case "ACCEPT":
		return Accept
	case "DROP", "REJECT", "TARPIT", "STEAL":
		return Drop
	case "RETURN":
		return Return
	case "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "TCPMSS", "TTL", "HL", "TOS", "DSCP", "CLASSIFY", "SET", "CHECKSUM",
		"TRACE", "AUDIT", "SECMARK", "CONNSECMARK", "MASQUERADE", "SNAT", "NETMAP", "IDLETIMER", "TEE", "LED", "RATEEST", "CT":
		return Continue
	}
	return Perhaps
}
