package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// The tools that rules are written for.
const (
	toolNft       = "nft"
	toolUfw       = "ufw"
	toolFirewalld = "firewalld"
	toolWindows   = "windows"
	toolSysctl    = "sysctl"
)

const (
	commandWidth = columns - 2 // of a line of a command
	mostPorts    = 15          // that a rule names
)

// titled is an advice that a tool carries out.
func (c adviceCase) titled(kind, tool string, what portlore.Text, command, undo string) portlore.Advice {
	how := map[string]portlore.Text{
		toolNft:       {EN: "nft, as root, until the next restart", ZH: "nft，以 root 执行，重启前有效"},
		toolUfw:       {EN: "ufw, as root, lasting", ZH: "ufw，以 root 执行，长期有效"},
		toolFirewalld: {EN: "firewalld, as root, until its next reload", ZH: "firewalld，以 root 执行，重新加载前有效"},
		toolWindows:   {EN: "Windows, PowerShell as administrator, lasting", ZH: "Windows，以管理员身份在 PowerShell 执行，长期有效"},
		toolSysctl:    {EN: "sysctl, as root, until the next restart", ZH: "sysctl，以 root 执行，重启前有效"},
	}[tool]
	return portlore.Advice{
		Kind: kind, Tool: tool, Title: c.say(what.EN+" ("+how.EN+")", what.ZH+"（"+how.ZH+"）"), Command: command, Undo: undo,
	}
}

// rule is the advice of one kind other than to look, to block and to report.
func (c adviceCase) rule(kind string) []portlore.Advice {
	switch kind {
	case kindClose:
		return c.closing()
	case kindContain:
		return c.containing()
	case kindLimit:
		return c.limiting()
	case kindReject:
		return c.rejecting()
	case kindAllow:
		return c.allowing()
	case kindQuiet:
		return c.quieting()
	}
	return c.asking()
}

// blocks drops whatever the sources send, before any other rule and also where
// it is only passed on.
func (c adviceCase) blocks() []portlore.Advice {
	what := portlore.Text{EN: "Block " + short(names(c.free), portlore.English), ZH: "封禁 " + short(names(c.free), portlore.Chinese)}
	four, six := families(c.free)
	var sets, rules []string
	for _, f := range []struct {
		nets           []netip.Prefix
		set, typ, addr string
	}{{four, "from4", "ipv4_addr", "ip"}, {six, "from6", "ipv6_addr", "ip6"}} {
		switch len(f.nets) {
		case 0:
		case 1:
			rules = append(rules, fmt.Sprintf("    %s saddr %s drop", f.addr, names(f.nets)[0]))
		default:
			sets = append(sets, fmt.Sprintf("  set %s { type %s; flags interval; elements = {", f.set, f.typ))
			sets = append(sets, filled(names(f.nets), "    ", ", ", ",", "")...)
			sets = append(sets, "  } }")
			rules = append(rules, fmt.Sprintf("    %s saddr @%s drop", f.addr, f.set))
		}
	}
	list := names(c.free)
	return []portlore.Advice{
		c.titled(kindBlock, toolNft, what, c.table(append(sets, chain("prerouting", -300, rules...)...)), c.dropTable()),
		c.titled(kindBlock, toolUfw, what, each("ufw prepend deny from ", list, ""), each("ufw delete deny from ", list, "")),
		c.titled(kindBlock, toolFirewalld, what, each("firewall-cmd --zone=drop --add-source=", list, ""), each("firewall-cmd --zone=drop --remove-source=", list, "")),
		c.titled(kindBlock, toolWindows, what, c.windows("Inbound", "Block", powerList("RemoteAddress", list)), c.windowsUndo()),
	}
}

// closing keeps strangers from the ports, in the direction of whoever asks
// first, so that answers to our own questions still come. It stands before the
// rewriting of addresses, so it also holds for ports of containers.
func (c adviceCase) closing() []portlore.Advice {
	var out []portlore.Advice
	services := slices.DeleteFunc(slices.Clone(c.services), func(s portlore.Service) bool {
		return s.Proto == "tcp" && s.Port != 0 && s.Port == c.Session.Port
	})
	if len(services) < len(c.services) {
		x := c.refusal(kindClose, portlore.Text{
			EN: "You are logged in through it: closing it would lock you out.",
			ZH: "你正是通过它登录的：关闭它会把你自己关在门外。",
		})
		x.Title += c.say(": ", "：") + fmt.Sprintf("%d/tcp", c.Session.Port)
		out = append(out, x)
	}
	what := portlore.Text{EN: "Close " + portNames(services, portlore.English), ZH: "关闭 " + portNames(services, portlore.Chinese)}
	four, six := families(c.home)
	rules := addrRule("ip saddr", four, "return")
	rules = append(rules, addrRule("ip6 saddr", distinct(append(six, netip.MustParsePrefix("fe80::/10"))), "return")...)
	var ufw, ufwUndo, rich, richUndo, windows []string
	for _, proto := range transports(services) {
		ports := numbersOf(services, proto, mostPorts)
		rules = append(rules, wrapRule(`iifname != "lo" ct direction original `+proto+" dport "+set(ports)+" drop")...)
		ufw = append(ufw, ufwPorts("prepend deny proto "+proto+" to any", ports))
		ufwUndo = append(ufwUndo, ufwPorts("delete deny proto "+proto+" to any", ports))
		const rule = `-rich-rule="rule priority=-100 port port=`
		rich = append(rich, each("firewall-cmd \\\n    --add"+rule, ports, " protocol="+proto+` drop"`))
		richUndo = append(richUndo, each("firewall-cmd \\\n    --remove"+rule, ports, " protocol="+proto+` drop"`))
		windows = append(windows, c.windows("Inbound", "Block", []string{"-Protocol " + strings.ToUpper(proto)}, powerList("LocalPort", ports)))
	}
	if len(ufw) == 0 {
		if len(out) == 0 {
			out = append(out, c.refusal(kindClose, portlore.Text{EN: "The evidence names no port.", ZH: "证据里没有端口号。"}))
		}
		return out
	}
	keeps := c.say("Your own networks keep it. If you administer through it from elsewhere, allow your address first.",
		"自己的网络仍可使用。若你从别处经它管理本机，请先放行你的地址。")
	all := c.say("It closes for your own networks too; the rule of nft does not. If you administer through it, find another way in first.",
		"自己的网络也会被挡住，nft 那条不会。若你经它管理本机，请先备好别的登录途径。")
	for _, x := range []portlore.Advice{
		c.titled(kindClose, toolNft, what, c.table(chain("prerouting", -150, rules...)), c.dropTable()),
		c.titled(kindClose, toolUfw, what, lines(ufw), lines(ufwUndo)),
		c.titled(kindClose, toolFirewalld, what, lines(rich), lines(richUndo)),
		c.titled(kindClose, toolWindows, what, lines(windows), c.windowsUndo()),
	} {
		x.Text = all
		if x.Tool == toolNft {
			x.Text = keeps
		}
		out = append(out, x)
	}
	return out
}

// rejecting answers ident with a reset, so that whoever asks does not wait.
func (c adviceCase) rejecting() []portlore.Advice {
	what := portlore.Text{EN: "Refuse 113/tcp at once instead of dropping it", ZH: "对 113/tcp 立即拒绝，而不是丢弃"}
	rich := []string{
		"family=ipv4 port port=113 protocol=tcp reject type=tcp-reset",
		"family=ipv6 port port=113 protocol=tcp reject type=tcp-reset",
	}
	return []portlore.Advice{
		c.titled(kindReject, toolNft, what, c.table(chain("input", -10, "    tcp dport 113 reject with tcp reset")), c.dropTable()),
		c.titled(kindReject, toolUfw, what, "ufw prepend reject 113/tcp", "ufw delete reject 113/tcp"),
		c.titled(kindReject, toolFirewalld, what, richRules("add", rich), richRules("remove", rich)),
		c.cannot(kindReject, toolWindows, portlore.Text{
			EN: "The firewall of Windows can only drop, not refuse.", ZH: "Windows 防火墙只能丢弃，不能拒绝应答。",
		}),
	}
}

// quieting drops broadcasts without a log line, before the rule that logs them.
func (c adviceCase) quieting() []portlore.Advice {
	ports := numbersOf(c.services, "udp", mostPorts)
	if len(ports) == 0 {
		return []portlore.Advice{c.refusal(kindQuiet, portlore.Text{EN: "The evidence names no UDP port.", ZH: "证据里没有 UDP 端口号。"})}
	}
	what := portlore.Text{EN: "Keep the chatter out of the log", ZH: "不再把这些广播记入日志"}
	mind := c.say("Only where your rules drop it already: afterwards nothing here hears it.", "仅限规则本来就丢弃它的场合：之后本机再也收不到。")
	nft := c.titled(kindQuiet, toolNft, what, c.table(chain("input", -10,
		wrapRule("meta pkttype { broadcast, multicast } udp dport "+set(ports)+" drop")...)), c.dropTable())
	plain := c.titled(kindQuiet, toolUfw, what, ufwPorts("prepend deny proto udp to any", ports), ufwPorts("delete deny proto udp to any", ports))
	nft.Text, plain.Text = mind, mind
	firewalld := c.titled(kindQuiet, toolFirewalld, what, "firewall-cmd --set-log-denied=unicast", "firewall-cmd --set-log-denied=all")
	firewalld.Title = c.say(what.EN+" (firewalld, as root, lasting)", what.ZH+"（firewalld，以 root 执行，长期有效）")
	return []portlore.Advice{nft, plain, firewalld, c.cannot(kindQuiet, toolWindows, portlore.Text{
		EN: "The firewall of Windows logs all that it drops, or nothing.", ZH: "Windows 防火墙要么记录全部丢弃，要么都不记。",
	})}
}
