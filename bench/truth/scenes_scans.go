//go:build linux

package main

import (
	"fmt"
	"net/netip"
	"time"
)

// notEchoes are innocent words that must not be said of a scanner; all of
// benign.* is forbidden for every hostile actor anyway.
var notEchoes = []string{"backscatter", "trace.traceroute"}

func forbid(list []string, more ...string) []string {
	return append(append([]string{}, list...), more...)
}

// scans are scans with nmap's ordinary methods.
func scans() []scenario {
	vertical := func(also, mustNot []string, technique string) []label {
		return []label{{
			who: one(stranger), verdict: "scan.port.vertical", also: append([]string{"tool.nmap"}, also...), tool: "nmap", technique: technique,
			mustNot: forbid(notEchoes, append(mustNot, "scan.port.horizontal")...),
		}}
	}
	return []scenario{
		{
			name: "nmap_syn", title: "nmap -sS over a block of ports of one host, default deny", fw: policy{tcp: []int{22}},
			actors: vertical(nil, []string{"dos"}, "syn"),
			play: func(s *stage) {
				first := s.between(1, 200)
				s.nmap("-sS", "-T4", "--max-retries", "1", "-p", fmt.Sprintf("%d-%d", first, first+s.between(150, 500)), text(s.host))
			},
		},
		{
			name: "nmap_connect", title: "nmap -sT, refused with resets: an ordinary stack that asks many ports", fw: policy{tcp: []int{22}, reject: true},
			actors: vertical(nil, []string{"dos"}, "connect"),
			play: func(s *stage) {
				// Connecting takes the first address of the interface: the first stranger.
				s.nmap("-sT", "-T4", "-p", fmt.Sprintf("20-%d", s.between(90, 190)), text(s.host))
			},
		},
		{
			name: "nmap_udp", title: "nmap -sU, the most common ports", pair: "traceroute / UDP scan",
			actors: vertical(nil, []string{"dos", "reflect"}, "udp"),
			play: func(s *stage) {
				s.nmap("-sU", "-T4", "--max-retries", "1", "--top-ports", text(s.between(60, 120)), text(s.host))
			},
		},
		{
			name: "nmap_versions", title: "nmap -sV against a host that offers a few services", fw: policy{tcp: []int{21, 22, 25, 6379}},
			actors: []label{{
				who: one(stranger), verdict: "scan.service_version", also: []string{"scan.port.vertical", "exposed.service", "tool.nmap"}, tool: "nmap", technique: "sV",
				mustNot: forbid(notEchoes, "brute.force", "dos"),
				log:     sees("scan.port.vertical", "exposed.service"), flow: sees("scan.port.vertical", "scan.service_version", "exposed.service"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "tcp:21:ftp", "tcp:22:ssh", "tcp:25:smtp", "tcp:6379:redis")
				s.nmap("-sV", "--version-light", "--host-timeout", "8s", "-T4", "-p", "21,22,23,25,110,143,445,3306,6379", text(s.host))
			},
		},
		{
			name: "nmap_os", title: "nmap -O against a host without a filter", fw: policy{open: true, tcp: []int{22}}, quiet: true,
			actors: []label{{
				who: one(stranger), verdict: "scan.os_fingerprint", also: []string{"scan.port.vertical", "tool.nmap"}, tool: "nmap", technique: "os",
				mustNot: forbid(notEchoes, "dos"), log: sees("scan.os_fingerprint", "scan.port.vertical", "malformed", "scan.stealth"),
			}},
			play: func(s *stage) {
				s.serves(s.fw, "tcp:22:ssh")
				s.nmap("-O", "-T4", "-p", "22,80,1,2", text(s.host))
			},
		},
		{
			name: "nmap_decoys", title: "nmap -D: the real scanner among decoys that send the same probes",
			actors: []label{{
				who: some(5, strangersOf), verdict: "scan.decoy", also: []string{"scan.port.vertical", "tool.nmap"}, tool: "nmap", technique: "decoy",
				note: "the first is real", mustNot: forbid(notEchoes, "scan.distributed"), flow: sees("scan.port.vertical"),
			}},
			play: func(s *stage) {
				d := addrs(s.strangers[1:5])
				s.nmap("-sS", "--max-retries", "1", "-D", d[0]+","+d[1]+",ME,"+d[2]+","+d[3], "-p", fmt.Sprintf("100-%d", s.between(125, 170)), text(s.host))
			},
		},
		{
			name: "nmap_fragments", title: "nmap -f: probes cut into pieces of eight bytes", pair: "fragments / port 0",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.vertical", also: []string{"tool.nmap"}, tool: "nmap", technique: "fragments",
				mustNot: forbid(notEchoes, "malformed:certain", "dos"), note: "the log sees them put together again",
			}},
			play: func(s *stage) {
				s.nmap("-sS", "-f", "--max-retries", "0", "-p", fmt.Sprintf("30-%d", s.between(70, 120)), text(s.host))
			},
		},
		{
			name: "nmap_slow", title: "one port every few minutes, for hours", stretch: 600,
			actors: []label{{
				who: one(stranger), verdict: "scan.port.vertical", also: []string{"scan.slow", "tool.nmap"}, tool: "nmap", technique: "slow",
				mustNot: forbid(notEchoes, "dos", "hammer"),
			}},
			play: func(s *stage) {
				s.nmap("-sS", "--max-retries", "0", "--scan-delay", text(s.between(180, 320))+"ms", "-p", "21,23,25,110,135,139,143,445,1433,3306,3389,5900,8080,8443", text(s.host))
			},
		},
		{
			name: "nmap_source_port", title: "probes from a port that naive filters let through", pair: "late reply / backscatter / stealth scan",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.vertical", also: []string{"evasion.source_port", "tool.nmap"}, tool: "nmap", technique: "source port",
				mustNot: forbid(notEchoes, "dos", "reflect"),
			}},
			play: func(s *stage) {
				from := []string{"20", "53", "80", "88"}[s.IntN(4)]
				s.nmap("-sS", "--max-retries", "0", "-g", from, "--top-ports", text(s.between(30, 90)), text(s.host))
			},
		},
		{
			name: "nmap_protocols", title: "nmap -sO: which IP protocols are spoken",
			actors: []label{{
				who: one(stranger), verdict: "scan.proto", also: []string{"tool.nmap", "scan.port.vertical"}, tool: "nmap", technique: "protocols",
				mustNot: forbid(notEchoes, "dos", "malformed:certain"),
				blind:   []string{"ulogd.log"}, note: "ulogd writes no address where it does not know the protocol",
			}},
			play: func(s *stage) {
				s.nmap("-sO", "--max-retries", "0", "-T4", "-p", fmt.Sprintf("0-%d", s.between(50, 142)), text(s.host))
			},
		},
		{
			name: "nmap_v6", title: "nmap -6 over a block of ports", fw: policy{v6: true},
			actors: []label{{
				who: one(far6), verdict: "scan.port.vertical", also: []string{"tool.nmap"}, tool: "nmap", technique: "syn v6", mustNot: forbid(notEchoes, "dos"),
			}},
			play: func(s *stage) {
				s.outsider("nmap", "-6", "-n", "-Pn", "-sS", "--max-retries", "0", "-p", fmt.Sprintf("20-%d", s.between(60, 140)), text(s.host6))
			},
		},
		{
			name: "limited_log", title: "a scan of which the firewall's log keeps ten lines at once", fw: policy{limit: true},
			actors: []label{{
				who: one(stranger), verdict: "scan.port.vertical", also: []string{"tool.nmap"}, tool: "nmap", technique: "syn",
				mustNot: forbid(notEchoes, "dos"), note: "the log holds a few lines of hundreds",
			}},
			play: func(s *stage) {
				s.nmap("-sS", "--max-retries", "0", "-T4", "-p", fmt.Sprintf("1-%d", s.between(300, 600)), text(s.host))
			},
		},
		{
			name: "crafted_distributed", title: "many sources share the ports of one host among them", pair: "P2P leftovers / distributed scan",
			actors: []label{{
				who: network(crowdOf), verdict: "scan.distributed", tool: "crafted", technique: "syn",
				mustNot: []string{"benign.p2p_afterglow", "backscatter", "scan.decoy", "dos"}, log: sees("scan.distributed", "scan.port.vertical"), flow: sees("scan.distributed", "scan.port.vertical"),
			}},
			play: func(s *stage) {
				var ps []packet
				var from []netip.Addr
				for range 14 {
					from = append(from, s.in(s.crowd))
				}
				each := s.between(5, 9)
				for i, port := range s.Perm(1000)[:14*each] {
					p := s.tcp(from[i%14], s.high(), s.host, 1+port, syn).raw(1024, 0)
					p.ttl, p.options = 48-byte(i%14), []byte{2, 4, 5, 0xb4}
					ps = append(ps, p)
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
	}
}

// stealth are scans with flags that open no connection.
func stealth() []scenario {
	var out []scenario
	for _, k := range []struct{ name, flag, technique, title string }{
		{"nmap_fin", "-sF", "fin", "nmap -sF: FIN to closed ports"},
		{"nmap_null", "-sN", "null", "nmap -sN: no flags at all"},
		{"nmap_xmas", "-sX", "xmas", "nmap -sX: FIN, PSH and URG"},
		{"nmap_ack", "-sA", "ack", "nmap -sA: is the filter stateful?"},
		{"nmap_maimon", "-sM", "maimon", "nmap -sM: FIN and ACK"},
	} {
		out = append(out, scenario{
			name: k.name, title: k.title, pair: "late reply / backscatter / stealth scan",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.vertical", also: []string{"scan.stealth", "tool.nmap"}, tool: "nmap", technique: k.technique,
				mustNot: forbid(notEchoes, "dos"),
			}},
			play: func(s *stage) {
				first := s.between(1, 90)
				s.nmap(k.flag, "-T4", "--max-retries", "1", "-p", fmt.Sprintf("%d-%d", first, first+s.between(60, 140)), text(s.host))
			},
		})
	}
	return out
}
