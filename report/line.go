package report

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

// Pasted is the one observation that there was, and how it was written down.
type Pasted struct {
	*portlore.Observation
	Format   string        // id of the format that took it; empty: not said
	Wrapping portlore.Text // in what the record stood; zero: not said
	Message  string        // the record itself, when every field of it is asked for
}

// Line explains a report on one observation field by field: the commonest
// question is one pasted line.
func Line(w io.Writer, r *portlore.Report, pasted Pasted, style ExplainStyle) error {
	p := &linePage{explainPage{r: r, ExplainStyle: style}, pasted.Observation, style.Base}
	p.wrapped(p.verdict())
	p.b.WriteByte('\n')
	rows := p.rows()
	if p.Why {
		rows = slices.Concat(p.origin(pasted), rows, p.others(pasted.Message))
	}
	p.table(rows)
	p.b.WriteByte('\n')
	if means, do := p.meaning(); means != "" {
		p.row2(p.say("Means", "含义"), means)
		p.row2(p.say("Do", "建议"), do)
	}
	if p.Why {
		p.opinions()
	}
	if in := p.r.Inputs; len(in) == 1 && in[0].Format != "netfilter" {
		p.wrapped(p.say("One line cannot show a pattern. Try:  portlore explain FILE, with the whole log",
			"单独一行看不出规律，可试：portlore explain 文件，交出整份日志"))
	} else {
		p.wrapped(p.say("One line cannot show a pattern. Try:  journalctl -k | portlore explain -",
			"单独一行看不出规律，可试：journalctl -k | portlore explain -"))
	}
	p.notes()
	if in := p.r.Inputs; len(in) != 1 || in[0].Lines != 1 {
		p.account()
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// table writes rows of a field and what it means.
func (p *linePage) table(rows [][2]string) {
	for _, row := range rows {
		for i, l := range textwidth.Wrap(row[1], columns-valueColumn) {
			label := ""
			if i == 0 {
				label = row[0]
			}
			if textwidth.Of(label) > valueColumn-3 { // no room for a blank behind it
				p.line("  " + label)
				label = ""
			}
			p.line(textwidth.Pad("  "+label, valueColumn) + l)
		}
	}
}

const valueColumn = 20

type linePage struct {
	explainPage
	o    *portlore.Observation
	base *lore.Base
}

func (p *linePage) row2(label, text string) {
	for i, l := range textwidth.Wrap(text, columns-indent) {
		if i > 0 {
			label = ""
		}
		p.line(textwidth.Pad(label, indent) + l)
	}
}

// verdict is line 1: what became of it, who did what, and whether to act.
func (p *linePage) verdict() string {
	o := p.o
	outcome := map[portlore.Verdict]portlore.Text{
		portlore.Blocked:  {EN: "Blocked: ", ZH: "已拦截："},
		portlore.Accepted: {EN: "Let in: ", ZH: "已放行："},
		portlore.Unsaid:   {EN: "Seen: ", ZH: "记录到："},
	}[o.Verdict].In(p.Lang)
	if o.Verdict == portlore.Accepted && o.Way == portlore.Out {
		outcome = p.say("Let out: ", "已放行：")
	}
	if said := p.saidDeed(); said != "" {
		if o.Verdict == portlore.Unsaid {
			outcome = "" // somebody in particular saw it
		}
		return outcome + said + p.act()
	}
	return outcome + p.deed() + p.act()
}

// deed is what the sender did.
func (p *linePage) deed() string {
	o, src, dst := p.o, p.o.Src.String(), p.o.Dst.String()
	port := func(n uint16) string {
		s := fmt.Sprintf("%d/%s", n, o.Proto)
		if title := p.title(n); title != "" {
			s += p.say(", "+title, "："+title)
		}
		return s
	}
	switch {
	case o.Has&portlore.HasICMP != 0:
		return p.say(fmt.Sprintf("%s sent %s to %s.", src, p.icmp(), dst), fmt.Sprintf("%s 向 %s 发来%s。", src, dst, p.icmp()))
	case o.Has&portlore.HasPorts == 0:
		return p.say(fmt.Sprintf("%s sent %s to %s.", src, o.Proto, dst), fmt.Sprintf("%s 向 %s 发了 %s 包。", src, dst, o.Proto))
	case o.Has&portlore.HasFlags != 0 && o.Flags&(portlore.SYN|portlore.ACK|portlore.RST|portlore.FIN) == portlore.SYN:
		return p.say(fmt.Sprintf("%s tried to open %s.", src, port(o.DstPort)), fmt.Sprintf("%s 想连接 %s。", src, port(o.DstPort)))
	case o.Has&portlore.HasFlags != 0 && o.Flags&(portlore.SYN|portlore.ACK) == portlore.SYN|portlore.ACK:
		return p.say(fmt.Sprintf("%s answers a SYN, from its %s.", src, port(o.SrcPort)), fmt.Sprintf("%s 在应答一个 SYN，来自 %s。", src, port(o.SrcPort)))
	case o.Has&portlore.HasFlags != 0 && o.Has&portlore.LacksSrcPort != 0:
		return p.say(fmt.Sprintf("%s sent %s to %s.", src, o.Flags, port(o.DstPort)), fmt.Sprintf("%s 发来 %s，目标是 %s。", src, o.Flags, port(o.DstPort)))
	case o.Has&portlore.HasFlags != 0:
		return p.say(fmt.Sprintf("%s sent %s from %d to %s.", src, o.Flags, o.SrcPort, port(o.DstPort)),
			fmt.Sprintf("%s 从端口 %d 发来 %s，目标是 %s。", src, o.SrcPort, o.Flags, port(o.DstPort)))
	case o.Proto == portlore.TCP: // the evidence does not say its flags
		return p.say(fmt.Sprintf("%s sent a TCP packet to %s.", src, port(o.DstPort)), fmt.Sprintf("%s 发来一个 TCP 包，目标是 %s。", src, port(o.DstPort)))
	}
	return p.say(fmt.Sprintf("%s sent a datagram to %s.", src, port(o.DstPort)), fmt.Sprintf("%s 发来一个数据报，目标是 %s。", src, port(o.DstPort)))
}

// act says whether the reader must do something.
func (p *linePage) act() string {
	if act := p.saidAct(); act != "" {
		return act
	}
	return [...]string{
		p.say(" Nothing to do.", "无须处理。"),
		p.say(" Worth knowing, nothing to do.", "供参考，无须处理。"),
		p.say(" Only you can tell whether it is meant to be.", "是否应当如此，请自行核实。"),
		p.say(" Act now.", "请立即处理。"),
	}[p.r.Word]
}

func (p *linePage) meaning() (means, do string) {
	if len(p.r.Findings) > 0 {
		f := p.r.Findings[0]
		return f.Means, strings.Join(f.Do, " ")
	}
	if len(p.r.Noise) > 0 {
		n := p.r.Noise[0]
		if means, do := p.saidMeaning(); means != "" {
			return means, do
		}
		service := ""
		if len(n.Services) > 0 {
			service = sought(&n)
		}
		class, _ := p.base.Class(n.Class)
		fill := strings.NewReplacer("{service}", service, "{services}", service, "{port}", p.port(), "{ports}", p.port(),
			"{subject}", p.o.Src.String(), "{target}", p.o.Dst.String(), "{subjects}", "1", "{targets}", "1", "{count}", "1")
		for _, d := range class.Do {
			do += fill.Replace(d.In(p.Lang)) + " "
		}
		return fill.Replace(class.Means.In(p.Lang)), strings.TrimSpace(do)
	}
	return "", ""
}

func (p *linePage) port() string { return fmt.Sprint(p.o.DstPort) }

// title is what lore calls a port.
func (p *linePage) title(port uint16) string {
	for _, e := range p.base.Port(p.o.Proto, port) {
		return e.Title.In(p.Lang)
	}
	return p.base.Service(p.o.Proto, port).Name
}

// rows are the fields of the line and what each means.
func (p *linePage) rows() [][2]string {
	o := p.o
	var rows [][2]string
	add := func(field, en, zh string) { rows = append(rows, [2]string{field, p.say(en, zh)}) }
	if o.Time != 0 {
		at := time.Unix(0, o.Time).UTC()
		if o.Time < portlore.SinceBoot {
			add(sinceBoot(at), "after the machine started", "从开机算起的时间")
		} else if p.r.First != "" {
			at, _ = time.Parse(time.RFC3339, p.r.First)
			add(p.say(at.Format("2 Jan 15:04:05"), at.Format("01-02 15:04:05")), "when, "+p.zone(), "时间，"+p.zone())
		}
	}
	if len(o.Label) > 0 {
		add(string(o.Label), p.label().EN, p.label().ZH)
	}
	switch in, out := string(o.InIf), string(o.OutIf); o.Way {
	case portlore.In:
		add("IN="+in+" OUT=", "arrived for this machine (not forwarded)", "发给本机的（不是转发）")
	case portlore.Out:
		add("IN= OUT="+out, "sent by this machine", "由本机发出")
	case portlore.Forward:
		add("IN="+in+" OUT="+out, "passed from one interface to the other", "从一个接口转发到另一个接口")
	}
	if o.LinkCast {
		add("MAC=", "the frame went to everybody on the link, not to you alone", "帧发给本链路上所有主机，并非只给你")
	}
	for _, end := range []struct {
		name string
		addr netip.Addr
	}{{"SRC=", o.Src}, {"DST=", o.Dst}} {
		if end.addr.IsValid() {
			add(end.name+end.addr.String(), p.who(end.addr).EN, p.who(end.addr).ZH)
		}
	}
	if o.Has&portlore.HasTTL != 0 {
		start := 255
		for _, s := range []int{32, 64, 128} {
			if int(o.TTL) <= s {
				start = s
				break
			}
		}
		hops := uint64(start - int(o.TTL))
		far := portlore.Text{EN: "likely " + quantity.Plural(hops, "hop") + " away", ZH: "大约隔了 " + quantity.Count(hops) + " 跳"}
		if hops == 0 {
			far = portlore.Text{EN: "likely sent on this very link", ZH: "多半就在本链路上"}
		}
		add(fmt.Sprintf("TTL=%d", o.TTL), fmt.Sprintf("%s (its system starts at %d)", far.EN, start),
			fmt.Sprintf("%s（对方系统的初始值为 %d）", far.ZH, start))
	}
	if o.Has&portlore.HasICMP != 0 {
		add(fmt.Sprintf("TYPE=%d CODE=%d", o.ICMPType, o.ICMPCode), p.icmp(), p.icmp())
	}
	if o.Has&portlore.HasInner != 0 {
		add("[SRC= DST= ...]", fmt.Sprintf("about a packet from %s to %s", o.Inner.Src, o.Inner.Dst), fmt.Sprintf("针对的是 %s 发往 %s 的包", o.Inner.Src, o.Inner.Dst))
	}
	if o.Has&portlore.HasFlags != 0 {
		f := flagsMean(o.Flags)
		add(o.Flags.String(), f.EN, f.ZH)
	}
	if o.Has&portlore.HasPorts != 0 {
		if o.Has&portlore.LacksSrcPort == 0 {
			rows = append(rows, [2]string{fmt.Sprintf("SPT=%d", o.SrcPort), p.portMeans(o.SrcPort, true)})
		}
		rows = append(rows, [2]string{fmt.Sprintf("DPT=%d", o.DstPort), p.portMeans(o.DstPort, false)})
	}
	if o.Fragment {
		add("FRAG", "a later fragment of a packet: it has no ports", "后续分片，不带端口")
	}
	return rows
}

func (p *linePage) zone() string {
	for _, in := range p.r.Inputs {
		if in.Zone == "stated" {
			return p.say("zone as the line says", "时区以该行为准")
		}
	}
	return p.say("no zone in the line: UTC assumed unless --tz", "该行没有时区，未指定 --tz 时按 UTC 处理")
}

func (p *linePage) label() portlore.Text {
	return map[portlore.Verdict]portlore.Text{
		portlore.Blocked:  {EN: "your firewall stopped it; this is a rule's own label", ZH: "防火墙拦下了它；这是规则自带的标签"},
		portlore.Accepted: {EN: "your firewall let it pass; this is a rule's own label", ZH: "防火墙放行了它；这是规则自带的标签"},
		portlore.Unsaid:   {EN: "a rule's own label; it does not say what the rule did", ZH: "规则自带的标签，没有说明如何处置"},
	}[p.o.Verdict]
}

// who says what kind of address it is.
func (p *linePage) who(a netip.Addr) portlore.Text {
	ours := false
	for _, h := range p.r.Home {
		net, err := netip.ParsePrefix(h.Net)
		ours = ours || err == nil && net.Contains(a)
	}
	switch {
	case !a.IsValid():
		return portlore.Text{EN: "not said", ZH: "未注明"}
	case a.IsMulticast():
		return portlore.Text{EN: "a group of receivers (multicast)", ZH: "组播地址，面向一组主机"}
	case a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return portlore.Text{EN: "everybody on the link (broadcast)", ZH: "广播地址，面向本链路所有主机"}
	case a.IsUnspecified():
		return portlore.Text{EN: "a host that has no address yet", ZH: "尚未取得地址的主机"}
	case a.IsLoopback():
		return portlore.Text{EN: "this machine itself", ZH: "本机自身"}
	case ours:
		return portlore.Text{EN: "one of yours, it seems", ZH: "看来是你自己的地址"}
	case a.IsPrivate():
		return portlore.Text{EN: "a private address: a neighbour, not the Internet", ZH: "私有地址：来自附近网络，不是互联网"}
	case a.IsLinkLocalUnicast():
		return portlore.Text{EN: "an address of the own link only", ZH: "仅在本链路内有效的地址"}
	}
	return portlore.Text{EN: "a public address", ZH: "公网地址"}
}

func flagsMean(f portlore.TCPFlags) portlore.Text {
	switch {
	case f == 0:
		return portlore.Text{EN: "no flag at all: no real connection sends that", ZH: "没有任何标志：正常连接不会这样发"}
	case f&portlore.SYN != 0 && f&portlore.ACK != 0:
		return portlore.Text{EN: "the answer to a connection attempt", ZH: "对连接请求的应答"}
	case f&portlore.SYN != 0 && f&(portlore.FIN|portlore.RST) != 0:
		return portlore.Text{EN: "flags that exclude one another", ZH: "互相矛盾的标志"}
	case f&portlore.SYN != 0:
		return portlore.Text{EN: "a new connection attempt, not a reply", ZH: "新的连接请求，不是应答"}
	case f&portlore.RST != 0:
		return portlore.Text{EN: "a refusal, or the sudden end of a connection", ZH: "拒绝连接，或突然中断连接"}
	case f&portlore.ACK == 0:
		return portlore.Text{EN: "flags that no connection begins with", ZH: "正常连接不会以这种标志开头"}
	case f&portlore.FIN != 0:
		return portlore.Text{EN: "the end of a connection", ZH: "连接收尾"}
	}
	return portlore.Text{EN: "the middle of a connection", ZH: "连接进行中的包"}
}

// icmp names a type of ICMP or ICMPv6 (IANA registries of ICMP parameters).
func (p *linePage) icmp() string {
	o := p.o
	names := map[uint8]portlore.Text{
		0: {EN: "an echo reply", ZH: "回显应答"}, 3: {EN: "\"unreachable\"", ZH: "不可达报错"}, 4: {EN: "\"slow down\"", ZH: "放慢发送的通知"},
		5: {EN: "a redirect", ZH: "重定向"}, 8: {EN: "an echo request (ping)", ZH: "回显请求（ping）"}, 11: {EN: "\"time exceeded\"", ZH: "超时报错"},
		12: {EN: "\"bad header\"", ZH: "首部有误的报错"}, 13: {EN: "a timestamp request", ZH: "时间戳请求"},
	}
	if o.Proto == portlore.ICMPv6 {
		names = map[uint8]portlore.Text{
			1: {EN: "\"unreachable\"", ZH: "不可达报错"}, 2: {EN: "\"packet too big\"", ZH: "包过大的报错"}, 3: {EN: "\"time exceeded\"", ZH: "超时报错"},
			128: {EN: "an echo request (ping)", ZH: "回显请求（ping）"}, 129: {EN: "an echo reply", ZH: "回显应答"},
			133: {EN: "a search for routers", ZH: "路由器请求"}, 134: {EN: "a router's announcement", ZH: "路由器通告"},
			135: {EN: "a search for a neighbour", ZH: "邻居请求"}, 136: {EN: "a neighbour's answer", ZH: "邻居通告"},
		}
	}
	if t, ok := names[o.ICMPType]; ok {
		return t.In(p.Lang)
	}
	return fmt.Sprintf("%s %d/%d", o.Proto, o.ICMPType, o.ICMPCode)
}

func (p *linePage) portMeans(port uint16, source bool) string {
	title := p.title(port)
	switch {
	case port == 0:
		return p.say("no service can use port 0", "任何服务都不可能使用端口 0")
	case source && port >= 1024 && title == "":
		return p.say("the port that its system happened to give it", "对方系统随手分配的端口")
	case source && port >= 32768:
		return p.say("most likely a port that its system happened to give it", "多半是对方系统随手分配的端口")
	case title == "" && port >= 32768:
		return p.say("a port such as systems hand to any program that asks", "系统会把这类端口随意分给需要的程序")
	case title == "":
		return p.say("no service is known there by number alone", "单凭号码看不出是什么服务")
	}
	if source {
		return title
	}
	return title + p.say("    more: portlore port ", "    详见：portlore port ") + fmt.Sprint(port)
}
