package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/probe"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan/scope"
)

// plan says what would be done, and sends nothing.
func (s *scanner) plan() int {
	var b strings.Builder
	line := func(indent int, en, zh string) {
		for i, l := range textwidth.Wrap(safetext.Clean(portlore.Text{EN: en, ZH: zh}.In(s.lang)), 76-indent) {
			pad := indent
			if i > 0 && indent > 0 {
				pad += 4
			}
			b.WriteString(strings.TrimRight(strings.Repeat(" ", pad)+l, " ") + "\n")
		}
	}
	var hosts, packets, most uint64
	for _, g := range s.decision.Grants {
		few, many := s.packets(&g)
		hosts, packets, most = hosts+g.Hosts.Len(), packets+few, most+many
	}
	ports := s.portLists()
	n := quantity.Count
	what := []string{}
	if ports.TCPCount > 0 {
		what = append(what, n(uint64(ports.TCPCount))+" tcp")
	}
	if ports.UDPCount > 0 {
		what = append(what, n(uint64(ports.UDPCount))+" udp")
	}
	count := strings.Join(what, " + ")
	line(0, fmt.Sprintf("Plan: %s, %s ports each: %s packets, up to %s if all is silent.", addressCount(hosts), count, n(packets), n(most)),
		fmt.Sprintf("计划：%s 个地址，各 %s 端口：%s 个包；若都无应答，至多 %s 个。", n(hosts), count, n(packets), n(most)))
	line(0, "Nothing was sent.", "尚未发送任何数据包。")
	for _, g := range s.decision.Grants {
		b.WriteByte('\n')
		few, many := s.packets(&g)
		line(2, addressCount(g.Hosts.Len())+": "+reasonText(&g).EN, n(g.Hosts.Len())+" 个地址："+reasonText(&g).ZH)
		line(6, list(rangeWords(&g)), list(rangeWords(&g)))
		rate, from, to := s.speed(&g, few, many)
		line(6, rate.EN+": "+span(from, to, portlore.English), rate.ZH+"："+span(from, to, portlore.Chinese))
	}
	b.WriteByte('\n')
	for _, p := range []struct {
		proto, ports string
	}{{"tcp", ports.TCP}, {"udp", ports.UDP}} {
		words := strings.Split(p.ports, ",")
		shown := list(words)
		if s.opt.verbose {
			shown = strings.Join(words, ", ")
		} else if len(words) > mostListed {
			shown += portlore.Text{EN: "; -v lists all", ZH: "；-v 全部列出"}.In(s.lang)
		}
		if p.ports != "" {
			line(2, p.proto+": "+shown, p.proto+"："+shown)
		}
	}
	if k := s.ports.leftOut; k > 0 {
		line(2, fmt.Sprintf("not asked: %d ports of printers and industrial controllers (--ot)", k), fmt.Sprintf("不询问：打印机和工业控制器的 %d 个端口（--ot）", k))
	}
	if k := s.decision.LeftOut; k > 0 {
		line(2, "never asked: "+addressCount(k)+" (broadcast, metadata)", "绝不询问："+n(k)+" 个地址（广播、元数据）")
	}
	if ports.UDPCount > 0 {
		line(2, "UDP may take two minutes more: most systems tell of closed ports once a second.", "UDP 可能再多用两分钟：多数系统每秒只告知一个关闭的端口。")
	}
	line(2, "What is open is asked what it is, on top of that.", "发现开放端口后，还会询问是什么服务，不计在内。")
	if s.decision.NeedsSaying() {
		b.WriteByte('\n')
		line(0, strings.ReplaceAll(lawNotice().EN, "\n", " "), strings.ReplaceAll(lawNotice().ZH, "\n", ""))
	}
	out, done, err := openOutput(s.env, s.opt.output)
	if err == nil {
		_, err = io.WriteString(out, b.String())
		err = done(err)
	}
	if err != nil {
		return s.fail(exitDenied, "scan: %s", unwritten(s.opt.output, err).In(s.lang))
	}
	return exitDone
}

func addressCount(n uint64) string {
	if n == 1 {
		return "1 address"
	}
	return quantity.Count(n) + " addresses"
}

const mostListed = 8

// list is the first of some words.
func list(words []string) string {
	s := strings.Join(words[:min(mostListed, len(words))], ", ")
	if left := len(words) - mostListed; left > 0 {
		s += fmt.Sprintf(", ... (+%d)", left)
	}
	return s
}

// packets is how many are sent at least, and at most: what is silent is asked twice.
func (s *scanner) packets(g *scope.Grant) (few, most uint64) {
	per := uint64(len(s.ports.tcp))
	for _, p := range s.ports.udp {
		per += uint64(max(1, len(probe.Payloads(p))))
	}
	few = g.Hosts.Len() * per
	return few, 2 * few
}

// speed is how fast the hosts of a permission are asked, and how long that takes.
func (s *scanner) speed(g *scope.Grant, few, most uint64) (rate portlore.Text, from, to time.Duration) {
	const connects = 20_000 // that an ordinary machine makes in a second
	seconds := func(n uint64, per float64) time.Duration {
		return time.Duration(float64(n) / per * float64(time.Second))
	}
	o := (&sweep{scanner: s, far: g.Reason == scope.Registered || g.Reason == scope.Authorized}).order(g)
	from, to = seconds(few, connects), seconds(most, connects)
	switch {
	case o.Rate > 0:
		rate = portlore.Text{EN: fmt.Sprintf("at most %s packets/s in all", rateWord(o.Rate)), ZH: fmt.Sprintf("合计每秒至多 %s 个包", rateWord(o.Rate))}
		from, to = max(from, seconds(few, o.Rate)), max(to, seconds(most, o.Rate))
	case o.PerHost > 0:
		rate = portlore.Text{EN: fmt.Sprintf("at most %s packets/s to each", rateWord(o.PerHost)), ZH: fmt.Sprintf("每台每秒至多 %s 个包", rateWord(o.PerHost))}
		n := max(1, g.Hosts.Len())
		from, to = max(from, seconds(few/n, o.PerHost)), max(to, seconds(most/n, o.PerHost))
	default:
		rate = portlore.Text{EN: "as fast as it answers", ZH: "应答多快就问多快"}
	}
	return rate, from, to
}

func rateWord(r float64) string {
	if r == float64(uint64(r)) {
		return quantity.Count(uint64(r))
	}
	return fmt.Sprintf("%.1f", r)
}

// span writes a time from so much to so much.
func span(from, to time.Duration, lang portlore.Lang) string {
	word := func(d time.Duration) string {
		switch {
		case d < time.Second:
			return portlore.Text{EN: "less than 1 s", ZH: "不到 1 秒"}.In(lang)
		case d < 2*time.Minute:
			return fmt.Sprintf("%.0f ", d.Seconds()) + portlore.Text{EN: "s", ZH: "秒"}.In(lang)
		case d < 2*time.Hour:
			return fmt.Sprintf("%.0f ", d.Minutes()) + portlore.Text{EN: "min", ZH: "分钟"}.In(lang)
		case d < 48*time.Hour:
			return fmt.Sprintf("%.1f ", d.Hours()) + portlore.Text{EN: "h", ZH: "小时"}.In(lang)
		}
		return fmt.Sprintf("%.0f ", d.Hours()/24) + portlore.Text{EN: "days", ZH: "天"}.In(lang)
	}
	a, b := word(from), word(to)
	switch {
	case to < time.Second:
		return a
	case a == b:
		return portlore.Text{EN: "about " + a, ZH: "约 " + a}.In(lang)
	}
	return a + portlore.Text{EN: ", up to " + b + " if all is silent", ZH: "，若都无应答则至多 " + b}.In(lang)
}

// reasonText is why the hosts of a permission may be scanned.
func reasonText(g *scope.Grant) portlore.Text {
	switch g.Reason {
	case scope.Own:
		return portlore.Text{EN: "this machine itself", ZH: "本机"}
	case scope.OnLink:
		return portlore.Text{EN: "private, on your own link", ZH: "本机所在网段的内网地址"}
	case scope.Registered:
		return portlore.Text{EN: "in your register, " + g.Why, ZH: "已登记，" + g.Why}
	}
	return portlore.Text{EN: "on your word, " + g.Why, ZH: "依据你的声明，" + g.Why}
}

// allowed is why the addresses may be scanned, for the report.
func (s *scanner) allowed() []report.ScanAllowed {
	all := []report.ScanAllowed{}
	for _, g := range s.decision.Grants {
		all = append(all, report.ScanAllowed{Reason: string(g.Reason), Why: g.Why, Hosts: g.Hosts.Len(), Ranges: rangeWords(&g)})
	}
	return all
}

func rangeWords(g *scope.Grant) (words []string) {
	for _, r := range g.Hosts.Ranges() {
		word := r.First.String()
		if r.First != r.Last {
			word += "-" + r.Last.String()
		}
		words = append(words, word)
	}
	return words
}

// portLists are the ports that are asked, for the report.
func (s *scanner) portLists() report.ScanPorts {
	return report.ScanPorts{TCP: portList(s.ports.tcp), UDP: portList(s.ports.udp), TCPCount: len(s.ports.tcp), UDPCount: len(s.ports.udp)}
}

// portList writes ports in order as numbers and ranges.
func portList(ports []uint16) string {
	var parts []string
	for i := 0; i < len(ports); {
		end := i
		for end+1 < len(ports) && ports[end+1] == ports[end]+1 {
			end++
		}
		word := fmt.Sprint(ports[i])
		if end > i {
			word += fmt.Sprintf("-%d", ports[end])
		}
		parts = append(parts, word)
		i = end + 1
	}
	return strings.Join(parts, ",")
}
