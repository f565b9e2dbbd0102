package report

import (
	"net/netip"
	"strings"

	"github.com/portlore/portlore"
)

const (
	toolSS         = "ss"
	toolTcpdump    = "tcpdump"
	toolPowerShell = "powershell"
	toolConntrack  = "conntrack"
	toolNstat      = "nstat"
	toolIptables   = "iptables"
)

// verify is how to look again, on Linux and on Windows.
func (c adviceCase) verify() []portlore.Advice {
	switch c.plan.verify {
	case checkPorts:
		return join(c.listeners(), c.packets("src", c.subjects, true))
	case checkSession:
		return join(c.listeners(), c.sessions(), c.packets("src", c.subjects, true))
	case checkAsked:
		return join(c.sessions(), c.tracked(), c.packets("dst", c.subjects, false))
	case checkSource:
		return c.packets("src", c.subjects, false)
	case checkOurs:
		return join(c.programs(), c.packets("src", c.subjects, true))
	case checkFlood:
		return join(c.strain(), c.packets("dst", c.targets, true))
	case checkICMP:
		return c.look(portlore.Text{EN: "Do such errors still come?", ZH: "这类报错还在来吗？"},
			"icmp[0] = 3 and icmp[1] = 4 or icmp6 and ip6[40] = 2")
	case checkDHCP:
		return c.look(portlore.Text{EN: "Who answers as a DHCP server? One address and one MAC are right", ZH: "谁在充当 DHCP 服务器？只应有一个地址、一个 MAC"},
			"udp src port 67 or udp src port 547")
	case checkLog:
		return []portlore.Advice{c.asks(toolIptables, portlore.Text{EN: "Does a rule limit the log? (iptables, nft; as root)", ZH: "有没有规则给日志限速？（iptables、nft，以 root 执行）"},
			"iptables-save | grep -- --limit\nnft list ruleset | grep limit")}
	}
	return nil
}

func join(parts ...[]portlore.Advice) (all []portlore.Advice) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func (c adviceCase) asks(tool string, title portlore.Text, command string) portlore.Advice {
	return portlore.Advice{Kind: kindVerify, Tool: tool, Title: title.In(c.Lang), Command: command}
}

func (c adviceCase) look(title portlore.Text, filter string) []portlore.Advice {
	return []portlore.Advice{c.asks(toolTcpdump, portlore.Text{EN: title.EN + " (tcpdump, as root)", ZH: title.ZH + "（tcpdump，以 root 执行）"},
		"tcpdump -eni any -c 20 '"+filter+"'")}
}

// listeners asks whether anything answers at the ports.
func (c adviceCase) listeners() []portlore.Advice {
	if len(transports(c.services)) == 0 {
		return nil
	}
	var power []string
	for _, proto := range transports(c.services) {
		ports := numbersOf(c.services, proto, mostPorts)
		switch proto {
		case "tcp":
			power = append(power, continued("Get-NetTCPConnection -State Listen -ea 0 -LocalPort", ports))
		case "udp":
			power = append(power, continued("Get-NetUDPEndpoint -ea 0 -LocalPort", ports))
		}
	}
	out := []portlore.Advice{c.asks(toolSS, portlore.Text{
		EN: "Does a program listen there? Only a heading: none does (ss, as root)", ZH: "有程序在监听吗？只有表头就是没有（ss，以 root 执行）",
	}, "ss -lntup '"+c.socketPorts("sport")+"'")}
	if len(power) > 0 {
		out = append(out, c.asks(toolPowerShell, portlore.Text{
			EN: "The same on Windows: nothing shown, none listens (PowerShell)", ZH: "Windows 上同样查看，无输出就是没有（PowerShell）",
		}, lines(power)))
	}
	return out
}

// socketPorts is a filter of ss about the ports; of many only their range.
func (c adviceCase) socketPorts(side string) string {
	var ports []string
	for _, proto := range transports(c.services) {
		ports = append(ports, numbersOf(c.services, proto, mostNets)...)
	}
	least, most := bounds(ports)
	if len(ports) > 3 {
		return "( " + side + " >= :" + least + " and " + side + " <= :" + most + " )"
	}
	for i := range ports {
		ports[i] = side + " = :" + ports[i]
	}
	return "( " + strings.Join(ports, " or ") + " )"
}

// sessions asks which connections there are at this moment.
func (c adviceCase) sessions() []portlore.Advice {
	if len(c.subjects) == 0 {
		return nil
	}
	var linux, power []string
	for _, net := range c.subjects[:min(3, len(c.subjects))] {
		name := names([]netip.Prefix{net})[0]
		if net.IsSingleIP() {
			power = append(power, "Get-NetTCPConnection -ea 0 -RemoteAddress '"+name+"'")
			if net.Addr().Is6() {
				name = "[" + name + "]"
			}
		}
		linux = append(linux, "ss -tunp dst '"+name+"'")
	}
	out := []portlore.Advice{c.asks(toolSS, portlore.Text{
		EN: "Is a connection with it open now, and whose? (ss, as root)", ZH: "现在有没有与它的连接，是哪个程序的？（ss，以 root 执行）",
	}, lines(linux))}
	if len(power) > 0 {
		out = append(out, c.asks(toolPowerShell, portlore.Text{EN: "The same on Windows (PowerShell)", ZH: "Windows 上同样查看（PowerShell）"}, lines(power)))
	}
	return out
}

// tracked asks the firewall's memory who spoke first.
func (c adviceCase) tracked() []portlore.Advice {
	if len(c.subjects) == 0 {
		return nil
	}
	net := c.subjects[0]
	family := ""
	if net.Addr().Is6() {
		family = " -f ipv6"
	}
	return []portlore.Advice{c.asks(toolConntrack, portlore.Text{
		EN: "Did a host of yours speak to it first? (conntrack, as root)", ZH: "是你的主机先找它的吗？（conntrack，以 root 执行）",
	}, "conntrack -L"+family+" -d "+names([]netip.Prefix{net})[0])}
}

// programs asks which program of ours does it.
func (c adviceCase) programs() []portlore.Advice {
	if len(transports(c.services)) == 0 {
		return []portlore.Advice{c.asks(toolSS, portlore.Text{
			EN: "On that host: which programs speak to whom? (ss, as root)", ZH: "在该主机上：哪些程序在与谁通信？（ss，以 root 执行）",
		}, "ss -tunp")}
	}
	var power string
	if ports := numbersOf(c.services, "tcp", mostPorts); len(ports) > 0 {
		power = continued("Get-NetTCPConnection -ea 0 -RemotePort", ports) + " |\n  Select-Object RemoteAddress,RemotePort,OwningProcess"
	}
	out := []portlore.Advice{c.asks(toolSS, portlore.Text{
		EN: "On that host: which program is it? (ss, as root)", ZH: "在该主机上：是哪个程序？（ss，以 root 执行）",
	}, "ss -tunp '"+c.socketPorts("dport")+"'")}
	if power != "" {
		out = append(out, c.asks(toolPowerShell, portlore.Text{EN: "The same on Windows (PowerShell)", ZH: "Windows 上同样查看（PowerShell）"}, power))
	}
	return out
}

// strain asks whether a flood is felt.
func (c adviceCase) strain() []portlore.Advice {
	return []portlore.Advice{
		c.asks(toolSS, portlore.Text{EN: "How many connections wait half open? (ss)", ZH: "有多少半开的连接？（ss）"}, "ss -Hnt state syn-recv | wc -l"),
		c.asks(toolNstat, portlore.Text{EN: "Are packets lost for want of room? (nstat)", ZH: "有没有因容量不足而丢包？（nstat）"},
			"nstat -az TcpExtListenDrops TcpExtSyncookiesSent UdpRcvbufErrors"),
	}
}

// packets watches what comes from some addresses, or goes to them.
func (c adviceCase) packets(side string, nets []netip.Prefix, ports bool) []portlore.Advice {
	title := portlore.Text{EN: "Does it still come? -e shows by which neighbour", ZH: "还在来吗？-e 显示经由哪个邻居"}
	if side == "dst" {
		title = portlore.Text{EN: "Does anything of yours still go there?", ZH: "你的主机还在往那里发包吗？"}
		if c.plan.verify == checkFlood {
			title = portlore.Text{EN: "Does it still come?", ZH: "还在来吗？"}
		}
	}
	if c.plan.verify == checkOurs {
		title = portlore.Text{EN: "Does it still send?", ZH: "它还在发吗？"}
	}
	var hosts, about []string
	for _, net := range nets[:min(3, len(nets))] {
		what := " host "
		if !net.IsSingleIP() {
			what = " net "
		}
		hosts = append(hosts, side+what+names([]netip.Prefix{net})[0])
	}
	if len(nets) > 3 { // only the ports tell
		hosts = nil
	}
	if ports {
		for _, proto := range transports(c.services) {
			list := numbersOf(c.services, proto, mostNets)
			if len(list) > 4 {
				least, most := bounds(list)
				about = append(about, proto+" dst portrange "+least+"-"+most)
				continue
			}
			for _, p := range list {
				about = append(about, proto+" dst port "+p)
			}
		}
	}
	var parts []string
	for _, list := range [][]string{hosts, about} {
		switch len(list) {
		case 0:
		case 1:
			parts = append(parts, list[0])
		default:
			parts = append(parts, "("+strings.Join(list, " or ")+")")
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return c.look(title, strings.Join(broken(strings.Join(parts, " and ")), "\n  "))
}

// broken breaks a filter before its "and" and "or": tcpdump takes line ends for
// blanks.
func broken(filter string) []string {
	const room = commandWidth - len("tcpdump -eni any -c 20 ''")
	filter = strings.NewReplacer(" and ", "\nand ", " or ", "\nor ").Replace(filter)
	var out []string
	for part := range strings.SplitSeq(filter, "\n") {
		if last := len(out) - 1; last >= 0 && len(out[last])+1+len(part) <= room {
			out[last] += " " + part
		} else {
			out = append(out, part)
		}
	}
	return out
}

// continued is a command of PowerShell about ports, on a second line if need be.
func continued(command string, ports []string) string {
	list := strings.Join(ports, ",")
	if len(command)+1+len(list) > commandWidth-2 {
		return command + " `\n  " + strings.ReplaceAll(lines(filled(ports, "", ",", ",", "")), "\n", "\n  ")
	}
	return command + " " + list
}

// bounds are the least and the highest of numbers.
func bounds(ports []string) (least, most string) {
	for _, p := range ports {
		if least == "" || len(p) < len(least) || len(p) == len(least) && p < least {
			least = p
		}
		if len(p) > len(most) || len(p) == len(most) && p > most {
			most = p
		}
	}
	return least, most
}
