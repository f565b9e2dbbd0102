// Package safetext makes text from evidence harmless to print.
//
// Log lines, banners and host names are written by attackers. Printed as they
// are, they can move the cursor, repaint what we said, set the title of the
// window or turn the direction of the line.
package safetext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean returns s with everything that is not visible text spelled out: a byte
// that is not UTF-8 and an ASCII control as \xNN; any other control, bidi
// control, invisible, private or unassigned character as \uNNNN or \UNNNNNNNN.
// Text without any is returned as it is.
//
// The result is for people to read. It is not reversible: a backslash in s
// stays as it is.
func Clean(s string) string {
	i := firstUnsafe(s)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for ; i >= 0; i = firstUnsafe(s) {
		b.WriteString(s[:i])
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1, r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		s = s[i+size:]
	}
	b.WriteString(s)
	return b.String()
}

// Visible says that a rune is visible text, which Clean leaves as it is. A blank
// is; a line end is not.
func Visible(r rune) bool {
	// the ideographic space is visible enough
	return r >= ' ' && r <= '~' || r == '\u3000' || r > '~' && unicode.IsPrint(r)
}

// firstUnsafe is the index of the first rune or byte to spell out, or -1.
func firstUnsafe(s string) int {
	for i, r := range s {
		if !Visible(r) || r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return -1
}
