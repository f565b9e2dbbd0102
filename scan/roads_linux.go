package scan

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sort"

	"golang.org/x/sys/unix"

	"github.com/portlore/portlore/internal/netlink"
)

var native = binary.NativeEndian

// A road is how a packet gets to an address.
type road struct {
	link int        // interface
	from netip.Addr // source address
	hop  netip.Addr // whose link-layer address it is sent to; the zero Addr: that of the address itself
	end  string     // no road: WhyNoRoute or WhyLocal
	own  bool       // the address is this machine's
}

// roads asks the kernel for the way to every address, as its policy rules have
// it, but not for each anew: between two borders of all routes and rules the
// answer is the same.
type roads struct {
	conn    *netlink.Conn
	borders []netip.Addr
	known   map[int]road // by the number of the border before
	links   map[int]link
	zones   map[int]string
}

// A link is an interface.
type link struct {
	mac  net.HardwareAddr // ours
	bare bool             // it has no link-layer addresses: a tunnel
	loop bool
}

func openRoads() (*roads, error) {
	r := &roads{known: map[int]road{}, links: map[int]link{}, zones: map[int]string{}}
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("list the interfaces: %w", err)
	}
	for _, i := range interfaces {
		r.links[i.Index] = link{i.HardwareAddr, len(i.HardwareAddr) != 6 || i.Flags&net.FlagPointToPoint != 0, i.Flags&net.FlagLoopback != 0}
		r.zones[i.Index] = i.Name
	}
	between := func(whole Range) { r.borders = append(r.borders, whole.First, whole.Last.Next()) }
	// These the kernel treats by itself, before it looks at any route.
	for _, own := range []string{"0.0.0.0/32", "224.0.0.0/4", "255.255.255.255/32", "::/128", "ff00::/8"} {
		between(RangeOf(netip.MustParsePrefix(own)))
	}
	for _, kind := range []uint16{unix.RTM_GETROUTE, unix.RTM_GETRULE} {
		// Without a family both lists have IPv4 and IPv6; destination and its length
		// are at the same place, and both attributes are number 1.
		err := netlink.Dump(unix.NETLINK_ROUTE, kind, make([]byte, unix.SizeofRtMsg), func(b []byte) {
			if len(b) < unix.SizeofRtMsg {
				return
			}
			length := int(b[1])
			netlink.Attributes(b[unix.SizeofRtMsg:], func(kind uint16, value []byte) {
				if a, ok := netip.AddrFromSlice(value); ok && kind == unix.RTA_DST && length <= a.BitLen() {
					between(RangeOf(netip.PrefixFrom(a, length)))
				}
			})
		})
		if err != nil && !errors.Is(err, unix.EOPNOTSUPP) { // a kernel without policy rules
			return nil, err
		}
	}
	r.borders = slices.DeleteFunc(r.borders, func(a netip.Addr) bool { return !a.IsValid() }) // after the last address there is none
	slices.SortFunc(r.borders, netip.Addr.Compare)
	r.borders = slices.Compact(r.borders)
	if r.conn, err = netlink.Open(unix.NETLINK_ROUTE); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *roads) close() { r.conn.Close() }

// to is the road to an address.
func (r *roads) to(a netip.Addr) (road, error) {
	if a.Zone() != "" {
		return r.ask(a)
	}
	place := sort.Search(len(r.borders), func(i int) bool { return a.Less(r.borders[i]) })
	if a.Is6() {
		place = -1 - place // before the first border of IPv6 lie the last of IPv4
	}
	if found, ok := r.known[place]; ok {
		return found, nil
	}
	found, err := r.ask(a)
	if err == nil {
		r.known[place] = found
	}
	return found, err
}

func (r *roads) ask(a netip.Addr) (road, error) {
	request := make([]byte, unix.SizeofRtMsg)
	request[0], request[1] = unix.AF_INET, 32
	if a.Is6() {
		request[0], request[1] = unix.AF_INET6, 128
	}
	request = appendAttribute(request, unix.RTA_DST, a.AsSlice())
	for index, name := range r.zones {
		if name == a.Zone() {
			request = appendAttribute(request, unix.RTA_OIF, native.AppendUint32(nil, uint32(index)))
		}
	}
	found := road{end: WhyNoRoute}
	err := r.conn.Get(unix.RTM_GETROUTE, request, func(b []byte) {
		if len(b) >= unix.SizeofRtMsg {
			found = readRoad(b)
		}
	})
	var refused unix.Errno
	if errors.As(err, &refused) { // ENETUNREACH, EHOSTUNREACH, EINVAL of a black hole
		return road{end: WhyNoRoute}, nil
	}
	if err != nil {
		return road{}, fmt.Errorf("ask for the route to %v: %w", a, err)
	}
	if found.end == "" && !found.own && !found.from.IsValid() {
		found.end = WhyNoRoute
	}
	return found, nil
}

func readRoad(b []byte) (found road) {
	switch b[7] {
	case unix.RTN_UNICAST:
	case unix.RTN_LOCAL:
		found.own = true
	default: // broadcast, multicast, prohibited
		found.end = WhyLocal
	}
	netlink.Attributes(b[unix.SizeofRtMsg:], func(kind uint16, value []byte) {
		switch kind {
		case unix.RTA_OIF:
			if len(value) == 4 {
				found.link = int(native.Uint32(value))
			}
		case unix.RTA_PREFSRC:
			found.from, _ = netip.AddrFromSlice(value)
		case unix.RTA_GATEWAY:
			found.hop, _ = netip.AddrFromSlice(value)
		case unix.RTA_VIA: // a gateway of the other family: two bytes of it, then the address
			if len(value) > 2 {
				found.hop, _ = netip.AddrFromSlice(value[2:])
			}
		}
	})
	return found
}

func appendAttribute(b []byte, kind uint16, value []byte) []byte {
	b = native.AppendUint16(b, uint16(unix.SizeofRtAttr+len(value)))
	b = native.AppendUint16(b, kind)
	b = append(b, value...)
	return append(b, make([]byte, netlink.Align4(len(value))-len(value))...)
}
