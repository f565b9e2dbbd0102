package detect

import (
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// findHome decides which networks are ours. Given networks are. Otherwise they
// are inferred: the addresses for which packets came into the reporting host or
// by which it sent; a private one stands for its /24, so do two public ones of
// one /24, an IPv6 one for its /64. Private senders of broadcasts are neighbours
// and stand for their /24 too. Where nothing says which way packets went, as in a
// capture, private senders are ours, else the blocks of which three addresses and
// more are asked by eight strangers each, else the address that most speak to.
func (c *Case) findHome() {
	c.own = map[netip.Addr]bool{}
	var guess netip.Addr // whom most speak to, where nothing says which way packets went
	most := uint64(0)
	neighbours := map[netip.Addr]bool{}
	private := map[netip.Addr]bool{} // senders
	asked := map[netip.Prefix]int{}  // addresses of a block that many ask
	for _, h := range c.t.All() {
		c.verdicts = c.verdicts || h.Blocked+h.Accepted > 0
		switch {
		case h.Port || !h.Addr.IsValid() || h.Addr.IsUnspecified() || h.Addr.IsMulticast() || h.Addr.IsLoopback():
		case h.Side == table.Received && h.In && !castKind(h.Kind) && h.Addr != broadcast4,
			h.Side == table.Sent && h.Out:
			c.own[h.Addr] = true
		case h.Side == table.Sent && h.Addr.IsPrivate() && (h.Forward || castKind(h.Kind)),
			h.Side == table.Received && h.Addr.IsPrivate() && h.Forward:
			neighbours[h.Addr] = true
		case h.Side == table.Received && !h.In && !h.Forward && (h.Kind == table.Syn || h.Kind == table.UDP || h.Kind == table.TCPUnsaid || h.Kind == table.TCPReply):
			n := h.Peers().Distinct()
			if n > most || n == most && h.Addr.Less(guess) {
				most, guess = n, h.Addr
			}
			if n >= 8 && h.Kind == table.Syn {
				asked[block(h.Addr)]++
			}
		case h.Side == table.Sent && h.Addr.IsPrivate() && !h.In && (h.Kind == table.Syn || h.Kind == table.UDP || h.Kind == table.TCPUnsaid || h.Kind == table.TCPReply):
			private[h.Addr] = true
		}
	}
	// A capture says which way packets passed the link, not whether they were for
	// the host: on a router a stranger's come in by one and go out by another.
	if !c.verdicts && len(c.own) > 0 {
		for _, h := range c.t.All() {
			if h.Side == table.Sent && h.In || h.Side == table.Received && h.Out {
				delete(c.own, h.Addr)
			}
		}
	}
	if len(c.o.Home) > 0 {
		for _, p := range c.o.Home {
			c.addHome(p.Masked(), "given")
		}
		return
	}
	count := map[netip.Prefix]int{}
	for a := range c.own {
		count[block(a)]++
	}
	for a := range c.own {
		switch {
		case a.IsLinkLocalUnicast():
		case a.Is6(), a.IsPrivate(), count[block(a)] > 1:
			c.addHome(block(a), "inferred")
		default:
			c.addHome(netip.PrefixFrom(a, a.BitLen()), "inferred")
		}
	}
	for a := range neighbours {
		c.addHome(block(a), "inferred")
	}
	if len(c.nets) == 0 {
		for a := range private {
			c.addHome(block(a), "inferred")
		}
		for p, n := range asked {
			if n >= 3 {
				c.addHome(p, "inferred")
			}
		}
	}
	if len(c.nets) == 0 && guess.IsValid() {
		c.addHome(netip.PrefixFrom(guess, guess.BitLen()), "inferred")
	}
	slices.SortFunc(c.home, func(a, b portlore.HomeNet) int {
		return netip.MustParsePrefix(a.Net).Compare(netip.MustParsePrefix(b.Net))
	})
}

var broadcast4 = netip.AddrFrom4([4]byte{255, 255, 255, 255})

func castKind(k table.Kind) bool {
	switch k {
	case table.Cast, table.DHCP, table.Control, table.Discovery:
		return true
	}
	return false
}

func block(a netip.Addr) netip.Prefix {
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}

func (c *Case) addHome(p netip.Prefix, how string) {
	if !slices.Contains(c.nets, p) {
		c.nets = append(c.nets, p)
		c.home = append(c.home, portlore.HomeNet{Net: p.String(), How: how})
	}
}

// ours says that an address lies in one of our networks or never leaves a link.
func (c *Case) ours(a netip.Addr) bool {
	if a.IsLoopback() || a.IsLinkLocalUnicast() && a.Is6() {
		return true
	}
	for _, p := range c.nets {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// stranger says that an address can stand for a host on the Internet.
// Documentation, benchmark and shared (CGNAT) ranges are treated as public.
func stranger(a netip.Addr) bool {
	return a.IsValid() && !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsUnspecified() && !a.IsMulticast()
}

// impossible says why no packet from outside can have an address as its source.
func impossible(a netip.Addr) bool {
	if !a.Is4() {
		return a.IsMulticast() || a.IsLoopback()
	}
	b := a.As4()
	return b[0] == 0 || b[0] == 127 || b[0] >= 224
}
