// Package redact replaces addresses in text that somebody wants to show to
// others. Each gets another one, the same wherever it stands: of the ranges for
// benchmarks and documentation (RFC 2544, RFC 3849), of 10.0.0.0/8 where it was
// private. What was in one network (/24, /64) stays in one.
//
// The others are dealt out in the order of appearance. A hash, with a key or
// without, would be more than that order gives away: there are only 2^32 IPv4
// addresses to try.
package redact

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"sync"
)

// A Redactor remembers what it has replaced. The zero value is ready.
type Redactor struct {
	Ours []netip.Prefix // get addresses that can be told from the others

	seen  map[netip.Prefix]bool // networks of the text itself: not given to others
	nets  map[netip.Prefix]netip.Prefix
	hosts map[netip.Addr]netip.Addr
	next  map[string]int          // of each pool, its next network
	dealt map[netip.Prefix]uint64 // of each network, the last host
}

// candidate finds what may be an address, and the length of a network behind it.
// What has colons is tried as IPv6 first.
var candidate = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*[0-9A-Fa-f:]|\d{1,3}(?:\.\d{1,3}){3})(/\d{1,3})?`)
})

var dotted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\d{1,3}(?:\.\d{1,3}){3}`) })

var hardware = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}\b`) })

// Learn takes note of all addresses of a text, so that none is given to another.
func (r *Redactor) Learn(text []byte) {
	r.ready()
	r.each(text, func(a netip.Addr, _ string) string {
		r.seen[networkOf(a)] = true
		return ""
	})
}

// Text replaces all addresses of a text, also those of network cards.
func (r *Redactor) Text(text []byte) []byte {
	r.ready()
	text = hardware().ReplaceAll(text, []byte("00:00:5e:00:53:00")) // RFC 9542, for documentation
	return r.each(text, r.replacement)
}

func (r *Redactor) ready() {
	if r.seen == nil {
		r.seen, r.nets, r.hosts = map[netip.Prefix]bool{}, map[netip.Prefix]netip.Prefix{}, map[netip.Addr]netip.Addr{}
		r.next, r.dealt = map[string]int{}, map[netip.Prefix]uint64{}
	}
}

// each replaces addresses by what the function says of them and of the length
// behind.
func (r *Redactor) each(text []byte, replace func(netip.Addr, string) string) []byte {
	return inColumns(text, candidate(), func(found []byte) []byte {
		m := candidate().FindSubmatch(found)
		word, bits := string(m[1]), string(m[2])
		// A colon before or behind may belong to the sentence.
		for _, cut := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {1, 1}} {
			if len(word) <= cut[0]+cut[1] {
				continue
			}
			end := len(word) - cut[1]
			if a, err := netip.ParseAddr(word[cut[0]:end]); err == nil {
				return []byte(word[:cut[0]] + replace(a, bits) + word[end:])
			}
		}
		return append(dotted().ReplaceAllFunc([]byte(word), func(found []byte) []byte {
			if a, err := netip.ParseAddr(string(found)); err == nil {
				return []byte(replace(a, ""))
			}
			return found
		}), bits...)
	})
}

// inColumns replaces what an expression finds and keeps the columns of a table
// where they are: blanks make up for the difference, behind, or before what
// stands at the end of its line.
func inColumns(text []byte, what *regexp.Regexp, replace func([]byte) []byte) []byte {
	out := make([]byte, 0, len(text))
	done := 0
	for _, at := range what.FindAllIndex(text, -1) {
		out = append(out, text[done:at[0]]...)
		done = at[1]
		other := replace(text[at[0]:at[1]])
		more := at[1] - at[0] - len(other) // blanks to put in
		rest := text[at[1]:]
		behind := len(rest) - len(bytes.TrimLeft(rest, " "))
		before := len(out) - len(bytes.TrimRight(out, " "))
		switch {
		case behind >= 2:
			done += min(behind-1, max(0, -more))
			out = append(out, other...)
			out = append(out, bytes.Repeat([]byte(" "), max(0, more))...)
		case before >= 2 && bytes.HasPrefix(rest, []byte("\n")):
			out = out[:len(out)-min(before-1, max(0, -more))]
			out = append(out, bytes.Repeat([]byte(" "), max(0, more))...)
			out = append(out, other...)
		default:
			out = append(out, other...)
		}
	}
	return append(out, text[done:]...)
}

// replacement is another address, or another network.
func (r *Redactor) replacement(a netip.Addr, bits string) string {
	a = a.Unmap()
	if p, err := netip.ParsePrefix(a.String() + bits); bits != "" && err == nil && p.Bits() < p.Addr().BitLen() {
		return r.network(p)
	}
	return r.address(a).String() + bits
}

func (r *Redactor) address(a netip.Addr) netip.Addr {
	if general(a) {
		return a
	}
	if other, ok := r.hosts[a]; ok {
		return other
	}
	net := r.netFor(a)
	bytes, own := net.Addr().AsSlice(), a.AsSlice()
	switch last := own[len(own)-1]; {
	case a.Is4() && (last == 0 || last == 255): // the network, or all of it
		bytes[3] = last
	case networkOf(a).Addr() != a:
		r.dealt[net]++
		for i, n := len(bytes)-1, r.dealt[net]; n > 0; i, n = i-1, n>>8 {
			bytes[i] = byte(n)
		}
	}
	other, _ := netip.AddrFromSlice(bytes)
	r.hosts[a] = other
	return other
}

// network is another network of the same length. One that is larger than those
// that stay together becomes the whole pool.
func (r *Redactor) network(p netip.Prefix) string {
	whole := networkOf(p.Addr())
	switch {
	case general(p.Addr()) || isRange(p):
		return p.String()
	case p.Bits() < whole.Bits():
		base, _ := r.pool(p.Addr())
		return netip.PrefixFrom(base, p.Bits()).Masked().String()
	}
	return netip.PrefixFrom(r.netFor(p.Addr()).Addr(), p.Bits()).String()
}

// netFor is the network that stands for that of an address.
func (r *Redactor) netFor(a netip.Addr) netip.Prefix {
	from := networkOf(a)
	if to, ok := r.nets[from]; ok {
		return to
	}
	base, name := r.pool(a)
	for {
		to := numbered(base, r.next[name])
		r.next[name]++
		if !r.seen[to] || a.IsLinkLocalUnicast() {
			r.nets[from] = to
			return to
		}
	}
}

// pool is where networks come from.
func (r *Redactor) pool(a netip.Addr) (base netip.Addr, name string) {
	ours := false
	for _, p := range r.Ours {
		ours = ours || p.Contains(a)
	}
	name = map[bool]string{false: "198.18.0.0", true: "198.19.0.0"}[ours]
	switch {
	case a.Is4() && a.IsPrivate():
		name = "10.0.0.0"
	case a.Is4() && a.IsLinkLocalUnicast():
		name = "169.254.0.0"
	case a.Is4() && sharedSpace.Contains(a):
		name = "100.64.0.0"
	case a.Is4() && r.next[name] >= 256: // benchmarks are over: a range that nobody has
		name = "240.0.0.0"
	case a.Is4():
	case a.IsPrivate():
		name = "fd00::"
	case a.IsLinkLocalUnicast():
		name = "fe80::"
	case ours:
		name = "2001:db8:8000::"
	default:
		name = "2001:db8::"
	}
	return netip.MustParseAddr(name), name
}

// numbered is the n-th network of a pool.
func numbered(base netip.Addr, n int) netip.Prefix {
	b := base.AsSlice()
	if base.Is4() {
		b[1], b[2] = b[1]+byte(n>>8), byte(n)
	} else if !base.IsLinkLocalUnicast() {
		b[5], b[6], b[7] = byte(n>>16), byte(n>>8), byte(n)
	}
	a, _ := netip.AddrFromSlice(b)
	return networkOf(a)
}

var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// networkOf is what stays together.
func networkOf(a netip.Addr) netip.Prefix {
	bits := 64
	if a.Is4() {
		bits = 24
	}
	return netip.PrefixFrom(a.WithZone(""), bits).Masked()
}

// general says that an address is the same for everybody.
func general(a netip.Addr) bool {
	return a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255})
}

// isRange says that a network is a range of the standards.
func isRange(p netip.Prefix) bool {
	switch fmt.Sprint(p) {
	case "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10":
		return true
	}
	return false
}
