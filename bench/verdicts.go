package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// What this command reads of genlog's truth and of portlore's report.
type (
	truth struct {
		Home   []string `json:"home"`
		Actors []actor  `json:"actors"`
	}
	actor struct {
		Kind     string   `json:"kind"`
		Class    string   `json:"class"`
		Also     []string `json:"also"`
		Subjects []string `json:"subjects"`
	}
	report struct {
		Findings []group `json:"findings"`
		Noise    []group `json:"noise"`
	}
	group struct {
		Class    string   `json:"class"`
		Also     []string `json:"also"`
		Subjects []string `json:"subjects"`
		Sources  int      `json:"sources"`
	}
)

// verdicts compares what portlore says with what is true, per kind of actor.
func verdicts(w io.Writer, portlore, log, truthFile, reportFile string) error {
	var want truth
	if err := readJSON(truthFile, &want); err != nil {
		return err
	}
	args := []string{"explain", "--json", "-o", reportFile}
	for _, net := range want.Home {
		args = append(args, "--home", net)
	}
	if out, err := exec.Command(portlore, append(args, log)...).CombinedOutput(); err != nil {
		return fmt.Errorf("portlore %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	var got report
	if err := readJSON(reportFile, &got); err != nil {
		return err
	}

	fmt.Fprintln(w, "| kind of actor | actors | expected | named so | in a longer list | instead |")
	fmt.Fprintln(w, "|---|--:|---|--:|--:|---|")
	for _, t := range tallies(want, got) {
		fmt.Fprintf(w, "| %s | %d | %s | %d | %d | %s |\n", t.kind, t.actors, t.class, t.right, t.cut, strings.Join(t.instead, " "))
	}
	fmt.Fprintln(w, "\n- \"In a longer list\": a group of the expected class has more sources than a report lists.")
	return nil
}

func readJSON(name string, into any) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

type tally struct {
	kind, class        string
	actors, right, cut int
	instead            []string // what the others were called; empty string: nothing
}

func tallies(want truth, got report) []tally {
	classes := map[string][]string{} // source to its classes
	var longer []string              // classes of groups with more sources than they list
	for _, g := range slices.Concat(got.Findings, got.Noise) {
		for _, s := range g.Subjects {
			classes[s] = append(classes[s], append([]string{g.Class}, g.Also...)...)
		}
		if g.Sources > len(g.Subjects) {
			longer = append(longer, g.Class)
		}
	}
	var all []tally
	for _, a := range want.Actors {
		i := slices.IndexFunc(all, func(t tally) bool { return t.kind == a.Kind })
		if i < 0 {
			i = len(all)
			all = append(all, tally{kind: a.Kind, class: a.Class})
		}
		t := &all[i]
		t.actors++
		var called []string
		for _, s := range a.Subjects {
			called = append(called, classes[s]...)
		}
		switch {
		case slices.ContainsFunc(called, a.expects):
			t.right++
		case len(called) == 0 && slices.ContainsFunc(longer, a.expects):
			t.cut++
		default:
			if len(called) == 0 {
				called = []string{"(nothing)"}
			}
			for _, c := range called {
				if !slices.Contains(t.instead, c) {
					t.instead = append(t.instead, c)
				}
			}
		}
	}
	return all
}

// expects reports whether class is a right name for a.
func (a actor) expects(class string) bool {
	return slices.ContainsFunc(append([]string{a.Class}, a.Also...), func(pattern string) bool {
		prefix, open := strings.CutSuffix(pattern, "*")
		return class == pattern || open && strings.HasPrefix(class, prefix)
	})
}
