//go:build darwin || freebsd || windows

package host

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
)

func (k *listener) door(p *place) portlore.Door {
	r := p.reach(question{proto: map[string]uint8{"tcp": 6, "udp": 17}[k.proto], addr: k.addr, port: k.port, v6only: !k.both})
	d := portlore.Door{
		Address: k.addr.String(), Proto: k.proto, Port: k.port, State: "open",
		Reach: r.rank.word(), ReachBy: r.by, From: r.from,
		Process: portlore.DoorProcess{PID: k.pid, Name: k.name, User: k.user},
	}
	if k.pid == 0 {
		d.Process.Hidden = portlore.HiddenPermission
	}
	return d
}

// plainLinks lists the interfaces by what the standard library knows, and marks
// those that a default route of IPv4 or IPv6 uses.
func plainLinks(routes4, routes6 []string) ([]link, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("interfaces: %w", err)
	}
	var all []link
	for _, i := range interfaces {
		l := link{
			index: i.Index, name: i.Name, vpn: isVPN("", i.Name),
			up: i.Flags&net.FlagUp != 0, loop: i.Flags&net.FlagLoopback != 0,
			gateway4: slices.Contains(routes4, i.Name), gateway6: slices.Contains(routes6, i.Name),
		}
		addrs, err := i.Addrs()
		if err != nil {
			return nil, fmt.Errorf("addresses of %s: %w", i.Name, err)
		}
		for _, a := range addrs {
			if n, err := netip.ParsePrefix(a.String()); err == nil {
				l.addrs = append(l.addrs, netip.PrefixFrom(n.Addr().Unmap().WithZone(""), n.Bits()))
			}
		}
		all = append(all, l)
	}
	return all, nil
}
