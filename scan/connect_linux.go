package scan

import (
	"context"
	"errors"
	"net/netip"
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
	if errors.Is(err, errStarved) {
		l.run.retries.Add(1)
		l.closeIdle() // of the other family, perhaps
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

// errStarved says that there was no socket, port or memory for a connection.
var errStarved = errors.New("out of sockets")

func (l *loop) connectTo(addr netip.Addr, port uint16) (int, error) {
	fd, err := l.socket(addr)
	if err == nil {
		err = l.connectBy(fd, addr, port)
		if starves(err) {
			unix.Close(fd)
		}
	}
	if starves(err) {
		return -1, errStarved
	}
	return fd, err
}

// connectBy begins a connection, or says what has become of it: EALREADY while
// nothing has.
func (l *loop) connectBy(fd int, addr netip.Addr, port uint16) error {
	if addr.Is4() {
		l.four.Port, l.four.Addr = int(port), addr.As4()
		return unix.Connect(fd, &l.four)
	}
	l.six.Port, l.six.Addr, l.six.ZoneId = int(port), addr.As16(), l.zone(addr)
	return unix.Connect(fd, &l.six)
}

func (l *loop) zone(addr netip.Addr) uint32 {
	name := addr.Zone()
	if name == "" {
		return 0
	}
	index, known := l.zones[name]
	if !known {
		index = zoneIndex(name)
		l.zones[name] = index
	}
	return index
}

// socket is one that was refused before, or a new one.
func (l *loop) socket(addr netip.Addr) (int, error) {
	family, level, errors := unix.AF_INET, unix.IPPROTO_IP, unix.IP_RECVERR
	if addr.Is6() {
		family, level, errors = unix.AF_INET6, unix.IPPROTO_IPV6, unix.IPV6_RECVERR
	}
	idle := l.idleOf(addr)
	if n := len(*idle); n > 0 {
		fd := (*idle)[n-1]
		*idle = (*idle)[:n-1]
		return int(fd), nil
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	_ = unix.SetsockoptInt(fd, level, errors, 1) // the error queue tells who refuses, see ip(7)
	// Told once for each change: else a socket that waits to be used again would
	// be told of without end.
	event := unix.EpollEvent{Events: unix.EPOLLOUT | unix.EPOLLET, Fd: int32(fd)}
	if err := unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &event); err != nil {
		unix.Close(fd)
		return -1, unix.ENOBUFS
	}
	return fd, nil
}

func (l *loop) idleOf(addr netip.Addr) *[]int32 {
	if addr.Is4() {
		return &l.idle[0]
	}
	return &l.idle[1]
}

func starves(err error) bool {
	switch err {
	case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM, unix.EAGAIN, unix.EADDRNOTAVAIL, unix.EADDRINUSE:
		return true
	}
	return false
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
	if now.Sub(l.swept) < 5*time.Millisecond {
		return
	}
	l.swept = now
	for i := 0; i < len(l.open); {
		a := l.open[i]
		if now.Sub(a.since) < l.patience(a.host) {
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
	l.closeIdle()
	unix.Close(l.epoll)
}

func (l *loop) closeIdle() {
	for i := range l.idle {
		for _, fd := range l.idle[i] {
			unix.Close(int(fd))
		}
		l.idle[i] = l.idle[i][:0]
	}
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
