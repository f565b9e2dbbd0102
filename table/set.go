package table

import (
	"iter"
	"math"
)

// A bottom-k set remembers the k smallest keys it was given, each with the time
// it first came and how often it came. Keys are hashes (or begin with one), so
// below k the set is exact and above k it is a fair sample from which the number
// of distinct keys can be estimated (Beyer, Haas, Reinwald, Sismanis, Gemulla,
// SIGMOD 2007). What is kept depends on the keys alone, never on their order.
//
// A set lives in the pool of its table as a run of words: one word a key where
// only the keys matter, two where first time and count do.
type set struct {
	last uint64 // the largest key: most that come are turned away by it, or are it
	off  uint32 // first word, in units of the pool
	n    uint16 // keys held
	size uint8  // index into sizes: room for this many words
	over bool   // a key was turned away: the set is a sample
}

// shape is how a set of a full row is kept.
type shape struct {
	k      uint16 // most keys
	stride uint16 // words a key: 1 key; 2 key, first<<32|count
}

// Which sets a full row has.
const (
	peers    = iota // the other addresses
	ports           // service ports: (proto, port)
	attempts        // (source port, destination port, peer): a retry is the same attempt
	times           // distinct times, the earliest
	prints          // stack fingerprints: window, length, TTL class, options
	ids             // (IP id, source port, destination port): equal in decoys
	shapes          // TCP flags, or ICMP type and code
	places          // where in the evidence, the first
	ifaces          // interfaces; in captures of Ethernets the stations
	tells           // what single packets give away
	members         // addresses that were rolled up into the row
	setsPerRow
)

var shapesOf = [setsPerRow]shape{
	peers:    {64, 2},
	ports:    {128, 2},
	attempts: {64, 1},
	times:    {32, 1},
	prints:   {8, 1},
	ids:      {16, 1},
	shapes:   {16, 1},
	places:   {3, 1},
	ifaces:   {4, 1},
	tells:    {16, 2},
	members:  {64, 1},
}

// Set is the view of one set that a detector reads. The zero Set is empty.
type Set struct {
	words  []uint64
	stride int
	over   bool
}

// Item is one key of a Set. First (seconds since 1970) and Count are zero in
// sets that keep the keys alone.
type Item struct {
	Key   uint64
	First uint32
	Count uint32
}

// Value is the low half of a key: what was hashed, where it fits in 32 bits.
func (i Item) Value() uint32 { return uint32(i.Key) }

// Port is the service port of an item of Ports.
func (i Item) Port() (proto uint8, port uint16) { return uint8(i.Key >> 16), uint16(i.Key) }

// Pair is the source and destination port of an item of Attempts.
func (i Item) Pair() (src, dst uint16) { return uint16(i.Key >> 16), uint16(i.Key) }

// Station says that an item of Ifaces is a station of an Ethernet, not an
// interface of the host that reported: the one that sent the frames in a row of
// what was sent, the one that they went to in a row of what was received.
func (i Item) Station() bool { return uint32(i.Key)&station != 0 }

// Len is how many keys are held.
func (s Set) Len() int {
	if s.stride == 0 {
		return 0
	}
	return len(s.words) / s.stride
}

// Exact says that the set holds every key that came.
func (s Set) Exact() bool { return !s.over }

// Distinct is how many different keys came: exact, or estimated from the sample
// as (k-1) divided by the k-th smallest key as a fraction of all keys.
func (s Set) Distinct() uint64 {
	n := s.Len()
	if !s.over || n < 2 {
		return uint64(n)
	}
	kth := float64(s.words[len(s.words)-s.stride])
	return max(uint64(n), uint64(math.Round(float64(n-1)/kth*math.MaxUint64)))
}

// All yields the items in the order of their keys.
func (s Set) All() iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for i := 0; i < len(s.words); i += s.stride {
			if !yield(s.item(i)) {
				return
			}
		}
	}
}

// item is the item whose key is at a word.
func (s Set) item(i int) Item {
	it := Item{Key: s.words[i]}
	if s.stride == 2 {
		it.First, it.Count = uint32(s.words[i+1]>>32), uint32(s.words[i+1])
	}
	return it
}

// Get finds the item of a key.
func (s Set) Get(key uint64) (Item, bool) {
	for i := 0; i < len(s.words) && s.words[i] <= key; i += s.stride {
		if s.words[i] == key {
			return s.item(i), true
		}
	}
	return Item{}, false
}

// put gives a set of at most k keys one that came once, at a time. It is for sets
// of a handful, in room of their own.
func (s *Set) put(key uint64, first uint32, k int) {
	n, i := len(s.words), 0
	for i < n && s.words[i] < key {
		i += s.stride
	}
	if i < n && s.words[i] == key {
		if s.stride == 2 {
			s.words[i+1] = together(s.words[i+1], uint64(first)<<32|1)
		}
		return
	}
	if n == k*s.stride {
		s.over = true
		if n -= s.stride; i > n {
			return
		}
	}
	s.words = s.words[:n+s.stride]
	copy(s.words[i+s.stride:], s.words[i:n])
	s.words[i] = key
	if s.stride == 2 {
		s.words[i+1] = uint64(first)<<32 | 1
	}
}

// turnsAway says that a key cannot change a set: the set is full of smaller ones,
// or has the key and keeps nothing else of it. Most keys that come are of that
// kind, so this is what the compiler can put where it is called.
func (s *set) turnsAway(sh *shape, key uint64) bool {
	if key < s.last || s.n == 0 {
		return false
	}
	if key > s.last {
		full := s.n == sh.k
		s.over = s.over || full
		return full
	}
	return sh.stride == 1
}

// add gives a set a key that came count times, first at a time.
func (p *pool) add(s *set, sh *shape, key uint64, first, count uint32) {
	if !s.turnsAway(sh, key) {
		p.insert(s, sh, key, first, count)
	}
}

// insert is add of a key that changes the set.
func (p *pool) insert(s *set, sh *shape, key uint64, first, count uint32) {
	st := int(sh.stride)
	n := int(s.n)
	w := p.words(*s)
	lo := seek(w, st, n, key, s.last)
	if lo < n && w[lo*st] == key {
		if st == 2 {
			w[lo*st+1] = together(w[lo*st+1], uint64(first)<<32|uint64(count))
		}
		return
	}
	if n == int(sh.k) {
		s.over = true
		n-- // the largest goes
	} else {
		if (n+1)*st > int(sizes[s.size]) {
			*s = p.grow(*s, n*st, (n+1)*st)
			w = p.words(*s)
		}
		s.n++
	}
	copy(w[(lo+1)*st:(n+1)*st], w[lo*st:n*st])
	w[lo*st] = key
	if st == 2 {
		w[lo*st+1] = uint64(first)<<32 | uint64(count)
	}
	s.last = w[(int(s.n)-1)*st]
}

// seek is the place among n keys, the largest of which is last, of the first that
// is not smaller than a key. Keys are hashes and lie evenly, so that the place can
// be guessed, and the truth is a step or two away: in one line of memory, where
// halving would look at five. Keys that are no hashes, as times, are few.
func seek(w []uint64, stride, n int, key, last uint64) int {
	if n == 0 || key > last {
		return n
	}
	at := guess(n, key, last)
	for at < n && w[at*stride] < key {
		at++
	}
	for at > 0 && w[(at-1)*stride] >= key {
		at--
	}
	return at
}

// guess is about the place of a key among n that lie evenly up to last.
func guess(n int, key, last uint64) int { return int(uint64(n) * (key >> 32) / (last>>32 + 1)) }

// together is the earlier first time and the sum of the counts, which stops at
// its highest value.
func together(a, b uint64) uint64 {
	first := min(a>>32, b>>32)
	count := min(uint64(uint32(a))+uint64(uint32(b)), math.MaxUint32)
	return first<<32 | count
}
