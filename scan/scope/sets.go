package scope

import (
	"net/netip"

	"github.com/portlore/portlore/scan"
)

// unite makes a set of ranges that may overlap. What cannot stand in one was
// refused before.
func unite(ranges ...scan.Range) scan.Hosts {
	h, err := scan.NewHosts(ranges...)
	if err != nil {
		panic(err) // every range comes from this package, which has read it
	}
	return h
}

// part parts a set into what lies in some ranges and what does not. An address that
// names an interface lies in a network without one.
func part(h scan.Hosts, other ...scan.Range) (in, out scan.Hosts) {
	zones := map[string]bool{}
	for _, r := range h.Ranges() {
		zones[r.First.Zone()] = true
	}
	var all []scan.Range
	for _, r := range other {
		all = append(all, r)
		for zone := range zones {
			if zone != "" && r.First.Zone() == "" && r.First.Is6() {
				all = append(all, scan.Range{First: r.First.WithZone(zone), Last: r.Last.WithZone(zone)})
			}
		}
	}
	out = h.Without(unite(all...))
	return h.Without(out), out
}

func single(a netip.Addr) scan.Range { return scan.Range{First: a, Last: a} }

func singles(addrs []netip.Addr) (all []scan.Range) {
	for _, a := range addrs {
		all = append(all, single(a))
	}
	return all
}

func rangesOf(nets []netip.Prefix) (all []scan.Range) {
	for _, p := range nets {
		all = append(all, scan.RangeOf(p))
	}
	return all
}

// inAny says that an address lies in one of some networks, whatever interface it
// names.
func inAny(nets []netip.Prefix, a netip.Addr) bool {
	a = a.WithZone("")
	for _, p := range nets {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
