package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// uintOf reads a decimal number that is at most so large.
func uintOf(b []byte, most uint64) (uint64, bool) {
	if len(b) == 0 || len(b) > 10 {
		return 0, false
	}
	n := uint64(0)
	for _, c := range b {
		if c -= '0'; c > 9 {
			return 0, false
		}
		n = n*10 + uint64(c)
	}
	return n, n <= most
}

// protoOf reads the name of a protocol, in upper or lower case, or its number.
func protoOf(b []byte) (portlore.Proto, bool) {
	var lower [8]byte
	if len(b) == 0 || len(b) > len(lower) {
		return 0, false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	switch string(lower[:len(b)]) {
	case "tcp":
		return portlore.TCP, true
	case "udp":
		return portlore.UDP, true
	case "icmp":
		return portlore.ICMP, true
	case "icmp6", "icmpv6":
		return portlore.ICMPv6, true
	case "igmp":
		return portlore.IGMP, true
	case "gre":
		return portlore.GRE, true
	case "esp":
		return portlore.ESP, true
	case "ah":
		return portlore.AH, true
	case "sctp":
		return portlore.SCTP, true
	case "ospf":
		return portlore.OSPF, true
	case "pim":
		return portlore.PIM, true
	case "vrrp", "carp":
		return portlore.VRRP, true
	}
	n, ok := uintOf(b, 255)
	return portlore.Proto(n), ok
}

// endpoint reads "198.51.100.9/40001", where sep is '/', or "198.51.100.9:40001"
// and "[2001:db8::9]:40001", where sep is ':'. Without a port it is -1.
func endpoint(b []byte, sep byte) (a netip.Addr, port int32, ok bool) {
	port = -1
	host := b
	switch i := bytes.LastIndexByte(b, sep); {
	case len(b) > 0 && b[0] == '[':
		end := bytes.IndexByte(b, ']')
		if end < 0 {
			return a, 0, false
		}
		host = b[1:end]
		if rest := b[end+1:]; len(rest) > 0 {
			n, ok := uintOf(rest[1:], 65535)
			if rest[0] != sep || !ok {
				return a, 0, false
			}
			port = int32(n)
		}
	case i >= 0 && (sep != ':' || bytes.IndexByte(b, ':') == i):
		n, ok := uintOf(b[i+1:], 65535)
		if !ok {
			return a, 0, false
		}
		host, port = b[:i], int32(n)
	}
	a, ok = addr.Parse(host)
	return a, port, ok
}

// setPorts notes the ports of both ends, if both are said.
func setPorts(ob *portlore.Observation, src, dst int32) {
	if src >= 0 && dst >= 0 {
		ob.SrcPort, ob.DstPort = uint16(src), uint16(dst)
		ob.Has |= portlore.HasPorts
	}
}

// flagLetters reads TCP flags written as letters: S, A, F, R, P, U, E (ECE) and
// W or C (CWR).
func flagLetters(b []byte) (flags portlore.TCPFlags, ok bool) {
	for _, c := range b {
		switch c {
		case 'S':
			flags |= portlore.SYN
		case 'A':
			flags |= portlore.ACK
		case 'F':
			flags |= portlore.FIN
		case 'R':
			flags |= portlore.RST
		case 'P':
			flags |= portlore.PSH
		case 'U':
			flags |= portlore.URG
		case 'E':
			flags |= portlore.ECE
		case 'W', 'C':
			flags |= portlore.CWR
		default:
			return 0, false
		}
	}
	return flags, true
}

// flagWords reads TCP flags written as words between blanks or commas: "FIN ACK",
// "SYN,ACK".
func flagWords(b []byte) (flags portlore.TCPFlags, ok bool) {
	for len(b) > 0 {
		end := bytes.IndexAny(b, " ,")
		if end < 0 {
			end = len(b)
		}
		switch string(b[:end]) {
		case "":
		case "SYN":
			flags |= portlore.SYN
		case "ACK":
			flags |= portlore.ACK
		case "FIN":
			flags |= portlore.FIN
		case "RST":
			flags |= portlore.RST
		case "PSH":
			flags |= portlore.PSH
		case "URG":
			flags |= portlore.URG
		case "ECE":
			flags |= portlore.ECE
		case "CWR":
			flags |= portlore.CWR
		default:
			return flags, false
		}
		b = b[min(end+1, len(b)):]
	}
	return flags, true
}
