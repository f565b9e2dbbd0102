package detect

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// Doors judges listening sockets and scanned ports: it unites what is said twice
// and gives each its word, the reason for it, what it means and what to do. It is
// about exposure, not about attacks: an open door is not yet a visitor.
//
// What listens on a host is known; who reaches it is not, beyond what its address
// says. What answered a scan is reached by somebody; what it is is known only when
// it said so. A number is a guess in both cases, and is called one.
func Doors(base *lore.Base, lang portlore.Lang, doors []portlore.Door) []portlore.Door {
	j := doorJudge{base: base, lang: lang}
	out := unite(doors)
	j.count(out)
	for i := range out {
		j.judge(&out[i])
	}
	slices.SortStableFunc(out, func(a, b portlore.Door) int {
		return cmp.Or(cmp.Compare(b.Word, a.Word), compareStates(a.State, b.State), compareHosts(a.Address, b.Address),
			cmp.Compare(a.Port, b.Port), cmp.Compare(a.Proto, b.Proto), cmp.Compare(a.Process.PID, b.Process.PID))
	})
	return out
}

// compareStates puts what is open first.
func compareStates(a, b string) int {
	order := []string{"open", "unknown", "filtered", "closed"}
	return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
}

// compareHosts puts addresses into their own order, and what is none first.
func compareHosts(a, b string) int {
	x, err1 := netip.ParseAddr(a)
	y, err2 := netip.ParseAddr(b)
	switch {
	case err1 != nil || err2 != nil:
		return cmp.Or(boolean(err1 == nil)-boolean(err2 == nil), cmp.Compare(a, b))
	default:
		return x.Compare(y)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// unite makes one door of those that are the same: two tools that looked at one
// port, or one that was asked twice. Each keeps what only it knew.
func unite(doors []portlore.Door) []portlore.Door {
	type key struct {
		netns, address, proto, state string
		port                         uint16
		answered                     bool
		pid                          int
	}
	at := make(map[key]int, len(doors))
	out := make([]portlore.Door, 0, len(doors))
	for _, d := range doors {
		k := key{d.Netns, d.Address, d.Proto, d.State, d.Port, d.Answered, d.Process.PID}
		i, seen := at[k]
		if !seen {
			at[k] = len(out)
			out = append(out, d)
			continue
		}
		join(&out[i], &d)
	}
	return out
}

// join adds to one door what another one knows of it. An answer is worth more than
// a number.
func join(d, other *portlore.Door) {
	if proofs(other.Service.Proof) > proofs(d.Service.Proof) {
		banner := d.Service.Banner
		d.Service = other.Service
		d.Service.Banner = cmp.Or(d.Service.Banner, banner)
	}
	s, o := &d.Service, &other.Service
	s.Product, s.Version, s.Banner, s.TLS = cmp.Or(s.Product, o.Product), cmp.Or(s.Version, o.Version), cmp.Or(s.Banner, o.Banner), s.TLS || o.TLS
	p, q := &d.Process, &other.Process
	p.Name, p.Exe, p.User = cmp.Or(p.Name, q.Name), cmp.Or(p.Exe, q.Exe), cmp.Or(p.User, q.User)
	p.Unit, p.Container, p.Hidden = cmp.Or(p.Unit, q.Unit), cmp.Or(p.Container, q.Container), cmp.Or(p.Hidden, q.Hidden)
	d.Checks = append(slices.Clip(d.Checks), other.Checks...)
	d.Reach = cmp.Or(d.Reach, other.Reach)
}

func proofs(proof string) int {
	return slices.Index([]string{"none", "number", "process", "answer"}, proof)
}

// A doorJudge knows what doors are held against.
type doorJudge struct {
	base     *lore.Base
	lang     portlore.Lang
	services map[string]*lore.Entry // by id; nil: not yet asked for
	open     map[string]int         // by address, ports that answered a scan without a word
}

// mostServed is more ports than any host serves. Where as many take a connection
// and say nothing, something before the host takes all: a firewall that proxies
// SYNs, or a trap for scanners.
const mostServed = 1000

func (j *doorJudge) count(doors []portlore.Door) {
	j.open = map[string]int{}
	for i := range doors {
		if isSilent(&doors[i]) {
			j.open[doors[i].Address]++
		}
	}
}

func isSilent(d *portlore.Door) bool {
	return d.Answered && d.State == "open" && d.Proto == "tcp" && d.Service.Proof != "answer"
}

// entryOf is the first entry of a service.
func (j *doorJudge) entryOf(id string) *lore.Entry {
	if j.services == nil {
		j.services = map[string]*lore.Entry{}
		entries := j.base.Entries()
		for i := range entries {
			if e := &entries[i]; j.services[e.Service] == nil {
				j.services[e.Service] = e
			}
		}
	}
	return j.services[id]
}

// A holder is who is taken to be behind a door.
type holder struct {
	name   string      // what to call it
	proven bool        // it said so, or its program is known; false: the number is all there is
	entry  *lore.Entry // what is known of such a service; nil: nothing
	number *lore.Entry // what is known of the number; nil: nothing
}

// holder finds out who it is: who answered, then whose program it is, then what
// the number stands for.
func (j *doorJudge) holder(d *portlore.Door) (h holder) {
	proto, ported := lore.Transport(d.Proto)
	if ported { // a raw socket has a number of another kind
		if entries := j.base.Port(proto, d.Port); len(entries) > 0 {
			h.number = &entries[0]
		}
	}
	guess := d.Service.Name
	if guess == "" && h.number != nil && h.number.Family != "trojan" { // the registry alone names what nobody runs
		guess = h.number.Service
	}
	if d.Service.Proof == "answer" && d.Service.Name != "" {
		h.name, h.proven = d.Service.Name, true
		h.entry = j.serves(servicesNamed(strings.ToLower(d.Service.Name)), proto, h.number)
		return h
	}
	if ids := servicesOf(programOf(&d.Process)); len(ids) > 0 {
		h.proven = true
		if h.entry = j.serves(ids, proto, h.number); h.entry != nil {
			h.name = h.entry.Service
			d.Service.Name, d.Service.Proof = h.name, "process"
		}
		return h
	}
	h.name, h.entry = guess, h.number
	switch {
	case guess != "" && d.Service.Proof != "answer":
		d.Service.Name, d.Service.Proof = guess, "number"
	case d.Service.Proof == "":
		d.Service.Proof = "none"
	}
	return h
}

// serves is the entry of one of several services: of the one that the number
// stands for too, else of the first. What answers by HTTP may be anything that is
// spoken to by HTTP, so that the number goes on being a guess. What a program does
// by another transport than its service is something else.
func (j *doorJudge) serves(ids []string, proto portlore.Proto, number *lore.Entry) *lore.Entry {
	if number != nil && (slices.Contains(ids, number.Service) || slices.Contains(ids, "http") && mayBeHTTP(number)) {
		return number
	}
	for _, id := range ids {
		if e := j.entryOf(id); e != nil && e.Transport.Has(proto) {
			return e
		}
	}
	return nil
}

// judge gives a door its word. The first that fits wins.
func (j *doorJudge) judge(d *portlore.Door) {
	h := j.holder(d)
	d.Lore = j.loreOf(d, &h)
	d.Do = []string{}
	say := func(w portlore.Word, why portlore.Text) { d.Word, d.Why = w, why.In(j.lang) }
	d.Checks = reached(d, d.Checks)
	if worst := worstCheck(d.Checks); worst != nil && worst.Word > portlore.Fine && d.State == "open" {
		d.Word, d.Why, d.Means, d.Do = worst.Word, worst.Evidence, worst.Means, orEmpty(worst.Do)
		return
	}
	notorious := h.number != nil && h.number.Family == "trojan"
	switch bound := boundTo(d); {
	case d.State == "closed":
		say(portlore.Fine, both("refused: nothing listens", "拒绝连接，无程序监听"))
	case d.State == "filtered":
		say(portlore.Fine, both("silent: a firewall drops it", "无应答，被防火墙丢弃"))
	case d.State != "open":
		say(portlore.Fine, both("silent: open or filtered", "无应答，可能开放也可能被过滤"))
	case d.Service.Proof == "answer" && isBackdoor(d.Service.Name):
		say(portlore.Fix, both("a back door answered", "应答的是后门程序"))
		d.Means = both("The scanner knew this program by its answer, not by the number. Somebody else can control this host.",
			"扫描器是凭应答认出它的，不只看端口号。这台主机可能受他人控制。").In(j.lang)
		d.Do = []string{both("Act now: take it off the network, save a copy for study, then install it afresh.", "立即处理：断网，留存镜像备查，然后重装系统。").In(j.lang)}
		return
	case !d.Answered && d.Proto == "udp" && d.Port >= firstEphemeral && !h.proven:
		say(portlore.Fine, both("client awaiting answers", "临时端口，多为等待应答的客户端"))
	case !d.Answered && d.Port >= firstDynamic && !h.proven && !notorious && bound != boundLoopback:
		say(portlore.Fine, both("dynamic port, says nothing", "动态端口，说明不了什么"))
	case isSilent(d) && j.open[d.Address] >= mostServed:
		say(portlore.Note, both("every port answers", "所有端口都有应答"))
		d.Means = j.say("A firewall that answers for the host, or a trap for scanners, takes every connection. Of what really listens, this says nothing.",
			"可能是防火墙代答，也可能是专门应付扫描的陷阱，什么连接都接受。真正有哪些服务，由此看不出来。")
		d.Do = []string{j.say("Look on the host itself (ss -tulpn), or scan with a version scan (nmap -sV).", "到该主机上查看（ss -tulpn），或用版本探测再扫一次（nmap -sV）。")}
		return
	case bound == boundLoopback && notorious:
		say(portlore.Fine, both("notorious number, yours alone", "端口号虽有恶名，但只限本机"))
	case bound == boundLoopback && d.Where() == "*":
		say(portlore.Fine, both("others are kept out", "外人到不了"))
	case bound == boundLoopback:
		say(portlore.Fine, both("this machine only", "只限本机"))
	case bound == boundLink && !d.Answered:
		say(portlore.Fine, both("its own link only", "只限本网段"))
	case notorious && !h.proven && programOf(&d.Process) == "":
		say(portlore.Check, both("notorious number, whose?", "端口号有恶名，程序不明"))
		j.notorious(d)
		return
	case notorious && !h.proven:
		say(portlore.Note, both("notorious number only", "端口号有恶名，别无可疑之处"))
	case h.entry != nil && h.entry.Family == "trojan": // proven to be something nobody wrote about
		say(portlore.Note, both("no known service", "不是已知服务"))
	case !d.Answered && d.Process.Hidden == "namespace" && h.entry == nil && bound != boundLoopback:
		say(portlore.Check, both("owner in another namespace", "所属进程在其他命名空间"))
		d.Means = j.say("Its owner cannot be seen from here, by root either: the socket is held outside of this PID namespace, by the host, a container or the kernel.",
			"在这里看不到所属进程，root 也不行：套接字由当前 PID 命名空间之外的宿主机、容器或内核持有。")
		d.Do = []string{j.say("Look on the container host: "+ssCommand(d), "到容器宿主机上查看："+ssCommand(d))}
		return
	case len(d.From) > 0 && h.entry != nil && h.entry.Expose == "never":
		say(portlore.Note, both("a firewall lets few in", "防火墙只放行少数地址"))
	case len(d.From) > 0:
		say(portlore.Fine, both("a firewall lets few in", "防火墙只放行少数地址"))
	case h.entry == nil:
		j.stranger(d, &h, bound)
	case !d.Answered && staysOnLink(h.entry.Service):
		say(portlore.Fine, both("meant for its own link", "只用于本网段"))
	case h.entry.Expose == "never":
		j.never(d, &h, bound)
	case h.entry.Expose == "restrict":
		j.restricted(d, &h, bound)
	default:
		say(portlore.Fine, both("may be public", "可以公开"))
	}
	if notorious && h.proven && h.entry != nil && d.Word == portlore.Fine && boundTo(d) != boundLoopback && d.State == "open" {
		say(portlore.Fine, both("notorious number, known", "端口号有恶名，程序是已知的"))
	}
	j.means(d, &h)
}

// never is about services that should not face strangers.
func (j *doorJudge) never(d *portlore.Door, h *holder, bound bound) {
	switch {
	case bound == boundSelf:
		d.Word, d.Why = portlore.Note, both("answers itself; others?", "本机能访问，外人能否访问未知").In(j.lang)
	case d.Answered && bound == boundPrivate:
		d.Word, d.Why = portlore.Note, both("inside; keep strangers out", "内网可访问，勿让外人访问").In(j.lang)
	case d.Answered && h.proven:
		d.Word, d.Why = portlore.Check, both("answers; not for strangers", "有应答，不该面向陌生人").In(j.lang)
	case d.Answered:
		d.Word, d.Why = portlore.Check, both("if so, not for strangers", "若真是它，不该面向陌生人").In(j.lang)
	case bound == boundPrivate && d.Reach != "":
		d.Word, d.Why = portlore.Note, both("inside; keep strangers out", "内网可访问，勿让外人访问").In(j.lang)
	case bound == boundPrivate:
		d.Word, d.Why = portlore.Note, both("inside; keep strangers out", "只绑定内网，勿让外人访问").In(j.lang)
	case h.entry.Family == "windows" && !h.proven: // part of the system, on every Windows
		d.Word, d.Why = portlore.Note, both("part of Windows; keep inside", "Windows 自带，只限内网").In(j.lang)
	case h.proven:
		d.Word, d.Why = portlore.Check, both("not for strangers", "不该面向陌生人").In(j.lang)
	case programOf(&d.Process) != "":
		d.Word, d.Why = portlore.Check, both("if "+h.entry.Service+", not for strangers", "若是 "+h.entry.Service+"，不该面向陌生人").In(j.lang)
	default:
		d.Word, d.Why = portlore.Check, both("if so, not for strangers", "若真是它，不该面向陌生人").In(j.lang)
	}
}

// restricted is about services for known peers. A remote login that keeps to keys
// is at home on the Internet; whether it does, no list of doors says.
func (j *doorJudge) restricted(d *portlore.Door, h *holder, bound bound) {
	switch {
	case h.entry.Service == "ssh" || h.entry.Service == "ssh-alt":
		d.Word, d.Why = portlore.Fine, both("ordinary, with keys only", "属正常，应只允许密钥登录").In(j.lang)
	case bound == boundPrivate && !d.Answered:
		d.Word, d.Why = portlore.Fine, both("for known peers; inside", insideZH(d, "供已知对端使用，")).In(j.lang)
	case bound == boundPrivate || bound == boundSelf:
		d.Word, d.Why = portlore.Fine, both("for known peers; inside", "供已知对端使用，在内部").In(j.lang)
	default:
		d.Word, d.Why = portlore.Note, both("for known peers only", "只该对已知对端开放").In(j.lang)
	}
}

// firstDynamic is the first port that nobody registers (RFC 6335); firstEphemeral
// the first that Linux hands to whoever asks for any.
const (
	firstDynamic   = 49152
	firstEphemeral = 32768
)

// stranger is about what nobody wrote about.
func (j *doorJudge) stranger(d *portlore.Door, h *holder, bound bound) {
	switch {
	case bound == boundSelf:
		d.Word, d.Why = portlore.Fine, both("unknown; answers itself", "不是已知服务，只在本机探测过").In(j.lang)
	case bound == boundPrivate && !d.Answered:
		d.Word, d.Why = portlore.Fine, both("unknown; inside", insideZH(d, "不是已知服务，")).In(j.lang)
	case h.proven && d.Answered:
		d.Word, d.Why = portlore.Note, both("it answers; is it meant to?", "有应答，是否有意开放").In(j.lang)
	case d.Answered && d.Port >= firstDynamic:
		d.Word, d.Why = portlore.Note, both("dynamic port, says nothing", "动态端口，说明不了什么").In(j.lang)
	default:
		d.Word, d.Why = portlore.Note, both("unknown; on purpose?", "不是已知服务，是否有意开放").In(j.lang)
	}
}

// bound is what the address says of who can come.
type bound uint8

const (
	boundOpen     bound = iota // every address, or one that anybody may use
	boundPrivate               // a private address, or one interface
	boundLink                  // never routed
	boundLoopback              // this machine
	boundSelf                  // not known: the machine asked itself
)

func boundTo(d *portlore.Door) bound {
	switch d.Reach {
	case "loopback":
		return boundLoopback
	case "vpn":
		return boundPrivate
	case "lan":
		host, _, _ := strings.Cut(d.Address, "%")
		if a, err := netip.ParseAddr(host); err == nil && (a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast()) {
			return boundLink
		}
		return boundPrivate
	case "internet":
		return boundOpen
	}
	host, zone, zoned := strings.Cut(d.Address, "%")
	a, err := netip.ParseAddr(host)
	if err == nil && a.IsLoopback() {
		return boundSelf
	}
	if err == nil && a.IsPrivate() || zoned && zone != "" {
		return boundPrivate
	}
	return boundOpen
}

// insideZH says in Chinese that only the inner network comes: who reaches a door is
// known, or only where it is bound.
func insideZH(d *portlore.Door, head string) string {
	if d.Reach != "" {
		return head + "内网可访问"
	}
	return head + "只绑定内网"
}

// reached are checks with the words that they have where nobody, or only some, can
// come: a check speaks of strangers.
func reached(d *portlore.Door, checks []portlore.DoorCheck) []portlore.DoorCheck {
	worst := portlore.Fix
	switch {
	case d.Reach == portlore.ReachLoopback:
		worst = portlore.Fine
	case d.Reach == portlore.ReachVPN, len(d.From) > 0:
		worst = portlore.Check
	case d.Answered && boundTo(d) == boundSelf: // the machine asked itself: strangers may not get that far
		worst = portlore.Check
	}
	out := make([]portlore.DoorCheck, 0, len(checks))
	for _, c := range checks {
		c.Word = min(c.Word, worst)
		out = append(out, c)
	}
	return out
}

func worstCheck(checks []portlore.DoorCheck) (worst *portlore.DoorCheck) {
	for i := range checks {
		if worst == nil || checks[i].Word > worst.Word {
			worst = &checks[i]
		}
	}
	return worst
}

// loreOf are the entries that say more: of the service, of the number.
func (j *doorJudge) loreOf(d *portlore.Door, h *holder) []string {
	out := []string{}
	for _, e := range []*lore.Entry{h.entry, h.number} {
		if e == nil {
			continue
		}
		proto := d.Proto
		if len(e.Transport) > 0 && !e.Transport.Has(mustTransport(d.Proto)) {
			proto = lore.TransportName(e.Transport[0])
		}
		if id := portID(e.From, proto); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func mustTransport(name string) portlore.Proto {
	proto, _ := lore.Transport(name)
	return proto
}
