package format

import (
	"bytes"
	"encoding/json"
	"testing"

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
