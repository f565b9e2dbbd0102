package scan

import (
	"net/netip"
	"time"
)

// Counts are ports by state.
type Counts struct {
	Open, Closed, Filtered, Unknown uint64
}

// Sum is the number of ports counted.
func (c Counts) Sum() uint64 { return c.Open + c.Closed + c.Filtered + c.Unknown }

func (c *Counts) add(s State, n uint64) {
	switch s {
	case Open:
		c.Open += n
	case Closed:
		c.Closed += n
	case Filtered:
		c.Filtered += n
	default:
		c.Unknown += n
	}
}

// A HostTally is what was heard from one address. Its counts close: their sum is
// the number of ports of the order.
type HostTally struct {
	Addr netip.Addr
	Counts
	Heard string // what was heard first: a Why, "arp", "nd" or "echo"
}

// A Tally accounts for an order: Sum is addresses times ports.
type Tally struct {
	Counts

	// Hosts are those from which something was heard, in the order of the Order;
	// at most MaxHosts of them, the first ones.
	Hosts []HostTally

	Asked   uint64 // addresses that were asked for ports
	Heard   uint64 // of these, those from which something came back
	Silent  uint64 // of these, those from which nothing did
	Absent  uint64 // not asked: Discover found nobody there
	Refused uint64 // not asked: Permit said no
	Unasked uint64 // not reached, because the run was stopped

	Sent      uint64        // packets, see Order.Rate
	Drops     uint64        // packets that the kernel threw away before we could read them; what they said may be missing
	Retries   uint64        // times that this machine was out of something (sockets, buffers) and had to try again
	Connected uint64        // SYN scan: addresses asked by connections instead, because they are this machine's own
	Passes    int           // how often the most stubborn silence was asked
	Duration  time.Duration // of the run
}

// MaxHosts is how many entries Tally.Hosts has at most.
const MaxHosts = 1 << 20
