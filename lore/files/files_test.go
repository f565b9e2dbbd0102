package files

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore/lore"
)

const data = "../data"

// Every file of the knowledge base is a subtest.
func TestLint(t *testing.T) {
	problems, err := Lint(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	of := map[string][]Problem{}
	for _, p := range problems {
		of[p.Path] = append(of[p.Path], p)
	}
	err = fs.WalkDir(os.DirFS(data), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if ext := path.Ext(name); ext == ".yaml" || ext == ".tsv" {
			t.Run(name, func(t *testing.T) {
				for _, p := range of[name] {
					t.Error("lore/data/" + p.String())
				}
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestGeneratedFilesAreFresh(t *testing.T) {
	tree, err := Read(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(data + "/lore.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, lore.Pack(tree.Contents())) {
		t.Error("lore/data/lore.bin is stale: run go generate ./lore")
	}
	table, err := os.ReadFile("../../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(table) != Coverage(tree.Contents()) {
		t.Error("docs/coverage.md is stale: run go generate ./lore")
	}
}

// What the rules refuse: each archive is a small knowledge base; the file
// "want" lists the problems.
func TestLintRules(t *testing.T) {
	names, err := fs.Glob(os.DirFS("testdata"), "*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no archives in testdata", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile("testdata/" + name)
			if err != nil {
				t.Fatal(err)
			}
			fsys, want := base(), ""
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			problems, err := Lint(fsys)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, p := range problems {
				got.WriteString(p.String() + "\n")
			}
			if got.String() != want {
				t.Errorf("got\n%swant\n%s", got.String(), want)
			}
		})
	}
}

// base is a knowledge base that has what the archives do not speak of.
func base() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"classes.tsv":       file("id\twhat\tword\tseverity\tL\tF\tN\tP\trole\tnote\n"),
		"glossary.tsv":      file("en\tzh\tnote\n"),
		"pinyin.tsv":        file("bing\t冰\nhe\t河\n"),
		"iana.tsv":          file(""),
		"families.yaml":     file("- family: proxy\n  title: {en: Proxies, zh: 代理}\n- family: other\n  title: {en: Other, zh: 其他}\n"),
		"source/paper.yaml": file("source: paper\ntitle: A paper\nkind: paper\n"),
		"source/list.yaml":  file("source: list\ntitle: A list\nkind: list\n"),
	}
}

// Words never to be used come from the glossary.
func TestNever(t *testing.T) {
	glossary, err := os.ReadFile(data + "/glossary.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range never() {
		if !bytes.Contains(glossary, []byte(word[0])) {
			t.Errorf("%s is not in glossary.tsv", word[0])
		}
	}
}

func TestEveryClassHasWords(t *testing.T) {
	tree, err := Read(os.DirFS(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range tree.Contents().Classes {
		if c.Title.EN == "" || c.Title.ZH == "" || c.Means.EN == "" || c.Means.ZH == "" {
			t.Errorf("class %s has no words in lore/data/class/%s.yaml", c.ID, c.ID)
		}
	}
}
