package detect_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/table"
)

// judge judges observations that were spread over so many tables and merged.
func judge(o detect.Options, observations []portlore.Observation, parts ...int) portlore.Report {
	tables := []*table.Table{table.New(0)}
	for i := range observations {
		part := 0
		if len(parts) > 0 {
			part = parts[i]
		}
		for len(tables) <= part {
			tables = append(tables, table.New(0))
		}
		tables[part].Add(&observations[i])
	}
	for _, t := range tables[1:] {
		tables[0].Merge(t)
	}
	return detect.Judge(tables[0], o)
}

// A failer is a *testing.T or a *rapid.T.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// checkAccount: everything observed is accounted for once.
func checkAccount(t failer, r *portlore.Report, observations []portlore.Observation) {
	t.Helper()
	var all, packets, noise, noisePackets uint64
	for _, o := range observations {
		all += max(1, o.Count)
		if !table.KindOf(&o).Claimed() { // what a sensor says is no packet
			packets += max(1, o.Packets)
		}
	}
	if r.Totals.Observations != all || r.Totals.Packets != packets {
		t.Errorf("totals %+v, want %d observations, %d packets", r.Totals, all, packets)
	}
	share := 0.0
	for _, n := range r.Noise {
		noise += n.Observations
		noisePackets += n.Packets
		share += n.Share
		if n.Sources != uint64(len(n.Subjects))+n.SubjectsMore || n.Sources == 0 || n.Sources > r.Totals.Sources {
			t.Errorf("%s: %d sources, %d subjects, %d more", n.Class, n.Sources, len(n.Subjects), n.SubjectsMore)
		}
	}
	if want := float64(noise) / float64(max(1, all)); math.Abs(share-want) > 1e-9 {
		t.Errorf("shares of the noise sum to %v, want %v", share, want)
	}
	claimed, claimedPackets := noise, noisePackets
	for _, f := range r.Findings {
		claimed += f.Observations
		claimedPackets += f.Packets
		if o := f.Outcome; o.Blocked+o.Accepted+o.Unsaid != f.Observations || o.Answered > f.Observations {
			t.Errorf("%s: outcome %+v of %d observations", f.Class, o, f.Observations)
		}
		if f.Sources < uint64(len(f.Subjects)) || f.Sources > r.Totals.Sources {
			t.Errorf("%s: %d sources, %d subjects", f.Class, f.Sources, len(f.Subjects))
		}
	}
	if claimed+r.Unexplained.Observations != all {
		t.Errorf("%d observations in findings and noise + %d unexplained, want %d", claimed, r.Unexplained.Observations, all)
	}
	// The unexplained are not counted in packets.
	if r.Unexplained.Observations == 0 && claimedPackets != packets || claimedPackets > packets {
		t.Errorf("%d packets in findings and noise, %d in all", claimedPackets, packets)
	}
	for _, n := range r.Families {
		noise -= n.Observations
		noisePackets -= n.Packets
	}
	if noise != 0 || noisePackets != 0 {
		t.Errorf("families lack %d observations and %d packets of the noise", int64(noise), int64(noisePackets))
	}
}

// checkOrder: any order of the evidence and any split of it give one report.
func checkOrder(t failer, in *portlore.Report, o detect.Options, observations []portlore.Observation) {
	t.Helper()
	want := document(t, *in)
	for tables := 1; tables <= 2; tables++ {
		r := rand.New(rand.NewPCG(uint64(tables), 1))
		shuffled, parts := slices.Clone(observations), make([]int, len(observations))
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range parts {
			parts[i] = r.IntN(tables)
		}
		if got := document(t, judge(o, shuffled, parts...)); got != want {
			t.Errorf("shuffled, in %d tables:\n%s", tables, difference(got, want))
		}
	}
}

// document is the JSON of a report.
func document(t failer, r portlore.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(b)
}

// difference is the first line in which two documents differ.
func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return strings.Join(g[max(0, i-4):min(len(g), i+2)], "\n") + "\nin order:\n" + strings.Join(w[max(0, i-4):min(len(w), i+2)], "\n")
		}
	}
	return "one is longer"
}

// checkLanguages: both languages say the same, with no sentence missing and no
// placeholder left.
func checkLanguages(t failer, o detect.Options, observations []portlore.Observation) {
	t.Helper()
	var said [2]string
	for _, o.Lang = range []portlore.Lang{portlore.English, portlore.Chinese} {
		r := judge(o, observations)
		texts := []string{r.Sentence}
		for i := range r.Findings {
			f := &r.Findings[i]
			for _, problem := range misfits(t, o.Lang, *f) {
				t.Errorf("%s, %s: %s", f.Class, o.Lang, problem)
			}
			texts = slices.Concat(texts, []string{f.Title, f.Means, f.Confidence.Why}, f.Do, f.Unless, f.Facts)
			f.Title, f.Means, f.Confidence.Why, f.Do, f.Unless, f.Facts = "", "", "", nil, nil, nil
		}
		for _, noise := range [][]portlore.Noise{r.Noise, r.Families} {
			for i := range noise {
				texts = append(texts, noise[i].Title)
				noise[i].Title = ""
			}
		}
		for _, s := range texts {
			if s == "" || strings.ContainsAny(s, "{}") {
				t.Errorf("%s: %q", o.Lang, s)
			}
		}
		r.Sentence = ""
		said[o.Lang] = document(t, r)
	}
	if said[0] != said[1] {
		t.Errorf("the languages differ:\n%s", difference(said[1], said[0]))
	}
}

// checkOneSource: who asks for one source gets its finding as it is in the whole.
func checkOneSource(t failer, r *portlore.Report, o detect.Options, observations []portlore.Observation) {
	t.Helper()
	asked := 0
	for _, f := range r.Findings {
		if len(f.Subjects) != 1 || strings.Contains(f.Subjects[0], "/") || asked == 2 {
			continue
		}
		asked++
		o.Source = netip.MustParseAddr(f.Subjects[0])
		alone := judge(o, observations)
		i := slices.IndexFunc(alone.Findings, func(g portlore.Finding) bool { return g.ID == f.ID })
		if i < 0 || alone.Findings[i].Observations != f.Observations || alone.Findings[i].Class != f.Class {
			t.Errorf("%s of %s is not found when it alone is asked for", f.Class, o.Source)
		}
	}
}
