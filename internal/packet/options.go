package packet

// OptionsHash reduces TCP options to a number by which two packets of one
// program look alike: it takes in the kind of every option in its order, and of
// the maximum segment size and the window scale (RFC 9293 section 3.2, RFC
// 7323) the value. Timestamps change from packet to packet and are left out.
// Zero: no options.
func OptionsHash(b []byte) uint32 {
	const offset, prime = 2166136261, 16777619 // FNV-1a, 32 bits
	if len(b) == 0 {
		return 0
	}
	hash := uint32(offset)
	for len(b) > 0 {
		kind := b[0]
		hash = (hash ^ uint32(kind)) * prime
		if kind <= 1 { // end of options, no operation
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 {
			break
		}
		size := int(b[1])
		if kind == 2 || kind == 3 {
			for i := 2; i < size; i++ {
				v := byte(0) // of an option that is cut
				if i < len(b) {
					v = b[i]
				}
				hash = (hash ^ uint32(v)) * prime
			}
		}
		b = b[min(size, len(b)):]
	}
	return max(hash, 1)
}
