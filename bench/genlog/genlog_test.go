package main

import (
	"bytes"
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
	if err := run(&first, minLines, 1, truthFile); err != nil {
		t.Fatal(err)
	}
	if err := run(&second, minLines, 1, ""); err != nil {
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
	if err := run(&log, minLines, 2, ""); err != nil {
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

func TestLineLimits(t *testing.T) {
	for _, n := range []int{0, minLines - 1, maxLines + 1} {
		if err := run(&bytes.Buffer{}, n, 1, ""); err == nil {
			t.Errorf("%d lines: no error", n)
		}
	}
}
