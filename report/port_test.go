package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/width"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

// Every page that can be printed fits the terminal: no line is wider than 80
// columns unless a single word of it is, none has a character of ambiguous
// width, none begins with punctuation that belongs to the line before.
func TestPortPagesFit(t *testing.T) {
	base := lore.Open()
	var queries []string
	for _, e := range base.Entries() {
		queries = append(queries, fmt.Sprint(e.From))
	}
	for _, threat := range base.Threats() {
		queries = append(queries, threat.ID)
	}
	queries = append(queries, "0-65535", "49999", "木马", "proxy", "no such thing", "x\x1b[31m\u202e")
	for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		for _, q := range queries {
			r, err := NewPort(base, lang, PortFilter{}, q)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := r.Text(&out, PortStyle{}); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(out.String()) {
				line = strings.TrimRight(line, "\n")
				if textwidth.Of(line) > columns && !strings.HasPrefix(line, "portlore ") && strings.Contains(strings.TrimLeft(line, " "), " ") {
					t.Errorf("port %s in %v: %d columns: %s", q, lang, textwidth.Of(line), line)
				}
				for _, c := range line {
					if c < ' ' || width.LookupRune(c).Kind() == width.EastAsianAmbiguous {
						t.Errorf("port %s in %v: character %q in: %s", q, lang, c, line)
					}
				}
				if text := strings.TrimLeft(line, " "); text != "" && strings.ContainsAny(text[:1], ",;") || strings.HasPrefix(text, "，") || strings.HasPrefix(text, "。") {
					t.Errorf("port %s in %v: begins with punctuation: %s", q, lang, line)
				}
			}
		}
	}
}

// Ids, numbers and lists do not depend on the language, and no list is null.
func TestPortJSON(t *testing.T) {
	var docs [2]any
	for i, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		r, err := NewPort(lore.Open(), lang, PortFilter{}, "3128", "3128/udp", "49999", "冰河", "no such thing")
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := r.JSON(&out); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(out.Bytes(), &docs[i]); err != nil {
			t.Fatal(err)
		}
	}
	compare(t, "$", docs[0], docs[1])
}

func compare(t *testing.T, at string, en, zh any) {
	switch en := en.(type) {
	case map[string]any:
		for name, v := range en {
			compare(t, at+"."+name, v, zh.(map[string]any)[name])
		}
	case []any:
		if len(en) != len(zh.([]any)) {
			t.Errorf("%s: %d and %d items", at, len(en), len(zh.([]any)))
			return
		}
		for i, v := range en {
			compare(t, fmt.Sprintf("%s[%d]", at, i), v, zh.([]any)[i])
		}
	case nil:
		if !strings.Contains(at, ".era.") {
			t.Errorf("%s is null", at)
		}
	case string:
		name := at[strings.LastIndexByte(at, '.')+1:]
		switch strings.TrimRight(name, "[]0123456789") {
		case "title", "text", "check", "probed", "open", "outbound", "aliases":
		case "name":
			if strings.Contains(at, "threats") {
				break
			}
			fallthrough
		default:
			if en != zh {
				t.Errorf("%s: %q and %q", at, en, zh)
			}
		}
	default:
		if en != zh {
			t.Errorf("%s: %v and %v", at, en, zh)
		}
	}
}

func TestPortFilter(t *testing.T) {
	base := lore.Open()
	for _, expose := range []string{"never", "restrict", "ok"} {
		r, err := NewPort(base, portlore.English, PortFilter{Expose: expose}, "")
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Queries[0].Results) == 0 {
			t.Errorf("no port is to be exposed: %s", expose)
		}
		for _, res := range r.Queries[0].Results {
			if res.Expose != expose {
				t.Errorf("--expose %s gives port %d, %s", expose, res.Port, res.Expose)
			}
		}
	}
	r, err := NewPort(base, portlore.English, PortFilter{Threat: true}, "20-30")
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range r.Queries[0].Results {
		if len(res.Threats) == 0 {
			t.Errorf("--threat gives port %d, which none uses", res.Port)
		}
	}
}

// The range of a number decides what is said of a port in no table.
func TestPortUnlisted(t *testing.T) {
	base := lore.Open()
	seen := map[string]bool{}
	for port := 0; port <= 65535; port += 7 {
		r, err := NewPort(base, portlore.English, PortFilter{}, fmt.Sprint(port))
		if err != nil {
			t.Fatal(err)
		}
		res := r.Queries[0].Results[0]
		if res.Title == "" || res.Situations.Probed == "" || res.Situations.Open == "" || res.Situations.Outbound == "" {
			t.Errorf("port %d has no answer: %+v", port, res)
		}
		seen[fmt.Sprint(res.Range, res.Known)] = true
	}
	for _, want := range []string{"systemtrue", "usertrue", "userfalse", "dynamicfalse"} {
		if !seen[want] {
			t.Errorf("no port is %s", want)
		}
	}
}

func BenchmarkPort(b *testing.B) {
	base := lore.Open()
	for _, query := range []string{"3128", "redis", "WinCarsh", "open proxy"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				r, err := NewPort(base, portlore.English, PortFilter{}, query)
				if err != nil {
					b.Fatal(err)
				}
				var out bytes.Buffer
				if err := r.Text(&out, PortStyle{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
