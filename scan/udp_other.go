//go:build !linux

package scan

import (
	"net"
	"net/netip"
	"syscall"
)

func wantErrors(string, string, syscall.RawConn) error { return nil }

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
