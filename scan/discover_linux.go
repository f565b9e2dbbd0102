package scan

import (
	"context"
	"errors"
	"hash/maphash"
	"net/netip"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/internal/netlink"
)

// links asks on our own links, where we are allowed to.
func (s *search) links(ctx context.Context) error {
	roads, err := openRoads()
	if err != nil {
		return nil // without netlink the other questions must do
	}
	defer roads.close()
	wanted := map[hop]netip.Addr{}
	steps := map[hop]int{}
	for i, a := range s.hosts {
		road, err := roads.to(a)
		if err != nil {
			return err
		}
		link, known := roads.links[road.link]
		if road.end != "" || road.own || !known || link.bare || link.loop || road.hop.IsValid() {
			continue
		}
		h := hop{road.link, a.WithZone("")}
		wanted[h], steps[h] = road.from, i
	}
	found, err := s.run.neighbors(ctx, roads, wanted)
	if errors.Is(err, ErrPrivilege) {
		return nil
	}
	for h, i := range steps {
		switch _, there := found[h]; {
		case !there:
			s.gone[i] = err == nil
		case h.addr.Is4():
			s.heard[i] = HeardARP
		default:
			s.heard[i] = HeardND
		}
	}
	return err
}

// linksAgain looks whom the kernel has met on our links while we asked: somebody
// who drops pings and connections still had to say where he is.
func (s *search) linksAgain(context.Context) error {
	indexes, hosts := s.unheard()
	if len(hosts) == 0 {
		return nil
	}
	return netlink.Dump(unix.NETLINK_ROUTE, unix.RTM_GETNEIGH, make([]byte, unix.SizeofNdMsg), func(b []byte) {
		const met = unix.NUD_REACHABLE | unix.NUD_DELAY | unix.NUD_PROBE
		if len(b) < unix.SizeofNdMsg || native.Uint16(b[8:])&met == 0 {
			return
		}
		netlink.Attributes(b[unix.SizeofNdMsg:], func(kind uint16, value []byte) {
			a, ok := netip.AddrFromSlice(value)
			if !ok || kind != unix.NDA_DST {
				return
			}
			if at, found := slices.BinarySearchFunc(hosts, a, order); found {
				s.heard[indexes[at]] = HeardARP
				if a.Is6() {
					s.heard[indexes[at]] = HeardND
				}
			}
		})
	})
}

// echo pings (RFC 792, RFC 4443): by a socket for pings only, which everybody in
// net.ipv4.ping_group_range may have, else by a raw one, else not at all.
func (s *search) echo(ctx context.Context) error {
	four := openPing(unix.AF_INET, unix.IPPROTO_ICMP)
	six := openPing(unix.AF_INET6, unix.IPPROTO_ICMPV6)
	defer four.close()
	defer six.close()
	if four == nil && six == nil {
		return nil
	}
	pace := s.run.pace
	if pace.rate == 0 {
		pace = newPacer(neighborRate)
	}
	for _, patience := range []time.Duration{500 * time.Millisecond, time.Second} {
		indexes, hosts := s.unheard()
		if len(hosts) == 0 {
			return nil
		}
		left := len(hosts)
		listen := func() {
			for _, p := range []*ping{four, six} {
				p.read(func(a netip.Addr) {
					if at, found := slices.BinarySearchFunc(hosts, a, order); found && s.heard[indexes[at]] == "" {
						s.heard[indexes[at]] = HeardEcho
						left--
					}
				})
			}
		}
		for _, a := range hosts {
			if pace.due(time.Now()) == 0 {
				listen()
				if err := pace.wait(ctx); err != nil {
					return err
				}
			}
			pace.spend(1)
			p := four
			if a.Is6() {
				p = six
			}
			if p.ask(a) {
				s.run.sent.Add(1)
			}
		}
		for end := time.Now().Add(patience); time.Now().Before(end) && left > 0; {
			listen()
			if err := sleep(ctx, 2*time.Millisecond); err != nil {
				return err
			}
		}
	}
	return nil
}

// A ping is a socket for echo requests of one family.
type ping struct {
	fd     int
	raw    bool // it is given the IP header of IPv4 and must do without the kernel's checksum
	six    bool
	secret maphash.Seed
	buf    [256]byte
}

func openPing(family, proto int) *ping {
	p := &ping{six: family == unix.AF_INET6, secret: maphash.MakeSeed()}
	var err error
	p.fd, err = unix.Socket(family, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, proto)
	if err != nil {
		p.raw = true
		if p.fd, err = unix.Socket(family, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, proto); err != nil {
			return nil
		}
	}
	_ = unix.SetsockoptInt(p.fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 1<<22)
	return p
}

func (p *ping) close() {
	if p != nil {
		unix.Close(p.fd)
	}
}

// mark is the payload of a ping: who sends it back has seen it.
func (p *ping) mark(a netip.Addr) []byte {
	sixteen := a.As16()
	return native.AppendUint64(nil, maphash.Bytes(p.secret, sixteen[:]))
}

func (p *ping) ask(a netip.Addr) bool {
	if p == nil {
		return false
	}
	request := append([]byte{8, 0, 0, 0, 0x70, 0x6c, 0, 1}, p.mark(a)...)
	if p.six {
		request[0] = 128
		return unix.Sendto(p.fd, request, 0, &unix.SockaddrInet6{Addr: a.As16(), ZoneId: zoneIndex(a.Zone())}) == nil
	}
	network.PutUint16(request[2:], ^fold(add(request, 0)))
	return unix.Sendto(p.fd, request, 0, &unix.SockaddrInet4{Addr: a.As4()}) == nil
}

// read takes the answers that are there.
func (p *ping) read(each func(netip.Addr)) {
	if p == nil {
		return
	}
	for {
		n, from, err := unix.Recvfrom(p.fd, p.buf[:], 0)
		if err != nil {
			return
		}
		b := p.buf[:n]
		if p.raw && !p.six {
			ip, ok := readIP(b)
			if !ok {
				continue
			}
			b = ip.payload
		}
		reply := byte(0)
		if p.six {
			reply = 129
		}
		a := sockaddrAddr(from)
		if s, ok := from.(*unix.SockaddrInet6); ok && s.ZoneId != 0 {
			a = a.WithZone(zoneName(s.ZoneId))
		}
		if len(b) >= 16 && b[0] == reply && string(b[8:16]) == string(p.mark(a)) {
			each(a)
		}
	}
}
