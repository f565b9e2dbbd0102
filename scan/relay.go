package scan

import (
	"sync"
	"time"
)

// A relay carries answers from the goroutines that get them to the one that
// called Run, many at a time: waking somebody up for each would cost more than
// the scan. It holds so many that memory stays bounded; then who brings one
// waits.
type relay struct {
	mu      sync.Mutex
	room    sync.Cond
	waiting []Answer
	over    bool
	wakeup  chan struct{} // told when the first one waits, when many do, and when it is over
}

const (
	relayMost  = 1 << 14
	relayPause = 2 * time.Millisecond // an answer is handed out after this at the latest
)

func newRelay() *relay {
	r := &relay{wakeup: make(chan struct{}, 1)}
	r.room.L = &r.mu
	return r
}

func (r *relay) put(a Answer) {
	r.mu.Lock()
	for len(r.waiting) >= relayMost {
		r.room.Wait()
	}
	r.waiting = append(r.waiting, a)
	n := len(r.waiting)
	r.mu.Unlock()
	if n == 1 || n == relayMost/2 {
		r.wake()
	}
}

// end says that there will be no more.
func (r *relay) end() {
	r.mu.Lock()
	r.over = true
	r.mu.Unlock()
	r.wake()
}

func (r *relay) wake() {
	select {
	case r.wakeup <- struct{}{}:
	default:
	}
}

// take waits for what comes, but not for long, and returns it; spent is what was
// taken before. False: there will be no more.
func (r *relay) take(spent []Answer) (answers []Answer, more bool) {
	if r.wait(200 * time.Millisecond) {
		r.wait(relayPause) // for more of them
	}
	clear(spent)
	r.mu.Lock()
	defer r.mu.Unlock()
	answers, r.waiting = r.waiting, spent[:0]
	r.room.Broadcast()
	return answers, !r.over
}

// wait waits to be woken, for a while.
func (r *relay) wait(d time.Duration) bool {
	r.mu.Lock()
	over := r.over
	r.mu.Unlock()
	if over {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.wakeup:
		return true
	case <-timer.C:
		return false
	}
}
