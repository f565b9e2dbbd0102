//go:build linux

package main

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
)

// a class of the closed list, with what a log with flags, flows and captures
// can say of it.
type class struct{ log, flow, capture string }

func closedList(t *testing.T) map[string]class {
	t.Helper()
	b, err := os.ReadFile("../../lore/data/classes.tsv")
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]class{}
	for line := range strings.Lines(string(b)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) > 7 && f[0] != "id" {
			list[f[0]] = class{f[5], f[6], f[7]}
		}
	}
	if len(list) < 50 {
		t.Fatalf("%d classes", len(list))
	}
	return list
}

// find is the entry of a class; one with a place holder covers what is below it.
func find(list map[string]class, id string) (class, bool) {
	if c, ok := list[id]; ok {
		return c, true
	}
	for k, c := range list {
		if stem, _, ok := strings.Cut(k, "<"); ok && strings.HasPrefix(id+".", stem) {
			return c, true
		}
	}
	return class{}, false
}

// isFamily reports whether classes begin with it.
func isFamily(list map[string]class, id string) bool {
	for k := range list {
		if strings.HasPrefix(k, id+".") {
			return true
		}
	}
	return false
}

// TestLabels: every label names classes of the closed list, and asks of no
// evidence what it cannot say.
func TestLabels(t *testing.T) {
	list := closedList(t)
	names, all, benign := map[string]bool{}, scenarios(), 0
	for _, s := range all {
		if names[s.name] {
			t.Errorf("%s: twice", s.name)
		}
		names[s.name] = true
		if s.benign() {
			benign++
		}
		if s.title == "" || s.play == nil || len(s.actors) == 0 {
			t.Errorf("%s: incomplete", s.name)
		}
		for _, l := range s.actors {
			c, ok := find(list, l.verdict)
			if !ok {
				t.Errorf("%s: verdict %s is no class", s.name, l.verdict)
			}
			named := slices.Clone(l.also)
			for _, v := range []*view{l.log, l.flow} {
				if v != nil {
					named = append(append(named, v.verdict), v.also...)
				}
			}
			for _, id := range named {
				if _, ok := find(list, id); !ok && !isFamily(list, id) {
					t.Errorf("%s: %s is no class", s.name, id)
				}
			}
			for _, id := range l.mustNot {
				id = strings.TrimSuffix(id, ":certain")
				if _, ok := find(list, id); !ok && !isFamily(list, id) {
					t.Errorf("%s: %s is no class", s.name, id)
				}
				if within(l.verdict, []string{id}) {
					t.Errorf("%s: forbids its own verdict with %s", s.name, id)
				}
			}
			if l.mustNot == nil {
				t.Errorf("%s: nothing would be harmful to say of %s", s.name, l.verdict)
			}
			inLogs := (l.in == 0 || l.in&inLog != 0) && !slices.Contains(l.blind, "kern.log")
			if inLogs && c.log == "no" && l.log == nil {
				t.Errorf("%s: a log cannot say %s, and no view says what it can", s.name, l.verdict)
			}
			if (l.in == 0 || l.in&outside != 0) && c.flow == "no" && l.flow == nil {
				t.Errorf("%s: flows cannot say %s, and no view says what they can", s.name, l.verdict)
			}
			if c.capture == "no" {
				t.Errorf("%s: a capture cannot say %s", s.name, l.verdict)
			}
		}
	}
	if len(all) < 80 || benign < 35 {
		t.Errorf("%d scenarios, %d benign; want 80 and 35", len(all), benign)
	}
}

// TestPairs: look-alikes come in company, of which some is innocent.
func TestPairs(t *testing.T) {
	members := map[string][]scenario{}
	for _, s := range scenarios() {
		members[s.pair] = append(members[s.pair], s)
	}
	for _, pair := range []string{
		"late reply / backscatter / stealth scan", "traceroute / UDP scan", "P2P leftovers / distributed scan", "QUIC retransmission / UDP probe", "DHCP / spoof",
		"LAN service / probe", "NTP crowd / reflection", "duplicate SYNs / brute force", "fragments / port 0", "own client / late client packet",
	} {
		list := members[pair]
		delete(members, pair)
		if len(list) < 2 || !slices.ContainsFunc(list, scenario.benign) {
			t.Errorf("%s: %d scenarios, want two at least and one of them innocent", pair, len(list))
		}
	}
	delete(members, "")
	for pair := range members {
		t.Errorf("unknown pair %q", pair)
	}
}

// TestWorlds: seeds move everything, within the ranges that are nobody's; no
// label covers a bystander.
func TestWorlds(t *testing.T) {
	public := []netip.Prefix{prefix("192.0.2.0/24"), prefix("198.51.100.0/24"), prefix("203.0.113.0/24"), prefix("198.18.0.0/15")}
	hosts := map[netip.Addr]bool{}
	for seed := range uint64(30) {
		for _, s := range scenarios() {
			w := newWorld(seed, s.name)
			hosts[w.host] = true
			for _, a := range append([]netip.Addr{w.host, w.isp, w.in(w.crowd), w.in(w.forged)}, append(w.strangers, w.servers...)...) {
				if !covers(public, a) {
					t.Fatalf("%s is somebody's address", a)
				}
			}
			for _, a := range append([]netip.Addr{w.lanHost}, w.pcs...) {
				if !a.IsPrivate() || !w.lanNet.Contains(a) {
					t.Fatalf("%s is not of the LAN %s", a, w.lanNet)
				}
			}
			for _, l := range s.actors {
				for _, src := range l.who(w) {
					for _, b := range w.bystanders() {
						if !s.quiet && asPrefix(src).Contains(b) {
							t.Errorf("%s: %s covers the bystander %s", s.name, src, b)
						}
					}
				}
			}
		}
	}
	if len(hosts) < 50 {
		t.Errorf("30 seeds made only %d different hosts of ours", len(hosts))
	}
	if a, b := newWorld(7, "x"), newWorld(7, "x"); a.host != b.host || a.Uint64() != b.Uint64() {
		t.Error("a seed makes two worlds")
	}
}
