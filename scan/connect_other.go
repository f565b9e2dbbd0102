//go:build !linux

package scan

import (
	"context"
	"errors"
	"net"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// openMost is how many connections may be on their way at a time: each has a
// goroutine with its stack.
const openMost = 2000

// all begins a connection to every port that is not settled, each from a
// goroutine of its own.
func (d *dialing) all(ctx context.Context) error {
	w := newWalk(len(d.hosts), len(d.ports))
	gate := d.run.gate()
	last := ^uint32(0)
	var group sync.WaitGroup
	defer group.Wait()
	ended := make(chan struct{}, 1<<16)
	open := 0
	for {
		at, round, ok := w.next()
		if !ok {
			return ctx.Err()
		}
		i := d.hosts[at/len(d.ports)]*len(d.ports) + at%len(d.ports)
		if d.settled(i) {
			continue
		}
		for len(ended) > 0 {
			<-ended
			open--
		}
		for !d.window.room(open) {
			<-ended
			open--
		}
		if err := gate.pass(ctx, round != last, 1); err != nil {
			return err
		}
		last = round
		open++
		d.run.sent.Add(1)
		group.Go(func() {
			d.try(ctx, i)
			ended <- struct{}{}
		})
	}
}

func (d *dialing) try(ctx context.Context, i int) {
	host := i / len(d.ports)
	addr, port := d.ask(i)
	begin := time.Now()
	for {
		dialer := net.Dialer{Timeout: d.patience(host), Control: takeNo}
		conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(addr.String(), strconv.Itoa(int(port))))
		if ctx.Err() != nil {
			if conn != nil {
				conn.Close()
			}
			return
		}
		if err == nil {
			tcp := conn.(*net.TCPConn)
			_ = tcp.SetLinger(0)
			itself := conn.LocalAddr().String() == conn.RemoteAddr().String()
			tcp.Close()
			if itself { // both ends began and none listens
				continue
			}
		}
		answer, known, starved := meaning(err)
		if starved && time.Since(begin) < giveUp {
			d.run.retries.Add(1)
			d.window.halve()
			if sleep(ctx, 20*time.Millisecond) != nil {
				return
			}
			continue
		}
		switch {
		case !known:
			d.window.done(host, false)
		case fromNetwork(answer.Why):
			d.came(host, time.Since(begin))
		}
		if known {
			d.settle(i, answer)
		}
		return
	}
}

// halve is told that the system has no more sockets.
func (w *window) halve() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.threshold = max(w.size/2, 16)
	w.size = w.threshold
}

// meaning is what an error of a connection says. Not known: nothing came.
// Starved: this machine was out of something.
func meaning(err error) (answer Answer, known, starved bool) {
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return Answer{State: Open, Why: WhyConnected}, true, false
	case errors.As(err, &timeout) && timeout.Timeout():
		return Answer{}, false, false
	case is(err, syscall.ECONNREFUSED, syscall.ECONNRESET, wsaConnRefused, wsaConnReset):
		return Answer{State: Closed, Why: WhyReset}, true, false
	case is(err, syscall.EHOSTUNREACH, syscall.EHOSTDOWN, wsaHostUnreach):
		return Answer{State: Filtered, Why: WhyUnreachable}, true, false
	case is(err, syscall.ENETUNREACH, syscall.ENETDOWN, wsaNetUnreach):
		return Answer{State: Unknown, Why: WhyNoRoute}, true, false
	case is(err, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.EAGAIN, syscall.EADDRNOTAVAIL, wsaManyFiles, wsaNoBuffers, wsaAddrNotAvail):
		return Answer{State: Unknown, Why: WhyLocal}, true, true
	}
	return Answer{State: Unknown, Why: WhyLocal}, true, false
}

// Windows has numbers of its own (winerror.h), which mean nothing elsewhere.
const (
	wsaManyFiles    = syscall.Errno(10024)
	wsaAddrNotAvail = syscall.Errno(10049)
	wsaNetUnreach   = syscall.Errno(10051)
	wsaConnReset    = syscall.Errno(10054)
	wsaNoBuffers    = syscall.Errno(10055)
	wsaConnRefused  = syscall.Errno(10061)
	wsaHostUnreach  = syscall.Errno(10065)
)

func is(err error, codes ...syscall.Errno) bool {
	var code syscall.Errno
	if !errors.As(err, &code) {
		return false
	}
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}
