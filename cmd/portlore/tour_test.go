package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/portlore/portlore/examples"
	"github.com/portlore/portlore/internal/textwidth"
)

// The tour shows lines of the sample and the very answers that the commands give.
func TestTour(t *testing.T) {
	sample := filepath.Join("..", "..", "examples", "mixed.log")
	pages := map[string]string{}
	for _, lang := range []string{"en", "zh"} {
		got := invoke("tour", "--lang", lang)
		pages[lang] = got.stdout
		if got.code != exitDone || got.stderr != "" || strings.Count(got.stdout, "\n== ") != len(tourSteps())-1 {
			t.Fatalf("exit %d, %s%s", got.code, got.stdout, got.stderr)
		}
		for line := range strings.Lines(got.stdout) {
			if n := textwidth.Of(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
		for _, s := range tourSteps() {
			args := strings.Fields(strings.TrimPrefix(s.command, "portlore "))
			if s.one || len(args) == 0 {
				continue
			}
			for i := range args {
				if args[i] == "mixed.log" {
					args[i] = sample
				}
			}
			want := invoke(append(args, "--lang", lang)...).stdout
			want, _, _ = strings.Cut(want, "\n"+map[string]string{"en": "Read ", "zh": "共 "}[lang])
			if args[0] == "explain" { // the clocks differ, the verdicts do not
				want, _, _ = strings.Cut(want, "  (")
			}
			if want == "" || !strings.Contains(got.stdout, want) {
				t.Errorf("the tour does not say what %s says:\n%s", s.command, want)
			}
		}
		inert := result{exitDone, got.stdout, ""}
		checkInert(t, []string{"tour"}, inert)
	}
	if pages["en"] == pages["zh"] {
		t.Error("one language for both")
	}
	for line := range strings.Lines(pages["en"]) {
		words, isLine := strings.CutPrefix(line, "| SRC=")
		if isLine && !strings.Contains(string(examples.Mixed), "SRC="+strings.Fields(words)[0]+" ") {
			t.Errorf("no line of the sample: %s", line)
		}
	}
	if got := invoke("tour", "x"); got.code != exitUsage {
		t.Errorf("exit %d", got.code)
	}
}
