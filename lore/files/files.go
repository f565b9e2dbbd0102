// Package files reads the knowledge base as people write it, one small file
// per port, threat, class and source (lore/FORMAT.md), and checks it.
//
// It is used where the base is made: by `go generate ./lore` and by `portlore
// lore lint`. Looking something up needs none of it.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/portlore/portlore/lore/iana"
)

// Tree is a directory of such files in memory. Files that could not be read
// are missing from it and are in Problems.
type Tree struct {
	Ports    []File[Port]
	Threats  []File[Threat]
	Classes  []File[Class]
	Sources  []File[Source]
	Families File[[]Family]
	List     []ClassLine    // classes.tsv
	Glossary []Term         // glossary.tsv
	Registry *iana.Registry // iana.tsv
	Pinyin   map[rune]string
	Problems []Problem
}

// File is one YAML file.
type File[T any] struct {
	Path string
	Doc  T
	root node
}

// Problem is something wrong in a file, and where.
type Problem struct {
	Path      string
	Line, Col int // from 1
	Message   string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.Path, p.Line, p.Col, p.Message)
}

// Read reads the whole tree. The error is about the file system; what is wrong
// inside a file is a Problem.
func Read(fsys fs.FS) (*Tree, error) {
	t := &Tree{}
	for _, read := range []func(fs.FS) error{
		func(fsys fs.FS) error { return dir(t, fsys, "port", &t.Ports) },
		func(fsys fs.FS) error { return dir(t, fsys, "threat", &t.Threats) },
		func(fsys fs.FS) error { return dir(t, fsys, "class", &t.Classes) },
		func(fsys fs.FS) error { return dir(t, fsys, "source", &t.Sources) },
		t.readFamilies, t.readClassList, t.readGlossary, t.readPinyin, t.readRecords,
	} {
		if err := read(fsys); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// dir reads every YAML file of one directory.
func dir[T any](t *Tree, fsys fs.FS, name string, into *[]File[T]) error {
	names, err := fs.Glob(fsys, name+"/*.yaml")
	if err != nil {
		return err
	}
	slices.Sort(names)
	for _, name := range names {
		f, ok, err := file[T](t, fsys, name)
		if err != nil {
			return err
		}
		if ok {
			*into = append(*into, f)
		}
	}
	return nil
}

// file reads one YAML file. Unknown fields are problems.
func file[T any](t *Tree, fsys fs.FS, name string) (File[T], bool, error) {
	f := File[T]{Path: name}
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return f, false, err
	}
	if f.root, err = parseYAML(string(text)); err != nil {
		var y yamlError
		errors.As(err, &y)
		t.problem(name, y.line, y.col, y.message)
		return f, false, nil
	}
	whole := true
	decode(&f.root, &f.Doc, func(line, col int, message string) {
		t.problem(name, line, col, message)
		whole = false
	})
	return f, whole, nil
}

func (t *Tree) readFamilies(fsys fs.FS) (err error) {
	t.Families, _, err = file[[]Family](t, fsys, "families.yaml")
	return err
}

// lines calls yield for each line of a tab-separated file that is not a
// comment, with its number and its columns.
func lines(fsys fs.FS, name string, yield func(n int, cols []string)) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if line = strings.TrimRight(line, "\r\n"); line != "" && line[0] != '#' {
			yield(n, strings.Split(line, "\t"))
		}
	}
	return nil
}

func (t *Tree) readPinyin(fsys fs.FS) error {
	t.Pinyin = map[rune]string{}
	return lines(fsys, "pinyin.tsv", func(n int, cols []string) {
		if len(cols) != 2 {
			t.problem("pinyin.tsv", n, 1, "want a syllable and its characters")
			return
		}
		for _, r := range cols[1] {
			if t.Pinyin[r] != "" {
				t.problem("pinyin.tsv", n, 1, fmt.Sprintf("%c is also read %s", r, t.Pinyin[r]))
			}
			t.Pinyin[r] = cols[0]
		}
	})
}

func (t *Tree) readRecords(fsys fs.FS) error {
	f, err := fsys.Open("iana.tsv")
	if err != nil {
		return err
	}
	defer f.Close()
	t.Registry, err = iana.ReadTSV(f)
	if err != nil {
		return fmt.Errorf("iana.tsv:%w", err)
	}
	return nil
}

func (t *Tree) problem(path string, line, col int, message string) {
	t.Problems = append(t.Problems, Problem{path, line, col, message})
}

// stem is the name of a file without directory and extension.
func stem(name string) string { return strings.TrimSuffix(path.Base(name), ".yaml") }
