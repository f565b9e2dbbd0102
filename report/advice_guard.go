package report

import (
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
)

// Session is the remote login that the reader sits in. The zero Session: none.
type Session struct {
	Client netip.Addr
	Port   uint16 // of the server; zero: not known
}

// A guard decides for each address whether a block is offered.
type guard struct {
	home     []netip.Prefix
	session  Session
	contacts []portlore.Contact
}

// A refusal is a reason and the subjects that it is about.
type refusal struct {
	why  portlore.Text
	nets []netip.Prefix
}

// sort parts subjects into those that may be blocked, in order and none inside
// of another, and the rest by reason.
func (g guard) sort(subjects []string) (free []netip.Prefix, refused []refusal) {
	for _, s := range subjects {
		net, ok := network(s)
		if !ok {
			continue // not an address: nothing of it may stand in a command
		}
		why := g.refuses(net)
		if why == (portlore.Text{}) {
			free = append(free, net)
			continue
		}
		i := slices.IndexFunc(refused, func(r refusal) bool { return r.why == why })
		if i < 0 {
			i = len(refused)
			refused = append(refused, refusal{why: why})
		}
		refused[i].nets = append(refused[i].nets, net)
	}
	return distinct(free), refused
}

// refuses says why nobody should block a network; empty: it may be blocked.
func (g guard) refuses(net netip.Prefix) portlore.Text {
	a := net.Addr()
	switch {
	case g.session.Client.IsValid() && net.Contains(g.session.Client.Unmap().WithZone("")):
		return portlore.Text{
			EN: "You are logged in from there: the block would throw you out.",
			ZH: "你正是从那里登录的：封禁会把你自己关在门外。",
		}
	case slices.ContainsFunc(g.home, net.Overlaps):
		return portlore.Text{EN: "That is your own network.", ZH: "那是你自己的网络。"}
	case a.IsPrivate(), a.IsLinkLocalUnicast(), a.IsLoopback():
		return portlore.Text{
			EN: "A private address is a neighbour, or your own gateway: look at the device instead.",
			ZH: "私有地址是附近的设备，也可能是你的网关：应去查看那台设备。",
		}
	case a.IsUnspecified(), a.IsMulticast(), a.Is4() && (a.As4()[0] >= 240 || a.As4()[0] == 0):
		return portlore.Text{EN: "No host can have this address.", ZH: "没有主机会使用这个地址。"}
	case slices.ContainsFunc(shared, net.Overlaps):
		return portlore.Text{
			EN: "Many customers share this address (carrier NAT, NAT64 or Teredo): a block would hit all of them.",
			ZH: "这个地址由许多用户共用（运营商 NAT、NAT64 或 Teredo）：封禁会误伤所有人。",
		}
	}
	for _, c := range g.contacts {
		if known, ok := network(c.Address); ok && known.Overlaps(net) && slices.ContainsFunc(c.Services, vital) {
			return portlore.Text{
				EN: "Your own hosts ask it for names, addresses or time: without it your network stands still.",
				ZH: "你自己的主机靠它解析域名、分配地址或校时：封了它，网络就瘫痪了。",
			}
		}
	}
	return portlore.Text{}
}

// known says that ours speak to one of these networks.
func (g guard) known(nets []netip.Prefix) bool {
	return slices.ContainsFunc(g.contacts, func(c portlore.Contact) bool {
		net, ok := network(c.Address)
		return ok && slices.ContainsFunc(nets, net.Overlaps)
	})
}

// shared are addresses behind which there are many: RFC 6598, RFC 6052, RFC 4380.
var shared = []netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("2001::/32"),
}

// vital says that a service is one without which a network stands still: names,
// addresses, time.
func vital(s portlore.Service) bool {
	switch s.Port {
	case 53, 67, 123, 547, 853:
		return true
	}
	return false
}

// network takes an address or a network as it stands in a report.
func network(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil && !p.Addr().Is4In6()
}

// distinct sorts networks and leaves out those that lie inside of another: a set
// of nft takes none twice.
func distinct(nets []netip.Prefix) []netip.Prefix {
	nets = slices.Clone(nets)
	slices.SortFunc(nets, netip.Prefix.Compare)
	var out []netip.Prefix
	for _, n := range nets {
		if len(out) == 0 || !out[len(out)-1].Overlaps(n) {
			out = append(out, n)
		}
	}
	return out
}

// families parts networks by version.
func families(nets []netip.Prefix) (four, six []netip.Prefix) {
	for _, n := range nets {
		if n.Addr().Is4() {
			four = append(four, n)
		} else {
			six = append(six, n)
		}
	}
	return four, six
}

// names writes single addresses without their length.
func names(nets []netip.Prefix) []string {
	var out []string
	for _, n := range nets {
		if n.IsSingleIP() {
			out = append(out, n.Addr().String())
		} else {
			out = append(out, n.String())
		}
	}
	return out
}
