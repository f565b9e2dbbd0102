//go:build linux

package main

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
)

// A truthFile is what is known about the evidence beside it. Its fields are
// what a judge needs, and a few more for people.
type truthFile struct {
	Scenario string            `json:"scenario"`
	Seed     uint64            `json:"seed"`
	Title    string            `json:"title"`
	Pair     string            `json:"pair,omitempty"`
	Stretch  float64           `json:"stretch,omitempty"`
	Style    string            `json:"style"`
	Sources  map[string]string `json:"evidence"` // where each file comes from
	Home     []string          `json:"home"`
	Actors   []actor           `json:"actors"`
	LogView  *viewFile         `json:"log_view"`
	Innocent []string          `json:"innocent"` // every other address that was seen sending
	Problems []string          `json:"problems"`
}

type actor struct {
	Src       string         `json:"src"`
	Verdict   string         `json:"verdict"`
	Also      []string       `json:"also"`
	MustNot   []string       `json:"must_not"`
	Tool      string         `json:"tool,omitempty"`
	Technique string         `json:"technique,omitempty"`
	Note      string         `json:"note,omitempty"`
	LogLines  int            `json:"log_lines"`
	Seen      map[string]int `json:"seen"`
	LogView   *viewFile      `json:"log_view,omitempty"`
	FlowView  *viewFile      `json:"flow_view,omitempty"`
}

type viewFile struct {
	Verdict string   `json:"verdict,omitempty"`
	Also    []string `json:"also,omitempty"`
	May     []string `json:"may,omitempty"`
}

func (v *view) file() *viewFile {
	if v == nil {
		return nil
	}
	return &viewFile{v.verdict, v.also, v.may}
}

// kinds are the kinds of evidence.
var kinds = []string{"kern.log", "ulogd.log", "flows.csv", "wan.pcap", "lan.pcap"}

var places = map[string]place{"kern.log": inLog, "ulogd.log": inLog, "wan.pcap": outside, "lan.pcap": inside}

// tell writes truth.json, with what each evidence shows of each actor, and
// complains where that is not what the scenario says.
func (s *stage) tell(seed uint64) error {
	t := truthFile{
		Scenario: s.name, Seed: seed, Title: s.title, Pair: s.pair, Stretch: s.stretch, Style: s.style.name,
		Sources: map[string]string{"kern.log": "kernel", "ulogd.log": "ulogd", "flows.csv": "softflowd, nfcapd", "wan.pcap": "tcpdump", "lan.pcap": "tcpdump"},
		Home:    []string{s.home.String(), s.lanNet.String(), s.branch.String(), s.home6.String()},
	}
	seen := map[string]map[netip.Addr]int{}
	for _, k := range kinds {
		var err error
		if seen[k], err = senders(filepath.Join(s.dir, k)); err != nil {
			s.problem("%v", err)
		}
	}
	var covered []netip.Prefix
	for _, l := range s.actors {
		want := l.in
		if want == 0 {
			want = inLog | outside
		}
		for _, src := range l.who(s.world) {
			a := actor{
				Src: src, Verdict: l.verdict, Also: list(l.also), MustNot: list(l.mustNot), Tool: l.tool, Technique: l.technique, Note: l.note,
				Seen: map[string]int{}, LogView: l.log.file(), FlowView: l.flow.file(),
			}
			net := asPrefix(src)
			covered = append(covered, net)
			for _, k := range kinds {
				for addr, n := range seen[k] {
					if net.Contains(addr) {
						a.Seen[k] += n
					}
				}
				if p, ok := places[k]; ok && !slices.Contains(l.blind, k) && (want&p != 0) != (a.Seen[k] > 0) && (p != inside || want&p != 0) {
					s.problem("%s: %d of %s seen", k, a.Seen[k], src)
				}
				if slices.Contains(l.blind, k) {
					a.Seen[k] = 0
				}
				a.Seen[k] += 0 // a zero is said
			}
			a.LogLines = a.Seen["kern.log"]
			t.Actors = append(t.Actors, a)
		}
		if l.log != nil {
			t.LogView = merge(t.LogView, l.log)
		}
	}
	found := map[netip.Addr]bool{}
	for _, k := range kinds {
		for addr := range seen[k] {
			found[addr] = true
		}
	}
	for addr := range found {
		if !covers(covered, addr) {
			t.Innocent = append(t.Innocent, addr.String())
		}
	}
	sortAddrs(t.Innocent)
	t.Problems = s.problems
	text, err := json.MarshalIndent(t, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(s.dir, "truth.json"), append(text, '\n'), 0o644)
}

// merge makes one view of several: a scenario has one.
func merge(f *viewFile, v *view) *viewFile {
	if f == nil {
		return v.file()
	}
	return &viewFile{f.Verdict, append(append(append([]string{}, f.Also...), v.verdict), v.also...), append(append([]string{}, f.May...), v.may...)}
}

// list is never null: other readers of truth.json iterate over it.
func list(l []string) []string { return append([]string{}, l...) }

func (t truthFile) actors() []netip.Prefix {
	var out []netip.Prefix
	for _, a := range t.Actors {
		out = append(out, asPrefix(a.Src))
	}
	return out
}
