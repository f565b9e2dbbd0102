package table

import (
	"math"
	"net/netip"
)

// rates counts packets per receiver, kind, service and minute of the epoch, of
// the kinds that can flood. There are far too many such counts to keep each, so
// it is a count-min sketch (Cormode, Muthukrishnan, 2005): a count is added to
// one cell in each of two rows, and the smaller of the two answers. A sketch
// never says less than the truth, and says more by about the mean of its cells,
// which is taken off again. Adding is all it does, so order and merging do not
// matter.
type rates struct {
	rows  [2][]uint32
	total uint64
}

const rateCells = 1 << 19 // 2 MiB a row

func newRates() rates {
	return rates{rows: [2][]uint32{make([]uint32, rateCells), make([]uint32, rateCells)}}
}

// rated says whether packets of a kind are counted by the minute.
func (k Kind) rated() bool {
	switch k {
	case Syn, UDP, UDPReply, Echo, Stray, SynAck, Reset, TCPUnsaid:
		return true
	}
	return false
}

func rateKey(dst uint64, kind Kind, service uint16) uint64 {
	return mix(dst, uint64(kind)<<16|uint64(service))
}

func minute(t int64) uint32 { return uint32(max(0, t/60e9)) }

// cells are the places of a count.
func cells(key uint64, minute uint32) (a, b uint64) {
	h := mix(key, uint64(minute))
	return h % rateCells, h >> 32 % rateCells
}

func (r *rates) add(key uint64, minute, count uint32) {
	a, b := cells(key, minute)
	r.rows[0][a] = sum(r.rows[0][a], count)
	r.rows[1][b] = sum(r.rows[1][b], count)
	r.total += uint64(count)
}

// sum stops at its highest value.
func sum(a, b uint32) uint32 { return a + min(b, math.MaxUint32-a) }

func (r *rates) merge(o *rates) {
	for i := range r.rows {
		for j, n := range o.rows[i] {
			r.rows[i][j] = sum(r.rows[i][j], n)
		}
	}
	r.total += o.total
}

func (r *rates) count(key uint64, minute uint32) uint64 {
	a, b := cells(key, minute)
	n := uint64(min(r.rows[0][a], r.rows[1][b]))
	return n - min(n, r.total/rateCells)
}

// allBlocked is the key under which all that the firewall stopped is counted.
const allBlocked = 1

// BlockedPerMinute is about how many observations of blocked packets there were
// in each minute between two times in nanoseconds, for at most a week.
func (t *Table) BlockedPerMinute(from, to int64) []uint64 {
	var counts []uint64
	for m := minute(from); m <= minute(to) && len(counts) < 7*24*60; m++ {
		counts = append(counts, t.rates.count(allBlocked, m))
	}
	return counts
}

// Peak is about the highest number of packets that an address received of a
// kind at a service within one minute, and within two that follow one another,
// between two times in nanoseconds. It looks at no more than a million minutes,
// which are two years.
func (t *Table) Peak(dst netip.Addr, kind Kind, service uint16, from, to int64) (one, two uint64) {
	key := rateKey(addressOf(dst).hash(), kind, service)
	var before uint64
	for m, n := minute(from), 0; m <= minute(to) && n < 1e6; m, n = m+1, n+1 {
		c := t.rates.count(key, m)
		one, two = max(one, c), max(two, c+before)
		before = c
	}
	return one, two
}
