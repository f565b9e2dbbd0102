package scan

import (
	"net/netip"
	"testing"
)

// What is remembered between two borders is what the kernel says of every
// address between them, under routes in routes, rules and refusals.
func TestRoads(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	w.run("ip", "route", "add", "10.90.0.0/16", "via", "10.77.0.2")
	w.run("ip", "route", "add", "10.90.5.0/24", "via", "10.77.0.3")
	w.run("ip", "route", "add", "10.90.5.128/25", "dev", "eth0")
	w.run("ip", "route", "add", "unreachable", "10.90.6.0/24")
	w.run("ip", "route", "add", "blackhole", "10.90.6.7")
	w.run("ip", "route", "add", "10.90.0.0/17", "via", "10.77.0.4", "table", "77")
	w.run("ip", "rule", "add", "to", "10.90.7.0/24", "lookup", "77")
	w.run("ip", "-6", "route", "add", "2001:db8::/32", "via", "fd77::2")
	w.run("ip", "-6", "route", "add", "2001:db8:5::/48", "via", "fd77::3")
	r, err := openRoads()
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	var all []netip.Addr
	for i := range 256 * 10 {
		all = append(all, netip.AddrFrom4([4]byte{10, 90, byte(i / 256), byte(i)}))
	}
	for _, text := range []string{
		"0.0.0.0", "9.255.255.255", "10.77.0.0", "10.77.0.1", "10.77.0.2", "10.77.0.255", "10.91.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255",
		"::", "::1", "fd77::1", "fd77::2", "2001:db7:ffff:ffff::", "2001:db8::", "2001:db8:4::1", "2001:db8:5::1", "2001:db8:6::", "2001:db9::", "ff02::1",
	} {
		all = append(all, netip.MustParseAddr(text))
	}
	seen := map[road]int{}
	for _, a := range all {
		got, err := r.to(a)
		if err != nil {
			t.Fatal(err)
		}
		want, err := r.ask(a)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%v: remembered %+v, asked %+v", a, got, want)
		}
		seen[got]++
	}
	for _, hop := range []string{"10.77.0.2", "10.77.0.3", "10.77.0.4", "fd77::2", "fd77::3"} {
		if n := seen[road{link: known(t, r, "10.77.0.2"), from: source(hop), hop: netip.MustParseAddr(hop)}]; n == 0 {
			t.Errorf("no road by %s among %v", hop, seen)
		}
	}
	if len(r.known) > 60 {
		t.Errorf("%d roads asked for %d addresses", len(r.known), len(all))
	}
}

func known(t *testing.T, r *roads, addr string) int {
	found, err := r.to(netip.MustParseAddr(addr))
	if err != nil {
		t.Fatal(err)
	}
	return found.link
}

func source(hop string) netip.Addr {
	if netip.MustParseAddr(hop).Is4() {
		return netip.MustParseAddr("10.77.0.1")
	}
	return netip.MustParseAddr("fd77::1")
}
