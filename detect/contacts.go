package detect

import (
	"cmp"
	"math"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// mostAsked is how many services of one contact are named.
const mostAsked = 8

// contacts are the subjects of a draft that others in the evidence, so ours,
// spoke to of their own accord.
//
// A SYN always is a question. A datagram may be our answer to a question, so it
// counts only before the first of the subject's own, to the second; to a service
// that a host cannot do without (names, addresses, time) it counts at any time:
// there the one mistake locks us out, the other only withholds a command.
func (c *Case) contacts(d *draft) []portlore.Contact {
	out := []portlore.Contact{}
	if c.roleOf(d.class) == portlore.Ours {
		return out
	}
	for _, m := range d.subjects.list {
		asked := map[uint32]uint64{}
		first := c.firstSent(m.addr)
		var h table.Half
		for _, kind := range []table.Kind{table.Syn, table.UDP, table.DHCP, table.TCPUnsaid} {
			if !c.t.Find(m.addr, kind, table.Received, &h) {
				continue
			}
			for it := range h.Ports().All() {
				proto, port := it.Port()
				if kind == table.Syn || it.First < first || proto == uint8(portlore.UDP) && needed(port) {
					asked[uint32(proto)<<16|uint32(port)] += uint64(it.Count)
				}
			}
		}
		if len(asked) == 0 {
			continue
		}
		services := c.services(&draft{services: asked})
		name := m.addr.String()
		if m.net {
			name = netip.PrefixFrom(m.addr, 64).String()
		}
		out = append(out, portlore.Contact{Address: name, Services: services[:min(mostAsked, len(services))]})
	}
	slices.SortFunc(out, func(a, b portlore.Contact) int { return cmp.Compare(a.Address, b.Address) })
	return out
}

// firstSent is when an address is first seen sending, in seconds. Never: all of
// what it got came before that.
func (c *Case) firstSent(a netip.Addr) uint32 {
	first := uint32(math.MaxUint32)
	var h table.Half
	for kind := range table.PacketKinds {
		if c.t.Find(a, kind, table.Sent, &h) {
			first = min(first, uint32(h.First/1e9))
		}
	}
	return first
}

// needed are the ports of servers of names, addresses and time.
func needed(port uint16) bool {
	switch port {
	case 53, 67, 123, 547, 853:
		return true
	}
	return false
}

func (c *Case) roleOf(class string) portlore.Role {
	k, _ := c.base.Class(class)
	return k.Role
}
