package format

import (
	"github.com/portlore/portlore/internal/addr"
	"github.com/portlore/portlore/internal/packet"
)

// optionsHash is [packet.OptionsHash] of options in hexadecimal, as the kernel
// prints them. What is no hexadecimal digit ends them.
func optionsHash(text []byte) uint32 {
	var options [40]byte // as many as a header has room for (RFC 9293 section 3.1)
	n := 0
	for ; n < len(options) && 2*n+1 < len(text); n++ {
		high, low := addr.HexDigit(text[2*n]), addr.HexDigit(text[2*n+1])
		if high > 15 || low > 15 {
			break
		}
		options[n] = high<<4 | low
	}
	return packet.OptionsHash(options[:n])
}
