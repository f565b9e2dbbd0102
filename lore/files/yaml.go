package files

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The files are written in a small part of YAML: mappings, lists, plain and
// quoted text, block text (| and >), {a: b} and [a, b], comments. Everything
// else (anchors, tags, several documents, tabs) is an error. Text stays text:
// 1999, no and 1.0 mean what they look like until a field asks for a number.
//
// It is read here and not by a library because the program that looks up a port
// also has `lore lint`, and the libraries do at every start what only lint needs.

// node is a value with its place.
type node struct {
	line, col int // from 1, in bytes
	kind      nodeKind
	text      string      // of a scalar
	items     []node      // of a list
	fields    []yamlField // of a mapping, in the order written
}

type nodeKind uint8

const (
	null nodeKind = iota // nothing is written
	scalar
	list
	mapping
)

type yamlField struct {
	line, col int
	key       string
	value     node
}

// at finds a node by a path such as "$.claims[2].era". What is missing is
// placed where it should stand.
func (n *node) at(path string) (line, col int) {
	line, col = n.line, n.col
	for _, step := range strings.FieldsFunc(strings.TrimPrefix(path, "$"), func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		var next *node
		switch n.kind {
		case list:
			var i int
			if _, err := fmt.Sscan(step, &i); err == nil && i < len(n.items) {
				next = &n.items[i]
			}
		case mapping:
			if i := slices.IndexFunc(n.fields, func(f yamlField) bool { return f.key == step }); i >= 0 {
				if next = &n.fields[i].value; next.kind == null {
					return n.fields[i].line, n.fields[i].col
				}
			}
		}
		if next == nil {
			break
		}
		n = next
		line, col = n.line, n.col
	}
	return line, col
}

// yamlError is a syntax error and its place.
type yamlError struct {
	line, col int
	message   string
}

func (e yamlError) Error() string { return fmt.Sprintf("%d:%d: %s", e.line, e.col, e.message) }

// parseYAML reads a whole text.
func parseYAML(text string) (n node, err error) {
	defer func() { // the reader gives up from any depth
		switch e := recover().(type) {
		case nil:
		case yamlError:
			err = e
		default:
			panic(e)
		}
	}()
	p := yamlReader{}
	for line := range strings.Lines(text) {
		p.lines = append(p.lines, strings.TrimRight(line, "\r\n"))
	}
	for i, line := range p.lines {
		if tab := strings.IndexByte(line, '\t'); tab >= 0 {
			p.fail(i, tab, "a tab: use spaces")
		}
		if !utf8.ValidString(line) {
			p.fail(i, 0, "not UTF-8")
		}
	}
	n = p.block(0)
	if p.skip(); p.row < len(p.lines) {
		p.fail(p.row, p.indent(), "not indented as what stands above it")
	}
	return n, nil
}

// yamlReader reads from lines[row][col:].
type yamlReader struct {
	lines    []string
	row, col int
	depth    int // of values in values
}

// deeper guards against a text that is nested beyond reason.
func (p *yamlReader) deeper() {
	if p.depth++; p.depth > 50 {
		p.fail(p.row, p.col, "nested too deeply")
	}
}

func (p *yamlReader) fail(row, col int, format string, args ...any) {
	panic(yamlError{row + 1, col + 1, fmt.Sprintf(format, args...)})
}

// skip moves on to the next line that says something.
func (p *yamlReader) skip() {
	for p.row < len(p.lines) {
		if rest := strings.TrimLeft(p.lines[p.row], " "); rest != "" && rest[0] != '#' {
			return
		}
		p.row++
	}
}

func (p *yamlReader) indent() int {
	return len(p.lines[p.row]) - len(strings.TrimLeft(p.lines[p.row], " "))
}

// block reads the value that begins on the next line, when that is indented by
// at least so many columns.
func (p *yamlReader) block(least int) node {
	p.deeper()
	defer func() { p.depth-- }()
	p.skip()
	if p.row == len(p.lines) || p.indent() < least {
		return node{line: min(p.row, len(p.lines)-1) + 1, col: 1}
	}
	indent := p.indent()
	switch line := p.lines[p.row][indent:]; {
	case line == "-" || strings.HasPrefix(line, "- "):
		return p.list(indent)
	case colon(line) >= 0:
		return p.mapping(indent)
	}
	p.col = indent
	return p.value(indent)
}

func (p *yamlReader) list(indent int) node {
	n := node{line: p.row + 1, col: indent + 1, kind: list}
	for p.skip(); p.row < len(p.lines) && p.indent() == indent; p.skip() {
		line := p.lines[p.row]
		if rest := line[indent:]; rest != "-" && !strings.HasPrefix(rest, "- ") {
			break
		}
		// The item is what is left when the dash is a space.
		p.lines[p.row] = line[:indent] + " " + line[indent+1:]
		n.items = append(n.items, p.block(indent+1))
	}
	return n
}

func (p *yamlReader) mapping(indent int) node {
	n := node{line: p.row + 1, col: indent + 1, kind: mapping}
	for p.skip(); p.row < len(p.lines) && p.indent() == indent; p.skip() {
		line := p.lines[p.row]
		c := colon(line[indent:])
		if c < 0 {
			p.fail(p.row, indent, "want a field and a colon")
		}
		f := yamlField{line: p.row + 1, col: indent + 1, key: line[indent : indent+c]}
		if slices.ContainsFunc(n.fields, func(g yamlField) bool { return g.key == f.key }) {
			p.fail(p.row, indent, "field %q is there twice", f.key)
		}
		p.col = indent + c + 1
		f.value = p.value(indent)
		n.fields = append(n.fields, f)
	}
	return n
}

// colon is where the key of a mapping ends, or -1.
func colon(line string) int {
	c := strings.IndexByte(line, ':')
	if c <= 0 || strings.ContainsAny(line[:c], ` "'{}[],#`) || c+1 < len(line) && line[c+1] != ' ' {
		return -1
	}
	return c
}

// value reads what stands after a colon, up to the end of its last line. What
// belongs to it on further lines is indented deeper.
func (p *yamlReader) value(indent int) node {
	line := p.lines[p.row]
	for p.col < len(line) && line[p.col] == ' ' {
		p.col++
	}
	if p.col == len(line) || line[p.col] == '#' {
		p.row++
		if p.skip(); p.row < len(p.lines) && p.indent() == indent && strings.HasPrefix(p.lines[p.row][indent:], "- ") {
			return p.list(indent) // a list need not be indented below its field
		}
		return p.block(indent + 1)
	}
	if line[p.col] == '|' || line[p.col] == '>' {
		return p.blockText(indent)
	}
	n := p.inline(indent, "")
	if rest := strings.TrimLeft(p.lines[p.row][p.col:], " "); rest != "" && rest[0] != '#' {
		p.fail(p.row, p.col, "unexpected %q", rest)
	}
	p.row++
	return n
}
