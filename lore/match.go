package lore

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// every says whether each of the words stands in one of the texts.
func every(words []string, how place, texts ...string) bool {
	for _, w := range words {
		if !slices.ContainsFunc(texts, func(text string) bool { return contains(text, w, how) }) {
			return false
		}
	}
	return len(words) > 0
}

// place is where in a word of a text a Latin word may stand.
type place int

const (
	begins place = iota // at its beginning
	wholly              // it is that word
)

// contains says whether a folded word stands in a text: a Latin word as how
// says, a Chinese one anywhere.
func contains(text, word string, how place) bool {
	for i := 0; i+len(word) <= len(text); i++ {
		if lower(text[i]) != word[0] || !equalFold(text[i:i+len(word)], word) {
			continue
		}
		if word[0] >= utf8.RuneSelf {
			return true
		}
		if (i == 0 || !alphanumeric(text[i-1])) &&
			(how == begins || i+len(word) == len(text) || !alphanumeric(text[i+len(word)])) {
			return true
		}
	}
	return false
}

// equalFold compares a text with a folded word of the same length.
func equalFold(text, word string) bool {
	for i := range len(text) {
		if lower(text[i]) != word[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func alphanumeric(c byte) bool { return c >= '0' && c <= '9' || lower(c) >= 'a' && lower(c) <= 'z' }

// isHan says whether a word has only Chinese characters.
func isHan(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
}

// distance is the number of edits between two words: insert, delete, replace,
// swap neighbours. Beyond most, and for a very long word, it is some number
// greater than most.
func distance(a []rune, word string, most int) int {
	const long = 64
	var b [long]rune
	n := 0
	for _, r := range word {
		if n == long {
			return most + 1
		}
		b[n] = r
		n++
	}
	var lines [3][long + 1]int // two lines before, one line before, this line
	for j := range n + 1 {
		lines[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		line, before, twoBefore := &lines[i%3], &lines[(i+2)%3], &lines[(i+1)%3]
		line[0] = i
		least := i
		for j := 1; j <= n; j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			line[j] = min(before[j]+1, line[j-1]+1, before[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				line[j] = min(line[j], twoBefore[j-2]+1)
			}
			least = min(least, line[j])
		}
		if least > most {
			return least
		}
	}
	return lines[len(a)%3][n]
}
