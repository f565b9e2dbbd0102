// Package addr reads IP addresses from bytes without allocating.
//
// [netip.ParseAddr] wants a string, and converting costs one allocation per
// address. It is the reference that the tests hold this parser against: the two
// agree on every text, except that a zone ("fe80::1%eth0") is refused here. In
// evidence a zone is text of a stranger's choosing, of any length, and says
// nothing that the interface does not.
package addr

import "net/netip"

// Parse reads an IPv4 or IPv6 address that fills b. An IPv4 address in IPv6
// form (::ffff:192.0.2.1) comes back as IPv4.
func Parse(b []byte) (netip.Addr, bool) {
	if a, n := parse4(b); n > 0 {
		return netip.AddrFrom4(a), n == len(b)
	}
	a, ok := parse6(b)
	if !ok {
		return netip.Addr{}, false
	}
	return netip.AddrFrom16(a).Unmap(), true
}

// Prefix4 reads the IPv4 address at the start of b and returns its length in
// bytes; zero: there is none. What follows it is the caller's affair.
func Prefix4(b []byte) (netip.Addr, int) {
	a, n := parse4(b)
	return netip.AddrFrom4(a), n
}

// parse4 reads four decimal numbers of one to three digits, without leading
// zeros (some programs read those as octal), and returns how long they are.
func parse4(b []byte) (a [4]byte, size int) {
	i := 0
	for part := range 4 {
		if part > 0 {
			if i >= len(b) || b[i] != '.' {
				return a, 0
			}
			i++
		}
		start, value := i, uint(0)
		for i < len(b) && b[i]-'0' <= 9 && i < start+3 {
			value = value*10 + uint(b[i]-'0')
			i++
		}
		if i == start || value > 255 || b[start] == '0' && i > start+1 {
			return a, 0
		}
		a[part] = byte(value)
	}
	return a, i
}

// parse6 reads the forms of RFC 4291 section 2.2: eight groups, one run of
// zero groups as "::", and the last four bytes in IPv4 notation.
func parse6(b []byte) (a [16]byte, ok bool) {
	n := 0     // bytes of a that are filled
	gap := -1  // where in a the "::" stands
	start := 0 // of the current group in b
	if len(b) >= 2 && b[0] == ':' && b[1] == ':' {
		gap, start = 0, 2
		if len(b) == 2 {
			return a, true
		}
	}
	for i := start; ; {
		group, digits := 0, 0
		for ; i < len(b); i++ {
			d := HexDigit(b[i])
			if d > 15 {
				break
			}
			group = group<<4 | int(d)
			digits++
			if digits > 4 {
				return a, false
			}
		}
		if i < len(b) && b[i] == '.' {
			four, size := parse4(b[start:])
			if size == 0 || size != len(b)-start || n > 12 || gap < 0 && n != 12 {
				return a, false
			}
			copy(a[n:], four[:])
			n += 4
			break
		}
		if digits == 0 || n == 16 {
			return a, false
		}
		a[n], a[n+1] = byte(group>>8), byte(group)
		n += 2
		if i == len(b) {
			break
		}
		if b[i] != ':' || i+1 == len(b) {
			return a, false
		}
		i++
		if b[i] == ':' {
			if gap >= 0 {
				return a, false
			}
			gap = n
			i++
			if i == len(b) {
				break
			}
		}
		start = i
	}
	if gap < 0 {
		return a, n == 16
	}
	if n == 16 {
		return a, false
	}
	tail := n - gap
	copy(a[16-tail:], a[gap:n])
	clear(a[gap : 16-tail])
	return a, true
}

// HexDigit is the value of a hexadecimal digit; above 15: not one.
func HexDigit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
