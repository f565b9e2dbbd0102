package scan

import (
	"context"
	"math/bits"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Run asks what is ordered and gives every answer as it comes. Both answer and
// Order.Progress are called by the goroutine that called Run; while answer takes
// its time, the scan waits. When the context ends, sending stops within 100 ms,
// and what is known so far is returned with the context's error: what was not
// settled by then is unknown. The same holds for any other error.
func Run(ctx context.Context, o Order, answer func(Answer)) (Tally, error) {
	if err := o.check(); err != nil {
		return Tally{}, err
	}
	r := &run{
		order: o, pace: newPacer(o.Rate), begin: time.Now(),
		relay: newRelay(), phase: Progress{Phase: PhaseAsk},
	}
	if o.Method == SYN && len(o.TCP) > 0 {
		wire, err := openWire()
		if err != nil {
			return Tally{}, err
		}
		r.wire = wire
		defer wire.close()
	}
	var err error
	go func() {
		err = r.all(ctx)
		r.relay.end()
	}()
	r.handOut(answer)
	r.tally.Sent, r.tally.Retries = r.sent.Load(), r.retries.Load()
	r.tally.Drops = r.wire.drops()
	r.tally.Duration = time.Since(r.begin)
	return r.tally, err
}

// A run is an order that is being carried out.
type run struct {
	order Order
	pace  *pacer
	wire  *wire // for the packets of a SYN scan; nil: there is none
	begin time.Time
	relay *relay
	tally Tally

	sent, retries, settled, answered, open atomic.Uint64

	mu    sync.Mutex
	phase Progress // Phase, Hosts and Total
	pass  pass
}

// A pass is one asking of what is not settled in a block.
type pass struct {
	todo           uint64 // ports
	sent, answered uint64 // before it began
	ahead          uint64 // ports of blocks that are still to come
}

// handOut gives answers and progress to the caller until there are no more.
func (r *run) handOut(answer func(Answer)) {
	var answers []Answer
	told := r.begin
	for more := true; more; {
		answers, more = r.relay.take(answers)
		for _, a := range answers {
			answer(a)
		}
		if r.order.Progress != nil && time.Since(told) > 200*time.Millisecond {
			told = time.Now()
			r.order.Progress(r.progress())
		}
	}
}

func (r *run) progress() Progress {
	r.mu.Lock()
	p, pass := r.phase, r.pass
	r.mu.Unlock()
	p.Settled, p.Open, p.Sent = r.settled.Load(), r.open.Load(), r.sent.Load()
	p.Elapsed = time.Since(r.begin)
	p.Left = pass.left(p, r.answered.Load())
	return p
}

// left estimates what remains at the pace so far: the rest of this pass, and for
// the first one a second for what is silent; the same for the blocks to come.
func (p pass) left(now Progress, answered uint64) time.Duration {
	if now.Phase == PhaseDiscover || now.Sent <= p.sent || p.todo == 0 {
		return 0
	}
	done := float64(now.Sent - p.sent)
	rest := max(0, float64(p.todo)-done)
	silent := 1 - min(1, float64(answered-p.answered)/done)
	if now.Phase == PhaseAsk {
		rest += silent * float64(p.todo)
		rest += (1 + silent) * float64(p.ahead)
	} else {
		rest += 2 * float64(p.ahead)
	}
	return time.Duration(min(rest/float64(now.Sent)*float64(now.Elapsed), 1<<62)) // 146 years are enough
}

// enter begins a pass that asks so many ports.
func (r *run) enter(phase string, todo uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.phase.Phase = phase
	r.pass.todo, r.pass.sent, r.pass.answered = todo, r.sent.Load(), r.answered.Load()
}

// reached notes that so many ports are no longer ahead.
func (r *run) reached(ports uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pass.ahead -= min(r.pass.ahead, ports)
}

// all goes through the addresses, a chunk at a time.
func (r *run) all(ctx context.Context) error {
	total, ports := r.order.Hosts.Len(), uint64(len(r.order.TCP)+len(r.order.UDP))
	r.mu.Lock()
	r.phase.Total = capped(total, ports)
	r.pass.ahead = r.phase.Total
	r.mu.Unlock()
	var failed error
	for from := uint64(0); from < total; {
		if failed == nil {
			failed = ctx.Err()
		}
		if failed != nil {
			r.tally.Unasked += total - from
			break
		}
		n := min(total-from, blockHosts)
		failed = r.chunk(ctx, from, n)
		from += n
		r.mu.Lock()
		r.phase.Hosts = from
		r.mu.Unlock()
	}
	none := addCapped(r.tally.Absent, addCapped(r.tally.Refused, r.tally.Unasked))
	r.tally.Unknown = addCapped(r.tally.Unknown, capped(none, ports))
	return failed
}

// capped is a product, at most what fits.
func capped(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	if high > 0 {
		return ^uint64(0)
	}
	return low
}

// chunk asks the n addresses that begin with number from.
func (r *run) chunk(ctx context.Context, from, n uint64) error {
	hosts := make([]netip.Addr, 0, n)
	for i := range n {
		if i%1024 == 0 && ctx.Err() != nil { // permission may take its time
			r.tally.Unasked += n - i + uint64(len(hosts))
			return ctx.Err()
		}
		a := r.order.Hosts.At(from + i)
		if r.order.Permit != nil && r.order.Permit(a) != nil {
			r.tally.Refused++
			continue
		}
		hosts = append(hosts, a)
	}
	ports := uint64(len(r.order.TCP) + len(r.order.UDP))
	var heard map[netip.Addr]string
	var err error
	if r.order.Discover {
		r.enter(PhaseDiscover, n)
		here := len(hosts)
		hosts, heard, err = r.discover(ctx, hosts)
		if absent := uint64(here - len(hosts)); err == nil {
			r.tally.Absent += absent
		} else {
			r.tally.Unasked += absent // stopped before anybody could say so
		}
	}
	nobody := (n - uint64(len(hosts))) * ports
	r.settled.Add(nobody)
	r.reached(nobody)
	counts := make([]HostTally, len(hosts))
	for i, a := range hosts {
		counts[i] = HostTally{Addr: a, Heard: heard[a]}
	}
	for _, proto := range []string{TCP, UDP} {
		if err == nil {
			err = r.protocol(ctx, proto, hosts, counts)
		}
	}
	for _, c := range counts {
		if c.Sum() == 0 && c.Heard == "" { // stopped before its block began
			r.tally.Unasked++
			continue
		}
		c.Unknown += ports - c.Sum() // of protocols that a stopped run did not reach
		r.tally.Open += c.Open
		r.tally.Closed += c.Closed
		r.tally.Filtered += c.Filtered
		r.tally.Unknown += c.Unknown
		if r.tally.Asked++; c.Heard == "" {
			r.tally.Silent++
			continue
		}
		r.tally.Heard++
		if len(r.tally.Hosts) < MaxHosts {
			r.tally.Hosts = append(r.tally.Hosts, c)
		}
	}
	return err
}

// protocol asks the ports of one protocol, a block at a time.
func (r *run) protocol(ctx context.Context, proto string, hosts []netip.Addr, counts []HostTally) error {
	ports := r.order.TCP
	if proto == UDP {
		ports = r.order.UDP
	}
	for len(hosts) > 0 && len(ports) > 0 {
		n := min(len(hosts), max(1, blockPorts/len(ports)))
		b := r.block(proto, hosts[:n], ports)
		r.reached(uint64(len(b.states)))
		var err error
		switch {
		case proto == UDP:
			err = b.udp(ctx)
		case r.wire != nil:
			err = b.syn(ctx)
		default:
			err = b.connect(ctx)
		}
		if err == nil {
			b.close()
		} else {
			b.stop()
		}
		for i, c := range b.counts {
			counts[i].Open += c.Open
			counts[i].Closed += c.Closed
			counts[i].Filtered += c.Filtered
			counts[i].Unknown += c.Unknown
			if counts[i].Heard == "" {
				counts[i].Heard = b.heard[i]
			}
		}
		if err != nil {
			return err
		}
		hosts, counts = hosts[n:], counts[n:]
	}
	return nil
}
