package firewall

import (
	"net/netip"
	"slices"
	"strings"
)

// A Ruleset is the rules of one network namespace.
type Ruleset struct {
	Chains []*Chain

	memo memo
}

// A Chain is a list of rules; a base chain hangs on a hook.
type Chain struct {
	Tool   string // "nft", "iptables" or "ip6tables": where the reader finds it
	Family string // ip, ip6, inet, netdev
	Table  string
	Name   string

	Hook     string // ingress, prerouting, input, forward; empty: only jumped to
	Priority int
	NAT      bool     // translates addresses; sees the first packet of a connection
	Devices  []string // of an ingress chain
	Drop     bool     // its policy

	Rules []Rule
}

// String names the chain as its tool does.
func (c *Chain) String() string {
	if c.Tool == "nft" {
		return "nft " + c.Family + " " + c.Table + " " + c.Name
	}
	return c.Tool + " " + c.Table + " " + c.Name
}

// find is another chain of the same table.
func (rs *Ruleset) find(from *Chain, name string) *Chain {
	i := slices.IndexFunc(rs.Chains, func(c *Chain) bool {
		return c.Name == name && c.Table == from.Table && c.Family == from.Family && c.Tool == from.Tool
	})
	if i < 0 {
		return nil
	}
	return rs.Chains[i]
}

// A Rule is conditions that must all hold, and what is done then.
type Rule struct {
	If      []Match
	Then    Action
	Target  string         // the chain of Jump and Goto
	To      netip.AddrPort // where DNAT sends it; a zero part stays as it was
	Text    string         // as its tool prints it
	Unknown []string       // conditions that were not understood
	Untrack bool           // the connection is not tracked: conditions on its state do not hold as usual
}

// Action is what a rule does with a packet.
type Action uint8

const (
	Continue Action = iota
	Accept
	Drop // and reject
	Return
	Jump
	Goto
	DNAT
	Perhaps // a target that is not understood: the packet may be let in
)

// Field is what a condition looks at.
type Field uint8

const (
	Source   Field = iota + 1
	Dest           // Values in addresses
	Proto          // IP protocol number
	Port           // destination port
	In             // name of the interface it came in by
	Out            // name of the interface it leaves by
	State          // of the connection: new, established, …
	Flags          // of TCP: Low is the mask, High the value
	Version        // 4 or 6
	DestType       // local, unicast, broadcast, multicast
	DNATed         // the destination was translated
	Never          // what no such packet has
)

// A Match is one condition: the field is, or is not, one of the values.
type Match struct {
	Field  Field
	Not    bool
	Addrs  Set      // of Source, Dest
	Spans  []Span   // of Proto, Port, Version, Flags
	Values []string // of In, Out, State, DestType
}

// A Span is the numbers from Low to High.
type Span struct{ Low, High uint32 }

// A Flow is the first packet of a connection, or a datagram, from anybody.
type Flow struct {
	V6      bool
	Proto   uint8
	Dest    netip.Addr // one of our own
	Port    uint16
	In, Out string // interfaces; Out is empty for what is for this machine itself

	dnat, untracked bool
}

// syn is the flags of the first packet of a connection.
const syn = 0x02

// holds says whether the condition holds for a flow, where it does not look at
// the source; sure is false where that cannot be said.
func (m *Match) holds(f *Flow) (ok, sure bool) {
	switch m.Field {
	case Dest:
		ok = len(m.Addrs.Intersect(Set{{f.Dest, f.Dest}})) > 0
	case Proto:
		ok = within(m.Spans, uint32(f.Proto))
	case Port:
		ok = hasPorts(f.Proto) && within(m.Spans, uint32(f.Port))
	case Version:
		ok = within(m.Spans, f.version())
	case In:
		ok = named(m.Values, f.In)
	case Out:
		ok = named(m.Values, f.Out)
	case Flags:
		ok = f.Proto == 6 && slices.ContainsFunc(m.Spans, func(s Span) bool { return syn&s.Low == s.High })
	case State:
		if f.untracked {
			return true, false
		}
		ok = slices.Contains(m.Values, "new") || f.dnat && slices.Contains(m.Values, "dnat")
	case DestType:
		ok = slices.Contains(m.Values, f.destType())
	case DNATed:
		ok = f.dnat
	}
	return ok != m.Not, true
}

func (f *Flow) version() uint32 {
	if f.V6 {
		return 6
	}
	return 4
}

// destType is what `fib daddr type` and `-m addrtype --dst-type` say of it.
func (f *Flow) destType() string {
	switch {
	case f.Dest.IsMulticast():
		return "multicast"
	case f.dnat:
		return "unicast"
	}
	return "local"
}

func hasPorts(proto uint8) bool { return slices.Contains([]uint8{6, 17, 33, 132, 136}, proto) }

func within(spans []Span, n uint32) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.Low <= n && n <= s.High })
}

// named compares an interface with names that may end in a star.
func named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		head, wild := strings.CutSuffix(n, "*")
		return n == name || wild && strings.HasPrefix(name, head)
	})
}
