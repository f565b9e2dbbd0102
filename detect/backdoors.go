package detect

import (
	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var backdoors = &Detector{
	Name: "backdoors",
	Doc: "Programs that proved what they are. One of ours greets a visitor as NetBus or SubSeven, or with a shell that nobody had to log in to " +
		"(at any port but telnet's): exposed.answered_trojan. UDP that begins with the magic of Back Orifice is probe.trojan, whatever its port. Only a capture shows either.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Syn) {
			var back table.Half
			if h.Port || !c.t.Find(h.Addr, table.Stray, table.Received, &back) {
				continue
			}
			if name := proven(h, &back); name != (portlore.Text{}) {
				d := c.finding(n, h, "exposed.answered_trojan", sure{0.95, both(
					"its answer begins as that of "+name.EN, "它的应答开头正是"+name.ZH)})
				d.severity = portlore.High
				d.answered += h.Observations - min(h.Observations, h.Answered)
			}
		}
		for n, h := range c.outside(table.UDP) {
			if h.Told(table.BackOrifice) == 0 || h.Port {
				continue
			}
			d := c.finding(n, h, "probe.trojan", sure{0.95, both("its packets begin as Back Orifice's do", "包的开头就是 Back Orifice 的标志")})
			d.facts = append(d.facts, both("it calls for Back Orifice, by the first bytes of its protocol", "从协议开头的字节看，它在呼叫 Back Orifice"))
			if s, ok := judgeShape(h, false); ok {
				d.mention(s.class)
			}
			c.mentionServices(d, h)
		}
	},
}

// proven is the program that the answers to a visitor's row give away; zero: none.
func proven(h, back *table.Half) portlore.Text {
	switch {
	case back.Told(table.NetBusBanner) > 0:
		return both("NetBus", " NetBus")
	case back.Told(table.SubSevenBanner) > 0:
		return both("SubSeven", " SubSeven")
	}
	if back.Told(table.ShellBanner) > 0 && !onlyPort(h, 23) {
		return both("a command shell", "命令行外壳")
	}
	return portlore.Text{}
}
