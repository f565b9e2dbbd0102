package format

import (
	"math"
	"math/bits"

	"github.com/portlore/portlore"
)

// units is what the time stamps of a capture count.
type units struct {
	perSecond uint64 // zero: not known
	offset    int64  // seconds to add
}

// set takes if_tsresol (section 4.2 of draft-ietf-opsawg-pcapng): a negative
// power of 10, or of 2 if the highest bit is set. It tells whether stamps of 64
// bits can have it; if not, they say nothing.
func (u *units) set(resolution byte) bool {
	n := int(resolution & 0x7f)
	u.perSecond = 0
	if resolution&0x80 != 0 {
		if n > 63 {
			return false
		}
		u.perSecond = 1 << n
		return true
	}
	if n > 19 {
		return false
	}
	u.perSecond = 1
	for range n {
		u.perSecond *= 10
	}
	return true
}

// time is a stamp in nanoseconds. It is not ok beyond the years that those can
// count, 1970 to 2262. Small ones count from the start of the machine.
func (u *units) time(stamp uint64) (nanos int64, how certainty, ok bool) {
	if u.perSecond == 0 {
		return 0, timeless, true
	}
	seconds := int64(min(stamp/u.perSecond, math.MaxInt64/2))
	seconds += min(max(u.offset, -math.MaxInt64/2), math.MaxInt64/2)
	if seconds < 0 || seconds >= math.MaxInt64/int64(1e9) {
		return 0, timeless, false
	}
	high, low := bits.Mul64(stamp%u.perSecond, 1e9)
	fraction, _ := bits.Div64(high, low, u.perSecond) // less than 1e9, since the rest is less than perSecond
	nanos = seconds*1e9 + int64(fraction)
	switch {
	case nanos == 0:
		return 0, timeless, true
	case nanos < portlore.SinceBoot:
		return nanos, sinceBoot, true
	}
	return nanos, stated, true
}
