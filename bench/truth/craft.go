//go:build linux

package main

import (
	"cmp"
	"net/netip"
	"slices"
	"time"
)

// The constructors below fill in what an ordinary stack would: distance,
// identification, window. Callers change what makes the packet remarkable.

func (w *world) base(src, dst netip.Addr, proto byte) packet {
	b := src.AsSlice()
	distance := 5 + b[len(b)-1]%18 // the same for every packet of a host
	return packet{src: src, dst: dst, proto: proto, ttl: 64 - distance, id: uint16(w.Uint32())}
}

func (w *world) tcp(src netip.Addr, sport int, dst netip.Addr, dport int, flags byte) packet {
	p := w.base(src, dst, protoTCP)
	p.sport, p.dport, p.flags, p.seq, p.window, p.df = sport, dport, flags, w.Uint32(), 64240, true
	if flags&ack != 0 {
		p.ack, p.window = w.Uint32(), 501
	}
	if flags == syn {
		p.options = linuxSYN(w.Uint32())
	}
	return p
}

// windows makes a SYN a Windows SYN.
func (p packet) windows() packet {
	p.ttl += 64
	p.window, p.options = 64240, windowsSYN()
	return p
}

// raw makes a SYN one of a stateless scanner: no options.
func (p packet) raw(window int, ttl byte) packet {
	p.window, p.ttl, p.options, p.df = window, ttl, nil, false
	return p
}

func (w *world) udp(src netip.Addr, sport int, dst netip.Addr, dport int, payload []byte) packet {
	p := w.base(src, dst, protoUDP)
	p.sport, p.dport, p.payload = sport, dport, payload
	return p
}

func (w *world) icmp(src, dst netip.Addr, kind, code byte, payload []byte) packet {
	p := w.base(src, dst, protoICMP)
	p.icmp[0], p.icmp[1], p.payload = kind, code, payload
	return p
}

func (w *world) echo(src, dst netip.Addr, id, seq int, size int) packet {
	p := w.icmp(src, dst, 8, 0, make([]byte, size))
	p.icmp[4], p.icmp[5], p.icmp[6], p.icmp[7] = byte(id>>8), byte(id), byte(seq>>8), byte(seq)
	return p
}

// junk is payload that means nothing.
func (w *world) junk(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.Uint32())
	}
	return b
}

// pace spreads packets over a time, unevenly.
func (w *world) pace(total time.Duration, ps []packet) []packet {
	gap := float64(total) / float64(len(ps)+1)
	at := time.Duration(0)
	for i := range ps {
		at += time.Duration(gap * (0.4 + 1.2*w.Float64()))
		ps[i].at = at
	}
	return ps
}

// every sends packets like a clock.
func every(gap time.Duration, ps []packet) []packet {
	for i := range ps {
		ps[i].at = time.Duration(i) * gap
	}
	return ps
}

// mixUp puts packets into any order.
func (w *world) mixUp(ps []packet) []packet {
	w.Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
	return ps
}

// query is a DNS question.
func query(id int, name string, kind byte) []byte {
	b := []byte{byte(id >> 8), byte(id), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	start := len(b)
	b = append(b, 0)
	for i := range len(name) {
		if name[i] == '.' {
			start = len(b)
			b = append(b, 0)
			continue
		}
		b = append(b, name[i])
		b[start]++
	}
	return append(b, 0, 0, kind, 0, 1)
}

// answer is a DNS answer of about that many bytes.
func answer(id int, name string, size int) []byte {
	b := query(id, name, 16)
	b[2], b[3], b[7] = 0x81, 0x80, 1
	b = append(b, 0xc0, 12, 0, 16, 0, 1, 0, 0, 1, 0)
	text := max(size-len(b)-2, 4)
	b = append(b, byte(text>>8), byte(text))
	for text > 0 {
		n := min(text-1, 255)
		b = append(b, byte(n))
		b = append(b, make([]byte, n)...)
		text -= n + 1
	}
	return b
}

// ntp is an NTP packet of 48 bytes: mode 3 asks, mode 4 answers.
func ntp(mode byte) []byte {
	b := make([]byte, 48)
	b[0], b[1], b[2] = 4<<3|mode, 2, 6
	return b
}

// inOrder sorts packets by their time.
func inOrder(ps []packet) []packet {
	slices.SortStableFunc(ps, func(a, b packet) int { return cmp.Compare(a.at, b.at) })
	return ps
}
