package detect

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// A draft is a finding, or a group of noise, while rows are still being added.
type draft struct {
	class  string
	family string
	also   []string
	attrs  []string

	word     portlore.Word // Fine: as the class says
	severity portlore.Severity
	sure     sure
	facts    []portlore.Text
	rules    []string // of sensors
	claims   bool     // some of it is what a sensor claims
	flagless bool     // some of its TCP packets came without their flags
	tells    bool     // it says something of its subjects that is worth a note
	accuses  bool     // its subjects did it
	mild     bool     // a sensor's word about what was stopped, or what it does not call grave: no more than worth knowing
	always   bool     // it counts no observation and is said all the same
	kind     string   // which of several such; empty: there is only one
	noise    bool     // a group of noise: who was asked, and how, is of no interest

	observations, packets       uint64
	blocked, accepted, answered uint64
	first, last                 int64
	subjects, targets           crowd
	named                       []portlore.Service // the most frequent of them, when the draft grows no more; nil: not yet
	hosts                       uint64             // distinct targets, at least
	ports                       uint64             // distinct ports, at least
	aboutHosts, aboutPorts      bool               // these are estimates
	services                    map[uint32]uint64  // proto<<16 | port: observations
	places                      []uint64
	hashes                      []uint64 // of distinct sources
	rolled                      union    // of sources that were rolled up
	drawn                       strokes  // of the chart
	into                        *draft   // whose part it has become; nil: it stands for itself
}

// takes says that what would be of a harmless class belongs to a finding about
// the same source: its fragments and the errors that it sends; and nobody is a
// client who was found out for something else.
func (d *draft) takes(class string) bool {
	switch class {
	case "benign.fragment", "benign.icmp_path":
		return true
	case "benign.client", "benign.ping":
		return d.accuses
	case "benign.late_reply": // what came in the same stream, from a port that looks like a service's
		return strings.HasPrefix(d.class, "dos.") || strings.HasPrefix(d.class, "reflect.")
	}
	return false
}

// sure is how sure a verdict is, and why.
type sure struct {
	p   float64
	why portlore.Text
}

// most is how sure any verdict on this evidence can be: a log without TCP flags
// leaves much open, a log something, and a capture little.
func (d *draft) most() float64 {
	switch {
	case d.flagless:
		return 0.75
	case d.claims:
		return 0.9
	case d.blocked+d.accepted > 0:
		return 0.9
	}
	return 0.99
}

// add counts a whole row.
func (d *draft) add(c *Case, h *table.Half) {
	d.addCounts(h, h.Observations, h.Packets)
	d.blocked += h.Blocked
	d.accepted += h.Accepted
	d.answered += h.Answered
	for it := range h.Ports().All() {
		d.addService(it, uint64(it.Count))
	}
	d.addAround(c, h)
}

// addPart counts the observations of a row that concern one of its ports.
func (d *draft) addPart(c *Case, h *table.Half, it table.Item, count, packets uint64) {
	d.addCounts(h, count, packets)
	d.addService(it, count)
	d.addAround(c, h)
}

func (d *draft) addCounts(h *table.Half, observations, packets uint64) {
	d.flagless = d.flagless || h.Kind == table.TCPUnsaid || h.Kind == table.TCPReply
	d.claims = d.claims || h.Kind.Claimed()
	d.observations += observations
	d.packets += packets
	if h.First != 0 && (d.first == 0 || h.First < d.first) {
		d.first = h.First
	}
	d.last = max(d.last, h.Last)
}

func (d *draft) addService(it table.Item, count uint64) {
	proto, port := it.Port()
	if port == 0 && proto != uint8(portlore.TCP) && proto != uint8(portlore.UDP) && d.class != "unknown" {
		return
	}
	if d.services == nil {
		d.services = map[uint32]uint64{}
	}
	if len(d.services) < 4096 || d.services[it.Value()] > 0 {
		d.services[it.Value()] += count
	}
}

func (d *draft) addSource(h *table.Half) {
	if h.Port {
		d.rolled.add(h.Members())
		return
	}
	d.hashes = append(d.hashes, table.PeerKey(h.Addr)) // who is not said counts as one
}

func (d *draft) addAround(c *Case, h *table.Half) {
	d.addSource(h)
	if h.Addr.IsValid() {
		d.subjects.add(table.PeerKey(h.Addr), h.Addr, h.Net)
	}
	if d.noise {
		return
	}
	peers, ports := h.Peers(), h.Ports()
	for it := range peers.All() {
		if a, ok := c.names[it.Key]; ok && a.IsValid() {
			d.targets.add(it.Key, a, false)
		}
	}
	d.hosts = max(d.hosts, min(peers.Distinct(), h.Observations))
	d.ports = max(d.ports, min(ports.Distinct(), h.Observations))
	d.aboutHosts = d.aboutHosts || !peers.Exact()
	d.aboutPorts = d.aboutPorts || !ports.Exact()
	for it := range h.Places().All() {
		d.places = append(d.places, it.Key)
	}
	if len(d.places) > 256 {
		d.trimPlaces()
	}
}

// join adds another draft of the same class to this one.
func (d *draft) join(o *draft) {
	d.observations += o.observations
	d.packets += o.packets
	d.blocked += o.blocked
	d.accepted += o.accepted
	d.answered += o.answered
	d.first = earliest(d.first, o.first)
	d.last = max(d.last, o.last)
	d.hashes = append(d.hashes, o.hashes...)
	d.rolled.join(&o.rolled)
	d.drawn.join(&o.drawn)
	d.hosts, d.ports = max(d.hosts, o.hosts), max(d.ports, o.ports)
	d.aboutHosts, d.aboutPorts = d.aboutHosts || o.aboutHosts, d.aboutPorts || o.aboutPorts
	d.severity = max(d.severity, o.severity)
	d.flagless = d.flagless || o.flagless
	d.sure.p = min(d.sure.p, o.sure.p)
	d.facts, d.rules = nil, nil // they were about one of many
	for _, class := range o.also {
		d.mention(class)
	}
	for _, attr := range o.attrs {
		d.mark(attr)
	}
	for _, m := range o.targets.list {
		d.targets.add(m.key, m.addr, m.net)
	}
	d.places = append(d.places, o.places...)
	d.trimPlaces()
	for k, n := range o.services {
		if d.services == nil {
			d.services = map[uint32]uint64{}
		}
		d.services[k] += n
	}
	for _, m := range o.subjects.list {
		d.subjects.add(m.key, m.addr, m.net)
	}
}

// earliest is the smaller of two times; zero is no time.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// trimPlaces keeps the first three.
func (d *draft) trimPlaces() {
	slices.Sort(d.places)
	d.places = slices.Compact(d.places)
	d.places = d.places[:min(3, len(d.places))]
}

// sources is how many distinct addresses were seen sending.
func (d *draft) sources() uint64 {
	slices.Sort(d.hashes)
	d.hashes = slices.Compact(d.hashes)
	return uint64(len(d.hashes)) + d.rolled.besides(d.hashes)
}

// crowd is a fair sample of at most 100 addresses: those with the smallest
// hashes, so that it does not depend on any order.
type crowd struct {
	list []member // by key
	most int      // zero: mostAddresses
}

type member struct {
	key  uint64
	addr netip.Addr
	net  bool
}

const mostAddresses = 100 // that a finding or a row of noise lists

func (w *crowd) add(key uint64, a netip.Addr, net bool) {
	most := max(w.most, mostAddresses)
	n := len(w.list)
	if n == most && key > w.list[n-1].key {
		return
	}
	i, found := slices.BinarySearchFunc(w.list, key, func(m member, key uint64) int { return cmp.Compare(m.key, key) })
	if found {
		return
	}
	w.list = slices.Insert(w.list, i, member{key, a, net})
	w.list = w.list[:min(len(w.list), most)]
}

// strings are the addresses in their own order.
func (w *crowd) strings() []string {
	list := slices.Clone(w.list)
	slices.SortFunc(list, func(a, b member) int { return a.addr.Compare(b.addr) })
	out := []string{}
	for _, m := range list[:min(mostAddresses, len(list))] {
		out = append(out, m.String())
	}
	return out
}

// first is the first of strings; empty: there is none.
func (w *crowd) first() string {
	if len(w.list) == 0 {
		return ""
	}
	return slices.MinFunc(w.list, func(a, b member) int { return a.addr.Compare(b.addr) }).String()
}

func (m member) String() string {
	if m.net {
		return netip.PrefixFrom(m.addr, 64).String()
	}
	return m.addr.String()
}
