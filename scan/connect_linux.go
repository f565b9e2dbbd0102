package scan

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"
)

// openMost is how many connections may be on their way at a time: more would
// only fill the tables of routers.
const openMost = 10_000

// all begins a connection to every port that is not settled, from one goroutine:
// sockets that do not block, and one place to wait for all of them (epoll(7)). A
// socket that was refused is used for the next port, which saves a third of the
// work.
func (d *dialing) all(ctx context.Context) error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	l := &loop{
		dialing: d, epoll: epoll, walk: newWalk(len(d.hosts), len(d.ports)),
		gate: d.run.gate(), round: ^uint32(0), zones: map[string]uint32{},
	}
	defer l.close()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		more := l.fill()
		if !more && len(l.open) == 0 {
			return nil
		}
		if err := l.collect(more); err != nil {
			return err
		}
		l.expire()
	}
}

// A loop is one pass.
type loop struct {
	*dialing
	epoll   int
	walk    *walk
	gate    *gate
	round   uint32
	pending question   // that the gate has not let through yet; see held
	held    bool       // pending is set
	again   []question // that we had no socket for
	starved time.Time  // since when there was none; zero: there was
	open    []attempt
	places  []int32    // by descriptor: its place in open plus one
	idle    [2][]int32 // sockets that were refused, of IPv4 and of IPv6
	zones   map[string]uint32
	swept   time.Time
	events  [256]unix.EpollEvent

	four unix.SockaddrInet4 // lent to connect, so that nothing is allocated for it
	six  unix.SockaddrInet6
}

type question struct {
	i     int
	fresh bool // the first of a round
}

// An attempt is a connection that is not there yet.
type attempt struct {
	i     int
	fd    int32
	host  int
	since time.Time
}

// next is the next question that is not settled.
func (l *loop) next() (question, bool) {
	if l.held {
		l.held = false
		return l.pending, true
	}
	if n := len(l.again); n > 0 {
		q := l.again[n-1]
		l.again = l.again[:n-1]
		return q, true
	}
	for {
		at, round, ok := l.walk.next()
		if !ok {
			return question{}, false
		}
		i := l.hosts[at/len(l.ports)]*len(l.ports) + at%len(l.ports)
		if l.settled(i) {
			continue
		}
		q := question{i, round != l.round}
		l.round = round
		return q, true
	}
}

// fill begins as many connections as may be begun now. False: there are no more.
func (l *loop) fill() bool {
	for range len(l.events) / 2 { // then what came back is looked at
		if !l.window.room(len(l.open)) {
			return true
		}
		q, ok := l.next()
		if !ok {
			return false
		}
		if !l.gate.ready(q.fresh) {
			l.pending, l.held = q, true
			return true
		}
		if !l.start(q) {
			return true
		}
	}
	return true
}

// start begins a connection. False: this machine is out of something.
func (l *loop) start(q question) bool {
	addr, port := l.ask(q.i)
	a := attempt{i: q.i, host: q.i / len(l.ports), since: time.Now()}
	fd, err := l.connectTo(addr, port)
	if errors.Is(err, errStarved) || err == unix.ENETUNREACH && l.answered(a.host) { // a way that was there comes back
		l.run.retries.Add(1)
		l.closeIdle() // of the other family, perhaps
		if l.starved.IsZero() {
			l.starved = a.since
		}
		if a.since.Sub(l.starved) < giveUp {
			if fd >= 0 {
				unix.Close(fd)
			}
			l.window.cap(max(len(l.open)*9/10, 16))
			l.again = append(l.again, question{q.i, false})
			return false
		}
		if fd < 0 {
			err = unix.EMFILE
		}
	} else {
		l.starved = time.Time{}
		_ = l.gate.pass(context.Background(), q.fresh, 1) // it is ready: it does not wait
		if err == nil || err == unix.EINPROGRESS || err == unix.ECONNREFUSED {
			l.run.sent.Add(1)
		}
	}
	a.fd = int32(fd)
	if err == unix.EINPROGRESS {
		l.add(a)
		return true
	}
	l.end(a, err)
	return true
}

// collect ends what has come to an end. If there is nothing to begin meanwhile,
// it waits a moment for that, in milliseconds.
func (l *loop) collect(more bool) error {
	wait := 0
	switch {
	case !more:
		wait = 5
	case l.held || !l.window.room(len(l.open)) || !l.starved.IsZero():
		wait = 1
	}
	n, err := unix.EpollWait(l.epoll, l.events[:], wait)
	if err != nil && err != unix.EINTR {
		return err
	}
	for _, e := range l.events[:max(n, 0)] {
		if int(e.Fd) >= len(l.places) || l.places[e.Fd] == 0 {
			continue
		}
		place := int(l.places[e.Fd]) - 1
		a := l.open[place]
		addr, port := l.ask(a.i)
		err := l.connectBy(int(a.fd), addr, port)
		if err == unix.EALREADY || err == unix.EINPROGRESS {
			// An ICMP error that came while the kernel was still busy with the SYN is
			// in the queue alone.
			if quoted, ok := icmpError(int(a.fd), addr); ok {
				l.drop(place)
				l.conclude(a, quoted, true, false)
			}
			continue
		}
		if err == unix.EISCONN {
			err = nil
		}
		l.drop(place)
		l.end(a, err)
	}
	return nil
}

// expire gives up what was silent for too long, now and then.
func (l *loop) expire() {
	now := time.Now()
	if now.Sub(l.swept) < 20*time.Millisecond {
		return
	}
	l.swept = now
	for i := 0; i < len(l.open); {
		a := l.open[i]
		if took := now.Sub(a.since); took < leastPatience || took < l.patience(a.host) {
			i++
			continue
		}
		l.drop(i)
		l.end(a, unix.ETIMEDOUT)
	}
}

func (l *loop) add(a attempt) {
	for int(a.fd) >= len(l.places) {
		l.places = append(l.places, 0)
	}
	l.open = append(l.open, a)
	l.places[a.fd] = int32(len(l.open))
}

// drop takes an attempt out of the list.
func (l *loop) drop(place int) {
	l.places[l.open[place].fd] = 0
	last := len(l.open) - 1
	if place < last {
		l.open[place] = l.open[last]
		l.places[l.open[place].fd] = int32(place + 1)
	}
	l.open = l.open[:last]
}

// end says what the outcome of a connection means.
func (l *loop) end(a attempt, err error) {
	switch {
	case err == nil && l.itself(a), err == unix.ECONNABORTED:
		unix.Close(int(a.fd))
		l.again = append(l.again, question{a.i, false}) // with another port of ours
	case err == nil:
		l.conclude(a, Answer{State: Open, Why: WhyConnected}, true, false)
	default:
		if a.fd >= 0 && err != unix.ETIMEDOUT {
			addr, _ := l.ask(a.i)
			if quoted, ok := icmpError(int(a.fd), addr); ok {
				l.conclude(a, quoted, true, false)
				return
			}
		}
		answer, known := meaning(err)
		l.conclude(a, answer, known, err == unix.ECONNREFUSED)
	}
}

// conclude settles what became of an attempt, if it is known, and keeps or closes
// its socket.
func (l *loop) conclude(a attempt, answer Answer, known, keep bool) {
	switch {
	case keep:
		addr, _ := l.ask(a.i)
		idle := l.idleOf(addr)
		*idle = append(*idle, a.fd)
	case a.fd >= 0:
		if answer.State == Open {
			_ = unix.SetsockoptLinger(int(a.fd), unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
		}
		unix.Close(int(a.fd))
	}
	switch {
	case !known:
		l.window.done(a.host, false)
	case fromNetwork(answer.Why):
		l.came(a.host, time.Since(a.since))
	}
	if known {
		l.settle(a.i, answer)
	}
}

func (l *loop) close() {
	for _, a := range l.open {
		unix.Close(int(a.fd))
	}
	l.closeIdle()
	unix.Close(l.epoll)
}
