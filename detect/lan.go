package detect

import (
	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var lan = &Detector{
	Name: "lan",
	Doc: "Broadcast and multicast chatter, whoever sends it: DHCP (benign.dhcp), IPv6 neighbour discovery (benign.ipv6_nd), group membership " +
		"and routers (benign.multicast), NetBIOS, SSDP, mDNS and the like (benign.lan_discovery), echo requests (benign.ping). Echo requests and UDP " +
		"echo or chargen to a broadcast address from a source that is no neighbour are dos.smurf and dos.fraggle.",
	run: func(c *Case) {
		for n, h := range c.rows(table.DHCP) {
			c.quiet("benign.dhcp", n, h)
		}
		for n, h := range c.rows(table.Discovery) {
			c.quiet("benign.ipv6_nd", n, h)
		}
		for n, h := range c.rows(table.Control) {
			c.quiet("benign.multicast", n, h)
		}
		for n, h := range c.rows(table.Cast) {
			switch proto, echo := castService(h); {
			case (proto == portlore.ICMP || proto == portlore.ICMPv6) && hasType(h, 8, 128) && c.far(h):
				d := c.finding(n, h, "dos.smurf", sure{0.85, both("echo requests to a broadcast address, from no neighbour", "向广播地址发回显请求，而来源并非同网段主机")})
				d.also = []string{"spoofed.source"}
			case echo && c.far(h):
				c.finding(n, h, "dos.fraggle", sure{0.8, both("UDP echo or chargen to a broadcast address, from no neighbour", "向广播地址发 UDP echo 或 chargen，而来源并非同网段主机")})
			case proto == portlore.UDP:
				c.quiet("benign.lan_discovery", n, h)
			case proto == portlore.ICMP, proto == portlore.ICMPv6:
				c.quiet("benign.ping", n, h)
			default:
				c.quiet("benign.multicast", n, h)
			}
		}
	},
}

// far says that the source of a row is no neighbour: none of ours is in the same
// network, and it sent to more than groups that no router passes on
// (224.0.0.0/24 and ff02::/16, RFC 5771 and RFC 4291).
func (c *Case) far(h *table.Half) bool {
	if !stranger(h.Addr) || c.ours(h.Addr) {
		return false
	}
	for a := range c.own {
		if block(a) == block(h.Addr) {
			return false
		}
	}
	for it := range h.Peers().All() {
		if !c.names[it.Key].IsLinkLocalMulticast() {
			return true
		}
	}
	return false
}

// castService is the protocol of most of what a row sent, and whether all of it
// went to UDP echo or chargen.
func castService(h *table.Half) (main portlore.Proto, echo bool) {
	most := uint32(0)
	echo = true
	for it := range h.Ports().All() {
		proto, port := it.Port()
		if it.Count > most {
			most, main = it.Count, portlore.Proto(proto)
		}
		echo = echo && portlore.Proto(proto) == portlore.UDP && (port == 7 || port == 19)
	}
	return main, echo
}

// hasType says whether a row of ICMP has one of two types.
func hasType(h *table.Half, a, b uint8) bool {
	for it := range h.Shapes().All() {
		if t := uint8(it.Value() >> 8); t == a || t == b {
			return true
		}
	}
	return false
}
