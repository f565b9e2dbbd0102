//go:build linux

package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// judged are the kinds of evidence that are judged: those that were recorded, and
// others of the same traffic.
var judged = []string{"kern.log", "ulogd.log", "flows.csv", "netflow.pcap", "wan.pcap", "tcpdump.txt", "lan.pcap"}

// sameAs is the kind whose senders another kind shows too.
func sameAs(kind string) string {
	switch kind {
	case "netflow.pcap":
		return "flows.csv"
	case "tcpdump.txt":
		return "wan.pcap"
	}
	return kind
}

// derive makes what is not recorded: the text that tcpdump prints of a capture.
func derive(dir, kind string) error {
	name := filepath.Join(dir, kind)
	if kind != "tcpdump.txt" {
		return nil
	}
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	out, err := exec.Command("tcpdump", "-nn", "-tttt", "-r", filepath.Join(dir, "wan.pcap")).Output()
	if err != nil {
		return fmt.Errorf("tcpdump: %w", err)
	}
	return os.WriteFile(name, out, 0o644)
}

// A relation is how a verdict on one kind of evidence stands to the truth.
type relation int

const (
	same          relation = iota // it names the class, or what is right too
	weaker                        // it says less
	contradictory                 // it accuses the actor of what it did not do
)

// relationOf compares what one kind of evidence led to with the truth. Whoever
// says less is weaker: a wider class, a mere question for a service, ordinary
// noise, unknown, nothing. What contradicts is a class that the label forbids, and
// any accusation of an innocent.
func relationOf(v verdict) relation {
	a := v.actor
	good := slices.Concat([]string{a.Verdict}, a.Also)
	for _, view := range []*viewFile{a.LogView, a.FlowView} {
		if view != nil && v.kind != "wan.pcap" { // what a log or flows can support
			good = slices.Concat(good, []string{view.Verdict}, view.Also, view.May)
		}
	}
	for g, p := range v.given {
		if within(g, good) {
			continue
		}
		for _, m := range a.MustNot {
			class, certain := strings.CutSuffix(m, ":certain")
			if within(g, []string{class}) && (!certain || p >= 0.9) {
				return contradictory
			}
		}
		if within(a.Verdict, innocent) && within(g, accusing) {
			return contradictory
		}
	}
	if v.named {
		return same
	}
	return weaker
}

// five are the formats of one and the same traffic that are set side by side.
var five = []string{"kern.log", "ulogd.log", "wan.pcap", "netflow.pcap", "tcpdump.txt"}

// sideBySide prints what five formats of the same traffic led to, a row for each
// kind of actor of each scenario, and how often they agree.
func (c *court) sideBySide(w io.Writer) {
	type row struct{ scenario, class string }
	cells, rows := map[row]map[string][]verdict{}, []row{}
	sums := map[string]*[contradictory + 1]int{}
	for _, k := range five {
		sums[k] = &[contradictory + 1]int{}
	}
	for _, v := range c.verdicts {
		sum := sums[v.kind]
		if sum == nil {
			continue
		}
		sum[relationOf(v)]++
		r := row{v.scenario, v.actor.Verdict}
		if cells[r] == nil {
			cells[r] = map[string][]verdict{}
			rows = append(rows, r)
		}
		cells[r][v.kind] = append(cells[r][v.kind], v)
	}
	fmt.Fprintf(w, "| | kernel log | ulogd | capture | NetFlow | tcpdump text |\n|---|---|---|---|---|---|\n")
	for i, name := range []string{"same", "weaker", "contradictory"} {
		fmt.Fprintf(w, "| %s |", name)
		for _, k := range five {
			fmt.Fprintf(w, " %d |", sums[k][i])
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\n| scenario | truth | kernel log | ulogd | capture | NetFlow | tcpdump text |\n|---|---|---|---|---|---|---|\n")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s |", r.scenario, r.class)
		for _, k := range five {
			fmt.Fprintf(w, " %s |", cellOf(cells[r][k]))
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintln(w)
}

// cellOf is the worst relation of some actors of one kind, with what was said.
func cellOf(all []verdict) string {
	if len(all) == 0 {
		return ""
	}
	worst := slices.MaxFunc(all, func(a, b verdict) int { return int(relationOf(a)) - int(relationOf(b)) })
	said := strings.Join(slices.Sorted(maps.Keys(worst.given)), ", ")
	if said == "" {
		said = "nothing"
	}
	switch relationOf(worst) {
	case same:
		return "same"
	case weaker:
		return "weaker: " + said
	}
	return "**contradictory**: " + said
}
