package main

import (
	"context"
	"sync"
	"time"
)

// A pace keeps calls apart, so that questions to open doors stay within the rate
// that ports are asked at. Nil: there is no hurry to keep back.
type pace struct {
	every time.Duration
	mu    sync.Mutex
	next  time.Time
}

// newPace is so many calls a second; zero: as many as come.
func newPace(rate float64) *pace {
	if rate <= 0 {
		return nil
	}
	return &pace{every: time.Duration(float64(time.Second) / rate)}
}

// wait is until it is one's turn, or nobody wants it any more.
func (p *pace) wait(ctx context.Context) error {
	if p == nil {
		return ctx.Err()
	}
	p.mu.Lock()
	turn := p.next
	if now := time.Now(); turn.Before(now) {
		turn = now
	}
	p.next = turn.Add(p.every)
	p.mu.Unlock()
	timer := time.NewTimer(time.Until(turn))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
