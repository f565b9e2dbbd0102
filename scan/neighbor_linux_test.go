package scan

import (
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"
)

// The bytes are those of RFC 826 and RFC 4861, section 4.3; tcpdump reads them as
// "Request who-has 192.0.2.9 tell 192.0.2.1" and "neighbor solicitation, who has
// 2001:db8::9", with a correct checksum.
func TestNeighborQuestions(t *testing.T) {
	ours := []byte{2, 0, 0, 0, 0, 1}
	addr := netip.MustParseAddr
	for _, tt := range []struct {
		got  []byte
		want string
	}{
		{arpQuestion(ours, addr("192.0.2.1"), addr("192.0.2.9")), "0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000209"},
		{ndQuestion(ours, addr("2001:db8::1"), addr("2001:db8::9")), "60000000 0020 3a ff 20010db8000000000000000000000001 ff0200000000000000000001ff000009" +
			"87 00 1c19 00000000 20010db8000000000000000000000009 0101 020000000001"},
	} {
		if want := strings.ReplaceAll(tt.want, " ", ""); hex.EncodeToString(tt.got) != want {
			t.Errorf("got\n%x, want\n%s", tt.got, want)
		}
	}
}

func TestReadNeighbor(t *testing.T) {
	sender := "02000000000f"
	arp := "0001080006040002 020000000009 c0000209 020000000001 c0000201"
	nd := "60000000 0018 3a ff 20010db8000000000000000000000009 20010db8000000000000000000000001 88 00 0000 60000000 20010db8000000000000000000000009"
	for name, tt := range map[string]struct{ packet, addr, mac string }{
		"arp":               {arp, "192.0.2.9", "020000000009"},
		"nd with address":   {nd + "0201020000000009", "2001:db8::9", "020000000009"},
		"nd without":        {nd, "2001:db8::9", sender},
		"a question":        {strings.Replace(arp, "0002", "0001", 1), "", ""},
		"half an arp":       {arp[:30], "", ""},
		"half an nd":        {nd[:120], "", ""},
		"nothing":           {"", "", ""},
		"an option too big": {nd + "02ff020000000009", "2001:db8::9", sender},
	} {
		packet, err := hex.DecodeString(strings.ReplaceAll(tt.packet, " ", ""))
		if err != nil {
			t.Fatal(name, err)
		}
		from, _ := hex.DecodeString(sender)
		addr, its, ok := readNeighbor(packet, from)
		if ok != (tt.addr != "") || ok && (addr != netip.MustParseAddr(tt.addr) || hex.EncodeToString(its[:]) != tt.mac) {
			t.Errorf("%s: %v %x %v", name, addr, its, ok)
		}
	}
}

func FuzzReadNeighbor(f *testing.F) {
	f.Add(arpQuestion(make([]byte, 6), netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.9")))
	f.Add(ndQuestion(make([]byte, 6), netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::9")))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if addr, _, ok := readNeighbor(packet, make([]byte, 8)); ok && !addr.IsValid() {
			t.Error("no address")
		}
	})
}
