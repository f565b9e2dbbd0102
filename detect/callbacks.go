package detect

import (
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var callbacks = &Detector{
	Name: "callbacks",
	Doc: "Servers that call back. SYNs to 113 alone, of one host or two, or of more by a host whose mail, chat, news or FTP ours had " +
		"entered before: benign.ident_callback. SYNs from port 20 to high ports of one host, most of them no service's, or by a host whose FTP ours " +
		"had entered: benign.ftp_data. SYNs to ports of proxies alone, by a host whose mail, chat, news or FTP ours had entered: benign.proxycheck.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Syn) {
			switch {
			case identCallback(c, h):
				c.quiet("benign.ident_callback", n, h)
			case ftpData(c, h):
				c.quiet("benign.ftp_data", n, h)
			case proxyCheck(c, h):
				c.quiet("benign.proxycheck", n, h)
			}
		}
	},
}

// identCallback: ident is asked of few hosts, and of nothing else.
func identCallback(c *Case, h *table.Half) bool {
	it, one := only(h.Ports())
	_, port := it.Port()
	return one && port == 113 && (h.Peers().Distinct() <= 2 || c.calledOn(h))
}

// ftpData: the data connection of active FTP comes from port 20 (RFC 959) to
// high ports of the one host that asked for it, which its system chose. Who
// tries ports of services from there wants to pass careless filters.
func ftpData(c *Case, h *table.Half) bool {
	if h.Peers().Distinct() != 1 {
		return false
	}
	n, port := sourcePorts(h)
	low, high := destinations(h)
	if n != 1 || port != 20 || low > 0 {
		return false
	}
	return atServices(c, h)*2 <= high || c.asked(h.Addr, table.Syn, portlore.TCP, 21, uint32(h.First/1e9))
}

// proxyCheck: chat servers try the ports of proxies, of routers' logins and of
// ident, and nothing else.
func proxyCheck(c *Case, h *table.Half) bool {
	if h.Peers().Distinct() != 1 {
		return false
	}
	all, in, _ := portsOf(h, proxyPorts)
	_, extra, _ := portsOf(h, []uint16{23, 113})
	return in+extra == all && in > 0 && c.calledOn(h)
}

// calledOn says that ours had connected to a service of the source that checks
// its clients, before the row began.
func (c *Case) calledOn(h *table.Half) bool {
	first := uint32(h.First / 1e9)
	return slices.ContainsFunc(callbackPorts, func(p uint16) bool {
		return c.asked(h.Addr, table.Syn, portlore.TCP, p, first)
	})
}

var streams = &Detector{
	Name: "streams",
	Doc: "UDP from one port or two to at most four ports of 6970 to 7170 of one host, five packets and more: the sound that a RealAudio or " +
		"QuickTime client asked for over TCP comes back there, benign.media_stream.",
	run: func(c *Case) {
		for n, h := range c.outside(table.UDP, table.UDPReply) {
			if streaming(h) {
				c.quiet("benign.media_stream", n, h)
			}
		}
	},
}

// streaming: RealAudio clients announce ports from 6970 on, QuickTime pairs of the
// same range: one for the sound, the next for reports (RTP, RFC 3550).
func streaming(h *table.Half) bool {
	n, _ := sourcePorts(h)
	ports := 0
	for it := range h.Attempts().All() {
		if _, p := it.Pair(); p < 6970 || p > 7170 {
			return false
		}
		ports++
	}
	return n <= 2 && ports > 0 && ports <= 4 && h.Packets >= 5 && h.Peers().Distinct() == 1
}

var traceroute = &Detector{
	Name: "traceroute",
	Doc: "UDP to ports from 33434 on, of one host or two: three or more that lie close together, each asked about once, or TTLs of 1 to 5: " +
		"trace.traceroute; so are echo requests, and SYNs to one port, of which the TTLs begin at 1 to 5 and rise by two and more. The range is the one of LBL traceroute, 33434 to 33534, and a hundred more for paths with many probes.",
	run: func(c *Case) {
		for n, h := range c.outside(table.UDP) {
			if tracing(h) {
				c.quiet("trace.traceroute", n, h)
			}
		}
		for n, h := range c.outside(table.Echo, table.Syn) {
			if climbing(h) {
				c.quiet("trace.traceroute", n, h)
			}
		}
	},
}

// climbing says that the packets of a row, all to one service of one host, were
// given ever more hops to live: the first that arrives has hardly any left.
func climbing(h *table.Half) bool {
	return h.MinTTL > 0 && h.MinTTL <= 5 && h.MaxTTL >= h.MinTTL+2 && h.MaxTTL <= 40 && h.Peers().Distinct() == 1 && h.Ports().Distinct() == 1 && !h.Port
}

func tracing(h *table.Half) bool {
	lowest, highest := uint16(0), uint16(0)
	for it := range h.Ports().All() {
		_, p := it.Port()
		if p < 33434 || p > 33534+100 {
			return false
		}
		if highest == 0 || p < lowest {
			lowest = p
		}
		highest = max(highest, p)
	}
	if h.Peers().Distinct() > 2 {
		return false
	}
	n := h.Ports().Distinct()
	dense := n >= 3 && uint64(highest-lowest) < 3*n && (h.Observations <= 2*n || n >= 12 && h.Observations <= 4*n) // a port for each probe, of a trace or a few
	return dense || h.MinTTL > 0 && h.MinTTL <= 5
}
