package scan

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Method is how a TCP port is asked.
type Method uint8

const (
	Connect Method = iota // the system's own connections: every system, no privilege
	SYN                   // one hand-made packet each, no connection: Linux, CAP_NET_RAW
)

// An Order says who is asked what, and how hard.
type Order struct {
	Hosts Hosts
	TCP   []uint16 // ports, in any order; what is named twice is asked once
	UDP   []uint16

	Method Method // of the TCP ports

	// Packets per second that are sent, in all and to one address. Zero: as fast
	// as it is answered; what is not answered is asked at 100,000 SYNs a second or
	// with 10,000 connections at a time. A packet is one attempt: a SYN, a connection that is
	// begun, a datagram; what the kernel repeats or answers by itself is not
	// counted.
	Rate    float64
	PerHost float64

	// Payload gives the datagrams that a UDP port is asked with, all of them at
	// once. Nil, or nothing for a port: one empty datagram.
	Payload func(port uint16) [][]byte

	// Permit is asked once, before the first packet to an address. An error: it is
	// not asked, and counts as refused. Nil: everybody may be.
	Permit func(netip.Addr) error

	// Discover looks first who is there, and asks only them for ports. An address
	// that was given alone, as a range of one, is asked in any case.
	Discover bool

	// Progress is told how far it is, about five times a second, by the goroutine
	// of Run. Nil: nobody wants to know.
	Progress func(Progress)
}

// What is being done.
const (
	PhaseDiscover = "discover" // who is there
	PhaseAsk      = "ask"      // every port once
	PhaseAgain    = "again"    // what was silent, once more
)

// Progress is how far a run is.
type Progress struct {
	Phase   string
	Hosts   uint64        // addresses that are done with
	Total   uint64        // ports that are to be settled: addresses times ports, as far as known
	Settled uint64        // of these, answered or given up
	Open    uint64        // of these, open
	Sent    uint64        // packets
	Elapsed time.Duration // since the start
	Left    time.Duration // estimate of what remains; zero: not known
}

// ErrPrivilege is returned for a SYN scan that the system does not let us do.
var ErrPrivilege = errors.New("a SYN scan needs Linux and CAP_NET_RAW")

// check says what cannot be done, and brings the ports into order.
func (o *Order) check() error {
	switch {
	case o.Hosts.Len() == 0:
		return errors.New("scan: no address to ask")
	case len(o.TCP)+len(o.UDP) == 0:
		return errors.New("scan: no port to ask")
	case o.Method > SYN:
		return fmt.Errorf("scan: unknown method %d", o.Method)
	case !(o.Rate >= 0 && o.PerHost >= 0): // a NaN is not either
		return fmt.Errorf("scan: rate %v, %v per host: must not be negative", o.Rate, o.PerHost)
	}
	o.TCP, o.UDP = distinct(o.TCP), distinct(o.UDP)
	return nil
}

func distinct(ports []uint16) []uint16 {
	ports = slices.Clone(ports)
	slices.Sort(ports)
	return slices.Compact(ports)
}
