package host

import (
	"net/netip"
	"slices"
	"strings"
)

// A link is one network interface.
type link struct {
	index    int
	name     string
	kind     string // of a virtual one: wireguard, tun, bridge, vxlan…
	up, loop bool
	slave    bool // part of a bridge, bond or the like: packets come in by its master
	vpn      bool
	addrs    []netip.Prefix
	gateway4 bool // a default route leads through it
	gateway6 bool
	port     uint16 // that the kernel listens on for it (vxlan, geneve)
}

func (l *link) gateway(v6 bool) bool {
	if v6 {
		return l.gateway6
	}
	return l.gateway4
}

func (l *link) has(a netip.Addr) bool {
	return slices.ContainsFunc(l.addrs, func(p netip.Prefix) bool { return p.Addr() == a })
}

// isVPN knows tunnels by their kind, and those made of a plain tun or tap device
// by the names that their programs give them. Tunnels that carry the open
// internet (6in4, PPPoE, GRE of a provider) are none.
func isVPN(kind, name string) bool {
	if slices.Contains([]string{"wireguard", "tun", "vti", "vti6", "xfrm", "ovpn"}, kind) {
		return true
	}
	return slices.ContainsFunc([]string{"tailscale", "wg", "zt", "utun", "tun", "tap", "ipsec", "nebula"}, func(head string) bool {
		return strings.HasPrefix(name, head)
	})
}

// private networks, which no route of the open internet leads to: RFC 1918,
// RFC 3927, RFC 4193, RFC 4291. Shared address space (100.64.0.0/10, RFC 6598)
// is not among them: other customers of the provider are strangers.
var private = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("fe80::/10"),
}

// never the source of a stranger: this machine, "this network", multicast and
// reserved addresses (RFC 6890).
var noSource = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("224.0.0.0/3"),
	netip.MustParsePrefix("::/127"),
	netip.MustParsePrefix("ff00::/8"),
}

func isPrivate(a netip.Addr) bool {
	return slices.ContainsFunc(private, func(p netip.Prefix) bool { return p.Contains(a) })
}

// shared is the address space of carrier-grade NAT (RFC 6598), which overlay
// networks such as Tailscale also use.
var shared = netip.MustParsePrefix("100.64.0.0/10")
