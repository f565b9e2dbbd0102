package portlore_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestDependencies: every direct requirement of go.mod says in
// docs/dependencies.md what it is for and why it was chosen.
func TestDependencies(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range undocumented(string(mod), string(doc)) {
		t.Error(v)
	}
}

func undocumented(mod, doc string) []string {
	var required, documented, found []string
	block := false
	for line := range strings.Lines(mod) {
		line = strings.TrimSpace(line)
		rest, single := strings.CutPrefix(line, "require ")
		switch {
		case line == "require (":
			block = true
		case line == ")":
			block = false
		case (block || single) && line != "" && !strings.HasPrefix(line, "//") && !strings.HasSuffix(line, "// indirect"):
			required = append(required, strings.Fields(rest)[0])
		}
	}
	for line := range strings.Lines(doc) {
		item, ok := strings.CutPrefix(line, "- ")
		if !ok {
			continue
		}
		name, why, _ := strings.Cut(strings.TrimSpace(item), " — ")
		documented = append(documented, name)
		if what, reason, _ := strings.Cut(why, "; "); strings.TrimSpace(what) == "" || strings.TrimSpace(reason) == "" {
			found = append(found, fmt.Sprintf("docs/dependencies.md: %q: want - module — what for; why this one", name))
		}
		if !slices.Contains(required, name) {
			found = append(found, fmt.Sprintf("docs/dependencies.md: %s is not required directly by go.mod", name))
		}
	}
	for _, name := range required {
		if !slices.Contains(documented, name) {
			found = append(found, fmt.Sprintf("docs/dependencies.md: no line for %s", name))
		}
	}
	return found
}

func TestDependenciesViolations(t *testing.T) {
	const mod = `module m

go 1.26

require example.com/a v1.0.0

require (
	example.com/b v1.0.0
	example.com/c v1.0.0 // indirect
)
`
	const a, b = "- example.com/a — for a; small\n", "- example.com/b — for b; ours\n"
	for _, tt := range []struct {
		doc  string
		want int
	}{
		{"# Dependencies\n\n" + a + b, 0},
		{a, 1},
		{"", 2},
		{a + b + "- example.com/c — for c; old\n", 1},
		{a + "- example.com/b — for b\n", 1},
		{a + "- example.com/b\n", 1},
	} {
		if got := undocumented(mod, tt.doc); len(got) != tt.want {
			t.Errorf("%q: %q, want %d of them", tt.doc, got, tt.want)
		}
	}
}
