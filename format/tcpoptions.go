package format

import "github.com/portlore/portlore/internal/packet"

// optionsHash is [packet.OptionsHash] of options in hexadecimal, as the kernel
// prints them. What is no hexadecimal digit ends them.
func optionsHash(text []byte) uint32 {
	var options [40]byte // as many as a header has room for (RFC 9293 section 3.1)
	n := 0
	for ; n < len(options) && 2*n+1 < len(text); n++ {
		high, low := hexDigit(text[2*n]), hexDigit(text[2*n+1])
		if high > 15 || low > 15 {
			break
		}
		options[n] = high<<4 | low
	}
	return packet.OptionsHash(options[:n])
}

// hexDigit is the value of a hexadecimal digit; above 15: not one.
func hexDigit(c byte) byte {
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
