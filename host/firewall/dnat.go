package firewall

import (
	"net/netip"
	"strconv"
)

// dnat is a rule that sends packets on to another address; where the address
// comes from a map, it is one rule for every entry.
func (p *nftParser) dnat(rules []Rule, scope string, body map[string]any) (all []Rule) {
	for _, name := range []string{"addr", "port"} {
		m, _ := body[name].(map[string]any)
		lookup, ok := m["map"].(map[string]any)
		if !ok {
			continue
		}
		for _, e := range p.elements(scope, lookup["data"]) {
			pair, _ := e.([]any)
			if len(pair) != 2 {
				continue
			}
			fixed := map[string]any{"addr": body["addr"], "port": body["port"]}
			fixed[name] = pair[1]
			if c, ok := pair[1].(map[string]any); ok && c["concat"] != nil {
				if parts, _ := c["concat"].([]any); len(parts) == 2 {
					fixed["addr"], fixed["port"] = parts[0], parts[1]
				}
			}
			all = append(all, p.dnat(p.entry(rules, keysOf(lookup["key"]), pair[0]), scope, fixed)...)
		}
		return all
	}
	to, ok := target(body["addr"], body["port"])
	return each(rules, func(r *Rule) {
		if r.Then, r.To = DNAT, to; !ok {
			r.Then, r.Unknown = Perhaps, append(r.Unknown, "dnat")
		}
	})
}

// target is the first address and the first port that a packet may be sent to.
func target(addr, port any) (to netip.AddrPort, ok bool) {
	var a netip.Addr
	if addr != nil {
		r, ok := addrRange(addr)
		if !ok {
			return to, false
		}
		a = r.From
	}
	var n uint64
	switch v := port.(type) {
	case nil:
	case float64:
		n = uint64(v)
	case string:
		n, _ = strconv.ParseUint(v, 10, 16)
	case map[string]any:
		ends, _ := v["range"].([]any)
		if len(ends) == 2 {
			return target(addr, ends[0])
		}
		return to, false
	default:
		return to, false
	}
	return netip.AddrPortFrom(a, uint16(n)), true
}
