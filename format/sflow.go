package format

import (
	"encoding/binary"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/packet"
)

// sFlow of version 5, in captures of what switches export: the heads of packets,
// one out of so many. A datagram has samples, a sample has records, each with a
// kind and its length; numbers have four bytes.
var sflow = &Format{
	Name:     "sflow",
	Doc:      "sFlow 5, in a capture of what switches and probes export",
	Spec:     "https://sflow.org/sflow_version_5.txt",
	datagram: readSflow,
}

func readSflow(x *exports, b []byte) bool {
	agent := 4
	switch {
	case binary.BigEndian.Uint32(b) != 5:
		return false
	case binary.BigEndian.Uint32(b[4:]) == 2:
		agent = 16
	case binary.BigEndian.Uint32(b[4:]) != 1:
		return false
	}
	head := 8 + agent + 16
	if len(b) < head {
		return false
	}
	n, samples := binary.BigEndian.Uint32(b[head-4:]), b[head:]
	if !x.each(n, samples, func(uint32, []byte) {}) {
		return false
	}
	x.each(n, samples, func(kind uint32, sample []byte) {
		// Seq, source, rate, pool, drops, in, out, records; the expanded form has
		// two numbers each for source, in and out.
		switch {
		case kind == 1 && len(sample) >= 32:
			x.sample(sample[8:], sample[28:])
		case kind == 3 && len(sample) >= 44:
			x.sample(sample[12:], sample[40:])
		}
	})
	return true
}

// each calls f for each of n structures of a kind and a length, and tells whether
// they fill b.
func (x *exports) each(n uint32, b []byte, f func(kind uint32, data []byte)) bool {
	for ; n > 0; n-- {
		if len(b) < 8 {
			return false
		}
		kind, size := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
		if uint64(size) > uint64(len(b)-8) {
			return false
		}
		f(kind, b[8:8+size])
		b = b[8+size:]
	}
	return len(b) == 0
}

// sample reads the records of one sample of packets.
func (x *exports) sample(rate, records []byte) {
	r, seen := uint64(binary.BigEndian.Uint32(rate)), false
	x.each(binary.BigEndian.Uint32(records), records[4:], func(kind uint32, b []byte) {
		x.ob = portlore.Observation{Time: x.nanos}
		switch {
		case seen:
		case kind == 1 && len(b) >= 16:
			seen = x.packet(r, b)
		case kind == 3 && len(b) >= 32 && binary.BigEndian.Uint32(b) > 0:
			seen = x.fields(r, b, 4)
		case kind == 4 && len(b) >= 56 && binary.BigEndian.Uint32(b) > 0:
			seen = x.fields(r, b, 16)
		}
	})
}

// packet reads the head of a packet: protocol of its link, length, bytes taken off
// its end, length of the head, and the head.
func (x *exports) packet(rate uint64, b []byte) bool {
	link := packet.Ethernet
	switch binary.BigEndian.Uint32(b) { // enum header_protocol
	case 1:
	case 7:
		link = packet.PPP
	case 11, 12:
		link = packet.Raw
	default:
		return false
	}
	length, off, size := binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])
	head := b[16:][:min(uint64(size), uint64(len(b)-16))]
	wire := int(min(length-min(off, length), maxFrame))
	if x.decoder.Decode(link, true, head, wire, &x.ob) != packet.Understood {
		return false
	}
	ob := &x.ob
	// Whoever switched the packet sent the frame, and one packet may be sampled at
	// several of its ports.
	ob.LinkSrc, ob.LinkDst = 0, 0
	ob.Bytes = uint64(ob.Length)
	if ob.Has&portlore.HasFlags != 0 {
		ob.Has &^= portlore.HasFlags
		flags := ob.Flags
		if ob.Flags = 0; len(ob.Payload) > 0 {
			flags |= portlore.PSH
		}
		sampledUnion(ob, flags, 1, rate > 1)
	}
	x.sampledPacket(rate)
	return true
}

// fields reads a packet of which only some fields are there: length, protocol,
// addresses, ports, TCP flags.
func (x *exports) fields(rate uint64, b []byte, size int) bool {
	f := &x.flow
	f.begin(&x.ob, timeBase{})
	f.packets, f.bytes, f.rate = 1, number(b[:4]), max(1, rate)
	f.proto = int(number(b[4:8]) & 0xff)
	f.address(&x.ob.Src, b[8:8+size])
	f.address(&x.ob.Dst, b[8+size:8+2*size])
	rest := b[8+2*size:]
	f.src, f.dst, f.flags = int32(number(rest[:4])&0xffff), int32(number(rest[4:8])&0xffff), int(number(rest[8:12])&0xff)
	if f.proto == int(portlore.ICMP) || f.proto == int(portlore.ICMPv6) {
		f.icmp = f.src&0xff<<8 | f.dst&0xff // sflow_version_5.txt does not say where; hosts put them there
	}
	x.finish()
	return true
}

// sampledPacket passes on a packet that stands for as many as the rate says.
func (x *exports) sampledPacket(rate uint64) {
	ob := &x.ob
	if rate > 1 {
		x.sampled++
		ob.Packets, ob.Bytes = rate, ob.Bytes*rate
	}
	x.emit(ob)
}
