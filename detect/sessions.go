package detect

import (
	"fmt"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// A capture shows whole connections. What a source sends inside a connection
// that it opened itself has no verdict of its own: it belongs to whatever the
// opening was. So such rows are set aside first and given to the owner of the
// SYNs in the end.

var sessions = &Detector{
	Name: "sessions",
	Doc:  "Sets aside what a source sent inside connections that it opened itself, until somebody has claimed its SYNs.",
	run: func(c *Case) {
		for n, h := range c.outside(table.Stray, table.Reset) {
			if !h.Port && c.openedItself(h) {
				c.claimed[n] = true
				c.setAside = append(c.setAside, n)
				c.owners[h.Addr] = nil
			}
		}
	},
}

var sessionEnds = &Detector{
	Name: "session-ends",
	Doc:  "Gives what was set aside to the owner of the SYNs of the same source; where there is none, it is benign.client.",
	run: func(c *Case) {
		var h table.Half
		for _, n := range c.setAside {
			c.t.Row(int(n), &h)
			c.claimed[n] = false
			if give := c.owners[h.Addr]; give != nil {
				give(n, &h)
			} else {
				c.quiet("benign.client", n, &h)
			}
		}
	},
}

// openedItself says that the ports of a row are those of the source's own SYNs.
func (c *Case) openedItself(h *table.Half) bool {
	var syn table.Half
	if !c.t.Find(h.Addr, table.Syn, table.Sent, &syn) {
		return false
	}
	pairs := map[uint32]bool{}
	for it := range syn.Attempts().All() {
		pairs[it.Value()] = true
	}
	hit, all := 0, 0
	for it := range h.Attempts().All() {
		all++
		_, port := it.Pair()
		if pairs[it.Value()] || c.answered(h.Addr, portlore.TCP, port) {
			hit++
		}
	}
	// Samples of two sets overlap only in part.
	return hit > 0 && (hit*2 >= all || !syn.Attempts().Exact())
}

// answered says that one of ours answered an address from a service.
func (c *Case) answered(a netip.Addr, proto portlore.Proto, port uint16) bool {
	if proto == portlore.UDP {
		return c.asked(a, table.UDPReply, proto, port, ^uint32(0))
	}
	return c.asked(a, table.SynAck, proto, port, ^uint32(0)) || c.asked(a, table.TCPReply, proto, port, ^uint32(0))
}

// answeredPorts are the services from which ours answered a row.
func (c *Case) answeredPorts(h *table.Half) (ports []uint16) {
	kind := table.SynAck
	if h.Kind == table.UDP || h.Kind == table.UDPReply {
		kind = table.UDPReply
	}
	if h.Kind == table.TCPUnsaid {
		kind = table.TCPReply
	}
	var back table.Half
	if c.t.Find(h.Addr, kind, table.Received, &back) {
		answers := back.Ports()
		for it := range h.Ports().All() {
			if _, found := answers.Get(it.Key); found {
				_, port := it.Port()
				ports = append(ports, port)
			}
		}
	}
	if port := c.mirrored(h); port != 0 && !slices.Contains(ports, port) {
		ports = append(ports, port)
	}
	return ports
}

// mirrored is the port from which alone a row of UDP came and to which it also
// went, where one of ours sent to that port: services like time and IKE talk from
// port to equal port. Zero: there is none.
func (c *Case) mirrored(h *table.Half) uint16 {
	if h.Kind != table.UDP {
		return 0
	}
	sports, sport := sourcePorts(h)
	if sports != 1 || !c.asked(h.Addr, table.UDP, portlore.UDP, sport, ^uint32(0)) {
		return 0
	}
	for it := range h.Ports().All() {
		if _, port := it.Port(); port == sport {
			return sport
		}
	}
	return 0
}

// served says that a row was let in: the firewall says so, or every service
// that it asked for answered.
func (c *Case) served(h *table.Half) bool {
	if h.Blocked > 0 || h.Port {
		return false
	}
	return h.Accepted > 0 || len(c.answeredPorts(h)) == h.Ports().Len()
}

// loginPorts are services at which passwords are guessed.
var loginPorts = map[uint16]bool{
	21: true, 22: true, 23: true, 25: true, 110: true, 143: true, 445: true, 587: true, 993: true, 995: true,
	1433: true, 2222: true, 3306: true, 3389: true, 5432: true, 5900: true,
}

// mailPorts are those of them that mail programs visit.
var mailPorts = map[uint16]bool{25: true, 110: true, 143: true, 587: true, 993: true, 995: true}

var guessing = &Detector{
	Name: "guessing",
	Doc: "Four connections and more to one login service within ten seconds, or ten and more (of mail twenty) at a pace of ten in a minute or two, all answered: " +
		"brute.force. A capture, or a record of flows, must show them to be small (400 to 5,000 bytes each on average from the guesser, at most 10,000 back); another log cannot tell.",
	run: func(c *Case) {
		for n, h := range c.repeated(4, table.Syn, table.TCPUnsaid) {
			port := loginOf(h)
			if port == 0 || h.Blocked*10 > h.Observations || h.Accepted == 0 && !c.served(h) {
				continue
			}
			tries := h.Attempts().Distinct()
			sent, ok := c.said(h, port, tries)
			if !ok {
				continue
			}
			each := sent / max(1, tries)
			enough := uint64(10)
			if mailPorts[port] { // a mail program has small sessions too, and several at once
				enough = 20
			}
			few := enough == 10 && c.why.least(h, "brute.force", &loginTries, int(tries), 4) && c.why.least(h, "brute.force", &bytesEach, int(each), 400) && c.why.burst(h, 10)
			many := tries >= enough && each >= 100 && c.why.burst(h, 60)
			if !c.why.most(h, "brute.force", &bytesEach, int(each), 5000) || !few && !many {
				continue
			}
			d := c.finding(n, h, "brute.force", sure{0.75, both(
				fmt.Sprintf("%d short connections to a login in a row, about %d bytes each", tries, each),
				fmt.Sprintf("接连 %d 次短暂连接登录服务，每次约 %d 字节", tries, each))})
			d.severity = portlore.Medium
			if c.risky(portlore.TCP, port) {
				d.mention("exposed.service")
			}
		}
	},
}

// loginOf is the login service of one host that a row went to; zero: there is none.
// Of flows nine in ten must have gone there: whoever guesses knocks elsewhere too.
func loginOf(h *table.Half) uint16 {
	if s := spotOf(h); s != (spot{}) && loginPorts[s.port] {
		return s.port
	}
	mostly := func(it table.Item) bool { return uint64(it.Count)*10 >= h.Observations*9 }
	for peer := range h.Peers().All() {
		if !flows(h) || !mostly(peer) {
			continue
		}
		for it := range h.Ports().All() {
			if _, port := it.Port(); mostly(it) && loginPorts[port] {
				return port
			}
		}
	}
	return 0
}

// said is how many bytes the source of a row sent in its connections to one service.
// False: nothing tells, it sent no more than bare ACKs, as a monitor does, or it got
// more than 10,000 bytes for each, which is more than a refusal.
func (c *Case) said(h *table.Half, port uint16, tries uint64) (sent uint64, ok bool) {
	var inside, back table.Half
	if h.Bytes > 0 && flows(h) {
		for _, kind := range []table.Kind{table.SynAck, table.TCPReply} {
			if c.t.Find(h.Addr, kind, table.Received, &back) && back.Bytes > 10_000*tries {
				return 0, false
			}
		}
		return h.Bytes, h.Bytes >= 70*h.Packets && (h.Answered > 0 || c.answered(h.Addr, portlore.TCP, port))
	}
	switch {
	case h.Accepted > 0 || h.Kind != table.Syn || !c.t.Find(h.Addr, table.Stray, table.Sent, &inside),
		c.t.Find(h.Addr, table.Stray, table.Received, &back) && back.Bytes > 10_000*tries,
		inside.MaxLength <= 60 || h.Addr.Is6() && inside.MaxLength <= 80:
		return 0, false
	}
	return inside.Bytes, true
}

// burst says that all of a row happened within so many seconds for each ten
// attempts.
func (l *ledger) burst(h *table.Half, seconds int) bool {
	took, most := int((h.Last-h.First+999_999_999)/1e9), seconds*int(1+h.Attempts().Distinct()/10)
	return l.most(h, "brute.force", &secondsTaken, took, most)
}
