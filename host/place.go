package host

import (
	"net/netip"
	"slices"

	"github.com/portlore/portlore/host/firewall"
)

// A place is one network namespace, or the whole machine, as a packet from
// outside meets it.
type place struct {
	links  []link
	rules  *firewall.Ruleset // nil: not read, see unread
	unread error

	class func(port uint16) int // ports of one class meet the same fate
	known map[question]reach    // questions that were answered
	sets  [2]senders            // of IPv4 and IPv6
}

// senders are the sets of addresses that packets may come from.
type senders struct {
	everyone, others, strangers firewall.Set
}

// senders makes the sets once, so that the rules can remember what becomes of them.
func (p *place) senders(v6 bool) *senders {
	s := &p.sets[0]
	if v6 {
		s = &p.sets[1]
	}
	if s.everyone == nil {
		s.everyone = firewall.Everyone(v6)
		s.others = s.everyone.Subtract(firewall.SetOf(noSource...))
		s.strangers = s.others.Subtract(firewall.SetOf(private...))
	}
	return s
}

// A question is asked of a place: who reaches this address and port?
type question struct {
	proto  uint8
	addr   netip.Addr // not valid, or unspecified: any
	port   uint16
	link   int  // the socket is bound to this interface; zero: to none
	v6only bool // an IPv6 socket that leaves IPv4 to others
	early  bool // a packet socket: it sees frames before the firewall does
	passed bool // no socket: only what the firewall sends on counts
}

// A way is one by which a packet can come: to this address, over this link.
type way struct {
	link *link
	dest netip.Addr
	rank rank
	why  why
}

// rank orders the reaches: the worst wins.
type rank int

const (
	loopback rank = iota
	vpn
	lan
	internet
)

// why an address is reached as it is.
type why int

const (
	isPublic why = iota
	isRouted     // public, but no default route leads out
	isBehind     // private, behind a router
	isNear       // private, and no way out
	isTunnel     // of a VPN
	isGroup      // multicast
)

// ways lists how packets can come to a socket.
//
// An address counts where it lives. Linux takes packets for any of its addresses
// over any interface (the weak host model of RFC 1122, 3.3.4.2), but only a
// neighbour who sets a route on purpose sends them there; a public address is
// also reached over every link with a default route.
func (p *place) ways(q question) (all []way) {
	for _, dest := range p.dests(q) {
		home := p.home(dest)
		for i := range p.links {
			l := &p.links[i]
			if !l.up || l.loop || l.slave && len(l.addrs) == 0 || q.link != 0 && q.link != l.index {
				continue
			}
			if w, ok := p.way(l, dest, home); ok {
				all = append(all, w)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b way) int { return int(b.rank - a.rank) })
	return all
}

// dests lists the addresses that a socket is bound to and others can send to.
func (p *place) dests(q question) (all []netip.Addr) {
	if q.addr.IsValid() && !q.addr.IsUnspecified() {
		if !q.addr.IsLoopback() {
			all = append(all, q.addr.WithZone(""))
		}
		return all
	}
	for _, l := range p.links {
		for _, n := range l.addrs {
			a := n.Addr()
			fits := !q.addr.IsValid() || q.addr.Is4() && a.Is4() || q.addr.Is6() && (a.Is6() || !q.v6only)
			if l.up && fits && !a.IsLoopback() && !slices.Contains(all, a) {
				all = append(all, a)
			}
		}
	}
	return all
}

// home is the link that an address lives on, nil if packets come to it over
// others: it lives on loopback or a dummy, on none, or is a group.
func (p *place) home(a netip.Addr) *link {
	for i := range p.links {
		l := &p.links[i]
		onNet := slices.ContainsFunc(l.addrs, func(n netip.Prefix) bool { // its broadcast address
			return n.Addr() != a && a.Is4() && n.Bits() < 31 && firewall.SetOf(n)[0].To == a
		})
		if (l.has(a) || onNet) && !l.loop && l.kind != "dummy" {
			return l
		}
	}
	return nil
}

func (p *place) way(l *link, dest netip.Addr, home *link) (way, bool) {
	v6 := dest.Is6()
	w := way{link: l, dest: dest}
	public := !isPrivate(dest) && !(shared.Contains(dest) && home != nil && home.vpn)
	switch {
	case dest.IsMulticast() || dest == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		w.rank, w.why = lan, isGroup
		if l.vpn {
			w.rank = vpn
		}
	case home != nil && home != l && !(public && l.gateway(v6) && !l.vpn):
		return w, false
	case l.vpn && (!public || home != l):
		w.rank, w.why = vpn, isTunnel
	case public && p.out(v6):
		w.rank, w.why = internet, isPublic
	case public:
		w.rank, w.why = lan, isRouted
	case l.gateway(v6) && !dest.IsLinkLocalUnicast():
		w.rank, w.why = lan, isBehind
	default:
		w.rank, w.why = lan, isNear
	}
	return w, true
}

// out says whether a default route leads out at all: without one no answer
// reaches a stranger.
func (p *place) out(v6 bool) bool {
	return slices.ContainsFunc(p.links, func(l link) bool { return l.up && l.gateway(v6) })
}

// route is the name of the link by which an address is reached; "" if it is ours.
func (p *place) route(a netip.Addr) string {
	best, name := -1, "?"
	for _, l := range p.links {
		if l.has(a) {
			return ""
		}
		for _, n := range l.addrs {
			if l.up && n.Contains(a) && n.Bits() > best {
				best, name = n.Bits(), l.name
			}
		}
		if best < 0 && l.up && l.gateway(a.Is6()) {
			name = l.name
		}
	}
	return name
}
