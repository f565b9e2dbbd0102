package format

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/portlore/portlore"
)

// TestQuotedInObjects puts every line of every case into a member of an object
// that is no wrapping, and into one whose quotes are even before it: no format may
// take it for its own.
func TestQuotedInObjects(t *testing.T) {
	takers := map[string]int{}
	for _, g := range logGoldens(t) {
		c := newClock(g.options)
		for text := range bytes.Lines(linesOf(t, g.input)) {
			text = bytes.TrimRight(text, "\r\n")
			for _, before := range []string{"", `"`} {
				body, err := json.Marshal(before + string(text))
				if err != nil {
					t.Fatal(err)
				}
				for _, object := range []string{`{"level":"info","comment":` + string(body) + `}`, `{"level":"info","msg":` + string(body) + `}`} {
					for _, f := range logs() {
						var l line
						var ob portlore.Observation
						l.open([]byte(object), &c)
						if r := f.read(&l, &ob); r == understood || r == opened {
							if takers[f.Name]++; takers[f.Name] == 1 {
								t.Errorf("%s takes %s", f.Name, object)
							}
						}
					}
				}
			}
		}
	}
}

// TestWrappedIsRead puts every line that a format reads, and that needs no header
// above it, into the object that Docker writes: it must be read there too.
func TestWrappedIsRead(t *testing.T) {
	for _, g := range logGoldens(t) {
		c := newClock(g.options)
		for text := range bytes.Lines(linesOf(t, g.input)) {
			text = bytes.TrimRight(text, "\r\n")
			if !utf8.Valid(text) || bytes.HasPrefix(text, []byte(`{"message":"{`)) { // as deep as it may be
				continue
			}
			body, err := json.Marshal(string(text) + "\n")
			if err != nil {
				t.Fatal(err)
			}
			object := []byte(`{"log":` + string(body) + `,"stream":"stdout","time":"2026-11-23T15:02:16Z"}`)
			for _, f := range logs() {
				var plain, wrapped line
				var a, b portlore.Observation
				plain.open(text, &c)
				if r := f.read(&plain, &a); r != understood && r != opened {
					continue
				}
				wrapped.open(object, &c)
				if r := f.read(&wrapped, &b); r != understood && r != opened {
					t.Errorf("%s: %s does not read %s", g.path, f.Name, object)
				}
			}
		}
	}
}
