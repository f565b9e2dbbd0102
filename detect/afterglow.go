package detect

import (
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var afterglow = &Detector{
	Name: "afterglow",
	Doc: "Twenty sources or more of ten networks or more call one high port of one host, each a few times, some by UDP and " +
		"some by TCP, or a port of file sharing: peers of whoever had the address before, benign.p2p_afterglow. A distributed scan has many " +
		"ports instead.",
	run: func(c *Case) {
		type at struct {
			peer uint64
			port uint16
		}
		type crowd struct {
			rows     []uint32
			tcp, udp bool
			nets     map[netip.Prefix]bool
		}
		crowds := map[at]*crowd{}
		for n, h := range c.outside(table.Syn, table.UDP, table.UDPReply) {
			peer, one := only(h.Peers())
			dport, single := onlyDestination(h)
			if !one || !single || dport < 1024 || h.Observations > 30 || h.Port || h.Accepted > 0 {
				continue
			}
			proto := portlore.TCP
			if h.Kind != table.Syn {
				proto = portlore.UDP
			}
			switch c.base.Family(proto, dport).ID {
			case "other", "p2p", "game":
			default:
				continue
			}
			k := at{peer.Key, dport}
			w := crowds[k]
			if w == nil {
				w = &crowd{nets: map[netip.Prefix]bool{}}
				crowds[k] = w
			}
			w.rows = append(w.rows, n)
			w.tcp = w.tcp || proto == portlore.TCP
			w.udp = w.udp || proto == portlore.UDP
			w.nets[wide(h.Addr)] = true
		}
		for k, w := range crowds {
			shared := c.base.Family(portlore.TCP, k.port).ID == "p2p"
			if len(w.rows) < 20 || len(w.nets) < 10 || !(w.tcp && w.udp || shared) {
				continue
			}
			slices.Sort(w.rows)
			var h table.Half
			for _, n := range w.rows {
				c.t.Row(int(n), &h)
				c.quiet("benign.p2p_afterglow", n, &h)
			}
		}
	},
}

// onlyDestination is the one destination port of a row's attempts.
func onlyDestination(h *table.Half) (port uint16, single bool) {
	for it := range h.Attempts().All() {
		_, d := it.Pair()
		if single && d != port {
			return 0, false
		}
		port, single = d, true
	}
	return port, single
}

// wide is the network by which sources are told apart as unrelated.
func wide(a netip.Addr) netip.Prefix {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, _ := a.Prefix(bits)
	return p
}
