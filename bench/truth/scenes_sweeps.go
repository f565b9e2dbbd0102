//go:build linux

package main

import (
	"time"
)

// sweeps look for one thing, or a few, on many hosts.
func sweeps() []scenario {
	sweep := func(tool string, also ...string) label {
		return label{
			who: one(stranger), verdict: "scan.port.horizontal", also: append(also, "scan.port.block"), tool: tool,
			mustNot: forbid(notEchoes, "scan.port.vertical", "dos", "worm:certain"),
		}
	}
	ping := func(tool string, also ...string) []label {
		return []label{{
			who: one(stranger), verdict: "scan.host.ping", also: also, tool: tool,
			mustNot: forbid(notEchoes, "dos", "benign.ping", "benign.monitoring"),
		}}
	}
	gentle := policy{tcp: []int{22}}
	return []scenario{
		{
			name: "nmap_sweep", title: "one Windows port on every host, by nmap: names no worm",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.horizontal", also: []string{"probe.service.smb", "tool.nmap"}, tool: "nmap",
				mustNot: forbid(notEchoes, "scan.port.vertical", "dos", "worm"),
			}},
			play: func(s *stage) {
				s.nmap("-sS", "-T4", "--max-retries", "0", "-p", "445", text(s.homeRest))
			},
		},
		{
			name: "nmap_block", title: "a few ports on a number of hosts", fw: gentle,
			actors: []label{{
				who: one(stranger), verdict: "scan.port.block", also: []string{"scan.port.horizontal", "tool.nmap"}, tool: "nmap",
				mustNot: forbid(notEchoes, "scan.port.vertical:certain", "dos", "brute.force"),
			}},
			play: func(s *stage) {
				args := []string{"-sS", "-T4", "--max-retries", "0", "-p", "22,23,139,445,3389,5900"}
				s.nmap(append(args, addrs(s.ours(s.between(12, 30)))...)...)
			},
		},
		{
			name: "masscan_block", title: "masscan: several ports of a network", fw: gentle,
			actors: []label{{
				who: one(stranger), verdict: "scan.port.block", also: []string{"scan.port.horizontal", "tool.masscan"}, tool: "masscan",
				mustNot: forbid(notEchoes, "dos", "tool.nmap:certain"),
			}},
			play: func(s *stage) { s.masscan("21-23,1433,3389,8080") },
		},
		{
			name: "masscan_sweep", title: "masscan: remote desktop everywhere",
			actors: []label{sweep("masscan", "probe.service.rdp", "tool.masscan")},
			play:   func(s *stage) { s.masscan("3389") },
		},
		{
			name: "zmap_sweep", title: "ZMap: one port everywhere",
			actors: []label{sweep("zmap", "probe.service", "tool.zmap")},
			play: func(s *stage) {
				s.outsider("zmap", "-q", "-i", "eth0", "-G", macUp, "-S", text(stranger(s.world)), "-b", "/dev/null", "-p", []string{"5432", "8728", "27017", "6379"}[s.IntN(4)],
					"-r", text(s.between(60, 200)), "-c", "1", "-o", "-", text(s.homeRest))
			},
		},
		{
			name: "hping_scan", title: "hping3 walks over the ports of one host",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.vertical", also: []string{"tool.hping"}, tool: "hping3", mustNot: forbid(notEchoes, "dos", "scan.port.horizontal"),
			}},
			play: func(s *stage) {
				s.outsider("hping3", "-S", "-q", "-i", "u8000", "-c", text(s.between(80, 200)), "-p", "++"+text(s.between(1, 60)), text(s.host))
			},
		},
		{
			name: "windows_sweep", title: "445 everywhere from an ordinary Windows stack: 445 alone names nothing",
			actors: []label{{
				who: one(stranger), verdict: "scan.port.horizontal", also: []string{"probe.service.smb"}, tool: "crafted",
				mustNot: forbid(notEchoes, "scan.port.vertical", "dos", "worm:certain", "tool:certain"),
			}},
			play: func(s *stage) {
				var ps []packet
				for _, a := range s.ours(s.between(25, 55)) {
					ps = append(ps, s.tcp(stranger(s.world), s.high(), a, 445, syn).windows())
				}
				s.onWire(s.pace(4*time.Second, ps))
			},
		},
		{
			name: "ping_sweep", title: "nmap -sn -PE: who is alive?",
			actors: ping("nmap", "tool.nmap"),
			play: func(s *stage) {
				s.outsider("nmap", "-n", "-sn", "-PE", "-T4", "--max-retries", "0", "-S", text(stranger(s.world)), "-e", "eth0", text(s.homeRest))
			},
		},
		{
			name: "tcp_ping_sweep", title: "nmap's own discovery: echo, timestamp, a SYN and an ACK for each host",
			actors: ping("nmap", "scan.port.horizontal", "scan.port.block", "tool.nmap", "scan.stealth"),
			play: func(s *stage) {
				s.outsider("nmap", "-n", "-sn", "-T4", "--max-retries", "0", "-S", text(stranger(s.world)), "-e", "eth0", text(s.homeRest))
			},
		},
		{
			name: "fping_sweep", title: "fping over a network that answers echoes", fw: policy{open: true}, quiet: true,
			actors: ping("fping"),
			play: func(s *stage) {
				s.outsider(append([]string{"fping", "-q", "-c", "1", "-i", "20", "-S", text(stranger(s.world))}, addrs(s.ours(s.between(20, 60)))...)...)
			},
		},
		{
			name: "arp_sweep", title: "arp-scan inside: a PC of ours asks who is there", quiet: true,
			actors: []label{{
				who: one(pc), verdict: "scan.host.ping", also: []string{"internal.scan"}, tool: "arp-scan", in: inside,
				mustNot: []string{"dos", "outbound.scan"},
			}},
			play: func(s *stage) {
				s.insider("arp-scan", "-q", "-r", "1", "-I", "eth0", "-s", text(pc(s.world)), text(s.lanNet))
			},
		},
	}
}

func (s *stage) masscan(ports string) {
	s.outsider("masscan", "--interface", "eth0", "--router-mac", macUp, "--source-ip", text(stranger(s.world)), "-p", ports, "--rate", text(s.between(150, 400)), "--wait", "1", text(s.homeRest))
}
