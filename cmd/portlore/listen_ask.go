package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"sync"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/probe"
	"github.com/portlore/portlore/report"
)

// Bounds of asking: a machine with 10,000 listeners is answered in seconds too.
const (
	mostAsked      = 1024 // doors, those that most can reach first
	mostAskedOfOne = 32   // doors of one process
	askedAtOnce    = 32   // each by up to 20 connections: within the 1,024 files that systems allow
)

// ask asks the doors what they are, all at once, and says which were left out. What
// is known from before is not asked again: each question is a line in a log.
func (l *listener) ask(ctx context.Context, doors []portlore.Door, before *report.Listen) portlore.Text {
	known := map[doorPlace]*portlore.Door{}
	if before != nil {
		known = byPlace(before.Doors)
	}
	order := make([]int, 0, len(doors))
	of := map[int]int{} // by process
	left := 0
	for i := range doors {
		d := &doors[i]
		if d.Proto != "tcp" || d.Process.Hidden == portlore.HiddenForward || d.To != "" {
			continue
		}
		if old := known[placeOf(d)]; old != nil && old.Process.PID == d.Process.PID && old.Reach == d.Reach {
			d.Service, d.Checks = old.Service, old.Checks
			continue
		}
		if pid := d.Process.PID; pid != 0 {
			if of[pid]++; of[pid] > mostAskedOfOne {
				left++
				continue
			}
		}
		order = append(order, i)
	}
	near := func(i int) bool { return doors[i].Reach == portlore.ReachLoopback }
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case near(a) == near(b):
			return cmp.Compare(a, b)
		case near(b):
			return -1
		}
		return 1
	})
	if len(order) > mostAsked {
		left += len(order) - mostAsked
		order = order[:mostAsked]
	}
	var wait sync.WaitGroup
	free := make(chan struct{}, askedAtOnce)
	for _, i := range order {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			d := &doors[i]
			probe.Ask(ctx, func(ctx context.Context) (net.Conn, error) { return l.dial(ctx, d) }, d, probe.Options{Lang: l.lang, Ways: &probe.Visit{}})
		})
	}
	wait.Wait()
	sharePublished(doors)
	if left == 0 {
		return portlore.Text{}
	}
	return portlore.Text{
		EN: fmt.Sprintf("%d doors were not asked what they are: there are too many", left),
		ZH: fmt.Sprintf("有 %d 个端口因数量太多而没有询问是什么服务", left),
	}
}

// sharePublished gives a door that is sent on to a container what the door in the
// container answered.
func sharePublished(doors []portlore.Door) {
	for i := range doors {
		d := &doors[i]
		if d.To == "" {
			continue
		}
		for k := range doors {
			inner := &doors[k]
			if inner.Netns == d.Netns || inner.Process.PID != d.Process.PID || inner.Proto != d.Proto || !leadsTo(d.To, inner) {
				continue
			}
			d.Service, d.Checks = inner.Service, slices.Clone(inner.Checks)
		}
	}
}

// leadsTo says that a door listens at an address:port.
func leadsTo(to string, d *portlore.Door) bool {
	host, port, err := net.SplitHostPort(to)
	return err == nil && port == fmt.Sprint(d.Port) && (d.Where() == "*" || d.Address == host)
}

// hiddenNote says how many owners only root sees.
func hiddenNote(doors []portlore.Door) portlore.Text {
	n := 0
	for i := range doors {
		if doors[i].Process.Hidden == portlore.HiddenPermission {
			n++
		}
	}
	if n == 0 {
		return portlore.Text{}
	}
	return portlore.Text{
		EN: fmt.Sprintf("the owners of %d of %d sockets are hidden from you: sudo portlore listen shows them", n, len(doors)),
		ZH: fmt.Sprintf("%d 个套接字中有 %d 个看不到所属进程，用 sudo portlore listen 可以看到", len(doors), n),
	}
}
