package packet

import (
	"encoding/binary"
	"strconv"

	"github.com/portlore/portlore"
)

// EtherTypes (IEEE, as IANA "IEEE 802 Numbers" lists them).
const (
	typeIPv4    = 0x0800
	typeIPv6    = 0x86dd
	typeVLAN    = 0x8100 // IEEE 802.1Q
	typeQinQ    = 0x88a8 // IEEE 802.1ad
	typeQinQOld = 0x9100 // the same before there was a standard
	typeMPLS    = 0x8847 // RFC 5332
	typeMPLSAll = 0x8848
	typePPPoE   = 0x8864 // RFC 2516: session stage
	longest     = 1500   // up to here the number is a length, and LLC follows
)

// ethernet reads a frame of IEEE 802.3.
func (d *Decoder) ethernet() Outcome {
	const size = 14
	if len(d.frame) < size {
		return d.cut("Ethernet header")
	}
	d.ob.LinkCast = d.frame[0]&1 != 0 // the group bit of the destination
	d.ob.LinkDst = binary.BigEndian.Uint64(d.frame) >> 16
	d.ob.LinkSrc = binary.BigEndian.Uint64(d.frame[4:]) & (1<<48 - 1)
	t := binary.BigEndian.Uint16(d.frame[12:])
	if t > longest {
		return d.network(t, size)
	}
	// LLC with SNAP and no organisation (RFC 1042) holds an EtherType too.
	llc := d.frame[size:]
	if len(llc) < 8 || string(llc[:6]) != "\xaa\xaa\x03\x00\x00\x00" {
		return Other
	}
	return d.network(binary.BigEndian.Uint16(llc[6:]), size+8)
}

// network reads what an EtherType announces at offset p.
func (d *Decoder) network(t uint16, p int) Outcome {
	for t == typeVLAN || t == typeQinQ || t == typeQinQOld {
		if len(d.frame) < p+4 {
			return d.cut("VLAN tag")
		}
		t = binary.BigEndian.Uint16(d.frame[p+2:])
		p += 4
	}
	switch t {
	case typeIPv4, typeIPv6:
		return d.ip(p)
	case typeMPLS, typeMPLSAll:
		return d.mpls(p)
	case typePPPoE:
		return d.pppoe(p)
	}
	return Other
}

// mpls passes over labels (RFC 3032 section 2.1) to the last of the stack. What
// follows is not said; it is IP if it looks so (RFC 4928 section 3).
func (d *Decoder) mpls(p int) Outcome {
	for bottom := false; !bottom; p += 4 {
		if len(d.frame) < p+4 {
			return d.cut("MPLS label")
		}
		bottom = d.frame[p+2]&1 != 0
	}
	if p < len(d.frame) {
		switch d.frame[p] >> 4 {
		case 4, 6:
			return d.ip(p)
		}
	}
	return Other
}

// pppoe reads the header of RFC 2516 section 4.
func (d *Decoder) pppoe(p int) Outcome {
	const size = 6
	if len(d.frame) < p+size {
		return d.cut("PPPoE header")
	}
	if d.frame[p+1] != 0 { // not the session stage
		return Other
	}
	return d.ppp(p + size)
}

// ppp reads a protocol number, which may have the two bytes of RFC 1662 section
// 3.1 before it and may be compressed to one byte (section 6.5 of RFC 1661).
func (d *Decoder) ppp(p int) Outcome {
	b := d.frame[p:]
	if len(b) >= 2 && b[0] == 0xff && b[1] == 0x03 {
		b, p = b[2:], p+2
	}
	if len(b) < 2 {
		return d.cut("PPP protocol")
	}
	protocol := binary.BigEndian.Uint16(b)
	if b[0]&1 != 0 {
		protocol = uint16(b[0])
		p--
	}
	switch protocol { // IANA "PPP DLL Protocol Numbers"
	case 0x0021, 0x0057: // IPv4, IPv6
		return d.ip(p + 2)
	}
	return Other
}

// loopback reads an address family, in the byte order of whatever machine made
// the capture.
func (d *Decoder) loopback() Outcome {
	if len(d.frame) < 4 {
		return d.cut("loopback header")
	}
	family := binary.BigEndian.Uint32(d.frame)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(d.frame)
	}
	if !isIP(family) {
		return Other
	}
	return d.ip(4)
}

// isIP says that an address family is IPv4, or the IPv6 of some system: Linux,
// Windows, NetBSD and OpenBSD, FreeBSD, macOS.
func isIP(family uint32) bool {
	switch family {
	case 2, 10, 23, 24, 28, 30:
		return true
	}
	return false
}

// sll reads a header of LINKTYPE_LINUX_SLL: type of packet (2 bytes), kind of
// interface (2), length of the sender's address (2), the address (8), protocol.
func (d *Decoder) sll() Outcome {
	const size = 16
	if len(d.frame) < size {
		return d.cut("SLL header")
	}
	d.cooked(binary.BigEndian.Uint16(d.frame))
	return d.network(binary.BigEndian.Uint16(d.frame[14:]), size)
}

// sll2 reads a header of LINKTYPE_LINUX_SLL2: protocol (2 bytes), reserved (2),
// index of the interface (4), its kind (2), type of packet (1), length of the
// sender's address (1), the address (8).
func (d *Decoder) sll2() Outcome {
	const size = 20
	if len(d.frame) < size {
		return d.cut("SLL2 header")
	}
	d.cooked(uint16(d.frame[10]))
	name := d.interfaceName(0, binary.BigEndian.Uint32(d.frame[4:]))
	if d.ob.Way == portlore.Out {
		d.ob.InIf, d.ob.OutIf = nil, name
	} else {
		d.ob.InIf = name
	}
	return d.network(binary.BigEndian.Uint16(d.frame), size)
}

// cooked takes in Linux's type of a packet: to us, broadcast, multicast, to
// somebody else, by us (the numbers of linux/if_packet.h).
func (d *Decoder) cooked(kind uint16) {
	switch kind {
	case 0:
		d.ob.Way = portlore.In
	case 1, 2:
		d.ob.Way = portlore.In
		d.ob.LinkCast = true
	case 4:
		d.ob.Way = portlore.Out
		d.ob.InIf, d.ob.OutIf = nil, d.ob.InIf
	}
}

// interfaceName is the name of an interface of which only the index is known.
func (d *Decoder) interfaceName(which int, index uint32) []byte {
	return strconv.AppendUint(append(d.text[which][:0], "if"...), uint64(index), 10)
}
