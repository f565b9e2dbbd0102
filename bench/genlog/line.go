package main

import (
	"net/netip"
	"strconv"
	"time"
)

// A packet is one line of the log before it is written.
type packet struct {
	at           time.Duration // since start
	src, dst     netip.Addr
	sport, dport uint16 // ICMP: type and code
	proto        uint8
	flags        uint8
	ttl          uint8
	length       uint16
	window       uint16
	id           uint16
	lan          bool // arrived on the inner interface, as a broadcast
	allowed      bool
}

const (
	protoICMP = 1
	protoIGMP = 2
	protoTCP  = 6
	protoUDP  = 17
)

const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
	urg
)

// start is when the log begins. The kernel had been up for an hour by then.
func start() time.Time { return time.Date(2026, time.November, 2, 0, 0, 0, 0, time.UTC) }

const uptime = time.Hour

// appendLine writes p as the kernel does, in the wrapping of rsyslog.
func appendLine(b []byte, p *packet) []byte {
	b = start().Add(p.at).AppendFormat(b, time.Stamp)
	b = append(b, " fw kernel: ["...)
	up := (p.at + uptime) / time.Microsecond
	b = appendPadded(b, uint64(up/1e6), ' ', 5)
	b = append(b, '.')
	b = appendPadded(b, uint64(up%1e6), '0', 6)
	if p.allowed {
		b = append(b, "] [UFW ALLOW] "...)
	} else {
		b = append(b, "] [UFW BLOCK] "...)
	}
	if p.lan {
		b = append(b, "IN=lan0 OUT= MAC=ff:ff:ff:ff:ff:ff:02:00:00:00:04:20:08:00"...)
	} else {
		b = append(b, "IN=wan0 OUT= MAC=02:00:00:00:03:02:02:00:00:00:03:01:"...)
		if p.src.Is6() {
			b = append(b, "86:dd"...)
		} else {
			b = append(b, "08:00"...)
		}
	}
	b = appendAddr(append(b, " SRC="...), p.src)
	b = appendAddr(append(b, " DST="...), p.dst)
	b = appendField(b, " LEN=", p.length)
	if p.src.Is6() {
		b = append(b, " TC=0"...)
		b = appendField(b, " HOPLIMIT=", uint16(p.ttl))
		b = append(b, " FLOWLBL=0"...)
	} else {
		b = append(b, " TOS=0x00 PREC=0x00"...)
		b = appendField(b, " TTL=", uint16(p.ttl))
		b = appendField(b, " ID=", p.id)
		if p.window == 64240 { // an ordinary Linux stack
			b = append(b, " DF"...)
		}
	}
	switch p.proto {
	case protoTCP:
		b = appendField(b, " PROTO=TCP SPT=", p.sport)
		b = appendField(b, " DPT=", p.dport)
		b = appendField(b, " WINDOW=", p.window)
		b = append(b, " RES=0x00"...)
		for i, name := range [...]string{" URG", " ACK", " PSH", " RST", " SYN", " FIN"} {
			if p.flags&(urg>>i) != 0 {
				b = append(b, name...)
			}
		}
		b = append(b, " URGP=0"...)
	case protoUDP:
		b = appendField(b, " PROTO=UDP SPT=", p.sport)
		b = appendField(b, " DPT=", p.dport)
		b = appendField(b, " LEN=", p.length-20)
	case protoICMP:
		b = appendField(b, " PROTO=ICMP TYPE=", p.sport)
		b = appendField(b, " CODE=", p.dport)
		b = appendField(b, " ID=", p.id)
		b = append(b, " SEQ=1"...)
	default:
		b = appendField(b, " PROTO=", uint16(p.proto))
	}
	return append(b, " \n"...)
}

func appendField(b []byte, name string, n uint16) []byte {
	return strconv.AppendUint(append(b, name...), uint64(n), 10)
}

// appendAddr writes IPv6 addresses as the kernel does: in full.
func appendAddr(b []byte, a netip.Addr) []byte {
	if a.Is6() {
		return append(b, a.StringExpanded()...)
	}
	return a.AppendTo(b)
}

func appendPadded(b []byte, n uint64, fill byte, width int) []byte {
	var digits [20]byte
	s := strconv.AppendUint(digits[:0], n, 10)
	for range width - len(s) {
		b = append(b, fill)
	}
	return append(b, s...)
}
