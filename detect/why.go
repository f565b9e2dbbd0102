package detect

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// A ledger writes down what is measured about a few addresses, for a reader who
// asks why. Its tests decide: a detector asks it "is this enough?" and goes by
// the answer, so what the reader sees is what was judged by. Nil writes nothing
// down and costs nothing.
type ledger struct {
	lang     portlore.Lang
	detector string // whose turn it is
	tests    map[netip.Addr][]portlore.Test
	taken    map[netip.Addr]map[string]string // by detector: the class that it took something for
}

// newLedger is nil when nobody asks.
func newLedger(o Options) *ledger {
	if len(o.Why) == 0 {
		return nil
	}
	l := &ledger{o.Lang, "", map[netip.Addr][]portlore.Test{}, map[netip.Addr]map[string]string{}}
	for _, a := range o.Why {
		l.tests[a], l.taken[a] = nil, map[string]string{}
	}
	return l
}

// turn says whose turn it is.
func (l *ledger) turn(d *Detector) {
	if l != nil {
		l.detector = d.Name
	}
}

// least says that there is enough of something for a class.
func (l *ledger) least(h *table.Half, class string, what *portlore.Text, have, need int) bool {
	if l != nil {
		l.write(h.Addr, h.Kind, class, *what, float64(have), "least", float64(need))
	}
	return have >= need
}

// most says that there is not too much of something for a class.
func (l *ledger) most(h *table.Half, class string, what *portlore.Text, have, need int) bool {
	if l != nil {
		l.write(h.Addr, h.Kind, class, *what, float64(have), "most", float64(need))
	}
	return have <= need
}

// write notes one test, unless the same was noted before.
func (l *ledger) write(a netip.Addr, kind table.Kind, class string, what portlore.Text, have float64, bound string, need float64) {
	known, asked := l.tests[a]
	t := portlore.Test{
		Detector: l.detector, Class: class, Kind: kind.String(), Text: what.In(l.lang),
		Have: have, Bound: bound, Need: need, Passed: have >= need && bound == "least" || have <= need && bound == "most",
	}
	if asked && len(known) < mostTests && !slices.Contains(known, t) {
		l.tests[a] = append(known, t)
	}
}

// mostTests is how many tests are kept of one address: a target is tested once
// for each of its services.
const mostTests = 200

// take notes that something of an address was taken for a class.
func (l *ledger) take(h *table.Half, class string) {
	if l == nil {
		return
	}
	if by := l.taken[h.Addr]; by != nil && by[l.detector] == "" {
		by[l.detector] = class
	}
}

// of are the tests that tell why a draft is what it is, and how near it came to
// something else: of one source, all that was measured of it; of several, and
// of their target, what speaks for this class.
func (l *ledger) of(d *draft) []portlore.Test {
	if l == nil {
		return nil
	}
	var all []portlore.Test
	take := func(list []member, alone bool) {
		for _, m := range list[:min(2, len(list))] {
			for _, t := range l.tests[m.addr] {
				if (alone || t.Class == d.class) && !slices.Contains(all, t) {
					all = append(all, t)
				}
			}
		}
	}
	take(d.subjects.list, len(d.subjects.list) == 1)
	take(d.targets.list, false)
	slices.SortStableFunc(all, func(a, b portlore.Test) int { return cmp.Compare(rank(a, d.class), rank(b, d.class)) })
	return all
}

// rank puts what decided first.
func rank(t portlore.Test, class string) int {
	if t.Class == class {
		return 0
	}
	return 1
}

// opinions are what each detector made of the one observation there is.
func (l *ledger) opinions(o Options) []portlore.Opinion {
	var all []portlore.Opinion
	for _, d := range All() {
		op := portlore.Opinion{Detector: d.Name}
		for _, a := range o.Why {
			op.Class = cmp.Or(op.Class, l.taken[a][d.Name])
			for _, t := range l.tests[a] {
				if t.Detector == d.Name && !slices.Contains(op.Tests, t) {
					op.Tests = append(op.Tests, t)
				}
			}
		}
		all = append(all, op)
	}
	return all
}

// sharedOut says that rows share out ports of one host, hardly any twice.
func (c *Case) sharedOut(rows []uint32, ports, tries int) bool {
	const class = "scan.distributed"
	enough := true
	var h table.Half
	for _, n := range rows {
		c.t.Row(int(n), &h)
		enough = c.why.least(&h, class, &sharedPorts, ports, 20) && c.why.most(&h, class, &triedTwice, (100*tries+ports-1)/max(1, ports), 120) && enough
	}
	return enough
}

// What is measured, as it is said to the reader.
var (
	portsWithin = [...]portlore.Text{
		{EN: "ports within 5 minutes", ZH: "5 分钟内的端口数"},
		{EN: "ports within a day", ZH: "一天内的端口数"},
	}
	hostsWithin = [...]portlore.Text{
		{EN: "hosts within 5 minutes", ZH: "5 分钟内的主机数"},
		{EN: "hosts within a day", ZH: "一天内的主机数"},
	}
	synsInMinute   = portlore.Text{EN: "SYNs within a minute to one service", ZH: "一分钟内发往同一服务的 SYN 数"}
	packetsBurst   = portlore.Text{EN: "packets within 20 seconds to one service", ZH: "20 秒内发往同一服务的包数"}
	loginTries     = portlore.Text{EN: "connections to the login", ZH: "连接登录服务的次数"}
	bytesEach      = portlore.Text{EN: "bytes sent in each connection", ZH: "每次连接发送的字节数"}
	questions      = portlore.Text{EN: "DNS questions", ZH: "DNS 查询数"}
	questionLength = portlore.Text{EN: "bytes of a DNS question, on average", ZH: "DNS 查询的平均字节数"}
	secondsTaken   = portlore.Text{EN: "seconds that all of it took", ZH: "总共用时（秒）"}
	events         = portlore.Text{EN: "events", ZH: "次数"}
	unevenness     = portlore.Text{EN: "deviation of the intervals, in hundredths of their mean", ZH: "间隔偏差，占平均间隔的百分数"}
	sameHeads      = portlore.Text{EN: "packets that another source sent alike, IP id and ports", ZH: "与其他来源的 IP 标识和端口都相同的包数"}
	sharedPorts    = portlore.Text{EN: "ports that they share out", ZH: "合起来试探的端口数"}
	triedTwice     = portlore.Text{EN: "tries for each hundred ports", ZH: "每一百个端口的试探次数"}
	miraiTells     = portlore.Text{EN: "SYNs whose sequence number is their destination", ZH: "序列号等于目标地址的 SYN 数"}
	proxyTries     = portlore.Text{EN: "ports of proxies", ZH: "代理端口数"}
	amplifiable    = portlore.Text{EN: "ports of amplifiers", ZH: "放大器端口数"}
	refusedLogins  = portlore.Text{EN: "logins refused within a minute", ZH: "一分钟内被拒绝的登录次数"}
	knocks         = portlore.Text{EN: "attempts at one closed port", ZH: "对同一关闭端口的尝试次数"}
)
