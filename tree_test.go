package portlore_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// files are the text files of the repository by their slash-separated path,
// without those that match no suffix (no suffix: all of them).
func files(t *testing.T, suffixes ...string) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name == ".git" || name == "bin" || name == "dist" {
				return fs.SkipDir
			}
			return nil
		}
		slash := filepath.ToSlash(name)
		wanted := len(suffixes) == 0 || slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(slash, s) })
		if !wanted || !entry.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(name)
		if bytes.IndexByte(text[:min(len(text), 8000)], 0) < 0 {
			texts[slash] = text
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// sourceFiles are the Go files that are no tests.
func sourceFiles(t *testing.T) map[string][]byte {
	t.Helper()
	texts := files(t, ".go")
	for name := range texts {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") {
			delete(texts, name)
		}
	}
	return texts
}

// TestNoHiddenState: what a package does must be readable from its calls, so
// there is no init function, and no package variable that waits to be set.
func TestNoHiddenState(t *testing.T) {
	for name, text := range sourceFiles(t) {
		for _, v := range hiddenState(t, name, text) {
			t.Error(v)
		}
	}
}

// hiddenState finds init functions and package variables without a value. A
// variable with a value is an error, a table or a list; embedded data is filled
// by the compiler.
func hiddenState(t *testing.T, name string, text []byte) []string {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		t.Error(err)
		return nil
	}
	var found []string
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil && decl.Name.Name == "init" {
				found = append(found, fmt.Sprintf("%s: init function: build the value where it is used", set.Position(decl.Pos())))
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				value, ok := spec.(*ast.ValueSpec)
				if !ok || decl.Tok != token.VAR || len(value.Values) > 0 || embeds(decl.Doc) || embeds(value.Doc) {
					continue
				}
				found = append(found, fmt.Sprintf("%s: package variable without a value: pass it by hand", set.Position(value.Pos())))
			}
		}
	}
	return found
}

func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

func TestHiddenStateViolations(t *testing.T) {
	for decl, ok := range map[string]bool{
		"func init() {}":                                       false,
		"type t int; func (t) init() {}":                       true,
		"func f() { var n int; _ = n }":                        true,
		"var n int":                                            false,
		"var ( a = 1; b, c int )":                              false,
		"var errShort = errors.New(`short`)":                   true,
		"var all = []string{`a`}":                              true,
		"const n = 1":                                          true,
		"// table\n//\n//go:embed table.bin\nvar table []byte": true,
		"var (\n//go:embed table.bin\ntable []byte\n)":         true,
	} {
		if got := hiddenState(t, "x.go", []byte("package x\n"+decl)); (len(got) == 0) != ok {
			t.Errorf("%q: found %q, want ok %v", decl, got, ok)
		}
	}
}

// TestStandsAlone: nothing in the repository may point to a place on its
// authors' machines.
func TestStandsAlone(t *testing.T) {
	texts := files(t)
	if len(texts["README.md"]) == 0 {
		t.Fatal("the walk over the tree found no README.md")
	}
	for name, text := range texts {
		if place := outsidePlace(text); place != "" {
			t.Errorf("%s names %s", name, place)
		}
	}
}

func outsidePlace(text []byte) string {
	for _, place := range []string{"../" + "shared", "/" + "work/"} { // cut, or this file would name them
		if bytes.Contains(text, []byte(place)) {
			return place
		}
	}
	return ""
}

func TestStandsAloneViolations(t *testing.T) {
	for text, ok := range map[string]bool{
		"see ../" + "shared/x": false,
		"cd /" + "work/x":      false,
		"shared work":          true,
	} {
		if got := outsidePlace([]byte(text)); (got == "") != ok {
			t.Errorf("%q: found %q, want ok %v", text, got, ok)
		}
	}
}
