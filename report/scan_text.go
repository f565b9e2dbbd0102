package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// A scanPage is the text of a Scan. It speaks as `explain` and `listen` do.
type scanPage struct {
	explainPage
	s *Scan
}

func (p *scanPage) screen() {
	if p.s.Partial {
		p.wrapped(p.partial())
	}
	p.wrapped(p.s.Sentence)
	p.wrapped(p.coverage())
	for _, l := range p.allowed() {
		p.wrapped(l)
	}
	p.changes()
	shown := p.hosts()
	p.stories()
	p.tail(shown)
}

func (p *scanPage) partial() string {
	return p.say("PARTIAL: stopped before the end. Counts are a floor.", "未扫完：中途停止，数字只是下限。")
}

// coverage is what was asked, how much of it, and how long it took.
func (p *scanPage) coverage() string {
	what := p.s.Ports.Words().In(p.Lang)
	hosts := p.asked()
	who := p.say(quantity.Plural(hosts, "address"), quantity.Count(hosts)+" 个地址")
	if hosts != 1 {
		who = p.say(quantity.Count(hosts)+" addresses", who)
		what = p.say(what+" each", "各 "+what)
	} else if len(p.s.Targets) == 1 {
		who = called(&p.s.Targets[0])
	} else if len(p.s.Allowed) > 0 && len(p.s.Allowed[0].Ranges) == 1 {
		who = p.s.Allowed[0].Ranges[0]
	}
	took := fmt.Sprintf("%.1f s", p.s.Seconds)
	packets := p.say(quantity.Plural(p.s.Packets, "packet"), quantity.Count(p.s.Packets)+" 个包")
	return strings.Join([]string{who, what, packets, p.say(took, strings.TrimSuffix(took, " s")+" 秒"), minute(p.s.Time)}, p.say(", ", "，"))
}

// Words are how many ports are asked: 998 tcp + 4 udp ports.
func (l *ScanPorts) Words() portlore.Text {
	var en, zh []string
	for _, p := range []struct {
		n     int
		proto string
	}{{l.TCPCount, "tcp"}, {l.UDPCount, "udp"}} {
		if n := quantity.Count(uint64(p.n)); p.n > 0 {
			en, zh = append(en, n+" "+p.proto), append(zh, n+" 个 "+p.proto)
		}
	}
	return portlore.Text{
		EN: strings.Join(en, " + ") + plural(uint64(l.TCPCount+l.UDPCount), " port", " ports"),
		ZH: strings.Join(zh, "、") + " 端口",
	}
}

// minute writes a time for people: 2026-11-23 14:18 UTC.
func minute(t string) string {
	if len(t) == len("2026-11-23T14:18:56Z") {
		t = t[:len("2026-11-23T14:18")] + "Z"
	}
	return stamp(t)
}

// called is a host by its name and its address.
func called(t *ScanTarget) string {
	if t.Name == "" {
		return t.Address
	}
	return t.Name + " " + t.Address
}

// asked is how many addresses the scan was about.
func (p *scanPage) asked() (n uint64) {
	for _, a := range p.s.Allowed {
		n += a.Hosts
	}
	return n
}

// allowed says why it could be done.
func (p *scanPage) allowed() (lines []string) {
	free := map[string]bool{}
	for _, a := range p.s.Allowed {
		switch a.Reason {
		case "own", "link":
			free[a.Reason] = true
		case "registered":
			lines = append(lines, p.say("Allowed by your register: ", "依据授权登记：")+a.Why+p.end())
		case "authorized":
			lines = append(lines, p.say("Allowed on your word: ", "依据你的声明：")+a.Why+p.end())
		}
	}
	many := p.asked() > 1
	var why string
	switch {
	case free["own"] && free["link"]:
		why = p.say("this machine, and private addresses on your own link", "本机，以及本机所在网段的内网地址")
	case free["own"]:
		why = p.say("this machine itself", "本机")
	case free["link"] && many:
		why = p.say("private addresses on your own link", "本机所在网段的内网地址")
	case free["link"]:
		why = p.say("a private address on your own link", "本机所在网段的内网地址")
	}
	if why != "" {
		lines = slices.Insert(lines, 0, p.say("Allowed without asking: "+why+".", "无须授权："+why+"。"))
	}
	if len(lines) > 0 {
		lines[len(lines)-1] += p.say(" Nothing was changed.", "未改动任何东西。")
	}
	return lines
}

// end is a full stop.
func (p *scanPage) end() string { return p.say(".", "。") }

// most is how many of so many are shown.
func (p *scanPage) most(bound, n int) int {
	if p.All {
		return n
	}
	return min(bound, n)
}

// Bounds of the screen.
const (
	mostHostsShown = 50
	mostRowsOfOne  = 60
)

// hosts are the tables: one for each host that has something open.
func (p *scanPage) hosts() (shown int) {
	several := p.asked() > 1
	order := make([]*ScanTarget, 0, len(p.s.Targets))
	var nothing uint64
	for _, t := range p.worstFirst() {
		if len(t.Doors) > 0 || !several {
			order = append(order, t)
		} else {
			nothing++
		}
	}
	for _, t := range order[:p.most(mostHostsShown, len(order))] {
		p.b.WriteByte('\n')
		if several {
			p.line(called(t))
		}
		p.host(t)
		shown++
	}
	if left := uint64(len(order) - shown); left > 0 {
		p.b.WriteByte('\n')
		p.line(p.say("And "+quantity.Plural(left, "host")+" more with open doors (-v shows all).", "另有 "+quantity.Count(left)+" 台主机有开放端口（-v 显示全部）。"))
	}
	p.quiet(nothing)
	return shown
}

// worstFirst are the hosts, those with the worst door first.
func (p *scanPage) worstFirst() []*ScanTarget {
	order := make([]*ScanTarget, len(p.s.Targets))
	for i := range p.s.Targets {
		order[i] = &p.s.Targets[i]
	}
	slices.SortStableFunc(order, func(a, b *ScanTarget) int { return cmp.Compare(worst(b), worst(a)) })
	return order
}

func worst(t *ScanTarget) (w portlore.Word) {
	for _, d := range t.Doors {
		w = max(w, d.Word)
	}
	return w
}

// host is the table of one host, and the account of its other ports.
func (p *scanPage) host(t *ScanTarget) {
	var rows []doorRow
	for i := range t.Doors[:p.most(mostRowsOfOne, len(t.Doors))] {
		d := &t.Doors[i]
		rows = append(rows, doorRow{word: d.Word, port: fmt.Sprintf("%d/%s", d.Port, d.Proto), what: p.answered(d), why: p.proof(d)})
	}
	if len(rows) > 0 {
		p.tableRows(doorRow{port: p.say("PORT", "端口"), what: p.say("WHAT ANSWERED", "应答者"), why: p.say("PROOF", "依据")}, rows)
	}
	if left := uint64(len(t.Doors) - len(rows)); left > 0 {
		p.line(strings.Repeat(" ", indent) + p.say("and "+quantity.Count(left)+" more open (-v shows all)", "另有 "+quantity.Count(left)+" 个开放（-v 显示全部）"))
	}
	p.account(t)
}

// answered is who answered, as far as it said so.
func (p *scanPage) answered(d *portlore.Door) string {
	if d.Service.Proof == "none" || d.Service.Proof == "" || d.Service.Name == "" && d.Service.Proof != "answer" {
		if d.Service.TLS {
			return p.say("TLS, inside unknown", "TLS，内部未知")
		}
		return p.say("not known", "未知")
	}
	s := &d.Service
	if s.Proof != "answer" {
		return p.what(d)
	}
	said := strings.TrimSpace(s.Product + " " + s.Version)
	switch {
	case s.TLS && s.Name != "":
		said = s.Name + "+TLS" + bracketed(said)
	case !strings.HasPrefix(strings.ToLower(said+" "), strings.ToLower(s.Name+" ")):
		said = s.Name + bracketed(said)
	}
	return cmp.Or(said, s.Banner)
}

// bracketed puts a text into brackets; an empty one needs none.
func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}

// proof is by what it is known, and for what wants attention also why.
func (p *scanPage) proof(d *portlore.Door) string {
	s := &d.Service
	var parts []string
	for _, c := range d.Checks {
		if c.Evidence == d.Why {
			return d.Why // the check says all
		}
	}
	switch {
	case len(d.Checks) > 0:
		parts = append(parts, d.Checks[0].Evidence)
	case s.Proof == "answer" && s.Banner != "":
		parts = append(parts, p.say("its greeting", "它的问候语"))
	case s.Proof == "answer":
		parts = append(parts, p.say("its answer", "它的应答"))
	case s.Proof == "number":
		parts = append(parts, p.say("only the number says so", "只凭端口号推测"))
	case s.Banner != "":
		parts = append(parts, p.say("it said: ", "它说：")+s.Banner)
	case s.TLS:
		parts = append(parts, p.say("it speaks TLS and says no more", "它用 TLS，此外没有说话"))
	default:
		parts = append(parts, p.say("it is open and said nothing", "开放，但没有说话"))
	}
	if n := p.suggested(d); n != "" {
		parts = append(parts, p.say("the number suggests "+n, "端口号像是 "+n))
	}
	if d.Word > portlore.Fine {
		parts = append(parts, d.Why)
	}
	return strings.Join(parts, p.say("; ", "；"))
}

// suggested is the service that the number stands for, where something else
// answered.
func (p *scanPage) suggested(d *portlore.Door) string {
	if p.Base == nil || d.Service.Proof != "answer" {
		return ""
	}
	if len(d.Lore) < 2 { // behind the entry of the service stands that of the number, if it is another one
		return ""
	}
	if e := p.entryAt(d.Lore[1]); e != nil && e.Family != "trojan" {
		return e.Service
	}
	return ""
}

// account is what became of the ports that are not open.
func (p *scanPage) account(t *ScanTarget) {
	for i, l := range together(p.accountOf(t), p.say("; ", "；"), columns-indent) {
		if i == 0 && len(t.Doors) == 0 {
			l = p.say("nothing open; ", "无开放端口；") + l
		}
		p.line(strings.Repeat(" ", indent) + l)
	}
}

func (p *scanPage) accountOf(t *ScanTarget) (parts []string) {
	count := func(n uint64, en, zh string) {
		if n > 0 {
			parts = append(parts, p.say(quantity.Count(n)+" "+en, zh+" "+quantity.Count(n)+" 个"))
		}
	}
	count(t.TCP.Closed, "tcp closed", "tcp 关闭")
	count(t.TCP.Filtered, "tcp filtered (no answer)", "tcp 被过滤（无应答）")
	count(t.TCP.Unknown, "tcp not asked", "tcp 未询问")
	count(t.UDP.Closed, "udp closed", "udp 关闭")
	count(t.UDP.Filtered, "udp filtered", "udp 被过滤")
	count(t.UDP.Unknown, "udp silent (closed or filtered: unknown)", "udp 无应答（关闭还是被过滤，无从得知）")
	return parts
}

// quiet sums up the hosts that are in no table.
func (p *scanPage) quiet(nothing uint64) {
	if parts := p.quietOf(nothing); len(parts) > 0 {
		p.b.WriteByte('\n')
		p.wrapped(p.say("Addresses: ", "地址：") + strings.Join(parts, p.say("; ", "；")) + p.end())
	}
}

func (p *scanPage) quietOf(nothing uint64) (parts []string) {
	q := &p.s.Quiet
	count := func(n uint64, en, zh string) {
		if n > 0 {
			parts = append(parts, p.say(quantity.Count(n)+" "+en, quantity.Count(n)+" 个"+zh))
		}
	}
	count(nothing, "answered and have nothing open", "有应答，但没有开放端口")
	count(q.Silent, "did not answer on any port", "所有端口都无应答")
	count(q.Absent, "have no host", "地址上没有主机")
	count(q.Refused, "not asked any more: permission ended", "授权到期，未再询问")
	count(q.Unasked, "not reached before the end", "中止前未扫到")
	count(q.LeftOut, "never scanned (broadcast addresses and the like)", "绝不扫描（广播地址等）")
	return parts
}

// stories tell of what wants something done: the same at several hosts is one story.
func (p *scanPage) stories() {
	left := p.tell(p.r.Doors, DoorBlocks(p.r), p.heading)
	if left > 0 {
		p.b.WriteByte('\n')
		p.line(p.say("And "+quantity.Count(left)+" more of them (-v shows all).", "另有 "+quantity.Count(left)+" 项（-v 显示全部）。"))
	}
}

// heading names a door: its word, its port, who answered, where.
func (p *scanPage) heading(row []int) {
	d := &p.r.Doors[row[0]]
	s := fmt.Sprintf("%d/%s  %s", d.Port, d.Proto, p.answered(d))
	if p.asked() > 1 {
		s += "  " + d.Address
		if more := len(row) - 1; more > 0 {
			s += p.say(fmt.Sprintf(" and %d more", more), fmt.Sprintf(" 等 %d 台", len(row)))
		}
	}
	p.headLine(d.Word, s)
}

// changes say what is different from an earlier scan.
func (p *scanPage) changes() {
	c := &p.s.Changes
	if c.New == nil { // no earlier one was given
		return
	}
	since := stamp(c.Since)
	p.wrapped(p.difference(since, len(c.New), len(c.Changed), len(c.Gone)))
	for _, part := range p.parts(c.New, c.Changed, c.Gone) {
		for i := range part.doors {
			d := &part.doors[i]
			p.line(fmt.Sprintf("  %s  %s  %s  %d/%s  %s", part.label, p.word(d.Word), d.Address, d.Port, d.Proto, p.answered(d)))
		}
	}
	if c.Unasked > 0 {
		p.wrapped(p.unasked())
	}
}

func (p *scanPage) unasked() string {
	n := p.s.Changes.Unasked
	return p.say(quantity.Plural(n, "door")+" only one of the two scans asked for: nothing is said of them.", "有 "+quantity.Count(n)+" 个端口只有其中一次扫描问过，不作比较。")
}

// tail is what is to be known besides, and what to ask next.
func (p *scanPage) tail(shown int) {
	if len(p.s.Notes) > 0 {
		p.b.WriteByte('\n')
	}
	for _, n := range p.s.Notes {
		p.wrapped(p.say("Note: ", "注意：") + n)
	}
	if shown == 0 || len(p.r.Doors) == 0 {
		return
	}
	d := p.r.Doors[0]
	for _, other := range p.r.Doors {
		if other.Word > d.Word {
			d = other
		}
	}
	p.b.WriteByte('\n')
	p.line(p.say("Next:  ", "接着看：") + fmt.Sprintf("portlore port %d", d.Port))
}
