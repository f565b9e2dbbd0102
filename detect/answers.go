package detect

import (
	"fmt"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/table"
)

var answers = &Detector{
	Name: "answers",
	Doc: "Packets that answer or end something. From a host that ours asked: benign.late_reply. SYN-ACKs nobody asked for, " +
		"and RSTs to ten ports or hosts and more: backscatter.tcp, somebody forges our address. Of TCP without flags, what comes from services and goes to high ports where " +
		"mostly none is, counts as an answer. UDP from a service's port: a late " +
		"answer, or backscatter.udp when ten of our public addresses get it; time servers answer to their own port. The RSTs of a scanner belong to its scan.",
	run: func(c *Case) {
		for n, h := range c.outside(table.SynAck) {
			if c.askedFirst(h, table.Syn) {
				c.reply(n, h)
			} else {
				c.quiet("backscatter.tcp", n, h)
			}
		}
		for n, h := range c.outside(table.Reset) {
			switch {
			case c.ownScan(h):
				continue // taken by the scan, or by rest
			case c.askedFirst(h, table.Syn), !fromFewPorts(h), h.Attempts().Distinct() < 10:
				c.quiet("benign.late_reply", n, h)
			default:
				c.quiet("backscatter.tcp", n, h)
			}
		}
		for n, h := range c.outside(table.TCPReply) {
			switch {
			case c.answersOurs(h):
				c.reply(n, h)
			case !c.ownScan(h):
				c.quiet("benign.late_reply", n, h)
			}
		}
		for n, h := range c.outside(table.TCPUnsaid) {
			switch {
			case h.Port:
			case c.answersOurs(h):
				c.reply(n, h)
			case fromService(c, h) && c.mostlyReplies(h):
				c.quiet("benign.late_reply", n, h)
			}
		}
		for n, h := range c.outside(table.UDPReply) {
			switch {
			case c.askedFirst(h, table.UDP):
				c.reply(n, h)
			case h.Peers().Distinct() >= 10 && c.toPublic(h):
				c.quiet("backscatter.udp", n, h)
			default:
				c.quiet("benign.late_reply", n, h)
			}
		}
		for n, h := range c.outside(table.UDP) {
			if c.asked(h.Addr, table.UDP, portlore.UDP, samePort(h), uint32(h.First/1e9)) {
				c.reply(n, h)
			}
		}
	},
}

var leftovers = &Detector{
	Name: "leftovers",
	Doc: "FIN and ACK from services to high ports, or to a few services of ours: the end of a connection that the firewall forgot, " +
		"benign.late_reply. Of a source that was found out for something else it belongs to that. ACKs to five hosts and more within minutes " +
		"ask who is alive: scan.host.ping.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Stray) {
			switch d := c.suspects[h.Addr]; {
			case d != nil && d.accuses && !fromService(c, h):
				c.claim(d, n, h)
			case lateStray(c, h):
				c.quiet("benign.late_reply", n, h)
			case window(h.Peers(), quick) >= 5:
				c.finding(n, h, "scan.host.ping", sure{0.7, both(
					"ACKs out of the blue to "+quantity.Plural(h.Peers().Distinct(), "host"),
					fmt.Sprintf("向 %d 台主机凭空发来 ACK", h.Peers().Distinct()))})
			}
		}
	},
}

// reply claims what answers ours: that is ordinary use where it was let through,
// and late where it was stopped or nothing says so.
func (c *Case) reply(n uint32, h *table.Half) {
	flow := h.Kind == table.TCPReply || h.Kind == table.TCPUnsaid // of which there is a record where it was seen
	if h.Accepted*2 > h.Observations || flow && h.Blocked == 0 {
		c.quiet("benign.client", n, h)
		return
	}
	c.quiet("benign.late_reply", n, h)
}

// answersOurs says that TCP without flags comes from where ours had asked: before
// it or, as the time of a flow may be that of the whole, within the same second
// and from a port below most of those that it goes to. What answers goes to no
// services.
func (c *Case) answersOurs(h *table.Half) bool {
	if h.Port || h.Attempts().Len() == 0 || !c.mostlyReplies(h) {
		return false
	}
	at := uint32(h.First / 1e9)
	before, below := true, 0
	for it := range h.Attempts().All() {
		s, d := it.Pair()
		if !c.asked(h.Addr, table.Syn, portlore.TCP, s, at) && !c.asked(h.Addr, table.TCPUnsaid, portlore.TCP, s, at) {
			return false
		}
		before = before && (c.asked(h.Addr, table.Syn, portlore.TCP, s, at-1) || c.asked(h.Addr, table.TCPUnsaid, portlore.TCP, s, at-1))
		if s < d {
			below++
		}
	}
	return before || below*2 > h.Attempts().Len()
}

// mostlyReplies says that of all that a source sent without flags, half and more
// went to ports of no service.
func (c *Case) mostlyReplies(h *table.Half) bool {
	if h.Kind == table.TCPReply {
		return true
	}
	all := h.Attempts().Distinct()
	var replies table.Half
	if c.t.Find(h.Addr, table.TCPReply, table.Sent, &replies) {
		all += replies.Attempts().Distinct()
	}
	return uint64(atServices(c, h))*2 <= all
}

// toPublic says that some of what a row went to are public addresses: nobody on the
// Internet forges a private one in the hope of an answer.
func (c *Case) toPublic(h *table.Half) bool {
	for it := range h.Peers().All() {
		if a, ok := c.names[it.Key]; !ok || !a.IsPrivate() {
			return true
		}
	}
	return false
}

// askedFirst says that ours had asked the source of a row at the service it
// answers from.
func (c *Case) askedFirst(h *table.Half, asking table.Kind) bool {
	for it := range h.Ports().All() {
		proto, port := it.Port()
		if !c.asked(h.Addr, asking, portlore.Proto(proto), port, it.First) {
			return false
		}
	}
	return h.Ports().Len() > 0
}

// samePort is the one port that a row comes from and goes to, as the answers of
// a time server do; zero if there is none.
func samePort(h *table.Half) uint16 {
	n, from := sourcePorts(h)
	to, single := onlyDestination(h)
	if n != 1 || !single || from != to || h.Peers().Distinct() != 1 {
		return 0
	}
	return from
}

// ownScan says that the RSTs of a row end attempts that the source itself made:
// a scanner's kernel resets what was answered.
func (c *Case) ownScan(h *table.Half) bool {
	_, mine := sourcePorts(h)
	var asked table.Half
	for _, kind := range []table.Kind{table.Syn, table.TCPUnsaid} {
		if !c.t.Find(h.Addr, kind, table.Sent, &asked) {
			continue
		}
		for it := range asked.Attempts().All() {
			if s, _ := it.Pair(); s == mine {
				return true
			}
		}
	}
	return false
}

// fromService says that all attempts of a row come from ports of services, of
// which a mail server has five, and that most go to high ports.
func fromService(c *Case, h *table.Half) bool {
	for it := range h.Attempts().All() {
		if s, _ := it.Pair(); !servesTCP(c, s) {
			return false
		}
	}
	low, high := destinations(h)
	return high > low
}

// fromFewPorts: a flood hits one service or two, open or closed, and they answer
// for it, to ports that somebody made up.
func fromFewPorts(h *table.Half) bool {
	n, _ := sourcePorts(h)
	low, high := destinations(h)
	return n <= 2 && high > low
}

// lateStray says that packets from the middle of a connection are its rest: they
// come from services to high ports, or they go to a few services of ours from
// ports that change. What goes to five ports or hosts and more from one port that
// is no service's is a scan.
func lateStray(c *Case, h *table.Half) bool {
	if fromService(c, h) {
		return true
	}
	return h.Ports().Distinct() < 5 && window(h.Peers(), quick) < 5
}
