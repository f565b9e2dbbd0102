package firewall

import (
	"net/netip"
	"strconv"
	"strings"
)

// saveAddrs reads addresses, networks and ranges: 10.0.0.0/8,192.0.2.1-192.0.2.9.
func saveAddrs(list string) (s Set, ok bool) {
	for _, word := range strings.Split(list, ",") {
		if from, to, isRange := strings.Cut(word, "-"); isRange {
			a, err := netip.ParseAddr(from)
			b, err2 := netip.ParseAddr(to)
			if err != nil || err2 != nil {
				return nil, false
			}
			s = s.Union(Set{{a, b}})
			continue
		}
		n, err := netip.ParsePrefix(word)
		if a, e := netip.ParseAddr(word); e == nil {
			n, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, false // an uncommon mask such as /255.0.255.0
		}
		s = s.Union(SetOf(n))
	}
	return s, true
}

// spans reads numbers and ranges: 22,80:90.
func (m *Match) spans(list string, name func(string) (uint32, bool)) bool {
	for _, word := range strings.Split(list, ",") {
		low, high, isRange := strings.Cut(word, ":")
		if !isRange {
			high = low
		}
		if isRange && low == "" {
			low = "0"
		}
		if isRange && high == "" {
			high = "65535"
		}
		a, err := strconv.ParseUint(low, 10, 32)
		b, err2 := strconv.ParseUint(high, 10, 32)
		if err != nil || err2 != nil {
			if name == nil {
				return false
			}
			n, ok := name(word)
			if !ok {
				return false
			}
			a, b = uint64(n), uint64(n)
		}
		m.Spans = append(m.Spans, Span{uint32(a), uint32(b)})
	}
	return true
}

func saveFlags(list string) (bits uint32) {
	for _, word := range strings.Split(strings.ToLower(list), ",") {
		if word == "all" {
			return 0x3f
		}
		b, _ := flagBits(word)
		bits |= b
	}
	return bits
}

// saveTarget reads 172.17.0.2:80, 172.17.0.2-172.17.0.9:80-90, :80, [fd00::2]:80.
func saveTarget(s string) (netip.AddrPort, bool) {
	addr, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && (strings.HasPrefix(s, "[") && strings.Contains(s, "]:") || strings.Count(s, ":") == 1) {
		addr, port = s[:i], s[i+1:]
	}
	addr, _, _ = strings.Cut(strings.Trim(addr, "[]"), "-")
	port, _, _ = strings.Cut(port, "-")
	n, err := strconv.ParseUint("0"+port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, false
	}
	if addr == "" {
		return netip.AddrPortFrom(netip.Addr{}, uint16(n)), n > 0
	}
	a, err := netip.ParseAddr(addr)
	return netip.AddrPortFrom(a, uint16(n)), err == nil
}
