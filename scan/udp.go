package scan

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// A UDP port is asked from a socket of its own, so that the kernel tells which
// question an ICMP error belongs to. No privilege is needed. An answer may come
// from another port of the same address, as those of TFTP do (RFC 1350, 4); only
// Linux tells such a socket of errors too, so elsewhere it is connected, and TFTP
// is not heard.

// udp asks all ports, and what is silent a second time. Hosts that say of closed
// ports that they are closed say it rarely: Linux once a second to one address,
// after a burst of six (net.ipv4.icmp_ratelimit, icmp(7)). So what is still
// silent there is asked again at that pace.
func (b *block) udp(ctx context.Context) error {
	all := make([]int, len(b.hosts))
	for i := range all {
		all[i] = i
	}
	u := &asking{
		block: b, window: newWindow(len(b.hosts), min(descriptors(), 4000)),
		buffers: sync.Pool{New: func() any { return new([dataMax]byte) }},
		vain:    make([]int, len(b.hosts)),
	}
	b.nextPass(1, int(b.left.Load()))
	if err := u.pass(ctx, all, time.Second, 0, len(b.ports)); err != nil {
		return err
	}
	if b.left.Load() == 0 {
		return nil
	}
	b.nextPass(2, int(b.left.Load()))
	if err := u.pass(ctx, all, 1500*time.Millisecond, 0, len(b.ports)); err != nil {
		return err
	}
	hosts := u.reticent()
	if len(hosts) == 0 {
		return nil
	}
	b.nextPass(3, int(b.left.Load()))
	clear(u.vain)
	return u.pass(ctx, hosts, limitedPace, limitedPace, limitedRounds)
}

const (
	dataMax       = 4096
	limitedPace   = 1050 * time.Millisecond // a little more than the second of Linux
	limitedRounds = 120                     // two minutes: a longer list of closed ports is not worth more
	limitedVain   = 8                       // questions in a row without an answer, and the host has nothing more to say
)

// reticent are the hosts that have said of some ports that they are closed.
func (u *asking) reticent() (hosts []int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for h, c := range u.counts {
		if c.Closed > 0 && c.Sum() < uint64(len(u.ports)) {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// An asking is a block that is asked by datagrams.
type asking struct {
	*block
	window  *window
	buffers sync.Pool
	vainMu  sync.Mutex
	vain    []int // questions to each address without an answer, in a row
}

// pass asks what is not settled, for so many rounds, and one address at most once
// a pace.
func (u *asking) pass(ctx context.Context, hosts []int, patience, pace time.Duration, rounds int) error {
	w := newWalk(len(hosts), len(u.ports))
	gate := u.run.gate()
	if limit := 1 / pace.Seconds(); pace > 0 && (gate.round.rate == 0 || gate.round.rate > limit) {
		gate.round.rate = limit
	}
	var group sync.WaitGroup
	defer group.Wait()
	ended := make(chan struct{}, 1<<13)
	last, open := ^uint32(0), 0
	for {
		at, round, ok := w.next()
		if !ok {
			return ctx.Err()
		}
		host := hosts[at/len(u.ports)]
		i := host*len(u.ports) + at%len(u.ports)
		if u.settled(i) || pace > 0 && u.gaveUp(host) {
			continue
		}
		fresh := round != last
		if last = round; fresh {
			if rounds--; rounds < 0 {
				return ctx.Err()
			}
		}
		for len(ended) > 0 || !u.window.room(open) {
			<-ended
			open--
		}
		_, port := u.ask(i)
		datagrams := u.run.order.datagrams(port)
		if err := gate.pass(ctx, fresh, len(datagrams)); err != nil {
			return err
		}
		open++
		group.Go(func() {
			u.try(ctx, i, datagrams, patience)
			ended <- struct{}{}
		})
	}
}

func (u *asking) gaveUp(host int) bool {
	u.vainMu.Lock()
	defer u.vainMu.Unlock()
	return u.vain[host] >= limitedVain
}

// datagrams are what a port is asked with.
func (o *Order) datagrams(port uint16) [][]byte {
	if o.Payload != nil {
		if d := o.Payload(port); len(d) > 0 {
			return d
		}
	}
	return [][]byte{nil}
}

// try asks one port and waits for what comes back.
func (u *asking) try(ctx context.Context, i int, datagrams [][]byte, patience time.Duration) {
	addr, port := u.ask(i)
	host := i / len(u.ports)
	answer, known := u.question(ctx, netip.AddrPortFrom(addr, port), datagrams, patience)
	if ctx.Err() != nil && !known {
		return
	}
	network := known && fromNetwork(answer.Why)
	if network || !known {
		u.window.done(host, network)
	}
	u.vainMu.Lock()
	if u.vain[host]++; network {
		u.vain[host] = 0
	}
	u.vainMu.Unlock()
	if known {
		u.settle(i, answer)
	}
}

func (u *asking) question(ctx context.Context, to netip.AddrPort, datagrams [][]byte, patience time.Duration) (Answer, bool) {
	var conn *net.UDPConn
	for begin := time.Now(); ; {
		c, err := socketTo(ctx, to)
		if err == nil {
			conn = c
			break
		}
		if ctx.Err() != nil {
			return Answer{}, false
		}
		answer, starved := udpMeaning(err, to.Addr())
		if !starved || time.Since(begin) > giveUp {
			return answer, true
		}
		u.run.retries.Add(1)
		if sleep(ctx, 20*time.Millisecond) != nil {
			return Answer{}, false
		}
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Now()) })
	defer stop()
	for _, d := range datagrams {
		err := sendTo(conn, d, to)
		if err == nil {
			u.run.sent.Add(1)
		} else if answer, starved := u.refused(conn, err, to.Addr()); !starved {
			return answer, true
		} else {
			u.run.retries.Add(1) // it is asked again in the next pass
		}
	}
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil || ctx.Err() != nil {
		return Answer{}, false
	}
	buf := u.buffers.Get().(*[dataMax]byte)
	defer u.buffers.Put(buf)
	n, from, err := conn.ReadFromUDPAddrPort(buf[:])
	for err == nil && from.Addr().Unmap() != to.Addr().WithZone(from.Addr().Zone()) {
		n, from, err = conn.ReadFromUDPAddrPort(buf[:]) // a stranger, who may not speak for it
	}
	switch {
	case err == nil:
		return Answer{State: Open, Why: WhyData, Data: append([]byte{}, buf[:n]...)}, true
	case errors.Is(err, os.ErrDeadlineExceeded):
		return Answer{}, false
	}
	answer, starved := u.refused(conn, err, to.Addr())
	return answer, !starved
}

// refused says what an error of a socket means, by the ICMP error behind it
// where the system shows it.
func (u *asking) refused(conn *net.UDPConn, err error, to netip.Addr) (Answer, bool) {
	if quoted, ok := quotedError(conn, to); ok {
		return atPort(quoted, to), false
	}
	return udpMeaning(err, to)
}

// atPort is an ICMP error as the answer to a datagram: that the port is
// unreachable is for the host itself to say (RFC 1122, 3.2.2.1; RFC 4443, 3.1);
// from anybody else it is a firewall's no.
func atPort(a Answer, to netip.Addr) Answer {
	if a.Why == icmpWhy(to.Is6(), portUnreachable(to)[0], portUnreachable(to)[1]) && a.From == to.WithZone("") {
		a.State, a.From = Closed, netip.Addr{}
	}
	return a
}

func portUnreachable(to netip.Addr) [2]uint8 {
	if to.Is4() {
		return [2]uint8{3, 3}
	}
	return [2]uint8{1, 4}
}
