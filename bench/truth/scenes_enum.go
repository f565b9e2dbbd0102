//go:build linux

package main

import (
	"fmt"
	"time"
)

// enumerations ask one service for what it tells strangers. A log shows the
// port; only a capture shows the question.
func enumerations() []scenario {
	return []scenario{
		{
			name: "snmp_walk", title: "snmpwalk with the community public, and it answers", fw: policy{udp: []int{161}},
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.snmp", also: []string{"exposed.service"}, tool: "snmpwalk", mustNot: []string{"dos", "reflect", "brute.force", "scan.port"},
				log: sees("probe.enum.snmp", "exposed.service"), flow: sees("probe.enum.snmp", "exposed.service", "probe.service"),
			}},
			play: func(s *stage) {
				conf := s.file("snmpd.conf", "rocommunity public\nagentaddress udp:161\nsysLocation here\n")
				s.daemon(s.fw, "env", "MIBS=", "snmpd", "-f", "-Lo", "-C", "-c", conf, "-p", s.scratch+"/snmpd.pid", "udp:161")
				s.wait(500 * time.Millisecond)
				s.outsider("snmpwalk", "-m", "", "-v2c", "-c", "public", "-t", "1", "-r", "0", "--clientaddr="+text(stranger(s.world)), text(s.host), "1.3.6.1.2.1.1")
			},
		},
		{
			name: "snmp_communities", title: "the usual SNMP community names are tried at many hosts",
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.snmp", also: []string{"scan.port.horizontal", "probe.amplifier"}, tool: "crafted", mustNot: []string{"dos", "reflect", "backscatter"},
				log: sees("scan.port.horizontal", "probe.enum.snmp", "probe.amplifier"), flow: sees("scan.port.horizontal", "probe.enum.snmp", "probe.amplifier"),
			}},
			play: func(s *stage) {
				var ps []packet
				for _, a := range s.ours(s.between(12, 30)) {
					for _, name := range []string{"public", "private"} {
						ps = append(ps, s.udp(stranger(s.world), s.high(), a, 161, snmpGet(name)))
					}
				}
				s.onWire(s.pace(3*time.Second, ps))
			},
		},
		{
			name: "dns_transfer", title: "dig axfr: all names of a zone at once", fw: policy{tcp: []int{53}, udp: []int{53}},
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.axfr", also: []string{"exposed.service"}, tool: "dig", mustNot: []string{"scan", "dos", "brute.force", "reflect"},
				log: sees("probe.enum.axfr", "exposed.service", "probe.service", "benign.client"), flow: sees("probe.enum.axfr", "exposed.service", "probe.service", "benign.client"),
			}},
			play: func(s *stage) {
				s.dnsmasq(s.fw, "--auth-server=ns.example.org,wan0", "--auth-zone=example.org", "--auth-peer="+text(stranger(s.world)),
					"--host-record=www.example.org,"+text(s.host), "--host-record=vpn.example.org,"+text(s.host))
				for range 1 + s.IntN(3) {
					s.outsider("dig", "-b", text(stranger(s.world)), "@"+text(s.host), "+tries=1", "+time=2", "example.org", "AXFR")
				}
			},
		},
		{
			name: "tftp_fetch", title: "tftp asks for the files that routers boot from", fw: policy{udp: []int{69}},
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.tftp", also: []string{"exposed.service"}, tool: "tftp", mustNot: []string{"scan", "dos", "reflect", "worm"},
				log: sees("probe.enum.tftp", "exposed.service"), flow: sees("probe.enum.tftp", "exposed.service", "probe.service"),
			}},
			play: func(s *stage) {
				s.daemon(s.fw, "in.tftpd", "-L", "-s", "-a", ":69", "-u", "root", s.scratch)
				s.wait(300 * time.Millisecond)
				for _, f := range []string{"startup-config", "running-config", "network-confg"} {
					s.outsider("tftp", "-4", text(s.host), "-c", "get", f)
				}
			},
		},
		{
			name: "ike_scan", title: "ike-scan over a number of hosts",
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.ike", also: []string{"scan.port.horizontal", "tool.ike-scan"}, tool: "ike-scan", mustNot: []string{"dos", "benign.overlay", "backscatter"},
				log: sees("scan.port.horizontal", "probe.enum.ike"), flow: sees("scan.port.horizontal", "probe.enum.ike"),
			}},
			play: func(s *stage) {
				args := []string{"ike-scan", "--sourceip=" + text(stranger(s.world)), "-r", "1", "-i", "30"}
				s.outsider(append(args, addrs(s.ours(s.between(12, 40)))...)...)
			},
		},
		{
			name: "nbtscan", title: "nbtscan: the names of Windows machines, asked from outside", pair: "LAN service / probe",
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.netbios", also: []string{"scan.port.horizontal", "tool.nbtscan", "probe.amplifier"}, tool: "nbtscan", mustNot: []string{"dos", "backscatter", "reflect"},
				log: sees("scan.port.horizontal", "probe.enum.netbios", "probe.amplifier"), flow: sees("scan.port.horizontal", "probe.enum.netbios", "probe.amplifier"),
			}},
			play: func(s *stage) { s.outsider("nbtscan", "-t", "200", text(s.homeRest)) },
		},
		{
			name: "sip_map", title: "svmap of SIPVicious looks for telephone servers",
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.sip", also: []string{"scan.port.horizontal", "tool.sipvicious"}, tool: "svmap", mustNot: []string{"dos", "backscatter", "reflect"},
				log: sees("scan.port.horizontal", "probe.enum.sip"), flow: sees("scan.port.horizontal", "probe.enum.sip"),
			}},
			play: func(s *stage) {
				s.outsider("svmap", "-b", text(stranger(s.world)), "-P", text(s.between(5060, 5090)), text(s.homeRest))
			},
		},
		{
			name: "rpc_dump", title: "which RPC programs run? asked of a few hosts",
			actors: []label{{
				who: one(stranger), verdict: "probe.enum.rpc", also: []string{"scan.port.horizontal", "probe.amplifier"}, tool: "crafted", mustNot: []string{"dos", "reflect", "backscatter"},
				log: sees("probe.enum.rpc", "scan.port.horizontal", "probe.amplifier"), flow: sees("probe.enum.rpc", "scan.port.horizontal", "probe.amplifier"),
			}},
			play: func(s *stage) {
				var ps []packet
				call := append(append(s.junk(4), make([]byte, 4)...), []byte{0, 0, 0, 2, 0, 1, 0x86, 0xa0, 0, 0, 0, 2, 0, 0, 0, 4}...)
				for _, a := range s.ours(s.between(10, 25)) {
					ps = append(ps, s.udp(stranger(s.world), s.between(600, 1023), a, 111, append(call, make([]byte, 16)...)))
				}
				s.onWire(s.pace(2*time.Second, ps))
			},
		},
	}
}

// dnsmasq starts a name server (or DHCP server) that knows only what it is told.
func (s *stage) dnsmasq(ns string, args ...string) {
	base := []string{"dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file=", "--log-facility=-"}
	s.daemon(ns, append(base, args...)...)
	s.wait(400 * time.Millisecond)
}

// snmpGet asks for the description of a system, SNMP version 1.
func snmpGet(community string) []byte {
	pdu := "\xa0\x1c\x02\x04\x12\x34\x56\x78\x02\x01\x00\x02\x01\x00\x30\x0e\x30\x0c\x06\x08\x2b\x06\x01\x02\x01\x01\x01\x00\x05\x00"
	body := "\x02\x01\x00\x04" + string(rune(len(community))) + community + pdu
	return []byte(fmt.Sprintf("\x30%c", len(body)) + body)
}
