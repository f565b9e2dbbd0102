package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"testing"
)

// The verdict is about what happened, not about how it was written down: cut in
// two, compressed, in any order, read by any number of workers, a log gets the
// same answer. Only the places in the evidence differ, and of shuffled lines it is
// said that time runs back in them.
func TestSameAnswer(t *testing.T) {
	logs := map[string][]byte{"mixed": readFile(t, filepath.Join("..", "..", "examples", "mixed.log"))}
	generated, err := exec.Command("go", "run", "../../bench/genlog", "-lines", "20000").Output()
	if err != nil {
		t.Fatal(err)
	}
	logs["generated"] = generated

	for name, log := range logs {
		t.Run(name, func(t *testing.T) {
			variants := write(t, log)
			want := answer(t, 1, variants["whole"])
			for variant, files := range variants {
				for _, workers := range []int{1, 2} {
					got := answer(t, workers, files)
					if variant == "shuffled" {
						takeGap(t, got)
						got["sentence"] = want["sentence"] // it counts the gap
					}
					for _, part := range slices.Sorted(maps.Keys(want)) {
						if at := difference(part, got[part], want[part]); at != "" {
							t.Errorf("%s, %d workers: %s", variant, workers, at)
						}
					}
				}
			}
		})
	}
}

// write writes a log in several ways and returns the files of each.
func write(t *testing.T, log []byte) map[string][]string {
	dir := t.TempDir()
	file := func(name string, data []byte) string { return writeFile(t, filepath.Join(dir, name), data) }

	lines := bytes.SplitAfter(bytes.TrimSuffix(log, []byte("\n")), []byte("\n"))
	lines[len(lines)-1] = append(bytes.Clone(lines[len(lines)-1]), '\n')
	half := len(log) - len(bytes.Join(lines[len(lines)/2:], nil))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(log)
	z.Close()
	order := rand.New(rand.NewPCG(1, 2))
	shuffled := slices.Clone(lines)
	order.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })

	return map[string][]string{
		"whole":    {file("whole.log", log)},
		"cut":      {file("first.log", log[:half]), file("second.log", log[half:])},
		"gzipped":  {file("packed", packed.Bytes())},
		"shuffled": {file("shuffled.log", bytes.Join(shuffled, nil))},
	}
}

// answer is the part of a report that must not depend on the reading.
func answer(t *testing.T, workers int, files []string) map[string]any {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(workers))
	got := invoke(append([]string{"explain", "--json", "--now", now}, files...)...)
	if got.code != exitDone || got.stderr != "" {
		t.Fatalf("%q: exit %d, %s", files, got.code, got.stderr)
	}
	var whole map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &whole); err != nil {
		t.Fatal(err)
	}
	findings := whole["findings"].([]any)
	if len(findings) == 0 {
		t.Fatalf("%q: no findings", files)
	}
	for _, f := range findings {
		delete(f.(map[string]any), "evidence")
		for _, advice := range f.(map[string]any)["advice"].([]any) {
			if a := advice.(map[string]any); a["kind"] == "report" {
				delete(a, "text") // it names the places
			}
		}
	}
	part := map[string]any{}
	for _, name := range []string{"word", "sentence", "first", "last", "home", "findings", "noise", "families", "unexplained", "totals"} {
		part[name] = whole[name]
	}
	return part
}

// takeGap takes the finding out that time runs back.
func takeGap(t *testing.T, part map[string]any) {
	t.Helper()
	all := part["findings"].([]any)
	rest := slices.DeleteFunc(slices.Clone(all), func(f any) bool { return f.(map[string]any)["class"] == "evidence.gap" })
	if len(rest) < len(all)-1 {
		t.Errorf("shuffled: %d findings are gaps, want one at most", len(all)-len(rest))
	}
	part["findings"] = rest
}

// difference is the first place where two documents differ; empty: none.
func difference(at string, got, want any) string {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if !ok || got[name] == nil {
				break
			}
			if d := difference(at+"."+name, got[name], want[name]); d != "" {
				return d
			}
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range want {
				if d := difference(fmt.Sprintf("%s[%d]", at, i), got[i], want[i]); d != "" {
					return d
				}
			}
		}
	}
	if reflect.DeepEqual(got, want) {
		return ""
	}
	return fmt.Sprintf("%s: %.300s\nwant %.300s", at, fmt.Sprint(got), fmt.Sprint(want))
}

// A comparison that sees no difference proves nothing.
func TestDifference(t *testing.T) {
	const doc = `{"a": [{"b": 1, "c": "x"}], "d": null}`
	for other, want := range map[string]string{
		doc:                                         "",
		`{"a": [{"b": 2, "c": "x"}], "d": null}`:    "x.a[0].b: 1\nwant 2",
		`{"a": [{"b": 1}], "d": null}`:              "x.a[0]: map[b:1 c:x]\nwant map[b:1]",
		`{"a": [], "d": null}`:                      "x.a: [map[b:1 c:x]]\nwant []",
		`{"a": [{"b": 1, "c": "x"}], "d": {}}`:      "x: map[a:[map[b:1 c:x]] d:<nil>]\nwant map[a:[map[b:1 c:x]] d:map[]]",
		`{"a": [{"b": 1, "c": "x"}, 2], "d": null}`: "x.a: [map[b:1 c:x]]\nwant [map[b:1 c:x] 2]",
	} {
		var got, wanted any
		if err := errors.Join(json.Unmarshal([]byte(doc), &got), json.Unmarshal([]byte(other), &wanted)); err != nil {
			t.Fatal(err)
		}
		if d := difference("x", got, wanted); d != want {
			t.Errorf("%s: %q, want %q", other, d, want)
		}
	}
}
