package scan

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// all begins a connection to every port that is not settled, from one goroutine:
// sockets that do not block, and one place to wait for all of them (epoll(7)).
func (d *dialing) all(ctx context.Context) error {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return err
	}
	l := &loop{
		dialing: d, epoll: epoll, walk: newWalk(len(d.hosts), len(d.ports)),
		gate: d.run.gate(), round: ^uint32(0), begin: time.Now(), byFD: map[int32]int{},
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
		if err := l.collect(); err != nil {
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
	byFD    map[int32]int // place in open
	begin   time.Time
	swept   time.Time
	events  [256]unix.EpollEvent
}

type question struct {
	i     int
	fresh bool // the first of a round
}

// An attempt is a connection that is not there yet.
type attempt struct {
	i           int
	fd          int32
	host        int
	since, till time.Time
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
		if !l.window.room(len(l.open)) || !l.starved.IsZero() && time.Since(l.swept) < time.Millisecond {
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
	if errors.Is(err, errStarved) {
		l.run.retries.Add(1)
		if l.starved.IsZero() {
			l.starved = a.since
		}
		if a.since.Sub(l.starved) < 10*time.Second {
			l.window.cap(max(len(l.open)*9/10, 16))
			l.again = append(l.again, question{q.i, false})
			return false
		}
		err = unix.EMFILE
	} else {
		l.starved = time.Time{}
		_ = l.gate.pass(context.Background(), q.fresh, 1) // it is ready: it does not wait
		l.run.sent.Add(1)
	}
	a.fd = int32(fd)
	if err == unix.EINPROGRESS {
		event := unix.EpollEvent{Events: unix.EPOLLOUT, Fd: a.fd}
		if err = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event); err == nil {
			a.till = a.since.Add(l.patience(a.host))
			l.byFD[a.fd] = len(l.open)
			l.open = append(l.open, a)
			return true
		}
	}
	l.end(a, err)
	return true
}

// errStarved says that there was no socket, port or memory for a connection.
var errStarved = errors.New("out of sockets")

func (l *loop) connectTo(addr netip.Addr, port uint16) (int, error) {
	family := unix.AF_INET6
	if addr.Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		if starves(err) {
			err = errStarved
		}
		return -1, err
	}
	// Who refuses is told by the error queue (ip(7), IP_RECVERR).
	if addr.Is4() {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
		err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(port), Addr: addr.As4()})
	} else {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
		err = unix.Connect(fd, &unix.SockaddrInet6{Port: int(port), Addr: addr.As16(), ZoneId: zoneIndex(addr.Zone())})
	}
	if starves(err) {
		unix.Close(fd)
		return -1, errStarved
	}
	return fd, err
}

func starves(err error) bool {
	switch err {
	case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM, unix.EAGAIN, unix.EADDRNOTAVAIL, unix.EADDRINUSE:
		return true
	}
	return false
}

// collect waits a moment and ends what has come to an end.
func (l *loop) collect() error {
	wait := 0
	if l.held || !l.window.room(len(l.open)) || !l.starved.IsZero() {
		wait = 1
	}
	if l.walk.done() && !l.held && len(l.again) == 0 {
		wait = 5
	}
	n, err := unix.EpollWait(l.epoll, l.events[:], wait)
	if err != nil && err != unix.EINTR {
		return err
	}
	for _, e := range l.events[:max(n, 0)] {
		place, ok := l.byFD[e.Fd]
		if !ok {
			continue
		}
		a := l.open[place]
		code, err := unix.GetsockoptInt(int(a.fd), unix.SOL_SOCKET, unix.SO_ERROR)
		if err == nil && code != 0 {
			err = unix.Errno(code)
		}
		l.drop(place)
		l.end(a, err)
	}
	return nil
}

// expire gives up what was silent for too long, now and then.
func (l *loop) expire() {
	now := time.Now()
	if now.Sub(l.swept) < 5*time.Millisecond {
		return
	}
	l.swept = now
	for i := 0; i < len(l.open); {
		a := l.open[i]
		if now.Before(a.till) {
			i++
			continue
		}
		l.drop(i)
		l.end(a, unix.ETIMEDOUT)
	}
}

// drop takes an attempt out of the list.
func (l *loop) drop(place int) {
	delete(l.byFD, l.open[place].fd)
	last := len(l.open) - 1
	if place < last {
		l.open[place] = l.open[last]
		l.byFD[l.open[place].fd] = place
	}
	l.open = l.open[:last]
}

// end settles what became of an attempt, and closes it.
func (l *loop) end(a attempt, err error) {
	answer, known := l.judge(a, err)
	if a.fd >= 0 {
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

// judge says what the outcome of a connection means. False: nothing came.
func (l *loop) judge(a attempt, err error) (Answer, bool) {
	if err == nil {
		if l.itself(a) {
			l.again = append(l.again, question{a.i, false}) // with another port of ours
			return Answer{}, false
		}
		return Answer{State: Open, Why: WhyConnected}, true
	}
	if a.fd >= 0 && err != unix.ETIMEDOUT {
		if quoted, ok := icmpError(int(a.fd)); ok {
			return quoted, true
		}
	}
	return meaning(err)
}

// itself says whether a connection was made with itself: when the kernel chooses
// for us the very port that we ask, both ends begin and none listens.
func (l *loop) itself(a attempt) bool {
	ours, err := unix.Getsockname(int(a.fd))
	if err != nil {
		return false
	}
	addr, port := l.ask(a.i)
	switch ours := ours.(type) {
	case *unix.SockaddrInet4:
		return ours.Port == int(port) && addr == netip.AddrFrom4(ours.Addr)
	case *unix.SockaddrInet6:
		return ours.Port == int(port) && addr.WithZone("") == netip.AddrFrom16(ours.Addr)
	}
	return false
}

func (l *loop) close() {
	for _, a := range l.open {
		unix.Close(int(a.fd))
	}
	unix.Close(l.epoll)
}

// meaning is what an error of connect(2) says by itself.
func meaning(err error) (Answer, bool) {
	switch err {
	case unix.ETIMEDOUT:
		return Answer{}, false
	case unix.ECONNREFUSED, unix.ECONNRESET:
		return Answer{State: Closed, Why: WhyReset}, true
	case unix.EHOSTUNREACH, unix.EHOSTDOWN, unix.ENONET, unix.ENOPROTOOPT:
		return Answer{State: Filtered, Why: WhyUnreachable}, true
	case unix.ENETUNREACH:
		return Answer{State: Unknown, Why: WhyNoRoute}, true
	}
	return Answer{State: Unknown, Why: WhyLocal}, true // not allowed to, a broadcast address, out of sockets
}
