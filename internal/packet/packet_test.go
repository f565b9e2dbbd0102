package packet

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

// A sample is one frame with its link layer.
type sample struct {
	link  Link
	frame []byte
}

// Heads of packets from which samples are put together.
const (
	ip4 = "450000281234400040060000c6336407cb00710a"
	tcp = "9c4000160000000100000000a002040000000000020405b40402080a000000010000000001030307"
	ip6 = "20010db800000000000000000000000720010db8000000000000000000000010"
)

// samples are frames of every link layer and of every header.
func samples(t testing.TB) []sample {
	t.Helper()
	var all []sample
	for _, s := range []struct {
		link Link
		hex  string
	}{
		{Null, "02000000" + ip4 + tcp},
		{Loop, "00000018" + "6000000000280640" + ip6 + tcp},
		{Ethernet, "525400123456001b21aabbcc0800" + ip4 + tcp + "000000000000"},
		{Ethernet, "ffffffffffff001b21aabbcc81000064" + "88a80065" + "0800" + ip4 + tcp},
		{Ethernet, "525400123456001b21aabbcc8847" + "0001004000011140" + ip4 + tcp},
		{Ethernet, "525400123456001b21aabbcc8864" + "11000001002a0021" + ip4 + tcp},
		{Ethernet, "525400123456001b21aabbcc0030aaaa030000000800" + ip4 + tcp},
		{Ethernet, "ffffffffffff001b21aabbcc08060001080006040001"},
		{PPP, "21" + ip4 + tcp},
		{PPPHDLC, "ff030057" + "6000000000280640" + ip6 + tcp},
		{PPPoE, "11000001002a0021" + ip4 + tcp},
		{SLL, "0004000100065254001234560000" + "0800" + ip4 + tcp},
		{SLL2, "0800000000000002000101061b21aabbcc0000" + "00" + ip4 + tcp},
		{NFLog, "02000000" + "08000100080001001100" + "0a00" + hex.EncodeToString([]byte("[UFW BLOCK] \x00")) + "000000" +
			"06000f0001000000" + "08000400000000021200" + "1000" + "ffffffffffff001b21aabbcc08000000" + "40000900" + ip4 + tcp},
		{NFLog, "0a000000" + "0800010086dd0300" + "0800050000000003" + "54000900" + "6000000000280640" + ip6 + tcp},
		{PFLog, "3d020100" + "656d3000000000000000000000000000" + "616e63686f7200000000000000000000" + "0000000300000007" + strings.Repeat("00", 16) + "02000000" + ip4 + tcp},
		{Raw, ip4 + tcp},
		{Raw, "4500003800010000401100" + "00c6336407cb0071359c400035002400006162"},
		{Raw, "450000380001000040010000cb00710ac6336407" + "0303000000000000" + "450000200001000040110000c6336407cb00710a9c400035000c0000"},
		{Raw, "450000240007200240110000c6336407cb00710a" + "00160016001600166162636465666768"},
		{Raw, "4600002c000140004006" + "0000c6336407cb00710a94040000" + tcp},
		{Raw, "450000340001000040840000c6336407cb007135" + "9c400b590000000000000000010000140000000100010000000a000a00000001"},
		{IPv6, "6000000000343c40" + ip6 + "2b00010400000000" + "0001010400000000" + "3300010400000000" + "0604000000000001" + strings.Repeat("00", 16) + tcp},
		{IPv6, "6000000000182c40" + ip6 + "1100000100000009" + "9c400035010000006162636465666768"},
		{IPv6, "6000000000443aff" + ip6 + "0200000000000500" + "6000000000140640" + ip6 + tcp},
		{IPv6, "6000000000000040" + ip6 + "0600c20400010000" + tcp},
		{147, "00"},
	} {
		frame, err := hex.DecodeString(s.hex)
		if err != nil {
			t.Fatalf("%s: %v", s.hex, err)
		}
		all = append(all, sample{s.link, frame})
	}
	return append(all, captured(t)...)
}

// captured are the frames of the real captures among the goldens of formats.
func captured(t testing.TB) []sample {
	t.Helper()
	paths, err := filepath.Glob("../../format/testdata/captures/*.pcap")
	if err != nil || len(paths) == 0 {
		t.Fatal("no captures", err)
	}
	var all []sample
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		link := Link(binary.LittleEndian.Uint32(b[20:]))
		for b = b[24:]; len(b) > 0; {
			end := 16 + binary.LittleEndian.Uint32(b[8:])
			all = append(all, sample{link, b[16:end]})
			b = b[end:]
		}
	}
	return all
}

// check holds Decode against its slow twin.
func check(t *testing.T, link Link, bigEndian bool, frame []byte, wire int) {
	t.Helper()
	var d Decoder
	var got portlore.Observation
	outcome := d.Decode(link, bigEndian, frame, wire, &got)
	wantOutcome, want := slow(link, bigEndian, frame, wire)
	if outcome != wantOutcome {
		t.Fatalf("link %d, %x of %d bytes: outcome %d, want %d (%+v)", link, frame, wire, outcome, wantOutcome, d.Fault)
	}
	if outcome == Malformed && (d.Fault.At < 0 || d.Fault.At > len(frame) || d.Fault.Why == "") {
		t.Fatalf("link %d, %x: fault %+v", link, frame, d.Fault)
	}
	if outcome != Understood {
		return
	}
	for _, lent := range []*[]byte{&got.Label, &got.InIf, &got.OutIf, &got.Payload, &want.Label, &want.InIf, &want.OutIf, &want.Payload} {
		if len(*lent) == 0 {
			*lent = nil
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("link %d, %x of %d bytes:\ngot  %+v\nwant %+v", link, frame, wire, got, want)
	}
}

// TestAgainstTwin reads every sample whole, cut at every byte, and with bytes
// changed.
func TestAgainstTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range samples(t) {
		for n := range len(s.frame) + 1 {
			check(t, s.link, false, s.frame[:n], len(s.frame))
		}
		for range 200 {
			b := append([]byte(nil), s.frame...)
			for range 1 + r.IntN(3) {
				b[r.IntN(min(len(b), 120))] = byte(r.Uint32())
			}
			check(t, s.link, r.IntN(2) == 0, b, r.IntN(2*len(b)))
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples(f) {
		f.Add(uint16(s.link), false, s.frame, len(s.frame))
	}
	f.Fuzz(func(t *testing.T, link uint16, bigEndian bool, frame []byte, wire int) {
		check(t, Link(link), bigEndian, frame, max(0, min(wire, 1<<31-1)))
	})
}

func TestDecodeDoesNotAllocate(t *testing.T) {
	all := samples(t)
	var d Decoder
	var ob portlore.Observation
	if n := testing.AllocsPerRun(10, func() {
		for _, s := range all {
			ob = portlore.Observation{}
			d.Decode(s.link, false, s.frame, len(s.frame), &ob)
		}
	}); n != 0 {
		t.Errorf("%v allocations for %d frames, want 0", n, len(all))
	}
}

// TestOptionsHash: what differs from packet to packet of one program does not
// count, what differs from program to program does.
func TestOptionsHash(t *testing.T) {
	const linux = "020405b40402080a000000010000000001030307"
	hash := func(text string) uint32 {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return OptionsHash(b)
	}
	if hash("") != 0 || hash(linux) == 0 || hash(linux) != hash(strings.Replace(linux, "080a00000001", "080affff0001", 1)) {
		t.Error("no options, or another time stamp")
	}
	seen := map[uint32]string{}
	for _, text := range []string{
		linux, "020405b4", "02040590", "0204", "02", "01010101", "00", "020405b401010402", "0303", "030307", "0404", "ff",
		strings.Replace(linux, "030307", "030308", 1), strings.Replace(linux, "0402", "0101", 1),
	} {
		if h := hash(text); seen[h] != "" {
			t.Errorf("%s and %s are %08x", text, seen[h], h)
		} else {
			seen[h] = text
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	all := captured(b)
	var d Decoder
	var ob portlore.Observation
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range all {
			ob = portlore.Observation{}
			d.Decode(s.link, false, s.frame, len(s.frame), &ob)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(all)), "ns/frame")
}
