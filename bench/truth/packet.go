//go:build linux

package main

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// A packet is one crafted packet and when it is sent. Payloads are inert.
type packet struct {
	at       time.Duration
	src, dst netip.Addr
	proto    byte
	sport    int
	dport    int
	flags    byte
	seq, ack uint32
	window   int
	options  []byte
	icmp     [8]byte // type, code, checksum, rest
	payload  []byte
	ttl      byte
	id       uint16
	tos      byte
	df, more bool
	offset   int    // of a fragment, in bytes
	fragment bool   // the payload is the whole IP payload
	to       string // the destination's MAC; none: the next hop's
}

const (
	fin, syn, rst, psh, ack, urg = 1, 2, 4, 8, 16, 32
	protoICMP, protoTCP          = 1, 6
	protoUDP, protoICMP6         = 17, 58
)

// linuxSYN are the options of a Linux SYN: MSS, SACK, timestamps, window scale.
func linuxSYN(stamp uint32) []byte {
	o := []byte{2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7}
	binary.BigEndian.PutUint32(o[8:], stamp)
	return o
}

// windowsSYN are those of Windows: MSS, window scale, SACK.
func windowsSYN() []byte { return []byte{2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2} }

// ip is the packet without its link header.
func (p packet) ip() []byte {
	body := p.body()
	if p.src.Is6() {
		h := make([]byte, 40, 40+len(body))
		h[0] = 0x60
		binary.BigEndian.PutUint16(h[4:], uint16(len(body)))
		h[6], h[7] = p.proto, p.ttl
		s, d := p.src.As16(), p.dst.As16()
		copy(h[8:], s[:])
		copy(h[24:], d[:])
		return append(h, body...)
	}
	h := make([]byte, 20, 20+len(body))
	h[0], h[1] = 0x45, p.tos
	binary.BigEndian.PutUint16(h[2:], uint16(20+len(body)))
	binary.BigEndian.PutUint16(h[4:], p.id)
	off := uint16(p.offset / 8)
	if p.df {
		off |= 0x4000
	}
	if p.more {
		off |= 0x2000
	}
	binary.BigEndian.PutUint16(h[6:], off)
	h[8], h[9] = p.ttl, p.proto
	s, d := p.src.As4(), p.dst.As4()
	copy(h[12:], s[:])
	copy(h[16:], d[:])
	binary.BigEndian.PutUint16(h[10:], checksum(0, h))
	return append(h, body...)
}

// body is the transport header and the payload.
func (p packet) body() []byte {
	if p.fragment {
		return p.payload
	}
	switch p.proto {
	case protoTCP:
		b := make([]byte, 20, 20+len(p.options)+len(p.payload))
		binary.BigEndian.PutUint16(b[0:], uint16(p.sport))
		binary.BigEndian.PutUint16(b[2:], uint16(p.dport))
		binary.BigEndian.PutUint32(b[4:], p.seq)
		binary.BigEndian.PutUint32(b[8:], p.ack)
		b[12], b[13] = byte(5+len(p.options)/4)<<4, p.flags
		binary.BigEndian.PutUint16(b[14:], uint16(p.window))
		b = append(append(b, p.options...), p.payload...)
		binary.BigEndian.PutUint16(b[16:], checksum(p.pseudo(len(b)), b))
		return b
	case protoUDP:
		b := make([]byte, 8, 8+len(p.payload))
		binary.BigEndian.PutUint16(b[0:], uint16(p.sport))
		binary.BigEndian.PutUint16(b[2:], uint16(p.dport))
		binary.BigEndian.PutUint16(b[4:], uint16(8+len(p.payload)))
		b = append(b, p.payload...)
		binary.BigEndian.PutUint16(b[6:], checksum(p.pseudo(len(b)), b))
		return b
	case protoICMP, protoICMP6:
		b := append(append([]byte(nil), p.icmp[:]...), p.payload...)
		sum := uint32(0)
		if p.proto == protoICMP6 {
			sum = p.pseudo(len(b))
		}
		binary.BigEndian.PutUint16(b[2:], checksum(sum, b))
		return b
	}
	return p.payload
}

func (p packet) pseudo(n int) uint32 {
	b := append(p.src.AsSlice(), p.dst.AsSlice()...)
	return sum(uint32(p.proto)+uint32(n), b)
}

func sum(s uint32, b []byte) uint32 {
	for i, c := range b {
		if i%2 == 0 {
			s += uint32(c) << 8
		} else {
			s += uint32(c)
		}
	}
	return s
}

func checksum(s uint32, b []byte) uint16 {
	s = sum(s, b)
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return ^uint16(s)
}

// quote is what an ICMP error carries of the packet it is about.
func (p packet) quote() []byte {
	b := p.ip()
	return b[:min(len(b), 20+64)]
}
