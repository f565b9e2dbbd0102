// Package quantity writes numbers for people.
package quantity

import "strconv"

// Count writes n with a comma before every three digits: 1,234,567.
func Count(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural writes n things, in English: "1 host", "0 hosts", "1,234 hosts".
func Plural(n uint64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return Count(n) + " " + thing + "s"
}
