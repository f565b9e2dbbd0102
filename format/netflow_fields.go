package format

import (
	"encoding/binary"
	"net/netip"

	"github.com/portlore/portlore"
)

// A flowRecord is a flow being read, field by field.
type flowRecord struct {
	ob             *portlore.Observation
	base           timeBase
	start          int64 // zero: not said
	packets, bytes uint64
	rate           uint64 // of sampling; zero: not said
	proto, flags   int    // -1: not said
	src, dst, icmp int32
}

func (f *flowRecord) begin(ob *portlore.Observation, base timeBase) {
	*ob = portlore.Observation{}
	*f = flowRecord{ob: ob, base: base, proto: -1, flags: -1, src: -1, dst: -1, icmp: -1}
}

// reversed is the enterprise number under which RFC 5103 counts what came back.
const reversed = 29305

// put takes a field by its number in the list of IANA, "IPFIX Information
// Elements", of which those of NetFlow 9 are the first. The numbers above 32,768
// are those of Cisco's firewalls, in NetFlow 9 (NSEL).
func (f *flowRecord) put(field templateField, b []byte) {
	ob := f.ob
	if field.pen == reversed {
		switch field.id {
		case 1, 2, 85, 86:
			ob.Answered = ob.Answered || number(b) > 0
		}
		return
	}
	if field.pen != 0 {
		return
	}
	switch field.id {
	case 1, 85, 231: // octetDeltaCount, octetTotalCount, initiatorOctets
		f.bytes = max(f.bytes, number(b))
	case 2, 86, 298: // packetDeltaCount, packetTotalCount, initiatorPackets
		f.packets = max(f.packets, number(b))
	case 23: // postOctetDeltaCount: of exporters that count where packets leave
		if f.bytes == 0 {
			f.bytes = number(b)
		}
	case 24: // postPacketDeltaCount
		if f.packets == 0 {
			f.packets = number(b)
		}
	case 232, 299: // responderOctets, responderPackets
		ob.Answered = ob.Answered || number(b) > 0
	case 4: // protocolIdentifier
		f.proto = int(number(b) & 0xff)
	case 6: // tcpControlBits, since RFC 7125 in two bytes
		f.flags = int(number(b) & 0xff)
	case 7: // sourceTransportPort
		f.src = int32(number(b) & 0xffff)
	case 11: // destinationTransportPort
		f.dst = int32(number(b) & 0xffff)
	case 8, 27: // sourceIPv4Address, sourceIPv6Address
		f.address(&ob.Src, b)
	case 12, 28: // destinationIPv4Address, destinationIPv6Address
		f.address(&ob.Dst, b)
	case 32, 139: // icmpTypeCodeIPv4, icmpTypeCodeIPv6
		f.icmp = int32(number(b) & 0xffff)
	case 176, 178: // icmpTypeIPv4, icmpTypeIPv6
		f.icmp = int32(number(b)&0xff)<<8 | max(0, f.icmp)&0xff
	case 177, 179: // icmpCodeIPv4, icmpCodeIPv6
		f.icmp = max(0, f.icmp)&0xff00 | int32(number(b)&0xff)
	case 52, 192: // minimumTTL, ipTTL
		if n := number(b); n > 0 && n < 256 {
			ob.TTL = uint8(n)
			ob.Has |= portlore.HasTTL
		}
	case 88: // fragmentOffset
		ob.Fragment = ob.Fragment || number(b)&0x1fff > 0
	case 89: // forwardingStatus
		if n := number(b); n < 256 {
			ob.Verdict = forwarded(n)
		} else if n>>24 != 0 { // in four bytes, of which the first counts
			ob.Verdict = forwarded(n >> 24)
		}
	case 233, 40005: // firewallEvent
		switch number(b) {
		case 1, 2, 5: // created, deleted, updated
			ob.Verdict = portlore.Accepted
		case 3:
			ob.Verdict = portlore.Blocked
		}
	case 34, 50, 305: // samplingInterval, samplerRandomInterval, samplingPacketInterval
		f.rate = number(b)
	default:
		f.time(field.id, b)
	}
}

// time takes a field that says when the flow began, or when an event was.
func (f *flowRecord) time(id uint16, b []byte) {
	n := number(b)
	switch id {
	case 22: // flowStartSysUpTime
		f.start = f.base.since(uint32(n))
	case 150: // flowStartSeconds
		f.start = int64(min(n, 1<<32)) * 1e9
	case 152, 323: // flowStartMilliseconds, observationTimeMilliseconds
		if f.start == 0 && n < 1<<42 {
			f.start = int64(n) * 1e6
		}
	case 154, 156: // flowStartMicroseconds, flowStartNanoseconds: as NTP writes times
		if len(b) == 8 {
			const since1900 = 2_208_988_800
			f.start = int64(n>>32-since1900)*1e9 + int64(n&0xffffffff*1e9>>32)
		}
	case 158: // flowStartDeltaMicroseconds, before the export
		f.start = f.base.export - int64(n&0xffffffff)*1e3
	}
}

// address reads an address of four or sixteen bytes. All zeros stand in fields
// that do not apply.
func (f *flowRecord) address(to *netip.Addr, b []byte) {
	a, ok := netip.AddrFromSlice(b)
	if ok && (!a.IsUnspecified() || !to.IsValid()) {
		*to = a.Unmap()
	}
}

// number reads an unsigned number of at most eight bytes, of which exporters may
// leave out leading zeros (RFC 7011 section 6.2).
func number(b []byte) uint64 {
	if len(b) > 8 {
		return 0
	}
	var n [8]byte
	copy(n[8-len(b):], b)
	return binary.BigEndian.Uint64(n[:])
}
