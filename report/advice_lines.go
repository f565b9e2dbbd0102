package report

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/textwidth"
)

func lines(list []string) string { return strings.Join(list, "\n") }

// few are as many of a list as a rule names.
func few(list []string) []string { return list[:min(mostPorts, len(list))] }

// filled lays items on as many lines as they need. A line that another follows
// ends in more, the last in end.
func filled(items []string, indent, between, more, end string) []string {
	const room = commandWidth - 8 // for what stands before and behind
	var out []string
	line := ""
	for _, item := range items {
		switch {
		case line == "":
			line = indent + item
		case textwidth.Of(line+between+item) > room:
			out = append(out, line+more)
			line = strings.Repeat(" ", textwidth.Of(indent)) + item
		default:
			line += between + item
		}
	}
	return append(out, line+end)
}

// each is a command for every item, in a loop of the shell where they are many.
func each(before string, items []string, after string) string {
	if len(items) == 1 {
		return before + items[0] + after
	}
	out := filled(items, "  ", " ", " \\", "; do")
	out[0] = "for x in " + strings.TrimLeft(out[0], " ")
	return lines(append(out, "  "+before+"$x"+after, "done"))
}

// ufwPorts is a command of ufw about ports: one for all, or where they do not
// fit, one for each.
func ufwPorts(rule string, ports []string) string {
	if line := "ufw " + rule + " port " + strings.Join(ports, ","); len(line) <= commandWidth {
		return line
	}
	return each("ufw "+rule+" port ", ports, "")
}

// set is a set of nft; one item needs no braces.
func set(items []string) string {
	if len(items) == 1 {
		return items[0]
	}
	return "{ " + strings.Join(items, ", ") + " }"
}

// wrapRule breaks a rule of nft within its sets, the only place where it may.
func wrapRule(rule string) []string {
	parts := strings.Split(rule, ", ")
	out := []string{"    " + parts[0]}
	for _, part := range parts[1:] {
		last := len(out) - 1
		if len(out[last])+2+len(part) > commandWidth-2 {
			out[last] += ","
			out = append(out, "      "+part)
		} else {
			out[last] += ", " + part
		}
	}
	return out
}

// addrRule is a rule about a list of networks.
func addrRule(match string, nets []netip.Prefix, verdict string) []string {
	if len(nets) == 0 {
		return nil
	}
	return wrapRule(match + " " + set(names(nets)) + " " + verdict)
}

// table is the command that makes a table of our own. Its name tells where it
// comes from, and taking it back touches nothing else.
func (c adviceCase) table(body []string) string {
	return "nft '\ntable inet " + c.tag + " {\n" + lines(body) + "\n}'"
}

func (c adviceCase) dropTable() string { return "nft delete table inet " + c.tag }

// chain is a chain of nft for packets at one place of their way.
func chain(hook string, priority int, rules ...string) []string {
	out := []string{"  chain " + hook + " {", fmt.Sprintf("    type filter hook %s priority %d", hook, priority)}
	return append(append(out, rules...), "  }")
}

// richRules are commands of firewalld, one a rule. A rule too long for a line is
// broken at a blank inside of its quotes.
func richRules(do string, rules []string) string {
	var out []string
	for _, r := range rules {
		line := "firewall-cmd --" + do + "-rich-rule='rule"
		for _, w := range strings.Fields(r) {
			if len(line)+1+len(w)-strings.LastIndexByte(line, '\n') > commandWidth {
				line += "\n "
			}
			line += " " + w
		}
		out = append(out, line+"'")
	}
	return lines(out)
}

// windows is a command that makes a rule of Windows. An argument may have
// several lines.
func (c adviceCase) windows(direction, action string, args ...[]string) string {
	out := "New-NetFirewallRule -DisplayName " + c.tag + " `\n  -Direction " + direction + " -Action " + action
	for _, a := range args {
		out += " `\n  " + strings.Join(a, "\n  ")
	}
	return out
}

func (c adviceCase) windowsUndo() string { return "Remove-NetFirewallRule -DisplayName " + c.tag }

// powerList is an argument of PowerShell, on several lines if need be.
func powerList(name string, items []string) []string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = "'" + item + "'"
	}
	if line := "-" + name + " " + strings.Join(quoted, ","); len(line) < commandWidth-6 {
		return []string{line}
	}
	out := append([]string{"-" + name + " @("}, filled(quoted, "  ", ",", ",", "")...)
	return append(out, ")")
}

// portNames names a few ports of many.
func portNames(services []portlore.Service, lang portlore.Lang) string {
	var list []string
	for _, proto := range transports(services) {
		for _, p := range numbersOf(services, proto, mostPorts) {
			list = append(list, p+"/"+proto)
		}
	}
	return short(list, lang)
}
