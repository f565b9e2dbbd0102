package detect

import (
	"iter"
	"math"
	"math/bits"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/table"
)

// A Case is one table under judgement: what is known of it as a whole, what has
// been claimed, and what was found.
type Case struct {
	t    *table.Table
	base *lore.Base
	o    Options
	why  *ledger // nil: nobody asks
	draw *easel  // nil: nobody draws

	home     []portlore.HomeNet
	nets     []netip.Prefix
	own      map[netip.Addr]bool   // addresses of the reporting host itself
	public   map[uint64]bool       // interfaces on which strangers arrive
	behind   map[netip.Prefix]bool // private networks that live where no strangers arrive
	blind    bool                  // nothing says by which interface packets came
	verdicts bool                  // some of the evidence says what a firewall did
	peaks    *table.Peaks          // of floods: each has a minute of floodSyns, or twenty seconds of floodPackets
	reached  map[link]bool         // networks that are reached by way of a station
	byKind   [table.Kinds][]uint32 // sent rows
	claimed  []bool                // by row number, as the next two
	ofOurs   []bool                // the source is ours
	seen     []uint32              // observations

	setAside []uint32                                     // rows inside connections, until their SYNs are claimed
	owners   map[netip.Addr]func(n uint32, h *table.Half) // of the SYNs of those sources
	names    map[uint64]netip.Addr                        // receivers by their PeerKey

	drafts      []*draft
	single      map[draftKey]*draft   // findings of one class about one source
	ofSource    map[netip.Addr]*draft // the scan that a source is known for
	suspects    map[netip.Addr]*draft // the finding of which a source is the actor
	noise       map[noiseKey]*draft
	unexplained *draft
	total       draft            // of all sent rows
	receivers   []uint64         // PeerKeys
	entries     map[uint32]entry // what lore says, by proto<<16 | port
}

func newCase(t *table.Table, o Options) *Case {
	c := &Case{
		t: t, base: o.Base, o: o, why: newLedger(o),
		noise:  map[noiseKey]*draft{},
		owners: map[netip.Addr]func(uint32, *table.Half){}, ofSource: map[netip.Addr]*draft{}, suspects: map[netip.Addr]*draft{}, single: map[draftKey]*draft{},
		unexplained: &draft{class: "unknown"}, entries: map[uint32]entry{},
	}
	c.findHome()
	t.Group64(c.local)
	c.peaks = t.Peaks(floodSyns)
	if c.why != nil {
		c.peaks = t.Peaks(0) // whoever asks why wants to see the true numbers
	}
	c.claimed = make([]bool, t.Len()+1)
	c.draw = newEasel(o, t.Len())
	c.ofOurs = make([]bool, t.Len()+1)
	c.seen = make([]uint32, t.Len()+1)
	c.public = map[uint64]bool{}
	c.blind = true
	sent := 0
	var private []uint32 // rows of ours
	for n, h := range t.Side(table.Sent) {
		sent++
		c.byKind[h.Kind] = append(c.byKind[h.Kind], uint32(n))
		c.ofOurs[n], c.seen[n] = c.ours(h.Addr), uint32(min(h.Observations, math.MaxUint32))
		if c.counts(h) {
			c.total.addCounts(h, h.Observations, h.Packets)
			c.total.addSource(h)
			c.total.hosts = max(c.total.hosts, h.Peers().Distinct())
		}
		if c.ofOurs[n] && h.Addr.IsPrivate() {
			private = append(private, uint32(n))
		}
		for it := range h.Ifaces().All() {
			c.blind = c.blind && it.Station()
			if !c.ofOurs[n] && !h.Port && stranger(h.Addr) {
				c.public[it.Key] = true
			}
		}
	}
	c.findBehind(private)
	c.findReceivers(t.Len() - sent)
	return c
}

// findBehind notes the private networks of ours of which hosts send by interfaces
// on which no stranger arrives.
func (c *Case) findBehind(private []uint32) {
	c.behind = map[netip.Prefix]bool{}
	var h table.Half
	for _, n := range private {
		c.t.Row(int(n), &h)
		for it := range h.Ifaces().All() {
			if !c.public[it.Key] {
				c.behind[block(h.Addr)] = true
			}
		}
	}
}

// link is a station of an Ethernet and a network; the zero network: any.
type link struct {
	station uint64
	net     netip.Prefix
}

// findReceivers notes who received anything, by which name it is known in sets of
// peers, and which networks are reached by way of which stations.
func (c *Case) findReceivers(received int) {
	c.reached = map[link]bool{}
	c.names = make(map[uint64]netip.Addr, min(received, manyNames))
	for _, h := range c.t.Side(table.Received) {
		if h.Port {
			continue
		}
		key, ours := table.PeerKey(h.Addr), c.ours(h.Addr)
		c.receivers = append(c.receivers, key)
		if received <= manyNames || ours {
			c.names[key] = h.Addr
		}
		for it := range h.Ifaces().All() {
			if !it.Station() || !c.public[it.Key] {
				continue
			}
			c.reached[link{it.Key, netip.Prefix{}}] = true
			if ours {
				c.reached[link{it.Key, block(h.Addr)}] = true
			}
		}
	}
}

// manyNames is how many receivers are remembered by name; of more, only ours.
const manyNames = 200_000

// rows yields the sent rows of some kinds that nobody has claimed.
func (c *Case) rows(kinds ...table.Kind) iter.Seq2[uint32, *table.Half] {
	return c.choose(kinds, func(uint32) bool { return true })
}

// outside yields the unclaimed rows of sources that are not ours.
func (c *Case) outside(kinds ...table.Kind) iter.Seq2[uint32, *table.Half] {
	return c.choose(kinds, func(n uint32) bool { return !c.ofOurs[n] })
}

// repeated yields those of the same rows that have so many observations or more:
// of most sources there are fewer, and a look at a row costs more than to know
// that. Whoever asks why wants to see how far the others are from it.
func (c *Case) repeated(least uint32, kinds ...table.Kind) iter.Seq2[uint32, *table.Half] {
	if c.why != nil {
		least = 0
	}
	return c.choose(kinds, func(n uint32) bool { return !c.ofOurs[n] && c.seen[n] >= least })
}

// choose yields the unclaimed sent rows of some kinds that pass a test.
func (c *Case) choose(kinds []table.Kind, passes func(n uint32) bool) iter.Seq2[uint32, *table.Half] {
	return func(yield func(uint32, *table.Half) bool) {
		var h table.Half
		for _, k := range kinds {
			for _, n := range c.byKind[k] {
				if c.claimed[n] || !passes(n) {
					continue
				}
				if c.t.Row(int(n), &h); !yield(n, &h) {
					return
				}
			}
		}
	}
}

// sibling fills h with the unclaimed sent row of another kind of an address.
func (c *Case) sibling(a netip.Addr, kind table.Kind, h *table.Half) (uint32, bool) {
	n := c.t.Number(a, kind, table.Sent)
	if n == 0 || c.claimed[n] {
		return 0, false
	}
	c.t.Row(n, h)
	return uint32(n), true
}

// asked says whether one of ours began to speak with an address at a service,
// not after a time in seconds.
func (c *Case) asked(a netip.Addr, kind table.Kind, proto portlore.Proto, port uint16, before uint32) bool {
	var h table.Half
	if kind == table.Syn && c.asked(a, table.TCPUnsaid, proto, port, before) { // a record of a whole connection has no flags
		return true
	}
	if !c.t.Find(a, kind, table.Received, &h) {
		return false
	}
	for it := range h.Ports().All() {
		if p, q := it.Port(); portlore.Proto(p) == proto && q == port && it.First <= before {
			return true
		}
	}
	return false
}

// counts says whether a row belongs to what was asked about.
func (c *Case) counts(h *table.Half) bool {
	s := c.o.Source
	if !s.IsValid() {
		return true
	}
	if h.Port {
		return false
	}
	if h.Net {
		return netip.PrefixFrom(h.Addr, 64).Contains(s)
	}
	return h.Addr == s
}

// claim gives a row to a draft.
func (c *Case) claim(d *draft, n uint32, h *table.Half) {
	if c.claimed[n] {
		return
	}
	c.claimed[n] = true
	c.why.take(h, d.class)
	c.remember(h, func(n uint32, h *table.Half) { c.claim(d, n, h) })
	if d.tells {
		c.suspects[h.Addr] = d
	}
	if c.counts(h) {
		d.add(c, h)
		c.draw.own(n, d)
	}
}

// remember notes to whom the SYNs of a source went whose connections wait for it.
func (c *Case) remember(h *table.Half, give func(uint32, *table.Half)) {
	if h.Kind != table.Syn {
		return
	}
	if _, waits := c.owners[h.Addr]; waits {
		c.owners[h.Addr] = give
	}
}

// find begins a finding.
func (c *Case) find(class string) *draft {
	words, _ := c.base.Class(class)
	d := &draft{class: class, tells: words.Word >= portlore.Note && (words.Role != portlore.Ours || outbound(class)), accuses: words.Role == portlore.Actor || outbound(class)}
	c.drafts = append(c.drafts, d)
	return d
}

// outbound says that a class holds one of our own hosts for the actor.
func outbound(class string) bool {
	return strings.HasPrefix(class, "outbound.") || class == "internal.scan"
}

type draftKey struct {
	class  string
	source netip.Addr
}

type noiseKey struct{ class, family string }

// quiet claims a row as noise of a class.
func (c *Case) quiet(class string, n uint32, h *table.Half) {
	if c.claimed[n] {
		return
	}
	if d := c.suspects[h.Addr]; d != nil && d.takes(class) {
		c.claim(d, n, h)
		return
	}
	c.claimed[n] = true
	c.why.take(h, class)
	c.remember(h, func(n uint32, h *table.Half) { c.quiet(class, n, h) })
	if !c.counts(h) {
		return
	}
	d := c.group(c.noise, noiseKey{class, ""})
	d.add(c, h)
	c.draw.own(n, d)
}

// probed claims a row as probes of services: each port is noise of its own
// family, which is exact because a row of few ports counts each of them.
func (c *Case) probed(n uint32, h *table.Half) {
	if c.claimed[n] {
		return
	}
	c.claimed[n] = true
	c.remember(h, c.probed)
	if !c.counts(h) {
		return
	}
	c.draw.own(n, c.draw.shared())
	ports := h.Ports()
	left, packets := h.Observations, h.Packets
	for it := range ports.All() {
		proto, port := it.Port()
		k := c.probeKey(portlore.Proto(proto), port)
		c.why.take(h, k.class)
		count := min(left, uint64(it.Count))
		if !ports.Exact() { // a sample says which port, not how often
			count = left
		}
		some := part(packets, count, left)
		left, packets = left-count, packets-some
		c.group(c.noise, k).addPart(c, h, it, count, some)
		if !ports.Exact() {
			break
		}
	}
}

// probeKey is the group of the probes of a service.
func (c *Case) probeKey(proto portlore.Proto, port uint16) noiseKey {
	return noiseKey{"probe.service." + c.base.Service(proto, port).ID, c.base.Family(proto, port).ID}
}

// part is the share of n that falls to so many of all; what is left of both can
// be shared again, and nothing is lost on the way.
func part(n, some, all uint64) uint64 {
	if some >= all {
		return n
	}
	hi, lo := bits.Mul64(n, some)
	share, _ := bits.Div64(hi, lo, all)
	return share
}

func (c *Case) group(m map[noiseKey]*draft, k noiseKey) *draft {
	d := m[k]
	if d == nil {
		d = &draft{class: k.class, family: k.family, noise: true}
		m[k] = d
	}
	return d
}

// window is the highest number of items of a set that came for the first time
// within so many seconds of one another. A sample is scaled up.
func window(s table.Set, seconds uint32) int {
	var room [128]uint32
	firsts := room[:0]
	for it := range s.All() {
		firsts = append(firsts, it.First)
	}
	slices.Sort(firsts)
	best, from := 0, 0
	for to := range firsts {
		for firsts[to]-firsts[from] > seconds {
			from++
		}
		best = max(best, to-from+1)
	}
	if !s.Exact() && s.Len() > 0 {
		best = int(uint64(best) * s.Distinct() / uint64(s.Len()))
	}
	return best
}

// only is the item of a set that holds just one.
func only(s table.Set) (table.Item, bool) {
	if s.Len() != 1 || !s.Exact() {
		return table.Item{}, false
	}
	for it := range s.All() {
		return it, true
	}
	return table.Item{}, false
}

// targetOf is the one host that a row went to; zero if there are several.
func (c *Case) targetOf(h *table.Half) netip.Addr {
	if it, one := only(h.Peers()); one {
		return c.names[it.Key]
	}
	return netip.Addr{}
}
