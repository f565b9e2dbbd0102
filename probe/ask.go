package probe

import (
	"context"
	"net"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// Dial connects to the door that is asked.
type Dial func(context.Context) (net.Conn, error)

// Ask asks a door what it is, and adds to it what the answer proves: its service
// and its checks. Without an answer it stays as it was.
func Ask(ctx context.Context, dial Dial, d *portlore.Door, lang portlore.Lang) {
	if d.Proto != "tcp" || d.State != "open" || slices.Contains(untouchable, d.Port) {
		return
	}
	all := All()
	for i := range all {
		p := &all[i]
		if p.Ask == "" || p.Service == http.Service || !p.suits(d) {
			continue
		}
		answer, err := converse(ctx, dial, p.Ask)
		if err != nil {
			return // nobody takes the call
		}
		if q := reader(all, p, answer); q != nil {
			take(d, q, q == p, answer, lang)
			return
		}
	}
	askAnybody(ctx, dial, d, all, lang)
}

// askAnybody waits for a greeting, and says hello by HTTP where there is none, by
// TLS if the answer asks for that. Who then proves to be a service with a question
// of its own is asked that too.
func askAnybody(ctx context.Context, dial Dial, d *portlore.Door, all []Probe, lang portlore.Lang) {
	answer, greeted, err := greet(ctx, dial, http.Ask)
	if err != nil {
		return
	}
	wantsTLS := !greeted && isTLS(answer)
	if wantsTLS {
		dial = overTLS(dial)
		if answer, err = converse(ctx, dial, http.Ask); err != nil {
			d.Service.TLS = true
			return
		}
	}
	if greeted {
		d.Service.Banner = firstLine(answer)
	}
	p := reader(all, nil, answer)
	if p == nil {
		return
	}
	banner := d.Service.Banner
	asked := p.Service == http.Service || p.Ask == http.Ask
	if p.Check != nil && !asked {
		if own, err := converse(ctx, dial, p.Ask); err == nil {
			if _, ok := p.Read(own); ok {
				answer, asked = own, true
			}
		}
	}
	take(d, p, asked, answer, lang)
	d.Service.TLS = d.Service.TLS || wantsTLS
	d.Service.Banner = banner
}

// reader is the probe that knows whose answer it is: the one that asked, else the
// first. Nil: none does.
func reader(all []Probe, asked *Probe, answer []byte) *Probe {
	if len(answer) == 0 {
		return nil
	}
	if asked != nil {
		if _, ok := asked.Read(answer); ok {
			return asked
		}
	}
	for i := range all {
		if p := &all[i]; !p.OnlyIf {
			if _, ok := p.Read(answer); ok {
				return p
			}
		}
	}
	return nil
}

// take adds to a door what an answer proves; asked: it is that to the probe's own
// question.
func take(d *portlore.Door, p *Probe, asked bool, answer []byte, lang portlore.Lang) {
	d.Service, _ = p.Read(answer)
	d.Service.Name, d.Service.Proof = p.Service, "answer"
	if p.Check != nil && asked {
		if c := p.Check(answer); c.ID != "" {
			d.Checks = append(slices.Clip(d.Checks), c.In(lang))
		}
	}
}

// firstLine is how a greeting begins, made harmless.
func firstLine(answer []byte) string {
	const most = 200
	line, _, _ := strings.Cut(string(answer[:min(len(answer), most)]), "\n")
	return safetext.Clean(strings.TrimSpace(line))
}
