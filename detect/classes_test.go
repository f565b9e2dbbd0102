package detect_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/report"
)

// classID is what a class or the beginning of an open one looks like in the source.
var classID = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+\.?$|^(tool\.|malformed|unknown)$`)

// emitted are the classes that stand in the detectors, where they stand.
func emitted(t *testing.T) map[string]token.Position {
	t.Helper()
	set := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]token.Position{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if s, _ := strconv.Unquote(lit.Value); classID.MatchString(s) {
					found[strings.TrimSuffix(s, ".")] = set.Position(lit.Pos())
				}
			}
			return true
		})
	}
	return found
}

// TestClasses: every class that a detector gives is in the closed list and has
// words, and there are cases that show when it is given and when not.
func TestClasses(t *testing.T) {
	base := lore.Open()
	all := emitted(t)
	if len(all) < 40 {
		t.Fatalf("only %d classes were found in the source", len(all))
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if class, ok := base.Class(id); !ok {
			t.Errorf("%s: %s is not in classes.tsv", all[id], id)
		} else if missing := wordless(class); missing != "" {
			t.Errorf("%s: %s has no %s", all[id], id, missing)
		}
		for _, pattern := range []string{"[^l]*", "lookalike-*"} {
			if cases, _ := filepath.Glob(filepath.Join("testdata", id, pattern+".txtar")); len(cases) == 0 && !strings.HasPrefix(id, "tool.") {
				t.Errorf("%s: no case testdata/%s/%s.txtar", all[id], id, pattern)
			}
		}
	}
	dirs, _ := filepath.Glob("testdata/*/lookalike-*.txtar")
	for _, dir := range dirs {
		if id := filepath.Base(filepath.Dir(dir)); all[id] == (token.Position{}) && id != "tool" {
			t.Errorf("%s: no detector gives %s", dir, id)
		}
	}
}

// wordless is the first of its texts that a class lacks in one of the languages.
// Attributes are said of findings of other classes, but for scan.stealth.
func wordless(c lore.Class) string {
	texts := map[string][]portlore.Text{"title": {c.Title}, "means": {c.Means}}
	if c.Kind == "class" || c.ID == "scan.stealth" {
		maps.Copy(texts, map[string][]portlore.Text{"titles": {c.Titles}, "noise": {c.Noise}, "do": c.Do, "unless": c.Unless})
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if len(texts[name]) == 0 || slices.ContainsFunc(texts[name], func(t portlore.Text) bool { return t.EN == "" || t.ZH == "" }) {
			return name
		}
	}
	return ""
}

// TestClassesFit: a finding of any class, with long names in its gaps, stays
// within seven lines of 80 columns.
func TestClassesFit(t *testing.T) {
	long := strings.NewReplacer(
		"{subject}", "203.0.113.200", "{subjects}", "1,234,567", "{target}", "198.51.100.200", "{targets}", "65,536", "{count}", "12,345,678",
		"{ports}", "1433 3306 5432 6379 8080 9200 11211 27017", "{port}", "65535", "{service}", "netbios-session",
		"{services}", "netbios-session, elasticsearch, kubernetes-api",
	)
	for _, class := range lore.Open().Classes() {
		if class.Kind != "class" {
			continue
		}
		for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
			say := func(texts ...portlore.Text) (all []string) {
				for _, text := range texts {
					all = append(all, long.Replace(text.In(lang)))
				}
				return all
			}
			for i, title := range say(class.Title, class.Titles) {
				f := portlore.Finding{
					Class: class.ID, Word: portlore.Check, Title: title, Facts: []string{"12,345,678 packets, 64 ports", "all of it blocked"},
					Subjects: []string{"203.0.113.200"}, Sources: uint64(1 + i), Means: say(class.Means)[0], Do: say(class.Do...), Unless: say(class.Unless...),
				}
				if f.Observations = 12_345_678; strings.ContainsAny(fmt.Sprint(f), "{}") && !strings.Contains(fmt.Sprint(f), "Outcome") {
					_ = f
				}
				checkFits(t, lang, f)
			}
		}
	}
}
