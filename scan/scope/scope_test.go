package scope

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/portlore/portlore/scan"
)

// here is a machine at 192.168.1.5 and fd00:1::5.
var here = Links{
	Own:      []netip.Addr{netip.MustParseAddr("192.168.1.5"), netip.MustParseAddr("203.0.113.200"), netip.MustParseAddr("fd00:1::5"), netip.MustParseAddr("fe80::5")},
	Attached: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("203.0.113.128/25"), netip.MustParsePrefix("fd00:1::/64"), netip.MustParsePrefix("fe80::/64")},
	Names:    []string{"lo", "eth0"},
}

// names are what the resolver of the tests knows.
func names(_ context.Context, name string) ([]netip.Addr, error) {
	known := map[string]string{
		"nas.lan": "192.168.1.20", "www.example": "192.0.2.7", "both.lan": "192.168.1.20 192.0.2.7",
		"mapped.example": "::ffff:192.0.2.7", "nat64.example": "64:ff9b::c000:207", "meta.example": "169.254.169.254",
		"zero.example": "0.0.0.0", "many.example": strings.Repeat("192.168.1.20 ", 17), "self.lan": "127.0.0.1 ::1",
	}
	var found []netip.Addr
	for a := range strings.FieldsSeq(known[name]) {
		found = append(found, netip.MustParseAddr(a))
	}
	if found == nil {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return found, nil
}

func decide(words ...string) (*Decision, error) {
	return decideWith(Judge{Links: here}, words...)
}

func decideWith(j Judge, words ...string) (*Decision, error) {
	r := Reader{Links: here, Lookup: names}
	targets, err := r.Targets(context.Background(), words)
	if err != nil {
		return nil, err
	}
	return j.Judge(targets, nil)
}

// Hostile are target strings that must be refused, and why, whatever is authorised.
var Hostile = map[string]string{
	"0177.0.0.1":              "octal",
	"192.168.001.005":         "octal",
	"2130706433":              "one number",
	"0x7f000001":              "hexadecimal",
	"0x7f.0.0.1":              "hexadecimal",
	"127.1":                   "four numbers",
	"192.168.1":               "four numbers",
	"192.168.1.256":           "from 0 to 255",
	"::ffff:8.8.8.8":          "inside",
	"::ffff:7f00:1":           "inside",
	"::8.8.8.8":               "inside",
	"64:ff9b::808:808":        "inside",
	"2002:808:808::1":         "inside",
	"::/0":                    "never scanned",
	"0.0.0.0/0":               "never scanned",
	"0/0":                     "one number",
	"0.0.0.0":                 "never scanned",
	"255.255.255.255":         "never scanned",
	"224.0.0.1":               "multicast",
	"223.255.255.0-224.0.0.9": "reaches into 224.0.0.0/4",
	"ff02::1%eth0":            "link-local",
	"ff02::1":                 "multicast",
	"192.168.1.255":           "broadcast",
	"192.168.1.0":             "broadcast",
	"169.254.169.254":         "metadata",
	"fd00:ec2::254":           "metadata",
	"meta.example":            "metadata",
	"nat64.example":           "inside",
	"zero.example":            "never scanned",
	"many.example":            "17 addresses",
	"fe80::1":                 "which link",
	"fe80::1%<script>":        "no interface",
	"fe80::1%nosuch0":         "no interface",
	"192.168.1.1%eth0":        "only link-local",
	"192.168.1.9-3":           "before it begins",
	"192.168.1.1-::1":         "",
	"192.168.1.1/33":          "length",
	"192.168.1.1:80":          "does not belong",
	"http://192.168.1.1/":     "a URL",
	"[::1]":                   "brackets",
	"192.168.1.*":             "wildcards",
	"１２７.0.0.1":               "only letters",
	"nas.lan\x1b":             "only letters",
	"nas lan":                 "only letters",
	"-nas":                    "neither",
	"nas..lan":                "neither",
	"":                        "empty",
	"10.0.0.0/12":             "more than 65,536",
	"10.0.0.0/8":              "more than one run takes",
	"no.such.name":            "no such name",
	"@/dev/zero":              "64 KiB",
	strings.Repeat("a", 5000): "longer than any name",
}

func TestHostile(t *testing.T) {
	for word, why := range Hostile {
		d, err := decideWith(Judge{Links: here, Authorized: "a test"}, word)
		var r Refusal
		switch {
		case err == nil:
			t.Errorf("%.60q may be scanned: %+v", word, d.Grants)
		case !errors.As(err, &r):
			t.Errorf("%.60q: %v: not in both languages", word, err)
		case !strings.Contains(r.EN, why) || r.ZH == "" || r.ZH == r.EN:
			t.Errorf("%.60q: %s %s; want %q", word, r.EN, r.ZH, why)
		}
	}
}

// Without a word of permission only what is ours, or private and near.
func TestReasons(t *testing.T) {
	for word, want := range map[string]string{
		"127.0.0.1":                 "own 1",
		"::1":                       "own 1",
		"self.lan":                  "own 2",
		"127.0.0.0/24":              "own 256",
		"192.168.1.5":               "own 1",
		"203.0.113.200":             "own 1",
		"fe80::5%eth0":              "own 1",
		"192.168.1.20":              "link 1",
		"nas.lan":                   "link 1",
		"fe80::1%eth0":              "link 1",
		"fd00:1::9":                 "link 1",
		"192.168.1.0/24":            "own 1, link 253",
		"192.168.1.77/24":           "own 1, link 253",
		"192.168.1.10-20":           "link 11",
		"192.168.1.10-192.168.1.20": "link 11",
		"192.168.1.10,nas.lan,192.168.1.10-20,192.168.1.20": "link 11", // each once
		"203.0.113.201":  "", // ours is the neighbour, and it is public
		"192.168.2.1":    "", // private, elsewhere
		"192.0.2.7":      "",
		"www.example":    "",
		"both.lan":       "",
		"2001:db8::1":    "",
		"100.64.0.1":     "",
		"mapped.example": "",
		"192.168.0.0/23": "",
	} {
		d, err := decide(word)
		var said []string
		if err == nil {
			for _, g := range d.Grants {
				said = append(said, fmt.Sprint(g.Reason, " ", g.Hosts.Len()))
			}
		}
		if got := strings.Join(said, ", "); got != want {
			t.Errorf("%s: %q, want %q (%v)", word, got, want, err)
		}
		if want == "" && !errors.As(err, new(Unpermitted)) {
			t.Errorf("%s: %v: it could be permitted", word, err)
		}
	}
}

func TestPermission(t *testing.T) {
	now := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	j := Judge{Links: here, Now: func() time.Time { return now }, Register: []Entry{
		{Net: netip.MustParsePrefix("192.0.2.0/28"), Note: "contract", Until: now.Add(time.Hour)},
		{Net: netip.MustParsePrefix("198.51.100.0/24"), Note: "old", Until: now.Add(-time.Hour)},
	}}
	d, err := decideWith(j, "192.0.2.7", "192.168.1.0/24")
	if err != nil || len(d.Grants) != 3 || d.Grants[2].Reason != Registered || d.Grants[2].Why != "192.0.2.0/28: contract" || d.LeftOut != 2 || !d.NeedsSaying() {
		t.Errorf("%+v %v", d, err)
	}
	for a, want := range map[string]bool{"192.0.2.7": true, "::ffff:192.0.2.7": true, "192.0.2.8": false, "192.168.1.255": false, "192.168.1.9": true} {
		if err := d.Permit(netip.MustParseAddr(a)); (err == nil) != want {
			t.Errorf("%s: %v", a, err)
		}
	}
	now = now.Add(2 * time.Hour) // while the scan goes on
	if d.Permit(netip.MustParseAddr("192.0.2.7")) == nil {
		t.Error("permitted after the end")
	}
	if _, err := decideWith(j, "198.51.100.3"); err == nil || !strings.Contains(err.Error(), "ended on 2026-11-27") {
		t.Error(err)
	}
	if _, err := decideWith(Judge{Links: here, Authorized: " "}, "192.0.2.7"); err == nil {
		t.Error("blanks are no reason")
	}
	if d, err := decideWith(Judge{Links: here, Authorized: "ticket 4711", Most: 1 << 20}, "10.0.0.0/12"); err != nil || d.Grants[0].Hosts.Len() != 1<<20 {
		t.Error(d, err)
	}
}

// A name is looked up once, and what was found is what is called: a name server
// that answers differently the next time gains nothing.
func TestRebinding(t *testing.T) {
	asked := 0
	r := Reader{Links: here, Lookup: func(context.Context, string) ([]netip.Addr, error) {
		asked++
		return []netip.Addr{netip.MustParseAddr([]string{"192.168.1.20", "192.0.2.7"}[min(asked-1, 1)])}, nil
	}}
	targets, err := r.Targets(t.Context(), []string{"rebind.example", "rebind.example,rebind.example"})
	if err != nil || asked != 1 {
		t.Fatal(err, asked)
	}
	d, err := (&Judge{Links: here}).Judge(targets, nil)
	if err != nil || d.Grants[0].Hosts.At(0).String() != "192.168.1.20" || d.Permit(netip.MustParseAddr("192.0.2.7")) == nil {
		t.Error(d, err)
	}
}

func TestLists(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hosts")
	write := func(s string) {
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("\ufeff# ours\n192.168.1.20 192.168.1.21,192.168.1.22\r\n\nnas.lan # the store\n")
	if d, err := decide("@" + file); err != nil || d.Grants[0].Hosts.Len() != 3 {
		t.Error(d, err)
	}
	for text, want := range map[string]string{
		"192.168.1.20\n0177.0.0.1\n": "line 2: 0177.0.0.1",
		"@/etc/passwd\n":             "names no other list",
		"# nothing\n":                "nothing is left",
	} {
		write(text)
		if _, err := decide("@" + file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	r := Reader{Links: here, Lookup: names, Stdin: strings.NewReader("nas.lan")}
	if targets, err := r.Targets(t.Context(), []string{"-"}); err != nil || targets[0].Name != "nas.lan" {
		t.Error(targets, err)
	}
	if _, err := decide("@" + t.TempDir()); err == nil || !strings.Contains(err.Error(), "a directory") {
		t.Error(err)
	}
	targets, _ := (&Reader{Links: here}).Targets(t.Context(), []string{"192.168.1.0/24"})
	without, _ := (&Reader{Links: here}).Targets(t.Context(), []string{"192.168.1.0/25,192.168.1.200-254"})
	if d, err := (&Judge{Links: here}).Judge(targets, without); err != nil || d.Grants[0].Hosts.Len() != 72 || d.LeftOut != 1 {
		t.Error(d, err)
	}
}

// Whatever is asked for, nothing is granted that is never scanned, nothing twice,
// and nothing that was not asked for.
func TestGrantsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		addr := func() netip.Addr {
			n := rapid.Uint32().Draw(t, "address")
			if rapid.Bool().Draw(t, "near") {
				n = 192<<24 | 168<<16 | 1<<8 | n&0x3ff
			}
			return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		}
		var words []string
		for range rapid.IntRange(1, 5).Draw(t, "words") {
			words = append(words, fmt.Sprintf("%s/%d", addr(), rapid.IntRange(18, 32).Draw(t, "bits")))
		}
		d, err := decideWith(Judge{Links: here, Authorized: "a test", Most: 1 << 20}, words...)
		if err != nil {
			return
		}
		var all []scan.Range
		var n uint64
		for _, g := range d.Grants {
			all = append(all, g.Hosts.Ranges()...)
			n += g.Hosts.Len()
			for _, r := range g.Hosts.Ranges() {
				for _, a := range []netip.Addr{r.First, r.Last} {
					if why, is := neverAt(a, here); is || d.Permit(a) != nil {
						t.Fatalf("%v: %s was granted: %s", words, a, why.EN)
					}
				}
			}
		}
		var asked []scan.Range
		for _, w := range words {
			asked = append(asked, scan.RangeOf(netip.MustParsePrefix(w)))
		}
		if granted := unite(all...); granted.Len() != n || n+d.LeftOut != unite(asked...).Len() {
			t.Fatalf("%v: %d granted, %d of them distinct, %d left out", words, n, granted.Len(), d.LeftOut)
		}
	})
}

func FuzzTarget(f *testing.F) {
	for word := range Hostile {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.HasPrefix(word, "@") {
			return
		}
		d, err := decide(word)
		if err != nil {
			return
		}
		for _, g := range d.Grants {
			if a := g.Hosts.At(0); !inAny(append(here.Attached, loopback...), a) {
				t.Errorf("%q: %s", word, a)
			}
		}
	})
}

func TestRegister(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "scope.json")
	r, err := ReadRegister(file)
	if err != nil || len(r.Nets) != 0 {
		t.Fatal(r, err)
	}
	add := func(net string) error {
		p, err := Network(net)
		if err != nil {
			return err
		}
		return r.Add(Entry{Net: p, Note: "a test", Added: time.Now()})
	}
	for _, net := range []string{"203.0.113.9/28", "203.0.113.0/28", "192.0.2.1", "2001:db8::/32"} {
		if err := add(net); err != nil {
			t.Error(err)
		}
	}
	for _, net := range []string{"0.0.0.0/0", "224.0.0.1", "169.254.169.254", "192.0.2.0/33", "::ffff:1.2.3.4", "1.0.0.0/7", "nas.lan", "0300.0.0.1", "fe80::1%eth0", ""} {
		if add(net) == nil {
			t.Errorf("%s was entered", net)
		}
	}
	if err := r.Write(file); err != nil {
		t.Fatal(err)
	}
	back, err := ReadRegister(file)
	if err != nil || len(back.Nets) != 3 {
		t.Fatalf("%+v %v", back, err)
	}
	if !back.Remove(netip.MustParsePrefix("203.0.113.5/28")) || back.Remove(netip.MustParsePrefix("203.0.113.0/28")) {
		t.Error("what is removed is gone")
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Error(info.Mode())
	}
	os.Chmod(file, 0o666)
	if r, err := ReadRegister(file); err == nil || len(r.Nets) > 0 {
		t.Error("a file that others can write was believed")
	}
	os.Chmod(file, 0o600)
	os.WriteFile(file, []byte(`{"schema":"portlore/scope/9"}`), 0o600)
	if _, err := ReadRegister(file); err == nil {
		t.Error("another version was read")
	}
}

func TestLog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "scans.jsonl")
	for _, outcome := range []string{"", "done"} {
		l, err := OpenLog(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Write(Record{Outcome: outcome, Targets: []string{"a\nb\x1b"}}); err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
	text, _ := os.ReadFile(file)
	if info, _ := os.Stat(file); strings.Count(string(text), "\n") != 2 || info.Mode().Perm() != 0o600 || strings.Contains(string(text), "\x1b") {
		t.Errorf("%s", text)
	}
	if _, err := OpenLog("/dev/null"); err == nil {
		t.Error("a device is no log")
	}
}
