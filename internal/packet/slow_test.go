package packet

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// slow is the reference for Decode: it peels a frame layer by layer, by the
// name of the layer, and cares for nothing but being obvious.
func slow(link Link, bigEndian bool, frame []byte, wire int) (Outcome, portlore.Observation) {
	first := map[Link]string{
		Null: "loopback", Loop: "loopback", Ethernet: "ethernet", PPP: "ppp", PPPHDLC: "ppp", PPPoE: "pppoe", Raw: "ip", IPv4: "ip", IPv6: "ip",
		DLTRaw: "ip", DLTRawBSD: "ip", SLL: "sll", SLL2: "sll2", NFLog: "nflog", PFLog: "pflog",
	}[link]
	if first == "" {
		return Unread, portlore.Observation{}
	}
	s := slowDecoder{left: max(0, wire-len(frame)), order: binary.ByteOrder(binary.LittleEndian)}
	if bigEndian {
		s.order = binary.BigEndian
	}
	layer, rest := first, frame
	for {
		switch layer {
		case "other":
			return Other, s.ob
		case "malformed":
			return Malformed, s.ob
		case "done":
			return Understood, s.ob
		}
		layer, rest = s.peel(layer, rest)
	}
}

type slowDecoder struct {
	ob    portlore.Observation
	order binary.ByteOrder
	left  int // bytes of the frame that were not captured
}

// peel takes one layer off and names the next.
func (s *slowDecoder) peel(layer string, b []byte) (string, []byte) {
	need := map[string]int{
		"ethernet": 14, "vlan": 4, "mpls": 4, "pppoe": 6, "loopback": 4, "sll": 16, "sll2": 20, "nflog": 4, "pflog": 61, "ip": 1,
	}[layer]
	if len(b) < need {
		return "malformed", nil
	}
	be := binary.BigEndian
	etherType := func(t uint16) string {
		switch t {
		case 0x0800, 0x86dd:
			return "ip"
		case 0x8100, 0x88a8, 0x9100:
			return "vlan"
		case 0x8847, 0x8848:
			return "mpls"
		case 0x8864:
			return "pppoe"
		}
		return "other"
	}
	family := func(n uint32) bool { return slices.Contains([]uint32{2, 10, 23, 24, 28, 30}, n) }
	text := func(b []byte) []byte { t, _, _ := strings.Cut(string(b), "\x00"); return []byte(t) }
	switch layer {
	case "ethernet":
		s.ob.LinkCast = b[0]%2 == 1
		s.ob.LinkDst = be.Uint64(append([]byte{0, 0}, b[:6]...))
		s.ob.LinkSrc = be.Uint64(append([]byte{0, 0}, b[6:12]...))
		if t := be.Uint16(b[12:]); t > 1500 {
			return etherType(t), b[14:]
		}
		if len(b) >= 22 && string(b[14:20]) == "\xaa\xaa\x03\x00\x00\x00" {
			return etherType(be.Uint16(b[20:])), b[22:]
		}
		return "other", nil
	case "vlan":
		return etherType(be.Uint16(b[2:])), b[4:]
	case "mpls":
		if b[2]%2 == 0 {
			return "mpls", b[4:]
		}
		if len(b) > 4 && (b[4]>>4 == 4 || b[4]>>4 == 6) {
			return "ip", b[4:]
		}
		return "other", nil
	case "pppoe":
		if b[1] != 0 {
			return "other", nil
		}
		return "ppp", b[6:]
	case "ppp":
		b = []byte(strings.TrimPrefix(string(b), "\xff\x03"))
		if len(b) < 2 {
			return "malformed", nil
		}
		for _, p := range []string{"\x00\x21", "\x00\x57", "\x21", "\x57"} {
			if rest, ok := strings.CutPrefix(string(b), p); ok {
				return "ip", []byte(rest)
			}
		}
		return "other", nil
	case "loopback":
		n := be.Uint32(b)
		if n > 0xffff {
			n = binary.LittleEndian.Uint32(b)
		}
		if family(n) {
			return "ip", b[4:]
		}
		return "other", nil
	case "sll":
		s.cooked(int(be.Uint16(b)), nil)
		return etherType(be.Uint16(b[14:])), b[16:]
	case "sll2":
		s.cooked(int(b[10]), fmt.Appendf(nil, "if%d", be.Uint32(b[4:])))
		return etherType(be.Uint16(b)), b[20:]
	case "nflog":
		return s.nflog(b[0], b[4:])
	case "pflog":
		size := int(b[0])
		for size%4 != 0 {
			size++
		}
		switch {
		case size < 61 || size > len(b):
			return "malformed", nil
		case !family(uint32(b[1])):
			return "other", nil
		}
		s.ob.Verdict = map[byte]portlore.Verdict{0: portlore.Accepted, 1: portlore.Blocked}[b[2]]
		if b[60] == 2 {
			s.ob.OutIf = text(b[4:20])
		} else {
			s.ob.InIf = text(b[4:20])
		}
		s.ob.Label = fmt.Appendf(nil, "rule %d", be.Uint32(b[36:]))
		if anchor := text(b[20:36]); len(anchor) > 0 {
			s.ob.Label = fmt.Appendf(s.ob.Label, ".%s.%d", anchor, be.Uint32(b[40:]))
		}
		return "ip", b[size:]
	}
	return s.ip(b), nil
}

func (s *slowDecoder) cooked(kind int, name []byte) {
	s.ob.Way = map[int]portlore.Way{0: portlore.In, 1: portlore.In, 2: portlore.In, 4: portlore.Out}[kind]
	s.ob.LinkCast = kind == 1 || kind == 2
	if kind == 4 {
		s.ob.OutIf = name
	} else {
		s.ob.InIf = name
	}
}

func (s *slowDecoder) nflog(family byte, b []byte) (string, []byte) {
	s.left = 0
	be := binary.BigEndian
	attributes := map[int][]byte{}
	ethernet := false
	for len(b) >= 4 {
		size, kind := int(s.order.Uint16(b)), int(s.order.Uint16(b[2:])&0x3fff)
		if size < 4 {
			return "malformed", nil
		}
		value := b[4:min(size, len(b))]
		ok := map[int]bool{1: len(value) >= 3, 4: len(value) == 4, 5: len(value) == 4, 9: true, 10: true, 15: len(value) == 2, 16: ethernet && len(value) > 0}[kind]
		if ok {
			attributes[kind] = value
		}
		if ok && kind == 15 {
			ethernet = be.Uint16(value) == 1
		}
		for size%4 != 0 {
			size++
		}
		b = b[min(size, len(b)):]
	}
	if prefix, ok := attributes[10]; ok {
		t, _, _ := strings.Cut(string(prefix), "\x00")
		s.ob.Label = []byte(strings.TrimSpace(t))
	}
	if v := attributes[16]; v != nil {
		s.ob.LinkCast = v[0]%2 == 1
	}
	if v := attributes[4]; v != nil {
		s.ob.InIf = fmt.Appendf(nil, "if%d", be.Uint32(v))
	}
	if v := attributes[5]; v != nil {
		s.ob.OutIf = fmt.Appendf(nil, "if%d", be.Uint32(v))
	}
	payload, ok := attributes[9]
	if !ok {
		return "malformed", nil
	}
	header := append(slices.Clone(attributes[1]), 0, 0, 255)
	if len(attributes[1]) > 0 {
		header = attributes[1]
	}
	if family != 2 && family != 10 {
		switch be.Uint16(header) {
		case 0x0800, 0x86dd:
			return "ip", payload
		case 0x8100, 0x88a8, 0x9100:
			return "vlan", payload
		case 0x8847, 0x8848:
			return "mpls", payload
		case 0x8864:
			return "pppoe", payload
		}
		return "other", nil
	}
	s.ob.Way = map[byte]portlore.Way{1: portlore.In, 2: portlore.Forward, 3: portlore.Out}[header[2]]
	return "ip", payload
}

// slowIP is an IP packet taken to pieces.
type slowIP struct {
	ok        bool
	src, dst  netip.Addr
	proto     int // -1: not known
	fragment  bool
	ttl       byte
	id        int // -1: none
	length    int
	transport []byte // as much as was captured of it
}

func splitIP(b []byte, left int) (ip slowIP) {
	be := binary.BigEndian
	ip.proto, ip.id = -1, -1
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		header := int(b[0]&15) * 4
		ip.length = int(be.Uint16(b[2:]))
		if header < 20 || ip.length > 0 && ip.length < header {
			return ip
		}
		if ip.length == 0 {
			ip.length = min(len(b)+left, 524280)
		}
		ip.ok, ip.ttl, ip.proto, ip.id = true, b[8], int(b[9]), int(be.Uint16(b[4:]))
		ip.fragment = be.Uint16(b[6:])%8192 > 0
		ip.src, ip.dst = netip.AddrFrom4([4]byte(b[12:])), netip.AddrFrom4([4]byte(b[16:]))
		b = b[:min(len(b), ip.length)]
		ip.transport = b[min(len(b), header):]
	case len(b) >= 40 && b[0]>>4 == 6:
		ip.length = 40 + int(be.Uint16(b[4:]))
		if ip.length == 40 && b[6] != 59 {
			ip.length = min(len(b)+left, 524280)
		} else {
			b = b[:min(len(b), ip.length)]
		}
		ip.ok, ip.ttl = true, b[7]
		ip.src, ip.dst = netip.AddrFrom16([16]byte(b[8:])).Unmap(), netip.AddrFrom16([16]byte(b[24:])).Unmap()
		next, rest := int(b[6]), b[40:]
		for slices.Contains([]int{0, 43, 44, 51, 60}, next) && !ip.fragment {
			if len(rest) < 8 {
				return ip
			}
			size := map[int]int{0: 8 + 8*int(rest[1]), 43: 8 + 8*int(rest[1]), 60: 8 + 8*int(rest[1]), 44: 8, 51: 8 + 4*int(rest[1])}[next]
			ip.fragment = next == 44 && be.Uint16(rest[2:]) >= 8
			next, rest = int(rest[0]), rest[min(size, len(rest)):]
		}
		ip.proto, ip.transport = next, rest
		ip.transport = ip.transport[:min(len(ip.transport), max(0, len(ip.transport)-max(0, len(b)-ip.length)))]
	}
	return ip
}

func (s *slowDecoder) ip(b []byte) string {
	ip := splitIP(b, s.left)
	if !ip.ok {
		return "malformed"
	}
	ob := &s.ob
	ob.Src, ob.Dst, ob.TTL, ob.Length, ob.Fragment = ip.src, ip.dst, ip.ttl, uint32(ip.length), ip.fragment && ip.proto >= 0
	ob.Has |= portlore.HasTTL
	if ip.id >= 0 {
		ob.ID = uint16(ip.id)
		ob.Has |= portlore.HasID
	}
	if ip.proto < 0 {
		return "done"
	}
	ob.Proto = portlore.Proto(ip.proto)
	ob.Has |= portlore.HasProto
	if ip.fragment {
		return "done"
	}
	t, be := ip.transport, binary.BigEndian
	header := 0
	switch ip.proto {
	case 6:
		header = 1 << 20
		if len(t) >= 8 {
			ob.Seq = be.Uint32(t[4:])
			ob.Has |= portlore.HasSeq
		}
		if len(t) >= 14 {
			ob.Flags = portlore.TCPFlags(t[13])
			ob.Has |= portlore.HasFlags
		}
		if len(t) >= 16 {
			ob.Window = be.Uint16(t[14:])
			ob.Has |= portlore.HasWindow
		}
		if len(t) >= 20 && t[12] >= 0x50 && len(t) >= int(t[12]>>4)*4 {
			header = int(t[12]>>4) * 4
			ob.Options = OptionsHash(t[20:header])
		}
	case 17:
		header = 8
		if len(t) >= 8 && be.Uint16(t[4:]) >= 8 {
			t = t[:min(len(t), int(be.Uint16(t[4:])))]
		}
	case 136:
		header = 8
	case 132:
		header = 12
	case 1, 58:
		header = 8
		if len(t) >= 2 {
			ob.ICMPType, ob.ICMPCode = t[0], t[1]
			ob.Has |= portlore.HasICMP
		}
		errors := []byte{3, 4, 5, 11, 12}
		if ip.proto == 58 {
			errors = []byte{1, 2, 3, 4}
		}
		if len(t) > 8 && slices.Contains(errors, t[0]) {
			s.inner(t[8:])
		}
	}
	if ports := []int{6, 17, 132, 136}; slices.Contains(ports, ip.proto) && len(t) >= 4 {
		ob.SrcPort, ob.DstPort = be.Uint16(t), be.Uint16(t[2:])
		ob.Has |= portlore.HasPorts
	}
	if len(t) > header {
		ob.Payload = t[header:min(len(t), header+128)]
	}
	return "done"
}

func (s *slowDecoder) inner(b []byte) {
	ip := splitIP(b, 0)
	if !ip.ok {
		return
	}
	s.ob.Has |= portlore.HasInner
	in := &s.ob.Inner
	in.Src, in.Dst = ip.src, ip.dst
	if ip.proto < 0 {
		return
	}
	in.Proto = portlore.Proto(ip.proto)
	if ports := []int{6, 17, 132, 136}; slices.Contains(ports, ip.proto) && !ip.fragment && len(ip.transport) >= 4 {
		in.SrcPort, in.DstPort = binary.BigEndian.Uint16(ip.transport), binary.BigEndian.Uint16(ip.transport[2:])
	}
}
