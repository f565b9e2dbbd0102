// Package pattern compiles regular expressions when they are first used. A program
// of many verbs needs few of them in a run, and starts before it needs any.
package pattern

import (
	"regexp"
	"sync"
)

// New is a regular expression in the syntax of package regexp. It panics at its
// first use if it is none.
func New(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
