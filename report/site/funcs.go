package site

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/lore"
)

// funcs are what the templates say things with, in the writer's language.
func (w *writer) funcs() template.FuncMap {
	return template.FuncMap{
		"say":      w.say,
		"in":       func(t portlore.Text) string { return t.In(w.lang) },
		"clean":    safetext.Clean, // the registry may be a file that the user imported
		"tag":      func() string { return tag(w.lang) },
		"tongue":   w.tongue,
		"text":     pieces,
		"years":    w.years,
		"exposure": func(word string) string { return w.say("expose-" + word) },
		"word":     func(word portlore.Word) string { return w.say("word-" + word.String()) },
		"kind":     func(id string) string { return lore.ThreatKind(id).In(w.lang) },
		"platform": func(id string) string { return lore.PlatformName(id).In(w.lang) },
		"names":    func(t lore.Transports) string { return strings.Join(t.Names(), ", ") },
		"span":     span,
		"web":      func(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") },
	}
}

// say is a fixed word of the site. An unknown one is a bug of a template, which
// a test finds.
func (w *writer) say(id string) string {
	if t, ok := words[id]; ok {
		return t.In(w.lang)
	}
	return "[no words for " + id + "]"
}

// tag is the language tag of HTML: browsers choose the right glyphs by it.
func tag(lang portlore.Lang) string {
	if lang == portlore.Chinese {
		return "zh-Hans"
	}
	return "en"
}

// tongue is the language tag of a text that may be in another language than
// the page; empty when it is not.
func (w *writer) tongue(s string) string {
	is := portlore.English
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		is = portlore.Chinese
	}
	if is == w.lang {
		return ""
	}
	return tag(is)
}

// piece is a part of a text: plain, a command, or a place to be filled in.
type piece struct{ Plain, Code, Blank string }

var marked = pattern.New("`[^`]+`|\\{[a-z]+\\}")

// pieces finds the commands and blanks in a text.
func pieces(s string) []piece {
	var list []piece
	s = safetext.Clean(s)
	from := 0
	for _, at := range marked().FindAllStringIndex(s, -1) {
		if at[0] > from {
			list = append(list, piece{Plain: s[from:at[0]]})
		}
		if inner := s[at[0]+1 : at[1]-1]; s[at[0]] == '`' {
			list = append(list, piece{Code: inner})
		} else {
			list = append(list, piece{Blank: inner})
		}
		from = at[1]
	}
	if from < len(s) {
		list = append(list, piece{Plain: s[from:]})
	}
	return list
}

// years says when something was true.
func (w *writer) years(e lore.Era) string {
	switch {
	case e.From != 0 && e.From == e.To:
		return fmt.Sprintf(w.say("year"), e.From)
	case e.From != 0 && e.To != 0:
		return fmt.Sprintf(w.say("years"), e.From, e.To)
	case e.From != 0:
		return fmt.Sprintf(w.say("since"), e.From)
	case e.To != 0:
		return fmt.Sprintf(w.say("until"), e.To)
	}
	return w.say("no-year")
}
