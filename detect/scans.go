package detect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/table"
)

var scans = &Detector{
	Name: "scans",
	Doc: "Shapes of one source: six ports or more (five if all are below 1024) of at most five hosts is scan.port.vertical, ten hosts or more " +
		"at one or two ports is scan.port.horizontal, three ports or more of six hosts or more is scan.port.block; within five minutes, or twice " +
		"as many within a day (scan.slow). What was all let in must be twice as much in minutes and three times as much in a day, since clients and " +
		"monitors use several ports too. When nine of ten ports are those of proxies (three and more) or amplifiers, the class is probe.proxy or " +
		"probe.amplifier; four of five, those of old trojans (two and more), probe.trojan; and the shape comes with it. Who connects to two ports and more that answered once again, and " +
		"says something there, does scan.service_version too. Marks what is seen besides: scan.stealth, scan.slow (half the gaps a minute and longer), " +
		"evasion.source_port (five services and more, all from one port that careless filters let in), tool.NAME.",
	run: func(c *Case) {
		for n, h := range c.repeated(fewPorts, table.Syn, table.Stealth, table.Stray, table.TCPUnsaid, table.UDP) {
			if h.Port || c.lanAsker(h) || lateMedia(h) || h.Kind == table.Stray && lateStray(c, h) {
				continue
			}
			s, ok := c.why.shape(h, c.served(h))
			if !ok {
				continue
			}
			c.scanFinding(n, h, s)
		}
		for n, h := range c.outside(table.Reset, table.Malformed, table.TCPReply) {
			if d := c.ofSource[h.Addr]; d != nil && !h.Port {
				c.claim(d, n, h)
			}
		}
	},
}

// shaped is the shape of what one source tried.
type shaped struct {
	class string
	p     float64
	slow  bool
	ports uint64
	hosts uint64
}

// judgeShape is the shape of a row of which nobody asks why.
func judgeShape(h *table.Half, letIn bool) (shaped, bool) { return (*ledger)(nil).shape(h, letIn) }

// fewPorts are enough for a scan of ports where all are system ports: the least
// that any shape needs.
const fewPorts = 5

// shape says which shape a row has; one that was all let in must be larger. The
// figures are near those of others: scan.bro reports 10 ports, CrowdSec 16, Snort
// 5 to 25; simple-scan takes 20 hosts, Slips 5.
func (l *ledger) shape(h *table.Half, letIn bool) (shaped, bool) {
	const block, horizontal, vertical = "scan.port.block", "scan.port.horizontal", "scan.port.vertical"
	all, _, privileged := portsOf(h, nil)
	for i, seconds := range []uint32{quick, day} {
		ports, hosts := window(h.Ports(), seconds), window(h.Peers(), seconds)
		need := i + 1
		if letIn {
			need++
		}
		few := 6
		if privileged == all {
			few = fewPorts
		}
		s := shaped{slow: i == 1, ports: h.Ports().Distinct(), hosts: h.Peers().Distinct()}
		switch {
		case l.least(h, block, &portsWithin[i], ports, 3*need) && l.least(h, block, &hostsWithin[i], hosts, 6*need):
			s.class, s.p = block, grade(min(ports*3, hosts))
		case l.least(h, horizontal, &hostsWithin[i], hosts, 10*need) && l.most(h, horizontal, &portsWithin[i], ports, 5):
			s.class, s.p = horizontal, grade(hosts)
		case l.least(h, vertical, &portsWithin[i], ports, few*need) && l.most(h, vertical, &hostsWithin[i], hosts, 5*need):
			s.class, s.p = vertical, grade(ports)
		default:
			continue
		}
		if s.slow {
			s.p -= 0.1
		}
		return s, true
	}
	return shaped{}, false
}

// grade grows with what was counted: 0.6 at 6, 0.7 at 10, 0.85 at 15; a log of
// headers never gives more than 0.9.
func grade(n int) float64 {
	switch {
	case n >= 50:
		return 0.9
	case n >= 15:
		return 0.85
	case n >= 10:
		return 0.7
	}
	return 0.6
}

func (c *Case) scanFinding(n uint32, h *table.Half, s shaped) {
	class := s.class
	all, proxies, _ := portsOf(h, proxyPorts)
	_, amplifiers, _ := portsOf(h, amplifierPorts)
	switch {
	case h.Kind == table.Syn && c.why.least(h, "probe.proxy", &proxyTries, proxies, max(3, (all*9+9)/10)):
		class = "probe.proxy"
	case h.Kind == table.UDP && c.why.least(h, "probe.amplifier", &amplifiable, amplifiers, max(1, (all*9+9)/10)):
		class = "probe.amplifier"
	}
	trojans := c.oldTrojans(h)
	if trojans != "" {
		class, s.p = "probe.trojan", min(s.p, 0.75) // a port alone proves no program
	}
	d := c.ofSource[h.Addr]
	if d == nil {
		d = c.find(class)
		d.sure = sure{s.p, both(
			quantity.Plural(s.ports, "port")+" of "+quantity.Plural(s.hosts, "host"),
			fmt.Sprintf("%s 台主机的 %s 个端口", quantity.Count(s.hosts), quantity.Count(s.ports)))}
		c.ofSource[h.Addr] = d
	}
	d.mention(class)
	d.mention(s.class)
	if trojans != "" {
		d.nameTrojans(trojans)
	}
	c.mentionServices(d, h)
	if h.Kind == table.UDP {
		if what, _, _ := c.datagramEnum(h); what != "" {
			d.mention("probe.enum." + what)
			d.noteAsker(h, what)
		}
	}
	if ports := c.answeredPorts(h); len(ports) > 0 && h.Kind == table.Syn {
		d.answer(ports)
		if c.cameBack(h, ports) {
			d.mention("scan.service_version")
		}
	}
	if s.slow || slowly(h) {
		d.mark("scan.slow")
	}
	if h.Kind == table.Stealth || h.Kind == table.Stray {
		d.mark("scan.stealth")
	}
	if sports, sport := sourcePorts(h); sports == 1 && slices.Contains(evasive, sport) && atServices(c, h) >= 5 {
		d.mark("evasion.source_port")
	}
	d.noteTools(c, h)
	c.claim(d, n, h)
}

// cameBack says that a scanner, once it knew which ports answer, connected to two
// or more of them again and said something: it wants to know what serves there.
func (c *Case) cameBack(h *table.Half, answered []uint16) bool {
	var inside table.Half
	if !c.t.Find(h.Addr, table.Stray, table.Sent, &inside) || inside.MaxLength <= 60 {
		return false
	}
	again := 0
	for it := range h.Ports().All() {
		if _, port := it.Port(); it.Count >= 2 && slices.Contains(answered, port) {
			again++
		}
	}
	return again >= 2
}

// slowly says that the events of a row are a minute apart and more, half of them.
func slowly(h *table.Half) bool {
	gaps := gapsOf(h.Times())
	return len(gaps) >= 4 && gaps[len(gaps)/2] >= 60e9
}

// gapsOf are the times between the events of a row, sorted, in nanoseconds.
func gapsOf(times table.Set) []int64 {
	var gaps []int64
	before := int64(0)
	for it := range times.All() {
		if t := int64(it.Key); before != 0 {
			gaps = append(gaps, t-before)
		}
		before = int64(it.Key)
	}
	slices.Sort(gaps)
	return gaps
}

// lateMedia says that UDP packets to a few high ports of one host are what is
// left of calls or a game. A scan tries ports where services are, and does not
// send five packets and more from one port to one port.
func lateMedia(h *table.Half) bool {
	if h.Kind != table.UDP || h.Peers().Distinct() != 1 || h.Ports().Distinct() >= 50 {
		return false
	}
	n, _ := sourcePorts(h)
	streams := h.Packets >= 5*h.Attempts().Distinct()
	for it := range h.Ports().All() {
		if _, p := it.Port(); p < 1024 || p < 32768 && !streams {
			return false
		}
	}
	return n == 1 || streams
}

// lanAsker says that a source is a neighbour: private, and asking private hosts.
func (c *Case) lanAsker(h *table.Half) bool {
	if !h.Addr.IsPrivate() && !h.Addr.IsLinkLocalUnicast() {
		return false
	}
	return !c.asksPublic(h)
}

// mention notes another class of the same subjects.
func (d *draft) mention(class string) {
	if class != d.class && !slices.Contains(d.also, class) {
		d.also = append(d.also, class)
	}
}

// answer says which ports answered: what a scan learns.
func (d *draft) answer(ports []uint16) {
	slices.Sort(ports)
	list := strings.Trim(fmt.Sprint(ports[:min(8, len(ports))]), "[]")
	d.facts = append(d.facts, both("answered from: "+list, "有应答的端口："+list))
	d.answered += uint64(len(ports))
	d.severity = max(d.severity, portlore.Medium)
}

// mark notes an attribute.
func (d *draft) mark(attr string) {
	if !slices.Contains(d.attrs, attr) {
		d.attrs = append(d.attrs, attr)
	}
}

// noteTools marks the tool whose fingerprint all of a row's TCP packets carry. A
// log of headers can only say "like": see the table of fingerprints in lore.
func (d *draft) noteTools(c *Case, h *table.Half) {
	if h.Kind != table.Syn || h.Attempts().Len() < 5 {
		return
	}
	for tell, tool := range map[table.Tell]string{table.MasscanID: "masscan", table.ZMapID: "zmap"} {
		if h.Told(tell)*10 >= h.Observations*9 {
			d.mark("tool." + tool)
			return
		}
	}
	tool := ""
	for it := range h.Prints().All() {
		t := toolOf(it.Value(), h)
		if t == "" || tool != "" && t != tool {
			return
		}
		tool = t
	}
	if tool != "" {
		d.mark("tool." + tool)
	}
}

// toolOf: nmap's SYN has MSS alone (44 bytes), window 1024 and a TTL that is
// drawn anew for each packet from 37 to 59 (its tcpip.cc and scan_engine_raw.cc);
// masscan 1.3's has no options, window 1024 and TTL 255, that of 2026 has MSS alone
// and window 1025; ZMap's is only known by its IP id, until version 3; hping3's has no options,
// window 512 and TTL 64 (measured).
func toolOf(print uint32, h *table.Half) string {
	window, length := table.PrintWindow(print), table.PrintLength(print)
	switch {
	case window == 1024 && length == 44 && h.MaxTTL < 60 && h.MaxTTL-h.MinTTL >= 5:
		return "nmap"
	case window == 1024 && length == 40 && h.MinTTL > 200, window == 1025 && length == 44 && h.MinTTL > 200:
		return "masscan"
	case window == 512 && length == 40 && h.MaxTTL <= 64 && h.MaxTTL == h.MinTTL:
		return "hping"
	}
	return ""
}
