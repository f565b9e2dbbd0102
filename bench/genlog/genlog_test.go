package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestRun(t *testing.T) {
	truthFile := filepath.Join(t.TempDir(), "truth.json")
	var first, second bytes.Buffer
	if err := run(&first, "log", minLines, 1, truthFile); err != nil {
		t.Fatal(err)
	}
	if err := run(&second, "log", minLines, 1, ""); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same seed gave two different logs")
	}
	if n := bytes.Count(first.Bytes(), []byte("\n")); n != minLines {
		t.Errorf("%d lines, want %d", n, minLines)
	}

	data, err := os.ReadFile(truthFile)
	if err != nil {
		t.Fatal(err)
	}
	var got truth
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	sum, seen := 0, map[string]bool{}
	for _, a := range got.Actors {
		sum += a.Lines
		seen[a.Kind] = true
		if len(a.Subjects) == 0 || a.Sources < len(a.Subjects) || a.Lines < 1 || a.Class == "" {
			t.Errorf("strange actor: %+v", a)
		}
	}
	if sum != minLines {
		t.Errorf("the actors have %d lines, the log %d", sum, minLines)
	}
	if len(seen) != len(kinds)+1 {
		t.Errorf("%d kinds of actor, want %d", len(seen), len(kinds)+1)
	}
}

// TestAddresses: no line may carry the address of a real host.
func TestAddresses(t *testing.T) {
	var log bytes.Buffer
	if err := run(&log, "log", minLines, 2, ""); err != nil {
		t.Fatal(err)
	}
	var harmless []netip.Prefix
	for _, s := range []string{
		homeNet, lanNet, "198.18.0.0/15", "2001:db8::/32", "3fff::/20",
		"0.0.0.0/32", "255.255.255.255/32", "224.0.0.0/24", "239.255.255.250/32",
	} {
		harmless = append(harmless, netip.MustParsePrefix(s))
	}
	found := regexp.MustCompile(`(?:SRC|DST)=(\S+)`).FindAllSubmatch(log.Bytes(), -1)
	if len(found) != 2*minLines {
		t.Fatalf("%d addresses, want %d", len(found), 2*minLines)
	}
next:
	for _, m := range found {
		addr, err := netip.ParseAddr(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range harmless {
			if p.Contains(addr) {
				continue next
			}
		}
		t.Fatalf("%s is in no range for examples", addr)
	}
}

// TestBenchmarkAddresses: the numbers are scattered one to one.
func TestBenchmarkAddresses(t *testing.T) {
	seen := map[netip.Addr]bool{}
	for n := range uint32(1 << 17) {
		seen[benchmark(n)] = true
	}
	if len(seen) != 1<<17 {
		t.Errorf("%d different addresses, want %d", len(seen), 1<<17)
	}
	if g := (&generator{}); !g.outside().Is4() || g.used != 1 {
		t.Error("outside did not hand out the first address")
	}
}

// TestCaptures: the same scene, as frames and as flows.
func TestCaptures(t *testing.T) {
	const file, frame = 24, 16 // what stands before the frames of a pcap file, and before each
	for as, perFrame := range map[string]int{"pcap": 1, "netflow": flowsPerDatagram} {
		var out bytes.Buffer
		if err := run(&out, as, minLines, 1, ""); err != nil {
			t.Fatal(err)
		}
		frames := 0
		for b := out.Bytes()[file:]; len(b) > 0; frames++ {
			size := int(binary.LittleEndian.Uint32(b[8:]))
			if size > 1600 {
				t.Fatalf("%s: a frame of %d bytes", as, size)
			}
			b = b[frame+size:]
		}
		if want := minLines / perFrame; frames > want+1 || frames < want*9/10 {
			t.Errorf("%s: %d frames", as, frames)
		}
	}
	if err := run(&bytes.Buffer{}, "csv", minLines, 1, ""); err == nil {
		t.Error("-as csv: no error")
	}
}

func TestLineLimits(t *testing.T) {
	for _, n := range []int{0, minLines - 1, maxLines + 1} {
		if err := run(&bytes.Buffer{}, "log", n, 1, ""); err == nil {
			t.Errorf("%d lines: no error", n)
		}
	}
}
