// Package textwidth measures and lays out text in columns of a terminal: a
// Chinese character takes two, a Latin letter one, a combining mark none.
//
// Runes of ambiguous width (arrows, curly quotes, the ellipsis) count as one
// column, which is what terminals do outside of East Asian legacy settings.
//
// Not goals: grapheme clusters (a family emoji counts its members), hyphenation,
// right-to-left text.
package textwidth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// cut marks the place where [Truncate] cut. It is ASCII, because the width of
// the ellipsis character is ambiguous.
const cut = ".."

// Of is the number of columns that s takes. Control characters count none; a
// byte that is not UTF-8 counts one.
func Of(s string) int {
	n := 0
	for _, r := range s {
		n += ofRune(r)
	}
	return n
}

func ofRune(r rune) int {
	switch {
	case r < 0x20:
		return 0
	case r < 0x7f:
		return 1
	case r < 0xa0:
		return 0
	case r < 0x300: // Latin; no mark combines below U+0300
		return 1
	case r >= 0x1160 && r <= 0x11ff: // Hangul vowels and finals join the syllable
		return 0
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// Pad appends spaces until s takes w columns. A wider s is returned as it is.
func Pad(s string, w int) string {
	if n := w - Of(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}

// Truncate cuts s to at most w columns. What is cut ends in "..".
func Truncate(s string, w int) string {
	if Of(s) <= w {
		return s
	}
	if w <= len(cut) {
		return cut[:max(w, 0)]
	}
	left := w - len(cut)
	for i, r := range s {
		if left -= ofRune(r); left < 0 {
			return s[:i] + cut
		}
	}
	return s // not reached: s is wider than w
}

// Wrap breaks s into lines of at most w columns.
//
// A line may be broken at spaces, and before and after any wide character;
// never before closing punctuation, never after opening punctuation, never
// inside a Latin word. Spaces where a line ends are dropped, others are kept. A
// newline in s always ends a line. A word wider than w has a line of its own
// and is left whole: half a command cannot be pasted.
func Wrap(s string, w int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		lines = wrapParagraph(lines, paragraph, w)
	}
	return lines
}

func wrapParagraph(lines []string, s string, w int) []string {
	s = strings.TrimRight(s, " ")
	start, end, columns := 0, 0, 0 // the line so far is s[start:end]
	for end < len(s) {
		spaces, text := nextUnit(s[end:])
		need := spaces + Of(s[end+spaces:end+spaces+text])
		if end > start && columns+need > w {
			lines = append(lines, s[start:end])
			start = end + spaces
			columns, need = 0, need-spaces
		}
		columns += need
		end += spaces + text
	}
	return append(lines, s[start:end])
}

// nextUnit is the length of the spaces that s begins with and of the text after
// them that must stay together.
func nextUnit(s string) (spaces, text int) {
	spaces = len(s) - len(strings.TrimLeft(s, " "))
	s = s[spaces:]
	before, size := utf8.DecodeRuneInString(s)
	for text = size; text < len(s); text += size {
		var after rune
		after, size = utf8.DecodeRuneInString(s[text:])
		if after == ' ' || mayBreak(before, after) {
			break
		}
		if ofRune(after) > 0 { // a mark belongs to what it combines with
			before = after
		}
	}
	return spaces, text
}

// The punctuation of both scripts that must not begin or end a line.
const (
	closing = "，。：；、！？）》〉」』】〕〗｝］％．·…’”" + ",.:;!?)]}>%'\""
	opening = "（《〈「『【〔〖｛［‘“" + "([{<"
)

// mayBreak reports whether a line may end between two runes that no space parts.
func mayBreak(before, after rune) bool {
	if ofRune(before) < 2 && ofRune(after) < 2 || ofRune(after) == 0 {
		return false
	}
	return !strings.ContainsRune(opening, before) && !strings.ContainsRune(closing, after)
}
