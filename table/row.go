package table

import (
	"math"
	"net/netip"

	"github.com/portlore/portlore"
)

// Side tells the two halves of an address apart: what it sent and what it received.
type Side uint8

const (
	Sent Side = iota
	Received
)

// key is what a row is about.
type key struct {
	addr address
	kind Kind
	side Side
	roll roll
}

// hash is for the index of one table, whose seed is a secret: no evidence can be
// written to make its rows collide there.
func (k key) hash(seed uint64) uint64 {
	h := mix(k.addr.hi^seed, k.addr.lo+seed>>1)
	return mix(h, uint64(k.kind)|uint64(k.side)<<8|uint64(k.roll)<<16|seed<<32)
}

// roll says what a row stands for.
type roll uint8

const (
	one   roll = iota // one address
	net64             // an IPv6 /64: the low word of the address is zero
	port              // a port, of many addresses: the low word is proto<<16 | port
)

// row is a key with the one observation that was made of it; or with the number
// of its full row when there were more. Most of a million sources are seen once.
// It is 64 bytes, so its small fields share words.
type row struct {
	addr address
	entry
}

func (r *row) key() key { return key{r.addr, r.kind, Side(r.mark & 1), roll(r.mark >> 1 & 3)} }

// full is the number of the full row; zero: the entry holds everything.
func (r *row) full() uint32 {
	if r.mark&markFull == 0 {
		return 0
	}
	return r.ports
}

func (r *row) setFull(n uint32) {
	r.mark |= markFull
	r.ports = n
}

// entry is one observation as seen from one of its two ends: all that a row
// takes from it.
type entry struct {
	time   int64
	peer   uint64 // PeerKey of the other address
	place  uint64
	ports  uint32 // source port << 16 | destination port; in a row that is full, its number
	print  uint32
	iface  uint32 // hash of the interface, or of the station (see stationKey); zero: not said
	id     uint16
	length uint16 // bytes of the IP packet, at most 65535; zero: not said
	shape  uint16 // TCP flags, or ICMP type<<8 | code
	proto  uint8
	ttl    uint8
	bits   uint8
	kind   Kind
	mark   uint8 // of the row: side, roll<<1, habit<<3, markList, markFull
	tell   Tell  // of the payload
}

const (
	markFull = 0x80
	markList = 0x40
)

// service is the service port: where answers come from, where questions go to.
func (e *entry) service() uint16 {
	if e.kind.Replies() {
		return uint16(e.ports >> 16)
	}
	return uint16(e.ports)
}

// bits of an entry and of a full row
const (
	bitBlocked = 1 << iota
	bitAccepted
	bitAnswered
	bitIn
	bitOut
	bitForward
	bitPorts // the ports are said
	bitID    // the IP id is said
)

// full is a row of which many observations were made.
type full struct {
	counts
	sets [setsPerRow]set
}

// counts are what is counted of the observations of a row.
type counts struct {
	observations, packets, bytes uint64
	blocked, accepted, answered  uint64
	first, last                  int64
	minLength, maxLength         uint16
	minTTL, maxTTL               uint8
	bits                         uint8
}

// distil takes from an observation what both of its rows will hold.
func distil(o *portlore.Observation, kind Kind) entry {
	e := entry{
		time:  o.Time,
		place: uint64(o.Pos.File)<<40 | uint64(o.Pos.Line),
		proto: uint8(o.Proto),
		ttl:   o.TTL,
		kind:  kind,
	}
	if o.Length > 0 {
		e.length = uint16(min(o.Length, math.MaxUint16))
	}
	switch o.Verdict {
	case portlore.Blocked:
		e.bits |= bitBlocked
	case portlore.Accepted:
		e.bits |= bitAccepted
	}
	if o.Answered {
		e.bits |= bitAnswered
	}
	switch o.Way {
	case portlore.In:
		e.bits |= bitIn
	case portlore.Out:
		e.bits |= bitOut
	case portlore.Forward:
		e.bits |= bitForward
	}
	if o.Has&portlore.HasPorts != 0 {
		e.bits |= bitPorts
		e.ports = uint32(o.SrcPort)<<16 | uint32(o.DstPort)
	}
	if o.Has&portlore.HasID != 0 {
		e.bits |= bitID
		e.id = o.ID
	}
	if o.Has&portlore.HasFlags != 0 {
		e.shape = uint16(o.Flags)
	}
	if o.Has&portlore.HasICMP != 0 {
		e.shape = uint16(o.ICMPType)<<8 | uint16(o.ICMPCode)
	}
	// What an ICMP error is about stands inside it.
	if kind == ICMPError && o.Has&portlore.HasInner != 0 {
		e.ports = uint32(o.Inner.SrcPort)<<16 | uint32(o.Inner.DstPort)
		e.proto = uint8(o.Inner.Proto)
		e.bits |= bitPorts
	}
	e.mark = uint8(habitOf(o)) << 3
	e.tell = tellOf(o)
	if e.tell == DNSQuery && o.Proto == portlore.UDP {
		e.print = dnsPrint(o.Payload)
	}
	if o.Has&portlore.HasWindow != 0 {
		e.print = Print(o.Window, o.Length, o.TTL, o.Options)
	}
	return e
}

// Print packs a stack fingerprint: window, length of the packet up to 255, the
// TTL that the sender started from (32, 64, 128 or 255) and the TCP options.
func Print(window uint16, length uint32, ttl uint8, options uint32) uint32 {
	class := uint32(3)
	switch {
	case ttl <= 32:
		class = 0
	case ttl <= 64:
		class = 1
	case ttl <= 128:
		class = 2
	}
	return uint32(window)<<16 | min(length, 255)<<8 | class<<6 | options&0x3f
}

// PrintWindow and PrintLength read a fingerprint.
func PrintWindow(print uint32) uint16 { return uint16(print >> 16) }
func PrintLength(print uint32) uint8  { return uint8(print >> 8) }

// add counts an entry that stands for so many observations.
func (f *full) add(p *pool, side Side, e *entry, count, packets, bytes uint64) {
	f.count(e, count, packets, bytes)
	n := uint32(min(count, math.MaxUint32))
	first := seconds(e.time)
	e.each(side, func(which int, key uint64) {
		p.add(&f.sets[which], &shapesOf[which], key, first, n)
	})
}

// count counts an entry that stands for so many observations.
func (f *counts) count(e *entry, count, packets, bytes uint64) {
	if f.observations == 0 {
		f.first, f.last = e.time, e.time
		f.minLength, f.maxLength, f.minTTL, f.maxTTL = e.length, e.length, e.ttl, e.ttl
	} else {
		f.first, f.last = earliest(f.first, e.time), max(f.last, e.time)
		f.minLength, f.maxLength = min(f.minLength, e.length), max(f.maxLength, e.length)
		f.minTTL, f.maxTTL = min(f.minTTL, e.ttl), max(f.maxTTL, e.ttl)
	}
	f.observations += count
	f.packets += packets
	f.bytes += bytes
	f.bits |= e.bits
	if e.bits&bitBlocked != 0 {
		f.blocked += count
	}
	if e.bits&bitAccepted != 0 {
		f.accepted += count
	}
	if e.bits&bitAnswered != 0 {
		f.answered += count
	}
}

// each yields the keys that an entry adds to the sets of its row. Of what was
// received only the senders and the services matter.
func (e *entry) each(side Side, put func(which int, key uint64)) {
	put(peers, e.peer)
	service := uint16(0)
	if e.bits&bitPorts != 0 {
		service = e.service()
	}
	put(ports, portKey(portlore.Proto(e.proto), service))
	if side == Received {
		if e.tell == DNSQuery {
			put(prints, uint64(scatter(e.print))<<32|uint64(e.print))
		}
		if e.tell == DNSQuery || e.tell.proves() {
			put(tells, uint64(e.tell))
		}
		if e.iface != 0 {
			put(ifaces, uint64(e.iface))
		}
		return
	}
	put(shapes, uint64(scatter(uint32(e.shape)))<<32|uint64(e.shape))
	if e.bits&bitPorts != 0 {
		h := mix(e.peer, uint64(e.proto)<<32|uint64(e.ports))
		put(attempts, h&^math.MaxUint32|uint64(e.ports))
		if e.bits&bitID != 0 {
			put(ids, mix(uint64(e.id), uint64(e.ports)))
		}
	}
	if e.time != 0 {
		put(times, uint64(e.time))
	}
	if e.print != 0 && !e.kind.Claimed() {
		put(prints, uint64(scatter(e.print))<<32|uint64(e.print))
	}
	if e.place != 0 {
		put(places, e.place)
	}
	if e.iface != 0 {
		put(ifaces, uint64(e.iface))
	}
	if habit := e.mark >> 3 & 3; habit != 0 {
		put(tells, uint64(habit))
	}
	if e.tell != NoTell {
		put(tells, uint64(e.tell))
	}
	if e.kind.Claimed() {
		put(tells, uint64(e.print)<<32|uint64(e.print))
	}
}

// merge adds the counts of g, whose sets live in the pool q.
func (f *full) merge(p *pool, g *full, q *pool) {
	if f.observations == 0 {
		f.first, f.last = g.first, g.last
		f.minLength, f.maxLength, f.minTTL, f.maxTTL = g.minLength, g.maxLength, g.minTTL, g.maxTTL
	} else {
		f.first, f.last = earliest(f.first, g.first), max(f.last, g.last)
		f.minLength, f.maxLength = min(f.minLength, g.minLength), max(f.maxLength, g.maxLength)
		f.minTTL, f.maxTTL = min(f.minTTL, g.minTTL), max(f.maxTTL, g.maxTTL)
	}
	f.observations += g.observations
	f.packets += g.packets
	f.bytes += g.bytes
	f.blocked += g.blocked
	f.accepted += g.accepted
	f.answered += g.answered
	f.bits |= g.bits
	for which, sh := range shapesOf {
		for it := range view(q, g.sets[which], sh).All() {
			p.add(&f.sets[which], &sh, it.Key, it.First, it.Count)
		}
		f.sets[which].over = f.sets[which].over || g.sets[which].over
	}
}

func view(p *pool, s set, sh shape) Set {
	return Set{words: p.words(s)[:int(s.n)*int(sh.stride)], stride: int(sh.stride), over: s.over}
}

// earliest is the smaller of two times; zero is no time.
func earliest(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

func seconds(t int64) uint32 { return uint32(max(0, t/1e9)) }

// Half is what one address sent, or received, of one kind. It is lent: it holds
// until the table changes.
type Half struct {
	Addr netip.Addr // the prefix's first address in a /64 row; zero in a port row
	Net  bool       // the row is a whole IPv6 /64
	Port bool       // the row is a port of many addresses, rolled up for want of memory
	Kind Kind
	Side Side

	Observations, Packets, Bytes uint64 // Bytes zero: not said
	Blocked, Accepted, Answered  uint64 // observations

	First, Last          int64  // nanoseconds; zero: not said
	MinLength, MaxLength uint16 // bytes of IP packets; zero: not said
	MinTTL, MaxTTL       uint8
	In, Out, Forward     bool // some went this way through the reporting host

	full *full
	pool *pool
	few  [mostFew]entry // of a row that is not full
	n    int            // how many of them there are
	room [fewWords]uint64
}

// Sets of a half. Which items they hold is told at the constants in set.go.
func (h *Half) Peers() Set    { return h.set(peers) }
func (h *Half) Ports() Set    { return h.set(ports) }
func (h *Half) Attempts() Set { return h.set(attempts) }
func (h *Half) Times() Set    { return h.set(times) }
func (h *Half) Prints() Set   { return h.set(prints) }
func (h *Half) IDs() Set      { return h.set(ids) }
func (h *Half) Shapes() Set   { return h.set(shapes) }
func (h *Half) Places() Set   { return h.set(places) }
func (h *Half) Ifaces() Set   { return h.set(ifaces) }
func (h *Half) Tells() Set    { return h.set(tells) }

// Told is how many observations of a half gave something away.
func (h *Half) Told(what Tell) uint64 {
	it, _ := h.Tells().Get(uint64(what))
	return uint64(it.Count)
}

// Members are the PeerKeys of the addresses that were rolled up into the row.
func (h *Half) Members() Set { return h.set(members) }

func (h *Half) set(which int) Set {
	sh := shapesOf[which]
	if h.full != nil {
		return view(h.pool, h.full.sets[which], sh)
	}
	s := Set{words: h.room[fewFrom[which]:][:0], stride: int(sh.stride)}
	for i := range h.few[:h.n] {
		e := &h.few[i]
		e.each(h.Side, func(w int, key uint64) {
			if w == which {
				s.put(key, seconds(e.time), int(sh.k))
			}
		})
	}
	return s
}

// fill makes h the view of a row.
func (h *Half) fill(t *Table, r *row) {
	if r.listed() && r.list().n > mostFew {
		t.settle(r)
	}
	k := r.key()
	h.Kind, h.Side, h.pool, h.Net, h.Port = k.kind, k.side, &t.pool, k.roll == net64, k.roll == port
	h.Addr = netip.Addr{}
	if !h.Port {
		h.Addr = r.addr.addr()
	}
	h.full, h.n = nil, 0
	var few counts
	c := &few
	switch {
	case r.full() != 0:
		h.full = t.fullAt(r.full())
		c = &h.full.counts
	case r.listed():
		for e := range t.entries(r.list()) {
			h.keep(c, e)
		}
	default:
		h.keep(c, r.entry)
	}
	h.Observations, h.Packets, h.Bytes = c.observations, c.packets, c.bytes
	h.Blocked, h.Accepted, h.Answered = c.blocked, c.accepted, c.answered
	h.First, h.Last = c.first, c.last
	h.MinLength, h.MaxLength, h.MinTTL, h.MaxTTL = c.minLength, c.maxLength, c.minTTL, c.maxTTL
	h.In, h.Out, h.Forward = c.bits&bitIn != 0, c.bits&bitOut != 0, c.bits&bitForward != 0
}

// keep counts an entry and keeps it.
func (h *Half) keep(c *counts, e entry) {
	c.count(&e, 1, 1, uint64(e.length))
	h.few[h.n] = e
	h.n++
}

// mostFew is of how many observations a row keeps its list when somebody looks at
// it: to make its sets anew each time costs less than the room for them.
const mostFew = 4

// fewFrom is where in the room of a half the words of a set of so few begin; no
// entry has more than three keys of tells, or one of any other set.
var fewFrom = [setsPerRow]int{
	peers: 0, ports: 2 * mostFew, attempts: 4 * mostFew, times: 5 * mostFew, prints: 6 * mostFew, ids: 7 * mostFew, shapes: 8 * mostFew,
	places: 9 * mostFew, ifaces: 10 * mostFew, members: 11 * mostFew, tells: 11 * mostFew,
}

const fewWords = (11 + 2*3) * mostFew
