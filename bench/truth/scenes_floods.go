//go:build linux

package main

import (
	"fmt"
	"time"
)

// floods are about too much. Their rates are those of a small attack, but
// above every threshold.
func floods() []scenario {
	forged := func(verdict string, mustNot ...string) []label {
		return []label{{
			who: network(forgedOf), verdict: verdict, tool: "crafted", mustNot: append(mustNot, "scan", "worm", "brute.force", "backscatter", "probe.trojan"),
		}}
	}
	flooder := func(verdict, tool string, also ...string) []label {
		return []label{{
			who: one(stranger), verdict: verdict, also: also, tool: tool, mustNot: []string{"scan", "worm", "brute.force", "backscatter", "hammer"},
		}}
	}
	return []scenario{
		{
			name: "syn_flood", title: "SYNs with forged sources at our open web server", fw: policy{},
			actors: forged("dos.synflood"),
			play: func(s *stage) {
				var ps []packet
				for range s.between(900, 1500) {
					p := s.tcp(s.in(s.forged), s.between(1024, 65535), s.host, 80, syn).raw(512, byte(200+s.IntN(40)))
					ps = append(ps, p)
				}
				s.onWire(s.pace(5*time.Second, ps))
			},
		},
		{
			name: "syn_flood_one", title: "hping3 floods a closed port from one address",
			actors: flooder("dos.synflood", "hping3", "tool.hping"),
			play: func(s *stage) {
				s.outsider("hping3", "-S", "-q", "-i", "u3000", "-c", text(s.between(1100, 1500)), "-p", "443", text(s.host))
			},
		},
		{
			name: "ack_flood", title: "ACKs with forged sources",
			actors: forged("dos.tcpflood"),
			play: func(s *stage) {
				var ps []packet
				for range s.between(900, 1400) {
					ps = append(ps, s.tcp(s.in(s.forged), s.between(1024, 65535), s.host, 443, ack))
				}
				s.onWire(s.pace(5*time.Second, ps))
			},
		},
		{
			name: "udp_flood", title: "datagrams without meaning at one port, from one address",
			actors: flooder("dos.udpflood", "hping3", "tool.hping"),
			play: func(s *stage) {
				s.outsider("hping3", "-2", "-q", "-i", "u4000", "-c", text(s.between(900, 1200)), "-d", text(s.between(64, 900)), "-p", text(s.between(2000, 9000)), text(s.host))
			},
		},
		{
			name: "udp_flood_forged", title: "datagrams without meaning at any port, sources forged",
			actors: forged("dos.udpflood", "reflect"),
			play: func(s *stage) {
				var ps []packet
				for range s.between(900, 1300) {
					ps = append(ps, s.udp(s.in(s.forged), s.between(1024, 65535), s.host, s.between(1024, 65535), s.junk(s.between(64, 512))))
				}
				s.onWire(s.pace(5*time.Second, ps))
			},
		},
		{
			name: "icmp_flood", title: "echoes as fast as they come",
			actors: flooder("dos.icmpflood", "hping3"),
			play: func(s *stage) {
				s.outsider("hping3", "-1", "-q", "-i", "u4000", "-c", text(s.between(900, 1200)), "-d", "512", text(s.host))
			},
		},
		{
			name: "land", title: "our own address and port as the source", quiet: true,
			actors: []label{{
				who: one(ourHost), verdict: "dos.land", also: []string{"spoofed.source", "malformed"}, tool: "crafted", mustNot: []string{"scan", "outbound", "internal", "brute.force"},
				blind: []string{"kern.log", "ulogd.log"}, note: "the kernel drops it before the firewall: only the capture has it",
			}},
			play: func(s *stage) {
				var ps []packet
				for range s.between(4, 30) {
					ps = append(ps, s.tcp(s.host, 80, s.host, 80, syn).raw(2048, 200))
				}
				s.onWire(s.pace(2*time.Second, ps))
			},
		},
		{
			name: "smurf", title: "echo requests to our network's broadcast address; the source is the victim",
			actors: []label{{
				who: one(stranger), verdict: "dos.smurf", also: []string{"reflect.abused", "spoofed.source", "dos.icmpflood"}, tool: "crafted", mustNot: []string{"scan", "backscatter"},
			}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(30, 90) {
					ps = append(ps, s.echo(stranger(s.world), nth(s.home, 255), 7, i, 512))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "fraggle", title: "UDP echo and chargen at the broadcast address",
			actors: []label{{
				who: one(stranger), verdict: "dos.fraggle", also: []string{"reflect.abused", "spoofed.source"}, tool: "crafted", mustNot: []string{"scan", "backscatter", "probe.amplifier:certain"},
			}},
			play: func(s *stage) {
				var ps []packet
				for i := range s.between(40, 90) {
					ps = append(ps, s.udp(stranger(s.world), s.between(1024, 5000), nth(s.home, 255), []int{7, 19}[i%2], s.junk(64)))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "chargen_loop", title: "chargen there, echo here: one forged packet, and two services answer one another for ever", fw: policy{udp: []int{7}}, quiet: true,
			actors: []label{{
				who: one(server), verdict: "dos.loop", also: []string{"reflect.abused"}, tool: "real-stack", mustNot: []string{"scan", "backscatter", "brute.force"},
				log: sees("dos.loop", "exposed.service", "probe.service", "probe.amplifier"), flow: sees("dos.loop", "exposed.service"),
			}, {
				who: one(ourHost), verdict: "dos.loop", also: []string{"reflect.abused", "exposed.service"}, tool: "real-stack", mustNot: []string{"scan", "outbound.scan", "brute.force"}, in: outside,
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:7:echo")
				s.serves(s.far, "udp:19:chargen")
				s.onWire([]packet{s.udp(server(s.world), 19, s.host, 7, []byte("!"))})
				s.wait(4 * time.Second)
			},
		},
		{
			name: "water_torture", title: "names that do not exist, below one domain, never the same; sources forged", fw: policy{udp: []int{53}},
			actors: []label{{
				who: network(forgedOf), verdict: "dos.watertorture", also: []string{"dos.udpflood"}, tool: "crafted", mustNot: []string{"scan", "worm", "reflect.victim", "backscatter"},
				log: sees("dos.udpflood", "exposed.service", "probe.service", "benign.flashcrowd", "benign.client"), flow: sees("dos.udpflood", "exposed.service", "probe.service", "benign.flashcrowd", "benign.client"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:53:small")
				var ps []packet
				for i := range s.between(500, 800) {
					name := fmt.Sprintf("%s.victim.example", word(s.world, 8+s.IntN(8)))
					ps = append(ps, s.udp(s.in(s.forged), s.between(1024, 65535), s.host, 53, query(i, name, 1)))
				}
				s.onWire(s.pace(5*time.Second, ps))
			},
		},
		{
			name: "ntp_crowd", title: "many clients of our public NTP server, small and well-formed", pair: "NTP crowd / reflection", fw: policy{udp: []int{123}},
			actors: []label{{
				who: network(crowdOf), verdict: "benign.flashcrowd", also: []string{"benign.client"}, tool: "crafted, answered", mustNot: []string{"reflect", "probe.amplifier", "exposed.service:certain"},
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:123:ntp")
				var ps []packet
				for range s.between(120, 260) {
					a, from := s.in(s.crowd), 123
					if s.IntN(2) == 0 {
						from = s.high()
					}
					for range 1 + s.IntN(2) {
						ps = append(ps, s.udp(a, from, s.host, 123, ntp(3)))
					}
				}
				s.onWire(s.pace(5*time.Second, s.mixUp(ps)))
			},
		},
		{
			name: "web_crowd", title: "a link to our page is passed around: many real visitors at once", quiet: true,
			actors: []label{{
				who: network(crowdOf), verdict: "benign.flashcrowd", also: []string{"benign.client"}, tool: "talk", mustNot: []string{"exposed.service:certain"},
			}},
			play: func(s *stage) {
				var all []conversation
				for range s.between(120, 200) {
					a := s.in(s.crowd)
					for i := range 1 + s.IntN(3) {
						all = append(all, get(time.Duration(s.IntN(4500)+i*100)*time.Millisecond, a, s.host, 80, "/"))
					}
				}
				s.talks(s.far, all)
			},
		},
	}
}

// word is a random word.
func word(w *world, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + w.IntN(26))
	}
	return string(b)
}
