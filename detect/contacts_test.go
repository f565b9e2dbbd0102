package detect_test

import (
	"fmt"
	"net/netip"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/lore"
)

// Whom ours speak to of their own accord is said of a finding's subjects, but
// nobody becomes a contact by asking us: our answers make none.
func TestContacts(t *testing.T) {
	us := netip.MustParseAddr("198.51.100.7")
	packet := func(second int64, src, dst string, proto portlore.Proto, sport, dport uint16) portlore.Observation {
		o := portlore.Observation{
			Time: 1_700_000_000e9 + second*1e9, Src: netip.MustParseAddr(src), Dst: netip.MustParseAddr(dst),
			Proto: proto, SrcPort: sport, DstPort: dport, Count: 1, Packets: 1, Has: portlore.HasProto | portlore.HasPorts,
		}
		if proto == portlore.TCP {
			o.Flags, o.Has = portlore.SYN, o.Has|portlore.HasFlags
		}
		return o
	}
	scan := func(src string) (all []portlore.Observation) {
		for i := range 60 {
			all = append(all, packet(100+int64(i)/10, src, us.String(), portlore.TCP, 40000, uint16(1000+7*i)))
		}
		return all
	}
	for name, tt := range map[string]struct {
		source string
		extra  []portlore.Observation
		want   string // services of the contact
	}{
		"stranger":      {"192.0.2.44", nil, ""},
		"resolver":      {"192.0.2.44", []portlore.Observation{packet(0, us.String(), "192.0.2.44", portlore.UDP, 51000, 53)}, "udp 53"},
		"resolver late": {"192.0.2.44", []portlore.Observation{packet(900, us.String(), "192.0.2.44", portlore.UDP, 51000, 53)}, "udp 53"},
		"web site":      {"192.0.2.44", []portlore.Observation{packet(900, us.String(), "192.0.2.44", portlore.TCP, 51000, 443)}, "tcp 443"},
		"we answer":     {"192.0.2.44", []portlore.Observation{packet(900, us.String(), "192.0.2.44", portlore.UDP, 9999, 40000)}, ""},
		"we ask":        {"192.0.2.44", []portlore.Observation{packet(0, us.String(), "192.0.2.44", portlore.UDP, 51000, 9999)}, "udp 9999"},
		"in a /64":      {"2001:db8:5::1", []portlore.Observation{packet(0, "2001:db8:1::7", "2001:db8:5::53", portlore.UDP, 51000, 53)}, "udp 53"},
	} {
		observations := append(scan(tt.source), tt.extra...)
		if name == "in a /64" {
			for i := range observations[:60] {
				observations[i].Dst = netip.MustParseAddr("2001:db8:1::7")
			}
		}
		r := judge(detect.Options{
			Base: lore.Open(), Home: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("2001:db8:1::/64")},
		}, observations)
		got, found := "", false
		for _, f := range r.Findings {
			found = found || f.Class == "scan.port.vertical"
			for _, c := range f.Contacts {
				if f.Subjects[0] != c.Address {
					t.Errorf("%s: contact %s of %q", name, c.Address, f.Subjects)
				}
				got = fmt.Sprint(c.Services[0].Proto, " ", c.Services[0].Port)
			}
		}
		if !found || got != tt.want {
			t.Errorf("%s: found %v, contact %q, want %q", name, found, got, tt.want)
		}
	}
}
