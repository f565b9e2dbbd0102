//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"time"
)

// reflection is about answers that are larger than their questions.
func reflection() []scenario {
	const pair = "NTP crowd / reflection"
	target := func() []label {
		return []label{{
			who: network(crowdOf), verdict: "reflect.victim", also: []string{"dos.udpflood"}, tool: "crafted", mustNot: []string{"scan", "worm", "brute.force", "probe"},
		}}
	}
	flood := func(port int, size func(*stage) int) func(*stage) {
		return func(s *stage) {
			var ps []packet
			to, from := s.high(), s.reflectors()
			for range s.between(400, 800) {
				ps = append(ps, s.udp(from[s.IntN(len(from))], port, s.host, to, s.junk(size(s))))
			}
			s.onWire(s.pace(4*time.Second, ps))
		}
	}
	return []scenario{
		{
			name: "ntp_reflection", title: "we are the target: large NTP answers from many servers", pair: pair,
			actors: target(), play: flood(123, func(*stage) int { return 440 }),
		},
		{
			name: "ssdp_reflection", title: "we are the target: SSDP answers from many devices", pair: pair,
			actors: target(), play: flood(1900, func(s *stage) int { return s.between(260, 330) }),
		},
		{
			name: "memcached_reflection", title: "we are the target: memcached answers as large as they fit", pair: pair,
			actors: target(), play: flood(11211, func(*stage) int { return 1400 }),
		},
		{
			name: "dns_reflection", title: "we are the target: DNS answers so large that they come in pieces", pair: pair,
			actors: target(),
			play: func(s *stage) {
				var ps []packet
				to, from := s.high(), s.reflectors()
				for i := range s.between(250, 400) {
					p := s.udp(from[i%len(from)], 53, s.host, to, answer(i, "big.example.org", 2600))
					ps = append(ps, pieces(p, 1480)...)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "syn_ack_reflection", title: "we are the target: many web servers answer SYNs that somebody forged in our name", pair: "late reply / backscatter / stealth scan",
			actors: []label{{
				who: network(crowdOf), verdict: "reflect.victim", also: []string{"backscatter.tcp", "dos.tcpflood"}, tool: "crafted", mustNot: []string{"scan", "dos.synflood", "probe", "worm", "brute.force"},
				flow: sees("reflect.victim", "backscatter.tcp", "dos.tcpflood", "benign.late_reply"),
			}},
			play: func(s *stage) {
				var ps []packet
				from := s.reflectors()
				for range s.between(500, 900) {
					p := s.tcp(from[s.IntN(len(from))], []int{80, 443}[s.IntN(2)], s.host, s.between(1024, 65535), syn|ack)
					p.options, p.id, p.window = []byte{2, 4, 5, 0xb4}, 0, 64240
					ps = append(ps, p)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "dns_abused", title: "our open resolver answers one address ten times over: the source is the victim", pair: pair, fw: policy{udp: []int{53}},
			actors: []label{{
				who: one(third), verdict: "reflect.abused", also: []string{"exposed.service", "benign.icmp_path"}, tool: "crafted, answered",
				note: "its stack refuses our answers: that is true besides", mustNot: []string{"benign.client", "benign.late_reply", "benign.flashcrowd", "scan", "brute.force", "dos.udpflood:certain", "backscatter", "tunnel"},
				log: sees("exposed.service", "reflect.abused", "probe.service", "benign.client"), flow: sees("reflect.abused", "exposed.service"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:53:dns")
				var ps []packet
				from := s.high()
				for range s.between(150, 400) {
					ps = append(ps, s.udp(third(s.world), from, s.host, 53, query(0x1234, "big.example.org", 255)))
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "ssdp_abused", title: "a device of ours tells a stranger about itself again and again", pair: pair, fw: policy{udp: []int{1900}},
			actors: []label{{
				who: one(third), verdict: "reflect.abused", also: []string{"exposed.service", "benign.icmp_path"}, tool: "crafted, answered",
				note: "its stack refuses our answers: that is true besides", mustNot: []string{"benign.client", "benign.late_reply", "benign.flashcrowd", "scan", "brute.force", "dos.udpflood:certain", "backscatter"},
				log: sees("exposed.service", "reflect.abused", "probe.service", "probe.amplifier"), flow: sees("reflect.abused", "exposed.service"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:1900:ssdp")
				var ps []packet
				from := s.high()
				for range s.between(120, 300) {
					ps = append(ps, s.udp(third(s.world), from, s.host, 1900, s.question(1900)))
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
	}
}

// reflectors are hosts that answer whoever asks.
func (w *world) reflectors() []netip.Addr {
	var out []netip.Addr
	for range w.between(15, 60) {
		out = append(out, w.in(w.crowd))
	}
	return out
}

// pieces cuts a packet into fragments of at most size bytes.
func pieces(p packet, size int) []packet {
	body := p.body()
	var out []packet
	for at := 0; at < len(body); at += size {
		f := p
		f.fragment, f.offset, f.payload, f.more = true, at, body[at:min(at+size, len(body))], at+size < len(body)
		f.df = false
		out = append(out, f)
	}
	return out
}

// backscatter is what reaches us of attacks on others in our name.
func backscatter() []scenario {
	const pair = "late reply / backscatter / stealth scan"
	echo := func(verdict, tool string, also ...string) []label {
		return []label{{who: one(server), verdict: verdict, also: also, tool: tool, mustNot: []string{"scan", "reflect.victim:certain", "benign.client"}}}
	}
	// spoof makes a real host answer packets that were forged in our name.
	spoof := func(s *stage, port, n int) {
		var ps []packet
		for range n {
			ps = append(ps, s.tcp(s.in(s.homeRest), s.between(1024, 65535), server(s.world), port, syn).raw(512, 60))
		}
		s.atServers(s.pace(3*time.Second, ps))
		s.wait(1200 * time.Millisecond) // its retries
	}
	return []scenario{
		{
			name: "backscatter_syn_ack", title: "a web server is flooded in our name: we get its SYN-ACKs", pair: pair, quiet: true,
			actors: echo("backscatter.tcp", "real-stack"),
			play:   func(s *stage) { spoof(s, 80, s.between(50, 120)) },
		},
		{
			name: "backscatter_rst", title: "a closed port is flooded in our name: we get resets", pair: pair, quiet: true,
			actors: echo("backscatter.tcp", "real-stack"),
			play:   func(s *stage) { spoof(s, s.between(2000, 9000), s.between(50, 120)) },
		},
		{
			name: "backscatter_few", title: "only a few SYN-ACKs, as one home address sees them", pair: pair,
			actors: []label{{
				who: one(server), verdict: "backscatter.tcp", also: []string{"benign.late_reply"}, tool: "crafted", mustNot: []string{"scan", "probe", "dos"},
				flow: sees("backscatter.tcp", "benign.late_reply", "unknown"),
			}},
			play: func(s *stage) {
				var ps []packet
				for range s.between(2, 4) {
					p := s.tcp(server(s.world), 443, s.host, s.between(1024, 65535), syn|ack)
					p.options, p.id, p.window = []byte{2, 4, 5, 0xb4}, 0, 64240
					ps = append(ps, p)
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "backscatter_unreachable", title: "port unreachables about datagrams that we never sent", pair: pair,
			actors: echo("backscatter.icmp", "real-stack"),
			play: func(s *stage) {
				var ps []packet
				for range s.between(40, 90) {
					ps = append(ps, s.udp(s.in(s.homeRest), s.between(1024, 65535), server(s.world), s.between(20000, 60000), s.junk(60)))
				}
				s.sysctl(s.far, "net/ipv4/icmp_ratelimit=0", "net/ipv4/icmp_msgs_per_sec=10000")
				s.atServers(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "backscatter_ttl", title: "a router says that packets of ours died, which we never sent", pair: pair,
			actors: []label{{
				who: one(server), verdict: "backscatter.icmp", also: []string{"benign.icmp_path"}, tool: "crafted", mustNot: []string{"scan", "dos"},
			}},
			play: func(s *stage) {
				var ps []packet
				for range s.between(25, 60) {
					inner := s.tcp(s.in(s.homeRest), s.between(1024, 65535), s.in(s.forged), 80, syn)
					inner.ttl = 1
					ps = append(ps, s.icmp(server(s.world), inner.src, 11, 0, inner.quote()))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "backscatter_dns", title: "a resolver answers questions that were asked in our name", pair: pair,
			actors: []label{{
				who: one(resolver), verdict: "backscatter.udp", also: []string{"benign.late_reply"}, tool: "crafted", mustNot: []string{"scan", "dos", "reflect.victim:certain"},
			}},
			play: func(s *stage) {
				var ps []packet
				for i, a := range s.ours(s.between(20, 50)) {
					ps = append(ps, s.udp(resolver(s.world), 53, a, s.between(1024, 65535), answer(i, word(s.world, 9)+".example.net", 90)))
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
	}
}

// late is about answers that come when the firewall has forgotten the question.
func late() []scenario {
	const pair = "late reply / backscatter / stealth scan"
	reply := func(who who, also ...string) []label {
		return []label{{
			who: who, verdict: "benign.late_reply", also: append(also, "benign.client"), mustNot: []string{"backscatter.icmp", "probe"},
			log: sees("benign.late_reply", "backscatter.udp", "backscatter.tcp"), flow: sees("benign.late_reply", "backscatter.udp", "backscatter.tcp"),
		}}
	}
	// ask sends questions of ours for real, and answers them late.
	ask := func(s *stage, to netip.Addr, port int, n int, question func(i int) []byte, reply func(i int) []byte, times int) {
		var all []conversation
		var ps []packet
		for i := range n {
			from := s.high()
			all = append(all, conversation{At: time.Duration(i*120) * time.Millisecond, Proto: "udp", From: fmt.Sprintf("%s:%d", s.host, from), To: fmt.Sprintf("%s:%d", to, port), Say: []string{string(question(i))}})
			for range times {
				ps = append(ps, s.udp(to, port, s.host, from, reply(i)))
			}
		}
		s.serves(s.far, fmt.Sprintf("udp:%d:quiet", port))
		s.talks(s.fw, all)
		s.wait(300 * time.Millisecond)
		s.we("conntrack", "-F")
		s.onWire(s.pace(2*time.Second, ps))
	}
	return []scenario{
		{
			name: "late_dns", title: "answers of our resolver after the state expired", pair: pair, quiet: true,
			actors: reply(one(resolver)),
			play: func(s *stage) {
				ask(s, resolver(s.world), 53, s.between(8, 18),
					func(i int) []byte { return query(i, fmt.Sprintf("www%d.example.net", i), 1) },
					func(i int) []byte { return answer(i, fmt.Sprintf("www%d.example.net", i), 100) }, 1)
			},
		},
		{
			name: "late_ntp", title: "answers of an NTP server after the state expired", pair: pair, quiet: true,
			actors: reply(one(server)),
			play: func(s *stage) {
				ask(s, server(s.world), 123, s.between(3, 6), func(int) []byte { return ntp(3) }, func(int) []byte { return ntp(4) }, 1)
			},
		},
		{
			name: "late_quic", title: "a web server repeats its last QUIC packets long after our browser closed", pair: "QUIC retransmission / UDP probe", stretch: 30, quiet: true,
			actors: reply(one(server)),
			play: func(s *stage) {
				ask(s, server(s.world), 443, s.between(2, 5),
					func(int) []byte { return append([]byte{0xc3, 0, 0, 0, 1, 8}, s.junk(1194)...) },
					func(int) []byte { return append([]byte{0x4d}, s.junk(40+s.IntN(1150))...) }, s.between(3, 5))
			},
		},
		{
			name: "late_tcp", title: "browsing: the firewall forgot the connections before the servers closed them", pair: pair, quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.late_reply", also: []string{"benign.client"}, tool: "talk", mustNot: []string{"scan", "backscatter", "probe"},
				flow: sees("benign.late_reply", "benign.client", "backscatter.tcp"),
			}},
			play: func(s *stage) {
				var all []conversation
				for i := range s.between(4, 10) {
					all = append(all, conversation{At: time.Duration(i*30) * time.Millisecond, Proto: "tcp", From: text(s.host), To: text(server(s.world)) + ":443", Stay: 3 * time.Second})
				}
				done := make(chan bool)
				go func() { s.talks(s.fw, all); close(done) }()
				s.wait(time.Second)
				// The server hangs up while the firewall remembers nothing.
				s.sysctl(s.fw, "net/netfilter/nf_conntrack_tcp_loose=0")
				s.we("conntrack", "-F")
				s.run(s.far, "sh", "-c", "ss -K state established sport = :443 >/dev/null 2>&1 || true")
				<-done
				s.wait(time.Second)
			},
		},
		{
			name: "late_syn_ack", title: "a slow server answers our SYN when we no longer wait", pair: pair, stretch: 15, quiet: true,
			actors: []label{{
				who: one(server), verdict: "benign.late_reply", also: []string{"benign.client"}, tool: "real-stack, crafted", mustNot: []string{"scan", "backscatter:certain", "probe"},
				log: sees("backscatter.tcp", "benign.late_reply"), flow: sees("benign.late_reply", "benign.client", "backscatter.tcp"),
			}},
			play: func(s *stage) {
				from := s.high()
				s.run(s.far, "iptables", "-A", "INPUT", "-p", "tcp", "--dport", "8443", "-j", "DROP")
				s.talks(s.fw, []conversation{{Proto: "tcp", From: fmt.Sprintf("%s:%d", s.host, from), To: text(server(s.world)) + ":8443", Patient: 500 * time.Millisecond}})
				s.we("conntrack", "-F")
				p := s.tcp(server(s.world), 8443, s.host, from, syn|ack)
				p.options, p.id, p.window = []byte{2, 4, 5, 0xb4}, 0, 64240
				q := p
				q.at = 300 * time.Millisecond
				s.wait(2500 * time.Millisecond)
				s.onWire([]packet{p, q})
			},
		},
		{
			name: "own_client", title: "a visitor of ours speaks on a connection that the firewall forgot", pair: "own client / late client packet", quiet: true,
			actors: []label{{
				who: one(second), verdict: "benign.late_reply", also: []string{"benign.client"}, tool: "talk", mustNot: []string{"scan", "backscatter:certain", "malformed"},
				flow: sees("benign.client", "benign.late_reply"),
			}},
			play: func(s *stage) {
				s.sysctl(s.fw, "net/netfilter/nf_conntrack_tcp_loose=0")
				var all []conversation
				for i := range s.between(2, 6) {
					c := get(time.Duration(i*40)*time.Millisecond, second(s.world), s.host, 80, "/")
					c.Say = append([]string{"GET / HTTP/1.1\r\n"}, c.Say...)
					c.Stay = time.Second
					all = append(all, c)
				}
				done := make(chan bool)
				go func() { s.talks(s.far, all); close(done) }()
				s.wait(400 * time.Millisecond)
				s.we("conntrack", "-F")
				<-done
				s.wait(800 * time.Millisecond)
			},
		},
	}
}
