package scan

import (
	"context"
	"sync"
	"time"
)

// A connection is begun and, once it stands, cut by a reset (SO_LINGER of zero)
// instead of the usual farewell: nothing was said, so nothing can be lost; a
// farewell would keep our port in TIME_WAIT for a minute, of which there are only
// 28,000, and the other side's socket as long as its program takes to notice.

// connect asks all ports by connections.
func (b *block) connect(ctx context.Context) error {
	all := make([]int, len(b.hosts))
	for i := range all {
		all[i] = i
	}
	return b.connectHosts(ctx, all)
}

// connectHosts asks everything once, and what is silent again, as the passes of a
// SYN scan do.
func (b *block) connectHosts(ctx context.Context, hosts []int) error {
	d := &dialing{
		block: b, hosts: hosts, longest: make([]time.Duration, len(b.hosts)),
		window: newWindow(len(b.hosts), min(descriptors(), openMost)),
	}
	left := func() (n int) {
		for _, h := range hosts {
			n += len(b.ports) - int(b.sum(h))
		}
		return n
	}
	before := int64(0)
	for d.pass = 1; d.pass <= maxPasses && left() > 0; d.pass++ {
		b.nextPass(d.pass, left())
		if err := d.all(ctx); err != nil {
			return err
		}
		now := b.answers.Load()
		if d.pass > 1 && now == before {
			break
		}
		before = now
		if b.quiet {
			break
		}
	}
	return nil
}

// nextPass notes that ports are asked for the first time, or once more.
func (b *block) nextPass(pass, ports int) {
	if b.quiet {
		return
	}
	phase := PhaseAsk
	if pass > 1 {
		phase = PhaseAgain
	}
	b.run.enter(phase, uint64(ports))
	b.run.tally.Passes = max(b.run.tally.Passes, pass)
}

// maxPasses is how often a silent port is asked at most.
const maxPasses = 4

func (b *block) sum(host int) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[host].Sum()
}

// A dialing is connections that are begun to some addresses of a block.
type dialing struct {
	*block
	hosts   []int
	pass    int
	window  *window
	mu      sync.Mutex
	longest []time.Duration // round trip to each address
}

// leastPatience is how long an answer is awaited at least.
const leastPatience = 250 * time.Millisecond

// patience is how long an answer is awaited: three times as long as the slowest
// one from there took. Before there was one, less than the second after which
// the kernel repeats a SYN by itself. Twice as long when it is asked again.
func (d *dialing) patience(host int) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := 950 * time.Millisecond
	if l := d.longest[host]; l > 0 {
		p = min(max(3*l, leastPatience), p)
	}
	if d.pass > 1 {
		p *= 2
	}
	return p
}

// answered says whether anything has come back from an address.
func (d *dialing) answered(host int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.longest[host] > 0
}

// giveUp is how long this machine may be out of sockets, or a link down, until a
// question is given up.
const giveUp = 10 * time.Second

// came notes that something came back.
func (d *dialing) came(host int, took time.Duration) {
	d.mu.Lock()
	d.longest[host] = max(d.longest[host], took)
	d.mu.Unlock()
	d.window.done(host, true)
}

// A window is how many questions may be open at a time. It grows with every one
// that ends, answered or not: silence alone says nothing, since many hosts drop
// what they do not want. It shrinks when hosts that answered nearly everything
// fall silent, for then somebody on the way cannot follow.
type window struct {
	mu             sync.Mutex
	size           float64
	threshold      float64 // from here it grows by one per round trip, no longer by one per answer
	ceiling        float64
	heard, silent  []uint32 // per address
	arrived, lost  int      // of hosts that answer nearly everything, since the last judgement
	talkativeAfter uint32
}

func newWindow(hosts, ceiling int) *window {
	return &window{
		size: min(512, float64(ceiling)), threshold: float64(ceiling), ceiling: float64(ceiling),
		heard: make([]uint32, hosts), silent: make([]uint32, hosts), talkativeAfter: 20,
	}
}

// room says whether one more may be open.
func (w *window) room(open int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return float64(open) < w.size
}

// cap is told that the system allows no more than n.
func (w *window) cap(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ceiling = max(1, float64(n))
	w.size = min(w.size, w.ceiling)
}

func (w *window) done(host int, answered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	talkative := w.heard[host] >= w.talkativeAfter && w.heard[host] > 4*w.silent[host]
	if answered {
		w.heard[host]++
	} else {
		w.silent[host]++
	}
	switch {
	case !talkative || answered:
		if w.size < w.threshold {
			w.size++
		} else {
			w.size += 1 / w.size
		}
		w.size = min(w.size, w.ceiling)
	default:
		w.lost++
	}
	if talkative && answered {
		w.arrived++
	}
	if all := w.arrived + w.lost; all >= 100 && float64(all) >= w.size/2 {
		if w.lost*10 > all { // more than one in ten; less is no congestion
			w.threshold = max(w.size/2, min(64, w.ceiling))
			w.size = w.threshold
		}
		w.arrived, w.lost = 0, 0
	}
}
