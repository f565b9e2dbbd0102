package report

import (
	"strings"

	"github.com/portlore/portlore"
)

// origin says which format took the line, and in what it was wrapped.
func (p *linePage) origin(o Pasted) [][2]string {
	var rows [][2]string
	if o.Format != "" {
		rows = append(rows, [2]string{p.say("format", "格式"), p.say("taken by "+o.Format, "由 "+o.Format+" 读懂")})
	}
	if o.Wrapping.EN != "" {
		rows = append(rows, [2]string{p.say("wrapped in", "外层"), o.Wrapping.In(p.Lang)})
	}
	return rows
}

// others are the fields of a record that no verdict depends on.
func (p *linePage) others(message string) [][2]string {
	var rows [][2]string
	seen := map[string]bool{}
	for _, word := range strings.Fields(message) {
		name, value, valued := strings.Cut(word, "=")
		means, known := fieldMeans(name)
		if seen[name] || !known && (!valued || said[name] || !isField(name)) {
			continue
		}
		seen[name] = true
		switch {
		case !known:
			means = portlore.Text{EN: "portlore knows no such field and does not look at it", ZH: "portlore 不认识这个字段，未予理会"}
		case valued && value == "":
			means = portlore.Text{EN: means.EN + " (empty)", ZH: means.ZH + "（空）"}
		}
		rows = append(rows, [2]string{word, means.In(p.Lang)})
	}
	return rows
}

// said are the fields that the answer says in any case.
var said = map[string]bool{
	"IN": true, "OUT": true, "SRC": true, "DST": true, "TTL": true, "SPT": true, "DPT": true, "TYPE": true, "CODE": true, "HOPLIMIT": true,
}

// isField tells the name of a field from other text with an equals sign.
func isField(name string) bool {
	return name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// fieldMeans says what a field of net/netfilter/nf_log_syslog.c means that is
// not explained with its value.
func fieldMeans(name string) (portlore.Text, bool) {
	t, ok := map[string]portlore.Text{
		"MAC":     {EN: "link addresses: six bytes to whom, six bytes from whom, two the type", ZH: "链路层地址：目的 6 字节、来源 6 字节、类型 2 字节"},
		"LEN":     {EN: "length in bytes: of the packet, and behind UDP of the datagram", ZH: "长度（字节）：先是整个包，UDP 之后是数据报"},
		"TOS":     {EN: "type of service: how routers should treat it; anybody may set it", ZH: "服务类型：希望路由器如何对待，谁都能设"},
		"TC":      {EN: "traffic class: how routers should treat it; anybody may set it", ZH: "流量类别：希望路由器如何对待，谁都能设"},
		"PREC":    {EN: "precedence, the upper bits of the type of service", ZH: "优先级，即服务类型的高位"},
		"FLOWLBL": {EN: "flow label of IPv6", ZH: "IPv6 流标签"},
		"ID":      {EN: "identification, by which fragments find together; tools betray themselves here", ZH: "标识，用来重组分片；扫描工具常在此露馅"},
		"DF":      {EN: "do not fragment: usual with today's systems", ZH: "禁止分片：如今的系统大多如此"},
		"MF":      {EN: "more fragments follow", ZH: "后面还有分片"},
		"CE":      {EN: "reserved bit of the IP header", ZH: "IP 首部的保留位"},
		"PROTO":   {EN: "protocol above IP", ZH: "IP 之上的协议"},
		"WINDOW":  {EN: "bytes that the sender would take at once; tools betray themselves here", ZH: "发送方一次愿收的字节数；扫描工具常在此露馅"},
		"RES":     {EN: "reserved bits of the TCP header, zero as a rule", ZH: "TCP 首部的保留位，通常为零"},
		"URGP":    {EN: "urgent pointer, zero as a rule", ZH: "紧急指针，通常为零"},
		"SEQ":     {EN: "sequence number: where in the stream this packet stands", ZH: "序列号：本包在数据流中的位置"},
		"ACK":     {EN: "acknowledgment: with a value, what was received; without, the flag", ZH: "确认：带数值时为已收到之处，不带则是标志"},
		"OPT":     {EN: "options, in hexadecimal", ZH: "选项（十六进制）"},
		"MTU":     {EN: "largest packet that fits, says the reporter of the error", ZH: "报错者所说能通过的最大包长"},
		"PHYSIN":  {EN: "port of the bridge by which it came", ZH: "进入网桥的端口"},
		"PHYSOUT": {EN: "port of the bridge by which it leaves", ZH: "离开网桥的端口"},
		"MARK":    {EN: "mark that another rule of your firewall gave it", ZH: "你的防火墙其他规则打上的标记"},
		"UID":     {EN: "user of this machine whose program sent it", ZH: "发送该包的本机用户"},
		"GID":     {EN: "group of this machine whose program sent it", ZH: "发送该包的本机用户组"},
	}[name]
	return t, ok
}

// opinions says what each detector made of the line.
func (p *linePage) opinions() {
	if len(p.r.Detectors) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.wrapped(p.say("What each detector said, in the order in which they are asked:", "各检测器的看法，按询问次序："))
	var rows [][2]string
	var silent []string
	for _, d := range p.r.Detectors {
		name := d.Detector
		if d.Class != "" {
			rows = append(rows, [2]string{name, p.say("takes it for "+d.Class, "认为是 "+d.Class)})
			name = ""
		}
		for _, t := range d.Tests {
			rows = append(rows, [2]string{name, p.test(t)})
			name = ""
		}
		if name != "" {
			silent = append(silent, name)
		}
	}
	p.table(rows)
	if len(silent) > 0 {
		p.wrapped(p.say("Left it to others: ", "未认领：") + strings.Join(silent, ", ") + p.say(".", "。"))
	}
	p.b.WriteByte('\n')
}
