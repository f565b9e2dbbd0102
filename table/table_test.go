package table

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/portlore/portlore"
)

// someObservation draws from few addresses and ports, so that rows meet.
func someObservation() *rapid.Generator[portlore.Observation] {
	return rapid.Custom(func(t *rapid.T) portlore.Observation {
		pick := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(t, name) }
		o := portlore.Observation{
			Pos:   portlore.Pos{File: int32(pick("file", 2)), Line: int64(1 + pick("line", 1000))},
			Time:  int64(1794000000+pick("time", 4000)) * 1e9,
			Src:   someAddr(pick("src", 40)),
			Dst:   someAddr(pick("dst", 12)),
			Proto: []portlore.Proto{portlore.TCP, portlore.UDP, portlore.ICMP, portlore.GRE}[pick("proto", 4)],
			TTL:   uint8(40 + pick("ttl", 30)), ID: uint16(pick("id", 50)), Length: uint32(40 + pick("len", 30)),
			Verdict: portlore.Verdict(pick("verdict", 3)), Way: portlore.Way(pick("way", 4)),
			InIf: []byte([]string{"", "eth0", "eth1"}[pick("if", 3)]),
			Has:  portlore.HasProto | portlore.HasTTL | portlore.HasID,
		}
		o.Count, o.Packets = 1, 1
		if pick("claimed", 6) == 0 {
			o.Said = &portlore.Said{
				Claim: portlore.Claim(1 + pick("claim", 7)), Level: portlore.Level(pick("level", 4)), Sensor: "sensor",
				Rule: []byte(fmt.Sprint(pick("rule", 30))), Message: []byte(fmt.Sprint("message ", pick("message", 3))),
			}
		}
		if pick("many", 8) == 0 {
			o.Count, o.Packets = uint64(1+pick("count", 5)), uint64(1+pick("packets", 9))
		}
		switch o.Proto {
		case portlore.TCP:
			o.Flags = portlore.TCPFlags(pick("flags", 64))
			o.Window = uint16(1024 * pick("window", 20))
			o.Has |= portlore.HasFlags | portlore.HasPorts | portlore.HasWindow
		case portlore.UDP:
			o.Has |= portlore.HasPorts
		case portlore.ICMP:
			o.ICMPType = []uint8{0, 3, 8, 11}[pick("icmp", 4)]
			o.Has |= portlore.HasICMP
		}
		if o.Has&portlore.HasPorts != 0 {
			o.SrcPort, o.DstPort = uint16(1000*pick("sport", 60)), uint16(pick("dport", 300))
		}
		return o
	})
}

func someAddr(n int) netip.Addr {
	if n%4 == 3 {
		return netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 7: byte(n / 8), 15: byte(n)})
	}
	return netip.AddrFrom4([4]byte{198, 18, byte(n / 8), byte(n)})
}

func fill(limit int, os ...portlore.Observation) *Table {
	t := New(limit)
	for i := range os {
		t.Add(&os[i])
	}
	return t
}

// Any order, any split and any tree of merges of the same evidence give the
// same table.
func TestOrderSplitAndMergeDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		os := rapid.SliceOfN(someObservation(), 0, 400).Draw(t, "observations")
		want := dump(fill(0, os...))

		shuffled := slices.Clone(os)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := dump(fill(0, shuffled...)); got != want {
			t.Fatalf("shuffled:\n%s\nin order:\n%s", got, want)
		}

		parts := make([]*Table, rapid.IntRange(1, 5).Draw(t, "parts"))
		for i := range parts {
			parts[i] = New(0)
		}
		for i := range os {
			parts[r.IntN(len(parts))].Add(&os[i])
		}
		for len(parts) > 1 {
			i, j := r.IntN(len(parts)), r.IntN(len(parts)-1)
			if j >= i {
				j++
			}
			parts[i].Merge(parts[j])
			parts = slices.Delete(parts, j, j+1)
		}
		if got := dump(parts[0]); got != want {
			t.Fatalf("merged:\n%s\nin order:\n%s", got, want)
		}
	})
}

// The slow and obvious twin: maps that keep everything.
type twin struct {
	observations, packets uint64
	first, last           int64
	peers, ports          map[uint64]int
	attempts              map[[4]uint64]bool
}

func TestExactBelowK(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		os := rapid.SliceOfN(someObservation(), 1, 60).Draw(t, "observations")
		rows := map[key]*twin{}
		for i := range os {
			o := &os[i]
			k := KindOf(o)
			for side, a := range []netip.Addr{o.Src, o.Dst} {
				at := key{addr: addressOf(a), kind: k, side: Side(side)}
				w := rows[at]
				if w == nil {
					w = &twin{first: math.MaxInt64, peers: map[uint64]int{}, ports: map[uint64]int{}, attempts: map[[4]uint64]bool{}}
					rows[at] = w
				}
				peer := PeerKey(o.Dst)
				if Side(side) == Received {
					peer = PeerKey(o.Src)
				}
				w.observations += o.Count
				if !k.Claimed() {
					w.packets += o.Packets
				}
				w.first, w.last = min(w.first, o.Time), max(w.last, o.Time)
				w.peers[peer] += int(o.Count)
				service := o.DstPort
				if k.Replies() {
					service = o.SrcPort
				}
				w.ports[uint64(o.Proto)<<16|uint64(service)] += int(o.Count)
				if Side(side) == Sent && o.Has&portlore.HasPorts != 0 {
					w.attempts[[4]uint64{peer, uint64(o.Proto), uint64(o.SrcPort), uint64(o.DstPort)}] = true
				}
			}
		}
		tab := fill(0, os...)
		if tab.Len() != len(rows) {
			t.Fatalf("%d rows, want %d", tab.Len(), len(rows))
		}
		for _, h := range tab.All() {
			w := rows[key{addr: addressOf(h.Addr), kind: h.Kind, side: h.Side}]
			if w == nil {
				t.Fatalf("a row nobody asked for: %v %v %v", h.Addr, h.Kind, h.Side)
			}
			if h.Observations != w.observations || h.Packets != w.packets || h.First != w.first || h.Last != w.last {
				t.Fatalf("%v %v: %+v, want %+v", h.Addr, h.Kind, h, w)
			}
			if n := h.Peers().Distinct(); n != uint64(len(w.peers)) || !h.Peers().Exact() {
				t.Fatalf("%d peers, want %d", n, len(w.peers))
			}
			for it := range h.Peers().All() {
				if int(it.Count) != w.peers[it.Key] {
					t.Fatalf("peer came %d times, want %d", it.Count, w.peers[it.Key])
				}
			}
			for it := range h.Ports().All() {
				if int(it.Count) != w.ports[uint64(it.Value())] {
					t.Fatalf("port %d came %d times, want %d", it.Value(), it.Count, w.ports[uint64(it.Value())])
				}
			}
			if h.Ports().Len() != len(w.ports) || h.Attempts().Len() != len(w.attempts) {
				t.Fatalf("%d ports, %d attempts; want %d, %d", h.Ports().Len(), h.Attempts().Len(), len(w.ports), len(w.attempts))
			}
		}
	})
}

// Above k the number of distinct keys is an estimate with a relative error of
// about 1/sqrt(k): 9 % for 128.
func TestDistinctAboveK(t *testing.T) {
	for _, n := range []int{200, 1000, 20000} {
		tab := New(0)
		o := syn(1)
		for i := range n {
			o.DstPort = uint16(i + 1)
			tab.Add(&o)
		}
		var h Half
		if !tab.Find(o.Src, Syn, Sent, &h) {
			t.Fatal("no row")
		}
		s := h.Ports()
		if s.Exact() {
			t.Errorf("%d ports in a set of %d are said to be exact", n, shapesOf[ports].k)
		}
		if got := float64(s.Distinct()); math.Abs(got-float64(n)) > 0.3*float64(n) {
			t.Errorf("about %.0f ports, were %d", got, n)
		}
	}
}

func syn(n int) portlore.Observation {
	var a [4]byte
	binary.BigEndian.PutUint32(a[:], 198<<24|18<<16+uint32(n))
	return portlore.Observation{
		Time: 1794000000e9 + int64(n)*1e6, Src: netip.AddrFrom4(a), Dst: netip.AddrFrom4([4]byte{203, 0, 113, byte(n % 8)}),
		Proto: portlore.TCP, SrcPort: uint16(n), DstPort: 80, Flags: portlore.SYN, Length: 44, TTL: 50, Window: 1024,
		Has:   portlore.HasProto | portlore.HasPorts | portlore.HasFlags | portlore.HasTTL | portlore.HasWindow,
		Count: 1, Packets: 1,
	}
}

// A million sources, then far more than fit: the bound holds and nothing is lost.
func TestMemoryBound(t *testing.T) {
	n, limit := 1_000_000, 24<<20
	if testing.Short() {
		n, limit = 100_000, 8<<20
	}
	tab := New(limit)
	for i := range n {
		o := syn(i)
		tab.Add(&o)
		if i%4 == 0 { // IPv6 from many networks
			o.Src = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, byte(i >> 20), byte(i >> 12), byte(i >> 4), 15: byte(i), 14: byte(i >> 8)})
			o.Dst = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 15: 1})
			tab.Add(&o)
		}
	}
	if b := tab.Bytes(); b > limit*5/4 {
		t.Errorf("table holds %d bytes, limit %d", b, limit)
	}
	var sum, sources uint64
	for _, h := range tab.All() {
		if h.Side == Sent {
			sum += h.Observations
			sources += max(1, h.Members().Distinct())
		}
	}
	if want := uint64(n + (n+3)/4); sum != want {
		t.Errorf("%d observations, want %d", sum, want)
	}
	if r := tab.RolledUp(); r.Ports == 0 {
		t.Errorf("rolled up %+v: the limit was never reached, so this test shows nothing", r)
	}
}

// One observation per source is 64 bytes and its place in the index.
func TestCompactRows(t *testing.T) {
	tab := New(0)
	const n = 200_000
	for i := range n {
		o := syn(i)
		tab.Add(&o)
	}
	if per := (tab.Bytes() - rateBytes) / n; per > 100 {
		t.Errorf("%d bytes for a source seen once", per)
	}
}

func TestAddDoesNotAllocate(t *testing.T) {
	tab := New(0)
	var os []portlore.Observation
	for i := range 2000 {
		o := syn(i % 100)
		o.DstPort = uint16(i % 37)
		o.InIf = []byte("eth0")
		os = append(os, o)
	}
	for i := range os {
		tab.Add(&os[i])
	}
	i := 0
	if n := testing.AllocsPerRun(2000, func() { tab.Add(&os[i%len(os)]); i++ }); n != 0 {
		t.Errorf("%v allocations for each observation", n)
	}
}

func TestGroup64(t *testing.T) {
	tab := New(0)
	home := netip.MustParsePrefix("2001:db8:1::/48")
	for i := range 50 {
		o := syn(1)
		o.Src = netip.AddrFrom16([16]byte{0x20, 1, 0xd, 0xb8, 5: 9, 15: byte(i)})
		o.Dst = netip.MustParseAddr("2001:db8:1::1")
		o.SrcPort = uint16(1024 + i)
		tab.Add(&o)
	}
	tab.Group64(home.Contains)
	var h Half
	if !tab.Find(netip.MustParseAddr("2001:db8:9::77"), Syn, Sent, &h) {
		t.Fatal("no row for the /64")
	}
	if h.Observations != 50 || max(1, h.Members().Distinct()) != 50 || !h.Net {
		t.Errorf("%d observations of %d sources, net=%v", h.Observations, max(1, h.Members().Distinct()), h.Net)
	}
	if !tab.Find(netip.MustParseAddr("2001:db8:1::1"), Syn, Received, &h) || h.Net {
		t.Error("our own address is part of a /64")
	}
}

// A rate is never less than the truth, and hardly more while cells are few.
func TestRates(t *testing.T) {
	tab := New(0)
	o := syn(3)
	const begin = 1794000000e9
	for i := range 5000 { // 1,500 within one second, the rest one a minute
		o.Time = begin + int64(max(0, i-1500))*60e9
		tab.Add(&o)
	}
	for i := range 300_000 { // noise at other services
		n := syn(i % 1000)
		n.DstPort = uint16(i % 500)
		n.Time = begin + int64(i)*1e9
		tab.Add(&n)
	}
	minute, burst := tab.Peaks(0).Of(o.Dst, Syn, o.DstPort, begin, begin+5000*60e9)
	if minute < 1501 || minute > 1520 || burst < 1500 || burst > minute {
		t.Errorf("peak %d in one minute and %d in twenty seconds, were 1501 and 1501", minute, burst)
	}
	if m, b := tab.Peaks(1000).Of(o.Dst, Syn, o.DstPort, begin, begin+5000*60e9); m != minute || b != burst {
		t.Errorf("peak %d and %d where 1,000 are wanted, %d and %d where any", m, b, minute, burst)
	}
	if minute, _ := tab.Peaks(0).Of(o.Dst, Syn, 4711, begin, begin+5000*60e9); minute > 20 {
		t.Errorf("%d packets a minute at a port that got none", minute)
	}
}

// What stands beside a flood of hours is not taken for one.
func TestRatesBesideFlood(t *testing.T) {
	tab := New(0)
	const begin, slots = 1794000000e9, 2000
	add := func(port uint16, at int64, packets uint64) {
		o := syn(1)
		o.DstPort, o.Time, o.Verdict = port, at, portlore.Blocked
		o.Count, o.Packets = packets, packets
		tab.Add(&o)
	}
	for i := range int64(slots) {
		add(9, begin+i*10e9, 5000)
		for port := range uint16(300) {
			add(1000+port, begin+i*10e9, 1)
		}
	}
	peaks := tab.Peaks(1000)
	o := syn(1)
	if minute, _ := peaks.Of(o.Dst, Syn, 9, begin, begin+slots*10e9); minute < 29_500 {
		t.Errorf("a flood of 30000 a minute is one of %d", minute)
	}
	for port := range uint16(300) {
		if minute, _ := peaks.Of(o.Dst, Syn, 1000+port, begin, begin+slots*10e9); minute >= 1000 {
			t.Errorf("%d a minute at a port that got six", minute)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	os := make([]portlore.Observation, 1<<16)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range os {
		os[i] = syn(r.IntN(4000))
		os[i].DstPort = []uint16{22, 23, 80, 443, 445, 3389, 8080}[r.IntN(7)]
		os[i].SrcPort = uint16(r.IntN(65536))
		os[i].Time += int64(i) * 1e8
	}
	tab := New(0)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		tab.Add(&os[i&(len(os)-1)])
	}
	runtime.KeepAlive(tab)
}
