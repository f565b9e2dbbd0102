package detect

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/table"
)

var us = &Detector{
	Name: "us",
	Doc: "What should not come from our own hosts. Mail (25/tcp) to ten hosts outside and more within an hour, by a host that takes no mail and " +
		"has a private address or is stopped by our rules, or to fifty within a minute: " +
		"outbound.spam. A thousand SYNs a minute to one service outside, or 100 UDP packets a second from ever new ports: outbound.dos. Connections to one service outside that lore does not know (in a capture: that programs do not poll all the time), " +
		"ten and more, at gaps of half a minute or longer that differ by less than a tenth: outbound.beacon. Eighty DNS questions of 120 bytes " +
		"on average or longer: tunnel.suspicion. Two hosts of one network that both answer as DHCP servers: dhcp.second_server.",
	run: func(c *Case) {
		for n, h := range c.rows(table.Syn, table.TCPUnsaid, table.UDP) {
			if !c.ours(h.Addr) || h.Port || h.Addr.IsLoopback() {
				continue
			}
			if c.tunnels(h) { // also by way of our own name server
				c.finding(n, h, "tunnel.suspicion", sure{0.6, both(
					fmt.Sprintf("%s DNS questions, %d bytes each on average", quantity.Count(h.Packets), h.Bytes/h.Packets),
					fmt.Sprintf("%s 个 DNS 查询，平均每个 %d 字节", quantity.Count(h.Packets), h.Bytes/h.Packets))})
				continue
			}
			if !c.goesOut(h) {
				continue
			}
			switch s := spotOf(h); {
			case h.Kind != table.UDP && onlyPort(h, 25) && !c.takesMail(h.Addr) && c.mailsTooMany(h):
				d := c.finding(n, h, "outbound.spam", sure{0.8, both(
					quantity.Plural(h.Peers().Distinct(), "mail server")+" outside, from a host that takes no mail itself",
					fmt.Sprintf("它自己不收邮件，却连了 %d 台外部邮件服务器", h.Peers().Distinct()))})
				d.severity = portlore.High
			case h.Kind == table.Syn && s != (spot{}) && h.Packets >= 1000 && c.peak(h) >= 1000:
				d := c.finding(n, h, "outbound.dos", sure{0.85, both(
					fmt.Sprintf("up to %s SYNs a minute to one service outside", quantity.Count(c.peak(h))),
					fmt.Sprintf("每分钟多达 %s 个 SYN 打向外部同一个服务", quantity.Count(c.peak(h))))})
				d.severity = portlore.Critical
			case c.pours(h):
				d := c.finding(n, h, "outbound.dos", sure{0.8, both(
					quantity.Count(h.Packets)+" UDP packets to one service outside, from ever new ports",
					fmt.Sprintf("向外部同一个服务发了 %s 个 UDP 包，源端口不停变换", quantity.Count(h.Packets)))})
				d.severity = portlore.Critical
			case h.Kind != table.UDP && s != (spot{}) && c.unusual(s.port) && beats(h):
				c.finding(n, h, "outbound.beacon", sure{0.6, both(
					"it calls one service outside at even intervals",
					"它按固定间隔连接外部同一个服务")})
			}
		}
		c.secondServer()
	},
}

// tunnels says that a row of DNS questions is so long, on average, that its names
// carry data: a name that people use has some 20 bytes, which makes 70 of a packet.
func (c *Case) tunnels(h *table.Half) bool {
	return h.Kind == table.UDP && onlyPort(h, 53) && c.why.least(h, "tunnel.suspicion", &questions, int(h.Told(table.DNSQuery)), 80) &&
		c.why.least(h, "tunnel.suspicion", &questionLength, int(h.Bytes/max(1, h.Packets)), 120)
}

// unusual says that calling a service outside at even intervals is worth a
// look: one that no table knows; where connections are seen whole, any but those
// that programs poll all the time.
func (c *Case) unusual(port uint16) bool {
	if !c.blind {
		return c.base.Service(portlore.TCP, port).ID == "unlisted"
	}
	switch port {
	case 22, 25, 53, 80, 110, 123, 143, 443, 465, 587, 853, 993, 995, 1883, 3128, 5222, 5223, 5228, 8080, 8883, 9418:
		return false
	}
	return true
}

// mailsTooMany says that a host speaks to more mail servers than a program of a
// person does: ten within an hour where it has no public address or our rules
// stop it, fifty within a minute anywhere.
func (c *Case) mailsTooMany(h *table.Half) bool {
	if h.Addr.IsPrivate() || h.Blocked*2 > h.Observations {
		return window(h.Peers(), hour) >= 10
	}
	return window(h.Peers(), 60) >= 50
}

// pours says that a row of UDP is a flood: 100 packets a second to one service,
// each few from a port of its own. A call, a stream or a tunnel keeps its port.
func (c *Case) pours(h *table.Half) bool {
	s := spotOf(h)
	if h.Kind != table.UDP || s == (spot{}) || h.Packets < floodPackets || h.Attempts().Distinct()*3 < h.Packets {
		return false
	}
	minute, burst := c.peaks.Of(c.names[s.peer], s.kind, s.port, h.First, h.Last)
	return c.why.isFlood(h, "outbound.dos", minute, burst, h.Last-h.First)
}

// goesOut says that a row went to addresses outside only.
func (c *Case) goesOut(h *table.Half) bool {
	for it := range h.Peers().All() {
		if a, ok := c.names[it.Key]; !ok || c.local(a) {
			return false
		}
	}
	return true
}

func onlyPort(h *table.Half, port uint16) bool {
	p, single := onlyDestination(h)
	return single && p == port
}

// takesMail says that others deliver mail to a host.
func (c *Case) takesMail(a netip.Addr) bool {
	return c.asked(a, table.Syn, portlore.TCP, 25, ^uint32(0))
}

// peak is the highest rate a minute of the one spot that a row goes to.
func (c *Case) peak(h *table.Half) uint64 {
	s := spotOf(h)
	minute, _ := c.peaks.Of(c.names[s.peer], s.kind, s.port, h.First, h.Last)
	return minute
}

// beats says that the events of a row come at even gaps of half a minute and
// longer.
func beats(h *table.Half) bool {
	gaps := gapsOf(h.Times())
	if len(gaps) < 9 || h.Observations > 2*uint64(len(gaps)+1) {
		return false
	}
	least, most := gaps[0], gaps[len(gaps)-1]
	return least >= 30e9 && most-least < least/10
}

// secondServer looks for two hosts of one network that both answer as DHCP
// servers. Failover pairs do too: only the owner knows.
func (c *Case) secondServer() {
	servers := map[netip.Prefix][]uint32{}
	for n, h := range c.rows(table.DHCP) {
		if _, sport := sourcePorts(h); sport == 67 && !h.Addr.IsUnspecified() && h.Addr.Is4() && (c.ours(h.Addr) || h.Addr.IsPrivate()) {
			servers[block(h.Addr)] = append(servers[block(h.Addr)], n)
		}
	}
	var nets []netip.Prefix
	for net, rows := range servers {
		if len(rows) >= 2 {
			nets = append(nets, net)
		}
	}
	slices.SortFunc(nets, netip.Prefix.Compare)
	var h table.Half
	for _, net := range nets {
		d := c.find("dhcp.second_server")
		d.sure = sure{0.6, both(
			fmt.Sprintf("%d hosts of one network answer as DHCP servers", len(servers[net])),
			fmt.Sprintf("同一网段有 %d 台主机都在充当 DHCP 服务器", len(servers[net])))}
		c.sortByAddr(servers[net])
		for _, n := range servers[net] {
			c.t.Row(int(n), &h)
			c.claim(d, n, &h)
		}
	}
}

var gaps = &Detector{
	Name: "gaps",
	Doc: "What the evidence cannot show: a log that a rule limits to a few lines a minute, time that runs back by more than a minute, a capture of one direction only, rows that " +
		"were rolled up for want of memory. evidence.gap counts no observation.",
	run: func(c *Case) {
		if n, share := c.limited(); n > 0 {
			c.gap("limited", both(
				fmt.Sprintf("%d%% of the minutes have 3 or 4 lines, none over 13: the log is limited", share),
				fmt.Sprintf("%d%% 的分钟里恰好 3 到 4 行，且没有一分钟超过 13 行：日志被限速了", share)))
		}
		for _, in := range c.o.Inputs {
			if j := in.ClockJumps; j.Count > 0 {
				c.gap("clock "+in.Name, both(
					fmt.Sprintf("time runs back %s, furthest by %s at %s:%d", quantity.Plural(uint64(j.Count), "time"), duration(j.Seconds).EN, in.Name, j.Line),
					fmt.Sprintf("时间倒退 %s 次，最多退回 %s，在 %s:%d", quantity.Count(uint64(j.Count)), duration(j.Seconds).ZH, in.Name, j.Line)))
			}
		}
		if c.blind && !c.verdicts && c.total.packets >= 50 && !c.weSpeak() {
			c.gap("one way", both("none of ours is seen sending: one direction only", "看不到本方主机发出的包：只有单向流量"))
		}
		if r := c.t.RolledUp(); r.Ports+r.Nets > 0 {
			n := r.Ports + r.Nets
			c.gap("memory", both(fmt.Sprintf("memory was short: %s addresses seen only a little were put together", quantity.Count(n)),
				fmt.Sprintf("内存不足：%s 个很少出现的地址合并统计", quantity.Count(n))))
		}
	},
}

func (c *Case) gap(kind string, fact portlore.Text) {
	if c.o.Source.IsValid() {
		return
	}
	d := c.find("evidence.gap")
	d.always, d.kind = true, kind
	d.sure = sure{0.8, fact}
	d.facts = append(d.facts, fact)
}

// duration writes seconds as minutes, hours or days.
func duration(seconds int64) portlore.Text {
	switch n := float64(seconds); {
	case n < 2*3600:
		return both(fmt.Sprintf("%.0f min", n/60), fmt.Sprintf("%.0f 分钟", n/60))
	case n < 2*24*3600:
		return both(fmt.Sprintf("%.1f h", n/3600), fmt.Sprintf("%.1f 小时", n/3600))
	default:
		return both(fmt.Sprintf("%.0f days", n/86400), fmt.Sprintf("%.0f 天", n/86400))
	}
}

// limited says in how many minutes the log has lines, and in how many of a
// hundred there are just 3 or 4. ufw writes its LOG rules with "limit 3/min burst
// 10"; a limit shows when there is more to log than it lets through.
func (c *Case) limited() (minutes, share int) {
	full := 0
	for _, n := range c.t.BlockedPerMinute(c.total.first, c.total.last) {
		switch {
		case n > 13:
			return 0, 0
		case n > 0:
			minutes++
		}
		if n == 3 || n == 4 {
			full++
		}
	}
	if minutes < 10 || full*10 < minutes*7 {
		return 0, 0
	}
	return minutes, 100 * full / minutes
}

// weSpeak says that one of ours sent something, or is known to have answered.
func (c *Case) weSpeak() bool {
	for k := range table.PacketKinds {
		for _, n := range c.byKind[k] {
			var h table.Half
			c.t.Row(int(n), &h)
			if c.ours(h.Addr) || h.Answered > 0 {
				return true
			}
		}
	}
	return false
}
