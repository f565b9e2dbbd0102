package format

import (
	"bytes"
	"unicode/utf8"

	"github.com/portlore/portlore/internal/addr"
)

// eachMember calls f for the members of the JSON object in b, in their order,
// with key and value as they are written, the key without quotes, and with the
// offset of the value. It tells whether the object came to its end.
func eachMember(b []byte, f func(key, value []byte, at int)) bool {
	p := skipSpace(b, 1)
	for p < len(b) && b[p] == '"' {
		end := valueEnd(b, p)
		key := inner(b[p:end])
		p = skipSpace(b, end)
		if p >= len(b) || b[p] != ':' {
			return false
		}
		p = skipSpace(b, p+1)
		end = valueEnd(b, p)
		if end == p {
			return false
		}
		f(key, b[p:end], p)
		p = skipSpace(b, end)
		if p < len(b) && b[p] == ',' {
			p = skipSpace(b, p+1)
		}
	}
	return p < len(b) && b[p] == '}'
}

// valueEnd is the offset behind the JSON value that starts at p, however deep.
func valueEnd(b []byte, p int) int {
	depth := 0
	for ; p < len(b); p++ {
		switch b[p] {
		case '"':
			for p++; p < len(b) && b[p] != '"'; p++ {
				if b[p] == '\\' {
					p++
				}
			}
			if depth == 0 {
				return min(p+1, len(b))
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth == 0 {
				return p
			}
			if depth--; depth == 0 {
				return p + 1
			}
		case ',', ' ', '\t':
			if depth == 0 {
				return p
			}
		}
	}
	return len(b)
}

// decode is the text of a JSON string, or of an array of byte values. A string
// without escapes is not copied.
func (l *line) decode(value []byte) []byte {
	a := l.wrap()
	out := a.decoded[a.depth][:0]
	switch {
	case value[0] == '"' && bytes.IndexByte(value, '\\') < 0:
		return inner(value)
	case value[0] == '"':
		out = unescape(out, inner(value))
	case value[0] == '[':
		n, digits := 0, false
		for _, c := range value[1:] {
			if d := c - '0'; d <= 9 && n <= 255 {
				n, digits = n*10+int(d), true
			} else if digits {
				out = append(out, byte(n))
				n, digits = 0, false
			}
		}
	}
	out = withoutColours(out)
	a.decoded[a.depth] = out
	return out
}

// unescape appends the text of a JSON string (RFC 8259 section 7). Half a
// surrogate pair becomes U+FFFD; pairs stand for characters that no record has.
func unescape(out, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'u':
			r := rune(0)
			j := i + 1
			for ; j < len(s) && j < i+5; j++ {
				r = r<<4 | rune(addr.HexDigit(s[j])&15)
			}
			i = j - 1
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
	return out
}

// inner is a string without its quotes.
func inner(value []byte) []byte {
	value = bytes.TrimPrefix(value, []byte(`"`))
	return bytes.TrimSuffix(value, []byte(`"`))
}

func skipSpace(b []byte, p int) int {
	for p < len(b) && (b[p] == ' ' || b[p] == '\t') {
		p++
	}
	return p
}
