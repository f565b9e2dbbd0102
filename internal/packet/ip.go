package packet

import (
	"encoding/binary"
	"net/netip"

	"github.com/portlore/portlore"
)

// Numbers of IPv6 extension headers (IANA "IPv6 Extension Header Types").
const (
	hopByHop    portlore.Proto = 0
	routing     portlore.Proto = 43
	fragmented  portlore.Proto = 44
	noNext      portlore.Proto = 59
	destination portlore.Proto = 60
)

// mostOffloaded is the longest packet that Linux leaves to a network card to
// cut (GSO_MAX_SIZE of linux/netdevice.h).
const mostOffloaded = 8 * 65535

// A header is what the IP headers of a packet say, extension headers included.
type header struct {
	src, dst netip.Addr
	proto    portlore.Proto
	known    bool // the protocol was reached
	fragment bool // other than the first
	ttl      uint8
	id       uint16
	hasID    bool
	length   int // of the packet, in bytes; zero: not said
	end      int // offset of what is behind these headers
}

// read reads the IP headers at the start of b. What is wrong, if anything, is
// said by field, why, and the offset at.
func (h *header) read(b []byte) (at int, field, why string) {
	*h = header{}
	switch {
	case len(b) == 0:
		return 0, "IP header", isCut
	case b[0]>>4 == 4:
		return h.read4(b)
	case b[0]>>4 == 6:
		return h.read6(b)
	}
	return 0, "IP version", "neither 4 nor 6"
}

// read4 reads the header of RFC 791 section 3.1.
func (h *header) read4(b []byte) (at int, field, why string) {
	const size = 20
	if len(b) < size {
		return len(b), "IPv4 header", isCut
	}
	h.end = int(b[0]&15) * 4
	h.length = int(binary.BigEndian.Uint16(b[2:]))
	switch {
	case h.end < size:
		return 0, "IPv4 header length", "less than 20 bytes"
	case h.length != 0 && h.length < h.end:
		return 2, "IPv4 total length", "less than the header"
	}
	h.id, h.hasID = binary.BigEndian.Uint16(b[4:]), true
	h.fragment = binary.BigEndian.Uint16(b[6:])&0x1fff != 0
	h.ttl = b[8]
	h.proto, h.known = portlore.Proto(b[9]), true
	h.src, h.dst = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
	return 0, "", ""
}

// read6 reads the header of RFC 8200 section 3 and those that extend it. ESP
// (RFC 4303) ends the chain: what follows is encrypted.
func (h *header) read6(b []byte) (at int, field, why string) {
	const size = 40
	if len(b) < size {
		return len(b), "IPv6 header", isCut
	}
	payload := int(binary.BigEndian.Uint16(b[4:]))
	next := portlore.Proto(b[6])
	if payload != 0 || next == noNext { // else a jumbogram (RFC 2675), or to be cut by the network card
		h.length = size + payload
		b = b[:min(len(b), h.length)]
	}
	h.ttl = b[7]
	h.src, h.dst = netip.AddrFrom16([16]byte(b[8:24])).Unmap(), netip.AddrFrom16([16]byte(b[24:40])).Unmap()
	for h.end = size; ; {
		extent := 8 // the shortest
		switch next {
		case hopByHop, routing, destination, fragmented, portlore.AH:
		default:
			h.proto, h.known = next, true
			return 0, "", ""
		}
		if len(b) < h.end+extent {
			return 0, "", "" // the protocol stays unsaid
		}
		e := b[h.end:]
		switch next {
		case fragmented:
			h.fragment = binary.BigEndian.Uint16(e[2:])&^7 != 0
		case portlore.AH: // RFC 4302 section 2.2: in units of 4 bytes, less 2
			extent = (int(e[1]) + 2) * 4
		default: // RFC 8200 section 4: in units of 8 bytes, less 1
			extent = (int(e[1]) + 1) * 8
		}
		next = portlore.Proto(e[0])
		h.end += extent
		if h.fragment {
			h.proto, h.known = next, true
			return 0, "", ""
		}
	}
}

// ip reads the packet at offset p of the frame.
func (d *Decoder) ip(p int) Outcome {
	h := &d.head
	if at, field, why := h.read(d.frame[p:]); why != "" {
		return d.malformed(p+at, field, why)
	}
	ob := d.ob
	if h.length == 0 { // the network card will cut it into packets, behind the capture's back
		h.length = min(d.wire-p, mostOffloaded)
	}
	ob.Src, ob.Dst = h.src, h.dst
	ob.Length = uint32(h.length)
	ob.TTL = h.ttl
	ob.Has |= portlore.HasTTL
	if h.hasID {
		ob.ID = h.id
		ob.Has |= portlore.HasID
	}
	if !h.known {
		return Understood
	}
	ob.Proto = h.proto
	ob.Has |= portlore.HasProto
	if ob.Fragment = h.fragment; h.fragment {
		return Understood
	}
	if start, end := p+h.end, min(len(d.frame), p+h.length); start < end {
		d.transport(d.frame[start:end])
	}
	return Understood
}
