package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var worms = &Detector{
	Name: "worms",
	Doc: "Names a worm (worm.NAME) only by two features that agree. Mirai and its kin: the sequence number is the destination address, in nearly all " +
		"of three SYNs and more. Slammer: UDP to 1434, 404 bytes each. Witty: UDP from 4000 to ten hosts and ten ports, or more. By the ports " +
		"alone, where there is no other: 37215 and 52869 Satori, 135 and 4444 Blaster, 445 and 9996 Sasser, 5554 and 9898 Dabber, 23 and 5358 Hajime, " +
		"three and more of 3127 to 3198 Mydoom. Mirai's sequence numbers at 5555 alone are ADB.Miner's, at 37215 and 52869 Satori's. Echo requests of 92 bytes to five " +
		"hosts and more beside SYNs to 135 alone: Welchia.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Syn) {
			if h.Port {
				continue
			}
			name, p, why := c.why.synWorm(h)
			if name == "" {
				name, p, why = c.requestWorm(h)
			}
			if name == "" && c.welchia(h) {
				name, p, why = "welchia", 0.75, both("echo requests of 92 bytes, and then 135", "先发 92 字节的回显请求，再找 135")
			}
			if name == "" {
				continue
			}
			d := c.finding(n, h, "worm."+name, sure{p, why})
			if s, ok := judgeShape(h, false); ok {
				d.mention(s.class)
			}
			c.mentionServices(d, h)
			c.ofSource[h.Addr] = d
			switch name {
			case "adbminer", "satori":
				if h.Told(table.MiraiSeq) > 0 {
					d.mention("worm.mirai")
				}
			case "welchia":
				var ping table.Half
				if n, ok := c.sibling(h.Addr, table.Echo, &ping); ok {
					d.mention("scan.host.ping")
					c.claim(d, n, &ping)
				}
			}
		}
		for n, h := range c.outside(table.UDP, table.UDPReply) {
			if h.Port {
				continue
			}
			s := spotPort(h)
			sports, sport := sourcePorts(h)
			switch {
			case s == 1434 && h.MinLength == 404 && h.MaxLength == 404:
				c.finding(n, h, "worm.slammer", sure{0.85, both("datagrams of 404 bytes to 1434, the size of its only packet", "发往 1434 的数据报正好 404 字节，与它唯一的包等长")})
			case sports == 1 && sport == 4000 && h.Peers().Distinct() >= 10 && h.Ports().Distinct() >= 10:
				c.finding(n, h, "worm.witty", sure{0.7, both("from UDP 4000 to random ports of many hosts", "从 UDP 4000 发往许多主机的随机端口")})
			}
		}
	},
}

// synWorm names a worm by a row of SYNs.
func (l *ledger) synWorm(h *table.Half) (name string, p float64, why portlore.Text) {
	if told := h.Told(table.MiraiSeq); l.least(h, "worm.mirai", &miraiTells, int(told), max(3, int((h.Observations*9+9)/10))) {
		name := "mirai"
		switch ports := tcpPorts(h); { // two that took its scanner for other doors
		case slices.Equal(ports, []uint16{5555}):
			name = "adbminer"
		case slices.Equal(ports, []uint16{37215, 52869}):
			name = "satori"
		}
		return name, 0.9, both(
			fmt.Sprintf("in %d SYNs the sequence number is the address they go to, as in Mirai's scanner", told),
			fmt.Sprintf("%d 个 SYN 的序列号等于目标地址，与 Mirai 的扫描器相同", told))
	}
	ports := tcpPorts(h)
	if len(ports) >= 3 && ports[0] >= 3127 && ports[len(ports)-1] <= 3198 {
		return "mydoom", 0.65, both("it asks for 3127-3198 and nothing else", "只找 3127-3198，不找别的")
	}
	if len(ports) > 2 {
		return
	}
	has := func(list ...uint16) bool {
		for _, p := range list {
			if !slices.Contains(ports, p) {
				return false
			}
		}
		return true
	}
	only := func(list ...uint16) bool { return has(list...) && len(ports) == len(list) }
	pair := func(name, ports string) (string, float64, portlore.Text) {
		return name, 0.65, both("it asks for "+ports+" and nothing else", "只找 "+ports+"，不找别的")
	}
	switch {
	case only(37215, 52869):
		return pair("satori", "37215 52869")
	case only(135, 4444):
		return pair("blaster", "135 4444")
	case only(445, 9996):
		return pair("sasser", "445 9996")
	case only(5554, 9898):
		return pair("dabber", "5554 9898")
	case only(23, 5358):
		return pair("hajime", "23 5358")
	}
	return
}

// welchia names the worm that pings with 92 bytes and then asks the same network
// for 135.
func (c *Case) welchia(h *table.Half) bool {
	var ping table.Half
	return spotPort(h) == 135 && c.t.Find(h.Addr, table.Echo, table.Sent, &ping) && ping.MinLength == 92 && ping.MaxLength == 92 &&
		ping.Peers().Distinct() >= 5
}

// requestWorm names a worm by what its source asked inside its connections.
func (c *Case) requestWorm(h *table.Half) (name string, p float64, why portlore.Text) {
	var inside table.Half
	if !c.t.Find(h.Addr, table.Stray, table.Sent, &inside) {
		return
	}
	switch {
	case inside.Told(table.CodeRedRequest) > 0:
		return "codered", 0.95, both("its request for default.ida", "它请求 default.ida")
	case inside.Told(table.NimdaRequest) > 0:
		return "nimda", 0.9, both("its request for root.exe or cmd.exe", "它请求 root.exe 或 cmd.exe")
	}
	return
}

// tcpPorts are the destination ports of a row, sorted.
func tcpPorts(h *table.Half) []uint16 {
	var ports []uint16
	for it := range h.Ports().All() {
		_, p := it.Port()
		ports = append(ports, p)
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// spotPort is the one destination port of a row; zero if there are several.
func spotPort(h *table.Half) uint16 {
	port, _ := onlyDestination(h)
	return port
}

// mentionServices notes the services of a row of one or two ports.
func (c *Case) mentionServices(d *draft, h *table.Half) {
	if h.Ports().Len() > 2 {
		return
	}
	for it := range h.Ports().All() {
		proto, port := it.Port()
		d.mention("probe.service." + c.base.Service(portlore.Proto(proto), port).ID)
	}
}

var trojans = &Detector{
	Name: "trojans",
	Doc: "Two ports or more that mean nothing today but an old trojan (tier A or B in lore), and hardly any other: probe.trojan, of many ports or hosts too (see scans). " +
		"Ports with a service of today and ports that systems hand out never count, and a single port never does.",
	run: func(c *Case) {
		for n, h := range c.repeated(2, table.Syn) {
			if list := c.oldTrojans(h); list != "" {
				d := c.finding(n, h, "probe.trojan", sure{0.6, both("ports of old trojans and hardly any other", "几乎全是旧木马的端口")})
				d.nameTrojans(list)
			}
		}
	},
}

// oldTrojans names up to four of the trojans whose ports a row asked for; it is
// empty where they are less than two, or less than four of five ports.
func (c *Case) oldTrojans(h *table.Half) string {
	if h.Port || h.Kind != table.Syn || h.Accepted > 0 {
		return ""
	}
	var ports []uint16
	all := tcpPorts(h)
	for _, port := range all {
		if c.oldTrojan(port) != "" {
			ports = append(ports, port)
		}
	}
	if len(ports) < 2 || len(ports)*10 < len(all)*8 {
		return ""
	}
	var names []string
	for _, port := range ports[:min(4, len(ports))] {
		names = append(names, fmt.Sprintf("%d %s", port, c.oldTrojan(port)))
	}
	return strings.Join(names, ", ")
}

func (d *draft) nameTrojans(list string) {
	d.facts = append(d.facts, both("numbers once used by: "+list, "这些端口曾被使用："+list))
}

// oldTrojan is the name of the trojan that a port stands for and nothing else.
func (c *Case) oldTrojan(port uint16) string {
	if port >= 32768 || c.base.Family(portlore.TCP, port).ID != "trojan" {
		return ""
	}
	for _, t := range c.base.ThreatsOn(portlore.TCP, port) {
		for _, p := range t.Ports {
			if port >= p.From && port <= p.To && p.Transport.Has(portlore.TCP) && (p.Confidence == "A" || p.Confidence == "B") {
				return cmp.Or(t.Names.In(c.o.Lang), t.Names.EN) // few have a Chinese name
			}
		}
	}
	return ""
}
