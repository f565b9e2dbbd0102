package scan

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// icmpError reads from a socket's error queue who refused what it sent, and how
// (ip(7), IP_RECVERR; struct sock_extended_err in linux/errqueue.h). False: it is
// empty. What our own kernel says of another address is that nobody there answers
// ARP or neighbour discovery.
func icmpError(fd int, to netip.Addr) (Answer, bool) {
	var data [64]byte
	var control [256]byte
	for {
		_, n, _, _, err := unix.Recvmsg(fd, data[:], control[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
		if err != nil {
			return Answer{}, false
		}
		messages, err := unix.ParseSocketControlMessage(control[:n])
		if err != nil {
			return Answer{}, false
		}
		var found Answer
		for _, m := range messages {
			four := m.Header.Level == unix.IPPROTO_IP && m.Header.Type == unix.IP_RECVERR
			six := m.Header.Level == unix.IPPROTO_IPV6 && m.Header.Type == unix.IPV6_RECVERR
			const icmpOrigin, icmp6Origin = 2, 3
			if b := m.Data; (four || six) && len(b) >= 16 && (b[4] == icmpOrigin || b[4] == icmp6Origin) {
				found = Answer{State: Filtered, Why: icmpWhy(six, b[5], b[6]), From: offender(b[16:])}
			}
		}
		if found.Why == "" {
			continue
		}
		if ours, err := unix.Getsockname(fd); err == nil && found.From == sockaddrAddr(ours) && found.From != to.WithZone("") {
			found = Answer{State: Filtered, Why: WhyNoNeighbor}
		}
		return found, true
	}
}

// offender reads the struct sockaddr behind the error.
func offender(b []byte) netip.Addr {
	switch {
	case len(b) >= 8 && native.Uint16(b) == unix.AF_INET:
		return netip.AddrFrom4([4]byte(b[4:]))
	case len(b) >= 24 && native.Uint16(b) == unix.AF_INET6:
		return netip.AddrFrom16([16]byte(b[8:]))
	}
	return netip.Addr{}
}

func sockaddrAddr(s unix.Sockaddr) netip.Addr {
	switch s := s.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrFrom4(s.Addr)
	case *unix.SockaddrInet6:
		return netip.AddrFrom16(s.Addr)
	}
	return netip.Addr{}
}
