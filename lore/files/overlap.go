package files

import (
	"hash/fnv"
	"strings"
	"unicode"
)

// Shingles hashes every run of 12 Chinese characters of a text, whatever stands
// between them, and every run of 8 English words in lower case. Two texts that
// share a hash share the wording; who has only the hashes cannot read the text.
func Shingles(text string) []uint64 {
	var hashes []uint64
	var han []string
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			han = append(han, string(r))
		}
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return r >= 0x80 || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for _, kind := range []struct {
		items []string
		run   int
	}{{han, 12}, {words, 8}} {
		for i := 0; i+kind.run <= len(kind.items); i++ {
			h := fnv.New64a()
			h.Write([]byte(strings.Join(kind.items[i:i+kind.run], " ")))
			hashes = append(hashes, h.Sum64())
		}
	}
	return hashes
}
