//go:build unix

package main

import "encoding/binary"

// syn is an Ethernet frame with a SYN in it.
func syn(n int) []byte {
	f := []byte{0x52, 0x54, 0, 0x12, 0x34, 0x56, 0, 0x1b, 0x21, 0xaa, 0xbb, 0xcc, 8, 0}
	f = append(f, 0x45, 0, 0, 40, byte(n>>8), byte(n), 0x40, 0, 50, 6, 0, 0, 198, 51, 100, 7, 203, 0, 113, 10)
	return append(f, 0x9c, 0x40, byte(n>>8), byte(n), 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 4, 0, 0, 0, 0, 0)
}

// pcapFile is a capture of 40 frames (draft-ietf-opsawg-pcap).
func pcapFile() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = le.AppendUint16(le.AppendUint16(b, 2), 4)
	b = le.AppendUint32(le.AppendUint32(le.AppendUint32(le.AppendUint32(b, 0), 0), 262144), 1)
	for i := range 40 {
		f := syn(i)
		b = le.AppendUint32(le.AppendUint32(b, 1795446119+uint32(i)), 0)
		b = le.AppendUint32(le.AppendUint32(b, uint32(len(f))), uint32(len(f)))
		b = append(b, f...)
	}
	return b
}

// pcapngFile is a capture of 40 frames from the last of so many interfaces
// (draft-ietf-opsawg-pcapng).
func pcapngFile(interfaces int) []byte {
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
		f := syn(i)
		body := le.AppendUint32(nil, uint32(interfaces-1))
		body = le.AppendUint32(le.AppendUint32(body, 0x6613f), uint32(i))
		body = le.AppendUint32(le.AppendUint32(body, uint32(len(f))), uint32(len(f)))
		b = block(b, 6, append(body, f...))
	}
	return b
}
