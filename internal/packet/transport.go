package packet

import (
	"encoding/binary"

	"github.com/portlore/portlore"
)

// transport reads what an IP packet carries, as far as b goes.
func (d *Decoder) transport(b []byte) {
	ob := d.ob
	switch ob.Proto {
	case portlore.TCP:
		d.ports(b)
		d.tcp(b)
	case portlore.UDP:
		d.ports(b)
		if len(b) >= 8 {
			// What the IP packet holds beyond the datagram is no part of it
			// (RFC 9868); zero is a jumbogram (RFC 2675).
			if size := int(binary.BigEndian.Uint16(b[4:])); size >= 8 && size < len(b) {
				b = b[:size]
			}
			d.payload(b[8:])
		}
	case portlore.UDPLite: // RFC 3828
		d.ports(b)
		d.payload(b[min(8, len(b)):])
	case portlore.SCTP: // RFC 9260 section 3.1
		d.ports(b)
		d.payload(b[min(12, len(b)):])
	case portlore.ICMP, portlore.ICMPv6:
		d.icmp(b)
	default:
		d.payload(b)
	}
}

func (d *Decoder) ports(b []byte) {
	if len(b) >= 4 {
		d.ob.SrcPort, d.ob.DstPort = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
		d.ob.Has |= portlore.HasPorts
	}
}

// tcp reads the header of RFC 9293 section 3.1.
func (d *Decoder) tcp(b []byte) {
	const size = 20
	ob := d.ob
	if len(b) >= 8 {
		ob.Seq = binary.BigEndian.Uint32(b[4:])
		ob.Has |= portlore.HasSeq
	}
	if len(b) >= 14 {
		ob.Flags = portlore.TCPFlags(b[13])
		ob.Has |= portlore.HasFlags
	}
	if len(b) >= 16 {
		ob.Window = binary.BigEndian.Uint16(b[14:])
		ob.Has |= portlore.HasWindow
	}
	if len(b) < size {
		return
	}
	// A header shorter than 20 bytes is impossible, and so is one that does not
	// fit: then nobody can say what its options are.
	if end := int(b[12]>>4) * 4; end >= size && end <= len(b) {
		ob.Options = OptionsHash(b[size:end])
		d.payload(b[end:])
	}
}

// icmp reads the header of RFC 792 or of RFC 4443 section 2.1, and of an error
// the packet that it quotes.
func (d *Decoder) icmp(b []byte) {
	const size = 8
	if len(b) < 2 {
		return
	}
	ob := d.ob
	ob.ICMPType, ob.ICMPCode = b[0], b[1]
	ob.Has |= portlore.HasICMP
	if len(b) <= size {
		return
	}
	d.payload(b[size:])
	if quotes(ob.Proto, ob.ICMPType) {
		d.inner(b[size:])
	}
}

// quotes says which ICMP messages quote the packet they are about.
func quotes(p portlore.Proto, t uint8) bool {
	if p == portlore.ICMPv6 {
		return t >= 1 && t <= 4 // RFC 4443 section 3
	}
	switch t {
	case 3, 4, 5, 11, 12: // RFC 792
		return true
	}
	return false
}

// inner reads a quoted packet. Ports of zero are not said.
func (d *Decoder) inner(b []byte) {
	q := &d.quote
	if _, _, why := q.read(b); why != "" {
		return
	}
	in := &d.ob.Inner
	in.Src, in.Dst = q.src, q.dst
	d.ob.Has |= portlore.HasInner
	if !q.known {
		return
	}
	in.Proto = q.proto
	if q.length > 0 {
		b = b[:min(len(b), q.length)]
	}
	switch q.proto {
	case portlore.TCP, portlore.UDP, portlore.UDPLite, portlore.SCTP:
		if !q.fragment && len(b) >= q.end+4 {
			in.SrcPort, in.DstPort = binary.BigEndian.Uint16(b[q.end:]), binary.BigEndian.Uint16(b[q.end+2:])
		}
	}
}

func (d *Decoder) payload(b []byte) {
	if len(b) > 0 {
		d.Content = b
		d.ob.Payload = b[:min(len(b), payloadMax)]
	}
}
