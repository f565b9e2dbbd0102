package probe

import (
	"context"
	"net"
	"net/netip"
)

// anyPort is a way to a UDP door that hears answers from any port of its host: TFTP
// answers from a new one.
func anyPort(packets func(context.Context) (net.PacketConn, error), to netip.AddrPort) Dial {
	return func(ctx context.Context) (net.Conn, error) {
		c, err := packets(ctx)
		if err != nil {
			return nil, err
		}
		return datagrams{c, net.UDPAddrFromAddrPort(to)}, nil
	}
}

// datagrams is a socket that speaks to one host.
type datagrams struct {
	net.PacketConn
	to *net.UDPAddr
}

func (d datagrams) RemoteAddr() net.Addr { return d.to }

func (d datagrams) Write(b []byte) (int, error) { return d.WriteTo(b, d.to) }

// Read takes the next datagram of that host.
func (d datagrams) Read(b []byte) (int, error) {
	for {
		n, from, err := d.ReadFrom(b)
		if err != nil {
			return n, err
		}
		if u, ok := from.(*net.UDPAddr); ok && u.IP.Equal(d.to.IP) {
			return n, nil
		}
	}
}
