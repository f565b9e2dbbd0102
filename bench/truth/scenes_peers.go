//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"time"
)

// peers is about peer-to-peer programs, ours and those of others.
func peers() []scenario {
	const pair = "P2P leftovers / distributed scan"
	return []scenario{
		{
			name: "p2p_afterglow", title: "peers keep calling a port where somebody used to share files", pair: pair,
			actors: []label{{
				who: network(crowdOf), verdict: "benign.p2p_afterglow", also: []string{"benign.address_reuse"}, tool: "crafted",
				mustNot: []string{"scan", "dos", "probe.trojan", "reflect"},
			}},
			play: func(s *stage) {
				var ps []packet
				port := s.between(10000, 60000)
				for range s.between(60, 110) {
					a := s.in(s.crowd)
					for i := range 1 + s.IntN(3) {
						if i%2 == 0 {
							ps = append(ps, s.udp(a, s.between(1024, 65535), s.host, port, append([]byte("d1:ad2:id20:"), s.junk(58+s.IntN(40))...)))
						} else {
							p := s.tcp(a, s.between(1024, 65535), s.host, port, syn)
							if s.IntN(2) == 0 {
								p = p.windows()
							}
							ps = append(ps, p)
						}
					}
				}
				s.onWire(s.pace(5*time.Second, s.mixUp(ps)))
			},
		},
		{
			name: "p2p_ours", title: "a PC of ours runs BitTorrent: one local port, many peers, private addresses among them",
			actors: []label{
				{
					who: one(pc), verdict: "benign.p2p", also: []string{"benign.client"}, tool: "crafted", in: inLog | inside,
					mustNot: []string{"outbound", "internal.scan", "scan", "dos", "worm"},
				},
			},
			play: func(s *stage) {
				var ps []packet
				port := []int{6881, 51413, 49152 + s.IntN(9000)}[s.IntN(3)]
				for i := range s.between(50, 110) {
					to := s.in(s.crowd)
					if i%12 == 0 {
						to = nth(prefix("10.77.0.0/16"), s.IntN(60000))
					}
					theirs := s.between(1024, 65535)
					if i%3 == 0 {
						theirs = port
					}
					body := []byte("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe")
					ps = append(ps, s.udp(pc(s.world), port, to, theirs, body))
					if i%4 == 0 {
						p := s.tcp(pc(s.world), port, to, theirs, syn)
						ps = append(ps, p)
					}
				}
				for i := range ps {
					ps[i].ttl = 64
				}
				s.onLAN(s.pace(5*time.Second, ps))
			},
		},
		{
			name: "address_reuse", title: "one remote service still talks to the last owner of our address", stretch: 40,
			actors: []label{{
				who: one(server), verdict: "benign.address_reuse", also: []string{"misconfig.misdirected", "benign.late_reply", "benign.monitoring", "benign.p2p_afterglow", "hammer", "probe.service"}, tool: "crafted",
				mustNot: []string{"scan", "dos", "reflect.victim", "probe.trojan", "brute.force"},
			}},
			play: func(s *stage) {
				var ps []packet
				from, to := s.between(10000, 30000), s.between(30000, 60000)
				for range s.between(14, 40) {
					ps = append(ps, s.udp(server(s.world), from, s.host, to, s.junk(s.between(60, 140))))
				}
				s.onWire(s.pace(6*time.Second, ps))
			},
		},
	}
}

// callbacks are connections that hosts make to us because we went to them.
func callbacks() []scenario {
	const pair = "own client / late client packet"
	return []scenario{
		{
			name: "ident_callback", title: "we connect to mail and chat servers, and they ask our identd", fw: policy{logOut: true}, pair: pair, quiet: true,
			actors: []label{{
				who: some(3, serversOf), verdict: "benign.ident_callback", also: []string{"benign.client"}, tool: "crafted", mustNot: []string{"scan", "probe.enum.ident", "hammer:certain"},
			}},
			play: func(s *stage) {
				s.serves(s.far, "tcp:25:smtp", "tcp:6667:irc")
				s.callBack([]int{25, 6667, 25}, func(to netip.Addr) []packet {
					p := s.tcp(to, s.high(), s.host, 113, syn)
					again := p
					again.at, again.id = time.Second, p.id+1
					return []packet{p, again}
				})
			},
		},
		{
			name: "proxy_check", title: "a chat server looks whether we are an open proxy before it lets us in", fw: policy{logOut: true}, pair: pair, quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.proxycheck", also: []string{"benign.ident_callback", "benign.client"}, tool: "crafted",
				mustNot: []string{"scan", "probe.proxy", "worm"},
			}},
			play: func(s *stage) {
				s.serves(s.far, "tcp:6667:irc")
				s.callBack([]int{6667}, func(to netip.Addr) []packet {
					var ps []packet
					for _, port := range []int{1080, 3128, 8080, 8000, 23, 80, 6588}[:s.between(4, 8)] {
						if port != 80 {
							ps = append(ps, s.tcp(to, s.high(), s.host, port, syn))
						}
					}
					return s.pace(2*time.Second, ps)
				})
			},
		},
		{
			name: "ftp_active", title: "an FTP server opens the data connections, as we asked it to", fw: policy{logOut: true}, pair: pair, quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.ftp_data", also: []string{"benign.client"}, tool: "talk, crafted",
				mustNot: []string{"scan", "evasion.source_port", "probe"},
			}},
			play: func(s *stage) {
				s.serves(s.far, "tcp:21:ftp")
				var data []int
				say := []string{"USER anonymous\r\n", "PASS x@example.org\r\n"}
				h := s.host.As4()
				for range s.between(2, 7) {
					p := s.high()
					data = append(data, p)
					say = append(say, fmt.Sprintf("PORT %d,%d,%d,%d,%d,%d\r\n", h[0], h[1], h[2], h[3], p>>8, p&255), "LIST\r\n")
				}
				done := make(chan bool)
				go func() {
					s.talks(s.fw, []conversation{{Proto: "tcp", To: text(server(s.world)) + ":21", Say: say, Stay: 3 * time.Second}})
					close(done)
				}()
				s.wait(500 * time.Millisecond)
				// Not the helper's business here: the firewall does not expect them.
				var ps []packet
				for _, port := range data {
					p := s.tcp(server(s.world), 20, s.host, port, syn)
					again := p
					again.id++
					ps = append(ps, p, again)
				}
				s.onWire(every(400*time.Millisecond, ps))
				<-done
			},
		},
		{
			name: "media_stream", title: "we ask a server for music, and it sends it by UDP", fw: policy{logOut: true}, pair: pair, quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.media_stream", also: []string{"benign.client", "benign.late_reply"}, tool: "talk, crafted",
				mustNot: []string{"scan", "dos", "reflect", "probe"},
			}},
			play: func(s *stage) {
				s.serves(s.far, "tcp:554:smtp")
				to := 6970 + 2*s.IntN(90)
				s.talks(s.fw, []conversation{{Proto: "tcp", To: text(server(s.world)) + ":554", Say: []string{fmt.Sprintf("SETUP rtsp://media.example.org/a RTSP/1.0\r\nTransport: RTP/AVP;unicast;client_port=%d-%d\r\n", to, to+1)}}})
				var ps []packet
				from := s.between(6970, 32000)
				for i := range s.between(150, 300) {
					p := s.udp(server(s.world), from, s.host, to, append([]byte{0x80, 0x0e, byte(i >> 8), byte(i)}, s.junk(240+s.IntN(60))...))
					if i%50 == 49 { // its report, on the next port
						p.sport, p.dport, p.payload = from+1, to+1, append([]byte{0x80, 200, 0, 6}, s.junk(24)...)
					}
					ps = append(ps, p)
				}
				s.onWire(every(20*time.Millisecond, ps))
			},
		},
	}
}

// callBack connects from our firewall to one server per port, and lets each
// send its packets half a second later.
func (s *stage) callBack(ports []int, answer func(to netip.Addr) []packet) {
	var all []conversation
	var ps []packet
	for i, port := range ports {
		all = append(all, conversation{At: time.Duration(i) * 300 * time.Millisecond, Proto: "tcp", To: fmt.Sprintf("%s:%d", s.servers[i], port), Say: []string{"HELO here\r\n"}, Stay: 3 * time.Second})
		for _, p := range answer(s.servers[i]) {
			p.at += time.Duration(i)*300*time.Millisecond + 500*time.Millisecond
			ps = append(ps, p)
		}
	}
	done := make(chan bool)
	go func() { s.talks(s.fw, all); close(done) }()
	s.onWire(inOrder(ps))
	<-done
}
