package scan

import (
	"encoding/hex"
	"hash/maphash"
	"net/netip"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The bytes were checked by tcpdump -vv, which said of both "cksum … (correct)".
func TestPutSYN(t *testing.T) {
	for _, tt := range []struct {
		from, to string
		want     string
	}{
		{
			"192.0.2.1", "198.51.100.7",
			"4500002c 00004000 40060000 c0000201 c6336407" +
				"5ba00050 01020304 00000000 6002faf0 00000000 020405b4",
		},
		{
			"2001:db8::1", "2001:db8::7",
			"60000000 00180640 20010db8000000000000000000000001 20010db8000000000000000000000007" +
				"5ba00050 01020304 00000000 6002faf0 00000000 020405a0",
		},
	} {
		var b [synMax]byte
		for i := range b {
			b[i] = 0xee // what was there before
		}
		n := putSYN(b[:], netip.MustParseAddr(tt.from), netip.MustParseAddr(tt.to), 23456, 80, 0x01020304)
		got := append([]byte{}, b[:n]...)
		header := ipv4Len
		if got[0]>>4 == 6 {
			header = ipv6Len
		}
		if sum := tcpSum(got, header); sum != 0xffff {
			t.Errorf("%s: TCP words sum up to %#x, want 0xffff", tt.to, sum)
		}
		if header == ipv4Len {
			if sum := slowSum(got[:header], 0); sum != 0xffff {
				t.Errorf("%s: header words sum up to %#x, want 0xffff", tt.to, sum)
			}
			got[10], got[11] = 0, 0
		}
		got[header+16], got[header+17] = 0, 0
		if want := strings.ReplaceAll(tt.want, " ", ""); hex.EncodeToString(got) != want {
			t.Errorf("%s: without checksums\n%x, want\n%s", tt.to, got, want)
		}
	}
}

// slowSum is the checksum of RFC 1071 as its section 1 tells it: each sum with
// its carry.
func slowSum(b []byte, sum uint16) uint16 {
	for i := 0; i+1 < len(b); i += 2 {
		word := uint16(b[i])<<8 | uint16(b[i+1])
		if sum += word; sum < word {
			sum++
		}
	}
	return sum
}

func tcpSum(b []byte, header int) uint16 {
	addresses := b[12:20]
	if header == ipv6Len {
		addresses = b[8:40]
	}
	tcp := b[header:]
	return slowSum(tcp, slowSum([]byte{0, protoTCP, 0, byte(len(tcp))}, slowSum(addresses, 0)))
}

func drawAddr(t *rapid.T, label string) netip.Addr {
	b := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label)
	if rapid.Bool().Draw(t, "four") {
		return netip.AddrFrom4([4]byte(b))
	}
	b[0] = 0x20 // no IPv4 in the clothes of IPv6
	return netip.AddrFrom16([16]byte(b))
}

// answerTo makes, from a SYN, what the other side would send.
func answerTo(syn []byte, flags byte) []byte {
	b := append([]byte{}, syn...)
	t := b[ipv4Len:]
	if b[0]>>4 == 6 {
		copy(b[8:24], syn[24:40])
		copy(b[24:40], syn[8:24])
		t = b[ipv6Len:]
	} else {
		copy(b[12:16], syn[16:20])
		copy(b[16:20], syn[12:16])
	}
	ports := [4]byte(t)
	copy(t, ports[2:])
	copy(t[2:], ports[:2])
	network.PutUint32(t[8:], network.Uint32(t[4:])+1)
	network.PutUint32(t[4:], 0x55555555)
	t[13] = flags
	return b
}

// errorAbout makes an ICMP error that quotes a packet.
func errorAbout(syn []byte, from netip.Addr, kind, code byte) []byte {
	if from.Is4() {
		b := make([]byte, ipv4Len+8, 100)
		b[0], b[8], b[9] = 0x45, 60, protoICMP
		copy(b[12:], from.AsSlice())
		b[20], b[21] = kind, code
		return append(b, syn[:28]...) // RFC 792: the header and eight bytes
	}
	b := make([]byte, ipv6Len+8, 200)
	b[0], b[6], b[7] = 0x60, protoICMPv6, 60
	copy(b[8:], from.AsSlice())
	b[40], b[41] = kind, code
	return append(b, syn...)
}

// What comes back to a SYN leads to whom it was sent, and nobody can make it up
// who has not seen it.
func TestReadEcho(t *testing.T) {
	secret := maphash.MakeSeed()
	rapid.Check(t, func(t *rapid.T) {
		to := drawAddr(t, "to")
		from := netip.IPv6LinkLocalAllNodes()
		router := netip.MustParseAddr("2001:db8::99")
		if to.Is4() {
			from = netip.MustParseAddr("192.0.2.1")
			router = netip.MustParseAddr("192.0.2.99")
		}
		ours, port := rapid.Uint16Range(1024, 65535).Draw(t, "our port"), rapid.Uint16().Draw(t, "port")
		var b [synMax]byte
		syn := b[:putSYN(b[:], from, to, ours, port, cookie(secret, to, port))]
		for flags, want := range map[byte]State{flagSYN | flagACK: Open, flagRST | flagACK: Closed} {
			e, ok := readEcho(answerTo(syn, flags), ours)
			if !ok || e.addr != to || e.port != port || e.State != want || e.TTL != 64 || e.seq != cookie(secret, to, port) {
				t.Fatalf("flags %#x: %+v %v", flags, e, ok)
			}
		}
		kind, code, why := byte(3), byte(13), "icmp 3/13"
		if to.Is6() {
			kind, code, why = 1, 1, "icmpv6 1/1"
		}
		e, ok := readEcho(errorAbout(syn, router, kind, code), ours)
		if !ok || e.addr != to || e.port != port || e.State != Filtered || e.Why != why || e.From != router || e.seq != cookie(secret, to, port) {
			t.Fatalf("ICMP: %+v %v", e, ok)
		}
		for name, packet := range map[string][]byte{
			"our own SYN": syn,
			"a lone ACK":  answerTo(syn, flagACK),
			"a lone RST":  answerTo(syn, flagRST),
			"an echo":     errorAbout(syn, router, 8, 0),
		} {
			if e, ok := readEcho(packet, ours); ok && !(to.Is6() && name == "an echo") && ours != port {
				t.Fatalf("%s is read as %+v", name, e)
			}
		}
		if _, ok := readEcho(answerTo(syn, flagSYN|flagACK), ours-1); ok {
			t.Fatal("an answer to another port is read")
		}
	})
}

func TestCookie(t *testing.T) {
	one, other := maphash.MakeSeed(), maphash.MakeSeed()
	a := netip.MustParseAddr("192.0.2.1")
	if once, again := cookie(one, a, 80), cookie(one, a, 80); once != again {
		t.Errorf("%#x, and then %#x", once, again)
	}
	same := 0
	for port := range uint16(1000) {
		for _, c := range []uint32{cookie(other, a, port), cookie(one, a.Next(), port), cookie(one, a, port+1)} {
			if c == cookie(one, a, port) {
				same++
			}
		}
	}
	if same > 1 { // once in 1.4 million runs by chance
		t.Errorf("%d of 3000 cookies are the same for another secret, address or port", same)
	}
}

func FuzzReadEcho(f *testing.F) {
	var b [synMax]byte
	syn := b[:putSYN(b[:], netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2"), 2000, 80, 7)]
	f.Add(answerTo(syn, flagSYN|flagACK))
	f.Add(errorAbout(syn, netip.MustParseAddr("192.0.2.99"), 3, 1))
	syn = b[:putSYN(b[:], netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2"), 2000, 80, 7)]
	f.Add(answerTo(syn, flagRST|flagACK))
	f.Add(errorAbout(syn, netip.MustParseAddr("2001:db8::99"), 1, 3))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if e, ok := readEcho(packet, 2000); ok && (!e.addr.IsValid() || e.State == Unknown || e.Why == "") {
			t.Errorf("%+v", e)
		}
	})
}
