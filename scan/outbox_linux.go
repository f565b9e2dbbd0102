package scan

import (
	"net/netip"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// An outbox holds SYNs that are sent with one system call. Nothing is allocated
// per packet.
type outbox struct {
	fd      int
	n, sent int
	stuck   time.Time // since when nothing could be sent; zero: it can
	asked   [burst]int
	bufs    [burst][synMax]byte
	names   [burst]unix.RawSockaddrLinklayer
	iov     [burst]unix.Iovec
	msgs    [burst]mmsghdr
}

func newOutbox(fd int) *outbox {
	o := &outbox{fd: fd}
	for i := range o.msgs {
		o.iov[i].Base = &o.bufs[i][0]
		o.msgs[i].hdr.Iov = &o.iov[i]
		o.msgs[i].hdr.SetIovlen(1)
		o.msgs[i].hdr.Name = (*byte)(unsafe.Pointer(&o.names[i]))
		o.msgs[i].hdr.Namelen = unix.SizeofSockaddrLinklayer
	}
	return o
}

func (o *outbox) full() bool { return o.n == burst }

func (o *outbox) put(i int, link *unix.RawSockaddrLinklayer, from, to netip.Addr, fromPort, toPort uint16, seq uint32) {
	o.asked[o.n] = i
	o.names[o.n] = *link
	o.iov[o.n].SetLen(putSYN(o.bufs[o.n][:], from, to, fromPort, toPort, seq))
	o.n++
}

// send hands as much as it can to the kernel.
func (o *outbox) send() (int, error) {
	n, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(o.fd), uintptr(unsafe.Pointer(&o.msgs[o.sent])), uintptr(o.n-o.sent), 0, 0, 0)
	runtime.KeepAlive(o)
	if errno != 0 {
		return 0, errno
	}
	o.sent += int(n)
	return int(n), nil
}
