//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"time"
)

// worms are crafted after what is published about how each one spreads; their
// payloads are cut or filled with nothing. From a log a worm can at most be
// likely: the shape is enough there.
func worms() []scenario {
	worm := func(name string, captureOnly bool, also ...string) []label {
		also = append(also, "scan.port.block", "scan.port.horizontal")
		l := label{
			who: one(stranger), verdict: "worm." + name, also: also, tool: "crafted", mustNot: forbid(notEchoes, "dos", "scan.port.vertical:certain"),
			log: sees("worm."+name, also...), flow: sees("worm."+name, also...),
		}
		if captureOnly {
			l.log, l.flow = sees("scan.port.horizontal", l.also...), sees("scan.port.horizontal", l.also...)
			l.log.also, l.flow.also = append(l.log.also, l.verdict), append(l.flow.also, l.verdict)
		}
		return []label{l}
	}
	// two asks one port of every host, and another of those that seem to answer.
	two := func(first, then int, also float64) func(*stage) {
		return func(s *stage) {
			var ps []packet
			for _, a := range s.ours(s.between(20, 55)) {
				ps = append(ps, s.tcp(stranger(s.world), s.between(1025, 5000), a, first, syn).windows())
				if s.Float64() < also {
					ps = append(ps, s.tcp(stranger(s.world), s.between(1025, 5000), a, then, syn).windows())
				}
			}
			s.onWire(s.pace(4*time.Second, ps))
		}
	}
	return []scenario{
		{
			name: "mirai", title: "telnet 23 and 2323, nine to one; the sequence number is the destination",
			actors: worm("mirai", false, "probe.service.telnet", "tool.mirai"),
			play:   func(s *stage) { s.mirai([]int{23, 23, 23, 23, 23, 23, 23, 23, 23, 2323}, s.between(120, 260)) },
		},
		{
			name: "mirai_variant", title: "Mirai's marks on other ports",
			actors: []label{{
				who: one(stranger), verdict: "worm.mirai", also: []string{"worm", "scan.port.block", "scan.port.horizontal", "probe.service", "tool.mirai"}, tool: "crafted",
				mustNot: forbid(notEchoes, "dos"), log: sees("scan.port.block", "worm", "scan.port.horizontal"), flow: sees("scan.port.block", "worm", "scan.port.horizontal"),
			}},
			play: func(s *stage) { s.mirai([]int{80, 8080, 8081, 5555, 7547}, s.between(80, 200)) },
		},
		{
			name: "satori", title: "37215 and 52869, as Satori asks them",
			actors: worm("satori", false, "worm.mirai", "probe.service", "tool.mirai"),
			play:   func(s *stage) { s.mirai([]int{37215, 52869}, s.between(60, 120)) },
		},
		{
			name: "adb_miner", title: "5555 everywhere, as ADB.Miner asks it",
			actors: worm("adbminer", true, "worm.mirai", "probe.service", "tool.mirai"),
			play:   func(s *stage) { s.mirai([]int{5555}, s.between(40, 90)) },
		},
		{
			name: "slammer", title: "one datagram of 404 bytes to UDP 1434 of every host",
			actors: worm("slammer", false, "probe.amplifier"),
			play: func(s *stage) {
				body := append(append([]byte{4}, bytes.Repeat([]byte{1}, 96)...), make([]byte, 279)...)
				var ps []packet
				from := s.between(1025, 5000)
				for range s.between(60, 150) {
					p := s.udp(stranger(s.world), from, s.in(s.homeRest), 1434, body)
					p.ttl += 56
					ps = append(ps, p)
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "blaster", title: "135 everywhere, then 4444 of the same hosts",
			actors: worm("blaster", false, "probe.service", "worm.rpc"),
			play:   two(135, 4444, 0.7),
		},
		{
			name: "sasser", title: "445 everywhere, then 9996 of the same hosts",
			actors: worm("sasser", false, "probe.service"),
			play:   two(445, 9996, 0.7),
		},
		{
			name: "dabber", title: "5554 everywhere, then 9898",
			actors: worm("dabber", false, "probe.service"),
			play:   two(5554, 9898, 0.6),
		},
		{
			name: "mydoom", title: "the ports that MyDoom opens, on a number of hosts",
			actors: worm("mydoom", false, "probe.trojan", "scan.port.vertical"),
			play: func(s *stage) {
				var ps []packet
				last := s.between(3140, 3199)
				for _, a := range s.ours(s.between(6, 14)) {
					for port := 3127; port < last; port += 1 + s.IntN(3) {
						ps = append(ps, s.tcp(stranger(s.world), s.between(1025, 5000), a, port, syn).windows())
					}
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "welchia", title: "echoes of 92 bytes full of AA, then 135 of the same hosts",
			actors: []label{{
				who: one(stranger), verdict: "worm.welchia", also: []string{"scan.host.ping", "scan.port.horizontal", "worm.blaster", "worm.rpc"}, tool: "crafted", mustNot: forbid(notEchoes, "dos", "benign.ping"),
				log: sees("worm.welchia", "scan.host.ping", "scan.port.horizontal"), flow: sees("worm.welchia", "scan.host.ping", "scan.port.horizontal"),
			}},
			play: func(s *stage) {
				var ps []packet
				for i, a := range s.ours(s.between(20, 50)) {
					p := s.echo(stranger(s.world), a, 512, 256*i, 64)
					copy(p.payload, bytes.Repeat([]byte{0xaa}, 64))
					p.ttl += 64
					ps = append(ps, p)
					if i%2 == 0 {
						ps = append(ps, s.tcp(stranger(s.world), s.between(1025, 5000), a, 135, syn).windows())
					}
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "witty", title: "from UDP 4000 to any port of any host", pair: "late reply / backscatter / stealth scan",
			actors: []label{{
				who: one(stranger), verdict: "worm.witty", also: []string{"scan.port.block"}, tool: "crafted", mustNot: []string{"backscatter", "reflect", "dos"},
				log: sees("worm.witty", "scan.port.block"), flow: sees("worm.witty", "scan.port.block"),
			}},
			play: func(s *stage) {
				var ps []packet
				for range s.between(60, 120) {
					body := append(append([]byte{5, 0}, make([]byte, 200)...), []byte("insert witty message here")...)
					p := s.udp(stranger(s.world), 4000, s.in(s.homeRest), s.between(1, 65535), append(body, make([]byte, 540+s.IntN(400))...))
					p.ttl += 56
					ps = append(ps, p)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "code_red", title: "the request of Code Red, without its end, at our web server",
			actors: []label{{
				who: one(stranger), verdict: "worm.codered", also: []string{"probe.service"}, tool: "talk", mustNot: forbid(notEchoes, "dos", "brute.force"),
				log: sees("benign.client", "probe.service", "exposed.service"), flow: sees("benign.client", "probe.service", "exposed.service"),
			}},
			play: func(s *stage) {
				path := "/default.ida?" + string(bytes.Repeat([]byte{"NX"[s.IntN(2)]}, 224)) + "%u9090%u6858"
				var all []conversation
				for i := range 1 + s.IntN(3) {
					all = append(all, get(time.Duration(i)*time.Second, stranger(s.world), s.host, 80, path))
				}
				s.talks(s.far, all)
			},
		},
	}
}

// mirai sends SYNs as Mirai's scanner does.
func (s *stage) mirai(ports []int, n int) {
	var ps []packet
	for range n {
		a := s.in(s.homeRest)
		p := s.tcp(stranger(s.world), s.between(1024, 65535), a, ports[s.IntN(len(ports))], syn).raw(s.between(1000, 65535), 52)
		b := a.As4()
		p.seq = binary.BigEndian.Uint32(b[:])
		ps = append(ps, p)
	}
	s.onWire(s.pace(4*time.Second, ps))
}
