package scan

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Every port of every address once, and in a round no address twice.
func TestWalkIsABijection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hosts, ports := rapid.IntRange(0, 40).Draw(t, "hosts"), rapid.IntRange(1, 40).Draw(t, "ports")
		w := newWalk(hosts, ports)
		seen := make([]bool, hosts*ports)
		inRound := map[int]bool{}
		last := uint32(0)
		n := 0
		for {
			i, round, ok := w.next()
			if !ok {
				break
			}
			if round != last {
				if round != last+1 || len(inRound) != hosts {
					t.Fatalf("round %d after round %d with %d addresses", round, last, len(inRound))
				}
				last = round
				clear(inRound)
			}
			if seen[i] || inRound[i/ports] {
				t.Fatalf("port %d of address %d twice", i%ports, i/ports)
			}
			seen[i], inRound[i/ports] = true, true
			n++
		}
		if n != hosts*ports {
			t.Fatalf("%d of %d", n, hosts*ports)
		}
		if _, _, ok := w.next(); ok {
			t.Fatal("goes on after its end")
		}
	})
}

// send sends what is due at a moment, and returns how many.
func send(p *pacer, now time.Time) (sent int) {
	for p.due(now) > 0 {
		n := min(p.due(now), 64)
		p.spend(n)
		sent += n
	}
	return sent
}

// In a run of any length, woken up at any times not too far apart, as much is
// sent as the rate says.
func TestPacerKeepsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(1, 200_000).Draw(t, "rate")
		p := newPacer(rate)
		begin := time.Unix(1000, 0)
		now, sent := begin, send(p, begin)
		for range rapid.IntRange(1, 300).Draw(t, "wake-ups") {
			now = now.Add(time.Duration(rapid.Int64Range(0, int64(stride)).Draw(t, "later")))
			sent += send(p, now)
			due := 1 + now.Sub(begin).Seconds()*rate
			if float64(sent) > due*1.000001+1 || float64(sent) < due*0.999999-2 {
				t.Fatalf("after %v at %v/s: %d sent, %v due", now.Sub(begin), rate, sent, due)
			}
		}
	})
}

// What a pause missed is made up for, if it was short, and never at once.
func TestPacerAfterAPause(t *testing.T) {
	const rate = 1000
	for pause, missed := range map[time.Duration]int{
		300 * time.Millisecond: 0,
		slack:                  0,
		2 * time.Second:        1500,
		time.Hour:              3599500,
	} {
		p := newPacer(rate)
		now := time.Unix(1000, 0)
		begin, sent := now, send(p, now)
		now = now.Add(pause)
		for range 1000 { // two seconds of waking up every 2 ms
			n := send(p, now)
			if n > 1+int(stride.Seconds()*hurry*rate) {
				t.Errorf("%d at once after a pause of %v", n, pause)
			}
			sent += n
			now = now.Add(2 * time.Millisecond)
		}
		want := int(now.Sub(begin).Seconds()*rate) - missed
		if sent < want-5 || sent > want+5 {
			t.Errorf("%d sent after a pause of %v, want %d", sent, pause, want)
		}
	}
	if n := newPacer(0).due(time.Now()); n < 1<<30 {
		t.Errorf("without a rate %d are due", n)
	}
}

// What the gate says is ready passes without waiting, and no address gets more
// than its rate, whatever is sent per question.
func TestGate(t *testing.T) {
	r := &run{order: Order{PerHost: 1000}, pace: newPacer(0)}
	g := r.gate()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	begin := time.Now()
	sent := 0
	for sent < 20 {
		if !g.ready(true) {
			if err := g.pass(stopped, true, 1); err == nil {
				t.Fatal("not ready, and passed")
			}
			continue
		}
		if err := g.pass(t.Context(), true, 2); err != nil {
			t.Fatal(err)
		}
		sent += 2
		if due := 2 + time.Since(begin).Seconds()*1000; float64(sent) > due {
			t.Fatalf("%d sent, %v due", sent, due)
		}
	}
}

func TestWindow(t *testing.T) {
	w := newWindow(2, 1000)
	for range 4000 {
		w.done(0, true)
	}
	if w.size != 1000 {
		t.Errorf("after 4000 answers %v may be open, want all 1000", w.size)
	}
	for range 5000 {
		w.done(1, false) // drops what it does not want
	}
	if w.size != 1000 {
		t.Errorf("silence of a host that never spoke made it %v", w.size)
	}
	for range 600 {
		w.done(0, false)
	}
	if w.size > 501 {
		t.Errorf("silence of a host that answered everything left it at %v", w.size)
	}
	w = newWindow(1, 1000)
	for i := range 20000 {
		w.done(0, i%25 != 0) // one in 25 is lost at random
	}
	if w.size != 1000 {
		t.Errorf("little loss made it %v", w.size)
	}
	w.cap(7)
	if w.room(7) || !w.room(6) {
		t.Errorf("capped at 7 it is %v", w.size)
	}
}

func TestLeft(t *testing.T) {
	for name, tt := range map[string]struct {
		pass     pass
		now      Progress
		answered uint64
		want     time.Duration
	}{
		"nothing sent yet":                  {pass{todo: 100}, Progress{Phase: PhaseAsk}, 0, 0},
		"all answer":                        {pass{todo: 11000}, Progress{Phase: PhaseAsk, Sent: 1000, Elapsed: time.Second}, 1000, 10 * time.Second},
		"silence is asked again":            {pass{todo: 2000}, Progress{Phase: PhaseAsk, Sent: 1000, Elapsed: time.Second}, 0, 3 * time.Second},
		"half way through the second":       {pass{todo: 2000, sent: 2000}, Progress{Phase: PhaseAgain, Sent: 3000, Elapsed: 3 * time.Second}, 0, time.Second},
		"the first of two, half way":        {pass{todo: 2000, ahead: 2000}, Progress{Phase: PhaseAsk, Sent: 1000, Elapsed: time.Second}, 1000, 3 * time.Second},
		"looking who is there says nothing": {pass{todo: 2000}, Progress{Phase: PhaseDiscover, Sent: 1000, Elapsed: time.Second}, 0, 0},
	} {
		if got := tt.pass.left(tt.now, tt.answered); got != tt.want {
			t.Errorf("%s: %v left, want %v", name, got, tt.want)
		}
	}
}
