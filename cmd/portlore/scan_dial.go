package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"syscall"
	"time"

	"github.com/portlore/portlore/probe"
)

// callTime is how long a door may take to pick up: it did so a moment ago.
const callTime = 3 * time.Second

// dialDoor connects to an address and port. Whatever is dialled is checked at the
// last moment, by the address that the system is about to call.
func dialDoor(ctx context.Context, to netip.AddrPort, permit func(netip.Addr) error) (net.Conn, error) {
	d := &net.Dialer{Timeout: callTime, Control: func(_, address string, _ syscall.RawConn) error {
		called, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return permit(called.Addr())
	}}
	if to.Port() == loginPort || to.Port() == shellPort {
		return dialReserved(ctx, d, to)
	}
	return d.DialContext(ctx, "tcp", to.String())
}

// The rlogin and rsh of BSD hang up on whoever does not call from a port that only
// the superuser can take (RFC 1282, rcmd(3)).
const (
	loginPort, shellPort           = 513, 514
	lowestReserved, reservedBehind = 512, 1024
)

// dialReserved calls from such a port where this process may take one, else from
// any.
func dialReserved(ctx context.Context, d *net.Dialer, to netip.AddrPort) (net.Conn, error) {
	const tries = 8 // others may hold some
	for range tries {
		from := *d
		from.LocalAddr = &net.TCPAddr{Port: lowestReserved + rand.IntN(reservedBehind-lowestReserved)}
		c, err := from.DialContext(ctx, "tcp", to.String())
		if err == nil || !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, syscall.EADDRNOTAVAIL) {
			if errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM) {
				break
			}
			return c, err
		}
	}
	return d.DialContext(ctx, "tcp", to.String())
}

func openSocket(ctx context.Context) (net.PacketConn, error) {
	var l net.ListenConfig
	return l.ListenPacket(ctx, "udp", ":0")
}

// dialer calls one door, in its turn.
func (s *scanner) dialer(transport string, at netip.AddrPort, turn *pace) probe.Dial {
	return func(ctx context.Context) (net.Conn, error) {
		if err := turn.wait(ctx); err != nil {
			return nil, err
		}
		if transport == "udp" {
			return s.anyPort(ctx, at)
		}
		return s.dial(ctx, at, s.decision.Permit)
	}
}

// ways are the ways in which a door may be inspected: never to another address, and
// never to a printer or a controller that was not meant.
func (s *scanner) ways(at netip.AddrPort, turn *pace) *probe.Visit {
	return &probe.Visit{
		Name: s.names[at.Addr()],
		Reach: func(ctx context.Context, transport string, port uint16) (net.Conn, error) {
			if probe.Untouchable(port) && !s.opt.ot {
				return nil, net.ErrClosed
			}
			return s.dialer(transport, netip.AddrPortFrom(at.Addr(), port), turn)(ctx)
		},
		Packets: func(ctx context.Context) (net.PacketConn, error) { return s.packetsOf(ctx, at.Addr()) },
		Local:   localTowards(at),
	}
}

// packetsOf is a socket for one address, whatever port it answers from.
func (s *scanner) packetsOf(ctx context.Context, host netip.Addr) (onlyTo, error) {
	if err := s.decision.Permit(host); err != nil {
		return onlyTo{}, err
	}
	c, err := s.socket(ctx)
	return onlyTo{c, host}, err
}

// anyPort asks one port, and hears what comes from any of the same address: TFTP
// answers from a new one (RFC 1350, 4).
func (s *scanner) anyPort(ctx context.Context, at netip.AddrPort) (net.Conn, error) {
	c, err := s.packetsOf(ctx, at.Addr())
	if err != nil {
		return nil, err
	}
	return anyPort{c, net.UDPAddrFromAddrPort(at)}, nil
}

// onlyTo is a socket that sends to one address alone, and hears nobody else.
type onlyTo struct {
	net.PacketConn
	host netip.Addr
}

func (o onlyTo) WriteTo(b []byte, to net.Addr) (int, error) {
	if !o.is(to) {
		return 0, &net.AddrError{Err: "not the host that is scanned", Addr: to.String()}
	}
	return o.PacketConn.WriteTo(b, to)
}

func (o onlyTo) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := o.PacketConn.ReadFrom(b)
		if err != nil || o.is(from) {
			return n, from, err
		}
	}
}

func (o onlyTo) is(a net.Addr) bool {
	u, ok := a.(*net.UDPAddr)
	return ok && u.AddrPort().Addr().Unmap() == o.host
}

// anyPort is such a socket as a connection to one port.
type anyPort struct {
	onlyTo
	to *net.UDPAddr
}

func (a anyPort) Write(b []byte) (int, error) { return a.WriteTo(b, a.to) }

func (a anyPort) Read(b []byte) (int, error) {
	n, _, err := a.ReadFrom(b)
	return n, err
}

func (a anyPort) RemoteAddr() net.Addr { return a.to }

// localTowards is our own address on the way to another one. Nothing is sent:
// connecting a socket for datagrams only looks up the route.
func localTowards(to netip.AddrPort) netip.Addr {
	c, err := net.Dial("udp", to.String())
	if err != nil {
		return netip.Addr{}
	}
	defer c.Close()
	if u, ok := c.LocalAddr().(*net.UDPAddr); ok {
		return u.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
