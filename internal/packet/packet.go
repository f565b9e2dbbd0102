// Package packet reads the headers of captured frames: link layer, IP, transport.
//
// A [Decoder] writes what the headers say straight into an Observation. It
// allocates nothing and looks at each frame by itself: no reassembly, no
// connections, nothing inside tunnels. A frame that the capture cut short is
// read as far as it goes; what is missing is not said.
package packet

import (
	"github.com/portlore/portlore"
)

// Link is a link layer by its number in the list of tcpdump.org/linktypes.html.
type Link uint16

// The link layers that are read.
const (
	Null       Link = 0   // BSD loopback, the family in the order of the host
	Ethernet   Link = 1   // with 802.1Q, QinQ, MPLS and PPPoE inside
	PPP        Link = 9   // with or without the address and control bytes of RFC 1662
	DLTRaw     Link = 12  // DLT_RAW, in files that do not keep to the list
	DLTRawBSD  Link = 14  // the same on OpenBSD
	PPPHDLC    Link = 50  // PPP with the bytes of RFC 1662
	PPPoE      Link = 51  // RFC 2516 without Ethernet before it
	Raw        Link = 101 // an IP packet, nothing before it
	Loop       Link = 108 // OpenBSD loopback, the family in network order
	SLL        Link = 113 // Linux "cooked", of tcpdump -i any
	PFLog      Link = 117 // pf's log
	IPv4       Link = 228
	IPv6       Link = 229
	NFLog      Link = 239 // netfilter's log
	SLL2       Link = 276 // Linux "cooked" with the interface
	payloadMax      = 128 // bytes of payload that an Observation lends
)

// Outcome is what became of a frame.
type Outcome uint8

const (
	Other      Outcome = iota // no IP packet
	Understood                // an Observation
	Malformed                 // should be an IP packet, but is impossible or cut
	Unread                    // the link layer is not read here
)

// Fault says what is wrong with a malformed frame, and at which byte of it.
type Fault struct {
	At    int    // offset in the frame
	Field string // "IPv4 header"
	Why   string
}

const isCut = "missing: the frame is cut"

// A Decoder reads frames one by one. The zero value is ready.
type Decoder struct {
	Fault   Fault  // of the last frame that was malformed
	Content []byte // what its transport carried, as far as it was captured; part of the frame

	frame []byte // what was captured
	wire  int    // length of the frame as it was on the link
	ob    *portlore.Observation
	head  header
	quote header
	text  [3][48]byte // names and labels that frames hold as numbers
}

// Decode reads one frame. Wire is its length on the link, of which frame may be
// only the start. BigEndian is the byte order of the machine that captured it, in
// which NFLOG holds some numbers. Ob comes in zeroed but for what the capture
// file says itself.
func (d *Decoder) Decode(link Link, bigEndian bool, frame []byte, wire int, ob *portlore.Observation) Outcome {
	d.frame, d.wire, d.ob, d.Content = frame, max(wire, len(frame)), ob, nil
	switch link {
	case Ethernet:
		return d.ethernet()
	case SLL:
		return d.sll()
	case SLL2:
		return d.sll2()
	case Raw, IPv4, IPv6, DLTRaw, DLTRawBSD:
		return d.ip(0)
	case Null, Loop:
		return d.loopback()
	case PPP, PPPHDLC:
		return d.ppp(0)
	case PPPoE:
		return d.pppoe(0)
	case NFLog:
		return d.nflog(bigEndian)
	case PFLog:
		return d.pflog()
	}
	return Unread
}

// malformed notes what is wrong.
func (d *Decoder) malformed(at int, field, why string) Outcome {
	d.Fault = Fault{At: at, Field: field, Why: why}
	return Malformed
}

// cut is malformed for a header that is not there in full.
func (d *Decoder) cut(field string) Outcome {
	return d.malformed(len(d.frame), field, isCut)
}
