package format

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

var mutations = flag.Int("mutations", 20, "how many times TestMutations changes every line of every case")

// TestMutations asks each format, and another one, about its own lines with a few bytes lost, doubled,
// swapped or put in from another line: closer to what breaks a reader than what a
// fuzzer comes upon. It goes on after a panic and tells of each place once.
func TestMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(1, uint64(*mutations)))
	byName, all := map[string]*Format{}, logs()
	for _, f := range all {
		byName[f.Name] = f
	}
	said := map[string]bool{}
	for _, g := range logGoldens(t) {
		f := byName[filepath.Base(filepath.Dir(g.path))]
		if f == nil {
			continue
		}
		lines := bytes.Split(linesOf(t, g.input), []byte("\n"))
		h := newHeaders(linesOf(t, g.input), g.options)
		c := newClock(g.options)
		for _, text := range lines {
			var last layout
			for _, above := range lines {
				if y, ok := h.read(above); ok && y.of == f {
					last = y
					break
				}
			}
			for range *mutations {
				text := mutated(r, text, lines[r.IntN(len(lines))])
				for _, f := range []*Format{f, all[r.IntN(len(all))]} {
					if place := panics(f, text, &c, &last); place != "" && !said[place] {
						said[place] = true
						t.Errorf("%s: %s on %q", f.Name, place, text)
					}
				}
			}
		}
	}
}

// odd are bytes that mean something to some reader.
const odd = " :=,;()[]{}\"'\\/-+.#*<>|%\x00\xff09aZ"

// mutated changes a line in one to three places.
func mutated(r *rand.Rand, text, another []byte) []byte {
	text = bytes.Clone(text)
	for range 1 + r.IntN(3) {
		i, n := r.IntN(len(text)+1), 1+r.IntN(8)
		j := min(i+n, len(text))
		switch r.IntN(7) {
		case 0: // lost
			text = append(text[:i], text[j:]...)
		case 1: // cut
			text = text[:i]
		case 2: // doubled
			text = append(text[:j], text[i:]...)
		case 3: // another byte
			if i < len(text) {
				text[i] = odd[r.IntN(len(odd))]
			}
		case 4: // from another line
			k := r.IntN(len(another) + 1)
			text = append(text[:i:i], another[k:min(k+n, len(another))]...)
		case 5: // a word lost
			if end := bytes.IndexByte(text[i:], ' '); end >= 0 {
				text = append(text[:i], text[i+end:]...)
			}
		case 6: // blanks for what is there
			for ; i < j; i++ {
				text[i] = ' '
			}
		}
	}
	return bytes.ReplaceAll(text, []byte("\n"), []byte(" "))
}

// panics is where a reader panics; empty: it does not.
func panics(f *Format, text []byte, c *clock, last *layout) (place string) {
	defer func() {
		if e := recover(); e != nil {
			place = fmt.Sprint(e)
			for _, l := range strings.Split(string(debug.Stack()), "\n") {
				if strings.Contains(l, "/format/") && !strings.Contains(l, "_test.go") {
					place = strings.TrimSpace(l)
					return
				}
			}
		}
	}()
	var l line
	var ob portlore.Observation
	l.open(text, c)
	started := time.Now()
	for l.ask(f, text, last, &ob) == understood && l.more {
		l.more = false
		l.part++
		ob = portlore.Observation{}
		if l.part > len(text) {
			return "parts without end"
		}
	}
	if time.Since(started) > time.Second {
		return "slow"
	}
	return ""
}
