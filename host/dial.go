package host

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/portlore/portlore"
)

// dialTime is enough on one's own machine.
const dialTime = 500 * time.Millisecond

// Dial connects to a TCP door of this machine, in its own network namespace. To
// one that listens on every address it comes by another than loopback, as
// strangers do: some services trust loopback alone. It never leaves the machine.
func Dial(ctx context.Context, d *portlore.Door) (c net.Conn, err error) {
	failed := within(d, func() {
		var to netip.Addr
		if to, err = dialled(d.Address); err != nil {
			return
		}
		dialer := net.Dialer{Timeout: dialTime}
		c, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(to.String(), strconv.Itoa(int(d.Port))))
	})
	if failed != nil {
		return nil, failed
	}
	return c, err
}

// dialled is the address to connect to; an error: it is none of this machine's.
func dialled(address string) (netip.Addr, error) {
	if address == "*" {
		address = "0.0.0.0"
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return a, fmt.Errorf("address of the door: %w", err)
	}
	if a.IsLoopback() {
		return a.WithZone(""), nil
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return a, fmt.Errorf("own addresses: %w", err)
	}
	for _, o := range own {
		n, err := netip.ParsePrefix(o.String())
		switch b := n.Addr().Unmap(); {
		case err != nil:
		case b == a.WithZone(""):
			if !a.IsLinkLocalUnicast() {
				a = a.WithZone("")
			}
			return a, nil
		case a.IsUnspecified() && b.Is4() == a.Is4() && !b.IsLoopback() && !b.IsLinkLocalUnicast():
			return b, nil
		}
	}
	switch a.WithZone("") {
	case netip.IPv4Unspecified():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	case netip.IPv6Unspecified():
		return netip.IPv6Loopback(), nil
	}
	return a, fmt.Errorf("%s is no address of this machine", address)
}
