package detect

import (
	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var enumerations = &Detector{
	Name: "enumerations",
	Doc: "Questions that make one service tell what it knows, told by their first bytes: probe.enum.snmp, tftp, netbios, rpc (portmapper), axfr (a " +
		"zone transfer), sip (sipvicious), ldap, finger and ident. Without bytes, only pcanywhere (its pair, UDP 22 and 5632) and ike (ike-scan's first packet, UDP 500 from 500, 364 bytes, " +
		"unanswered) are known. An SNMP or portmapper question that nobody answered and that came less than three times is a probe like any other.",
	run: func(c *Case) {
		for n, h := range c.outside(table.UDP) {
			if h.Port || c.lanAsker(h) {
				continue
			}
			if what, p, why := c.datagramEnum(h); what != "" {
				d := c.finding(n, h, "probe.enum."+what, sure{p, why})
				c.exposure(d, h)
				d.noteAsker(h, what)
			}
		}
		for n, h := range c.outside(table.Syn) {
			what, why := c.streamEnum(h)
			if what == "" {
				continue
			}
			d := c.finding(n, h, "probe.enum."+what, sure{0.95, why})
			c.exposure(d, h)
			var back table.Half
			if what == "axfr" && c.t.Find(h.Addr, table.Stray, table.Received, &back) && back.MaxLength > 200 { // a refusal is shorter
				d.mention("exposed.service")
			}
		}
	},
}

// noteAsker marks the tool whose question is known: sipvicious by its name, nbtscan
// by 78 bytes from one high port, ike-scan by its first packet of 364 bytes (both
// measured).
func (d *draft) noteAsker(h *table.Half, what string) {
	sports, sport := sourcePorts(h)
	switch {
	case what == "sip" && h.Told(table.SIPScanner) > 0:
		d.mark("tool.sipvicious")
	case what == "netbios" && h.MinLength == 78 && h.MaxLength == 78 && sports == 1 && sport >= 1024:
		d.mark("tool.nbtscan")
	case what == "ike" && h.MinLength == 364 && h.MaxLength == 364:
		d.mark("tool.ike-scan")
	}
}

// streamEnum reads what a source asked inside its connections.
func (c *Case) streamEnum(h *table.Half) (what string, why portlore.Text) {
	var inside table.Half
	if h.Port || !c.t.Find(h.Addr, table.Stray, table.Sent, &inside) {
		return "", portlore.Text{}
	}
	told := func(what table.Tell) bool { return inside.Told(what) > 0 }
	switch {
	case told(table.DNSTransfer):
		return "axfr", both("it asks for the whole zone", "对方索取整个区域的数据")
	case told(table.LDAPSearch) && !told(table.LDAPBind) && spotPort(h) == 389:
		return "ldap", both("it searches the directory without a login", "对方未登录就查询目录")
	case told(table.FingerQuery) && spotPort(h) == 79:
		return "finger", both("it asks who is logged in", "对方在问谁登录着")
	case told(table.IdentQuery) && h.Peers().Distinct() > 2:
		return "ident", both("it asks who owns connections", "对方在问连接属于哪个用户")
	}
	return "", portlore.Text{}
}

// exposure notes that a service answered, and whether it should face strangers.
func (c *Case) exposure(d *draft, h *table.Half) {
	if ports := c.answeredPorts(h); len(ports) > 0 || h.Accepted > 0 {
		for it := range h.Ports().All() {
			if proto, port := it.Port(); c.risky(portlore.Proto(proto), port) {
				d.mention("exposed.service")
			}
		}
		d.severity = portlore.Medium
		d.facts = append(d.facts, both("it was answered", "本机作了应答"))
	}
}

func (c *Case) datagramEnum(h *table.Half) (what string, p float64, why portlore.Text) {
	talks := h.Observations >= 3 || len(c.answeredPorts(h)) > 0
	sports, sport := sourcePorts(h)
	all, pcAnywhere, _ := portsOf(h, []uint16{22, 5632})
	told := func(what table.Tell) bool { return h.Told(what)*2 > h.Observations }
	bytes := both("the first bytes of its packets say so", "包的开头字节说明了用途")
	switch {
	case told(table.SNMPRequest) && talks:
		return "snmp", 0.9, bytes
	case h.Told(table.DNSTransfer) > 0:
		return "axfr", 0.9, bytes
	case h.Told(table.TFTPRequest) > 0:
		return "tftp", 0.9, bytes
	case told(table.NetBIOSStatus):
		return "netbios", 0.9, bytes
	case h.Told(table.SIPScanner) > 0:
		return "sip", 0.95, both("its packets name the scanner sipvicious", "包里写着扫描器 sipvicious 的名字")
	case told(table.RPCCall) && talks:
		return "rpc", 0.9, bytes
	case all == 2 && pcAnywhere == 2:
		return "pcanywhere", 0.8, both("UDP 22 and 5632 together: pcAnywhere's old and new search", "UDP 22 与 5632 同时出现，正是 pcAnywhere 新旧两种搜索方式")
	case spotPort(h) == 500 && sports == 1 && sport == 500 && h.MinLength == 364 && h.MaxLength == 364 && len(c.answeredPorts(h)) == 0:
		return "ike", 0.7, both("the size and ports of ike-scan's first packet", "长度与端口都与 ike-scan 的首包相同")
	}
	return "", 0, portlore.Text{}
}
