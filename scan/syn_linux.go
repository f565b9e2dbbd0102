package scan

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// A synBlock is a block that is asked by SYNs.
type synBlock struct {
	*block
	ways   []way
	placed [1 << 16]int32 // port to its place in ports; -1: not asked
	zones  map[int]string

	// When each SYN was sent, in ticks since begin and from one on, for the
	// round-trip time; and the longest one that was seen.
	begin   time.Time
	times   []atomic.Uint32
	longest atomic.Int64
}

const tick = 100 * time.Microsecond

func (s *synBlock) ticks() uint32 { return max(1, uint32(time.Since(s.begin)/tick)) }

// A way is where the SYNs to an address go.
type way struct {
	from netip.Addr
	to   unix.RawSockaddrLinklayer
}

// syn asks all ports by SYNs. Addresses of this machine are asked by connections:
// the kernel takes no packet of its own from a packet socket.
func (b *block) syn(ctx context.Context) error {
	s := &synBlock{block: b, zones: b.run.wire.roads.zones, begin: time.Now()}
	s.times = make([]atomic.Uint32, len(b.states))
	for i := range s.placed {
		s.placed[i] = -1
	}
	for i, p := range b.ports {
		s.placed[p] = int32(i)
	}
	own, err := s.findWays(ctx)
	if err != nil {
		return err
	}
	if len(own) > 0 {
		if err := b.connectHosts(ctx, own); err != nil {
			return err
		}
		b.run.tally.Connected += uint64(len(own))
		for _, host := range own { // a firewall of our own
			b.settleHost(host, Answer{State: Filtered, Why: WhySilence})
		}
	}
	b.run.wire.block.Store(s)
	defer b.run.wire.block.Store(nil)
	return s.passes(ctx)
}

// findWays settles the addresses to which there is none, and returns those that
// are this machine's own.
func (s *synBlock) findWays(ctx context.Context) (own []int, err error) {
	wire := s.run.wire
	s.ways = make([]way, len(s.hosts))
	steps := make([]hop, len(s.hosts))
	wanted := map[hop]netip.Addr{} // with our address on that link
	for i, a := range s.hosts {
		road, err := wire.roads.to(a)
		if err != nil {
			return nil, err
		}
		link := wire.roads.links[road.link]
		switch {
		case road.end != "":
			s.settleHost(i, Answer{State: Unknown, Why: road.end})
			continue
		case road.own || link.loop:
			own = append(own, i)
			continue
		}
		w := way{from: road.from, to: unix.RawSockaddrLinklayer{
			Family: unix.AF_PACKET, Ifindex: int32(road.link), Protocol: swap(unix.ETH_P_IP),
		}}
		if a.Is6() {
			w.to.Protocol = swap(unix.ETH_P_IPV6)
		}
		s.ways[i] = w
		if !link.bare {
			step := hop{road.link, road.hop}
			if !step.addr.IsValid() {
				step.addr = a.WithZone("")
			}
			steps[i], wanted[step] = step, road.from
		}
	}
	found, err := s.run.neighbors(ctx, wire.roads, wanted)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		if steps[i] == (hop{}) {
			continue
		}
		at, ok := found[steps[i]]
		if !ok {
			s.settleHost(i, Answer{State: Filtered, Why: WhyNoNeighbor})
			continue
		}
		s.ways[i].to.Halen = 6
		copy(s.ways[i].to.Addr[:], at[:])
	}
	return own, nil
}

// passes asks everything once, and what is silent again: at least once more, and
// as long as that brings answers, at most four times in all.
func (s *synBlock) passes(ctx context.Context) error {
	unheard := newPacer(unansweredRate)
	before := int64(0)
	for pass := 1; pass <= maxPasses && s.left.Load() > 0; pass++ {
		s.nextPass(pass, int(s.left.Load()))
		if err := s.pass(ctx, unheard); err != nil {
			return err
		}
		if err := s.linger(ctx); err != nil {
			return err
		}
		now := s.answers.Load()
		brought := now - before
		if pass > 1 && brought == 0 {
			break
		}
		if pass > 1 && brought*20 > before { // one in twenty had been lost: too fast for somebody on the way
			unheard.rate = max(unheard.rate/4, slowestRate)
		}
		before = now
	}
	return nil
}

const (
	// Without a rate in the order, as many SYNs may be without an answer before it
	// goes on at unansweredRate, in packets/s: a host that answers everything is
	// asked as fast as it answers, one that drops everything is not hammered.
	openQuestionsMax = 4096
	unansweredRate   = 100_000
	slowestRate      = 1500
)

// pass sends a SYN to every port that is not settled.
func (s *synBlock) pass(ctx context.Context, unheard *pacer) error {
	w := newWalk(len(s.hosts), len(s.ports))
	gate := s.run.gate()
	out := newOutbox(s.run.wire.out)
	began, sent, round := s.answers.Load(), int64(0), ^uint32(0)
	for n := 0; ; n++ {
		i, r, ok := w.next()
		if !ok {
			break
		}
		if s.settled(i) {
			continue
		}
		if out.full() {
			if err := s.flush(ctx, out); err != nil {
				return err
			}
		}
		fresh := r != round
		round = r
		if !gate.ready(fresh) {
			if err := s.flush(ctx, out); err != nil {
				return err
			}
		}
		if err := gate.pass(ctx, fresh, 1); err != nil {
			return err
		}
		if s.run.order.Rate == 0 && sent-(s.answers.Load()-began) > openQuestionsMax {
			if unheard.due(time.Now()) == 0 {
				if err := s.flush(ctx, out); err != nil {
					return err
				}
				if err := unheard.wait(ctx); err != nil {
					return err
				}
			}
			unheard.spend(1)
		}
		s.put(out, i)
		sent++
	}
	return s.flush(ctx, out)
}

// put writes the SYN for port i.
func (s *synBlock) put(out *outbox, i int) {
	host := i / len(s.ports)
	addr, port := s.ask(i)
	way := &s.ways[host]
	out.put(i, &way.to, way.from, addr, s.run.wire.port, port, cookie(s.run.wire.secret, addr, port))
	s.times[i].Store(s.ticks())
}

// flush sends what is written. What the card has no room for, or the link is down
// for, is sent again; what cannot be sent for another reason, or for ten seconds,
// is settled as unknown.
func (s *synBlock) flush(ctx context.Context, out *outbox) error {
	for out.sent < out.n {
		n, err := out.send()
		s.run.sent.Add(uint64(n))
		now := time.Now()
		switch {
		case err == nil:
			out.stuck = time.Time{}
		case errors.Is(err, unix.EINTR):
		case passes(err) && (out.stuck.IsZero() || now.Sub(out.stuck) < giveUp):
			if out.stuck.IsZero() {
				out.stuck = now
			}
			s.run.retries.Add(1)
			if err := sleep(ctx, time.Millisecond); err != nil {
				return err
			}
		default:
			s.settle(out.asked[out.sent], Answer{State: Unknown, Why: WhyLocal})
			out.sent++
		}
	}
	out.n, out.sent = 0, 0
	return ctx.Err()
}

// passes says whether an error of sending will go by.
func passes(err error) bool {
	switch err {
	case unix.ENOBUFS, unix.EAGAIN, unix.ENOMEM, unix.ENETDOWN:
		return true
	}
	return false
}

// linger waits for the answers that are still on their way: twice as long as the
// slowest so far took, within bounds. No answer at all: a second.
func (s *synBlock) linger(ctx context.Context) error {
	for start := time.Now(); s.left.Load() > 0; {
		patience := time.Second
		if longest := time.Duration(s.longest.Load()); longest > 0 {
			patience = min(max(2*longest, 300*time.Millisecond), 2*time.Second)
		}
		if time.Since(start) > patience {
			break
		}
		if err := sleep(ctx, 2*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// hear notes an answer. The goroutine of the wire calls it.
func (s *synBlock) hear(e echo, link int) {
	host, ok := slices.BinarySearchFunc(s.hosts, zoned(e.addr, s.zones, link), order)
	place := s.placed[e.port]
	if !ok || place < 0 {
		return
	}
	i := host*len(s.ports) + int(place)
	if sent := s.times[i].Load(); sent > 0 {
		s.longest.Store(max(s.longest.Load(), int64(s.ticks()-sent+1)*int64(tick)))
	}
	s.settle(i, e.Answer)
}
