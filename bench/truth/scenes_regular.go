//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"time"
)

// monitors are about things that come like a clock.
func monitors() []scenario {
	return []scenario{
		{
			name: "monitor", title: "an uptime monitor: an echo and a page, every minute", stretch: 75, quiet: true,
			actors: []label{{
				who: one(stranger), verdict: "benign.monitoring", also: []string{"benign.ping", "benign.client"}, tool: "ping, talk", mustNot: []string{"scan", "hammer", "exposed.service:certain"},
			}},
			play: func(s *stage) {
				n := s.between(7, 12)
				done := make(chan bool)
				go func() {
					s.outsider("ping", "-q", "-I", text(stranger(s.world)), "-i", "0.8", "-c", text(n), text(s.host))
					close(done)
				}()
				var all []conversation
				for i := range n {
					all = append(all, get(time.Duration(i)*800*time.Millisecond, stranger(s.world), s.host, 80, "/health"))
				}
				s.talks(s.far, all)
				<-done
			},
		},
		{
			name: "load_balancer", title: "a health check opens our web port every ten seconds", stretch: 50, quiet: true,
			actors: []label{{
				who: some(2, strangersOf), verdict: "benign.monitoring", also: []string{"benign.client"}, tool: "talk", mustNot: []string{"scan", "brute.force", "hammer"},
			}},
			play: func(s *stage) {
				var all []conversation
				for i := range s.between(22, 32) {
					for j, a := range s.strangers[:2] {
						c := get(time.Duration(i*200+j*70)*time.Millisecond, a, s.host, 80, "/")
						c.Say = nil
						all = append(all, c)
					}
				}
				s.talks(s.far, all)
			},
		},
		{
			name: "friend_pings", title: "somebody looks whether we are there",
			actors: []label{{who: one(stranger), verdict: "benign.ping", also: []string{"benign.monitoring"}, tool: "ping", mustNot: []string{"scan", "dos"}}},
			play: func(s *stage) {
				s.outsider("ping", "-q", "-I", text(stranger(s.world)), "-i", "0.5", "-c", text(s.between(3, 6)), "-W", "1", text(s.host))
			},
		},
		{
			name: "misdirected", title: "one machine sends its log to the wrong address, every half minute", stretch: 60,
			actors: []label{{
				who: one(stranger), verdict: "misconfig.misdirected", also: []string{"hammer.blocked", "benign.monitoring", "benign.address_reuse", "probe.service"}, tool: "crafted",
				mustNot: []string{"scan", "dos", "reflect"},
			}},
			play: func(s *stage) {
				var ps []packet
				from, port := s.high(), []int{514, 162, 6343, 2055}[s.IntN(4)]
				for range s.between(12, 24) {
					ps = append(ps, s.udp(stranger(s.world), from, s.host, port, []byte("<13>Nov 23 15:02:16 desk app: all is well")))
				}
				s.onWire(every(300*time.Millisecond, ps))
			},
		},
	}
}

// paths are about the way packets take.
func paths() []scenario {
	const pair = "traceroute / UDP scan"
	trace := func(tool string, also ...string) []label {
		return []label{{who: one(stranger), verdict: "trace.traceroute", also: also, tool: tool, mustNot: []string{"scan", "dos"}}}
	}
	return []scenario{
		{
			name: "traceroute_udp", title: "traceroute to our host", pair: pair, actors: trace("traceroute"),
			play: func(s *stage) {
				for range 1 + s.IntN(3) {
					s.outsider("traceroute", "-n", "-q", "3", "-w", "1", "-m", text(s.between(8, 14)), "-s", text(stranger(s.world)), text(s.host))
				}
			},
		},
		{
			name: "traceroute_icmp", title: "traceroute with echoes", pair: pair, actors: trace("traceroute", "benign.ping"),
			play: func(s *stage) {
				s.outsider("traceroute", "-I", "-n", "-q", "3", "-w", "1", "-m", text(s.between(8, 14)), "-s", text(stranger(s.world)), text(s.host))
			},
		},
		{
			name: "traceroute_tcp", title: "traceroute with SYNs to a closed port", pair: pair, actors: trace("traceroute", "probe.service"),
			play: func(s *stage) {
				s.outsider("traceroute", "-T", "-p", []string{"443", "25", "22"}[s.IntN(3)], "-n", "-q", "2", "-w", "1", "-m", text(s.between(8, 14)), "-s", text(stranger(s.world)), text(s.host))
			},
		},
		{
			name: "traceroute_ours", title: "we trace the way to a server; the router before us answers", pair: pair, quiet: true,
			actors: []label{
				{who: one(router), verdict: "benign.icmp_path", also: []string{"benign.late_reply"}, tool: "traceroute", mustNot: []string{"backscatter:certain", "probe"}, in: outside},
			},
			play: func(s *stage) {
				s.we("traceroute", "-n", "-q", "3", "-w", "1", "-m", "5", text(server(s.world)))
			},
		},
		{
			name: "path_mtu", title: "a router says that our packets are too large, and we drop what it says", quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.icmp_path", also: []string{"misconfig.rule"}, tool: "crafted", mustNot: []string{"scan", "dos", "probe", "backscatter:certain"},
			}},
			play: func(s *stage) {
				from := s.high()
				s.talks(s.fw, []conversation{{Proto: "tcp", From: fmt.Sprintf("%s:%d", s.host, from), To: text(s.servers[1]) + ":443", Bulk: 60000}})
				s.we("conntrack", "-F")
				var ps []packet
				for range s.between(4, 12) {
					inner := s.tcp(s.host, from, s.servers[1], 443, ack)
					inner.payload = make([]byte, 1400)
					p := s.icmp(server(s.world), s.host, 3, 4, inner.quote())
					p.icmp[6], p.icmp[7] = 0x05, 0x78
					ps = append(ps, p)
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "server_gone", title: "a name server that we use has stopped: its host says so", quiet: true,
			actors: []label{{
				who: one(resolver), verdict: "benign.icmp_path", also: []string{"benign.late_reply"}, tool: "dig, real-stack", mustNot: []string{"scan", "dos", "probe", "backscatter:certain"}, in: outside,
			}},
			play: func(s *stage) {
				for i := range s.between(4, 9) {
					s.we("dig", "@"+text(resolver(s.world)), "+tries=1", "+time=1", fmt.Sprintf("www%d.example.net", i))
				}
			},
		},
	}
}

// malformed are packets that no honest program sends, and some that only look so.
func malformed() []scenario {
	const pair = "fragments / port 0"
	return []scenario{
		{
			name: "port_zero", title: "TCP and UDP to port 0", pair: pair,
			actors: []label{{
				who: one(stranger), verdict: "malformed", also: []string{"scan.os_fingerprint"}, tool: "crafted", mustNot: []string{"backscatter", "dos", "scan.port"},
			}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(3, 9) {
					if i%2 == 0 {
						ps = append(ps, s.tcp(stranger(s.world), s.high(), s.host, 0, syn).raw(512, 50))
					} else {
						ps = append(ps, s.udp(stranger(s.world), s.high(), s.host, 0, s.junk(20)))
					}
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "illegal_flags", title: "SYN with FIN, SYN with RST, all flags at once", pair: pair,
			actors: []label{{
				who: one(stranger), verdict: "malformed", also: []string{"scan.os_fingerprint", "scan.stealth", "scan.port.vertical"}, tool: "crafted", mustNot: []string{"backscatter", "dos"},
				flow: sees("malformed", "scan.port.vertical", "scan.stealth", "scan.os_fingerprint", "probe.service"),
			}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(5, 12) {
					flags := []byte{syn | fin, syn | rst, fin | syn | rst | psh | ack | urg, rst | fin}[i%4]
					ps = append(ps, s.tcp(stranger(s.world), s.high(), s.host, []int{21, 22, 25, 80}[s.IntN(4)], flags).raw(1024, 50))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "fragments", title: "large DNS answers reach us in pieces, and the first pieces get lost", pair: pair, quiet: true,
			actors: []label{{
				who: one(resolver), verdict: "benign.fragment", also: []string{"benign.late_reply"}, tool: "crafted", mustNot: []string{"malformed", "reflect.victim:certain", "probe"}, in: outside,
				note: "the kernel puts packets together before the firewall sees them: the log has none of these",
			}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(5, 14) {
					p := s.udp(resolver(s.world), 53, s.host, s.high(), answer(i, "big.example.net", 3200))
					ps = append(ps, pieces(p, 1480)[1:]...)
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "bogons", title: "sources that cannot be where they say", pair: "DHCP / spoof",
			actors: []label{
				{who: fixed("240.1.2.3", "169.254.3.4"), verdict: "bogon.source", also: []string{"spoofed.source"}, tool: "crafted", mustNot: []string{"scan", "backscatter", "internal", "outbound"}},
				{who: fixed("10.211.12.13", "172.31.99.9"), verdict: "bogon.source", also: []string{"spoofed.source"}, tool: "crafted", mustNot: []string{"scan", "backscatter", "internal", "outbound"}},
			},
			play: func(s *stage) {
				var ps []packet
				for range s.between(2, 6) {
					for _, a := range []string{"240.1.2.3", "169.254.3.4", "10.211.12.13", "172.31.99.9"} {
						ps = append(ps, s.tcp(addr(a), s.between(1024, 65535), s.host, 443, syn))
					}
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "our_address_outside", title: "packets with an address of our own arrive from outside", pair: "DHCP / spoof",
			actors: []label{{
				who: one(func(w *world) netip.Addr { return nth(w.home, 120) }), verdict: "spoofed.source", also: []string{"bogon.source"}, tool: "crafted", mustNot: []string{"scan", "outbound", "internal", "backscatter"},
			}, {
				who: one(pc), verdict: "spoofed.source", also: []string{"bogon.source"}, tool: "crafted", mustNot: []string{"scan", "outbound", "internal", "backscatter"},
			}},
			play: func(s *stage) {
				var ps []packet
				for range s.between(4, 12) {
					ps = append(ps, s.tcp(nth(s.home, 120), s.between(1024, 65535), s.host, 443, syn), s.tcp(pc(s.world), s.between(1024, 65535), s.host, 443, syn))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "tunnel_transport", title: "WireGuard, GRE and ESP of a branch office", fw: policy{udp: []int{51820}}, quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.overlay", also: []string{"benign.client"}, tool: "crafted", mustNot: []string{"scan", "dos", "reflect", "probe.trojan", "tunnel"},
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:51820:echo")
				var ps []packet
				for i := range s.between(40, 90) {
					p := s.udp(server(s.world), 51820, s.host, 51820, append([]byte{4, 0, 0, 0}, s.junk(92+16*s.IntN(60))...))
					switch i % 4 {
					case 2:
						p = s.base(server(s.world), s.host, 50)
						p.payload = s.junk(120)
					case 3:
						p = s.base(server(s.world), s.host, 47)
						p.payload = append([]byte{0, 0, 8, 0}, s.junk(80)...)
					}
					ps = append(ps, p)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
	}
}
