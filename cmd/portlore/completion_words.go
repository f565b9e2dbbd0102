package main

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/docs/schema"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/internal/helptext"
	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/lore"
)

// A candidate is a word that may stand on the command line, and what it is.
type candidate struct{ word, what string }

// What a shell completes by itself.
const (
	anyFile = ":files"
	anyDir  = ":dirs"
)

// mostOffered is how many words are offered: more of them help nobody.
const mostOffered = 200

type completer struct {
	*env
	base *lore.Base
}

// complete offers words for the last of a command line, which may be unfinished or
// empty. The name of the program is not among them.
func (c *completer) complete(words []string) []candidate {
	words = whole(words)
	if len(words) == 0 {
		words = []string{""}
	}
	last := len(words) - 1
	current := words[last]
	lang, _ := c.lang("")
	if last == 0 || words[0] == "help" {
		return c.verbs(current, lang)
	}
	flags := helptext.Flags(helptext.Parse(c.helpOf(words[0], portlore.English)))
	name, typed, assigned := strings.Cut(current, "=")
	switch {
	case assigned && strings.HasPrefix(name, "-"):
		return starting(c.values(words[0], name, flags), typed)
	case takesValue(words[last-1], flags) && !strings.HasPrefix(current, "-"):
		return starting(c.values(words[0], words[last-1], flags), current)
	case strings.HasPrefix(current, "-"):
		return starting(flagWords(flags), current)
	}
	return c.arguments(words[0], current, lang)
}

// whole puts together what bash takes apart: --lang = zh is one word. Of a word
// after "=" only that part is replaced, so it may stand alone.
func whole(words []string) []string {
	var out []string
	for i, w := range words {
		switch n := len(out); {
		case w == "=" && n > 0 && strings.HasPrefix(out[n-1], "--"):
			out[n-1] += "="
		case n > 0 && i > 0 && words[i-1] == "=" && strings.HasSuffix(out[n-1], "="):
			out[n-1] += w
		default:
			out = append(out, w)
		}
	}
	return out
}

func (c *completer) verbs(current string, lang portlore.Lang) []candidate {
	var all []candidate
	for _, v := range verbs() {
		all = append(all, candidate{v.name, v.what.In(lang)})
	}
	if strings.HasPrefix(current, "-") {
		all = []candidate{{"--help", ""}, {"--version", ""}, {"--lang", ""}}
	}
	return starting(all, current)
}

// helpOf is the help of a verb; empty: there is no such verb.
func (c *completer) helpOf(name string, lang portlore.Lang) string {
	for _, v := range verbs() {
		if v.name == name {
			var out bytes.Buffer
			v.run(&env{strings.NewReader(""), &out, io.Discard, c.getenv, func(sandbox.Rules) sandbox.State { return sandbox.State{} }, nil},
				[]string{"--help", "--lang", lang.String()})
			return out.String()
		}
	}
	return ""
}

func flagWords(flags []helptext.Flag) []candidate {
	all := []candidate{{"--help", ""}}
	for _, f := range flags {
		if !slices.ContainsFunc(all, func(c candidate) bool { return c.word == f.Name }) {
			all = append(all, candidate{f.Name, f.Text})
		}
	}
	return all
}

func takesValue(word string, flags []helptext.Flag) bool {
	return slices.ContainsFunc(flags, func(f helptext.Flag) bool { return f.Name == word && f.Arg != "" })
}

// values are what may follow a flag.
func (c *completer) values(verb, name string, flags []helptext.Flag) []candidate {
	var all []candidate
	for _, f := range flags {
		if f.Name != name {
			continue
		}
		switch {
		case f.Arg == "FILE":
			return []candidate{{anyFile, ""}}
		case f.Arg == "DIR":
			return []candidate{{anyDir, ""}}
		case f.Arg == "CLASS" || f.Arg == "C":
			all = append(all, c.classes()...)
		case strings.HasPrefix(f.Arg, "KEY=") && verb == "explain":
			for _, key := range format.ColumnKeys() {
				all = append(all, candidate{key + "=", ""})
			}
		case strings.Contains(f.Arg, "|"):
			for _, v := range strings.Split(f.Arg, "|") {
				if v == strings.ToLower(v) { // N is a number, not the letter
					all = append(all, candidate{v, ""})
				}
			}
		}
	}
	return all
}

func (c *completer) classes() []candidate {
	var all []candidate
	for _, k := range c.base.Classes() {
		all = append(all, candidate{k.ID, strings.NewReplacer("{", "", "}", "").Replace(k.Title.EN)})
	}
	for _, f := range c.base.Families() {
		all = append(all, candidate{f.ID, ""})
	}
	return all
}

// arguments are what may stand where no flag and no value of one does.
func (c *completer) arguments(verb, current string, lang portlore.Lang) []candidate {
	words := func(list ...string) []candidate {
		var all []candidate
		for _, w := range list {
			all = append(all, candidate{w, ""})
		}
		return starting(all, current)
	}
	switch verb {
	case "explain":
		return []candidate{{anyFile, ""}}
	case "port":
		return c.ports(current, lang)
	case "lore":
		return append(words("lint", "export", "import"), candidate{anyFile, ""})
	case "schema":
		return words(schema.Verbs()...)
	case "completion":
		return words(slices.Sorted(maps.Keys(shells()))...)
	case "scope":
		return words("add", "list", "remove")
	}
	return nil
}

// ports are the numbers, services and threats that begin like a word, from the
// knowledge base.
func (c *completer) ports(current string, lang portlore.Lang) []candidate {
	if current == "" { // all of them would be a book
		return nil
	}
	typed := strings.ToLower(current)
	seen := map[string]string{}
	add := func(word, what string) {
		if strings.HasPrefix(strings.ToLower(word), typed) && !strings.ContainsAny(word, " \t\"'\\$`") && (seen[word] == "") {
			seen[word] = what
		}
	}
	for _, e := range c.base.Entries() {
		title := e.Title.In(lang)
		add(strconv.Itoa(int(e.From)), title)
		add(e.Service, title)
		for _, n := range e.Names {
			add(n.Name, title)
		}
	}
	for _, t := range c.base.Threats() {
		what := t.Names.EN + ", " + t.Kind
		for _, name := range append([]string{t.Names.EN, t.Names.ZH}, t.Aliases...) {
			add(name, what)
		}
	}
	if curated := len(seen); len(current) > 1 {
		for _, r := range c.base.Registry() {
			if r.Name != "" {
				add(r.Name, r.Description)
				if curated == 0 {
					add(strconv.Itoa(int(r.From)), r.Name)
				}
			}
		}
	}
	var all []candidate
	for word, what := range seen {
		all = append(all, candidate{word, what})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		n, err1 := strconv.Atoi(a.word)
		m, err2 := strconv.Atoi(b.word)
		if err1 == nil && err2 == nil {
			return n - m
		}
		return strings.Compare(a.word, b.word)
	})
	return all[:min(mostOffered, len(all))]
}

// starting are the candidates that begin like a word.
func starting(all []candidate, typed string) []candidate {
	return slices.DeleteFunc(all, func(c candidate) bool {
		return !strings.HasPrefix(c.word, typed) && c.word != anyFile && c.word != anyDir
	})
}
