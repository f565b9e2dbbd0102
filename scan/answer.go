package scan

import (
	"net/netip"
	"strconv"
)

// State is what is known of a port.
type State uint8

const (
	Unknown  State = iota // not asked, asked in vain over UDP, or the question failed on our side
	Open                  // it answers
	Closed                // the host says that nothing listens
	Filtered              // somebody on the way keeps us from it, or nothing came back over TCP
)

func (s State) String() string {
	switch s {
	case Open:
		return "open"
	case Closed:
		return "closed"
	case Filtered:
		return "filtered"
	}
	return "unknown"
}

// By what a state is known. An ICMP error is given by its type and code:
// "icmp 3/13", "icmpv6 1/1" (RFC 792, RFC 1812, RFC 4443).
const (
	WhySYNACK      = "syn-ack"     // SYN scan: it wants to talk
	WhyConnected   = "connected"   // connect scan: it does talk
	WhyReset       = "rst"         // a reset or a refused connection
	WhyData        = "data"        // UDP: a datagram came back, see Answer.Data
	WhySilence     = "silence"     // nothing came back, however often it was asked
	WhyUnreachable = "unreachable" // the system says so, and not from whom it knows
	WhyNoNeighbor  = "no-neighbor" // nobody on the link answers for the address
	WhyNoRoute     = "no-route"    // this machine knows no way there
	WhyLocal       = "local"       // this machine could not ask: out of sockets, refused by its own firewall
)

// TCP and UDP are the values of Answer.Proto.
const (
	TCP = "tcp"
	UDP = "udp"
)

// An Answer is what is known of one port in the end. It is given once for every
// address and port that was asked: at once if something came back, else when
// there is no more waiting for it.
type Answer struct {
	Addr  netip.Addr
	Proto string // TCP or UDP
	Port  uint16
	State State
	Why   string
	From  netip.Addr // who sent the ICMP error; the zero Addr: nobody else
	TTL   uint8      // of the packet that came back; zero: not seen
	Data  []byte     // of WhyData: the datagram, cut at 4 KiB; hostile text
}

// icmpWhy is the reason that an ICMP error gives. The usual ones are not made
// anew each time.
func icmpWhy(six bool, kind, code uint8) string {
	switch {
	case !six && kind == 3:
		switch code {
		case 0:
			return "icmp 3/0"
		case 1:
			return "icmp 3/1"
		case 3:
			return "icmp 3/3"
		case 9:
			return "icmp 3/9"
		case 10:
			return "icmp 3/10"
		case 13:
			return "icmp 3/13"
		}
	case six && kind == 1:
		switch code {
		case 1:
			return "icmpv6 1/1"
		case 3:
			return "icmpv6 1/3"
		case 4:
			return "icmpv6 1/4"
		}
	}
	name := "icmp "
	if six {
		name = "icmpv6 "
	}
	return name + strconv.Itoa(int(kind)) + "/" + strconv.Itoa(int(code))
}
