package detect_test

import (
	"net/netip"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/lore"
)

// someObservation draws from few addresses and ports, so that what it makes
// meets what others make.
func someObservation() *rapid.Generator[portlore.Observation] {
	return rapid.Custom(func(t *rapid.T) portlore.Observation {
		pick := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(t, name) }
		o := portlore.Observation{
			Pos:   portlore.Pos{Line: int64(1 + pick("line", 1000))},
			Src:   someAddr(pick("src", len(addrs)+40)),
			Dst:   someAddr(pick("dst", len(addrs)+10)),
			Proto: []portlore.Proto{portlore.TCP, portlore.TCP, portlore.UDP, portlore.ICMP, portlore.ICMPv6, portlore.IGMP, portlore.GRE, portlore.SCTP}[pick("proto", 8)],
			TTL:   uint8(pick("ttl", 256)), ID: uint16(pick("id", 3)), Length: uint32(pick("length", 1500)),
			Verdict: portlore.Verdict(pick("verdict", 3)), Way: portlore.Way(pick("way", 4)), Answered: pick("answered", 9) == 0,
			InIf:     []byte([]string{"", "eth0", "eth1", "lo"}[pick("in", 4)]),
			Fragment: pick("fragment", 20) == 0, LinkCast: pick("cast", 20) == 0,
			Has:   portlore.Fields(pick("has", 1<<9)) | portlore.HasProto,
			Count: 1, Packets: 1,
		}
		switch pick("clock", 10) {
		case 0: // not said
		case 1:
			o.Time = int64(1+pick("boot", 4000)) * 1e9
		default:
			o.Time = int64(1794000000+pick("time", 100_000)) * 1e9
		}
		if pick("many", 3) == 0 {
			o.Count, o.Packets, o.Bytes = uint64(1+pick("count", 5)), uint64(1+pick("packets", 9000)), uint64(pick("bytes", 1<<30))
		}
		o.Flags, o.Window = portlore.TCPFlags(pick("flags", 256)), uint16(1024*pick("window", 3))
		o.ICMPType = []uint8{0, 3, 8, 11, 13, 128, 135}[pick("icmp", 7)]
		o.SrcPort, o.DstPort = ports[pick("sport", len(ports))]+uint16(pick("next", 4)), ports[pick("dport", len(ports))]
		if o.DstPort == 1 {
			o.DstPort += uint16(pick("far", 40))
		}
		return o
	})
}

// someBurst is what one actor does: observations that differ in what it varies.
func someBurst() *rapid.Generator[[]portlore.Observation] {
	return rapid.Custom(func(t *rapid.T) []portlore.Observation {
		step := func(name string, steps ...int) int { return rapid.SampledFrom(steps).Draw(t, name) }
		first := someObservation().Draw(t, "first")
		if rapid.IntRange(0, 3).Draw(t, "bare") > 0 {
			first.Has |= portlore.HasPorts | portlore.HasFlags | portlore.HasICMP | portlore.HasID | portlore.HasWindow
			first.Fragment, first.LinkCast = false, false
		}
		source, target, sport, dport := step("source", 0, 0, 1), step("target", 0, 0, 1), step("sport", 0, 1), step("dport", 0, 1, 13)
		pace, id := step("pace", 0, 1, 60, 900), step("id", 0, 1)
		from, to := rapid.IntRange(0, 60).Draw(t, "from"), rapid.IntRange(0, 60).Draw(t, "to")
		burst := make([]portlore.Observation, rapid.IntRange(1, 60).Draw(t, "n"))
		for i := range burst {
			o := first
			o.Src, o.Dst = someAddr(from+i*source), someAddr(to+i*target)
			o.SrcPort, o.DstPort, o.ID = o.SrcPort+uint16(i*sport), o.DstPort+uint16(i*dport), o.ID+uint16(i*id)
			if o.Time != 0 {
				o.Time += int64(i*pace) * 1e9
			}
			if o.Packets > 1 {
				o.Packets += uint64(i % 3)
			}
			burst[i] = o
		}
		return burst
	})
}

// The addresses of every kind that a detector asks about, then some of others.
var addrs = []string{
	"203.0.113.10", "203.0.113.11", "203.0.113.255", "192.168.1.20", "192.168.1.255", "255.255.255.255", "224.0.0.1", "127.0.0.1",
	"0.0.0.0", "169.254.7.7", "240.1.1.1", "10.1.2.3", "2001:db8:1::10", "2001:db8:9::1", "2001:db8:9::2", "fe80::1", "ff02::1", "::1",
}

var ports = []uint16{0, 1, 20, 22, 23, 53, 67, 68, 80, 113, 123, 443, 445, 1080, 3128, 3389, 5353, 8080, 33434, 33435, 33436, 51413, 60000}

func someAddr(n int) netip.Addr {
	if n < len(addrs) {
		return netip.MustParseAddr(addrs[n])
	}
	if n == len(addrs) {
		return netip.Addr{}
	}
	return netip.AddrFrom4([4]byte{198, 18, byte(n), 7})
}

// Whatever is observed: nothing panics, the account closes, the order is of no
// interest, and the document can be written.
func TestAnythingIsAccountedFor(t *testing.T) {
	base := lore.Open()
	rapid.Check(t, func(t *rapid.T) {
		observations := slices.Concat(rapid.SliceOfN(someBurst(), 0, 20).Draw(t, "bursts")...)
		whole, lost := rapid.Bool().Draw(t, "all is explained"), rapid.Bool().Draw(t, "no way is said")
		claimed := rapid.Bool().Draw(t, "sensors claim something")
		for i := range observations {
			o := &observations[i]
			if whole {
				o.Has |= portlore.HasPorts | portlore.HasFlags | portlore.HasICMP
				o.Proto = []portlore.Proto{portlore.TCP, portlore.UDP, portlore.ICMP}[o.Proto%3]
			}
			if claim := i % 11; claimed && claim > 0 && claim <= int(portlore.SynFlood) {
				o.Said = &portlore.Said{Claim: portlore.Claim(claim), Level: portlore.Level(i % 4), Sensor: "sensor", Rule: []byte{'a' + byte(i%3)}}
			}
			if lost {
				o.Way = portlore.WayUnsaid
			}
		}
		o := detect.Options{Base: base, Lang: portlore.Lang(rapid.IntRange(0, 1).Draw(t, "lang"))}
		if rapid.Bool().Draw(t, "home is given") {
			o.Home = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("2001:db8:1::/64")}
		}
		r := judge(o, observations)
		checkAccount(t, &r, observations)
		if whole && r.Unexplained.Observations > 0 {
			t.Errorf("%d unexplained %q", r.Unexplained.Observations, r.Unexplained.Examples)
		}
		checkOrder(t, &r, o, observations)
	})
}
