package scan

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A wire sends SYNs that are made by hand and hears what comes back, beside the
// kernel's own TCP (packet(7)). The kernel makes the link-layer header, so every
// kind of interface will do.
type wire struct {
	out    int         // sends to any interface
	in     [2]listener // IPv4, IPv6
	holder int         // keeps our source port from others
	port   uint16
	secret maphash.Seed
	lost   atomic.Uint64
	block  atomic.Pointer[synBlock] // whose answers are awaited
	quit   int                      // an event, see eventfd(2): hear is to end
	ended  chan struct{}
	roads  *roads
}

// errNoWire says what to do where a SYN scan is not allowed.
func errNoWire(err error) error {
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return fmt.Errorf("%w (%v): run as root, or scan by connections", ErrPrivilege, err)
	}
	return fmt.Errorf("packet socket: %w", err)
}

func openWire() (*wire, error) {
	w := &wire{secret: maphash.MakeSeed(), ended: make(chan struct{}), out: -1, holder: -1, quit: -1}
	w.in[0].fd, w.in[1].fd = -1, -1
	fail := func(err error) (*wire, error) {
		w.closeSockets()
		return nil, err
	}
	var err error
	if w.holder, w.port, err = reservePort(); err != nil {
		return fail(err)
	}
	if w.out, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0); err != nil {
		return fail(errNoWire(err))
	}
	// Without a queue of its own in between, a full card is said at once (ENOBUFS)
	// and the packet sent again, instead of being dropped there.
	_ = unix.SetsockoptInt(w.out, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1)
	for i, family := range []uint16{unix.ETH_P_IP, unix.ETH_P_IPV6} {
		if err := w.in[i].open(family, answersTo(family, w.port)); err != nil {
			return fail(errNoWire(err))
		}
	}
	if w.roads, err = openRoads(); err != nil {
		return fail(err)
	}
	if w.quit, err = unix.Eventfd(0, unix.EFD_CLOEXEC); err != nil {
		return fail(err)
	}
	go w.hear()
	return w, nil
}

func (w *wire) close() {
	if w == nil {
		return
	}
	_, _ = unix.Write(w.quit, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	<-w.ended
	w.closeSockets()
}

func (w *wire) closeSockets() {
	if w.roads != nil {
		w.roads.close()
	}
	for _, fd := range []int{w.out, w.in[0].fd, w.in[1].fd, w.holder, w.quit} {
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

// drops is how many packets the kernel threw away because we read too slowly.
func (w *wire) drops() uint64 {
	if w == nil {
		return 0
	}
	for i := range w.in {
		if s, err := unix.GetsockoptTpacketStats(w.in[i].fd, unix.SOL_PACKET, unix.PACKET_STATISTICS); err == nil {
			w.lost.Add(uint64(s.Drops)) // reading it sets it to zero
		}
	}
	return w.lost.Load()
}

// reservePort binds, without listening, a TCP port outside the range from which
// the kernel chooses: nobody else gets it, and what comes for it is answered by
// the kernel with a reset, which closes what our SYN has half opened.
func reservePort() (fd int, port uint16, err error) {
	low, high := uint16(32768), uint16(60999) // the default of ip_local_port_range
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		_, _ = fmt.Sscan(strings.TrimSpace(string(text)), &low, &high)
	}
	for range 1000 {
		port = uint16(1024 + rand.IntN(1<<16-1024))
		if port >= low && port <= high && (low > 2048 || high < 64000) { // unless the kernel chooses from all of them
			continue
		}
		fd, err = unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		var any unix.Sockaddr = &unix.SockaddrInet6{Port: int(port)}
		if err != nil { // a kernel without IPv6
			any = &unix.SockaddrInet4{Port: int(port)}
			if fd, err = unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0); err != nil {
				break
			}
		}
		if err = unix.Bind(fd, any); err == nil {
			return fd, port, nil
		}
		unix.Close(fd)
	}
	return -1, 0, fmt.Errorf("scan: no free source port: %w", err)
}

// A listener is a packet socket that hears one family, and its buffers.
type listener struct {
	fd    int
	bufs  [burst][heardLen]byte
	names [burst]unix.RawSockaddrLinklayer
	iov   [burst]unix.Iovec
	msgs  [burst]mmsghdr
}

const (
	burst    = 64      // packets per system call
	heardLen = 160     // bytes of a packet that are read: an ICMPv6 error quotes a SYN within 112
	roomLen  = 1 << 26 // 64 MiB for what the kernel holds for us, about 80,000 small packets
)

type mmsghdr struct {
	hdr unix.Msghdr
	n   uint32
}

func (l *listener) open(family uint16, filter []unix.SockFilter) error {
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return err
	}
	l.fd = fd
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &program); err != nil {
		return err
	}
	if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, roomLen) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, roomLen)
	}
	for i := range l.msgs {
		l.iov[i].Base = &l.bufs[i][0]
		l.iov[i].SetLen(heardLen)
		l.msgs[i].hdr.Iov = &l.iov[i]
		l.msgs[i].hdr.SetIovlen(1)
		l.msgs[i].hdr.Name = (*byte)(unsafe.Pointer(&l.names[i]))
	}
	return unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: swap(family)}) // only now packets come, and only those that pass
}

// read takes what is there, without waiting.
func (l *listener) read() int {
	for i := range l.msgs {
		l.msgs[i].hdr.Namelen = unix.SizeofSockaddrLinklayer
	}
	n, _, errno := unix.Syscall6(unix.SYS_RECVMMSG, uintptr(l.fd), uintptr(unsafe.Pointer(&l.msgs[0])), burst, unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

func swap(v uint16) uint16 { return v<<8 | v>>8 }

// answersTo passes TCP to a port and ICMP errors (bpf(4); the packet begins with
// its IP header).
func answersTo(family, port uint16) []unix.SockFilter {
	const (
		loadByte  = unix.BPF_LD | unix.BPF_B | unix.BPF_ABS
		loadHalf  = unix.BPF_LD | unix.BPF_H | unix.BPF_ABS
		atByte    = unix.BPF_LD | unix.BPF_B | unix.BPF_IND
		atHalf    = unix.BPF_LD | unix.BPF_H | unix.BPF_IND
		skipIP    = unix.BPF_LDX | unix.BPF_B | unix.BPF_MSH
		ifEqual   = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
		ifBits    = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
		end       = unix.BPF_RET | unix.BPF_K
		all, none = 0xffff, 0
	)
	if family == unix.ETH_P_IPV6 {
		return []unix.SockFilter{
			{Code: loadByte, K: 6},
			{Code: ifEqual, K: protoTCP, Jt: 0, Jf: 2},
			{Code: loadHalf, K: ipv6Len + 2},
			{Code: ifEqual, K: uint32(port), Jt: 5, Jf: 6},
			{Code: ifEqual, K: protoICMPv6, Jt: 0, Jf: 5},
			{Code: loadByte, K: ipv6Len},
			{Code: ifEqual, K: 1, Jt: 2, Jf: 0},
			{Code: ifEqual, K: 3, Jt: 1, Jf: 0},
			{Code: ifEqual, K: 4, Jt: 0, Jf: 1},
			{Code: end, K: all},
			{Code: end, K: none},
		}
	}
	return []unix.SockFilter{
		{Code: loadHalf, K: 6},
		{Code: ifBits, K: 0x1fff, Jt: 10, Jf: 0}, // a later fragment
		{Code: skipIP, K: 0},
		{Code: loadByte, K: 9},
		{Code: ifEqual, K: protoTCP, Jt: 0, Jf: 2},
		{Code: atHalf, K: 2},
		{Code: ifEqual, K: uint32(port), Jt: 4, Jf: 5},
		{Code: ifEqual, K: protoICMP, Jt: 0, Jf: 4},
		{Code: atByte, K: 0},
		{Code: ifEqual, K: 3, Jt: 1, Jf: 0},
		{Code: ifEqual, K: 11, Jt: 0, Jf: 1},
		{Code: end, K: all},
		{Code: end, K: none},
	}
}

// hear reads until the wire is closed. When little came it rests a moment, so
// that a scan is not one wake-up per packet; what comes meanwhile is held.
func (w *wire) hear() {
	defer close(w.ended)
	fds := []unix.PollFd{
		{Fd: int32(w.in[0].fd), Events: unix.POLLIN},
		{Fd: int32(w.in[1].fd), Events: unix.POLLIN},
		{Fd: int32(w.quit), Events: unix.POLLIN},
	}
	for {
		if _, err := unix.Poll(fds, -1); err != nil && err != unix.EINTR {
			return
		}
		if fds[2].Revents != 0 {
			return
		}
		for i := range w.in {
			for {
				n := w.in[i].read()
				w.understand(&w.in[i], n)
				if n < burst {
					break
				}
			}
		}
		time.Sleep(time.Millisecond)
	}
}

func (w *wire) understand(l *listener, n int) {
	b := w.block.Load()
	if b == nil {
		return
	}
	for i := range n {
		if l.names[i].Pkttype == unix.PACKET_OUTGOING {
			continue
		}
		e, ok := readEcho(l.bufs[i][:min(l.msgs[i].n, heardLen)], w.port)
		if !ok || cookie(w.secret, e.addr, e.port) != e.seq {
			continue
		}
		b.hear(e, int(l.names[i].Ifindex))
	}
}

// zoned is an address as Hosts has it: with the interface, where it means
// nothing without.
func zoned(a netip.Addr, zones map[int]string, link int) netip.Addr {
	if a.IsLinkLocalUnicast() && a.Is6() {
		return a.WithZone(zones[link])
	}
	return a
}
