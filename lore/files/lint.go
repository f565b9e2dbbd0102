package files

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Lint says everything that is wrong in a tree of files, sorted by place. The
// error is about the file system.
func Lint(fsys fs.FS) ([]Problem, error) {
	t, err := Read(fsys)
	if err != nil {
		return nil, err
	}
	l := newLinter(t)
	for _, f := range t.Ports {
		l.port(f.Doc, check{l, f.Path, &f.root})
	}
	for _, f := range t.Threats {
		l.threat(f.Doc, check{l, f.Path, &f.root})
	}
	for _, f := range t.Classes {
		l.class(f.Doc, check{l, f.Path, &f.root})
	}
	for _, f := range t.Sources {
		l.source(f.Doc, check{l, f.Path, &f.root})
	}
	l.families(t.Families.Doc, check{l, t.Families.Path, &t.Families.root})
	l.classList()
	slices.SortStableFunc(t.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return t.Problems, nil
}

// linter knows what the files refer to.
type linter struct {
	*Tree
	sources map[string]string // id of a source: its kind
	threats map[string]bool
	family  map[string]bool
	listed  map[string]ClassLine // id of a class
	claims  map[string]string    // id of a claim: the file that has it
	ports   map[Range]string     // the file that has the ports
	worded  map[string]bool      // classes that have a file
}

func newLinter(t *Tree) *linter {
	l := &linter{
		Tree: t, sources: map[string]string{}, threats: map[string]bool{}, family: map[string]bool{},
		listed: map[string]ClassLine{}, claims: map[string]string{}, ports: map[Range]string{}, worded: map[string]bool{},
	}
	for _, f := range t.Sources {
		l.sources[f.Doc.Source] = f.Doc.Kind
	}
	for _, f := range t.Threats {
		l.threats[f.Doc.Threat] = true
	}
	for _, f := range t.Families.Doc {
		l.family[f.Family] = true
	}
	for _, c := range t.List {
		l.listed[c.ID] = c
	}
	return l
}

// classList compares classes.tsv with the files of class/. An open class may
// have files for ids below it.
func (l *linter) classList() {
	for _, c := range l.List {
		if !l.worded[c.ID] {
			l.problem("classes.tsv", c.Line, 1, fmt.Sprintf("class %s has no file class/%s.yaml", c.ID, c.ID))
		}
	}
}

// check reports problems of one file.
type check struct {
	*linter
	path string
	root *node
}

// bad reports a problem at a YAML path such as "$.claims[2].era".
func (c check) bad(at, format string, args ...any) {
	line, col := c.root.at(at)
	c.problem(c.path, line, col, fmt.Sprintf(format, args...))
}

// want reports value unless it is one of allowed, which are parted by spaces.
func (c check) want(at, value, allowed string) {
	if value == "" || !slices.Contains(strings.Fields(allowed), value) {
		c.bad(at, "%q: want one of %s", value, allowed)
	}
}

// formed reports values that do not have a form.
func (c check) formed(at, form string, ok func(string) bool, values ...string) {
	for i, v := range values {
		if !ok(v) {
			if len(values) > 1 {
				c.bad(fmt.Sprintf("%s[%d]", at, i), "%q: want the form %s", v, form)
			} else {
				c.bad(at, "%q: want the form %s", v, form)
			}
		}
	}
}

func (c check) id(at, id string) {
	c.formed(at, "of an id: lower-case letters, digits and hyphens", isID, id)
}

func isID(s string) bool {
	return s != "" && s[0] != '-' && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// isClaim is p3128-proxyhunt.
func isClaim(s string) bool {
	port, word, ok := strings.Cut(s, "-")
	return ok && strings.HasPrefix(port, "p") && digits(port[1:], 1) && isID(word)
}

// isCVE is CVE-2019-0708.
func isCVE(s string) bool {
	parts := strings.Split(s, "-")
	return len(parts) == 3 && parts[0] == "CVE" && len(parts[1]) == 4 && digits(parts[1], 4) && digits(parts[2], 4)
}

// isAttack is T1110 or T1110.001.
func isAttack(s string) bool {
	technique, sub, ok := strings.Cut(s, ".")
	return len(technique) == 5 && technique[0] == 'T' && digits(technique[1:], 4) && (!ok || len(sub) == 3 && digits(sub, 3))
}

// isYear is 2011 or 2002-2018.
func isYear(s string) bool {
	from, to, ok := strings.Cut(s, "-")
	return len(from) == 4 && digits(from, 4) && (!ok || len(to) == 4 && digits(to, 4))
}

func digits(s string, atLeast int) bool {
	return len(s) >= atLeast && strings.Trim(s, "0123456789") == ""
}

// cited reports sources that are missing or unknown.
func (c check) cited(at string, sources []string, atLeast int) {
	if len(sources) < atLeast {
		c.bad(at, "no source")
	}
	for i, id := range sources {
		item := fmt.Sprintf("%s[%d]", at, i)
		if _, ok := c.sources[id]; !ok {
			c.bad(item, "source %s has no file source/%s.yaml", id, id)
		}
		if slices.Contains(sources[:i], id) {
			c.bad(item, "source %s is named twice", id)
		}
	}
}

// era reports one that ends before it begins, and years nobody can have seen.
func (c check) era(at string, e Era) {
	for _, year := range []int{e.From, e.To} {
		if year != 0 && (year < 1969 || year > 2100) {
			c.bad(at, "year %d: want 1969 or later, or leave it out", year)
		}
	}
	if e.From != 0 && e.To != 0 && e.From > e.To {
		c.bad(at, "era ends in %d, before it begins in %d", e.To, e.From)
	}
}

func (c check) transports(at string, names []string, atLeast int) {
	if len(names) < atLeast {
		c.bad(at, "no transport")
	}
	for i, n := range names {
		c.want(fmt.Sprintf("%s[%d]", at, i), n, "tcp udp sctp dccp")
	}
}

func (c check) portRange(at string, r Range) {
	if r.From > r.To {
		c.bad(at, "range ends at %d, before it begins at %d", r.To, r.From)
	}
}
