//go:build linux

package main

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// lan is what hosts of one network say to one another, most of it to everybody.
func lan() []scenario {
	chatter := []string{"scan", "probe", "worm", "dos", "bogon.source", "spoofed", "outbound", "internal"}
	all := netip.AddrFrom4([4]byte{255, 255, 255, 255})
	return []scenario{
		{
			name: "lan_chatter", title: "NetBIOS, mDNS, SSDP, LLMNR, WS-Discovery, Dropbox, Spotify, Steam from a few PCs", pair: "LAN service / probe",
			actors: []label{{who: some(3, func(w *world) []netip.Addr { return w.pcs }), verdict: "benign.lan_discovery", also: []string{"benign.multicast"}, tool: "crafted", mustNot: chatter, in: inLog | inside}},
			play: func(s *stage) {
				talk := []struct {
					to   netip.Addr
					port int
					body []byte
				}{
					{nth(s.lanNet, 255), 137, s.junk(50)},
					{nth(s.lanNet, 255), 138, s.junk(201)},
					{addr("224.0.0.251"), 5353, query(0, "_googlecast._tcp.local", 12)},
					{addr("239.255.255.250"), 1900, s.question(1900)},
					{addr("224.0.0.252"), 5355, query(7, "wpad", 1)},
					{addr("239.255.255.250"), 3702, []byte("<?xml version=\"1.0\"?><soap:Envelope/>")},
					{all, 17500, []byte(`{"host_int": 1, "version": [2, 0], "displayname": "", "port": 17500}`)},
					{nth(s.lanNet, 255), 57621, []byte("SpotUdp0aaaaaaaaaaaaaaaaaaaaaaaa")},
					{all, 27036, s.junk(60)},
				}
				var ps []packet
				for _, a := range s.pcs[:3] {
					for range s.between(2, 5) {
						for _, t := range talk {
							p := s.udp(a, t.port, t.to, t.port, t.body)
							p.ttl = 64
							ps = append(ps, p)
						}
					}
				}
				s.onLAN(s.pace(4*time.Second, s.mixUp(ps)))
			},
		},
		{
			name: "neighbour_chatter", title: "a neighbour on the provider's network asks everybody for names", pair: "LAN service / probe",
			actors: []label{{who: one(neighbour), verdict: "benign.lan_discovery", tool: "crafted", mustNot: chatter}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(12, 40) {
					p := s.udp(neighbour(s.world), 137+i%2, nth(s.home, 255), 137+i%2, s.junk(50+151*(i%2)))
					p.ttl = 128
					ps = append(ps, p)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "mdns_real", title: "avahi announces a PC of ours: multicast that our firewall did not join", quiet: true,
			actors: []label{{who: one(pc), verdict: "benign.lan_discovery", also: []string{"benign.multicast"}, tool: "avahi", mustNot: chatter, in: inside}},
			play: func(s *stage) {
				conf := s.file("avahi.conf", "[server]\nhost-name=desk\nuse-ipv6=no\nallow-interfaces=eth0\nenable-dbus=no\n[publish]\npublish-workstation=yes\n")
				s.daemon(s.lan, "sh", "-c", "mount -t tmpfs none /run && exec avahi-daemon --no-drop-root --no-chroot -f "+conf)
				s.wait(4 * time.Second)
			},
		},
		{
			name: "dhcp_ask", title: "a client asks for an address and nobody answers", pair: "DHCP / spoof", quiet: true,
			actors: []label{{who: fixed("0.0.0.0"), verdict: "benign.dhcp", tool: "dhclient", mustNot: chatter, in: inLog | inside}},
			play:   func(s *stage) { s.dhclient() },
		},
		{
			name: "dhcp_lease", title: "a client gets an address of a real server", pair: "DHCP / spoof", fw: policy{lanOpen: true}, quiet: true,
			actors: []label{
				{who: fixed("0.0.0.0"), verdict: "benign.dhcp", tool: "dhclient", mustNot: chatter, in: inLog | inside},
				{who: one(gateway), verdict: "benign.dhcp", also: []string{"benign.lan_discovery"}, tool: "dnsmasq", mustNot: append([]string{"dhcp.second_server"}, chatter...), in: inside},
			},
			play: func(s *stage) {
				s.dnsmasq(s.fw, "--port=0", "--interface=lan0", "--bind-interfaces", "--dhcp-authoritative", "--no-ping", "--dhcp-leasefile="+s.scratch+"/leases", "--dhcp-range="+text(nth(s.lanNet, 230))+","+text(nth(s.lanNet, 250)))
				s.dhclient()
			},
		},
		{
			name: "dhcp_storm", title: "several clients ask again and again, one of them with the old address", pair: "DHCP / spoof", quiet: true,
			actors: []label{
				{who: fixed("0.0.0.0"), verdict: "benign.dhcp", tool: "crafted", mustNot: chatter, in: inLog | inside},
				{who: one(pc), verdict: "benign.dhcp", also: []string{"benign.lan_discovery", "benign.lan_service"}, tool: "crafted", mustNot: chatter, in: inLog | inside},
			},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(20, 50) {
					p := s.udp(netip.IPv4Unspecified(), 68, all, 67, s.bootp(1, 1, byte(i)))
					p.ttl, p.id = 128, 0
					if i%5 == 0 {
						p = s.udp(pc(s.world), 68, s.lanHost, 67, s.bootp(1, 3, byte(i)))
					}
					ps = append(ps, p)
				}
				s.onLAN(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "second_dhcp_server", title: "two hosts of ours offer addresses: one of them should not", quiet: true,
			actors: []label{
				{
					who: one(pc2), verdict: "dhcp.second_server", also: []string{"benign.dhcp"}, tool: "crafted", mustNot: []string{"scan", "probe", "worm", "dos", "outbound"}, in: inLog | inside,
					log: sees("dhcp.second_server", "benign.dhcp"),
				},
				{who: one(func(w *world) netip.Addr { return w.pcs[2] }), verdict: "dhcp.second_server", also: []string{"benign.dhcp"}, tool: "crafted", mustNot: []string{"scan", "probe", "worm", "dos", "outbound"}, in: inLog | inside, log: sees("dhcp.second_server", "benign.dhcp")},
			},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(6, 14) {
					ask := s.udp(netip.IPv4Unspecified(), 68, all, 67, s.bootp(1, 1, byte(i)))
					one := s.udp(s.pcs[1], 67, all, 68, s.bootp(2, 2, byte(i)))
					two := s.udp(s.pcs[2], 67, all, 68, s.bootp(2, 2, byte(i)))
					ps = append(ps, ask, one, two)
				}
				s.onLAN(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "routing_chatter", title: "IGMP, VRRP, OSPF and HSRP on our network", quiet: true,
			actors: []label{{who: some(3, func(w *world) []netip.Addr { return w.pcs }), verdict: "benign.multicast", also: []string{"benign.lan_discovery"}, tool: "crafted", mustNot: append([]string{"malformed"}, chatter...), in: inLog | inside}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(20, 40) {
					p := s.base(s.pcs[i%3], addr("224.0.0.1"), 2)
					p.payload = []byte{0x11, 0x64, 0xee, 0x9b, 0, 0, 0, 0}
					switch i % 4 {
					case 1:
						p.dst, p.proto, p.payload = addr("224.0.0.18"), 112, s.junk(20)
					case 2:
						p.dst, p.proto, p.payload = addr("224.0.0.5"), 89, append([]byte{2, 1, 0, 44}, s.junk(40)...)
					case 3:
						p = s.udp(s.pcs[i%3], 1985, addr("224.0.0.2"), 1985, s.junk(20))
					}
					p.ttl = 1
					ps = append(ps, p)
				}
				s.onLAN(every(100*time.Millisecond, ps))
			},
		},
		{
			name: "neighbour_discovery", title: "IPv6 neighbours find one another and their router", fw: policy{v6: true}, quiet: true,
			actors: []label{{who: fixed("fe80::1234", "fe80::5678"), verdict: "benign.ipv6_nd", also: []string{"benign.multicast"}, tool: "crafted", mustNot: append([]string{"malformed"}, chatter...)}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(16, 40) {
					src := addr([]string{"fe80::1234", "fe80::5678"}[i%2])
					p := packet{src: src, dst: addr("ff02::1"), proto: protoICMP6, ttl: 255}
					switch i % 6 / 2 {
					case 0: // an advertisement of a router
						p.icmp[0], p.icmp[4], p.payload = 134, 64, make([]byte, 8)
					case 1:
						p.icmp[0], p.dst, p.payload = 135, addr("ff02::1:ff00:10"), append(s.host6.AsSlice(), 1, 1, 2, 0, 0, 0, 3, 1)
					default: // multicast listener report
						p.icmp[0], p.dst, p.payload, p.ttl = 143, addr("ff02::16"), make([]byte, 20), 1
					}
					ps = append(ps, p)
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "cast_callback", title: "a television calls back to the PC that casts to it, and our rules stop it", pair: "LAN service / probe",
			actors: []label{{
				who: one(pc2), verdict: "benign.lan_service", also: []string{"benign.lan_discovery"}, tool: "crafted",
				mustNot: []string{"scan", "worm", "internal", "brute.force", "probe.trojan", "dos"}, in: inLog | inside,
			}},
			play: func(s *stage) {
				var ps []packet
				port := s.high()
				for i := range s.between(3, 8) {
					p := s.tcp(pc2(s.world), s.high(), s.lanHost, []int{8009, 8010, port}[i%3], syn)
					p.ttl = 64
					ps = append(ps, p)
				}
				s.onLAN(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "lan_names", title: "PCs ask our firewall for names and files, which its rules do not allow", pair: "LAN service / probe",
			actors: []label{{
				who: some(2, func(w *world) []netip.Addr { return w.pcs }), verdict: "benign.lan_service", also: []string{"benign.lan_discovery"}, tool: "dig, crafted",
				mustNot: []string{"scan", "worm", "internal", "brute.force", "probe.amplifier", "dos", "outbound"}, in: inLog | inside,
			}},
			play: func(s *stage) {
				for i := range s.between(2, 5) {
					s.insider("dig", "-b", text(s.pcs[i%2]), "@"+text(s.lanHost), "+tries=1", "+time=1", "www.example.net")
				}
				var ps []packet
				for i := range 4 {
					p := s.tcp(s.pcs[i%2], s.high(), s.lanHost, []int{445, 631}[i/2], syn).windows()
					p.ttl = 128
					ps = append(ps, p)
				}
				s.onLAN(s.pace(time.Second, ps))
			},
		},
	}
}

// dhclient asks for four seconds, on an interface without an address.
func (s *stage) dhclient() {
	s.insider("ip", "addr", "flush", "dev", "eth0")
	s.insider("timeout", "5", "dhclient", "-1", "-d", "-cf", s.file("dhclient.conf", "timeout 4;\n"), "-sf", "/bin/true", "-lf", s.scratch+"/lease", "-pf", s.scratch+"/dhclient.pid", "eth0")
}

// bootp is a DHCP message: op 1 asks, 2 answers; kind 1 discover, 2 offer, 3 request.
func (w *world) bootp(op, kind, id byte) []byte {
	b := make([]byte, 240, 300)
	b[0], b[1], b[2], b[7] = op, 1, 6, id
	copy(b[28:], []byte{2, 0, 0, 0, 5, id})
	binary.BigEndian.PutUint32(b[236:], 0x63825363)
	b = append(b, 53, 1, kind, 255)
	return append(b, make([]byte, 56)...)
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }
