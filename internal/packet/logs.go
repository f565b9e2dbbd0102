package packet

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/portlore/portlore"
)

// nflog reads a record of LINKTYPE_NFLOG: family, version, group, then
// attributes of nfnetlink_log, each a length and a type in the order of the
// host and a value in network order, padded to 4 bytes.
func (d *Decoder) nflog(bigEndian bool) Outcome {
	const (
		// enum nfulnl_attr_type of linux/netfilter/nfnetlink_log.h
		packetHeader = 1
		inDevice     = 4
		outDevice    = 5
		payload      = 9
		prefix       = 10
		linkType     = 15
		linkHeader   = 16

		flags = 0xc000 // NLA_F_NESTED, NLA_F_NET_BYTEORDER of linux/netlink.h
	)
	if len(d.frame) < 4 {
		return d.cut("NFLOG header")
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if bigEndian {
		order = binary.BigEndian
	}
	ob := d.ob
	family := d.frame[0]
	protocol, hook := uint16(0), byte(255)
	packet, end := -1, 0
	ethernet := false
	for p := 4; p+4 <= len(d.frame); {
		size := int(order.Uint16(d.frame[p:]))
		kind := order.Uint16(d.frame[p+2:]) &^ flags
		if size < 4 {
			return d.malformed(p, "length of an NFLOG attribute", "less than 4 bytes")
		}
		value := d.frame[p+4 : min(p+size, len(d.frame))]
		switch {
		case kind == payload:
			packet, end = p+4, p+4+len(value)
		case kind == prefix:
			value, _, _ = bytes.Cut(value, []byte{0})
			ob.Label = bytes.TrimSpace(value)
		case kind == linkHeader:
			if ethernet && len(value) > 0 {
				ob.LinkCast = value[0]&1 != 0
			}
		case kind == packetHeader && len(value) >= 3:
			protocol, hook = binary.BigEndian.Uint16(value), value[2]
		case kind == inDevice && len(value) == 4:
			ob.InIf = d.interfaceName(0, binary.BigEndian.Uint32(value))
		case kind == outDevice && len(value) == 4:
			ob.OutIf = d.interfaceName(1, binary.BigEndian.Uint32(value))
		case kind == linkType && len(value) == 2:
			ethernet = binary.BigEndian.Uint16(value) == 1 // ARPHRD_ETHER
		}
		p += (size + 3) &^ 3
	}
	if packet < 0 {
		return d.cut("payload of the NFLOG record")
	}
	// The capture keeps the length that the rule asked for, not that on the wire.
	d.frame, d.wire = d.frame[:end], end
	if family != 2 && family != 10 { // NFPROTO_IPV4, NFPROTO_IPV6
		return d.network(protocol, packet)
	}
	switch hook { // enum nf_inet_hooks of linux/netfilter.h
	case 1:
		ob.Way = portlore.In
	case 2:
		ob.Way = portlore.Forward
	case 3:
		ob.Way = portlore.Out
	}
	return d.ip(packet)
}

// pflog reads a record of LINKTYPE_PFLOG, the struct pfloghdr of the BSDs:
// length (1 byte), family (1), action (1), reason (1), interface (16), anchor
// (16), rule (4), rule in the anchor (4), users and processes (16), direction.
// The systems differ behind that, hence the length, which leaves out padding.
func (d *Decoder) pflog() Outcome {
	const least = 61
	if len(d.frame) < least {
		return d.cut("pflog header")
	}
	size := (int(d.frame[0]) + 3) &^ 3
	switch {
	case size < least:
		return d.malformed(0, "length of the pflog header", "less than 61 bytes")
	case len(d.frame) < size:
		return d.cut("pflog header")
	case !isIP(uint32(d.frame[1])):
		return Other
	}
	ob := d.ob
	switch d.frame[2] { // PF_PASS, PF_DROP; the others are about translation
	case 0:
		ob.Verdict = portlore.Accepted
	case 1:
		ob.Verdict = portlore.Blocked
	}
	name, _, _ := bytes.Cut(d.frame[4:20], []byte{0})
	// The direction is that of the interface: whether the packet stays here or
	// is passed on, it does not say.
	const out = 2 // PF_OUT
	if ob.InIf, ob.OutIf = name, nil; d.frame[60] == out {
		ob.InIf, ob.OutIf = nil, name
	}
	anchor, _, _ := bytes.Cut(d.frame[20:36], []byte{0})
	ob.Label = d.pfRule(binary.BigEndian.Uint32(d.frame[36:]), anchor, binary.BigEndian.Uint32(d.frame[40:]))
	return d.ip(size)
}

// pfRule names a rule as tcpdump does: "rule 3" or "rule 3.anchor.7".
func (d *Decoder) pfRule(rule uint32, anchor []byte, sub uint32) []byte {
	label := strconv.AppendUint(append(d.text[2][:0], "rule "...), uint64(rule), 10)
	if len(anchor) == 0 {
		return label
	}
	label = append(append(append(label, '.'), anchor...), '.')
	return strconv.AppendUint(label, uint64(sub), 10)
}
