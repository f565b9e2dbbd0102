package table

// A pool hands out short runs of words. They hold no pointers, so the garbage
// collector does not look into them, and what a growing set leaves behind is
// used again by the next.
type pool struct {
	chunks [][]uint64
	next   uint32             // first word never handed out
	used   int                // words handed out and not given back
	free   [len(sizes)]uint32 // head of a list of runs given back, plus one; the first word is the link
}

// sizes are the lengths of runs, in words. The steps are small because a table
// holds a great many short runs.
var sizes = [...]uint16{0, 1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256}

const chunkWords = 1 << 16 // no run crosses a chunk

func (p *pool) words(s set) []uint64 {
	if s.size == 0 {
		return nil
	}
	c := p.chunks[s.off/chunkWords]
	i := s.off % chunkWords
	n := uint32(sizes[s.size])
	return c[i : i+n : i+n]
}

// grow moves a set of so many words to where it has room for so many.
func (p *pool) grow(s set, used, room int) set {
	old := s
	for int(sizes[s.size]) < room {
		s.size++
	}
	s.off = p.take(s.size)
	copy(p.words(s), p.words(old)[:used])
	p.give(old)
	return s
}

func (p *pool) take(size uint8) uint32 {
	p.used += int(sizes[size])
	if head := p.free[size]; head != 0 {
		off := head - 1
		p.free[size] = uint32(p.chunks[off/chunkWords][off%chunkWords])
		return off
	}
	if off, ok := p.split(size); ok {
		return off
	}
	n := uint32(sizes[size])
	if p.next%chunkWords+n > chunkWords || int(p.next/chunkWords) == len(p.chunks) {
		p.next = uint32(len(p.chunks)) * chunkWords
		p.chunks = append(p.chunks, make([]uint64, chunkWords))
	}
	off := p.next
	p.next += n
	return off
}

// split takes a run from a longer one that was given back, such as that of a list
// whose row has sets now, and gives back what is left of it.
func (p *pool) split(size uint8) (off uint32, ok bool) {
	longer := size + 1
	for int(longer) < len(sizes) && p.free[longer] == 0 {
		longer++
	}
	if size == 0 || int(longer) == len(sizes) {
		return 0, false
	}
	off = p.free[longer] - 1
	p.free[longer] = uint32(p.chunks[off/chunkWords][off%chunkWords])
	p.giveWords(off+uint32(sizes[size]), sizes[longer]-sizes[size])
	return off, true
}

// giveWords gives back so many words, in runs as long as can be.
func (p *pool) giveWords(at uint32, n uint16) {
	for i := len(sizes) - 1; i > 0; i-- {
		for n >= sizes[i] {
			p.chunks[at/chunkWords][at%chunkWords] = uint64(p.free[i])
			p.free[i] = at + 1
			at, n = at+uint32(sizes[i]), n-sizes[i]
		}
	}
}

// place gives sets whose size is chosen their words, one after the other: who
// looks at one of a row looks at another.
func (p *pool) place(sets []set) {
	total := uint16(0)
	for i := range sets {
		total += sizes[sets[i].size]
	}
	size := uint8(0)
	for int(size) < len(sizes) && sizes[size] < total {
		size++
	}
	if int(size) == len(sizes) { // longer than any run
		for i := range sets {
			sets[i].off = p.take(sets[i].size)
		}
		return
	}
	off := p.take(size)
	for i := range sets {
		sets[i].off = off
		off += uint32(sizes[sets[i].size])
	}
	p.used -= int(sizes[size] - total)
	p.giveWords(off, sizes[size]-total)
}

func (p *pool) give(s set) {
	if s.size == 0 {
		return
	}
	p.used -= int(sizes[s.size])
	p.words(s)[0] = uint64(p.free[s.size])
	p.free[s.size] = s.off + 1
}
