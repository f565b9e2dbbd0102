package main

import (
	"strings"
	"testing"

	"github.com/portlore/portlore/internal/textwidth"
)

// Every verb has help in both languages that fits a terminal, and the overview
// and its own help name every verb.
func TestHelp(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		overview := invoke("--help", "--lang", lang)
		fits(t, overview)
		for _, v := range verbs() {
			help := invoke(v.name, "--help", "--lang", lang)
			fits(t, help)
			if !strings.HasPrefix(help.stdout, "portlore "+v.name+" ") {
				t.Errorf("%s: %s", v.name, help.stdout)
			}
			if !strings.Contains(overview.stdout, "\n  "+v.name+" ") {
				t.Errorf("the overview in %s does not name %s", lang, v.name)
			}
		}
	}
	if invoke("explain", "--help", "--lang", "en") == invoke("explain", "--help", "--lang", "zh") {
		t.Error("the help is the same in both languages")
	}
}

func fits(t *testing.T, got result) {
	t.Helper()
	if got.code != exitDone || got.stderr != "" {
		t.Errorf("exit %d, %s", got.code, got.stderr)
	}
	for line := range strings.Lines(got.stdout) {
		if n := textwidth.Of(line); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestSuggest(t *testing.T) {
	for name, want := range map[string]string{
		"explain": "explain", "expalin": "explain", "xplain": "explain", "exp": "explain", "explian": "explain",
		"ports": "port", "prot": "port", "lroe": "lore", "schemas": "schema", "schéma": "schema",
		"help_test.go": "explain help_test.go", "3128": "port 3128", "20-25": "port 20-25",
		"": "", "e": "", "brew": "", "65536": "", strings.Repeat("explain", 10_000): "",
	} {
		if got := suggest(name, ""); got != want {
			t.Errorf("suggest(%.20q) = %q, want %q", name, got, want)
		}
	}
}
