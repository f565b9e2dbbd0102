package report

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// limiting makes a host bear what cannot be stopped at its sender.
func (c adviceCase) limiting() []portlore.Advice {
	switch c.class {
	case "dos.synflood":
		return []portlore.Advice{c.titled(kindLimit, toolSysctl, portlore.Text{
			EN: "Answer SYNs without remembering them (SYN cookies)", ZH: "启用 SYN cookie，应答 SYN 而不占内存",
		}, "sysctl -w net.ipv4.tcp_syncookies=1", "sysctl --system")}
	case "dos.icmpflood":
		return []portlore.Advice{c.titled(kindLimit, toolNft, portlore.Text{
			EN: "Answer at most 50 pings a second", ZH: "每秒最多应答 50 个 ping",
		}, c.table(chain("prerouting", -300,
			"    icmp type echo-request limit rate over 50/second drop",
			"    icmpv6 type echo-request limit rate over 50/second drop")), c.dropTable())}
	case "dos.smurf", "dos.fraggle":
		four, _ := families(c.home)
		rules := append(addrRule("ip saddr", distinct(append(slices.Clone(near4), four...)), "return"), "    fib daddr type broadcast drop")
		return []portlore.Advice{
			c.titled(kindLimit, toolNft, portlore.Text{
				EN: "Drop what strangers send to a broadcast address", ZH: "丢弃外人发往广播地址的包",
			}, c.table(chain("prerouting", -150, rules...)), c.dropTable()),
			c.titled(kindLimit, toolSysctl, portlore.Text{
				EN: "Do not answer a ping to everybody", ZH: "不应答发往广播地址的 ping",
			}, "sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=1", "sysctl --system"),
		}
	}
	return []portlore.Advice{c.titled(kindLimit, toolNft, portlore.Text{
		EN: "Drop what comes in by this host's own addresses", ZH: "丢弃从外面进来、却以本机地址为来源的包",
	}, c.table(chain("prerouting", -150, `    iifname != "lo" fib saddr type local drop`)), c.dropTable())}
}

// near4 are sources that may speak to a broadcast address.
var near4 = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"),
}

// ours are those networks that lie in our own.
func (a adviser) ours(nets []netip.Prefix) []netip.Prefix {
	return slices.DeleteFunc(slices.Clone(nets), func(n netip.Prefix) bool { return !slices.ContainsFunc(a.home, n.Overlaps) })
}

// asking is what only one's own provider can filter.
func (c adviceCase) asking() []portlore.Advice {
	targets := c.ours(c.targets)
	if len(targets) == 0 {
		return []portlore.Advice{c.refusal(kindAsk, portlore.Text{EN: "The evidence names no target of yours.", ZH: "证据里没有你的目标地址。"})}
	}
	port := c.say("to port", "目的端口")
	if c.class == "reflect.victim" {
		port = c.say("from port", "源端口")
	}
	text := []string{c.say("Please drop this towards us, or limit its rate:", "请在上游丢弃或限速发往我方的下列流量：")}
	text = append(text, filled(few(names(targets)), c.say("  to ", "  目标 "), ", ", ",", "")...)
	for _, proto := range transports(c.services) {
		text = append(text, filled(numbersOf(c.services, proto, mostPorts), "  "+proto+" "+port+" ", " ", "", "")...)
	}
	if len(transports(c.services)) == 0 && strings.HasPrefix(c.class, "dos.icmp") {
		text = append(text, "  icmp, icmpv6")
	}
	return []portlore.Advice{{
		Kind: kindAsk, Title: c.say("When the line is full, tell your own provider", "线路被占满时，可这样告诉你的运营商"), Text: lines(text),
	}}
}

// containing stops what hosts of ours send to others, on the host and on the
// router. What goes to our own networks passes. A flood is stopped by its
// victims, for its port may be one that all of ours need.
func (c adviceCase) containing() []portlore.Advice {
	var ufw, ufwUndo, windows []string
	flood := c.class == "outbound.dos"
	if victims := few(names(c.targets)); flood && len(victims) > 0 {
		ufw = append(ufw, each("ufw prepend deny out to ", victims, ""))
		ufwUndo = append(ufwUndo, each("ufw delete deny out to ", victims, ""))
		windows = append(windows, c.windows("Outbound", "Block", powerList("RemoteAddress", victims)))
	}
	for _, proto := range transports(c.services) {
		if flood {
			break
		}
		ports := numbersOf(c.services, proto, mostPorts)
		ufw = append(ufw, ufwPorts("prepend deny out proto "+proto+" to any", ports))
		ufwUndo = append(ufwUndo, ufwPorts("delete deny out proto "+proto+" to any", ports))
		windows = append(windows, c.windows("Outbound", "Block", []string{"-Protocol " + strings.ToUpper(proto)}, powerList("RemotePort", ports)))
	}
	rules := c.containRules(flood)
	if len(ufw) == 0 || len(rules) == 0 {
		return []portlore.Advice{c.refusal(kindContain, portlore.Text{
			EN: "The evidence names no port that could be closed: take the host off the network instead.",
			ZH: "证据里没有可以封的端口：请让这台主机断网。",
		})}
	}
	nft := c.titled(kindContain, toolNft, portlore.Text{
		EN: "Stop what " + short(names(c.subjects), portlore.English) + " sends, on that host or on the router",
		ZH: "在该主机或路由器上，阻断 " + short(names(c.subjects), portlore.Chinese) + " 的外发流量",
	}, c.table(append(chain("output", -10, rules...), chain("forward", -10, rules...)...)), c.dropTable())
	nft.Text = c.say("It gains time and cures nothing: the program still runs.", "这只是争取时间，治不了根：程序仍在运行。")
	here := portlore.Text{EN: "Stop it, on that host itself", ZH: "在该主机上阻断"}
	return []portlore.Advice{
		nft,
		c.titled(kindContain, toolUfw, here, lines(ufw), lines(ufwUndo)),
		c.cannot(kindContain, toolFirewalld, portlore.Text{
			EN: "Its plain commands do not filter what a host sends; nft does, also beside firewalld.",
			ZH: "它的常用命令不过滤外发流量；可直接用 nft，与 firewalld 并存无妨。",
		}),
		c.titled(kindContain, toolWindows, here, lines(windows), c.windowsUndo()),
	}
}

func (c adviceCase) containRules(flood bool) []string {
	var rules []string
	home4, home6 := families(c.home)
	ours4, ours6 := families(c.subjects)
	victims4, victims6 := families(c.targets)
	for _, f := range []struct {
		addr                string
		ours, home, victims []netip.Prefix
	}{{"ip", ours4, home4, victims4}, {"ip6", ours6, home6, victims6}} {
		if len(f.ours) == 0 {
			continue
		}
		from := f.addr + " saddr " + set(few(names(f.ours))) + " "
		var drops []string
		switch {
		case flood && len(f.victims) > 0:
			drops = wrapRule(from + f.addr + " daddr " + set(few(names(f.victims))) + " drop")
		case !flood:
			for _, proto := range transports(c.services) {
				drops = append(drops, wrapRule(from+proto+" dport "+set(numbersOf(c.services, proto, mostPorts))+" drop")...)
			}
		}
		if len(drops) > 0 {
			rules = append(append(rules, addrRule(f.addr+" daddr", f.home, "return")...), drops...)
		}
	}
	return rules
}
