package scope

import (
	"fmt"
	"net"
	"net/netip"
	"slices"

	"github.com/portlore/portlore/scan"
)

// Links are the networks that this machine is part of.
type Links struct {
	Own      []netip.Addr   // its addresses, loopback aside
	Attached []netip.Prefix // the networks of its interfaces
	Names    []string       // of its interfaces: what may stand behind % in an address
}

// ReadLinks asks the system for the interfaces that are up.
func ReadLinks() (Links, error) {
	all, err := net.Interfaces()
	if err != nil {
		return Links{}, fmt.Errorf("own interfaces: %w", err)
	}
	var l Links
	for _, i := range all {
		if i.Flags&net.FlagUp == 0 {
			continue
		}
		l.Names = append(l.Names, i.Name)
		addrs, err := i.Addrs()
		if err != nil {
			return Links{}, fmt.Errorf("addresses of %s: %w", i.Name, err)
		}
		for _, a := range addrs {
			p, err := netip.ParsePrefix(a.String())
			if err != nil || p.Addr().IsLoopback() {
				continue
			}
			l.Own = append(l.Own, p.Addr())
			l.Attached = append(l.Attached, p.Masked())
		}
	}
	return l, nil
}

// broadcasts are the addresses that all hosts of an attached network answer to: the
// last one, and the first one, which was it before RFC 1122 and still is to some.
func (l Links) broadcasts() (all []netip.Addr) {
	for _, p := range l.Attached {
		if p.Addr().Is4() && p.Bits() < 31 {
			r := scan.RangeOf(p)
			all = append(all, r.First, r.Last)
		}
	}
	return all
}

// has says that an interface has this name.
func (l Links) has(name string) bool { return slices.Contains(l.Names, name) }
