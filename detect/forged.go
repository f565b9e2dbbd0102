package detect

import (
	"net/netip"

	"github.com/portlore/portlore/table"
)

var forged = &Detector{
	Name: "forged",
	Doc: "Packets whose source cannot be true: our own address arriving from outside (spoofed.source), " +
		"the target's own address (dos.land), addresses that no network on the Internet has (bogon.source). " +
		"In a capture of an Ethernet, the router from which strangers come gives away who sends in our name. A private source is only impossible where strangers arrive and where it asks for a public address of ours.",
	run: func(c *Case) {
		for k := range table.PacketKinds {
			if castKind(k) {
				continue
			}
			for n, h := range c.rows(k) {
				if h.Port || h.Out && !h.In && !h.Forward {
					continue
				}
				outside := c.fromStrangers(h)
				switch {
				case toItself(h) && !loopbackOnly(c, h) && (outside || !h.Forward):
					c.finding(n, h, "dos.land", sure{0.9, both("source and target are the same address", "源地址与目标地址相同")})
				case outside && c.own[h.Addr] && !(h.Out && c.byLoopback(h)):
					c.finding(n, h, "spoofed.source", sure{0.9, both("it arrives where strangers do and carries our own address", "包从外部接口进来，源地址却是本机的")})
				case c.wrongStation(h):
					c.finding(n, h, "spoofed.source", sure{0.75, both("an address of our network, sent by the router from which strangers come", "本方网段的地址，却由外部流量进来的那台路由器送来")})
				case outside && c.misplaced(h):
					c.finding(n, h, "spoofed.source", sure{0.8, both("an address of our network, arriving where strangers do", "本方网段的地址，却从外部接口进来")})
				case impossible(h.Addr) && !loopbackOnly(c, h), outside && h.Addr.IsLinkLocalUnicast() && h.Addr.Is4():
					c.finding(n, h, "bogon.source", sure{0.9, both("no host on the Internet has such an address", "互联网上不存在这样的源地址")})
				case outside && h.Addr.IsPrivate() && !answering(h.Kind) && !c.ours(h.Addr) && c.asksPublic(h):
					c.finding(n, h, "bogon.source", sure{0.85, both("a private address, on an interface where strangers arrive", "私有地址，却从公网一侧的接口进来")})
				}
			}
		}
	},
}

// fromStrangers says that a row came in by an interface on which public
// addresses arrive too; where nothing says by which interface packets came, that
// it is not from one of ours.
func (c *Case) fromStrangers(h *table.Half) bool {
	if c.blind {
		return !c.ours(h.Addr)
	}
	for it := range h.Ifaces().All() {
		if c.public[it.Key] && c.t.Interface(it) != "lo" {
			return true
		}
	}
	return false
}

// misplaced says that an address of ours asks for something from the side of the
// strangers: one of a private network that lives behind another interface, or
// one of a network that was given as ours.
func (c *Case) misplaced(h *table.Half) bool {
	if !c.ours(h.Addr) || !h.In || h.Out || h.Forward || answering(h.Kind) || c.blind {
		return false
	}
	if h.Addr.IsPrivate() {
		return c.behind[block(h.Addr)]
	}
	return len(c.o.Home) > 0
}

// wrongStation says that, in a capture of an Ethernet, a row of an address of ours
// was sent by the router from which strangers come, though nothing of that network
// is ever sent back there, as it is for strangers. A router that speaks for itself
// is told by its TTL, of which no hop has taken anything yet.
func (c *Case) wrongStation(h *table.Half) bool {
	if !c.blind || !c.ours(h.Addr) || answering(h.Kind) || h.Port || h.Ifaces().Len() == 0 {
		return false
	}
	switch h.MaxTTL {
	case 0, 64, 128, 255:
		return false
	}
	for it := range h.Ifaces().All() {
		if !c.public[it.Key] || !c.reached[link{it.Key, netip.Prefix{}}] || c.reached[link{it.Key, block(h.Addr)}] {
			return false
		}
	}
	for it := range h.Peers().All() {
		if a, ok := c.names[it.Key]; !ok || !c.ours(a) {
			return false
		}
	}
	return true
}

// answering says that packets of a kind answer others. Routers and resolvers of
// providers do, and have private addresses.
func answering(k table.Kind) bool {
	return k.Replies() || k == table.ICMPError || k == table.EchoReply
}

// toItself says that a row went to the address that it came from.
func toItself(h *table.Half) bool {
	_, self := h.Peers().Get(table.PeerKey(h.Addr))
	return self && !h.Addr.IsLoopback()
}

// byLoopback says that some of a row passed the loopback interface. Which
// interface a packet came in by is not known of a row that also went out.
func (c *Case) byLoopback(h *table.Half) bool {
	for it := range h.Ifaces().All() {
		if c.t.Interface(it) == "lo" {
			return true
		}
	}
	return false
}

func loopbackOnly(c *Case, h *table.Half) bool {
	for it := range h.Ifaces().All() {
		if c.t.Interface(it) != "lo" {
			return false
		}
	}
	return h.Ifaces().Len() > 0 || h.Addr.IsUnspecified()
}

// asksPublic says that all that a row asked for are public addresses of ours.
func (c *Case) asksPublic(h *table.Half) bool {
	for it := range h.Peers().All() {
		if a, ok := c.names[it.Key]; !ok || !stranger(a) || !c.ours(a) {
			return false
		}
	}
	return true
}

// finding claims one row for the finding of its class and source.
func (c *Case) finding(n uint32, h *table.Half, class string, s sure) *draft {
	k := draftKey{class, h.Addr}
	d := c.single[k]
	if d == nil {
		d = c.find(class)
		d.sure = s
		c.single[k] = d
	}
	c.claim(d, n, h)
	return d
}

var malformed = &Detector{
	Name: "malformed",
	Doc: "Packets that no stack sends: port 0, SYN with FIN or RST: malformed. To the sender itself, over loopback or through a bridge and back, " +
		"they are benign.client. Where the same source also sends the odd " +
		"packets of OS detection, that detector takes them together.",
	run: func(c *Case) {
		for n, h := range c.rows(table.Malformed) {
			if osTests(c, h.Addr) >= 2 {
				continue
			}
			if toItself(h) { // over loopback, or through a bridge and back
				c.quiet("benign.client", n, h)
				continue
			}
			d := c.find("malformed")
			d.sure = sure{0.85, both("no stack builds such packets by itself", "正常的协议栈不会发出这样的包")}
			zero := 0
			for it := range h.Attempts().All() {
				if s, p := it.Pair(); s == 0 || p == 0 {
					zero++
				}
			}
			if zero > 0 {
				d.facts = append(d.facts, both("port 0, which no service can use", "端口为 0，任何服务都不可能使用"))
			}
			c.claim(d, n, h)
		}
	},
}
