package detect

import (
	"fmt"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var ours = &Detector{
	Name: "ours",
	Doc: "What our own hosts sent. To twenty hosts or more outside within five minutes, at a port of devices or " +
		"file sharing, or of logins, databases and the like where it was mostly stopped or went to twenty hosts within ten seconds: outbound.scan; to ten of ours at such a port, or at fifteen ports (fifty if let in to high ports alone): " +
		"internal.scan. Mostly stopped by a rule: outbound.blocked, or benign.lan_service within our networks. Pings are benign.ping, answers that " +
		"were stopped benign.late_reply. Calls from one high port to ten hosts and more, each at a high port of its own, are benign.p2p; half a megabyte and more " +
		"to one host, twenty times what comes back, is benign.backup; the rest is benign.client.",
	run: func(c *Case) {
		for k := range table.PacketKinds {
			for n, h := range c.rows(k) {
				if c.ours(h.Addr) && !h.Port {
					c.judgeOurs(n, h)
				}
			}
		}
	},
}

func (c *Case) judgeOurs(n uint32, h *table.Half) {
	inside, outside := 0, 0
	for it := range h.Peers().All() {
		if a, ok := c.names[it.Key]; ok && c.local(a) {
			inside++
		} else {
			outside++
		}
	}
	attempt := h.Kind == table.Syn || h.Kind == table.UDP || h.Kind == table.TCPUnsaid || h.Kind == table.Stealth
	ports := h.Ports().Distinct()
	switch {
	case attempt && peersOfOurs(h):
		c.quiet("benign.p2p", n, h)
	case h.Addr.IsLoopback(): // a machine that speaks with itself
		c.quiet("benign.lan_service", n, h)
	case attempt && outside > 0 && ports <= 3 && c.suspect(h) && window(h.Peers(), quick) >= 20:
		d := c.finding(n, h, "outbound.scan", sure{0.85, both(
			fmt.Sprintf("%d hosts outside within minutes, at a port that worms spread by", h.Peers().Distinct()),
			fmt.Sprintf("几分钟内对外连了 %d 台主机，端口是蠕虫常用的传播端口", h.Peers().Distinct()))})
		d.severity = portlore.Critical
	case attempt && outside == 0 && !h.Port && (window(h.Peers(), quick) >= 10 && ports <= 5 && c.suspect(h) || c.triesPorts(h)):
		d := c.finding(n, h, "internal.scan", sure{0.75, both("one of our hosts tries many others, or many ports", "内网一台主机在试很多主机或很多端口")})
		if s, ok := judgeShape(h, false); ok {
			d.mention(s.class)
		}
	case attempt && h.Blocked > 0 && outside == 0:
		c.quiet("benign.lan_service", n, h)
	case attempt && h.Blocked*2 > h.Observations:
		c.finding(n, h, "outbound.blocked", sure{0.9, both("our own host, stopped by our own rule", "自己的主机，被自己的规则拦下")})
	case h.Kind == table.ICMPError:
		c.quiet("benign.icmp_path", n, h)
	case h.Kind == table.Echo:
		c.quiet("benign.ping", n, h)
	case h.Blocked > 0 && !attempt:
		c.quiet("benign.late_reply", n, h)
	case h.Kind == table.Stray && c.uploads(h):
		c.quiet("benign.backup", n, h)
	default:
		c.quiet("benign.client", n, h)
	}
}

// peersOfOurs says that a row is a program that calls its peers: from one high
// port to ten hosts and more, each at a port of its own, which are mostly high.
func peersOfOurs(h *table.Half) bool {
	sports, sport := sourcePorts(h)
	if sports != 1 || sport < 1024 || h.Peers().Distinct() < 10 {
		return false
	}
	low, high := destinations(h)
	ports := h.Ports().Distinct()
	return high > 4*low && ports*2 >= h.Peers().Distinct() && ports <= h.Peers().Distinct()+2
}

// uploads says that what one of ours sent inside connections is a bulk of data
// to one host: half a megabyte and more, in full packets, and twenty times what
// came back.
func (c *Case) uploads(h *table.Half) bool {
	const half = 500_000
	if h.Bytes < half || h.Peers().Distinct() != 1 || h.Bytes/max(1, h.Packets) < 700 {
		return false
	}
	var back table.Half
	return !c.t.Find(h.Addr, table.Stray, table.Received, &back) || back.Bytes*20 <= h.Bytes
}

// triesPorts says that a row tried port after port. Who was let in to a few high
// ports alone uses passive FTP or the like.
func (c *Case) triesPorts(h *table.Half) bool {
	ports := window(h.Ports(), quick)
	return ports >= 15 && (h.Blocked > 0 || ports >= 50 || atServices(c, h)*2 > h.Attempts().Len())
}

// local says that an address is ours, or private like a neighbour's.
func (c *Case) local(a netip.Addr) bool { return c.ours(a) || a.IsPrivate() }

// suspect says that most of a row's ports are such as worms and bots spread by.
func (c *Case) suspect(h *table.Half) bool {
	bad, all := uint32(0), uint32(0)
	for it := range h.Ports().All() {
		proto, port := it.Port()
		all += it.Count
		switch c.base.Family(portlore.Proto(proto), port).ID {
		case "iot", "windows":
			bad += it.Count
		case "remote", "database", "container", "messaging", "directory", "industrial", "printing": // administrators visit many hosts too, but not at once
			if h.Blocked*2 > h.Observations || window(h.Peers(), 10) >= 20 {
				bad += it.Count
			}
		}
	}
	return bad*2 > all
}
