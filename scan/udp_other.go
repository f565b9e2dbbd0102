//go:build !linux

package scan

import (
	"context"
	"net"
	"net/netip"
)

func socketTo(ctx context.Context, to netip.AddrPort) (*net.UDPConn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "udp", to.String())
	if err != nil {
		return nil, err
	}
	return c.(*net.UDPConn), nil
}

func sendTo(c *net.UDPConn, datagram []byte, _ netip.AddrPort) error {
	_, err := c.Write(datagram)
	return err
}

func quotedError(*net.UDPConn, netip.Addr) (Answer, bool) { return Answer{}, false }

// udpMeaning is what an error of a socket says. Starved: this machine was out of
// something.
func udpMeaning(err error, to netip.Addr) (Answer, bool) {
	a, _, starved := meaning(err)
	if a.Why == WhyReset { // to a datagram: port unreachable
		a.Why = icmpWhy(to.Is6(), portUnreachable(to)[0], portUnreachable(to)[1])
	}
	return a, starved
}
