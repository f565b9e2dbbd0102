//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"time"
)

// outward is about what our own hosts do to others: findings about us come
// first. Behind our firewall a PC is seen by its own address in the log and
// inside, and by the firewall's outside.
func outward() []scenario {
	harm := []string{"scan.port:certain", "backscatter", "internal.scan"}
	return []scenario{
		{
			name: "outbound_scan", title: "a PC of ours looks for telnet outside: it is infected", quiet: true,
			actors: []label{
				{who: one(pc), verdict: "outbound.scan", also: []string{"scan.port.horizontal", "scan.port.block", "worm"}, tool: "nmap", mustNot: harm, in: inLog | inside},
				{who: one(ourHost), verdict: "outbound.scan", also: []string{"scan.port.horizontal", "scan.port.block", "worm"}, tool: "nmap", mustNot: harm, in: outside},
			},
			play: func(s *stage) {
				args := []string{"nmap", "-n", "-Pn", "-sS", "-T4", "--max-retries", "0", "-e", "eth0", "-S", text(pc(s.world)), "-p", []string{"23", "445", "22,23", "5555"}[s.IntN(4)]}
				s.insider(append(args, addrs(firsts(s.forged, s.between(30, 60)))...)...)
			},
		},
		{
			name: "outbound_scan_server", title: "our server itself scans others", fw: policy{logOut: true}, quiet: true,
			actors: []label{{who: one(ourHost), verdict: "outbound.scan", also: []string{"scan.port.horizontal", "scan.port.block"}, tool: "nmap", mustNot: harm}},
			play: func(s *stage) {
				args := []string{"nmap", "-n", "-Pn", "-sS", "-T4", "--max-retries", "0", "-p", []string{"22", "3389", "6379", "445"}[s.IntN(4)]}
				s.we(append(args, addrs(firsts(s.forged, s.between(30, 60)))...)...)
			},
		},
		{
			name: "outbound_blocked", title: "a PC of ours wants what our rules do not let out", fw: policy{egress: []int{80, 443}}, quiet: true,
			actors: []label{{
				who: one(pc), verdict: "outbound.blocked", also: []string{"benign.client"}, tool: "talk", mustNot: []string{"outbound.scan", "outbound.spam:certain", "scan", "worm", "internal"}, in: inLog | inside,
			}},
			play: func(s *stage) {
				var all []conversation
				port := []int{25, 6667, 445, 4444}[s.IntN(4)]
				for i := range s.between(3, 6) {
					all = append(all, conversation{At: time.Duration(i) * 300 * time.Millisecond, Proto: "tcp", From: text(pc(s.world)), To: fmt.Sprintf("%s:%d", s.servers[i%2], port), Patient: 1200 * time.Millisecond})
				}
				s.talks(s.lan, all)
			},
		},
		{
			name: "internal_scan", title: "a PC of ours scans our firewall from inside", quiet: true,
			actors: []label{{
				who: one(pc), verdict: "internal.scan", also: []string{"scan.port.vertical"}, tool: "nmap", mustNot: []string{"backscatter", "outbound", "dos"}, in: inLog | inside,
			}},
			play: func(s *stage) {
				s.insider("nmap", "-n", "-Pn", "-sS", "-T4", "--max-retries", "0", "-e", "eth0", "-S", text(pc(s.world)), "-p", fmt.Sprintf("1-%d", s.between(80, 300)), text(s.lanHost))
			},
		},
		{
			name: "internal_sweep", title: "a PC of ours looks for open Windows shares in the branch", quiet: true, fw: policy{egress: []int{80, 443}},
			actors: []label{{
				who: one(pc), verdict: "internal.scan", also: []string{"scan.port.horizontal", "worm"}, tool: "nmap", mustNot: []string{"backscatter", "outbound.scan", "dos"}, in: inLog | inside,
			}},
			play: func(s *stage) {
				args := []string{"nmap", "-n", "-Pn", "-sS", "-T4", "--max-retries", "0", "-e", "eth0", "-S", text(pc(s.world)), "-p", "445"}
				s.insider(append(args, addrs(firsts(s.branch, s.between(25, 60)))...)...)
			},
		},
		{
			name: "beacon", title: "our server calls one address every minute, says little and hears less", stretch: 120, fw: policy{logOut: true}, quiet: true,
			actors: []label{{
				who: one(ourHost), verdict: "outbound.beacon", tool: "talk", mustNot: []string{"outbound.scan", "scan", "dos"},
				log: sees("benign.client", "outbound.beacon", "benign.monitoring", "benign.backup"), flow: sees("outbound.beacon", "benign.client", "benign.monitoring", "benign.backup"),
			}},
			play: func(s *stage) {
				s.serves(s.far, "tcp:8443:smtp")
				var all []conversation
				for i := range s.between(14, 20) {
					all = append(all, conversation{At: time.Duration(i*500+s.IntN(15)) * time.Millisecond, Proto: "tcp", To: text(s.servers[0]) + ":8443", Say: []string{"id=7f3a;ok\n"}})
				}
				s.talks(s.fw, all)
			},
		},
		{
			name: "spam", title: "our server talks to very many mail servers", fw: policy{logOut: true}, quiet: true,
			actors: []label{{who: one(ourHost), verdict: "outbound.spam", also: []string{"outbound.scan"}, tool: "talk", mustNot: []string{"dos", "brute.force", "backscatter"}}},
			play: func(s *stage) {
				s.serves(s.far, "tcp:25:smtp")
				var all []conversation
				for i := range s.between(60, 110) {
					all = append(all, conversation{At: time.Duration(i*50) * time.Millisecond, Proto: "tcp", To: text(s.in(s.crowd)) + ":25", Say: []string{"HELO here\r\n", "MAIL FROM:<a@example.org>\r\n", "RCPT TO:<b@example.net>\r\n", "DATA\r\n"}})
				}
				s.talks(s.fw, all)
			},
		},
		{
			name: "outbound_flood", title: "our server floods somebody", fw: policy{logOut: true}, quiet: true,
			actors: []label{{who: one(ourHost), verdict: "outbound.dos", also: []string{"dos"}, tool: "hping3", mustNot: []string{"outbound.scan", "scan", "backscatter"}}},
			play: func(s *stage) {
				s.we("hping3", "-2", "-q", "-i", "u3000", "-c", text(s.between(1100, 1500)), "-d", "512", "-p", "+"+text(s.between(53, 9000)), text(s.strangers[39]))
			},
		},
		{
			name: "dns_tunnel", title: "a PC of ours carries data in names", quiet: true, fw: policy{egress: []int{80}},
			actors: []label{{
				who: one(pc), verdict: "tunnel.suspicion", tool: "talk", mustNot: []string{"outbound.scan", "outbound.dos", "scan", "dos"}, in: inLog | inside,
				log: sees("benign.client", "tunnel.suspicion", "benign.lan_service", "outbound.blocked"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:53:small")
				// Let the LAN ask: the story is in the names, not in the rules.
				s.we("iptables", "-I", "INPUT", "6", "-i", "lan0", "-p", "udp", "--dport", "53", "-j", "yes")
				var all []conversation
				for i := range s.between(90, 160) {
					name := fmt.Sprintf("%s.%s.%s.t.example.net", word(s.world, 60), word(s.world, 60), word(s.world, 40))
					all = append(all, conversation{At: time.Duration(i*35) * time.Millisecond, Proto: "udp", From: text(pc(s.world)), To: text(s.lanHost) + ":53", Say: []string{string(query(i, name, 16))}})
				}
				s.talks(s.lan, all)
			},
		},
	}
}

// exposed is about what of ours answers strangers.
func exposed() []scenario {
	visit := func(port int, say ...string) func(*stage) {
		return func(s *stage) {
			s.serves(s.fw, fmt.Sprintf("tcp:%d:redis", port))
			var all []conversation
			for i := range s.between(2, 4) {
				all = append(all, conversation{At: time.Duration(i) * 900 * time.Millisecond, Proto: "tcp", From: text(stranger(s.world)), To: fmt.Sprintf("%s:%d", s.host, port), Say: say, Stay: 300 * time.Millisecond})
			}
			s.talks(s.far, all)
		}
	}
	found := []label{{
		who: one(stranger), verdict: "exposed.service", also: []string{"probe.service"}, tool: "talk", mustNot: []string{"scan", "brute.force", "dos", "worm", "backscatter"},
	}}
	return []scenario{
		{name: "exposed_redis", title: "a stranger talks to our database cache", fw: policy{tcp: []int{6379}}, actors: found, play: visit(6379, "INFO\r\n", "CONFIG GET dir\r\n")},
		{name: "exposed_smb", title: "a stranger talks to our Windows shares", fw: policy{tcp: []int{445}}, actors: found, play: visit(445, "\x00\x00\x00\x54\xffSMBr\x00\x00\x00\x00\n")},
		{name: "exposed_telnet", title: "a stranger talks to our telnet", fw: policy{tcp: []int{23}}, actors: found, play: visit(23, "admin\r\n")},
		{
			name: "answered_trojan", title: "NetBus answers a stranger with its own name", fw: policy{tcp: []int{12345}},
			actors: []label{{
				who: one(stranger), verdict: "exposed.answered_trojan", also: []string{"exposed.service"}, tool: "talk", mustNot: []string{"brute.force", "dos", "scan", "backscatter"},
				log: sees("exposed.service", "probe.trojan", "probe.service", "exposed.answered_trojan"), flow: sees("exposed.service", "probe.trojan", "probe.service", "exposed.answered_trojan"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "tcp:12345:netbus")
				s.talks(s.far, []conversation{{Proto: "tcp", From: text(stranger(s.world)), To: text(s.host) + ":12345", Say: []string{"\r\n", "GetInfo\r\n"}, Stay: time.Second}})
			},
		},
	}
}

// ordinary is the ordinary life of a network.
func ordinary() []scenario {
	accuse := []string{"scan", "outbound", "internal", "dos", "worm", "tunnel", "brute.force"}
	return []scenario{
		{
			name: "browsing", title: "a PC of ours opens many pages of many servers: no outbound scan", quiet: true,
			actors: []label{
				{who: one(pc), verdict: "benign.client", tool: "talk", mustNot: accuse, in: inLog | inside},
				{who: one(ourHost), verdict: "benign.client", tool: "talk", mustNot: accuse, in: outside},
			},
			play: func(s *stage) {
				var all []conversation
				for i := range s.between(40, 80) {
					all = append(all, get(time.Duration(s.IntN(4500))*time.Millisecond, pc(s.world), s.servers[i%38], 80, fmt.Sprintf("/%d", i)))
				}
				s.talks(s.lan, all)
			},
		},
		{
			name: "server_names", title: "our server looks up many names and fetches a few pages", fw: policy{logOut: true}, quiet: true,
			actors: []label{{who: one(ourHost), verdict: "benign.client", tool: "talk", mustNot: accuse}},
			play: func(s *stage) {
				s.serves(s.far, "udp:53:small")
				var all []conversation
				for i := range s.between(40, 90) {
					name := fmt.Sprintf("%s.example.%s", word(s.world, 4+s.IntN(9)), []string{"net", "org", "com"}[i%3])
					all = append(all, conversation{At: time.Duration(s.IntN(4000)) * time.Millisecond, Proto: "udp", To: text(s.servers[1+i%2]) + ":53", Say: []string{string(query(i, name, 1))}})
					if i%5 == 0 {
						all = append(all, get(time.Duration(s.IntN(4000))*time.Millisecond, s.host, s.servers[10+i%20], 80, "/"))
					}
				}
				s.talks(s.fw, all)
			},
		},
		{
			name: "mail_server", title: "our mail server delivers to a few others: no spam", fw: policy{logOut: true, tcp: []int{25}}, quiet: true,
			actors: []label{
				{who: one(ourHost), verdict: "benign.client", tool: "talk", mustNot: accuse},
				{who: some(4, strangersOf), verdict: "benign.client", also: []string{"exposed.service"}, tool: "talk", mustNot: accuse},
			},
			play: func(s *stage) {
				s.serves(s.far, "tcp:25:smtp")
				s.serves(s.fw, "tcp:25:smtp")
				var ours, theirs []conversation
				letter := []string{"HELO here\r\n", "MAIL FROM:<a@example.org>\r\n", "RCPT TO:<b@example.net>\r\n", "DATA\r\n"}
				for i := range s.between(4, 8) {
					ours = append(ours, conversation{At: time.Duration(i*500) * time.Millisecond, Proto: "tcp", To: text(s.servers[i%4]) + ":25", Say: letter, Bulk: s.IntN(40000)})
					theirs = append(theirs, conversation{At: time.Duration(i*600) * time.Millisecond, Proto: "tcp", From: text(s.strangers[i%4]), To: text(s.host) + ":25", Say: letter, Bulk: s.IntN(40000)})
				}
				done := make(chan bool)
				go func() { s.talks(s.far, theirs); close(done) }()
				s.talks(s.fw, ours)
				<-done
			},
		},
		{
			name: "backup", title: "PCs of ours send their nightly backup to a server outside", stretch: 20, quiet: true,
			actors: []label{
				{who: some(3, func(w *world) []netip.Addr { return w.pcs }), verdict: "benign.backup", also: []string{"benign.client"}, tool: "talk", mustNot: accuse, in: inLog | inside},
			},
			play: func(s *stage) {
				var all []conversation
				for i := range 6 {
					all = append(all, conversation{At: time.Duration(i*600) * time.Millisecond, Proto: "tcp", From: text(s.pcs[i%3]), To: text(server(s.world)) + ":443", Bulk: s.between(300, 900) * 1000})
				}
				s.talks(s.lan, all)
			},
		},
		{
			name: "visitors", title: "a handful of people read our page: nothing to report", quiet: true,
			actors: []label{{who: some(6, strangersOf), verdict: "benign.client", also: []string{"benign.flashcrowd"}, tool: "talk", mustNot: append([]string{"exposed.service:certain"}, accuse...)}},
			play: func(s *stage) {
				var all []conversation
				for i := range s.between(40, 70) {
					all = append(all, get(time.Duration(s.IntN(4500))*time.Millisecond, s.strangers[i%6], s.host, 80, "/"))
				}
				s.talks(s.far, all)
			},
		},
		{
			name: "updates", title: "the LAN uses our resolver and time server, as it may", fw: policy{lanOpen: true}, quiet: true,
			actors: []label{{who: some(4, func(w *world) []netip.Addr { return w.pcs }), verdict: "benign.client", also: []string{"benign.lan_service", "benign.backup"}, tool: "talk", mustNot: accuse, in: inLog | inside}},
			play: func(s *stage) {
				s.serves(s.fw, "udp:53:small", "udp:123:ntp")
				var all []conversation
				for i := range s.between(40, 80) {
					to, say := ":53", query(i, word(s.world, 8)+".example.net", 1)
					if i%9 == 0 {
						to, say = ":123", ntp(3)
					}
					all = append(all, conversation{At: time.Duration(s.IntN(4000)) * time.Millisecond, Proto: "udp", From: text(s.pcs[i%4]), To: text(s.lanHost) + to, Say: []string{string(say)}})
				}
				s.talks(s.lan, all)
			},
		},
	}
}

// mixed are several stories at once, as a real log has them.
func mixed() []scenario {
	return []scenario{
		{
			name: "mixed_day", title: "a scan, a hunt, backscatter, leftovers and LAN chatter at once",
			actors: []label{
				{who: one(stranger), verdict: "scan.port.vertical", also: []string{"tool.nmap"}, tool: "nmap", mustNot: notEchoes},
				{who: one(second), verdict: "probe.amplifier", also: []string{"scan.port.block", "scan.port.horizontal"}, tool: "crafted", mustNot: []string{"reflect", "backscatter"}},
				{who: one(server), verdict: "backscatter.tcp", tool: "crafted", mustNot: []string{"scan", "probe"}},
				{who: one(resolver), verdict: "benign.late_reply", also: []string{"backscatter.udp"}, tool: "crafted", mustNot: []string{"scan", "reflect", "probe"}},
				{who: network(crowdOf), verdict: "benign.p2p_afterglow", also: []string{"benign.address_reuse"}, tool: "crafted", mustNot: []string{"scan", "dos"}},
				{who: one(pc), verdict: "benign.lan_discovery", tool: "crafted", mustNot: []string{"scan", "probe"}, in: inLog | inside},
			},
			play: func(s *stage) {
				done := make(chan bool)
				go func() {
					s.nmap("-sS", "-T4", "--max-retries", "0", "-p", "1-200", text(s.host))
					close(done)
				}()
				var ps, chat []packet
				port := s.between(10000, 60000)
				for range 60 {
					a := s.in(s.crowd)
					ps = append(ps, s.udp(a, s.between(1024, 65535), s.host, port, s.junk(60)))
					if s.IntN(2) == 0 {
						ps = append(ps, s.tcp(a, s.high(), s.host, port, syn))
					}
				}
				for range 50 {
					p := s.tcp(server(s.world), 80, s.in(s.homeRest), s.between(1024, 65535), syn|ack)
					p.options, p.id = []byte{2, 4, 5, 0xb4}, 0
					ps = append(ps, p)
				}
				for i := range 12 {
					ps = append(ps, s.udp(resolver(s.world), 53, s.host, s.high(), answer(i, "www.example.net", 90)))
				}
				for _, a := range s.ours(14) {
					for _, p := range []int{19, 123, 1900, 11211} {
						ps = append(ps, s.udp(second(s.world), s.high(), a, p, s.question(p)))
					}
				}
				for range 14 {
					p := s.udp(pc(s.world), 137, nth(s.lanNet, 255), 137, s.junk(50))
					p.ttl = 64
					chat = append(chat, p)
				}
				go s.onLAN(s.pace(4*time.Second, chat))
				s.onWire(s.pace(5*time.Second, s.mixUp(ps)))
				<-done
			},
		},
		{
			name: "scan_among_visitors", title: "a scanner at work while many people read our page and one client forgot to close",
			actors: []label{
				{who: one(stranger), verdict: "scan.port.vertical", also: []string{"tool.nmap"}, tool: "nmap", mustNot: notEchoes},
				{who: some(6, func(w *world) []netip.Addr { return w.strangers[10:] }), verdict: "benign.client", also: []string{"benign.flashcrowd", "benign.late_reply"}, tool: "talk", mustNot: []string{"scan", "brute.force"}},
			},
			play: func(s *stage) {
				var all []conversation
				for i := range 48 {
					all = append(all, get(time.Duration(s.IntN(3500))*time.Millisecond, s.strangers[10+i%6], s.host, 80, "/"))
				}
				done := make(chan bool)
				go func() { s.talks(s.far, all); close(done) }()
				s.nmap("-sS", "-T4", "--max-retries", "0", "-p", "1-300", text(s.host))
				s.onWire(every(200*time.Millisecond, []packet{
					s.tcp(s.strangers[10], s.high(), s.host, 80, fin|ack), s.tcp(s.strangers[10], s.high(), s.host, 80, rst|ack),
				}))
				<-done
			},
		},
		{
			name: "two_scanners", title: "two scanners of different make at once: no campaign of theirs",
			actors: []label{
				{who: one(stranger), verdict: "scan.port.vertical", also: []string{"tool.nmap"}, tool: "nmap", mustNot: forbid(notEchoes, "scan.decoy", "scan.distributed")},
				{who: one(second), verdict: "scan.port.horizontal", also: []string{"worm.mirai", "scan.port.block", "probe.service.telnet"}, tool: "crafted", mustNot: forbid(notEchoes, "scan.decoy", "scan.distributed")},
			},
			play: func(s *stage) {
				var ps []packet
				for _, a := range s.ours(s.between(20, 50)) {
					ps = append(ps, s.tcp(second(s.world), s.high(), a, 23, syn).raw(14600, 47))
				}
				done := make(chan bool)
				go func() { s.onWire(s.pace(3*time.Second, ps)); close(done) }()
				s.nmap("-sS", "--max-retries", "0", "-p", "100-220", text(s.host))
				<-done
			},
		},
	}
}
