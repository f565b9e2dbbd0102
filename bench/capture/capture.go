// Package capture writes packet captures for the benches: plain, and as odd as a
// capture can be.
package capture

import (
	"encoding/binary"
	"time"
)

// AppendHeader appends what a pcap file of Ethernet frames begins with
// (draft-ietf-opsawg-pcap).
func AppendHeader(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(b, 0xa1b2c3d4)
	b = le.AppendUint16(le.AppendUint16(b, 2), 4)
	return le.AppendUint32(le.AppendUint32(le.AppendUint32(le.AppendUint32(b, 0), 0), 262144), 1)
}

// AppendFrame appends a frame to a pcap file.
func AppendFrame(b []byte, at time.Time, frame []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint32(le.AppendUint32(b, uint32(at.Unix())), uint32(at.Nanosecond()/1000))
	b = le.AppendUint32(le.AppendUint32(b, uint32(len(frame))), uint32(len(frame)))
	return append(b, frame...)
}

// AppendEthernet appends the header of a frame between two fixed stations.
func AppendEthernet(b []byte, kind uint16) []byte {
	b = append(b, 0x52, 0x54, 0, 0x12, 0x34, 0x56, 0, 0x1b, 0x21, 0xaa, 0xbb, 0xcc)
	return binary.BigEndian.AppendUint16(b, kind)
}

// SYN is an Ethernet frame with a SYN to port n in it.
func SYN(n int) []byte {
	f := AppendEthernet(nil, 0x0800)
	f = append(f, 0x45, 0, 0, 40, byte(n>>8), byte(n), 0x40, 0, 50, 6, 0, 0, 198, 51, 100, 7, 203, 0, 113, 10)
	return append(f, 0x9c, 0x40, byte(n>>8), byte(n), 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 4, 0, 0, 0, 0, 0)
}

// began is when the captures of SYNs begin.
func began() time.Time { return time.Unix(1795446119, 0) }

// Pcap is a capture of 40 SYNs.
func Pcap() []byte {
	b := AppendHeader(nil)
	for i := range 40 {
		b = AppendFrame(b, began().Add(time.Duration(i)*time.Second), SYN(i))
	}
	return b
}

// Pcapng is a capture of 40 SYNs from the last of so many interfaces
// (draft-ietf-opsawg-pcapng).
func Pcapng(interfaces int) []byte {
	le := binary.LittleEndian
	block := func(b []byte, kind uint32, body []byte) []byte {
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		n := uint32(len(body) + 12)
		b = le.AppendUint32(le.AppendUint32(b, kind), n)
		return le.AppendUint32(append(b, body...), n)
	}
	section := le.AppendUint32(nil, 0x1a2b3c4d)
	section = le.AppendUint16(le.AppendUint16(section, 1), 0)
	b := block(nil, 0x0a0d0d0a, le.AppendUint64(section, 1<<64-1))
	for range interfaces {
		b = block(b, 1, le.AppendUint32(le.AppendUint32(nil, 1), 262144))
	}
	for i := range 40 {
		f := SYN(i)
		body := le.AppendUint32(nil, uint32(interfaces-1))
		body = le.AppendUint32(le.AppendUint32(body, 0x6613f), uint32(i))
		body = le.AppendUint32(le.AppendUint32(body, uint32(len(f))), uint32(len(f)))
		b = block(b, 6, append(body, f...))
	}
	return b
}
