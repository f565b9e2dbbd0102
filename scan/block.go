package scan

import (
	"net/netip"
	"sync"
	"sync/atomic"
)

// A block is as much of an order as is asked at a time: some addresses and all
// ports of one protocol. A byte is kept for each of them, so that memory is
// bounded whatever was ordered; what was lost on the way is asked again before
// the next block begins.
type block struct {
	run   *run
	proto string
	hosts []netip.Addr
	ports []uint16
	quiet bool // it only finds out who is there: its answers are nobody's business

	mu     sync.Mutex
	states []uint8 // State plus one; zero: nothing yet
	counts []Counts
	heard  []string // what came first from each address; empty: nothing

	left    atomic.Int64 // that are not settled
	answers atomic.Int64 // that came from the network
}

const (
	blockPorts = 1 << 22 // addresses times ports of a block: 4 MiB of states
	blockHosts = 1 << 18 // addresses that are looked at together: about 70 MiB of what is known of them
)

func (r *run) block(proto string, hosts []netip.Addr, ports []uint16) *block {
	b := &block{
		run: r, proto: proto, hosts: hosts, ports: ports,
		states: make([]uint8, len(hosts)*len(ports)),
		counts: make([]Counts, len(hosts)),
		heard:  make([]string, len(hosts)),
	}
	b.left.Store(int64(len(b.states)))
	return b
}

// ask is the address and the port number i.
func (b *block) ask(i int) (netip.Addr, uint16) {
	return b.hosts[i/len(b.ports)], b.ports[i%len(b.ports)]
}

// settled says whether there is no more to be found out about a port.
func (b *block) settled(i int) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.states[i] != 0
}

// fromNetwork says whether a reason is something that somebody else sent.
func fromNetwork(why string) bool {
	switch why {
	case WhySilence, WhyNoNeighbor, WhyNoRoute, WhyLocal:
		return false
	}
	return true
}

// settle notes what is known of port i; what came first holds. Of a only what is
// known by the answer need be set.
func (b *block) settle(i int, a Answer) {
	host := i / len(b.ports)
	b.mu.Lock()
	if b.states[i] != 0 {
		b.mu.Unlock()
		return
	}
	b.states[i] = uint8(a.State) + 1
	b.counts[host].add(a.State, 1)
	if b.heard[host] == "" && fromNetwork(a.Why) && (!a.From.IsValid() || a.From == b.hosts[host].WithZone("")) { // a router is not the host
		b.heard[host] = a.Why
	}
	b.mu.Unlock()
	b.left.Add(-1)
	if fromNetwork(a.Why) {
		b.answers.Add(1)
	}
	if b.quiet {
		return
	}
	if fromNetwork(a.Why) {
		b.run.answered.Add(1)
	}
	b.run.settled.Add(1)
	if a.State == Open {
		b.run.open.Add(1)
	}
	a.Addr, a.Port = b.ask(i)
	a.Proto = b.proto
	b.run.relay.put(a)
}

// settleHost notes the same of all ports of an address.
func (b *block) settleHost(host int, a Answer) {
	for i := range b.ports {
		b.settle(host*len(b.ports)+i, a)
	}
}

// close settles what nobody answered.
func (b *block) close() {
	silence := Answer{State: Filtered, Why: WhySilence}
	if b.proto == UDP {
		silence.State = Unknown
	}
	for i := range b.states {
		b.settle(i, silence)
	}
}

// stop counts what was not settled when the run was stopped: whether it was
// asked or not, nobody knows the answer.
func (b *block) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, s := range b.states {
		if s == 0 {
			b.states[i] = uint8(Unknown) + 1
			b.counts[i/len(b.ports)].Unknown++
		}
	}
}
