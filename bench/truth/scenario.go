//go:build linux

package main

import "slices"

// A scenario is one small story between the Internet, our firewall and our
// LAN, and what each of its actors is. It is a value: seeds move addresses,
// ports, pace and counts, never the meaning.
type scenario struct {
	name, title string
	pair        string // the look-alikes it belongs to, if any
	fw          policy
	stretch     float64 // times are multiplied by this afterwards, so that hours fit into seconds
	quiet       bool    // no bystanders
	actors      []label
	play        func(*stage)
}

// A label is the truth about one actor, or about many of the same kind.
type label struct {
	who       who
	verdict   string
	also      []string // right too, but not the point
	mustNot   []string // harmful to say; "class:certain" only at 0.9 and more
	tool      string
	technique string
	note      string
	log, flow *view    // what these can support, where it is less than what a capture shows
	blind     []string // kinds of evidence that have its records but cannot name it
	in        place    // which evidence shows it; none: the log and the outside
}

// A place is a kind of evidence, or several.
type place int

const (
	inLog place = 1 << iota
	outside
	inside
)

// A view is what one kind of evidence can support.
type view struct {
	verdict string
	also    []string // enough, for this kind
	may     []string // forbidden for captures, but not to be held against this kind
}

// sees is a view of one class, and of others that are enough.
func sees(verdict string, also ...string) *view { return &view{verdict: verdict, also: also} }

// A policy is what our firewall lets in and what it writes down.
type policy struct {
	tcp, udp []int
	open     bool  // everything is let in
	reject   bool  // refusals are answered
	egress   []int // TCP ports that the LAN and we may reach; none: all
	logOut   bool  // our own new connections are logged too
	lanOpen  bool  // the LAN may use our services
	limit    bool  // refusals are logged at most ten at once, as ufw does
	v6       bool
}

// families are all scenarios, family by family.
func families() [][]scenario {
	return [][]scenario{
		scans(), stealth(), sweeps(), probes(), enumerations(), worms(), guessing(),
		floods(), reflection(), backscatter(), late(), lan(), peers(), callbacks(), monitors(),
		paths(), malformed(), outward(), exposed(), ordinary(), mixed(),
	}
}

func scenarios() []scenario { return slices.Concat(families()...) }

// innocent are the families of classes whose actors have done nothing wrong.
var innocent = []string{"benign", "backscatter", "misconfig", "trace", "hammer"}

// benign reports whether nobody in the scenario means harm.
func (s scenario) benign() bool {
	return !slices.ContainsFunc(s.actors, func(l label) bool { return !within(l.verdict, innocent) })
}
