package report

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/lore"
)

// Whatever stands in a report, wherever it came from: nothing of it reaches the
// reader but visible text.
func TestReportsAreInert(t *testing.T) {
	const hostile = "<script> \x1b]52;c;eA==\a \r\n\b\x00\x7f \u009b2J\x9b\xff \u202e\u2066\u200b\u2028\U000e0041"
	var r portlore.Report
	fill(reflect.ValueOf(&r).Elem(), hostile)
	for i := range r.Findings {
		r.Findings[i].Muted = "" // or nothing of them is shown
	}
	alike := r
	alike.Findings = slices.Clone(r.Findings)
	for i := range alike.Findings {
		alike.Findings[i].Sources = 1
	}
	write := map[string]func(io.Writer) error{"json": func(w io.Writer) error { return JSON(w, &r) }}
	for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		for name, style := range map[string]ExplainStyle{
			"screen": {Lang: lang}, "all": {Lang: lang, All: true}, "one": {Lang: lang, Show: 1}, "color": {Lang: lang, Color: true},
		} {
			write[name+" "+lang.String()] = func(w io.Writer) error { return Explain(w, &r, style) }
			style.Why, style.Base = true, lore.Open()
			write[name+" alike "+lang.String()] = func(w io.Writer) error { return Explain(w, &alike, style) }
		}
	}
	for name, write := range write {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		if strings.HasPrefix(name, "color") {
			text = strings.NewReplacer("\x1b[1;36m", "", "\x1b[0m", "").Replace(text)
		}
		for line := range strings.Lines(text) {
			if line = strings.TrimSuffix(line, "\n"); line != safetext.Clean(line) {
				t.Errorf("%s: %q", name, line)
			}
		}
		if !strings.Contains(text, "script") {
			t.Errorf("%s: shows nothing of it", name)
		}
	}
}

// fill puts a text into every field that can hold one, and two items into every
// list.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Uint64:
		v.SetUint(7)
	case reflect.Uint8: // words and roles
		v.SetUint(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	}
}

func TestPastes(t *testing.T) {
	for name, want := range map[string]bool{
		"/var/log/ufw.log": true, "kern-2025.1_a+b,c:d@e%f=g": true, "防火墙.log": true,
		"-": false, "--json": false, "a b": false, "a;id": false, "a|id": false, "a&id": false, "$(id)": false, "`id`": false,
		"a\nid": false, "a'b": false, `a"b`: false, `a\b`: false, "a*": false, "~root": false, "<a": false, "#a": false, "!a": false,
		"\x1b[2J": false, "\u202elog": false, "a\xff": false, "a\u00a0b": false,
	} {
		if got := pastes(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}
