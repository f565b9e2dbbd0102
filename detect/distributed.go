package detect

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var distributed = &Detector{
	Name: "distributed",
	Doc: "Five sources or more with one stack fingerprint that share out twenty ports or more of one host within an hour and without a " +
		"break of ten minutes, three or more each and hardly any twice: scan.distributed. Peers and clients all want the same port; coincidence would repeat ports.",
	run: func(c *Case) {
		type at struct{ peer, print uint64 }
		groups := map[at][]uint32{}
		for n, h := range c.repeated(3, table.Syn, table.Stealth) {
			peer, one := only(h.Peers())
			print, same := only(h.Prints())
			if h.Port || !one || !same || h.Ports().Len() < 3 || h.Last-h.First > hour*1e9 || c.served(h) {
				continue
			}
			k := at{peer.Key, print.Key}
			groups[k] = append(groups[k], n)
		}
		var keys []at
		for k, rows := range groups {
			if len(rows) >= 5 {
				keys = append(keys, k)
			}
		}
		slices.SortFunc(keys, func(a, b at) int { return cmp.Or(cmp.Compare(a.peer, b.peer), cmp.Compare(a.print, b.print)) })
		for _, k := range keys {
			for _, rows := range c.atOnce(groups[k]) {
				c.judgeShares(rows)
			}
		}
	},
}

// atOnce parts rows where nothing happens for ten minutes: whoever used the same
// tool the day before has nothing to do with those of today.
func (c *Case) atOnce(rows []uint32) (parts [][]uint32) {
	type span struct {
		row         uint32
		first, last int64
	}
	var h table.Half
	spans := make([]span, len(rows))
	for i, n := range rows {
		c.t.Row(int(n), &h)
		spans[i] = span{n, h.First, h.Last}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	last := int64(0)
	for i, s := range spans {
		if i == 0 || s.first-last > 2*quick*1e9 {
			parts = append(parts, nil)
		}
		parts[len(parts)-1] = append(parts[len(parts)-1], s.row)
		last = max(last, s.last)
	}
	return slices.DeleteFunc(parts, func(rows []uint32) bool { return len(rows) < 5 })
}

// judgeShares makes one finding of rows that share out the ports of one host.
func (c *Case) judgeShares(rows []uint32) {
	c.sortByAddr(rows)
	var h table.Half
	ports := map[uint64]int{}
	total, first, last := 0, int64(0), int64(0)
	for _, n := range rows {
		c.t.Row(int(n), &h)
		for it := range h.Ports().All() {
			ports[it.Key]++
			total++
		}
		if first == 0 || h.First < first {
			first = h.First
		}
		last = max(last, h.Last)
	}
	if !c.sharedOut(rows, len(ports), total) || last-first > hour*1e9 {
		return
	}
	d := c.find("scan.distributed")
	d.sure = sure{0.8, both("one stack fingerprint, one host, and hardly a port tried twice", "协议栈特征一致，目标同一台主机，端口几乎不重复")}
	d.also = []string{"scan.port.vertical"}
	d.facts = append(d.facts, both(
		fmt.Sprintf("%d sources share out %d ports of one host", len(rows), len(ports)),
		fmt.Sprintf("%d 个来源分头试探同一台主机的 %d 个端口", len(rows), len(ports))))
	for _, n := range rows {
		c.t.Row(int(n), &h)
		c.claim(d, n, &h)
	}
}

var protocols = &Detector{
	Name: "protocols",
	Doc: "Five IP protocols or more from one source that is not ours, without TCP, UDP and ICMP, which every peer of a tunnel uses beside it, and " +
		"without what routers send to groups: scan.proto. Everything that it sent belongs to it.",
	run: func(c *Case) {
		var found []netip.Addr
		for _, h := range c.outside(table.Other) {
			if !h.Port && c.protocolsOf(h.Addr) >= 5 {
				found = append(found, h.Addr)
			}
		}
		for _, a := range found {
			n := c.protocolsOf(a)
			var h table.Half
			for k := range table.PacketKinds {
				if row, ok := c.sibling(a, k, &h); ok {
					c.finding(row, &h, "scan.proto", sure{0.85, both(
						fmt.Sprintf("%d IP protocols from one source, beside the common ones", n),
						fmt.Sprintf("同一来源除常见协议外还试了 %d 种 IP 协议", n))})
				}
			}
		}
	},
}

// protocolsOf is how many uncommon IP protocols an address used.
func (c *Case) protocolsOf(a netip.Addr) int {
	var h table.Half
	seen := map[uint8]bool{}
	for k := range table.PacketKinds {
		if k == table.ICMPError || castKind(k) || !c.t.Find(a, k, table.Sent, &h) {
			continue // what an error is about was not sent by it
		}
		for it := range h.Ports().All() {
			switch proto, _ := it.Port(); portlore.Proto(proto) {
			case portlore.TCP, portlore.UDP, portlore.ICMP, portlore.ICMPv6:
			default:
				seen[proto] = true
			}
		}
	}
	return len(seen)
}
