package format

// optionsHash reduces TCP options to a number by which two packets of one
// program look alike: it takes in the kind of every option in its order, and
// of the maximum segment size and the window scale (RFC 9293 section 3.2, RFC
// 7323) the value. Timestamps change from packet to packet and are left out.
// The text is hexadecimal, as the kernel prints it. Zero: no options.
func optionsHash(text []byte) uint32 {
	const offset, prime = 2166136261, 16777619 // FNV-1a, 32 bits
	hash := uint32(offset)
	n := 0
	for i := 0; ; n++ {
		kind, ok := hexByte(text, i)
		if !ok {
			break
		}
		hash = (hash ^ uint32(kind)) * prime
		if kind <= 1 { // end of options, no operation
			i++
			continue
		}
		size, ok := hexByte(text, i+1)
		if !ok || size < 2 {
			n++
			break
		}
		if kind == 2 || kind == 3 {
			for j := 2; j < int(size); j++ {
				v, _ := hexByte(text, i+j)
				hash = (hash ^ uint32(v)) * prime
			}
		}
		i += int(size)
	}
	if n == 0 {
		return 0
	}
	return max(hash, 1)
}

// hexByte is byte i of a hexadecimal text.
func hexByte(text []byte, i int) (byte, bool) {
	if 2*i+1 >= len(text) {
		return 0, false
	}
	hi, lo := hexDigit(text[2*i]), hexDigit(text[2*i+1])
	return hi<<4 | lo, hi < 16 && lo < 16
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
