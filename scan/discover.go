package scan

import (
	"context"
	"net/netip"
)

// What says that somebody is there, besides the reasons of answers.
const (
	HeardARP  = "arp"  // it answered on the link (RFC 826)
	HeardND   = "nd"   // the same for IPv6 (RFC 4861)
	HeardEcho = "echo" // it answered a ping
)

// A search finds out who of some addresses is there.
type search struct {
	run   *run
	hosts []netip.Addr
	heard []string // by what each is known to be there
	gone  []bool   // known to be absent: nobody on its link answers for it
}

// discover returns those of the addresses where somebody is, and those that were
// given alone, which are asked in any case. On our own links everybody must
// answer ARP or neighbour discovery, so nothing else is asked there where we may
// ask it; elsewhere a ping, and to whom that says nothing, a few connections.
func (r *run) discover(ctx context.Context, hosts []netip.Addr) (here []netip.Addr, heard map[netip.Addr]string, err error) {
	s := &search{r, hosts, make([]string, len(hosts)), make([]bool, len(hosts))}
	for _, step := range []func(context.Context) error{s.links, s.echo, s.knock, s.linksAgain} {
		if err = step(ctx); err != nil {
			break
		}
	}
	heard = map[netip.Addr]string{}
	for i, a := range hosts {
		if s.heard[i] != "" {
			heard[a] = s.heard[i]
		}
		if s.heard[i] != "" || r.order.Hosts.Alone(a) {
			here = append(here, a)
		}
	}
	return here, heard, err
}

// unheard are the addresses that are worth another question.
func (s *search) unheard() (indexes []int, hosts []netip.Addr) {
	for i, a := range s.hosts {
		if s.heard[i] == "" && !s.gone[i] && !s.run.order.Hosts.Alone(a) {
			indexes = append(indexes, i)
			hosts = append(hosts, a)
		}
	}
	return indexes, hosts
}

// knock tries a few connections: to what most machines either have or refuse.
func (s *search) knock(ctx context.Context) error {
	indexes, hosts := s.unheard()
	if len(hosts) == 0 {
		return nil
	}
	b := s.run.block(TCP, hosts, []uint16{443, 80, 22, 445})
	b.quiet = true
	err := b.connect(ctx)
	for i, why := range b.heard {
		if h := indexes[i]; why == WhyReset || why == WhyConnected {
			s.heard[h] = why
		}
	}
	return err
}
