//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A court collects what was judged.
type court struct {
	verdicts  []verdict
	innocents map[string]int      // by kind
	accused   map[string][]string // by kind
	unread    map[string]int      // by kind: evidence that was not understood
	plain     score               // on kern.log, as the others are scored
}

// judgeAll runs portlore on each piece of evidence below a directory, and
// prints what became of it.
func judgeAll(w io.Writer, dir, bin string, verbose, rivals bool) error {
	labels, err := filepath.Glob(filepath.Join(dir, "*", "truth.json"))
	if err != nil || len(labels) == 0 {
		return fmt.Errorf("%s: no truth to judge by", dir)
	}
	slices.Sort(labels)
	var truths []truthFile
	var dirs []string
	c := court{innocents: map[string]int{}, accused: map[string][]string{}, unread: map[string]int{}}
	for _, label := range labels {
		b, err := os.ReadFile(label)
		if err != nil {
			return err
		}
		var t truthFile
		if err := json.Unmarshal(b, &t); err != nil {
			return fmt.Errorf("%s: %w", label, err)
		}
		truths, dirs = append(truths, t), append(dirs, filepath.Dir(label))
		for _, k := range judged {
			if err := derive(filepath.Dir(label), k); err != nil {
				return err
			}
			if err := c.hear(bin, filepath.Join(filepath.Dir(label), k), t, k); err != nil {
				return err
			}
		}
	}
	c.table(w)
	c.sideBySide(w)
	if verbose {
		c.complain(w)
	}
	if rivals {
		compare(w, truths, dirs, c.plain)
	}
	return nil
}

// hear judges one piece of evidence.
func (c *court) hear(bin, file string, t truthFile, kind string) error {
	seen, err := senders(filepath.Join(filepath.Dir(file), sameAs(kind)))
	if err != nil {
		return err
	}
	if _, err := os.Stat(file); len(seen) == 0 || err != nil { // evidence of an older bench has less
		return nil
	}
	args := []string{"explain", "--json", "--lang", "en"}
	for _, h := range t.Home {
		args = append(args, "--home", h)
	}
	out, _ := exec.Command(bin, append(args, file)...).Output()
	var d document
	if json.Unmarshal(out, &d) != nil || !understood(out) {
		c.unread[kind]++
		return nil
	}
	for _, a := range t.Actors {
		v := judgeActor(d, a, kind)
		v.scenario = t.Scenario
		if v.outcome != unseen {
			c.verdicts = append(c.verdicts, v)
		}
	}
	if kind == "kern.log" {
		c.plain.add(d.accuses(seen), t, seen)
	}
	actors := t.actors()
	for a := range seen {
		if !covers(actors, a) {
			c.innocents[kind]++
		}
	}
	for a, class := range d.accused(t, seen) {
		c.accused[kind] = append(c.accused[kind], fmt.Sprintf("%s %s: %s", t.Scenario, a, class))
	}
	return nil
}

// understood tells a kind of evidence that portlore cannot read from one in
// which it found nothing.
func understood(doc []byte) bool {
	var d struct {
		Inputs []struct {
			Understood int `json:"understood"`
		} `json:"inputs"`
	}
	return json.Unmarshal(doc, &d) == nil && len(d.Inputs) > 0 && d.Inputs[0].Understood > 0
}

// tally counts outcomes.
type tally [wrong + 1]int

func (t tally) String() string {
	if t == (tally{}) {
		return ""
	}
	return fmt.Sprintf("%d / %d / %d / %d", t[right], t[vague], t[missed], t[wrong])
}

// table prints right / vague / missed / wrongly accused, per class and kind.
func (c *court) table(w io.Writer) {
	rows, sums := map[string]map[string]*tally{}, map[string]map[string]*tally{}
	count := func(m map[string]map[string]*tally, row, kind string, o outcome) {
		if m[row] == nil {
			m[row] = map[string]*tally{}
		}
		if m[row][kind] == nil {
			m[row][kind] = &tally{}
		}
		m[row][kind][o]++
	}
	named, all := map[string]int{}, map[string]int{}
	hostile, hostileNamed := map[string]int{}, map[string]int{}
	for _, v := range c.verdicts {
		count(rows, v.actor.Verdict, v.kind, v.outcome)
		count(sums, "**all**", v.kind, v.outcome)
		all[v.kind]++
		good := v.named && v.outcome != wrong
		if good {
			named[v.kind]++
		}
		if !within(v.actor.Verdict, innocent) {
			hostile[v.kind]++
			if good {
				hostileNamed[v.kind]++
			}
		}
	}
	fmt.Fprintf(w, "Right / vague / missed / wrong, per actor.\n\n| class | %s |\n|---|%s\n", strings.Join(judged, " | "), strings.Repeat("---|", len(judged)))
	for _, m := range []map[string]map[string]*tally{rows, sums} {
		for _, class := range slices.Sorted(maps.Keys(m)) {
			fmt.Fprintf(w, "| %s |", class)
			for _, k := range judged {
				if t := m[class][k]; t != nil {
					fmt.Fprintf(w, " %s |", t)
				} else {
					fmt.Fprint(w, " |")
				}
			}
			fmt.Fprintln(w)
		}
	}
	row := func(name string, cell func(k string) string) {
		fmt.Fprintf(w, "| %s |", name)
		for _, k := range judged {
			fmt.Fprintf(w, " %s |", cell(k))
		}
		fmt.Fprintln(w)
	}
	row("**named, hostile**", func(k string) string { return share(hostileNamed[k], hostile[k]) })
	row("**named, all actors**", func(k string) string { return share(named[k], all[k]) })
	row("**innocent addresses accused**", func(k string) string {
		if c.innocents[k] == 0 {
			return ""
		}
		return fmt.Sprintf("%d of %d", len(c.accused[k]), c.innocents[k])
	})
	row("**files not understood**", func(k string) string { return fmt.Sprint(c.unread[k]) })
	fmt.Fprintln(w)
}

func share(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %% of %d", 100*float64(n)/float64(of), of)
}

// complain lists every verdict that is not right.
func (c *court) complain(w io.Writer) {
	words := []string{"unseen", "right", "vague", "missed", "WRONG"}
	for _, v := range c.verdicts {
		if v.outcome == right {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\twant %s\tgot %s\n", words[v.outcome], v.scenario, v.kind, v.actor.Src, v.actor.Verdict, strings.Join(slices.Sorted(maps.Keys(v.given)), " "))
	}
	for _, k := range judged {
		for _, a := range c.accused[k] {
			fmt.Fprintf(w, "ACCUSED\t%s\t%s\n", k, a)
		}
	}
}
