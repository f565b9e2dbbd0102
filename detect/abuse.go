package detect

import (
	"fmt"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var abuse = &Detector{
	Name: "abuse",
	Doc: "Our services misused against others. Twenty questions and more a minute, all of one length, from one source to one UDP service that can " +
		"amplify, answered with five times the bytes: reflect.abused, and the source is the victim. Two small UDP services (echo, chargen and " +
		"the like) that answer each other twenty times and more, for each of our hosts: dos.loop. Twenty sources and more that ask one DNS server a " +
		"hundred questions about names of one domain, hardly any twice: dos.watertorture.",
	run: func(c *Case) {
		c.waterTorture()
		for n, h := range c.outside(table.UDP) {
			port := spotPort(h)
			sports, sport := sourcePorts(h)
			if h.Port || port == 0 {
				continue
			}
			if sports == 1 && looping(sport) && looping(port) && h.Observations >= 20*h.Peers().Distinct() {
				d := c.finding(n, h, "dos.loop", sure{0.8, both("two small services answer one another", "两个小服务在互相应答")})
				c.otherSide(d, h, sport)
				continue
			}
			var back table.Half
			if !c.t.Find(h.Addr, table.UDPReply, table.Received, &back) || h.Packets < 20 || perMinuteOf(h) < 20 {
				continue
			}
			if slices.Contains(amplifierPorts, port) && back.Bytes >= 5*h.Bytes && h.MinLength == h.MaxLength && h.MinLength > 0 { // zero: the evidence says no lengths
				d := c.finding(n, h, "reflect.abused", sure{0.85, both(
					fmt.Sprintf("our answers are %d times as long as its questions, which are all alike", back.Bytes/max(1, h.Bytes)),
					fmt.Sprintf("本机的应答是提问的 %d 倍，而提问千篇一律", back.Bytes/max(1, h.Bytes)))})
				d.severity = portlore.High
			}
		}
	},
}

// otherSide claims what our own small service answered in a loop.
func (c *Case) otherSide(d *draft, h *table.Half, port uint16) {
	var back table.Half
	a := c.targetOf(h)
	if n := c.t.Number(a, table.UDP, table.Sent); n != 0 && a.IsValid() {
		c.t.Row(n, &back)
		if only, one := onlyDestination(&back); one && only == port && back.Peers().Distinct() == 1 {
			c.claim(d, uint32(n), &back)
		}
	}
}

// waterTorture looks for questions about names that never come twice below one
// domain, from many sources: they make the server ask the domain's own in vain.
func (c *Case) waterTorture() {
	var servers []spot
	domains := map[uint64]uint16{}
	for _, h := range c.t.All() {
		if h.Side != table.Received || h.Kind != table.UDP || h.Port || !c.ours(h.Addr) {
			continue
		}
		asked := h.Told(table.DNSQuery)
		domain, one := oneDomain(h)
		if asked >= 100 && one && h.Prints().Distinct()*3 >= asked && h.Peers().Distinct() >= 20 {
			key := table.PeerKey(h.Addr)
			servers = append(servers, spot{key, table.UDP, 53})
			domains[key] = domain
		}
	}
	slices.SortFunc(servers, func(a, b spot) int { return c.names[a.peer].Compare(c.names[b.peer]) })
	for _, s := range servers {
		var d *draft
		for n, h := range c.outside(table.UDP) {
			if domain, one := oneDomain(h); spotOf(h) == s && one && domain == domains[s.peer] {
				if d == nil {
					d = c.find("dos.watertorture")
					d.sure = sure{0.8, both("many sources, names that never come twice, one domain", "来源众多，域名从不重复，且同属一个域")}
					d.severity = portlore.Medium
				}
				c.claim(d, n, h)
			}
		}
	}
}

// oneDomain is the hash of the domain of all DNS questions of a row.
func oneDomain(h *table.Half) (domain uint16, one bool) {
	for it := range h.Prints().All() {
		p := table.PrintParent(it.Value())
		if one && p != domain {
			return 0, false
		}
		domain, one = p, true
	}
	return domain, one
}

// looping says that a UDP service answers whatever comes (RFC 862 to 868), or
// answers errors with errors (TFTP).
func looping(port uint16) bool {
	switch port {
	case 7, 11, 13, 17, 19, 37, 69:
		return true
	}
	return false
}

// perMinuteOf is the mean rate of a row.
func perMinuteOf(h *table.Half) uint64 {
	seconds := max(1, uint64(h.Last-h.First)/1e9)
	return h.Packets * 60 / max(seconds, 60)
}
