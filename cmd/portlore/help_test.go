package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/portlore/portlore/internal/helptext"
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

// What the help names is taken, and what is taken is named: completions and man
// pages are made of the help.
func TestHelpNamesFlags(t *testing.T) {
	named := map[string]bool{"help": true, "h": true, "version": true, "v": true, "q": true}
	for _, v := range verbs() {
		help := invoke(v.name, "--help", "--lang", "en").stdout
		for _, f := range helptext.Flags(helptext.Parse(help)) {
			named[strings.TrimLeft(f.Name, "-")] = true
			args := []string{v.name, f.Name}
			if f.Arg != "" {
				args = append(args, "1")
			}
			if got := invoke(append(args, "--help")...); strings.Contains(got.stderr, "not defined") {
				t.Errorf("%s: %s", v.name, got.stderr)
			}
		}
		zh := helptext.Flags(helptext.Parse(invoke(v.name, "--help", "--lang", "zh").stdout))
		for i, f := range helptext.Flags(helptext.Parse(help)) {
			if i >= len(zh) || zh[i].Name != f.Name {
				t.Fatalf("%s: %s is not in the same place in Chinese: %v", v.name, f.Name, zh)
			}
		}
	}
	declared := regexp.MustCompile(`set\.(?:Func|Bool|String|BoolVar|StringVar|IntVar|DurationVar)\((?:&[\w.]+, )?"([a-z-]+)"`)
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		for _, m := range declared.FindAllStringSubmatch(string(readFile(t, file)), -1) {
			seen++
			if !named[m[1]] && !strings.HasSuffix(file, "_test.go") {
				t.Errorf("%s: --%s is in no help", file, m[1])
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d flags found in the source", seen)
	}
}
