package probe

import (
	"bytes"
	"context"
	"net"
	"slices"
	"strings"
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
}

// Bounds of one door: so that nobody is held up, and no limit of connections or
// ban of the other side is met.
const (
	MostCalls     = 40              // connections, or datagrams by UDP, to find out what it is
	atOnce        = 12              // of them
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
	a.dial = a.counted(dial)
	within, stop := context.WithTimeout(ctx, identifyTime)
	a.identify(within)
	stop()
	if opt.Ways == nil || d.Service.Proof != "answer" && !d.Service.TLS {
		return
	}
	v := *opt.Ways
	v.Door, v.Plain, v.Dial = d, dial, dial
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

	calls, refused atomic.Int32
}

// counted keeps within MostCalls, and stops calling whoever takes no calls: one
// that serves a single caller is not worn out.
func (a *asker) counted(dial Dial) Dial {
	return func(ctx context.Context) (net.Conn, error) {
		const mostRefusals = 3
		if a.calls.Add(1) > MostCalls || a.refused.Load() >= mostRefusals {
			return nil, net.ErrClosed
		}
		c, err := dial(ctx)
		if err != nil {
			a.refused.Add(1)
		}
		return c, err
	}
}

func (a *asker) identify(ctx context.Context) {
	known, tls := a.talk(ctx)
	if known == nil && tls {
		a.inTLS, a.door.Service.TLS = true, true
		a.dial = overTLS(a.dial)
		known, _ = a.talk(ctx)
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
	ask   string
	probe *Probe // nil: a generic one
	tls   bool   // a TLS hello is sent
	waits bool   // for a greeting, as long as the others are asked
}

// An answer is what came back.
type answer struct {
	question
	said     []byte
	greeting []byte // what was said unasked
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
// then all others, those first that an answer has called for.
func (a *asker) talk(ctx context.Context) (known *answer, tls bool) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	answers := make(chan answer, MostCalls)
	waiting, busy := 0, 0
	start := func(q question) {
		if q.waits {
			waiting++
		} else {
			busy++
		}
		go func() { answers <- a.converse(ctx, q) }()
	}
	var heard []answer
	stages := []func() []question{a.likely, a.generics, func() []question { return a.specific(heard) }}
	queue := stages[0]()
	for _, q := range queue { // few: the greeting among them
		start(q)
	}
	queue, stages = nil, stages[1:]
	patience := time.NewTimer(greetingTime)
	defer patience.Stop()
	early := true
	for {
		for len(queue) > 0 && busy < atOnce {
			start(queue[0])
			queue = queue[1:]
		}
		if busy == 0 && len(queue) == 0 && !early {
			if len(stages) == 0 {
				return nil, tls
			}
			queue, stages = stages[0](), stages[1:]
			continue
		}
		select {
		case <-ctx.Done():
			return nil, tls
		case <-patience.C:
			early = false
			queue, stages = append(queue, stages[0]()...), stages[1:]
		case h := <-answers:
			if h.waits {
				waiting--
			} else {
				busy--
			}
			tls = tls || h.speaks
			if h.by != nil {
				return &h, tls
			}
			if h.speaks {
				return nil, true
			}
			if len(h.said) > 0 {
				heard = append(heard, h)
			}
			if h.waits && len(h.said) > 0 {
				a.door.Service.Banner = firstLine(h.said)
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
		if p := &a.probes[i]; p.Ask != "" && !p.Greets && p.suits(a.door) && len(out) <= most {
			out = append(out, question{ask: p.Ask, probe: p})
		}
	}
	if !a.inTLS && slices.Contains(usuallyTLS, a.door.Port) {
		out = append(out, question{tls: true})
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
		return out[:1]
	}
	if !slices.Contains(usuallyTLS, a.door.Port) {
		out = append(out, question{tls: true})
	}
	return out
}

// specific are the questions that nobody has asked yet. Whoever greeted in words
// that nobody knows speaks a text protocol: only what its words call for is asked.
func (a *asker) specific(heard []answer) (out []question) {
	greeted := slices.ContainsFunc(heard, func(h answer) bool { return h.waits })
	var later []question
	for i := range a.probes {
		p := &a.probes[i]
		cued := slices.ContainsFunc(heard, func(h answer) bool { return p.cued(h.said) })
		switch q := (question{ask: p.Ask, probe: p}); {
		case p.Ask == "" || p.suits(a.door) && !p.Greets || a.inTLS && !p.TLS:
		case cued:
			out = append(out, q)
		case !greeted && !p.Home && !p.Greets && !isGeneric(p.Ask) && !p.web():
			later = append(later, q)
		}
	}
	return append(out, later...)
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
