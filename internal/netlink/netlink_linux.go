package netlink

import (
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// Dump sends one request for a list to the kernel, in the network namespace of
// the calling thread, and calls each with the body of every message of the
// answer (the format is RFC 3549, section 2.2).
func Dump(family int, kind uint16, body []byte, each func(body []byte)) error {
	c, err := Open(family)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.ask(kind, unix.NLM_F_DUMP, body, each)
}

// A Conn asks the kernel several things in turn.
type Conn struct {
	fd  int
	buf []byte
}

// Open connects to a part of the kernel, such as unix.NETLINK_ROUTE, in the
// network namespace of the calling thread.
func Open(family int) (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, family)
	if err != nil {
		return nil, fmt.Errorf("netlink socket: %w", err)
	}
	return &Conn{fd, make([]byte, 1<<16)}, nil // the kernel puts at most 32 KiB into one datagram of a dump
}

// Close ends the connection.
func (c *Conn) Close() { unix.Close(c.fd) }

// Get asks for one thing and calls each with the body of the answer. What the
// kernel refuses is a unix.Errno.
func (c *Conn) Get(kind uint16, body []byte, each func(body []byte)) error {
	return c.ask(kind, unix.NLM_F_ACK, body, each) // the acknowledgement ends the answer, as the last message of a dump does
}

func (c *Conn) ask(kind, flags uint16, body []byte, each func(body []byte)) error {
	request := make([]byte, unix.NLMSG_HDRLEN, unix.NLMSG_HDRLEN+len(body))
	native.PutUint32(request[0:], uint32(unix.NLMSG_HDRLEN+len(body)))
	native.PutUint16(request[4:], kind)
	native.PutUint16(request[6:], unix.NLM_F_REQUEST|flags)
	native.PutUint32(request[8:], 1) // sequence number
	if err := unix.Sendto(c.fd, append(request, body...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return fmt.Errorf("netlink request: %w", err)
	}
	for {
		n, _, err := unix.Recvfrom(c.fd, c.buf, 0)
		if err != nil {
			if errors.Is(err, unix.EINTR) {
				continue
			}
			return fmt.Errorf("netlink answer: %w", err)
		}
		done, err := messages(c.buf[:n], each)
		if done || err != nil {
			return err
		}
	}
}

func messages(b []byte, each func(body []byte)) (done bool, err error) {
	for len(b) >= unix.NLMSG_HDRLEN {
		size := int(native.Uint32(b))
		if size < unix.NLMSG_HDRLEN || size > len(b) {
			return true, errors.New("netlink answer: a message longer than the answer")
		}
		body := b[unix.NLMSG_HDRLEN:size]
		switch native.Uint16(b[4:]) {
		case unix.NLMSG_DONE, unix.NLMSG_ERROR: // both begin with zero or a negative error number
			if len(body) >= 4 {
				if code := int32(native.Uint32(body)); code < 0 {
					return true, fmt.Errorf("netlink answer: %w", unix.Errno(-code))
				}
			}
			return true, nil
		case unix.NLMSG_NOOP:
		default:
			each(body)
		}
		b = b[min(Align4(size), len(b)):]
	}
	return false, nil
}

// Attributes calls each with every attribute of a message.
func Attributes(b []byte, each func(kind uint16, value []byte)) {
	for len(b) >= unix.SizeofRtAttr {
		size := int(native.Uint16(b))
		if size < unix.SizeofRtAttr || size > len(b) {
			return
		}
		each(native.Uint16(b[2:])&^(unix.NLA_F_NESTED|unix.NLA_F_NET_BYTEORDER), b[unix.SizeofRtAttr:size])
		b = b[min(Align4(size), len(b)):]
	}
}

// Align4 is the next multiple of four, where the next attribute begins.
func Align4(n int) int { return (n + 3) &^ 3 }

var native = binary.NativeEndian
