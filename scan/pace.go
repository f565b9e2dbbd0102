package scan

import (
	"context"
	"math"
	"time"
)

// A pacer says when the next packet may be sent. It keeps a timetable, packet k
// at start plus k/rate, and so forgets no fraction. What a late wake-up missed is
// made up for at half as much again as the rate, and only if it was no more than
// slack: no pause becomes a burst.
type pacer struct {
	rate float64   // packets/s; zero: no limit
	next time.Time // when the next packet is due
	soon time.Time // before which it is not sent, however late we are
}

const (
	// slack is how late a packet may be without the timetable being moved: longer
	// than a busy machine lets us sleep.
	slack = 500 * time.Millisecond
	// At hurry times the rate is made up what was missed; stride is how long a
	// wake-up may take without anything being missed.
	hurry  = 1.5
	stride = 50 * time.Millisecond
)

func newPacer(rate float64) *pacer { return &pacer{rate: rate} }

// due is how many packets may be sent now.
func (p *pacer) due(now time.Time) int {
	if p.rate == 0 {
		return math.MaxInt
	}
	if p.next.IsZero() {
		p.next, p.soon = now, now
	}
	p.next, p.soon = later(p.next, now.Add(-slack)), later(p.soon, now.Add(-stride))
	if now.Before(p.next) || now.Before(p.soon) {
		return 0
	}
	return 1 + int(min(now.Sub(p.next).Seconds(), now.Sub(p.soon).Seconds()*hurry)*p.rate)
}

// spend notes that n packets are sent.
func (p *pacer) spend(n int) {
	if p.rate > 0 {
		took := float64(n) / p.rate * float64(time.Second)
		p.next = p.next.Add(time.Duration(took))
		p.soon = p.soon.Add(time.Duration(took / hurry))
	}
}

// wait returns when a packet is due, or with the context's error.
func (p *pacer) wait(ctx context.Context) error {
	now := time.Now()
	if p.due(now) > 0 {
		return ctx.Err()
	}
	return sleep(ctx, later(p.next, p.soon).Sub(now))
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// sleep waits, but not beyond the context's end.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// A gate lets packets through at the rate of the run and, since a walk asks every
// address at most once a round, at the rate per host when rounds are as long as
// that asks for.
type gate struct {
	all   *pacer
	round *pacer
	most  int // packets that one address got in this round
}

func (r *run) gate() *gate {
	return &gate{all: r.pace, round: newPacer(r.order.PerHost)}
}

// ready says whether n packets to one address may be sent now.
func (g *gate) ready(fresh bool) bool {
	now := time.Now()
	if fresh && g.round.rate > 0 && g.round.due(now) == 0 {
		return false
	}
	return g.all.rate == 0 || g.all.due(now) > 0
}

// pass waits until they may, and counts them.
func (g *gate) pass(ctx context.Context, fresh bool, n int) error {
	if fresh {
		g.most = 0
		if err := g.round.wait(ctx); err != nil {
			return err
		}
	}
	if err := g.all.wait(ctx); err != nil {
		return err
	}
	if n > g.most {
		g.round.spend(n - g.most)
		g.most = n
	}
	g.all.spend(n)
	return nil
}
