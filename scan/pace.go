package scan

import (
	"context"
	"math"
	"time"
)

// A pacer says when the next packet may be sent. It keeps a timetable, packet k
// at start plus k/rate, and so forgets no fraction: what a late wake-up missed is
// sent at once, but never more than what slack holds, so that no pause becomes
// a burst.
type pacer struct {
	rate  float64 // packets/s; zero: no limit
	slack time.Duration
	next  time.Time // when the next packet is due
}

// slack is how late a packet may be without the timetable being moved: longer
// than a busy machine lets us sleep, shorter than anybody would call a burst.
const slack = 100 * time.Millisecond

func newPacer(rate float64) *pacer { return &pacer{rate: rate, slack: slack} }

// due is how many packets may be sent now.
func (p *pacer) due(now time.Time) int {
	if p.rate == 0 {
		return math.MaxInt
	}
	if p.next.IsZero() {
		p.next = now
	}
	late := now.Sub(p.next)
	if late < 0 {
		return 0
	}
	if late > p.slack {
		late = p.slack
		p.next = now.Add(-p.slack)
	}
	return 1 + int(late.Seconds()*p.rate)
}

// spend notes that n packets are sent.
func (p *pacer) spend(n int) {
	if p.rate > 0 {
		p.next = p.next.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
	}
}

// wait returns when a packet is due, or with the context's error.
func (p *pacer) wait(ctx context.Context) error {
	now := time.Now()
	if p.due(now) > 0 {
		return ctx.Err()
	}
	return sleep(ctx, p.next.Sub(now))
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
