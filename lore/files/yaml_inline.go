package files

import (
	"slices"
	"strings"
)

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
	p.deeper()
	defer func() { p.depth-- }()
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
