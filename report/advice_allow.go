package report

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// allowing lets in what must come in. The rules of a table of one's own cannot
// do that, for a packet passes only where every table lets it: these go into the
// chain that stops it.
func (c adviceCase) allowing() []portlore.Advice {
	switch c.class {
	case "benign.lan_service":
		return c.allowLAN()
	case "benign.dhcp":
		return c.allowDHCP()
	case "benign.multicast":
		return c.allowIGMP()
	case "benign.ipv6_nd":
		return c.allowND()
	}
	return c.allowTooBig()
}

// allowTooBig lets in ICMP 3/4 and ICMPv6 2, without which large transfers hang
// (RFC 1191, RFC 8201, RFC 4890).
func (c adviceCase) allowTooBig() []portlore.Advice {
	what := portlore.Text{EN: `Let "packet too big" in`, ZH: "放行“包过大”报错"}
	var rich []string
	for _, r := range []string{"family=ipv4 icmp-type name=fragmentation-needed", "family=ipv6 icmp-type name=packet-too-big"} {
		rich = append(rich, r+" accept")
	}
	return []portlore.Advice{
		c.inserted(what, "icmp type destination-unreachable icmp code 4 accept", "icmpv6 type packet-too-big accept"),
		c.byItself(toolUfw, portlore.Text{
			EN: "ufw lets it in by itself, unless destination-unreachable is missing in /etc/ufw/before.rules or packet-too-big in before6.rules.",
			ZH: "ufw 本身会放行，除非 /etc/ufw/before.rules 里缺了 destination-unreachable，或 before6.rules 里缺了 packet-too-big。",
		}),
		c.titled(kindAllow, toolFirewalld, what, richRules("add", rich), richRules("remove", rich)),
		c.titled(kindAllow, toolWindows, what, lines([]string{
			c.windows("Inbound", "Allow", []string{"-Protocol ICMPv4 -IcmpType '3:4'"}),
			c.windows("Inbound", "Allow", []string{"-Protocol ICMPv6 -IcmpType 2"}),
		}), c.windowsUndo()),
	}
}

// allowLAN lets neighbours use a service.
func (c adviceCase) allowLAN() []portlore.Advice {
	var nets []netip.Prefix
	for _, s := range c.subjects {
		i := slices.IndexFunc(c.home, s.Overlaps)
		if i >= 0 {
			s = c.home[i]
		}
		nets = append(nets, s)
	}
	nets = distinct(nets)
	nets = nets[:min(mostPorts, len(nets))]
	if len(transports(c.services)) == 0 || len(nets) == 0 {
		return []portlore.Advice{c.refusal(kindAllow, portlore.Text{EN: "The evidence names no port.", ZH: "证据里没有端口号。"})}
	}
	what := portlore.Text{
		EN: "If it should work, let your own network use " + portNames(c.services, portlore.English),
		ZH: "若本该可用，对本网段放行 " + portNames(c.services, portlore.Chinese),
	}
	four, six := families(nets)
	var rules, ufw, ufwUndo, rich, windows []string
	for _, proto := range transports(c.services) {
		ports := numbersOf(c.services, proto, mostPorts)
		if len(four) > 0 {
			rules = append(rules, "ip saddr "+set(names(four))+" "+proto+" dport "+set(ports)+" accept")
		}
		if len(six) > 0 {
			rules = append(rules, "ip6 saddr "+set(names(six))+" "+proto+" dport "+set(ports)+" accept")
		}
		for _, net := range nets {
			family := "ipv4"
			if net.Addr().Is6() {
				family = "ipv6"
			}
			from := names([]netip.Prefix{net})[0]
			ufw = append(ufw, ufwPorts("prepend allow proto "+proto+" from "+from+" to any", ports))
			ufwUndo = append(ufwUndo, ufwPorts("delete allow proto "+proto+" from "+from+" to any", ports))
			for _, p := range ports {
				rich = append(rich, "family="+family+" source address="+from+" port port="+p+" protocol="+proto+" accept")
			}
		}
		windows = append(windows, c.windows("Inbound", "Allow", []string{"-Protocol " + strings.ToUpper(proto)},
			powerList("LocalPort", ports), powerList("RemoteAddress", names(nets))))
	}
	return []portlore.Advice{
		c.inserted(what, rules...),
		c.titled(kindAllow, toolUfw, what, lines(ufw), lines(ufwUndo)),
		c.titled(kindAllow, toolFirewalld, what, richRules("add", rich), richRules("remove", rich)),
		c.titled(kindAllow, toolWindows, what, lines(windows), c.windowsUndo()),
	}
}

func (c adviceCase) allowDHCP() []portlore.Advice {
	what := portlore.Text{EN: "Let DHCP in without a log line", ZH: "放行 DHCP，不记日志"}
	return []portlore.Advice{
		c.inserted(what, "ip saddr "+set(names(near4))+" udp sport 67-68 udp dport 67-68 accept",
			"ip6 saddr fe80::/10 udp dport 546-547 accept"),
		c.byItself(toolUfw, portlore.Text{
			EN: "ufw lets the answers in by itself; a server of DHCP needs: ufw allow in on INTERFACE to any port 67 proto udp",
			ZH: "ufw 本身会放行应答；DHCP 服务器则需要：ufw allow in on 接口 to any port 67 proto udp",
		}),
		c.titled(kindAllow, toolFirewalld, what, "firewall-cmd --add-service=dhcp", "firewall-cmd --remove-service=dhcp"),
		c.byItself(toolWindows, itself),
	}
}

func (c adviceCase) allowIGMP() []portlore.Advice {
	what := portlore.Text{EN: "Let IGMP in without a log line", ZH: "放行 IGMP，不记日志"}
	return []portlore.Advice{
		c.inserted(what, "ip daddr 224.0.0.0/4 meta l4proto igmp accept"),
		c.titled(kindAllow, toolUfw, what, "ufw prepend allow proto igmp to 224.0.0.0/4", "ufw delete allow proto igmp to 224.0.0.0/4"),
		c.titled(kindAllow, toolFirewalld, what, "firewall-cmd --add-protocol=igmp", "firewall-cmd --remove-protocol=igmp"),
		c.byItself(toolWindows, itself),
	}
}

// allowND lets in what IPv6 needs on every link: from no farther than the link,
// which the hop limit of 255 proves (RFC 4861, section 7.1).
func (c adviceCase) allowND() []portlore.Advice {
	what := portlore.Text{EN: "Let IPv6 neighbour discovery in", ZH: "放行 IPv6 邻居发现"}
	var rich []string
	for _, name := range []string{"neighbour-solicitation", "neighbour-advertisement", "router-advertisement"} {
		rich = append(rich, "family=ipv6 icmp-type name="+name+" accept")
	}
	return []portlore.Advice{
		c.inserted(what, "ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert } accept",
			"ip6 saddr fe80::/10 icmpv6 type { mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report } accept"),
		c.byItself(toolUfw, itself),
		c.titled(kindAllow, toolFirewalld, what, richRules("add", rich), richRules("remove", rich)),
		c.byItself(toolWindows, itself),
	}
}

var itself = portlore.Text{EN: "It lets this in by itself.", ZH: "它本身就会放行。"}

// byItself says why a tool needs no command.
func (c adviceCase) byItself(tool string, why portlore.Text) portlore.Advice {
	return portlore.Advice{Kind: kindAllow, Tool: tool, Title: c.say("Not needed: "+shown(tool), "不需要："+shown(tool)), WhyNot: why.In(c.Lang)}
}

// inserted puts rules before all others of the chain for what comes in.
func (c adviceCase) inserted(what portlore.Text, rules ...string) portlore.Advice {
	out := []string{"nft '"}
	for _, r := range rules {
		part := wrapRule(r)
		part[0] = "insert rule inet filter input \\\n" + part[0]
		part[len(part)-1] += " \\\n      comment \"" + c.tag + `"`
		out = append(out, part...)
	}
	x := c.titled(kindAllow, toolNft, what, lines(out)+"'", "nft -a list chain inet filter input |\n  awk '/"+c.tag+
		"/ { print $NF }' |\n  xargs -rn1 nft delete rule inet filter input handle")
	x.Text = c.say("Your chain may have another name: nft list ruleset. What a router passes on needs the same in its forward chain.",
		"你的链可能叫别的名字，见 nft list ruleset。路由器转发的流量，要在 forward 链里同样加上。")
	return x
}
