//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// senders counts the records of each source address in a file of evidence. It
// reads on its own, so that the truth does not depend on what is judged.
func senders(name string) (map[netip.Addr]int, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	seen := map[netip.Addr]int{}
	switch {
	case strings.HasSuffix(name, ".pcap"):
		for at := 24; at+16 <= len(b); {
			n := int(binary.LittleEndian.Uint32(b[at+8:]))
			if at+16+n > len(b) {
				break
			}
			if a, ok := frameSource(b[at+16 : at+16+n]); ok {
				seen[a]++
			}
			at += 16 + n
		}
	case strings.HasSuffix(name, ".csv"):
		in := csv.NewReader(bytes.NewReader(b))
		in.FieldsPerRecord = -1 // words where there are no flows
		rows, err := in.ReadAll()
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if len(r) > 4 {
				if a, err := netip.ParseAddr(r[3]); err == nil {
					seen[a]++
				}
			}
		}
	default:
		for line := range strings.Lines(string(b)) {
			_, rest, _ := strings.Cut(line, " SRC=") // the first: an ICMP error quotes another
			src, _, _ := strings.Cut(rest, " ")
			if a, err := netip.ParseAddr(src); err == nil {
				seen[a]++
			}
		}
	}
	return seen, nil
}

// trailer drops what nfdump writes below its table.
func trailer(b []byte) []byte {
	if i := bytes.Index(b, []byte("Summary\n")); i >= 0 {
		return b[:i]
	}
	return b
}

func frameSource(f []byte) (netip.Addr, bool) {
	if len(f) < 34 {
		return netip.Addr{}, false
	}
	switch binary.BigEndian.Uint16(f[12:]) {
	case 0x0800:
		return netip.AddrFrom4([4]byte(f[26:30])), true
	case 0x86dd:
		if len(f) >= 54 {
			return netip.AddrFrom16([16]byte(f[22:38])), true
		}
	case 0x0806: // ARP: who asks or answers
		return netip.AddrFrom4([4]byte(f[28:32])), true
	}
	return netip.Addr{}, false
}

func asPrefix(s string) netip.Prefix {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}
	}
	return netip.PrefixFrom(a, a.BitLen())
}

func covers(nets []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(nets, func(p netip.Prefix) bool { return p.Contains(a) })
}

func sortAddrs(list []string) {
	slices.SortFunc(list, func(a, b string) int {
		x, _ := netip.ParseAddr(a)
		y, _ := netip.ParseAddr(b)
		return x.Compare(y)
	})
}
