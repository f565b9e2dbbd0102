//go:build linux

package main

import (
	"encoding/binary"
	"hash/fnv"
	"math/rand/v2"
	"net/netip"
	"slices"
)

// A world is the cast of one scenario: who has which address. Only
// documentation and benchmark ranges stand for public addresses.
type world struct {
	*rand.Rand
	home, homeRest netip.Prefix // our network; the part that our firewall answers for
	isp, host      netip.Addr   // the router before us, and we
	lanNet, branch netip.Prefix
	lanHost        netip.Addr // our address inside
	pcs            []netip.Addr
	strangers      []netip.Addr // real hosts outside, one stack
	servers        []netip.Addr // real hosts outside that we use
	crowd          netip.Prefix // real hosts outside, many
	forged         netip.Prefix // sources that nobody has
	home6, far6    netip.Prefix
	host6, other6  netip.Addr
}

// newWorld deals the addresses of one scenario. Its name is part of the seed,
// so that leaving scenarios out does not change the others.
func newWorld(seed uint64, name string) *world {
	h := fnv.New64a()
	h.Write([]byte(name))
	w := &world{Rand: rand.New(rand.NewPCG(seed, h.Sum64()))}
	nets := []netip.Prefix{prefix("192.0.2.0/24"), prefix("198.51.100.0/24"), prefix("203.0.113.0/24")}
	w.Shuffle(len(nets), func(i, j int) { nets[i], nets[j] = nets[j], nets[i] })
	w.home, w.homeRest = nets[0], netip.PrefixFrom(nth(nets[0], 128), 26)
	w.isp, w.host = nth(w.home, 1), nth(w.home, 2+w.IntN(60))
	for _, n := range w.Perm(200)[:40] {
		w.strangers = append(w.strangers, nth(nets[1], 10+n))
		w.servers = append(w.servers, nth(nets[2], 10+n))
	}
	lans := []netip.Prefix{prefix("192.168.0.0/16"), prefix("10.0.0.0/8"), prefix("172.16.0.0/12")}
	big := lans[w.IntN(len(lans))]
	size := uint32(1) << (24 - big.Bits())
	n := w.Uint32N(size - 1)
	w.lanNet = netip.PrefixFrom(nth(big, n<<8), 24)
	w.branch = netip.PrefixFrom(nth(big, (n+1)<<8), 24)
	w.lanHost = nth(w.lanNet, 1)
	for _, n := range w.Perm(200)[:8] {
		w.pcs = append(w.pcs, nth(w.lanNet, 20+uint32(n)))
	}
	bench := []netip.Prefix{prefix("198.18.0.0/16"), prefix("198.19.0.0/16")}
	if w.IntN(2) == 0 {
		slices.Reverse(bench)
	}
	w.crowd, w.forged = bench[0], bench[1]
	w.home6, w.far6 = prefix("2001:db8:a:1::/64"), prefix("2001:db8:f:2::/64")
	w.host6, w.other6 = netip.MustParseAddr("2001:db8:a:1::10"), netip.MustParseAddr("2001:db8:f:2::66")
	return w
}

// A who names actors of a world.
type who func(*world) []string

func one(pick func(*world) netip.Addr) who {
	return func(w *world) []string { return []string{pick(w).String()} }
}

func some(n int, pick func(*world) []netip.Addr) who {
	return func(w *world) []string {
		var out []string
		for _, a := range pick(w)[:n] {
			out = append(out, a.String())
		}
		return out
	}
}

func network(pick func(*world) netip.Prefix) who {
	return func(w *world) []string { return []string{pick(w).String()} }
}

func fixed(addrs ...string) who { return func(*world) []string { return addrs } }

func stranger(w *world) netip.Addr { return w.strangers[0] }
func second(w *world) netip.Addr   { return w.strangers[1] }
func third(w *world) netip.Addr    { return w.strangers[2] }
func server(w *world) netip.Addr   { return w.servers[0] }
func resolver(w *world) netip.Addr { return w.servers[1] }
func ourHost(w *world) netip.Addr  { return w.host }
func router(w *world) netip.Addr   { return w.isp }
func pc(w *world) netip.Addr       { return w.pcs[0] }
func pc2(w *world) netip.Addr      { return w.pcs[1] }
func gateway(w *world) netip.Addr  { return w.lanHost }
func far6(w *world) netip.Addr     { return w.other6 }
func neighbour(w *world) netip.Addr {
	return nth(w.home, 100)
}

func strangersOf(w *world) []netip.Addr     { return w.strangers }
func serversOf(w *world) []netip.Addr       { return w.servers }
func crowdOf(w *world) netip.Prefix         { return w.crowd }
func forgedOf(w *world) netip.Prefix        { return w.forged }
func (w *world) ours(n int) []netip.Addr    { return firsts(w.homeRest, n) }
func (w *world) high() int                  { return 32768 + w.IntN(28000) }
func (w *world) between(low, above int) int { return low + w.IntN(above-low) }

// in is any address of a network but its first and last.
func (w *world) in(p netip.Prefix) netip.Addr {
	return nth(p, 1+w.Uint32N(1<<(32-p.Bits())-2))
}

// bystanders visit our web server in every scenario; they are addresses that
// no label uses.
func (w *world) bystanders() []netip.Addr { return w.strangers[30:36] }

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func nth[N int | uint32](p netip.Prefix, n N) netip.Addr {
	b := p.Addr().As4()
	binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n))
	return netip.AddrFrom4(b)
}

func firsts(p netip.Prefix, n int) []netip.Addr {
	var out []netip.Addr
	for i := range n {
		out = append(out, nth(p, i+2))
	}
	return out
}
