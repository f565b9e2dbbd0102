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
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/report"
)

// classID is what a class or the beginning of an open one looks like in the source.
var classID = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_]+)+\.?$|^((tool|worm)\.|malformed|unknown)$`)

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
		class, ok := base.Class(id)
		if !ok {
			t.Errorf("%s: %s is not in classes.tsv", all[id], id)
		} else if missing := wordless(class); missing != "" {
			t.Errorf("%s: %s has no %s", all[id], id, missing)
		}
		if seen, not := casesOf(class.ID); seen == 0 || not == 0 {
			t.Errorf("%s: %d cases of %s, %d look-alikes; want one of each", all[id], seen, class.ID, not)
		}
	}
	dirs, _ := filepath.Glob("testdata/*/*.txtar")
	for _, dir := range dirs {
		if id := filepath.Base(filepath.Dir(dir)); all[id] == (token.Position{}) {
			t.Errorf("%s: no detector gives %s", dir, id)
		}
	}
}

// casesOf counts the cases that show a class and those that show what it is not.
func casesOf(id string) (seen, not int) {
	cases, _ := filepath.Glob(filepath.Join("testdata", id, "*.txtar"))
	for _, name := range cases {
		if strings.HasPrefix(filepath.Base(name), "lookalike-") {
			not++
		} else {
			seen++
		}
	}
	return seen, not
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
// within seven lines of 80 columns, and nothing of it is cut.
func TestClassesFit(t *testing.T) {
	long := strings.NewReplacer(
		"{subject}", "203.0.113.200", "{subjects}", "123,456", "{target}", "198.51.100.200", "{targets}", "65,536", "{count}", "12,345,678",
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
					Word: portlore.Check, Title: title, Subjects: []string{"203.0.113.200"}, Sources: uint64(1 + i),
					Facts: []string{"12,345,678 packets, 64 ports"},
					Means: say(class.Means)[0], Do: say(class.Do...), Unless: say(class.Unless...),
				}
				for _, problem := range misfits(t, lang, f) {
					t.Errorf("%s, %s: %s", class.ID, lang, problem)
				}
			}
		}
	}
}

// misfits is what is wrong with a finding as it stands on the screen.
func misfits(t failer, lang portlore.Lang, f portlore.Finding) (all []string) {
	t.Helper()
	var b strings.Builder
	r := portlore.Report{Findings: []portlore.Finding{f}}
	if err := report.Explain(&b, &r, report.ExplainStyle{Lang: lang, All: true}); err != nil {
		t.Fatalf("%v", err)
	}
	_, after, _ := strings.Cut(b.String(), "\n\n")
	block, _, _ := strings.Cut(after, "\n\n")
	lines := strings.Split(block, "\n")
	if len(lines) > 7 {
		all = append(all, fmt.Sprintf("%d lines:\n%s", len(lines), block))
	}
	for _, l := range lines {
		if textwidth.Of(l) > 80 || strings.ContainsAny(l, "{}") {
			all = append(all, fmt.Sprintf("%d columns, or a gap that was not filled: %s", textwidth.Of(l), l))
		}
	}
	for _, whole := range []string{f.Title, f.Facts[0]} {
		if !strings.Contains(block, whole) {
			all = append(all, "it is cut: "+whole)
		}
	}
	return all
}

// A test that cannot fail is a bug: these do not fit.
func TestMisfits(t *testing.T) {
	many := strings.Repeat("word ", 60)
	for _, f := range []portlore.Finding{
		{Title: many, Facts: []string{"b"}},
		{Title: "a", Facts: []string{many}},
		{Title: "a", Facts: []string{"b"}, Means: many + many},
		{Title: "a", Facts: []string{"b"}, Do: []string{"{port}"}},
	} {
		if len(misfits(t, portlore.English, f)) == 0 {
			t.Errorf("%+v fits", f)
		}
	}
}
