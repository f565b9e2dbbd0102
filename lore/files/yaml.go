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

// inline reads text, or something in brackets. Within brackets, plain text ends
// before any byte of stop.
func (p *yamlReader) inline(indent int, stop string) node {
	n := node{line: p.row + 1, col: p.col + 1, kind: scalar}
	switch c := p.lines[p.row][p.col]; c {
	case '{', '[':
		return p.flow(indent)
	case '"', '\'':
		n.text = p.quoted(indent, c)
	case '&', '*', '!', '%', '@', '`', '?', '}', ']', ',':
		p.fail(p.row, p.col, "text that begins with %c must be quoted", c)
	default:
		if stop == "" {
			n.text = p.plainLines(indent)
		} else {
			n.text = p.plain(stop)
		}
	}
	return n
}

// plain reads unquoted text up to the end of the line, a comment, or a byte of
// stop.
func (p *yamlReader) plain(stop string) string {
	start := p.col
	for line := p.lines[p.row]; p.col < len(line); p.col++ {
		next := byte(' ')
		if p.col+1 < len(line) {
			next = line[p.col+1]
		}
		switch c := line[p.col]; {
		case c == ':' && next == ' ':
			p.fail(p.row, p.col, "text with a colon and a space must be quoted")
		case c == ' ' && next == '#', strings.IndexByte(stop, c) >= 0:
			return strings.TrimRight(line[start:p.col], " ")
		}
	}
	return strings.TrimRight(p.lines[p.row][start:], " ")
}

// plainLines reads unquoted text that may go on over deeper lines.
func (p *yamlReader) plainLines(indent int) string {
	text := p.plain("")
	for p.row+1 < len(p.lines) {
		next := yamlReader{lines: p.lines, row: p.row + 1}
		rest := strings.TrimLeft(p.lines[next.row], " ")
		if rest == "" || rest[0] == '#' || next.indent() <= indent {
			break
		}
		next.col = next.indent()
		text += " " + next.plain("")
		*p = next
	}
	return text
}

// quoted reads text in quotes; a line break in it is a space.
func (p *yamlReader) quoted(indent int, quote byte) string {
	row, col := p.row, p.col
	var b strings.Builder
	for p.col++; ; p.col++ {
		line := p.lines[p.row]
		if p.col >= len(line) {
			if p.row+1 == len(p.lines) || strings.TrimSpace(p.lines[p.row+1]) == "" {
				p.fail(row, col, "the quote %c is not closed", quote)
			}
			p.row++
			p.col = p.indent() - 1
			b.WriteByte(' ')
			continue
		}
		switch c := line[p.col]; {
		case c == quote && quote == '\'' && strings.HasPrefix(line[p.col+1:], "'"):
			b.WriteByte('\'')
			p.col++
		case c == quote:
			p.col++
			return b.String()
		case c == '\\' && quote == '"':
			p.col++
			i := -1
			if p.col < len(line) {
				i = strings.IndexByte(`"\/nt`, line[p.col])
			}
			if i < 0 {
				p.fail(p.row, p.col-1, `want \", \\, \/, \n or \t`)
			}
			b.WriteByte("\"\\/\n\t"[i])
		default:
			b.WriteByte(c)
		}
	}
}

// blockText reads the lines below | as they are, or those below > joined.
func (p *yamlReader) blockText(indent int) node {
	n := node{line: p.row + 1, col: p.col + 1, kind: scalar}
	style := strings.TrimRight(p.lines[p.row][p.col:], " ")
	if !slices.Contains([]string{"|", "|-", ">", ">-"}, style) {
		p.fail(p.row, p.col, "want |, |-, > or >-")
	}
	var lines []string
	depth := 0
	for p.row++; p.row < len(p.lines); p.row++ {
		line := p.lines[p.row]
		if strings.TrimSpace(line) == "" {
			lines = append(lines, "")
			continue
		}
		if in := p.indent(); in <= indent || in < depth {
			break
		} else if depth == 0 {
			depth = in
		}
		lines = append(lines, strings.TrimRight(line[depth:], " "))
	}
	glue, end := "\n", "\n"
	if style[0] == '>' {
		glue = " "
	}
	if strings.HasSuffix(style, "-") {
		end = ""
	}
	if n.text = strings.TrimRight(strings.Join(lines, glue), "\n "); n.text != "" {
		n.text += end
	}
	return n
}

// flow reads {a: b, c: d} or [a, b], which may go on over lines.
func (p *yamlReader) flow(indent int) node {
	row, col := p.row, p.col
	n := node{line: row + 1, col: col + 1, kind: list}
	closing := byte(']')
	if p.lines[row][col] == '{' {
		n.kind, closing = mapping, '}'
	}
	p.col++
	more := func() byte { // the next byte that says something
		for {
			line := p.lines[p.row]
			for p.col < len(line) && line[p.col] == ' ' {
				p.col++
			}
			if p.col < len(line) && line[p.col] != '#' {
				return line[p.col]
			}
			if p.row+1 == len(p.lines) {
				p.fail(row, col, "the bracket is not closed by %c", closing)
			}
			p.row, p.col = p.row+1, 0
		}
	}
	for more() != closing {
		if n.kind == list {
			n.items = append(n.items, p.inline(indent, ",]"))
		} else {
			n.fields = append(n.fields, p.flowField(indent, n.fields, more))
		}
		switch more() {
		case ',':
			p.col++
		case closing:
		default:
			p.fail(p.row, p.col, "want a comma or %c", closing)
		}
	}
	p.col++
	return n
}

func (p *yamlReader) flowField(indent int, before []yamlField, more func() byte) yamlField {
	line := p.lines[p.row]
	c := colon(line[p.col:])
	if c < 0 {
		p.fail(p.row, p.col, "want a field and a colon")
	}
	f := yamlField{line: p.row + 1, col: p.col + 1, key: line[p.col : p.col+c]}
	if slices.ContainsFunc(before, func(g yamlField) bool { return g.key == f.key }) {
		p.fail(p.row, p.col, "field %q is there twice", f.key)
	}
	p.col += c + 1
	if next := more(); next != ',' && next != '}' {
		f.value = p.inline(indent, ",}")
	}
	return f
}
