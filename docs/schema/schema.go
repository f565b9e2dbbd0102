// Package schema holds the JSON Schemas of what the verbs write with --json,
// beside an example of each. They are data for other programs; the tests hold
// them and the code together.
package schema

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.schema.json
var files embed.FS

const suffix = ".schema.json"

// Verbs are the verbs that have a schema, in the order of their names.
func Verbs() []string {
	names, _ := fs.Glob(files, "*"+suffix) // the pattern is a good one
	for i := range names {
		names[i] = strings.TrimSuffix(names[i], suffix)
	}
	return names
}

// Of is the schema of a verb. False: it has none.
func Of(verb string) ([]byte, bool) {
	text, err := files.ReadFile(verb + suffix)
	return text, err == nil
}
