package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/probe"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan"
	"github.com/portlore/portlore/scan/scope"
)

// Packets per second that are sent without --rate.
const (
	linkRate  = 1000 // to each host of the own links
	otherRate = 100  // to all others together
)

// Bounds of what is kept and asked: a host that takes every connection is one line
// in the end.
const (
	mostDoorsOfHost = 4096 // kept
	mostAskedOfHost = 512  // asked what they are
	askedNear       = 64   // doors at once, of this machine and its links
	askedFar        = 8    // of all others
)

// A sweep is one run: what was heard of every host, and what is behind its doors.
type sweep struct {
	*scanner
	hosts map[netip.Addr]*sweptHost
	lines io.Writer // of --format jsonl; nil: nothing is written before the end

	mu    sync.Mutex // of the doors, which are asked while others are found
	doors []*portlore.Door
	wait  sync.WaitGroup
	far   bool          // somebody had to answer for the hosts of this part
	free  chan struct{} // places to ask
	all   *pace         // of the questions of this part; nil: each host has its own
	each  float64       // calls per second to one host; zero: as many as come

	tally scan.Tally // of all parts
	lost  error      // a line could not be written
}

// A sweptHost is what is known of one address.
type sweptHost struct {
	tcp, udp scan.Counts
	doors    int    // open, that are kept
	asked    int    // of them
	turn     *pace  // of its questions
	late     uint64 // UDP ports that the engine heard nothing from, and the question did
}

// scan does it: the log, the engine, the questions, the judgement.
func (s *scanner) scan(ctx context.Context, before *report.Scan) int {
	out, done, err := openOutput(s.env, s.opt.output)
	if err != nil {
		return s.fail(exitDenied, "scan: %s", unwritten(s.opt.output, err).In(s.lang))
	}
	log, code := s.openLog()
	if code != exitDone {
		done(errors.New("nothing was scanned"))
		return code
	}
	if s.decision.NeedsSaying() && !s.opt.quiet {
		s.say(portlore.Text{
			EN: "scanning systems of others without their consent is a crime in many countries; that you have it is written into the audit log as your word",
			ZH: "未经许可扫描他人的系统，在许多国家和地区属违法行为；你已获许可的声明已写入审计日志",
		}.In(s.lang))
	}
	began := s.now()
	w := &sweep{scanner: s, hosts: map[netip.Addr]*sweptHost{}}
	if s.opt.formatName == "jsonl" {
		w.lines = out
	}
	err = w.run(ctx)
	answer := w.answer(began)
	answer.Partial = ctx.Err() != nil
	code = s.outcome(ctx, err)
	if len(answer.Targets) == 0 {
		code = worse(code, exitUnread) // nobody answered: nothing is known
	}
	if before != nil {
		answer.Changes = compareScans(before, answer)
	}
	answer.Finish(s.lang)
	log.end(answer, outcomeWord(ctx, err))
	if err != nil && ctx.Err() == nil && w.tally.Asked == 0 {
		done(err)
		return code
	}
	return s.finish(out, done, answer, worse(code, w.unwritten()))
}

// run asks everybody, one reason for permission after the other.
func (w *sweep) run(ctx context.Context) error {
	show := w.progress()
	defer show.end()
	for i, g := range w.decision.Grants {
		w.far = g.Reason == scope.Registered || g.Reason == scope.Authorized
		o := w.order(&g)
		w.all, w.each = newPace(o.Rate), o.PerHost
		w.free = make(chan struct{}, askedNear)
		if w.far {
			w.free = make(chan struct{}, askedFar)
		}
		o.Progress = show.report
		t, err := w.ask(ctx, o, func(a scan.Answer) { w.take(ctx, a) })
		w.add(t)
		show.asking(len(w.doors))
		w.wait.Wait()
		if err != nil {
			for _, left := range w.decision.Grants[i+1:] {
				w.tally.Unasked += left.Hosts.Len()
			}
			return err
		}
	}
	return nil
}

// order is what the engine is to do with the hosts of one permission.
func (w *sweep) order(g *scope.Grant) scan.Order {
	o := scan.Order{
		Hosts: g.Hosts, TCP: w.ports.tcp, UDP: w.ports.udp, Payload: probe.Payloads,
		Permit: w.decision.Permit, Discover: true,
	}
	if w.opt.syn {
		o.Method = scan.SYN
	}
	switch {
	case w.opt.rate > 0:
		o.Rate = w.opt.rate
	case g.Reason == scope.OnLink:
		o.PerHost = linkRate
	case w.far:
		o.Rate = otherRate
	}
	return o
}

// take hears one answer. It must not dawdle: the engine waits.
func (w *sweep) take(ctx context.Context, a scan.Answer) {
	h := w.hosts[a.Addr]
	if h == nil {
		h = &sweptHost{turn: w.all}
		if h.turn == nil {
			h.turn = newPace(w.each)
		}
		w.hosts[a.Addr] = h
	}
	counts := &h.tcp
	if a.Proto == scan.UDP {
		counts = &h.udp
	}
	switch a.State {
	case scan.Open:
		counts.Open++
	case scan.Closed:
		counts.Closed++
	case scan.Filtered:
		counts.Filtered++
	default:
		counts.Unknown++
	}
	elsewhere := a.State == scan.Unknown && a.Proto == scan.UDP && a.Why == scan.WhySilence && w.insists(a.Port)
	if a.State != scan.Open && !elsewhere || h.doors >= mostDoorsOfHost {
		return
	}
	d := &portlore.Door{Address: a.Addr.String(), Proto: a.Proto, Port: a.Port, State: "open", Answered: true, Checks: []portlore.DoorCheck{}, Do: []string{}, Lore: []string{}}
	d.Service.Proof = "none"
	if a.Addr.IsLinkLocalUnicast() {
		d.Reach = portlore.ReachLAN
	}
	if elsewhere { // whether it is open, the question finds out
		d.State = "unknown"
	}
	h.doors++
	w.doors = append(w.doors, d)
	if h.asked++; h.asked > mostAskedOfHost {
		return
	}
	free := w.free
	w.wait.Go(func() {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		defer func() { <-free }()
		w.question(ctx, d, netip.AddrPortFrom(a.Addr, a.Port), h)
	})
}

// insists says that a silent UDP port is asked all questions there are: TFTP always,
// since the engine cannot hear what is answered from another port; and any port that
// somebody asked for by its number, if these are few.
func (w *sweep) insists(port uint16) bool {
	const tftp, fewPorts, fewHosts = 69, 64, 16
	return port == tftp || w.opt.ports != "" && len(w.ports.udp) <= fewPorts && w.tally.Asked+uint64(len(w.hosts)) <= fewHosts
}

// question asks a door what it is.
func (w *sweep) question(ctx context.Context, d *portlore.Door, at netip.AddrPort, h *sweptHost) {
	asked, silent := *d, d.State != "open"
	asked.State = "open"
	probe.Ask(ctx, w.dialer(d.Proto, at, h.turn), &asked, probe.Options{Lang: w.lang, OT: w.opt.ot, Ways: w.ways(at, h.turn)})
	w.mu.Lock()
	defer w.mu.Unlock()
	if silent && asked.Service.Proof != "answer" {
		return
	}
	*d = asked
	if silent {
		h.late++
	}
	if w.lines == nil {
		return
	}
	judged := detect.Doors(w.base, w.lang, []portlore.Door{asked})
	if err := report.JSONLine(w.lines, report.ScanLine{Schema: report.ScanSchema, Door: judged[0], Name: w.names[at.Addr()]}); err != nil {
		w.lost = errors.Join(w.lost, err)
	}
}

// add adds the tally of a part.
func (w *sweep) add(t scan.Tally) {
	all := &w.tally
	all.Hosts = append(all.Hosts, t.Hosts...)
	all.Asked, all.Heard, all.Silent, all.Absent = all.Asked+t.Asked, all.Heard+t.Heard, all.Silent+t.Silent, all.Absent+t.Absent
	all.Refused, all.Unasked, all.Sent, all.Drops = all.Refused+t.Refused, all.Unasked+t.Unasked, all.Sent+t.Sent, all.Drops+t.Drops
	all.Retries, all.Connected = all.Retries+t.Retries, all.Connected+t.Connected
}

// answer judges what was found.
func (w *sweep) answer(began time.Time) *report.Scan {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []portlore.Door
	for _, d := range w.doors {
		if d.State == "open" {
			found = append(found, *d)
		}
	}
	of := map[string][]portlore.Door{}
	for _, d := range detect.Doors(w.base, w.lang, found) {
		of[d.Address] = append(of[d.Address], d)
	}
	a := &report.Scan{
		Time: began.UTC().Format(time.RFC3339), Seconds: w.now().Sub(began).Seconds(), Packets: w.tally.Sent,
		Method: w.method(), Ports: w.portLists(), Allowed: w.allowed(), Targets: []report.ScanTarget{},
		Quiet: report.ScanQuiet{Silent: w.tally.Silent, Absent: w.tally.Absent, Refused: w.tally.Refused, Unasked: w.tally.Unasked, LeftOut: w.decision.LeftOut},
	}
	for _, h := range w.tally.Hosts {
		t := report.ScanTarget{Address: h.Addr.String(), Name: w.names[h.Addr], Doors: of[h.Addr.String()]}
		if t.Doors == nil {
			t.Doors = []portlore.Door{}
		}
		if s := w.hosts[h.Addr]; s != nil {
			t.TCP, t.UDP = report.ScanCounts(s.tcp), report.ScanCounts(s.udp)
			t.UDP.Open, t.UDP.Unknown = t.UDP.Open+s.late, t.UDP.Unknown-s.late
		}
		a.Targets = append(a.Targets, t)
	}
	slices.SortStableFunc(a.Targets, func(a, b report.ScanTarget) int {
		x, _ := netip.ParseAddr(a.Address)
		y, _ := netip.ParseAddr(b.Address)
		return x.Compare(y)
	})
	a.Notes = w.notes()
	return a
}

// notes are what else is to be known.
func (w *sweep) notes() (all []string) {
	say := func(en, zh string) { all = append(all, portlore.Text{EN: en, ZH: zh}.In(w.lang)) }
	own := func(g scope.Grant) bool {
		return g.Reason == scope.Own && slices.ContainsFunc(w.doors, func(d *portlore.Door) bool {
			a, err := netip.ParseAddr(d.Address)
			return err == nil && g.Hosts.Contains(a)
		})
	}
	if slices.ContainsFunc(w.decision.Grants, own) {
		say("this machine was asked by itself; who else can reach its doors: sudo portlore listen", "这是本机自己访问自己的结果；别人能否访问，请用 sudo portlore listen")
	}
	if n := w.ports.leftOut; n > 0 {
		say(quantity.Plural(uint64(n), "port")+" of printers and industrial controllers not asked; --ot asks them", fmt.Sprintf("有 %d 个打印机和工业控制器的端口没有扫描，加 --ot 才会扫描", n))
	}
	if n := w.tally.Drops; n > 0 {
		say(fmt.Sprintf("this machine lost %d packets before they were read, and open ports may be missing; lower --rate", n), fmt.Sprintf("本机来不及处理，丢了 %d 个包，可能漏掉开放端口；请降低 --rate", n))
	}
	var unknown uint64
	left := 0
	for _, h := range w.hosts {
		unknown += h.tcp.Unknown
		left += max(0, h.asked-mostAskedOfHost)
	}
	if unknown > 0 && w.tally.Unasked == 0 {
		say(fmt.Sprintf("%d ports could not be asked by this machine (out of sockets, or its own firewall)", unknown), fmt.Sprintf("有 %d 个端口本机未能发起询问（套接字不足，或被本机防火墙拦下）", unknown))
	}
	if left > 0 {
		say(fmt.Sprintf("%d open ports were not asked what they are: of one host at most %d are", left, mostAskedOfHost), fmt.Sprintf("有 %d 个开放端口没有询问是什么服务：每台主机至多问 %d 个", left, mostAskedOfHost))
	}
	return all
}

// outcome is the exit code of a run.
func (s *scanner) outcome(ctx context.Context, err error) int {
	switch {
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.Is(err, scan.ErrPrivilege):
		return s.fail(exitDenied, "scan: --syn: %s", needsPrivilege(err).In(s.lang))
	case err != nil:
		return s.fail(exitUnread, "scan: %s", reason(err).In(s.lang))
	}
	return exitDone
}

// needsPrivilege says why there is no SYN scan.
func needsPrivilege(err error) portlore.Text {
	if !errors.Is(err, scan.ErrPrivilege) {
		return portlore.Text{EN: err.Error(), ZH: err.Error()}
	}
	return portlore.Text{
		EN: "it needs Linux and the right to make packets by hand: sudo portlore scan, or setcap cap_net_raw+ep on the program. Without --syn no privilege is needed.",
		ZH: "需要 Linux，以及直接收发数据包的权限：用 sudo 运行，或给程序 setcap cap_net_raw+ep。不加 --syn 则无需特权。",
	}
}

// unwritten is the exit code of lines that were lost.
func (w *sweep) unwritten() int {
	if err := quietly(w.lost); err != nil {
		return w.fail(exitUnread, "scan: %s", unwritten(w.opt.output, err).In(w.lang))
	}
	return exitDone
}

func (s *scanner) method() string {
	if s.opt.syn {
		return "syn"
	}
	return "connect"
}
