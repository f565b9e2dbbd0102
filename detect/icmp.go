package detect

import (
	"fmt"

	"github.com/portlore/portlore/table"
)

var icmpErrors = &Detector{
	Name: "icmp-errors",
	Doc: "ICMP errors. About packets to a host that ours did speak to, or about a few hosts of ours: benign.icmp_path. " +
		"About five or more of ours, none of which spoke to it: backscatter.icmp, the echo of forged packets. \"Too big\" that our firewall " +
		"drops is misconfig.rule.",
	run: func(c *Case) {
		for n, h := range c.rows(table.ICMPError) {
			if !c.ours(h.Addr) && h.Peers().Distinct() >= 5 && !c.spokenTo(h) {
				c.quiet("backscatter.icmp", n, h)
				continue
			}
			if h.Blocked > 0 && tooBig(h) {
				d := c.finding(n, h, "misconfig.rule", sure{0.85, both(
					"the firewall drops \"packet too big\", without which large transfers hang (RFC 1191, RFC 8201)",
					"防火墙丢弃了包过大的报错，没有它大流量传输会卡死（RFC 1191、RFC 8201）")})
				d.mention("benign.icmp_path")
				continue
			}
			c.quiet("benign.icmp_path", n, h)
		}
	},
}

// tooBig says that errors are ICMP 3/4, fragmentation needed, or ICMPv6 2, packet
// too big.
func tooBig(h *table.Half) bool {
	for it := range h.Shapes().All() {
		if s := it.Value(); s == 3<<8|4 || s == 2<<8 {
			return true
		}
	}
	return false
}

// spokenTo says whether one of ours sent anything to the source of a row.
func (c *Case) spokenTo(h *table.Half) bool {
	var r table.Half
	for _, k := range []table.Kind{table.Syn, table.UDP, table.Echo, table.TCPUnsaid} {
		if c.t.Find(h.Addr, k, table.Received, &r) {
			return true
		}
	}
	return false
}

var pings = &Detector{
	Name: "pings",
	Doc: "Echo requests. To five hosts or more within five minutes, or ten within a day: scan.host.ping; else benign.ping. " +
		"Timestamp and address mask requests count like echoes. Answers are benign.late_reply from a host that ours spoke to, else " +
		"backscatter.icmp.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Echo, table.ICMPOther) {
			hosts := h.Peers()
			fast, slow := window(hosts, quick), window(hosts, day)
			if !c.why.least(h, "scan.host.ping", &hostsWithin[0], fast, 5) && !c.why.least(h, "scan.host.ping", &hostsWithin[1], slow, 10) {
				c.quiet("benign.ping", n, h)
				continue
			}
			d := c.finding(n, h, "scan.host.ping", sure{min(0.9, 0.7+0.01*float64(slow)), both(
				fmt.Sprintf("echo requests to %d hosts", hosts.Distinct()),
				fmt.Sprintf("向 %d 台主机发了回显请求", hosts.Distinct()))})
			if fast < 5 {
				d.attrs = []string{"scan.slow"}
			}
		}
		for n, h := range c.outside(table.EchoReply) {
			if c.spokenTo(h) {
				c.quiet("benign.late_reply", n, h)
			} else {
				c.quiet("backscatter.icmp", n, h)
			}
		}
	},
}

// Windows of time in seconds. Zeek's and Snort's scan detectors look at five to
// ten minutes; a day catches those that go slowly.
const (
	quick = 5 * 60
	day   = 24 * 3600
)
