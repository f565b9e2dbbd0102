//go:build linux

package main

import (
	"slices"
	"time"
)

// probes ask for one thing, or for a few that belong together.
func probes() []scenario {
	lone := func(mustNot ...string) []label {
		return []label{{
			who: one(stranger), verdict: "probe.service", tool: "crafted",
			mustNot: append(mustNot, "scan", "worm", "brute.force", "dos", "backscatter", "tool:certain"),
		}}
	}
	return []scenario{
		{
			name: "lone_telnet", title: "one SYN and its retries to telnet: the everyday line, no scan and no worm",
			actors: lone("hammer"),
			play:   func(s *stage) { s.knock(stranger(s.world).String(), 23) },
		},
		{
			name: "lone_service", title: "one SYN to one of the services that everybody looks for",
			actors: lone("hammer"),
			play: func(s *stage) {
				s.knock(stranger(s.world).String(), []int{22, 1433, 3306, 3389, 5432, 5900, 6379}[s.IntN(7)])
			},
		},
		{
			name: "lone_trojan_port", title: "one SYN to a port that an old trojan used: a number is not a name",
			actors: lone("probe.trojan"),
			play: func(s *stage) {
				s.knock(stranger(s.world).String(), []int{12345, 27374, 31337, 20034}[s.IntN(4)])
			},
		},
		{
			name: "several_strangers", title: "eight strangers, one port each: no campaign, no distributed scan",
			actors: []label{{
				who: some(8, strangersOf), verdict: "probe.service", tool: "crafted", mustNot: []string{"scan", "worm", "dos", "backscatter", "brute.force", "hammer"},
			}},
			play: func(s *stage) {
				var ps []packet
				for i, port := range []int{22, 23, 445, 1433, 3389, 5900, 6379, 8080} {
					p := s.tcp(s.strangers[i], s.high(), s.host, port, syn)
					switch i % 3 {
					case 1:
						p = p.windows()
					case 2:
						p = p.raw(1000+137*i, byte(40+23*i))
					}
					ps = append(ps, p)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "quic_probe", title: "QUIC version negotiation at every host: is there HTTP/3?", pair: "QUIC retransmission / UDP probe",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.horizontal", also: []string{"probe.service"}, tool: "crafted", mustNot: []string{"reflect", "dos", "backscatter", "probe.amplifier:certain"},
			}},
			play: func(s *stage) {
				var ps []packet
				from := s.high()
				for _, a := range s.ours(s.between(15, 40)) {
					ps = append(ps, s.udp(stranger(s.world), from, a, 443, append([]byte{0xc3, 0x1a, 0x2a, 0x3a, 0x4a, 8}, s.junk(1194)...)))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "amplifier_hunt", title: "small questions to amplifier ports of many hosts", pair: "NTP crowd / reflection",
			actors: []label{{
				who: one(stranger), verdict: "probe.amplifier", also: []string{"scan.port.block", "scan.port.horizontal"}, tool: "crafted",
				mustNot: []string{"reflect", "backscatter", "dos"},
			}},
			play: func(s *stage) {
				var ps []packet
				for _, port := range s.some([]int{17, 19, 123, 389, 1900, 3283, 3702, 5353, 5683, 10001, 11211, 37810}, s.between(3, 9)) {
					for _, a := range s.ours(s.between(8, 20)) {
						p := s.udp(stranger(s.world), 20000+s.IntN(20000), a, port, s.question(port))
						p.id, p.ttl = 54321, 240
						ps = append(ps, p)
					}
				}
				s.onWire(s.pace(4*time.Second, s.mixUp(ps)))
			},
		},
		{
			name: "amplifier_pair", title: "one host is asked on a few amplifier ports",
			actors: []label{{
				who: one(stranger), verdict: "probe.amplifier", also: []string{"probe.service"}, tool: "crafted", mustNot: []string{"reflect", "backscatter", "dos", "scan.port.horizontal"},
			}},
			play: func(s *stage) {
				var ps []packet
				for _, port := range s.some([]int{19, 123, 389, 1900, 3702, 11211}, 3) {
					ps = append(ps, s.udp(stranger(s.world), s.high(), s.host, port, s.question(port)))
				}
				s.onWire(s.pace(2*time.Second, ps))
			},
		},
		{
			name: "proxy_hunt", title: "looking for open proxies, and one is found", fw: policy{tcp: []int{8888}},
			actors: []label{{
				who: one(stranger), verdict: "probe.proxy", also: []string{"scan.port.vertical", "exposed.service", "tool.nmap"}, tool: "nmap, curl", mustNot: forbid(notEchoes, "benign.proxycheck", "dos"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "tcp:8888:http")
				s.nmap("-sS", "--max-retries", "0", "-p", "1080,3128,8000,8080,8081,8118,8888,9050", text(s.host))
				s.outsider("curl", "-s", "-m", "3", "--interface", text(stranger(s.world)), "-x", "http://"+text(s.host)+":8888", "http://www.example.org/")
			},
		},
		{
			name: "trojan_ports", title: "ports that mean nothing but old trojans",
			actors: []label{{
				who: one(stranger), verdict: "probe.trojan", also: []string{"scan.port.vertical"}, tool: "crafted", mustNot: forbid(notEchoes, "worm", "dos"),
			}},
			play: func(s *stage) {
				var ps []packet
				for _, port := range s.some([]int{1243, 6711, 6776, 12345, 12346, 20034, 27374, 31337, 54320}, s.between(4, 9)) {
					ps = append(ps, s.tcp(stranger(s.world), s.high(), s.host, port, syn).windows())
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "back_orifice_ping", title: "Back Orifice's first bytes, sent to many hosts",
			actors: []label{{
				who: one(stranger), verdict: "probe.trojan", also: []string{"scan.port.horizontal"}, tool: "crafted", mustNot: forbid(notEchoes, "dos"),
				log: sees("scan.port.horizontal", "probe.trojan"), flow: sees("scan.port.horizontal", "probe.trojan"),
			}},
			play: func(s *stage) {
				var ps []packet
				from := s.between(1024, 5000)
				for _, a := range s.ours(s.between(12, 40)) {
					ps = append(ps, s.udp(stranger(s.world), from, a, 31337, append([]byte{0xce, 0x63, 0xd1, 0xd2, 0x16, 0xe7, 0x13, 0xcf}, s.junk(11)...)))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
	}
}

// knock is one connection attempt of an ordinary Linux stack that gets no
// answer: the same SYN again after one and three seconds.
func (s *stage) knock(from string, port int) {
	p := s.tcp(asPrefix(from).Addr(), s.high(), s.host, port, syn)
	again, last := p, p
	again.at, last.at = time.Second, 3*time.Second
	again.id, last.id = p.id+1, p.id+2
	s.onWire([]packet{p, again, last})
}

// some are n of a list, in any order.
func (w *world) some(list []int, n int) []int {
	list = slices.Clone(list)
	w.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:min(n, len(list))]
}

// question is what hunters of reflectors send to a port.
func (w *world) question(port int) []byte {
	switch port {
	case 17, 19:
		return []byte{0}
	case 123:
		return []byte{0x17, 0, 3, 0x2a, 0, 0, 0, 0}
	case 389:
		return []byte("\x30\x25\x02\x01\x01\x63\x20\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\x87\x0bobjectclass\x30\x00")
	case 1900:
		return []byte("M-SEARCH * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\nST: ssdp:all\r\nMan: \"ssdp:discover\"\r\nMX: 3\r\n\r\n")
	case 5353:
		return query(0, "_services._dns-sd._udp.local", 12)
	case 11211:
		return []byte("\x00\x01\x00\x00\x00\x01\x00\x00stats\r\n")
	}
	return w.junk(w.between(8, 40))
}
