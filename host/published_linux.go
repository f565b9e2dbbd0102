package host

import (
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/host/firewall"
)

// published lists the ports that the firewall sends on without a socket.
func (l *lister) published(s *space) (all []portlore.Door) {
	if s.rules == nil {
		return nil
	}
	for _, service := range s.rules.Translated() {
		name := protoName(service)
		for _, any := range []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()} {
			taken := func(k socket) bool {
				return k.proto == name && k.port == service.Port && (!k.addr.IsUnspecified() || k.addr == any || !k.v6only)
			}
			if slices.ContainsFunc(s.sockets, taken) {
				continue
			}
			q := question{proto: service.Proto, addr: any, port: service.Port, v6only: true, passed: true}
			r := s.reach(q)
			if !r.to.IsValid() {
				continue
			}
			at := any
			if len(r.at) == 1 {
				at = r.at[0]
			}
			d := portlore.Door{
				Address: at.String(), Proto: name, Port: service.Port, State: "open",
				Reach: r.rank.word(), ReachBy: r.by, From: r.from, Netns: s.name,
				Process: portlore.DoorProcess{Hidden: portlore.HiddenForward},
			}
			l.sendOn(&d, r.to)
			all = append(all, d)
		}
	}
	return all
}

func protoName(service firewall.Service) string {
	for name, number := range numbers {
		if number == service.Proto {
			return name
		}
	}
	return ""
}

// sendOn says where a door leads, and who listens there when that is seen.
func (l *lister) sendOn(d *portlore.Door, to netip.AddrPort) {
	if !to.IsValid() {
		return
	}
	d.To = to.String()
	for _, s := range l.spaces {
		if s.route(to.Addr()) != "" {
			continue
		}
		for _, k := range s.sockets {
			if k.proto != d.Proto || k.port != to.Port() || !(k.addr == to.Addr() || k.addr.IsUnspecified()) {
				continue
			}
			p := l.process(l.people.holder(l.scan.owners[k.inode]))
			if d.Process.Hidden == portlore.HiddenForward && p.PID != 0 {
				d.Process = p
			}
			d.Process.Container = p.Container
			if p.Container == "" && s.name != "" {
				d.Process.Container = "netns:" + s.name
			}
			return
		}
	}
}
