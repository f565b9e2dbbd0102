//go:build linux

package main

import (
	"fmt"
	"os/exec"
	"strings"
)

// A style is how a firewall program words its log prefixes.
type style struct{ name, block, allow string }

func styles() []style {
	return []style{
		{"ufw", "[UFW BLOCK] ", "[UFW ALLOW] "},
		{"shorewall", "Shorewall:net-fw:DROP:", "Shorewall:net-fw:ACCEPT:"},
		{"iptables", "IPT-DROP: ", "IPT-ACCEPT: "},
	}
}

// firewall loads the rules. Each decision about a new connection is logged
// twice: by the kernel, and to ulogd.
func (s *stage) firewall() error {
	if err := s.load("iptables-restore", s.rules("icmp-port-unreachable", "icmp")); err != nil {
		return err
	}
	if s.scenario.fw.v6 {
		return s.load("ip6tables-restore", s.rules("icmp6-port-unreachable", "icmpv6"))
	}
	return nil
}

func (s *stage) load(tool, rules string) error {
	cmd := exec.Command("ip", "netns", "exec", s.fw, tool)
	cmd.Stdin = strings.NewReader(rules)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s\n%s", tool, err, out, rules)
	}
	return nil
}

func (s *stage) rules(unreachable, icmp string) string {
	p, b := s.scenario.fw, &strings.Builder{}
	rule := func(format string, args ...any) { fmt.Fprintf(b, format+"\n", args...) }
	rule("*filter\n:INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n:yes - \n:no -")
	rule("-A yes -j LOG --log-prefix %q", s.tag+s.style.allow)
	rule("-A yes -j NFLOG --nflog-group 5 --nflog-prefix %q", s.style.allow)
	rule("-A yes -j ACCEPT")
	limit := ""
	if p.limit {
		limit = "-m limit --limit 3/min --limit-burst 10 "
	}
	// One limit for both copies, or they would differ.
	rule(":deny -\n-A deny -j LOG --log-prefix %q\n-A deny -j NFLOG --nflog-group 5 --nflog-prefix %q", s.tag+s.style.block, s.style.block)
	rule("-A no %s-j deny", limit)
	if p.reject {
		rule("-A no -p tcp -j REJECT --reject-with tcp-reset\n-A no -p udp -j REJECT --reject-with %s", unreachable)
	}
	rule("-A no -j DROP")
	rule("-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT")
	if icmp == "icmpv6" { // neighbours must be found
		for _, kind := range []int{135, 136} {
			rule("-A INPUT -p icmpv6 --icmpv6-type %d -j ACCEPT", kind)
		}
	}
	for _, port := range append([]int{80}, p.tcp...) {
		rule("-A INPUT -i wan0 -p tcp --dport %d --syn -m conntrack --ctstate NEW -j yes", port)
	}
	for _, port := range p.udp {
		rule("-A INPUT -i wan0 -p udp --dport %d -m conntrack --ctstate NEW -j yes", port)
	}
	if p.lanOpen {
		rule("-A INPUT -i lan0 -m conntrack --ctstate NEW -j yes")
	}
	if p.open {
		rule("-A INPUT -j yes")
	}
	rule("-A INPUT -j no")
	rule("-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT")
	for _, port := range p.egress {
		rule("-A FORWARD -i lan0 -o wan0 -p tcp --dport %d -m conntrack --ctstate NEW -j yes", port)
	}
	if len(p.egress) == 0 {
		rule("-A FORWARD -i lan0 -o wan0 -m conntrack --ctstate NEW -j yes")
	}
	rule("-A FORWARD -j no")
	if p.logOut {
		rule("-A OUTPUT ! -o lo -m conntrack --ctstate NEW -j yes")
	}
	rule("COMMIT")
	if icmp == "icmp" {
		rule("*nat\n-A POSTROUTING -o wan0 -s %s -j MASQUERADE\nCOMMIT", s.lanNet)
	}
	return b.String()
}
