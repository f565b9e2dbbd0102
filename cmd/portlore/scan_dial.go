package main

import (
	"context"
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
func dialDoor(ctx context.Context, transport string, to netip.AddrPort, permit func(netip.Addr) error) (net.Conn, error) {
	d := net.Dialer{Timeout: callTime, Control: func(_, address string, _ syscall.RawConn) error {
		called, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return permit(called.Addr())
	}}
	return d.DialContext(ctx, transport, to.String())
}

// dialer calls one door, in its turn.
func (s *scanner) dialer(transport string, at netip.AddrPort, turn *pace) probe.Dial {
	return func(ctx context.Context) (net.Conn, error) {
		if err := turn.wait(ctx); err != nil {
			return nil, err
		}
		return s.dial(ctx, transport, at, s.decision.Permit)
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
		Packets: func(ctx context.Context) (net.PacketConn, error) {
			var l net.ListenConfig
			c, err := l.ListenPacket(ctx, "udp", ":0")
			if err != nil {
				return nil, err
			}
			return onlyTo{c, at.Addr()}, nil
		},
		Local: localTowards(at),
	}
}

// onlyTo is a socket that sends to one address alone.
type onlyTo struct {
	net.PacketConn
	host netip.Addr
}

func (o onlyTo) WriteTo(b []byte, to net.Addr) (int, error) {
	u, ok := to.(*net.UDPAddr)
	if !ok || u.AddrPort().Addr().Unmap() != o.host {
		return 0, &net.AddrError{Err: "not the host that is scanned", Addr: to.String()}
	}
	return o.PacketConn.WriteTo(b, to)
}

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
