package scan

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
)

var network = binary.BigEndian

// A SYN carries one option, the segment size, because some firewalls take a SYN
// without any for forged.
const (
	ipv4Len = 20
	ipv6Len = 40
	tcpLen  = 24 // with the option
	synMax  = ipv6Len + tcpLen

	protoTCP    = 6
	protoICMP   = 1
	protoICMPv6 = 58

	flagSYN = 0x02
	flagRST = 0x04
	flagACK = 0x10
)

// putSYN writes a SYN with its IP header (RFC 791, RFC 8200, RFC 9293) to the
// front of b and returns its length.
func putSYN(b []byte, from, to netip.Addr, fromPort, toPort uint16, seq uint32) int {
	var tcp []byte
	var sum uint32 // of the pseudo header
	if to.Is4() {
		clear(b[:ipv4Len])
		b[0] = 0x45
		network.PutUint16(b[2:], ipv4Len+tcpLen)
		b[6] = 0x40 // do not fragment: so the identification may be zero (RFC 6864)
		b[8] = 64
		b[9] = protoTCP
		src, dst := from.As4(), to.As4()
		copy(b[12:], src[:])
		copy(b[16:], dst[:])
		network.PutUint16(b[10:], ^fold(add(b[:ipv4Len], 0)))
		sum = add(b[12:ipv4Len], protoTCP+tcpLen)
		tcp = b[ipv4Len : ipv4Len+tcpLen]
	} else {
		clear(b[:8])
		b[0] = 0x60
		network.PutUint16(b[4:], tcpLen)
		b[6] = protoTCP
		b[7] = 64
		src, dst := from.As16(), to.As16()
		copy(b[8:], src[:])
		copy(b[24:], dst[:])
		sum = add(b[8:ipv6Len], protoTCP+tcpLen)
		tcp = b[ipv6Len : ipv6Len+tcpLen]
	}
	network.PutUint16(tcp[0:], fromPort)
	network.PutUint16(tcp[2:], toPort)
	network.PutUint32(tcp[4:], seq)
	network.PutUint32(tcp[8:], 0)
	tcp[12], tcp[13] = tcpLen/4<<4, flagSYN
	network.PutUint16(tcp[14:], 64240)      // window: a usual one
	network.PutUint32(tcp[16:], 0)          // checksum, urgent
	network.PutUint32(tcp[20:], 0x02040000) // maximum segment size, of four bytes
	mss := uint16(1460)
	if !to.Is4() {
		mss = 1440
	}
	network.PutUint16(tcp[22:], mss)
	network.PutUint16(tcp[16:], ^fold(add(tcp, sum)))
	if to.Is4() {
		return ipv4Len + tcpLen
	}
	return ipv6Len + tcpLen
}

// add sums up 16-bit words (RFC 1071); fold makes a checksum of it.
func add(b []byte, sum uint32) uint32 {
	for len(b) >= 2 {
		sum += uint32(b[0])<<8 | uint32(b[1])
		b = b[2:]
	}
	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}
	return sum
}

func fold(sum uint32) uint16 {
	sum = sum>>16 + sum&0xffff
	return uint16(sum + sum>>16)
}

// cookie is the sequence number of the SYN to a port. Who sends it back has seen
// the SYN: so nothing need be remembered of it, and nobody can make up an answer.
func cookie(secret maphash.Seed, to netip.Addr, toPort uint16) uint32 {
	var b [18]byte
	sixteen := to.As16()
	copy(b[:], sixteen[:])
	network.PutUint16(b[16:], toPort)
	return uint32(maphash.Bytes(secret, b[:]))
}

// An echo of a SYN: what came back, and to which one.
type echo struct {
	addr netip.Addr // whom we asked
	port uint16
	seq  uint32 // of our SYN
	Answer
}

// readEcho reads a packet, from its IP header on, that may be the answer to a
// SYN from port ours. An ICMP error is matched by the SYN that it quotes.
func readEcho(b []byte, ours uint16) (echo, bool) {
	ip, ok := readIP(b)
	if !ok {
		return echo{}, false
	}
	t := ip.payload
	switch {
	case ip.proto == protoTCP && len(t) >= 20 && network.Uint16(t[2:]) == ours:
		e := echo{addr: ip.from, port: network.Uint16(t), seq: network.Uint32(t[8:]) - 1, Answer: Answer{TTL: ip.ttl}}
		switch flags := t[13]; {
		case flags&(flagRST|flagACK) == flagRST|flagACK:
			e.State, e.Why = Closed, WhyReset
		case flags&(flagSYN|flagACK) == flagSYN|flagACK:
			e.State, e.Why = Open, WhySYNACK
		default:
			return echo{}, false
		}
		return e, true
	case (ip.proto == protoICMP || ip.proto == protoICMPv6) && len(t) >= 8 && refuses(ip.proto, t[0], t[1]):
		asked, ok := readIP(t[8:])
		q := asked.payload
		if !ok || asked.proto != protoTCP || len(q) < 8 || network.Uint16(q) != ours {
			return echo{}, false
		}
		return echo{asked.to, network.Uint16(q[2:]), network.Uint32(q[4:]), Answer{
			State: Filtered, Why: icmpWhy(ip.proto == protoICMPv6, t[0], t[1]), From: ip.from, TTL: ip.ttl,
		}}, true
	}
	return echo{}, false
}

// refuses says whether an ICMP error means that the packet did not arrive: no
// way there, not allowed, or lost on the way (RFC 792, RFC 4443).
func refuses(proto, kind, code byte) bool {
	if proto == protoICMPv6 {
		return kind == 1 || kind == 3 || kind == 4
	}
	return kind == 3 && code != 4 || kind == 11
}

type ipPacket struct {
	from, to   netip.Addr
	proto, ttl byte
	payload    []byte
}

func readIP(b []byte) (p ipPacket, ok bool) {
	switch {
	case len(b) >= ipv4Len && b[0]>>4 == 4:
		header := int(b[0]&15) * 4
		if header < ipv4Len || header > len(b) || network.Uint16(b[6:])&0x1fff != 0 { // a later fragment has no ports
			return p, false
		}
		return ipPacket{
			netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:])),
			b[9], b[8], b[header:],
		}, true
	case len(b) >= ipv6Len && b[0]>>4 == 6: // extension headers are left alone: no stack puts one into an answer to a SYN
		return ipPacket{
			netip.AddrFrom16([16]byte(b[8:])), netip.AddrFrom16([16]byte(b[24:])),
			b[6], b[7], b[ipv6Len:],
		}, true
	}
	return p, false
}
