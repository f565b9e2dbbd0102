package probe

import (
	"bytes"
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// Dial connects to the door that is asked.
type Dial func(context.Context) (net.Conn, error)

// Options say how doors are asked.
type Options struct {
	Lang portlore.Lang
	OT   bool   // ports of printers and industrial controllers are asked too
	Ways *Visit // whoever says who it is is asked too whether it lets strangers in; the Door and its Dial are filled in. Nil: it is not

	slow int // how many times longer than usual answers are waited for, by tests on busy machines; zero: once
}

// Bounds of one door: so that nobody is held up, and no limit of connections or
// ban of the other side is met.
const (
	MostCalls     = 40              // connections, or datagrams by UDP, to find out what it is
	mostAtOnce    = 18              // of them
	identifyTime  = 6 * time.Second // for all of it
	mostFollowUps = 4               // questions to who has said who it is
)

// Ask asks a door what it is, and adds to it what the answers prove: its service
// and its checks. Without an answer it stays as it was.
func Ask(ctx context.Context, dial Dial, d *portlore.Door, opt Options) {
	if d.State != "open" || slices.Contains(untouchable, d.Port) && !opt.OT {
		return
	}
	a := &asker{door: d, opt: opt}
	for _, p := range All() {
		if p.transport() == d.Proto && (opt.OT || !p.OT) {
			a.probes = append(a.probes, p)
		}
	}
	if d.Proto == "udp" && opt.Ways != nil && opt.Ways.Packets != nil {
		if at, err := netip.ParseAddr(d.Address); err == nil {
			dial = anyPort(opt.Ways.Packets, netip.AddrPortFrom(at, d.Port))
		}
	}
	a.dial = a.counted(dial)
	within, stop := context.WithTimeout(ctx, a.patient(identifyTime))
	a.identify(within)
	stop()
	if opt.Ways == nil || d.Service.Proof != "answer" && !d.Service.TLS {
		return
	}
	v := *opt.Ways
	v.Door, v.Plain, v.Dial, v.InTLS = d, dial, dial, a.inTLS
	if a.inTLS {
		v.Dial = overTLS(dial)
	}
	for _, c := range inspect(ctx, &v) {
		d.Checks = append(slices.Clip(d.Checks), c.In(opt.Lang))
	}
}

// An asker finds out what is behind one door.
type asker struct {
	door   *portlore.Door
	opt    Options
	probes []Probe
	dial   Dial
	inTLS  bool
	asked  map[*Probe]bool
	heard  []answer // from nobody known
	gotten bool     // GET was asked already

	calls, refused atomic.Int32
}

// patient is how long is waited for what usually takes as long as that.
func (a *asker) patient(d time.Duration) time.Duration { return d * time.Duration(max(1, a.opt.slow)) }

// counted keeps within MostCalls, and stops calling whoever takes no calls: one
// that serves a single caller is not worn out.
func (a *asker) counted(dial Dial) Dial {
	return func(ctx context.Context) (net.Conn, error) {
		const mostRefusals = 3
		if a.calls.Add(1) > MostCalls || a.refused.Load() >= mostRefusals {
			return nil, net.ErrClosed
		}
		c, err := dial(ctx)
		if err != nil && ctx.Err() == nil { // whom we no longer want to speak to has not refused us
			a.refused.Add(1)
		}
		return c, err
	}
}

func (a *asker) identify(ctx context.Context) {
	known, tls := a.talk(ctx)
	if tls {
		a.inTLS, a.door.Service.TLS = true, true
		a.dial = overTLSWithin(a.dial, a.patient(longest))
		if inside, _ := a.talk(ctx); inside != nil {
			known = inside
		}
	}
	if known == nil {
		return
	}
	if better := a.followUp(ctx, known); better != nil {
		better.greeting = known.greeting
		known = better
	}
	a.take(known)
}

// A question is what is sent on one connection: that of a probe, or one that many
// services answer.
type question struct {
	ask    string
	probe  *Probe // nil: a generic one
	tls    bool   // a TLS hello is sent
	waits  bool   // for a greeting, as long as the others are asked
	likely bool   // an answer is worth waiting for, while others are asked
}

// An answer is what came back.
type answer struct {
	question
	said     []byte
	greeting []byte // what was said unasked
	hungUp   bool   // without a word, before anything was said
	by       *Probe // who answers so; nil: not known
	speaks   bool   // it speaks TLS
}

// generic are questions that most services that speak text answer somehow, if only
// by a complaint in words of their own.
var generic = []question{
	{ask: http.Ask},
	{ask: "\r\n\r\n"},
	{ask: "HELP\r\n"},
}

// talk asks until somebody known answers; nil: nobody did. First it waits for a
// greeting while those are asked whose port it is, then come the generic questions,
// then all others, those first that an answer has called for, and last, one after
// the other, those of who serves one caller at a time.
func (a *asker) talk(ctx context.Context) (known *answer, tls bool) {
	a.asked, a.heard, a.gotten = map[*Probe]bool{}, nil, false
	for _, q := range a.alone() {
		if h := a.converse(ctx, q); h.by != nil {
			return &h, false
		}
	}
	if known, tls = a.atOnce(ctx); known != nil || tls || ctx.Err() != nil || len(a.heard) > 0 || a.door.Proto == "udp" {
		return known, tls
	}
	for _, q := range a.again() {
		if h := a.converse(ctx, q); h.by != nil {
			return &h, false
		}
	}
	return nil, false
}

// atOnce is all of that but the last.
func (a *asker) atOnce(ctx context.Context) (known *answer, tls bool) {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer func() { stop(); all.Wait() }() // nobody is on the line any more
	answers := make(chan answer, 2*MostCalls)
	busy, likely, hellos := 0, 0, 0 // questions that are not answered, without the wait for a greeting
	var hold <-chan time.Time       // who speaks TLS answers soon: until then nobody else's questions are spent on it
	start := func(q question) {
		if q.tls {
			hellos++
			hold = time.After(a.patient(helloTime))
		}
		switch {
		case q.likely:
			likely++
		case !q.waits:
			busy++
		}
		all.Go(func() { answers <- a.converse(ctx, q) })
	}
	var queue []question
	for _, q := range a.likely() {
		start(q)
	}
	patience := time.After(greetingTime)
	stages := []func() []question{a.generics, a.specific}
	waited := false
	var perhaps *answer // it complains by HTTP about what is none: who it is GET tells
	for {
		for len(queue) > 0 && busy < mostAtOnce {
			start(queue[0])
			queue = queue[1:]
		}
		if waited && busy == 0 && len(queue) == 0 {
			switch {
			case hellos > 0 && hold != nil:
			case len(stages) > 0 && perhaps == nil:
				queue, stages = stages[0](), stages[1:]
				continue
			case likely == 0:
				return perhaps, tls
			}
		}
		select {
		case <-ctx.Done():
			return perhaps, tls
		case <-patience:
			waited, patience = true, nil
			queue, stages = append(queue, stages[0]()...), stages[1:]
		case <-hold:
			hold = nil
		case h := <-answers:
			if h.tls {
				hellos--
			}
			switch {
			case h.likely:
				likely--
			case !h.waits:
				busy--
			}
			switch {
			case h.by != nil && h.by.Service == http.Service && h.ask != http.Ask:
				perhaps = &h
			case h.by != nil:
				return &h, tls
			case h.speaks:
				return perhaps, true
			case h.hungUp && len(stages) > 0: // it does not want us: no more than few calls
				stages = stages[:len(stages)-1]
			case len(h.said) > 0:
				a.heard = append(a.heard, h)
				if len(h.greeting) > 0 {
					a.door.Service.Banner = firstLine(h.said)
				}
				queue = append(a.called(h.said), queue...)
			}
		}
	}
}

// likely is the wait for a greeting, and the questions of those whose port, program
// or name it is.
func (a *asker) likely() []question {
	const most = 4
	out := []question{{waits: true}}
	if a.door.Proto == "udp" {
		out = nil
	}
	for i := range a.probes {
		if p := &a.probes[i]; !p.Greets && p.suits(a.door) && len(out) <= most {
			if p.Ask == http.Ask && !slices.ContainsFunc(out, func(q question) bool { return q.ask == http.Ask }) {
				out = append(out, generic[0])
				a.gotten = true
			}
			out = a.ask(out, p)
		}
	}
	if !a.inTLS && slices.Contains(usuallyTLS, a.door.Port) {
		out = append(out, question{tls: true})
	}
	greets := slices.ContainsFunc(a.probes, func(p Probe) bool { return (p.Greets || p.Ask == "") && p.suits(a.door) })
	for i := range out {
		out[i].likely = !out[i].waits || greets
	}
	return out
}

// usuallyTLS are the ports where nothing is expected but TLS.
var usuallyTLS = []uint16{443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 2376, 3269, 5061, 5223, 5671, 5986, 6443, 6514, 6697, 8443, 8883, 9443, 10250, 64738}

func (a *asker) generics() []question {
	if a.door.Proto == "udp" {
		return nil
	}
	out := slices.Clone(generic)
	if a.inTLS {
		out = out[:1]
	}
	if a.gotten {
		out = out[1:]
	}
	if a.inTLS {
		return out
	}
	if !slices.Contains(usuallyTLS, a.door.Port) {
		out = append(out, question{tls: true, likely: true})
	}
	return out
}

// specific are the questions that nobody has asked yet. Whoever greeted in words
// that nobody knows speaks a text protocol: only what its words call for is asked.
func (a *asker) specific() (out []question) {
	greeted := slices.ContainsFunc(a.heard, func(h answer) bool { return h.waits && len(h.greeting) > 0 })
	for i := range a.probes {
		p := &a.probes[i]
		if p.suits(a.door) || !greeted && !p.Home && !p.Greets && !p.web() && !p.Alone {
			out = a.ask(out, p)
		}
	}
	return out
}

// called are the questions that an answer calls for.
func (a *asker) called(said []byte) (out []question) {
	for i := range a.probes {
		if p := &a.probes[i]; p.cued(said) {
			out = a.ask(out, p)
		}
	}
	return out
}

// ask adds the question of a probe, if there is one that was not asked.
func (a *asker) ask(to []question, p *Probe) []question {
	same := func(q *Probe) bool { return q.Ask == p.Ask && a.asked[q] }
	for i := range a.probes {
		if same(&a.probes[i]) {
			return to
		}
	}
	if p.Ask == "" || isGeneric(p.Ask) || !a.speaks(p) {
		return to
	}
	a.asked[p] = true
	return append(to, question{ask: p.Ask, probe: p})
}

// alone are the questions of those who serve one caller at a time, where it is
// their port: nobody else may be on the line.
func (a *asker) alone() (out []question) {
	for i := range a.probes {
		if p := &a.probes[i]; p.Alone && p.suits(a.door) {
			out = a.ask(out, p)
		}
	}
	return out
}

// again are the questions for who said nothing while many were asked, perhaps
// because it serves one caller at a time.
func (a *asker) again() (out []question) {
	for i := range a.probes {
		if p := &a.probes[i]; p.Alone && !p.Home {
			out = a.ask(out, p)
		}
	}
	return out
}

// speaks says that a service may be where we are: inside TLS or not.
func (a *asker) speaks(p *Probe) bool {
	if a.inTLS {
		return p.TLS
	}
	return !p.Inside
}

func isGeneric(ask string) bool {
	return slices.ContainsFunc(generic, func(q question) bool { return q.ask == ask })
}

// followUp asks who has said who it is what only that service understands: its
// version, and whether it asks for a password. Nil: nothing new was learned.
func (a *asker) followUp(ctx context.Context, known *answer) *answer {
	var questions []question
	for i := range a.probes {
		p := &a.probes[i]
		service, _ := known.by.Read(known.said)
		own := p.Service == known.by.Service && (p.Check != nil || p.Greets || service.Version == "")
		special := known.by.Service == http.Service && p.web() && (p.suits(a.door) || p.cued(known.said)) || known.by.Service != http.Service && p.cued(known.said)
		if p.Ask != "" && p.Ask != known.ask && (own || special) && len(questions) < mostFollowUps {
			questions = append(questions, question{ask: p.Ask, probe: p})
		}
	}
	answers := make(chan answer, len(questions))
	for _, q := range questions {
		go func() { answers <- a.converse(ctx, q) }()
	}
	var better *answer
	for range questions {
		h := <-answers
		if _, ok := h.probe.Read(h.said); !ok || isEcho(&h) {
			continue
		}
		h.by = h.probe
		if better == nil || a.rank(h.by) < a.rank(better.by) {
			better = &h
		}
	}
	return better
}

// rank is the place of a probe in the order in which answers are read.
func (a *asker) rank(p *Probe) int {
	return slices.IndexFunc(a.probes, func(q Probe) bool { return q.Service == p.Service && q.Ask == p.Ask })
}

// reader is the probe that knows whose answer it is: the one that asked, else the
// first. Nil: none does.
func reader(all []Probe, asked *Probe, said []byte) *Probe {
	if len(said) == 0 {
		return nil
	}
	if asked != nil {
		if _, ok := asked.Read(said); ok {
			return asked
		}
	}
	for i := range all {
		if p := &all[i]; !p.OnlyIf {
			if _, ok := p.Read(said); ok {
				return p
			}
		}
	}
	return nil
}

// isEcho says that our own words came back, which is what the service echo does,
// and an answer to no other question.
func isEcho(h *answer) bool {
	const fewest = 4 // bytes: short questions are answered by the same by accident
	return len(h.ask) >= fewest && bytes.Equal(h.said, []byte(h.ask))
}

// take adds to the door what an answer proves.
func (a *asker) take(h *answer) {
	d, banner, tls := a.door, a.door.Service.Banner, a.door.Service.TLS
	asked := h.probe == h.by || h.by.Ask == h.ask
	take(d, h.by, asked, h.said, a.opt.Lang)
	d.Service.TLS = d.Service.TLS || tls
	d.Service.Banner = banner
	if h.greeting != nil {
		d.Service.Banner = firstLine(h.greeting)
	}
}

// take adds to a door what an answer proves; asked: it is that to the probe's own
// question.
func take(d *portlore.Door, p *Probe, asked bool, said []byte, lang portlore.Lang) {
	d.Service, _ = p.Read(said)
	d.Service.Name, d.Service.Proof = p.Service, "answer"
	if p.Check != nil && asked {
		if c := p.Check(said); c.ID != "" {
			d.Checks = append(slices.Clip(d.Checks), c.In(lang))
		}
	}
}

// firstLine is how a greeting begins, made harmless.
func firstLine(said []byte) string {
	const most = 200
	line, _, _ := strings.Cut(string(said[:min(len(said), most)]), "\n")
	return safetext.Clean(strings.TrimSpace(line))
}
