package detect

import (
	"fmt"
	"math"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var regular = &Detector{
	Name: "regular",
	Doc: "The same question at even intervals (the deviation of the gaps is below a fifth of their mean). " +
		"Let in, five times and more: benign.monitoring. Else, by UDP from one port, eight times and more: misconfig.misdirected, somebody's client " +
		"is set to a wrong address.",
	run: func(c *Case) {
		for n, h := range c.repeated(5, table.Syn, table.UDP) {
			s := spotOf(h)
			if s == (spot{}) || h.Port {
				continue
			}
			sports, _ := sourcePorts(h)
			switch {
			case c.served(h) && c.why.least(h, "benign.monitoring", &events, int(h.Observations), 5) && c.why.evenly(h, "benign.monitoring", 4):
				c.quiet("benign.monitoring", n, h)
			case h.Kind == table.UDP && sports == 1 && c.why.least(h, "misconfig.misdirected", &events, int(h.Observations), 8) && c.why.evenly(h, "misconfig.misdirected", 4):
				c.quiet("misconfig.misdirected", n, h)
			}
		}
	},
}

// evenly says that the gaps between the events of a row are about equal. Where
// several events share a second, as they may in a log, each second must have
// about as many.
func (l *ledger) evenly(h *table.Half, class string, least int) bool {
	gaps := gapsOf(h.Times())
	if len(gaps) < least || h.Observations > 3*uint64(len(gaps)+1) {
		return false
	}
	var sum, square float64
	for _, g := range gaps {
		sum += float64(g)
		square += float64(g) * float64(g)
	}
	n := float64(len(gaps))
	mean := sum / n
	variance := square/n - mean*mean
	percent := int(100 * math.Sqrt(max(0, variance)) / max(mean, 1))
	return mean > 0 && l.most(h, class, &unevenness, percent, 19)
}

var hammers = &Detector{
	Name: "hammers",
	Doc: "Twenty attempts and more at one closed port of one host: hammer.blocked. Retries of one attempt (same source port) count once; " +
		"forty UDP packets are enough from one source port too. What comes as fast as a flood and was not stopped is none.",
	run: func(c *Case) {
		for n, h := range c.repeated(20, table.Syn, table.UDP, table.TCPUnsaid) {
			if spotOf(h) == (spot{}) || h.Port || h.Accepted > 0 || c.served(h) || tooFast(h) {
				continue
			}
			if c.why.least(h, "hammer.blocked", &knocks, int(h.Attempts().Distinct()), 20) || h.Kind == table.UDP && h.Observations >= 40 {
				c.quiet("hammer.blocked", n, h)
			}
		}
	},
}

// tooFast says that a row that nobody is known to have stopped comes as fast as a
// flood, if not for as long: nobody knocks a hundred times a second.
func tooFast(h *table.Half) bool {
	return h.Blocked == 0 && h.Packets >= floodRate*uint64(max(1, (h.Last-h.First)/1e9))
}

var probes = &Detector{
	Name: "probes",
	Doc: "What is left of attempts. Three ports or more of the proxies within an hour is probe.proxy; two of the amplifiers (three where all was let " +
		"in) within an hour, at most three packets each, is probe.amplifier. From a neighbour: benign.lan_service. Let in from outside: exposed.service where lore says that the service should " +
		"never face the Internet, benign.client elsewhere. Ten UDP packets and more from one port to one high port for three minutes and longer, of a host that ours never spoke to: benign.address_reuse. The rest asks for a service: probe.service.NAME. UDP to a few high ports is what is left of a call or a game, and TCP " +
		"from the middle of connections of the connections: benign.late_reply. A few packets with odd flags are scan.stealth.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Syn, table.UDP, table.TCPUnsaid) {
			switch {
			case h.Port:
				c.probed(n, h)
			case c.intent(n, h):
			case c.served(h):
				c.welcome(n, h)
			case c.lanAsker(h):
				c.quiet("benign.lan_service", n, h)
			case c.mistaken(h):
				c.quiet("benign.address_reuse", n, h)
			case lateMedia(h) && h.Observations > 2:
				c.quiet("benign.late_reply", n, h)
			default:
				c.probed(n, h)
			}
		}
		for n, h := range c.outside(table.Stealth) {
			c.quiet("scan.stealth", n, h)
		}
		for n, h := range c.outside(table.Stray, table.Reset, table.TCPReply) {
			c.quiet("benign.late_reply", n, h)
		}
	},
}

// mistaken says that one remote service keeps sending to a port here that ours
// never used with it: ten packets and more from one port to one high port, for three
// minutes and longer. A firewall forgets a conversation that one side has left
// after two (Linux, nf_conntrack_udp_timeout_stream).
func (c *Case) mistaken(h *table.Half) bool {
	sports, _ := sourcePorts(h)
	dport, single := onlyDestination(h)
	return h.Kind == table.UDP && sports == 1 && single && dport >= 1024 && h.Peers().Distinct() == 1 && h.Observations >= 10 &&
		h.Last-h.First >= 180e9 && !c.spokenTo(h)
}

const hour = 3600 // in which ports and hosts are counted that say what somebody is after

// intent claims rows whose ports say what is wanted.
func (c *Case) intent(n uint32, h *table.Half) bool {
	all, proxies, _ := portsOf(h, proxyPorts)
	_, amplifiers, _ := portsOf(h, amplifierPorts)
	ports := window(h.Ports(), hour)
	needed := 2
	if h.Accepted > 0 && h.Blocked == 0 {
		needed = 3 // a client of our name server and our time server
	}
	switch {
	case h.Kind == table.Syn && c.why.least(h, "probe.proxy", &proxyTries, proxies, max(3, (all*9+9)/10)) && ports >= 3:
		c.finding(n, h, "probe.proxy", sure{0.8, both(
			fmt.Sprintf("%d ports of proxies and hardly any other", proxies),
			fmt.Sprintf("试了 %d 个代理端口，几乎没试别的", proxies))})
	case h.Kind == table.UDP && c.why.least(h, "probe.amplifier", &amplifiable, amplifiers, max(needed, (all*9+9)/10)) && ports >= needed && h.Packets <= 3*h.Attempts().Distinct():
		c.finding(n, h, "probe.amplifier", sure{0.75, both(
			fmt.Sprintf("%d services that can amplify, one small question each", amplifiers),
			fmt.Sprintf("对 %d 种可被放大利用的服务各发了一个小包", amplifiers))})
	default:
		return false
	}
	return true
}

// welcome claims a row that was let in.
func (c *Case) welcome(n uint32, h *table.Half) {
	for it := range h.Ports().All() {
		proto, port := it.Port()
		if !c.risky(portlore.Proto(proto), port) || !stranger(h.Addr) {
			continue
		}
		k := draftKey{fmt.Sprintf("exposed.service/%d/%d", proto, port), c.targetOf(h)}
		d := c.single[k]
		if d == nil {
			d = c.find("exposed.service")
			d.sure = sure{0.8, both("the firewall let strangers in to a service that should not face the Internet", "防火墙放行了外部来源，而该服务不应暴露在公网")}
			d.severity = portlore.Medium
			c.single[k] = d
		}
		c.claim(d, n, h)
		return
	}
	c.quiet("benign.client", n, h)
}

// risky says that lore would never let a service face the Internet.
func (c *Case) risky(proto portlore.Proto, port uint16) bool { return c.entered(proto, port).risky }

// entry is what lore says of a port, in short.
type entry struct{ known, risky bool }

// entered looks a port up in lore, once.
func (c *Case) entered(proto portlore.Proto, port uint16) entry {
	k := uint32(proto)<<16 | uint32(port)
	e, looked := c.entries[k]
	if !looked {
		for _, found := range c.base.Port(proto, port) {
			e.known, e.risky = true, e.risky || found.Expose == "never"
		}
		c.entries[k] = e
	}
	return e
}

var rest = &Detector{
	Name: "rest",
	Doc: "Tunnels of other protocols are benign.overlay; fragments other than the first have no ports and are benign.fragment. What nobody " +
		"claimed is unknown, and shown as such.",
	run: func(c *Case) {
		for n, h := range c.rows(table.Other) {
			tunnels := true
			for it := range h.Ports().All() {
				switch proto, _ := it.Port(); proto {
				case 4, 41, 47, 50, 51, 94, 97, 115, 137:
				default:
					tunnels = false
				}
			}
			if tunnels {
				c.quiet("benign.overlay", n, h)
			}
		}
		for n, h := range c.rows(table.Fragment) {
			c.quiet("benign.fragment", n, h)
		}
		for k := range table.Kinds {
			for n, h := range c.rows(k) {
				c.claim(c.unexplained, n, h)
			}
		}
	},
}
