//go:build linux

package main

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// A document is what scoring reads of portlore's JSON.
type document struct {
	Findings []finding `json:"findings"`
	Noise    []finding `json:"noise"`
}

type finding struct {
	Class      string   `json:"class"`
	Also       []string `json:"also"`
	Attributes []string `json:"attributes"`
	Severity   string   `json:"severity"`
	Role       string   `json:"role"`
	Subjects   []string `json:"subjects"`
	Targets    []string `json:"targets"`
	Confidence struct {
		P float64 `json:"p"`
	} `json:"confidence"`
}

// accusing are the families that must never be given to an innocent, unless
// its truth names them.
var accusing = []string{
	"scan", "worm", "brute.force", "dos", "probe.trojan", "probe.proxy", "probe.amplifier",
	"outbound.scan", "outbound.dos", "outbound.spam", "outbound.beacon", "internal.scan",
}

var severities = []string{"info", "low", "medium", "high", "critical"}

// within reports whether a class is one of the families or below one.
func within(class string, families []string) bool {
	return slices.ContainsFunc(families, func(f string) bool { return class == f || strings.HasPrefix(class, f+".") })
}

func anyWithin(given map[string]float64, families []string) bool {
	for g := range given {
		if within(g, families) {
			return true
		}
	}
	return false
}

// given are the classes that a document gives to an address or network, each
// with its confidence, and the highest severity.
func (d document) given(src netip.Prefix) (map[string]float64, int) {
	return d.collect(src, func(f finding) bool { return f.Role == "ours" && about(src, f.Targets) })
}

// said are the classes given to an address as one of those who act: what was
// done to it accuses nobody.
func (d document) said(src netip.Prefix) map[string]float64 {
	out, _ := d.collect(src, func(finding) bool { return false })
	return out
}

func (d document) collect(src netip.Prefix, too func(finding) bool) (map[string]float64, int) {
	out, severity := map[string]float64{}, 0
	for _, f := range d.Findings {
		if about(src, f.Subjects) || too(f) {
			for _, c := range f.classes() {
				out[c] = max(out[c], f.Confidence.P)
			}
			severity = max(severity, slices.Index(severities, f.Severity))
		}
	}
	for _, n := range d.Noise {
		if about(src, n.Subjects) {
			out[n.Class] = 1
		}
	}
	return out, severity
}

func (f finding) classes() []string {
	return slices.Concat([]string{f.Class}, f.Also, f.Attributes)
}

// about reports whether an address or network is among subjects: inside one,
// or one inside it.
func about(src netip.Prefix, subjects []string) bool {
	return slices.ContainsFunc(subjects, func(s string) bool { return asPrefix(s).Overlaps(src) })
}

// An outcome is how well a verdict fits the truth.
type outcome int

const (
	unseen outcome = iota // this evidence does not show the actor
	right                 // what truth says, as far as this evidence can show it
	vague                 // the right family, or only what is true besides
	missed
	wrong // something harmful
)

// A verdict is the outcome for one actor on one kind of evidence.
type verdict struct {
	scenario string
	actor    actor
	kind     string
	outcome  outcome
	named    bool // the class or one that is right too
	given    map[string]float64
}

// judgeActor compares what was given to an actor with its truth.
func judgeActor(d document, a actor, kind string) verdict {
	v := verdict{actor: a, kind: kind}
	if a.Seen[sameAs(kind)] == 0 {
		return v
	}
	capture := kind == "wan.pcap" || kind == "lan.pcap"
	best, enough := []string{a.Verdict}, slices.Clone(a.Also)
	views := []*viewFile{a.LogView}
	switch kind {
	case "flows.csv", "netflow.pcap":
		views = []*viewFile{a.FlowView}
	case "tcpdump.txt": // headers without TTLs, and nothing of what is inside
		views = []*viewFile{a.LogView, a.FlowView}
	}
	var bad, certain []string
	for _, m := range a.MustNot {
		if c, ok := strings.CutSuffix(m, ":certain"); ok {
			certain = append(certain, c)
		} else {
			bad = append(bad, m)
		}
	}
	for _, view := range views {
		if view != nil && !capture {
			best = append(best, view.Verdict)
			enough = append(enough, view.Also...)
			bad = slices.DeleteFunc(bad, func(b string) bool { return slices.Contains(view.May, b) })
		}
	}
	if !capture && strings.HasPrefix(a.Verdict, "probe.enum.") {
		best = append(best, "probe.service")
	}
	good := slices.Concat(best, enough)
	blameless := within(a.Verdict, innocent)
	if blameless {
		bad = append(bad, slices.DeleteFunc(slices.Clone(accusing), func(f string) bool { return within(f, good) })...)
	} else if !slices.ContainsFunc(good, func(g string) bool { return strings.HasPrefix(g, "benign.") }) {
		bad = append(bad, "benign")
	}
	given, severity := d.given(asPrefix(a.Src))
	v.given, v.named = given, anyWithin(given, good)
	harmful := blameless && severity >= 3
	for g, p := range given {
		if !within(g, good) && (within(g, bad) || p >= 0.9 && within(g, certain)) {
			harmful = true
		}
	}
	switch {
	case harmful:
		v.outcome = wrong
	case anyWithin(given, best):
		v.outcome = right
	case v.named || anyWithin(given, []string{family(a.Verdict)}):
		v.outcome = vague
	default:
		v.outcome = missed
	}
	return v
}

func family(class string) string {
	f, _, _ := strings.Cut(class, ".")
	return f
}

// accuses are the senders that a document accuses of anything.
func (d document) accuses(seen map[netip.Addr]int) []netip.Addr {
	var out []netip.Addr
	for a := range seen {
		if anyWithin(d.said(netip.PrefixFrom(a, a.BitLen())), accusing) {
			out = append(out, a)
		}
	}
	return out
}

// accused are those of them that no actor covers, with what is said of them.
func (d document) accused(t truthFile, seen map[netip.Addr]int) map[netip.Addr]string {
	actors, out := t.actors(), map[netip.Addr]string{}
	for _, a := range d.accuses(seen) {
		if covers(actors, a) {
			continue
		}
		for _, g := range slices.Sorted(maps.Keys(d.said(netip.PrefixFrom(a, a.BitLen())))) {
			if within(g, accusing) {
				out[a] = g
			}
		}
	}
	return out
}
