package scan

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"
)

// errStarved says that there was no socket, port or memory for a connection.
var errStarved = errors.New("out of sockets")

func (l *loop) connectTo(addr netip.Addr, port uint16) (int, error) {
	fd, err := l.socket(addr)
	if err == nil {
		err = l.connectBy(fd, addr, port)
		if starves(err) {
			unix.Close(fd)
		}
	}
	if starves(err) {
		return -1, errStarved
	}
	return fd, err
}

// connectBy begins a connection, or says what has become of it: EALREADY while
// nothing has.
func (l *loop) connectBy(fd int, addr netip.Addr, port uint16) error {
	if addr.Is4() {
		l.four.Port, l.four.Addr = int(port), addr.As4()
		return unix.Connect(fd, &l.four)
	}
	l.six.Port, l.six.Addr, l.six.ZoneId = int(port), addr.As16(), l.zone(addr)
	return unix.Connect(fd, &l.six)
}

func (l *loop) zone(addr netip.Addr) uint32 {
	name := addr.Zone()
	if name == "" {
		return 0
	}
	index, known := l.zones[name]
	if !known {
		index = zoneIndex(name)
		l.zones[name] = index
	}
	return index
}

// socket is one that was refused before, or a new one.
func (l *loop) socket(addr netip.Addr) (int, error) {
	family, level, errors := unix.AF_INET, unix.IPPROTO_IP, unix.IP_RECVERR
	if addr.Is6() {
		family, level, errors = unix.AF_INET6, unix.IPPROTO_IPV6, unix.IPV6_RECVERR
	}
	idle := l.idleOf(addr)
	if n := len(*idle); n > 0 {
		fd := (*idle)[n-1]
		*idle = (*idle)[:n-1]
		return int(fd), nil
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	_ = unix.SetsockoptInt(fd, level, errors, 1) // the error queue tells who refuses, see ip(7)
	// Told once for each change: else a socket that waits to be used again would
	// be told of without end.
	event := unix.EpollEvent{Events: unix.EPOLLOUT | unix.EPOLLET, Fd: int32(fd)}
	if err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event); err != nil {
		unix.Close(fd)
		return -1, unix.ENOBUFS
	}
	return fd, nil
}

func (l *loop) idleOf(addr netip.Addr) *[]int32 {
	if addr.Is4() {
		return &l.idle[0]
	}
	return &l.idle[1]
}

func starves(err error) bool {
	switch err {
	case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM, unix.EAGAIN, unix.EADDRNOTAVAIL, unix.EADDRINUSE:
		return true
	}
	return false
}

func (l *loop) closeIdle() {
	for i := range l.idle {
		for _, fd := range l.idle[i] {
			unix.Close(int(fd))
		}
		l.idle[i] = l.idle[i][:0]
	}
}

// itself says whether a connection was made with itself: when the kernel chooses
// for us the very port that we ask, both ends begin and none listens.
func (l *loop) itself(a attempt) bool {
	ours, err := unix.Getsockname(int(a.fd))
	if err != nil {
		return false
	}
	addr, port := l.ask(a.i)
	switch ours := ours.(type) {
	case *unix.SockaddrInet4:
		return ours.Port == int(port) && addr == netip.AddrFrom4(ours.Addr)
	case *unix.SockaddrInet6:
		return ours.Port == int(port) && addr.WithZone("") == netip.AddrFrom16(ours.Addr)
	}
	return false
}

// meaning is what an error of connect(2) says by itself.
func meaning(err error) (Answer, bool) {
	switch err {
	case unix.ETIMEDOUT:
		return Answer{}, false
	case unix.ECONNREFUSED, unix.ECONNRESET:
		return Answer{State: Closed, Why: WhyReset}, true
	case unix.EHOSTUNREACH, unix.EHOSTDOWN, unix.ENONET, unix.ENOPROTOOPT:
		return Answer{State: Filtered, Why: WhyUnreachable}, true
	case unix.ENETUNREACH:
		return Answer{State: Unknown, Why: WhyNoRoute}, true
	}
	return Answer{State: Unknown, Why: WhyLocal}, true // not allowed to, a broadcast address, out of sockets
}
