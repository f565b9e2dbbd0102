package table

// Rates. For every receiver and service there is a count per minute of the
// epoch, of the kinds that can flood. When there are too many cells the minutes
// become two, then four…: the final width follows from the evidence alone,
// because the number of cells at a width can only grow.
type cells struct {
	most  int // most cells in use
	shift uint
	n     int
	slots []cell
}

type cell struct {
	key   uint64 // of receiver, kind and service; zero: empty
	slot  uint32 // minute >> shift
	count uint32 // packets
}

const cellBytes = 16

// rated says whether packets of a kind are counted by the minute.
func (k Kind) rated() bool {
	switch k {
	case Syn, UDP, UDPReply, Echo, Stray, SynAck, Reset, TCPUnsaid:
		return true
	}
	return false
}

func cellKey(dst uint64, kind Kind, service uint16) uint64 {
	return mix(dst, uint64(kind)<<16|uint64(service)) | 1
}

func minute(t int64) uint32 { return uint32(max(0, t/60e9)) }

func (c *cells) add(key uint64, minute, count uint32) {
	for {
		slot := minute >> c.shift
		if i, found := c.at(key, slot); found {
			c.slots[i].count += min(count, ^uint32(0)-c.slots[i].count)
			return
		} else if c.n < c.most && (c.n+1)*5 <= len(c.slots)*4 {
			c.slots[i] = cell{key, slot, count}
			c.n++
			return
		}
		if c.n >= c.most {
			c.rebuild(len(c.slots), 1)
		} else {
			c.rebuild(max(1<<8, len(c.slots)*2), 0)
		}
	}
}

// at is where the cell stands, or should.
func (c *cells) at(key uint64, slot uint32) (i uint64, found bool) {
	if len(c.slots) == 0 {
		return 0, false
	}
	mask := uint64(len(c.slots) - 1)
	for i = mix(key, uint64(slot)) & mask; c.slots[i].key != 0; i = (i + 1) & mask {
		if c.slots[i].key == key && c.slots[i].slot == slot {
			return i, true
		}
	}
	return i, false
}

// rebuild makes room for so many cells, which become wider by so many doublings.
func (c *cells) rebuild(size int, wider uint) {
	old := c.slots
	c.slots, c.n = make([]cell, size), 0
	c.shift += wider
	for _, o := range old {
		if o.key != 0 {
			c.add(o.key, o.slot>>wider<<c.shift, o.count)
		}
	}
}

func (c *cells) merge(d *cells) {
	if c.shift < d.shift {
		c.rebuild(max(1<<8, len(c.slots)), d.shift-c.shift)
	}
	for _, o := range d.slots {
		if o.key != 0 {
			c.add(o.key, o.slot<<d.shift, o.count)
		}
	}
}

// peak is the highest count of packets in one cell, and in two that follow one
// another, between two minutes.
func (c *cells) peak(key uint64, from, to uint32) (one, two uint64) {
	var before uint64
	for s := from >> c.shift; s <= to>>c.shift; s++ {
		n := uint64(c.count(key, s))
		one, two = max(one, n), max(two, n+before)
		before = n
	}
	return one, two
}

func (c *cells) count(key uint64, slot uint32) uint32 {
	if i, found := c.at(key, slot); found {
		return c.slots[i].count
	}
	return 0
}

func (c *cells) width() int { return 1 << c.shift }

func (c *cells) bytes() int { return len(c.slots) * cellBytes }
