package detect

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/table"
)

var floods = &Detector{
	Name: "floods",
	Doc: "A service of one host gets 1,000 SYNs within a minute (dos.synflood; where the evidence spans less than ten seconds, 100 a second, 500 and more; so do 1,000 half-open connections in a list of sockets), or 100 UDP packets, echo requests or stray TCP packets a " +
		"second, 500 and more (dos.udpflood, dos.icmpflood, dos.tcpflood); UDP to all ports of a host counts together when 50 sources send it. What ours " +
		"converse with is left out. Where most SYNs carry options like those of real clients and most were not stopped, " +
		"it is a crowd: benign.flashcrowd. Claims the sources that send such packets to nothing else.",
	run: func(c *Case) {
		hot := c.hotSpots()
		if len(hot) == 0 {
			return
		}
		for k, class := range floodClasses {
			if class == "" {
				continue
			}
			for n, h := range c.outside(table.Kind(k)) {
				for _, at := range []spot{spotOf(h), hostOf(h)} {
					if s := hot[at]; s != nil && at != (spot{}) && !h.Port && !c.converses(h) {
						s.add(n, h)
						break
					}
				}
			}
		}
		for _, k := range sortedSpots(hot) {
			c.judgeFlood(k, hot[k])
		}
	},
}

var floodClasses = [table.Kinds]string{
	table.Syn: "dos.synflood", table.UDP: "dos.udpflood", table.UDPReply: "dos.udpflood",
	table.Echo: "dos.icmpflood", table.Stray: "dos.tcpflood", table.Reset: "dos.tcpflood", table.SynAck: "dos.tcpflood",
}

const (
	// 1,000 SYNs are as many as a server's queue of half-open connections holds
	// (tcp(7), tcp_max_syn_backlog).
	floodSyns = 1000
	// 100 packets a second is the floor for UDP, echoes and stray TCP; less than 500
	// of them are no flood at any rate.
	floodRate    = 100
	floodPackets = 500
	// A flood of all ports comes from many forged sources; one source that tries
	// many ports scans.
	floodSources = 50
)

// isFlood says that so many packets within a minute and within twenty seconds, of
// evidence that spans so many nanoseconds, are a flood.
func (l *ledger) isFlood(h *table.Half, class string, minute, burst uint64, span int64) bool {
	if h.Kind == table.Syn && (l.least(h, class, &synsInMinute, int(minute), floodSyns) || span >= floodSyns/floodRate*1e9) {
		return minute >= floodSyns
	}
	seconds := uint64(min(20, max(1, span/1e9)))
	return l.least(h, class, &packetsBurst, int(burst), int(max(floodPackets, floodRate*seconds)))
}

// converses says that ours speak with the source of a row in the same way: what
// it sends is part of that, however much it is.
func (c *Case) converses(h *table.Half) bool {
	var r table.Half
	switch h.Kind {
	case table.Syn:
		return flows(h)
	case table.UDP, table.UDPReply:
		return c.t.Find(h.Addr, table.UDP, table.Received, &r) || c.t.Find(h.Addr, table.UDPReply, table.Received, &r)
	case table.Stray, table.Reset, table.SynAck:
		return c.openedItself(h) || c.t.Find(h.Addr, table.Syn, table.Received, &r)
	}
	return false
}

// flows says that the openings of a row stand for whole connections, in which more
// was sent: its evidence is of flows.
func flows(h *table.Half) bool { return h.Packets >= 3*h.Observations }

// spot is one service of one host, as asked by one kind of packet.
type spot struct {
	peer uint64 // PeerKey of the host
	kind table.Kind
	port uint16
}

type hotSpot struct {
	host     netip.Addr
	peak     uint64 // packets a minute
	snapshot bool   // connections at one moment
	sources  int
	bare     int // sources whose SYNs carry no options
	packets  uint64
	blocked  uint64
	rows     []uint32
}

// optionsLength is that of an IPv4 packet with the options that every client's SYN
// carries: at least a maximum segment size and one more.
const optionsLength = 48

func (s *hotSpot) add(n uint32, h *table.Half) {
	s.sources++
	if h.MaxLength < optionsLength {
		s.bare++
	}
	s.packets += h.Packets
	s.blocked += h.Blocked
	s.rows = append(s.rows, n)
}

// spotOf is the one spot that a row went to; zero if there are several.
func spotOf(h *table.Half) spot {
	peer, one := only(h.Peers())
	port, single := only(h.Ports())
	if !one || !single {
		return spot{}
	}
	_, p := port.Port()
	return spot{peer.Key, h.Kind, p}
}

// hostOf is the one host that a row of UDP went to, at any port.
func hostOf(h *table.Half) spot {
	peer, one := only(h.Peers())
	if !one || h.Kind != table.UDP && h.Kind != table.UDPReply {
		return spot{}
	}
	return spot{peer.Key, table.UDP, table.AnyService}
}

// hotSpots are the services of our hosts that got so much that it can be a flood.
func (c *Case) hotSpots() map[spot]*hotSpot {
	hot := map[spot]*hotSpot{}
	look := func(h *table.Half, kind table.Kind, port uint16, count uint64) {
		minute, burst := c.peaks.Of(h.Addr, kind, port, h.First, h.Last)
		if kind == table.Syn && isSnapshot(h) {
			minute = count
		}
		if c.why.isFlood(h, floodClasses[kind], minute, burst, h.Last-h.First) {
			hot[spot{table.PeerKey(h.Addr), kind, port}] = &hotSpot{host: h.Addr, peak: minute, snapshot: kind == table.Syn && isSnapshot(h)}
		}
	}
	for _, h := range c.t.All() {
		if h.Side != table.Received || floodClasses[h.Kind] == "" || h.Packets < floodPackets || h.Port || !c.ours(h.Addr) {
			continue
		}
		if h.Kind != table.Syn && h.Accepted*2 > h.Observations {
			continue // packets inside connections, let through: traffic
		}
		for it := range h.Ports().All() {
			if uint64(it.Count) >= floodPackets {
				_, port := it.Port()
				look(h, h.Kind, port, uint64(it.Count))
			}
		}
		if h.Kind == table.UDP {
			look(h, table.UDP, table.AnyService, h.Packets)
		}
	}
	return hot
}

// isSnapshot says that a row is of connections that were open, or half so, at one
// moment, as a host lists them: they have no time, and each was answered. A system
// gives up on one that stays half-open within about a minute (tcp(7),
// tcp_synack_retries).
func isSnapshot(h *table.Half) bool {
	return h.First == 0 && h.Last == 0 && h.Answered == h.Observations
}

func sortedSpots(hot map[spot]*hotSpot) []spot {
	keys := make([]spot, 0, len(hot))
	for k := range hot {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b spot) int {
		if d := hot[a].host.Compare(hot[b].host); d != 0 {
			return d
		}
		return int(a.kind)<<16 + int(a.port) - int(b.kind)<<16 - int(b.port)
	})
	return keys
}

func (c *Case) judgeFlood(k spot, s *hotSpot) {
	if len(s.rows) == 0 || s.packets < floodPackets || k.kind == table.UDP && k.port == table.AnyService && s.sources < floodSources {
		return
	}
	class := floodClasses[k.kind]
	var h table.Half
	p := 0.9
	why := both(fmt.Sprintf("up to %d packets a minute to one service", s.peak), fmt.Sprintf("每分钟多达 %d 个包打向同一个服务", s.peak))
	if s.snapshot {
		why = both(fmt.Sprintf("%d connections to one service half-open at once", s.peak), fmt.Sprintf("同一服务同时有 %d 个半开连接", s.peak))
	}
	if k.kind == table.Syn && s.bare*2 < s.sources {
		if s.blocked*2 < s.packets {
			for _, n := range s.rows {
				c.t.Row(int(n), &h)
				c.quiet("benign.flashcrowd", n, &h)
			}
			return
		}
		p = 0.6
		why = both(why.EN+", though its SYNs look like those of clients", why.ZH+"，不过 SYN 看上去像正常客户端发的")
	}
	d := c.find(class)
	d.sure = sure{p, why}
	d.severity = portlore.High
	if s.blocked > 0 && s.blocked >= s.packets {
		d.severity = portlore.Medium
	}
	fact := both("up to %s packets a minute from %s sources", "每分钟最多 %s 个包，来自 %s 个来源")
	if s.snapshot {
		fact = both("%s half-open at once, from %s sources", "同时有 %s 个半开连接，来自 %s 个来源")
	}
	spares := k.kind == table.Syn && !s.snapshot && s.bare*2 >= s.sources // visitors who come meanwhile
	flooding := s.sources
	if spares {
		flooding = s.bare
	}
	peak, sources := quantity.Count(s.peak), quantity.Count(uint64(flooding))
	d.facts = append(d.facts, both(fmt.Sprintf(fact.EN, peak, sources), fmt.Sprintf(fact.ZH, peak, sources)))
	for _, n := range s.rows {
		if c.t.Row(int(n), &h); !spares || h.MinLength < optionsLength {
			c.claim(d, n, &h)
		}
	}
}

var reflection = &Detector{
	Name: "reflection",
	Doc: "One host gets large answers (200 bytes and more on average, all within 64 bytes of one size or all to one port) from five amplifiers or more of one " +
		"service that it never asked, a hundred packets and more: reflect.victim, which is a dos.udpflood too. So are SYN-ACKs of twenty servers and more, of at most three services, " +
		"to one of our hosts that spoke to none of them: 500 and more, 300 a minute.",
	run: func(c *Case) {
		type at struct {
			peer uint64
			port uint16
		}
		type sum struct {
			sources, packets, bytes uint64
			shortest, longest       uint16
			to                      map[uint16]bool // ports of ours
			rows                    []uint32
		}
		spots := map[at]*sum{}
		for n, h := range c.outside(table.UDPReply, table.UDP) {
			peer, one := only(h.Peers())
			ports, port := sourcePorts(h)
			if !one || ports != 1 || h.Port || !slices.Contains(amplifierPorts, port) ||
				c.asked(h.Addr, table.UDP, portlore.UDP, port, uint32(h.First/1e9)) {
				continue
			}
			s := spots[at{peer.Key, port}]
			if s == nil {
				s = &sum{shortest: h.MinLength, to: map[uint16]bool{}}
				spots[at{peer.Key, port}] = s
			}
			s.sources++
			s.packets += h.Packets
			s.bytes += h.Bytes
			s.shortest, s.longest = min(s.shortest, h.MinLength), max(s.longest, h.MaxLength)
			for it := range h.Attempts().All() {
				_, to := it.Pair()
				s.to[to] = true
			}
			s.rows = append(s.rows, n)
		}
		var keys []at
		for k, s := range spots {
			if s.sources >= 5 && s.packets >= 100 && s.bytes/s.packets >= 200 && (s.longest-s.shortest <= 64 || len(s.to) == 1) {
				keys = append(keys, k)
			}
		}
		slices.SortFunc(keys, func(a, b at) int {
			return cmp.Or(c.names[a.peer].Compare(c.names[b.peer]), cmp.Compare(a.port, b.port))
		})
		for _, k := range keys {
			s := spots[k]
			d := c.find("reflect.victim")
			d.sure = sure{0.85, both("many amplifiers answer, with packets of one size, what was never asked", "众多放大器发来大小一致的应答，而本机从未提问")}
			d.also = []string{"dos.udpflood"}
			d.facts = append(d.facts, both(
				fmt.Sprintf("%s answers of about %d bytes from source port %d", quantity.Count(s.packets), s.bytes/s.packets, k.port),
				fmt.Sprintf("%s 个应答，每个约 %d 字节，源端口均为 %d", quantity.Count(s.packets), s.bytes/s.packets, k.port)))
			d.severity = portlore.Medium
			var h table.Half
			for _, n := range s.rows {
				c.t.Row(int(n), &h)
				c.claim(d, n, &h)
			}
			// The service is the one they answer from, whatever port of ours they hit.
			d.services = map[uint32]uint64{uint32(portlore.UDP)<<16 | uint32(k.port): d.observations}
			d.ports = 1
		}
		c.tcpReflection()
	},
}

// tcpReflection looks for hosts of ours that get the answers to SYNs which
// somebody forged in their name: the servers repeat what is never acknowledged.
func (c *Case) tcpReflection() {
	hit := map[uint64][]uint32{}
	packets := map[uint64]uint64{}
	for n, h := range c.outside(table.SynAck) {
		peer, one := only(h.Peers())
		if !one || h.Port || c.spokenTo(h) {
			continue
		}
		hit[peer.Key] = append(hit[peer.Key], n)
		packets[peer.Key] += h.Packets
	}
	var keys []uint64
	for k, rows := range hit {
		if len(rows) >= reflectors && packets[k] >= floodPackets {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b uint64) int { return c.names[a].Compare(c.names[b]) })
	var h table.Half
	for _, k := range keys {
		first, last, services := int64(0), int64(0), map[uint16]bool{}
		for _, n := range hit[k] {
			c.t.Row(int(n), &h)
			first, last = earliest(first, h.First), max(last, h.Last)
			_, sport := sourcePorts(&h)
			services[sport] = true
		}
		if perMinute := packets[k] * 60e9 / uint64(max(60e9, last-first)); perMinute < reflectedRate || len(services) > 3 {
			continue
		}
		d := c.find("reflect.victim")
		d.sure = sure{0.75, both("many servers answer one host of ours that never asked them", "众多服务器在应答本方一台从未提问的主机")}
		d.also = []string{"backscatter.tcp", "dos.tcpflood"}
		d.facts = append(d.facts, both(
			fmt.Sprintf("%s SYN-ACKs from %d servers", quantity.Count(packets[k]), len(hit[k])),
			fmt.Sprintf("%d 台服务器发来 %s 个 SYN-ACK", len(hit[k]), quantity.Count(packets[k]))))
		d.severity = portlore.Medium
		for _, n := range hit[k] {
			c.t.Row(int(n), &h)
			c.claim(d, n, &h)
		}
	}
}

const (
	// Backscatter of somebody else's trouble spreads over all addresses that were
	// forged. Hundreds of answers a minute from dozens of servers for one of ours
	// mean this one.
	reflectors    = 20
	reflectedRate = 300 // packets a minute
)
