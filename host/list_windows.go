package host

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/portlore/portlore"
)

// list asks the IP Helper API for TCP listeners and UDP sockets with their
// owners. What is missing beside Linux: raw sockets, containers, working
// directories, and the rules of the Windows firewall, so that the worst is
// assumed of them.
//
// It is built and vetted, and the reader of the tables is tested; it was never
// run on Windows.
func list(ctx context.Context, _ Options) ([]portlore.Door, []portlore.Text, error) {
	here, err := winLinks()
	if err != nil {
		return nil, nil, err
	}
	p := &place{links: here, unread: errNoReader}
	people := newWinPeople()
	var doors []portlore.Door
	for _, t := range winTables {
		if err := ctx.Err(); err != nil {
			return doors, nil, err
		}
		b, err := readTable(t)
		if err != nil {
			return doors, nil, err
		}
		for _, k := range t.rows(b) {
			d := k.door(p)
			d.Process = people.process(uint32(k.pid))
			doors = append(doors, d)
		}
	}
	return doors, []portlore.Text{unread(errNoReader)}, nil
}

// readTable calls GetExtendedTcpTable or GetExtendedUdpTable (iphlpapi.h) until
// the table fits.
func readTable(t winTable) ([]byte, error) {
	const tcpListeners, udpOwners = 3, 1 // TCP_TABLE_OWNER_PID_LISTENER, UDP_TABLE_OWNER_PID
	name, class := "GetExtendedTcpTable", uintptr(tcpListeners)
	if t.proto == "udp" {
		name, class = "GetExtendedUdpTable", udpOwners
	}
	family := uintptr(windows.AF_INET)
	if t.v6 {
		family = windows.AF_INET6
	}
	call := windows.NewLazySystemDLL("iphlpapi.dll").NewProc(name)
	size := uint32(64 << 10)
	for range 8 {
		b := make([]byte, size)
		code, _, _ := call.Call(uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&size)), 0, family, class, 0)
		switch err := syscall.Errno(code); {
		case code == 0:
			return b, nil
		case !errors.Is(err, windows.ERROR_INSUFFICIENT_BUFFER):
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil, fmt.Errorf("%s: the table grows faster than it is read: try again", name)
}

// winLinks lists the interfaces, and which have a gateway. Tunnels are known by
// their type: PPP, tunnel, or virtual as WireGuard's and OpenVPN's are.
func winLinks() ([]link, error) {
	const include = windows.GAA_FLAG_INCLUDE_GATEWAYS | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST | windows.GAA_FLAG_SKIP_DNS_SERVER
	size := uint32(32 << 10)
	var first *windows.IpAdapterAddresses
	for {
		b := make([]byte, size)
		first = (*windows.IpAdapterAddresses)(unsafe.Pointer(&b[0]))
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, include, 0, first, &size)
		if err == nil {
			break
		}
		if !errors.Is(err, windows.ERROR_BUFFER_OVERFLOW) {
			return nil, fmt.Errorf("GetAdaptersAddresses: %w", err)
		}
	}
	tunnels := map[string]bool{}
	var routes4, routes6 []string
	for a := first; a != nil; a = a.Next {
		name := windows.UTF16PtrToString(a.FriendlyName)
		const ppp, virtual, tunnel = 23, 53, 131 // IF_TYPE_… of ipifcons.h
		tunnels[name] = a.IfType == ppp || a.IfType == virtual || a.IfType == tunnel
		for g := a.FirstGatewayAddress; g != nil; g = g.Next {
			if ip := g.Address.IP(); ip.To4() != nil {
				routes4 = append(routes4, name)
			} else if ip != nil {
				routes6 = append(routes6, name)
			}
		}
	}
	all, err := plainLinks(routes4, routes6)
	for i := range all {
		all[i].vpn = all[i].vpn || tunnels[all[i].name]
	}
	return all, err
}
