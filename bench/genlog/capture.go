package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/netip"
	"time"

	"github.com/portlore/portlore/bench/capture"
)

var be = binary.BigEndian

// writePcap writes the packets as they were on the wire.
func writePcap(w io.Writer, packets []packet) {
	w.Write(capture.AppendHeader(nil))
	var frame, b []byte
	for i := range packets {
		p := &packets[i]
		frame = appendPacket(frame[:0], p)
		b = capture.AppendFrame(b[:0], start().Add(p.at), frame)
		w.Write(b)
	}
}

// appendPacket appends a frame. What it carries behind its headers is zeros;
// checksums are left out.
func appendPacket(b []byte, p *packet) []byte {
	length := int(p.length)
	if p.src.Is6() {
		b = capture.AppendEthernet(b, 0x86dd)
		b = be.AppendUint32(b, 6<<28)
		b = be.AppendUint16(b, uint16(max(length, 60)-40))
		b = append(b, p.proto, p.ttl)
	} else {
		b = capture.AppendEthernet(b, 0x0800)
		b = append(b, 0x45, 0)
		b = be.AppendUint16(b, uint16(length))
		b = be.AppendUint16(be.AppendUint16(b, p.id), 0)
		b = append(b, p.ttl, p.proto, 0, 0)
	}
	b = append(append(b, p.src.AsSlice()...), p.dst.AsSlice()...)
	head := len(b)
	switch p.proto {
	case protoTCP:
		b = be.AppendUint16(be.AppendUint16(b, p.sport), p.dport)
		b = be.AppendUint32(be.AppendUint32(b, 1), 0)
		options := 0
		if p.flags&syn != 0 {
			options = min(max(length-40, 0), 40) &^ 3
		}
		b = be.AppendUint16(append(b, byte(20+options)<<2, p.flags), p.window)
		b = be.AppendUint32(b, 0)
		b = append(b, bytes.Repeat([]byte{1}, options)...) // which say nothing
	case protoUDP:
		b = be.AppendUint16(be.AppendUint16(b, p.sport), p.dport)
		b = be.AppendUint32(b, uint32(max(length-20, 8))<<16)
	case protoICMP:
		b = append(b, byte(p.sport), byte(p.dport), 0, 0)
		b = be.AppendUint32(b, uint32(p.id)<<16|1)
	default:
		b = be.AppendUint64(b, 0x1600<<48)
	}
	rest := length - (len(b) - head) - 20
	return append(b, make([]byte, max(rest, 0))...)
}

// flowsPerDatagram is how many flows NetFlow 5 sends at once: up to thirty.
const flowsPerDatagram = 30

// writeNetflow writes a capture of NetFlow 5, in which every packet is a flow that
// was over at once.
func writeNetflow(w io.Writer, packets []packet) {
	w.Write(capture.AppendHeader(nil))
	var flows, frame, b []byte
	sent, n := 0, 0
	send := func(at time.Duration) {
		const headers = 20 + 8 + 24
		frame = capture.AppendEthernet(frame[:0], 0x0800)
		frame = append(frame, 0x45, 0)
		frame = be.AppendUint16(frame, uint16(headers+len(flows)))
		frame = append(frame, 0, 0, 0, 0, 64, protoUDP, 0, 0, 192, 0, 2, 1, 192, 0, 2, 9)
		frame = be.AppendUint16(be.AppendUint16(frame, 30000), 2055)
		frame = be.AppendUint32(frame, uint32(8+24+len(flows))<<16)
		frame = be.AppendUint16(be.AppendUint16(frame, 5), uint16(n))
		when := start().Add(at)
		frame = be.AppendUint32(frame, uptimeAt(at))
		frame = be.AppendUint32(be.AppendUint32(frame, uint32(when.Unix())), uint32(when.Nanosecond()))
		frame = be.AppendUint64(frame, uint64(sent)<<32)
		b = capture.AppendFrame(b[:0], when, append(frame, flows...))
		w.Write(b)
		sent += n
		flows, n = flows[:0], 0
	}
	last := time.Duration(0)
	for i := range packets {
		p := &packets[i]
		if !p.src.Is4() || !p.dst.Is4() {
			continue
		}
		flows = appendFlow(flows, p)
		last = p.at
		if n++; n == flowsPerDatagram {
			send(p.at)
		}
	}
	if n > 0 {
		send(last)
	}
}

// uptimeAt is the clock of the router, in milliseconds.
func uptimeAt(at time.Duration) uint32 { return uint32((at + uptime) / time.Millisecond) }

// appendFlow appends a record of NetFlow 5, of 48 bytes.
func appendFlow(b []byte, p *packet) []byte {
	quad := func(a netip.Addr) { b = append(b, a.AsSlice()...) }
	quad(p.src)
	quad(p.dst)
	quad(netip.IPv4Unspecified())
	b = be.AppendUint16(be.AppendUint16(b, 1), 2)
	b = be.AppendUint32(be.AppendUint32(b, 1), uint32(p.length))
	b = be.AppendUint32(be.AppendUint32(b, uptimeAt(p.at)), uptimeAt(p.at))
	sport, dport := p.sport, p.dport
	if p.proto == protoICMP { // type and code stand where the port is
		sport, dport = 0, p.sport<<8|p.dport
	}
	b = be.AppendUint16(be.AppendUint16(b, sport), dport)
	b = append(b, 0, p.flags, p.proto, 0)
	return be.AppendUint64(b, 0)
}
