package host

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/internal/netlink"
)

// links lists the interfaces of the thread's network namespace that are up,
// with their addresses, and which of them lead to the rest of the world.
func links() ([]link, error) {
	byIndex := map[int]*link{}
	var order []int
	err := netlink.Dump(unix.NETLINK_ROUTE, unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func(b []byte) {
		if len(b) < unix.SizeofIfInfomsg {
			return
		}
		l := link{index: int(native.Uint32(b[4:]))}
		flags := native.Uint32(b[8:])
		l.loop = flags&unix.IFF_LOOPBACK != 0
		l.up = flags&unix.IFF_UP != 0
		netlink.Attributes(b[unix.SizeofIfInfomsg:], func(kind uint16, value []byte) {
			switch kind {
			case unix.IFLA_IFNAME:
				l.name = string(bytes.TrimRight(value, "\x00"))
			case unix.IFLA_MASTER:
				l.slave = true
			case unix.IFLA_LINKINFO:
				netlink.Attributes(value, l.info)
			}
		})
		l.vpn = isVPN(l.kind, l.name)
		byIndex[l.index] = &l
		order = append(order, l.index)
	})
	if err != nil {
		return nil, err
	}
	if err := addresses(byIndex); err != nil {
		return nil, err
	}
	if err := gateways(byIndex); err != nil {
		return nil, err
	}
	all := make([]link, 0, len(order))
	for _, i := range order {
		all = append(all, *byIndex[i])
	}
	return all, nil
}

// info reads IFLA_LINKINFO: the kind of a virtual interface, and the port that
// the kernel itself listens on for it.
func (l *link) info(kind uint16, value []byte) {
	switch kind {
	case unix.IFLA_INFO_KIND:
		l.kind = string(bytes.TrimRight(value, "\x00"))
	case unix.IFLA_INFO_DATA:
		netlink.Attributes(value, func(kind uint16, value []byte) {
			if len(value) == 2 && (l.kind == "vxlan" && kind == iflaVxlanPort || l.kind == "geneve" && kind == iflaGenevePort) {
				l.port = network.Uint16(value)
			}
		})
	}
}

var (
	native  = binary.NativeEndian
	network = binary.BigEndian
)

const (
	iflaVxlanPort  = 15 // include/uapi/linux/if_link.h
	iflaGenevePort = 5
)

func addresses(byIndex map[int]*link) error {
	return netlink.Dump(unix.NETLINK_ROUTE, unix.RTM_GETADDR, make([]byte, unix.SizeofIfAddrmsg), func(b []byte) {
		if len(b) < unix.SizeofIfAddrmsg {
			return
		}
		l := byIndex[int(native.Uint32(b[4:]))]
		if l == nil {
			return
		}
		var local, peer netip.Addr
		netlink.Attributes(b[unix.SizeofIfAddrmsg:], func(kind uint16, value []byte) {
			a, _ := netip.AddrFromSlice(value)
			switch kind {
			case unix.IFA_LOCAL: // ours, where the other one is the far end of a point-to-point link
				local = a
			case unix.IFA_ADDRESS:
				peer = a
			}
		})
		if !local.IsValid() {
			local = peer
		}
		if local.IsValid() {
			l.addrs = append(l.addrs, netip.PrefixFrom(local, int(b[1])))
		}
	})
}

// gateways marks the interfaces that a default route uses, in any routing
// table. Half the address space counts too: OpenVPN lays 0.0.0.0/1 and
// 128.0.0.0/1 over a default route.
func gateways(byIndex map[int]*link) error {
	return netlink.Dump(unix.NETLINK_ROUTE, unix.RTM_GETROUTE, make([]byte, unix.SizeofRtMsg), func(b []byte) {
		if len(b) < unix.SizeofRtMsg || b[1] > 1 || b[7] != unix.RTN_UNICAST {
			return
		}
		mark := func(index int) {
			l := byIndex[index]
			switch {
			case l == nil:
			case b[0] == unix.AF_INET6:
				l.gateway6 = true
			default:
				l.gateway4 = true
			}
		}
		netlink.Attributes(b[unix.SizeofRtMsg:], func(kind uint16, value []byte) {
			switch {
			case kind == unix.RTA_OIF && len(value) >= 4:
				mark(int(native.Uint32(value)))
			case kind == unix.RTA_MULTIPATH:
				for len(value) >= unix.SizeofRtNexthop {
					size := int(native.Uint16(value))
					if size < unix.SizeofRtNexthop || size > len(value) {
						return
					}
					mark(int(native.Uint32(value[4:])))
					value = value[min(netlink.Align4(size), len(value)):]
				}
			}
		})
	})
}
