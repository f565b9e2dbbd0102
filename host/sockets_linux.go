package host

import (
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/internal/netlink"
)

// A socket is one that waits for strangers: listening, or not connected.
type socket struct {
	proto  string
	addr   netip.Addr // not valid: any address, or none at all (packet)
	port   uint16     // of a raw socket the IP protocol, of a packet socket the EtherType
	link   int        // index of the interface it is bound to; zero: none
	inode  uint64
	uid    uint32
	v6only bool
}

// protocols that sock_diag knows, and the states that wait for strangers
// (include/net/tcp_states.h: 10 is LISTEN; 7, CLOSE, is what an unconnected
// datagram socket is in).
var protocols = []struct {
	name   string
	number uint8
	states uint32
	files  []string // the same in /proc/net
}{
	{"tcp", unix.IPPROTO_TCP, 1 << 10, []string{"tcp", "tcp6"}},
	{"udp", unix.IPPROTO_UDP, 1 << 7, []string{"udp", "udp6"}},
	{"udplite", unix.IPPROTO_UDPLITE, 1 << 7, []string{"udplite", "udplite6"}},
	{"raw", unix.IPPROTO_RAW, 1 << 7, []string{"raw", "raw6"}},
}

// sockets lists the doors of the network namespace that the thread is in.
func sockets() (all []socket, err error) {
	for _, p := range protocols {
		some, err := inetDiag(p.name, p.number, p.states)
		if err != nil { // refused, or a kernel without this module
			if some, err = procSockets(p.name, p.states, p.files); err != nil {
				return nil, err
			}
		}
		all = append(all, some...)
	}
	packet, err := packetDiag()
	if err != nil {
		if packet, err = procPacket(); err != nil {
			return nil, err
		}
	}
	sctp, err := procSCTP()
	return append(append(all, packet...), sctp...), err
}

var errShort = errors.New("sock_diag: a message that is too short")

// inetDiag asks for the sockets of a protocol: struct inet_diag_req_v2 and
// inet_diag_msg of include/uapi/linux/inet_diag.h.
func inetDiag(name string, proto uint8, states uint32) (all []socket, err error) {
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		request := make([]byte, 56)
		request[0], request[1] = family, proto
		native.PutUint32(request[4:], states)
		short := false
		err := netlink.Dump(unix.NETLINK_SOCK_DIAG, sockDiagByFamily, request, func(b []byte) {
			if len(b) < 72 {
				short = true
				return
			}
			s := socket{
				proto: name,
				port:  network.Uint16(b[4:]),
				link:  int(native.Uint32(b[40:])),
				uid:   native.Uint32(b[64:]),
				inode: uint64(native.Uint32(b[68:])),
			}
			if b[0] == unix.AF_INET {
				s.addr = netip.AddrFrom4([4]byte(b[8:12]))
			} else {
				s.addr = netip.AddrFrom16([16]byte(b[8:24])).Unmap()
			}
			netlink.Attributes(b[72:], func(kind uint16, value []byte) {
				if kind == inetDiagV6Only && len(value) > 0 {
					s.v6only = value[0] != 0
				}
			})
			all = append(all, s)
		})
		if err != nil {
			return nil, err
		}
		if short {
			return nil, errShort
		}
	}
	return all, nil
}

const (
	sockDiagByFamily = 20 // include/uapi/linux/sock_diag.h
	inetDiagV6Only   = 11 // INET_DIAG_SKV6ONLY
	packetShowInfo   = 1  // include/uapi/linux/packet_diag.h
	packetDiagInfo   = 0
	packetDiagUID    = 5
)

// packetDiag asks for the packet sockets: struct packet_diag_req and
// packet_diag_msg of include/uapi/linux/packet_diag.h.
func packetDiag() (all []socket, err error) {
	request := make([]byte, 20)
	request[0] = unix.AF_PACKET
	native.PutUint32(request[8:], packetShowInfo)
	short := false
	err = netlink.Dump(unix.NETLINK_SOCK_DIAG, sockDiagByFamily, request, func(b []byte) {
		if len(b) < 16 {
			short = true
			return
		}
		s := socket{proto: "packet", port: native.Uint16(b[2:]), inode: uint64(native.Uint32(b[4:]))}
		netlink.Attributes(b[16:], func(kind uint16, value []byte) {
			switch {
			case kind == packetDiagInfo && len(value) >= 4:
				s.link = int(native.Uint32(value))
			case kind == packetDiagUID && len(value) >= 4:
				s.uid = native.Uint32(value)
			}
		})
		if s.port != 0 { // protocol 0 receives nothing: it only sends
			all = append(all, s)
		}
	})
	if err == nil && short {
		err = errShort
	}
	return all, err
}
