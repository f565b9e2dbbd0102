package table

import (
	"math"
	"net/netip"
)

// rates counts packets per receiver, kind, service and ten seconds of the epoch,
// of the kinds that can flood. There are far too many such counts to keep each, so
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

// slot is the number of the ten seconds of the epoch that a time lies in.
func slot(t int64) uint32 { return uint32(max(0, t/10e9)) }

const slotsAMinute = 6

// cells are the places of a count.
func cells(key uint64, slot uint32) (a, b uint64) {
	h := mix(key, uint64(slot))
	return h % rateCells, h >> 32 % rateCells
}

func (r *rates) add(key uint64, slot, count uint32) {
	a, b := cells(key, slot)
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

func (r *rates) count(key uint64, slot uint32) uint64 {
	a, b := cells(key, slot)
	n := uint64(min(r.rows[0][a], r.rows[1][b]))
	return n - min(n, r.total/rateCells)
}

// reaches says that some slot may have so many. Looking at one of the two rows is
// enough for a no.
func (r *rates) reaches(key uint64, from, to uint32, least uint64) bool {
	for s, n := from, 0; s <= to && n < mostSlots; s, n = s+1, n+1 {
		if a, _ := cells(key, s); uint64(r.rows[0][a]) >= least {
			return true
		}
	}
	return false
}

// mostSlots are those of two years.
const mostSlots = 2 * 366 * 24 * 60 * slotsAMinute

// allBlocked is the key under which all that the firewall stopped is counted.
const allBlocked = 1

// BlockedPerMinute is about how many observations of blocked packets there were
// in each minute of the epoch between two times in nanoseconds, for at most a
// week.
func (t *Table) BlockedPerMinute(from, to int64) []uint64 {
	var counts []uint64
	for s := slot(from) / slotsAMinute * slotsAMinute; s <= slot(to) && len(counts) < 7*24*60; s += slotsAMinute {
		n := uint64(0)
		for i := range uint32(slotsAMinute) {
			n += t.rates.count(allBlocked, s+i)
		}
		counts = append(counts, n)
	}
	return counts
}

// AnyService stands for all services of a receiver of UDP.
const AnyService = 0

// Peak is about the highest number of packets that an address received of a
// kind at a service within any minute, and within any twenty seconds, between two
// times in nanoseconds. It looks at two years at most. Where no minute and no
// twenty seconds have at least so many it may say zero, which takes half as long.
func (t *Table) Peak(dst netip.Addr, kind Kind, service uint16, from, to int64, least uint64) (minute, burst uint64) {
	key := rateKey(addressOf(dst).hash(), kind, service)
	if !t.rates.reaches(key, slot(from), slot(to), least/slotsAMinute) {
		return 0, 0
	}
	var last [slotsAMinute]uint64
	sum := uint64(0)
	for s, n := slot(from), 0; s <= slot(to) && n < mostSlots; s, n = s+1, n+1 {
		c := t.rates.count(key, s)
		sum += c - last[n%slotsAMinute]
		last[n%slotsAMinute] = c
		minute, burst = max(minute, sum), max(burst, c+last[(n+slotsAMinute-1)%slotsAMinute])
	}
	return minute, burst
}
