package format

import (
	"bytes"

	"github.com/portlore/portlore/internal/addr"
)

// tags are the tags of a piece of XML, one after the other. Text between them is
// passed over, comments and declarations are too, and no entity is defined by a
// document: what a stranger puts there expands to nothing.
type tags struct {
	text []byte
	p    int
	name []byte // "port", "/port"

	inside []byte // of the tag, what is left of it
	start  int    // of inside in text

	key, value []byte // of the last attribute; the value as it is written
	at         int    // of the value in text
}

// next moves on to the next tag and tells whether there is one that is whole.
func (t *tags) next() bool {
	for {
		i := bytes.IndexByte(t.text[t.p:], '<')
		if i < 0 {
			return false
		}
		start := t.p + i + 1
		n := tagEnd(t.text[start:])
		if n < 0 {
			return false
		}
		t.p = start + n + 1
		if c := t.text[start]; c == '!' || c == '?' {
			continue
		}
		t.inside, t.start = t.text[start:start+n], start
		end := 0
		for end < len(t.inside) && !isXMLSpace(t.inside[end]) && (t.inside[end] != '/' || end == 0) {
			end++
		}
		t.name, t.inside = t.inside[:end], t.inside[end:]
		t.start += end
		return true
	}
}

// tagEnd is where a tag ends: the > outside of quotes. Negative: nowhere.
func tagEnd(b []byte) int {
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

// attribute moves on to the next attribute of the tag and tells whether there is
// one.
func (t *tags) attribute() bool {
	b := t.inside
	p := 0
	for p < len(b) && (isXMLSpace(b[p]) || b[p] == '/') {
		p++
	}
	eq := bytes.IndexByte(b[p:], '=')
	if eq < 0 {
		return false
	}
	t.key = bytes.TrimRight(b[p:p+eq], " \t\r\n")
	p += eq + 1
	for p < len(b) && isXMLSpace(b[p]) {
		p++
	}
	if p >= len(b) || b[p] != '"' && b[p] != '\'' {
		return false
	}
	end := bytes.IndexByte(b[p+1:], b[p])
	if end < 0 {
		return false
	}
	t.value, t.at = b[p+1:p+1+end], t.start+p+1
	t.inside = b[p+end+2:]
	t.start += p + end + 2
	return true
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// xmlText is a value with the five entities of XML, and characters by number, put
// in. All others stay as they are written.
func xmlText(b []byte) []byte {
	if bytes.IndexByte(b, '&') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(out, b...)
		}
		out = append(out, b[:i]...)
		b = b[i:]
		end := bytes.IndexByte(b[:min(len(b), 10)], ';')
		if end < 0 {
			out, b = append(out, '&'), b[1:]
			continue
		}
		var r rune
		switch name := b[1:end]; string(name) {
		case "amp":
			r = '&'
		case "lt":
			r = '<'
		case "gt":
			r = '>'
		case "quot":
			r = '"'
		case "apos":
			r = '\''
		default:
			r = characterOf(name)
		}
		if r == 0 {
			out = append(out, b[:end+1]...)
		} else {
			out = append(out, string(r)...)
		}
		b = b[end+1:]
	}
	return out
}

// characterOf reads "#27" and "#x1b". Zero: it is neither.
func characterOf(b []byte) (r rune) {
	digits, base := b[min(1, len(b)):], rune(10)
	if len(b) < 2 || b[0] != '#' {
		return 0
	}
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	for _, c := range digits {
		d := rune(addr.HexDigit(c))
		if d >= base || r > 0x10ffff {
			return 0
		}
		r = r*base + d
	}
	return r
}
