package main

import (
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"
)

const (
	homeNet = "203.0.113.0/24" // ours, outside of the firewall
	lanNet  = "192.0.2.0/24"   // ours, inside
	span    = 14 * 24 * time.Hour
)

// A kind is one way of behaving. play adds the lines of one actor, about size
// of them, and returns its sources.
type kind struct {
	name  string
	class string
	also  []string
	share float64 // of all lines
	size  int
	play  func(g *generator, size int) []netip.Addr
}

var kinds = []kind{
	{"vertical scan", "scan.port.vertical", nil, .10, 1000, vertical},
	{"horizontal scan", "scan.port.horizontal", nil, .08, 508, horizontal},
	{"block scan", "scan.port.block", nil, .06, 600, block},
	{"slow scan", "scan.port.vertical", nil, .01, 300, slow},
	{"stealth scan", "scan.port.vertical", []string{"scan.stealth"}, .03, 500, stealth},
	{"UDP scan", "scan.port.vertical", nil, .03, 500, udpScan},
	{"ping sweep", "scan.host.ping", nil, .02, 254, pingSweep},
	{"proxy hunt", "probe.proxy", nil, .02, 120, proxyHunt},
	{"amplifier hunt", "probe.amplifier", []string{"scan.port.block"}, .03, 200, amplifierHunt},
	{"door knocker", "hammer.blocked", nil, .02, 300, hammer},
	{"traceroute", "trace.traceroute", nil, .002, 30, traceroute},
	{"backscatter", "backscatter.tcp", nil, .06, 800, backscatter},
	{"reflection", "reflect.victim", nil, .05, 2000, reflection},
	{"SYN flood", "dos.synflood", nil, .08, 5000, synFlood},
	{"late reply", "benign.late_reply", nil, .05, 100, lateReply},
	{"LAN chatter", "benign.lan_discovery", nil, .07, 400, lanChatter},
	{"DHCP", "benign.dhcp", nil, .01, 50, dhcp},
	{"IGMP", "benign.multicast", nil, .01, 100, igmp},
	{"IPv6 probe", "probe.service.*", nil, .02, 200, probe6},
}

// scene is what happens, in the order of time: exactly so many lines.
func scene(lines int, seed uint64) ([]packet, []actor) {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0)), packets: make([]packet, 0, lines)}
	var actors []actor
	for _, k := range kinds {
		for range max(1, int(k.share*float64(lines))/k.size) {
			before := len(g.packets)
			sources := k.play(g, k.size)
			actors = append(actors, describe(k, sources, len(g.packets)-before))
		}
	}
	// Background: most sources are seen once or twice, a few all the time.
	pool := make([]netip.Addr, min(lines/10, 60_000))
	for i := range pool {
		pool[i] = g.outside()
	}
	seen := map[netip.Addr]bool{}
	fill := lines - len(g.packets)
	for range fill {
		f := g.Float64()
		src := pool[int(f*f*f*float64(len(pool)))]
		seen[src] = true
		g.probe(src, g.home())
	}
	background := kind{name: "background", class: "probe.service.*", also: []string{"scan.*", "probe.*", "hammer.blocked"}}
	actors = append(actors, describe(background, slices.SortedFunc(maps.Keys(seen), netip.Addr.Compare), fill))

	slices.SortStableFunc(g.packets, func(a, b packet) int { return int(a.at - b.at) })
	return g.packets, actors
}

func describe(k kind, sources []netip.Addr, lines int) actor {
	a := actor{Kind: k.name, Class: k.class, Also: append([]string{}, k.also...), Sources: len(sources), Lines: lines}
	for _, s := range sources[:min(len(sources), 100)] {
		a.Subjects = append(a.Subjects, s.String())
	}
	return a
}

type generator struct {
	*rand.Rand
	packets []packet
	used    uint32 // addresses handed out by outside
}

// outside is an address of 198.18.0.0/15 that no other actor has. The numbers
// from forgedFrom on are left to forged sources.
func (g *generator) outside() netip.Addr {
	g.used++
	return benchmark(g.used)
}

const forgedFrom = 98_304

func (g *generator) forged() netip.Addr { return benchmark(forgedFrom + g.Uint32N(1<<17-forgedFrom)) }

// benchmark scatters the numbers below 1<<17 over 198.18.0.0/15, one to one.
func benchmark(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], 198<<24|18<<16|(n*48_271)&(1<<17-1))
	return netip.AddrFrom4(b)
}

func (g *generator) home() netip.Addr { return homeHost(1 + g.IntN(254)) }

func homeHost(n int) netip.Addr { return netip.AddrFrom4([4]byte{203, 0, 113, byte(n)}) }

func (g *generator) lanHost() netip.Addr {
	return netip.AddrFrom4([4]byte{192, 0, 2, byte(2 + g.IntN(60))})
}

// when is a moment that leaves room for what takes so long.
func (g *generator) when(long time.Duration) time.Duration {
	return time.Duration(g.Float64() * float64(span-long))
}

// gap is a pause of about d.
func (g *generator) gap(d time.Duration) time.Duration {
	return time.Duration(g.ExpFloat64() * float64(d))
}

func (g *generator) ephemeral() uint16 { return uint16(32_768 + g.IntN(28_232)) }

func (g *generator) highPort() uint16 { return uint16(1024 + g.IntN(64_512)) }

// ports are n different ports.
func (g *generator) ports(n int) []uint16 {
	ports := make([]uint16, 0, n)
	for step, p := 2*g.IntN(1000)+1, g.IntN(65_536); len(ports) < n; p += step {
		if q := uint16(p * 40_503); q != 0 { // odd factors: no repetition
			ports = append(ports, q)
		}
	}
	return ports
}

// add puts a packet into the log; what the caller leaves out is filled in.
func (g *generator) add(p packet) {
	if p.ttl == 0 {
		p.ttl = uint8(36 + g.IntN(24))
	}
	if p.length == 0 {
		p.length = 60
	}
	p.id = uint16(g.Uint32())
	g.packets = append(g.packets, p)
}

// An ordinary stack, nmap and masscan by what they put into a SYN.
func ordinary(p packet) packet { p.window, p.length = 64_240, 60; return p }
func nmap(p packet) packet     { p.window, p.length = 1024, 44; return p }
func masscan(p packet) packet  { p.window, p.length, p.ttl = 1024, 40, 241; return p }

func vertical(g *generator, size int) []netip.Addr {
	src, dst, sport := g.outside(), g.home(), g.ephemeral()
	t := g.when(time.Hour)
	for _, port := range g.ports(size) {
		g.add(nmap(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: syn, sport: sport, dport: port}))
		t += g.gap(20 * time.Millisecond)
	}
	return []netip.Addr{src}
}

func horizontal(g *generator, size int) []netip.Addr {
	src, port := g.outside(), []uint16{22, 23, 445, 1433, 3389, 5900, 6379}[g.IntN(7)]
	t := g.when(12 * time.Hour)
	for i := range size {
		g.add(ordinary(packet{at: t, src: src, dst: homeHost(1 + i%254), proto: protoTCP, flags: syn, sport: g.ephemeral(), dport: port}))
		t += g.gap(500 * time.Millisecond)
	}
	return []netip.Addr{src}
}

func block(g *generator, size int) []netip.Addr {
	src, ports := g.outside(), g.ports(12)
	t := g.when(12 * time.Hour)
	for i := range size {
		g.add(masscan(packet{at: t, src: src, dst: homeHost(1 + i*5%250), proto: protoTCP, flags: syn, sport: 61_000, dport: ports[i%len(ports)]}))
		t += g.gap(time.Second)
	}
	return []netip.Addr{src}
}

func slow(g *generator, size int) []netip.Addr {
	src, dst := g.outside(), g.home()
	t := g.when(span - time.Hour)
	for _, port := range g.ports(size) {
		g.add(ordinary(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: syn, sport: g.ephemeral(), dport: port}))
		t += 20*time.Minute + time.Duration(g.Int64N(int64(40*time.Minute)))
	}
	return []netip.Addr{src}
}

func stealth(g *generator, size int) []netip.Addr {
	src, dst, sport := g.outside(), g.home(), g.ephemeral()
	flags := []uint8{0, fin, fin | psh | urg}[g.IntN(3)] // NULL, FIN, Xmas
	t := g.when(time.Hour)
	for _, port := range g.ports(size) {
		g.add(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: flags, sport: sport, dport: port, window: 1024, length: 40})
		t += g.gap(30 * time.Millisecond)
	}
	return []netip.Addr{src}
}

func udpScan(g *generator, size int) []netip.Addr {
	src, dst, sport := g.outside(), g.home(), g.ephemeral()
	t := g.when(time.Hour)
	for _, port := range g.ports(size) {
		g.add(packet{at: t, src: src, dst: dst, proto: protoUDP, sport: sport, dport: port, length: 28})
		t += g.gap(300 * time.Millisecond)
	}
	return []netip.Addr{src}
}

func pingSweep(g *generator, size int) []netip.Addr {
	src := g.outside()
	t := g.when(time.Hour)
	for i := range size {
		g.add(packet{at: t, src: src, dst: homeHost(1 + i), proto: protoICMP, sport: 8, length: 28})
		t += g.gap(50 * time.Millisecond)
	}
	return []netip.Addr{src}
}

func proxyHunt(g *generator, size int) []netip.Addr {
	src, dst := g.outside(), g.home()
	ports := []uint16{808, 1080, 3128, 8080, 8118, 8888}
	t := g.when(10 * 24 * time.Hour)
	for i := range size {
		g.add(ordinary(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: syn, sport: g.ephemeral(), dport: ports[i%len(ports)]}))
		t += g.gap(300 * time.Millisecond)
		if i%len(ports) == len(ports)-1 {
			t += g.gap(6 * time.Hour) // the next visit
		}
	}
	return []netip.Addr{src}
}

func amplifierHunt(g *generator, size int) []netip.Addr {
	src := g.outside()
	ports := []uint16{19, 53, 123, 161, 389, 1900, 11_211}
	t := g.when(time.Hour)
	for i := range size {
		g.add(packet{at: t, src: src, dst: homeHost(1 + i%200), proto: protoUDP, sport: g.ephemeral(), dport: ports[i%len(ports)], length: 64})
		t += g.gap(time.Second)
	}
	return []netip.Addr{src}
}

func hammer(g *generator, size int) []netip.Addr {
	src, dst, port := g.outside(), g.home(), []uint16{22, 3389, 25}[g.IntN(3)]
	t := g.when(24 * time.Hour)
	for range size {
		g.add(ordinary(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: syn, sport: g.ephemeral(), dport: port}))
		t += 30*time.Second + g.gap(time.Minute)
	}
	return []netip.Addr{src}
}

func traceroute(g *generator, size int) []netip.Addr {
	src, dst, sport := g.outside(), g.home(), g.ephemeral()
	t := g.when(time.Hour)
	for i := range size {
		g.add(packet{at: t, src: src, dst: dst, proto: protoUDP, sport: sport, dport: uint16(33_434 + i), ttl: uint8(1 + i/3), length: 60})
		t += g.gap(20 * time.Millisecond)
	}
	return []netip.Addr{src}
}

func backscatter(g *generator, size int) []netip.Addr {
	src, port := g.outside(), []uint16{80, 443, 25_565}[g.IntN(3)]
	t := g.when(24 * time.Hour)
	for range size {
		flags := []uint8{syn | ack, rst | ack}[g.IntN(2)]
		g.add(packet{at: t, src: src, dst: g.home(), proto: protoTCP, flags: flags, sport: port, dport: g.highPort(), window: 64_240, length: 44})
		t += g.gap(2 * time.Second)
	}
	return []netip.Addr{src}
}

func reflection(g *generator, size int) []netip.Addr {
	dst, dport := g.home(), g.highPort()
	sources := make([]netip.Addr, 100)
	for i := range sources {
		sources[i] = g.outside()
	}
	t := g.when(time.Hour)
	for i := range size {
		g.add(packet{at: t, src: sources[i%len(sources)], dst: dst, proto: protoUDP, sport: 123, dport: dport, length: 468})
		t += g.gap(5 * time.Millisecond)
	}
	return sources
}

func synFlood(g *generator, size int) []netip.Addr {
	dst := g.home()
	var sources []netip.Addr
	t := g.when(time.Hour)
	for range size {
		src := g.forged()
		sources = append(sources, src)
		g.add(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: syn, sport: g.highPort(), dport: 80, window: 512, length: 40, ttl: uint8(30 + g.IntN(220)), allowed: true})
		t += g.gap(2 * time.Millisecond)
	}
	slices.SortFunc(sources, netip.Addr.Compare)
	return slices.Compact(sources)
}

func lateReply(g *generator, size int) []netip.Addr {
	src, dst := g.outside(), g.home()
	t := g.when(24 * time.Hour)
	for range size / 4 {
		sport := g.ephemeral()
		for _, flags := range []uint8{ack | psh, ack | fin, ack | fin, rst} {
			g.add(packet{at: t, src: src, dst: dst, proto: protoTCP, flags: flags, sport: 443, dport: sport, window: 501, length: 52})
			t += g.gap(time.Second)
		}
		t += g.gap(5 * time.Minute)
	}
	return []netip.Addr{src}
}

func lanChatter(g *generator, size int) []netip.Addr {
	src := g.lanHost()
	to := []struct {
		dst   netip.Addr
		sport uint16
		dport uint16
	}{
		{netip.AddrFrom4([4]byte{192, 0, 2, 255}), 137, 137},
		{netip.AddrFrom4([4]byte{192, 0, 2, 255}), 138, 138},
		{netip.AddrFrom4([4]byte{224, 0, 0, 251}), 5353, 5353},
		{netip.AddrFrom4([4]byte{239, 255, 255, 250}), 0, 1900},
	}
	t := g.when(24 * time.Hour)
	for range size {
		c := to[g.IntN(len(to))]
		if c.sport == 0 {
			c.sport = g.ephemeral()
		}
		g.add(packet{at: t, src: src, dst: c.dst, proto: protoUDP, sport: c.sport, dport: c.dport, ttl: 64, length: 78, lan: true})
		t += g.gap(3 * time.Minute)
	}
	return []netip.Addr{src}
}

func dhcp(g *generator, size int) []netip.Addr {
	t := g.when(24 * time.Hour)
	for range size {
		g.add(packet{at: t, src: netip.IPv4Unspecified(), dst: netip.AddrFrom4([4]byte{255, 255, 255, 255}), proto: protoUDP, sport: 68, dport: 67, ttl: 64, length: 328, lan: true})
		t += g.gap(20 * time.Minute)
	}
	return []netip.Addr{netip.IPv4Unspecified()}
}

func igmp(g *generator, size int) []netip.Addr {
	src := g.lanHost()
	t := g.when(24 * time.Hour)
	for range size {
		g.add(packet{at: t, src: src, dst: netip.AddrFrom4([4]byte{224, 0, 0, 1}), proto: protoIGMP, ttl: 1, length: 32, lan: true})
		t += g.gap(10 * time.Minute)
	}
	return []netip.Addr{src}
}

func probe6(g *generator, size int) []netip.Addr {
	sources := make([]netip.Addr, size)
	for i := range sources {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], 0x3fff<<48|g.Uint64N(1<<32))
		src := netip.AddrFrom16([16]byte{b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], 15: 1})
		sources[i] = src
		g.probe(src, netip.AddrFrom16([16]byte{0: 0x20, 1: 0x01, 2: 0x0d, 3: 0xb8, 15: byte(1 + g.IntN(254))}))
	}
	return sources
}

// probe is one lone packet to a port that everybody asks for.
func (g *generator) probe(src, dst netip.Addr) {
	tcp := []uint16{23, 23, 23, 22, 22, 445, 80, 443, 3389, 8080, 8443, 2323, 1433, 5555, 3306, 6379, 5900, 7547, 37_215, 81, 5432, 9200, 27_017, 2375, 25, 21}
	udp := []uint16{5060, 5060, 123, 53, 161, 1900, 389, 137, 69, 111, 3702, 500}
	p := packet{at: g.when(0), src: src, dst: dst, sport: g.ephemeral()}
	if g.IntN(5) > 0 {
		p.proto, p.flags, p.dport = protoTCP, syn, tcp[g.IntN(len(tcp))]
		g.add(ordinary(p))
		return
	}
	p.proto, p.dport, p.length = protoUDP, udp[g.IntN(len(udp))], uint16(28+g.IntN(60))
	g.add(p)
}
