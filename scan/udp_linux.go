package scan

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

func socketTo(ctx context.Context, to netip.AddrPort) (*net.UDPConn, error) {
	network := "udp4"
	if to.Addr().Is6() {
		network = "udp6"
	}
	config := net.ListenConfig{Control: wantErrors}
	c, err := config.ListenPacket(ctx, network, ":0")
	if err != nil {
		return nil, err
	}
	return c.(*net.UDPConn), nil
}

func sendTo(c *net.UDPConn, datagram []byte, to netip.AddrPort) error {
	_, err := c.WriteToUDPAddrPort(datagram, to)
	return err
}

// wantErrors has the kernel keep ICMP errors for a socket.
func wantErrors(netw, _ string, c syscall.RawConn) error {
	return c.Control(func(fd uintptr) {
		if netw == "udp6" {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
		} else {
			_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_RECVERR, 1)
		}
	})
}

func quotedError(conn *net.UDPConn, to netip.Addr) (a Answer, ok bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return Answer{}, false
	}
	_ = raw.Control(func(fd uintptr) { a, ok = icmpError(int(fd), to) })
	return a, ok
}

// udpMeaning is what an error of a socket says by itself. Starved: this machine
// was out of something.
func udpMeaning(err error, to netip.Addr) (a Answer, starved bool) {
	var code unix.Errno
	if !errors.As(err, &code) {
		return Answer{State: Unknown, Why: WhyLocal}, false
	}
	if starves(code) {
		return Answer{State: Unknown, Why: WhyLocal}, true
	}
	a, _ = meaning(code)
	if a.Why == WhyReset { // to a datagram: port unreachable
		a.Why = icmpWhy(to.Is6(), portUnreachable(to)[0], portUnreachable(to)[1])
	}
	return a, false
}
