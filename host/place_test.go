package host

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/host/firewall"
)

func lo() link {
	return link{index: 1, name: "lo", up: true, loop: true, addrs: nets("127.0.0.1/8", "::1/128")}
}

func nets(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// Machines as they are met, and who reaches what on them.
func TestPlaces(t *testing.T) {
	server := []link{lo(), {index: 2, name: "eth0", up: true, gateway4: true, gateway6: true, addrs: nets("203.0.113.7/24", "2001:db8::7/64", "fe80::7/64")}}
	home := []link{lo(), {index: 2, name: "wlan0", up: true, gateway4: true, addrs: nets("192.168.1.5/24", "fe80::5/64")}}
	overlay := append(home[:2:2], link{index: 3, name: "tailscale0", kind: "tun", vpn: true, up: true, addrs: nets("100.101.102.103/32")})
	mobile := []link{lo(), {index: 2, name: "wwan0", up: true, gateway4: true, addrs: nets("100.72.0.9/29")}}
	island := []link{lo(), {index: 2, name: "eth0", up: true, addrs: nets("203.0.113.7/24")}}
	anycast := []link{{index: 1, name: "lo", up: true, loop: true, addrs: nets("127.0.0.1/8", "203.0.113.53/32")}, {index: 2, name: "eth0", up: true, gateway4: true, addrs: nets("10.0.0.7/24")}}
	bridged := []link{lo(), {index: 2, name: "eth0", up: true, slave: true}, {index: 3, name: "br0", kind: "bridge", up: true, gateway4: true, addrs: nets("192.168.1.5/24")}}
	down := []link{lo(), {index: 2, name: "eth0", gateway4: true, addrs: nets("203.0.113.7/24")}}
	any4, any6 := netip.IPv4Unspecified(), netip.IPv6Unspecified()
	at := netip.MustParseAddr
	for name, tt := range map[string]struct {
		links []link
		q     question
		reach string
		by    string
	}{
		"server":              {server, question{addr: any4}, "internet", "203.0.113.7 on eth0 is a public address"},
		"server, IPv6 only":   {server, question{addr: any6, v6only: true}, "internet", "2001:db8::7 on eth0"},
		"server, link-local":  {server, question{addr: at("fe80::7")}, "lan", "own network only"},
		"server, loopback":    {server, question{addr: at("127.0.0.53")}, "loopback", "this machine only"},
		"home":                {home, question{addr: any4}, "lan", "the router decides"},
		"home, IPv6 only":     {home, question{addr: any6, v6only: true}, "lan", "own network only"},
		"overlay":             {overlay, question{addr: at("100.101.102.103")}, "vpn", "over the VPN tailscale0"},
		"overlay, all":        {overlay, question{addr: any4}, "lan", "the router decides"},
		"overlay, its link":   {overlay, question{addr: any4, link: 3}, "vpn", "tailscale0"},
		"carrier's NAT":       {mobile, question{addr: any4}, "internet", "100.72.0.9 on wwan0"},
		"island":              {island, question{addr: any4}, "lan", "no default route leads out"},
		"anycast on loopback": {anycast, question{addr: at("203.0.113.53")}, "internet", "203.0.113.53 on eth0"},
		"bridge":              {bridged, question{addr: any4}, "lan", "192.168.1.5 on br0"},
		"down":                {down, question{addr: any4}, "loopback", "no interface but loopback"},
		"not here yet":        {server, question{addr: at("203.0.113.99")}, "internet", "203.0.113.99"},
		"multicast":           {home, question{addr: at("224.0.0.251")}, "lan", "stays on the link wlan0"},
		"broadcast":           {home, question{addr: at("192.168.1.255")}, "lan", "192.168.1.255 on wlan0"},
		"sniffer":             {server, question{early: true, port: 3}, "internet", "before the firewall"},
		"LLDP":                {server, question{early: true, port: 0x88cc}, "lan", "own link only"},
	} {
		p := &place{links: tt.links, rules: &firewall.Ruleset{}}
		r := p.reach(tt.q)
		if r.rank.word() != tt.reach || !strings.Contains(r.by.EN, tt.by) || r.by.ZH == "" {
			t.Errorf("%s: %s by %q, want %s by %q", name, r.rank.word(), r.by.EN, tt.reach, tt.by)
		}
	}
}

// Rules that are not known change nothing of the reach, and are spoken of.
func TestUnread(t *testing.T) {
	p := &place{links: []link{lo(), {index: 2, name: "eth0", up: true, gateway4: true, addrs: nets("203.0.113.7/24")}}, unread: errNoPermission}
	r := p.reach(question{proto: 6, addr: netip.IPv4Unspecified(), port: 22})
	if r.rank.word() != portlore.ReachInternet || !strings.Contains(r.by.EN, "without root: the worst is assumed") || !strings.Contains(r.by.ZH, "root") {
		t.Errorf("%+v", r)
	}
}
