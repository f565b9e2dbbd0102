package lore

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Hit is one thing that a word leads to: a threat when Threat is set, else a
// port.
type Hit struct {
	Threat string // id
	Port   uint16
	Score  int // how well it fits, 1 to 100
}

// How well a way of finding fits.
const (
	isName     = 100 // and the title begins with it, else 1 less
	isPinyin   = 95
	isInitials = 75
	inFamily   = 70
	nameBegins = 65
	inTitle    = 60 // the words begin words of the title
	misspelt   = 55 // of what the right name finds, in percent; less 10 for each edit beyond the first
	inText     = 35
	inRegistry = 25
)

// What is not the name of the service counts less.
const (
	lessInUse      = 3 // another name in use
	lessInTitle    = 10
	lessInRegistry = 8
	lessForWord    = 15 // a search word, a CVE id

	named = isInitials - lessForWord // from here on, a name was found or its beginning
)

// Search finds ports and threats by what people type, in both languages. It
// stops at the first of these steps that finds a name:
//
//  1. the whole query is a name, its pinyin, or the initials of that
//  2. so is what is left without words like "port", "what uses" or "木马"
//  3. so is the end of a Chinese query: 网络打印机 is a kind of 打印机
//  4. so is a name a typing error away
//
// Titles are searched as well, texts only when nothing is named, the registry
// only when nothing is found. The best comes first, after these criteria:
//
//  1. how well it fits: the constants above
//  2. threats before ports, unless only a text has the words
//  3. ports of a family that the query speaks of: 打印 in 打印机
//  4. the port that more entries name as related: it is better known
//  5. the lower port
//
// When the query is the name of a whole family, and not of a service, its ports
// come first and fit equally well.
func (b *Base) Search(query string) []Hit {
	if fold(query) == "" {
		return nil
	}
	f := finder{base: b, best: map[Hit]int{}, heads: distinct(b.blob, portEntries, (*Entry).head)}
	f.words = f.name(query)
	f.titles(f.words, 100)
	if f.top() < named {
		f.typos()
		f.texts()
	}
	if len(f.best) == 0 {
		f.registry()
	}
	return f.ranked()
}

type finder struct {
	base  *Base
	heads []Entry  // what entries are found by
	words []string // those of the query that matter
	best  map[Hit]int

	family string // that the query names, not a service of it
}

func (f *finder) hit(h Hit, score int) { f.best[h] = max(f.best[h], score) }

func (f *finder) top() int {
	top := 0
	for _, score := range f.best {
		top = max(top, score)
	}
	return top
}

// ranked are the hits, the best first.
func (f *finder) ranked() []Hit {
	known := map[uint16]int{} // how many entries name a port as related
	family := map[uint16]string{}
	for _, e := range f.heads {
		for _, port := range e.Related {
			known[port]++
		}
		family[e.From] = e.Family
	}
	hits := make([]Hit, 0, len(f.best))
	for h, score := range f.best {
		if f.family != "" {
			if score = min(score, inFamily); family[h.Port] != f.family {
				score--
			}
		}
		h.Score = score
		hits = append(hits, h)
	}
	spoken := f.spoken()
	rank := func(h Hit) int {
		switch {
		case h.Threat != "" && h.Score > inText:
			return 0
		case h.Threat == "" && slices.Contains(spoken, family[h.Port]):
			return 1
		case h.Threat == "":
			return 2
		}
		return 3
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(rank(a), rank(b)),
			cmp.Compare(known[b.Port], known[a.Port]), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Threat, b.Threat))
	})
	return hits
}

// spoken are the families that the query speaks of: it begins or ends with
// their name, or their name has all its words.
func (f *finder) spoken() []string {
	var list []string
	query := fold(strings.Join(f.words, ""))
	for _, family := range f.base.Families() {
		for _, name := range []string{family.ID, family.Title.EN, family.Title.ZH} {
			name := fold(name)
			if strings.HasPrefix(query, name) || strings.HasSuffix(query, name) ||
				every(f.words, wholly, family.Title.EN, family.Title.ZH) {
				list = append(list, family.ID)
				break
			}
		}
	}
	return list
}

// name looks for what the query names, step by step, and returns the words by
// which it was found, or those that matter.
func (f *finder) name(query string) []string {
	whole := wordsIn(query)
	f.names(fold(query), 100)
	if f.top() >= named {
		return whole
	}
	words := bare(whole)
	if len(words) == 0 {
		return whole
	}
	name := fold(strings.Join(words, ""))
	f.names(name, 100)
	if f.top() >= named || len(words) > 1 || !isHan(name) {
		return words
	}
	for runes := []rune(name)[1:]; len(runes) >= 2; runes = runes[1:] {
		if f.names(string(runes), 100); f.top() >= named {
			return []string{string(runes)}
		}
	}
	return words
}

// names looks a folded word up among the keys, whole and as a beginning. Of
// how well a thing fits, so many percent count.
func (f *finder) names(word string, percent int) {
	if word == "" {
		return
	}
	blob := f.base.blob
	rows := blob.section(searchKeys)
	n := len(rows) / idRow
	i := sort.Search(n, func(i int) bool { return blob.key(rows, i) >= word })
	for ; i < n; i++ {
		var k key
		k.code(blob.at(rows.u32(i * idRow)))
		if !strings.HasPrefix(k.Word, word) {
			return
		}
		switch {
		case k.Word == word:
			f.key(k, [...]int{byName: isName, byPinyin: isPinyin, byInitials: isInitials}[min(k.How, byInitials)], percent)
		case k.How != byInitials && len(word) >= 3:
			f.key(k, nameBegins, percent)
		}
	}
}

// key records what a key leads to.
func (f *finder) key(k key, score, percent int) {
	switch k.Kind {
	case entryKey:
		f.hit(Hit{Port: k.Port}, (score-1)*percent/100)
	case nameKey:
		f.hit(Hit{Port: k.Port}, (score-lessInUse)*percent/100)
	case titleKey:
		f.hit(Hit{Port: k.Port}, (score-lessInTitle)*percent/100)
	case recordKey:
		f.hit(Hit{Port: k.Port}, (score-lessInRegistry)*percent/100)
	case wordKey:
		f.hit(Hit{Port: k.Port}, (score-lessForWord)*percent/100)
	case threatKey:
		f.hit(Hit{Threat: k.ID}, score*percent/100)
	case familyKey:
		if score >= isInitials && percent == 100 &&
			!slices.ContainsFunc(f.heads, func(e Entry) bool { return fold(e.Service) == k.Word }) {
			f.family = k.ID
		}
		for _, e := range f.heads {
			if e.Family == k.ID {
				f.hit(Hit{Port: e.From}, min(score, inFamily)*percent/100)
			}
		}
	}
}

// typos finds what the nearest names find, if these are few edits away: one
// for a short word, two for a long one.
func (f *finder) typos() {
	query := []rune(fold(strings.Join(f.words, "")))
	most := 1
	switch {
	case len(query) < 4:
		return
	case len(query) >= 8:
		most = 2
	}
	blob := f.base.blob
	rows := blob.section(searchKeys)
	var near []string
	for i := range len(rows) / idRow {
		word := blob.key(rows, i)
		if n := utf8.RuneCountInString(word); n < len(query)-most || n > len(query)+most {
			continue
		}
		switch d := distance(query, word, most); {
		case d < most:
			most, near = d, append(near[:0], word)
		case d == most:
			near = append(near, word)
		}
	}
	for _, word := range slices.Compact(near) {
		f.names(word, misspelt-10*(most-1))
		f.titles([]string{word}, misspelt-10*(most-1))
	}
}

// titles looks for every word in titles and names.
func (f *finder) titles(words []string, percent int) {
	for _, e := range f.heads {
		switch h := (Hit{Port: e.From}); {
		case f.best[h] == isName-1:
			if title := wordsIn(e.Title.EN); len(title) > 0 && title[0] == words[0] {
				f.hit(h, isName)
			}
		case every(words, wholly, e.Title.EN, e.Title.ZH, e.Service):
			f.hit(h, (isName-lessInTitle)*percent/100)
		case every(words, begins, append(e.Search, e.Title.EN, e.Title.ZH, e.Service)...):
			f.hit(h, inTitle*percent/100)
		}
	}
	for _, t := range f.base.Threats() {
		if every(words, begins, append(t.Aliases, t.Names.EN, t.Names.ZH)...) {
			f.hit(Hit{Threat: t.ID}, inTitle*percent/100)
		}
	}
}

// texts looks for every word in all that is said.
func (f *finder) texts() {
	for _, e := range f.base.Entries() {
		texts := append(e.Search, e.Title.EN, e.Title.ZH, e.Service)
		for _, c := range e.Claims {
			texts = append(texts, c.Text.EN, c.Text.ZH)
		}
		if every(f.words, begins, texts...) {
			f.hit(Hit{Port: e.From}, inText)
		}
	}
	for _, t := range f.base.Threats() {
		if every(f.words, begins, append(t.Aliases, t.Names.EN, t.Names.ZH, t.Text.EN, t.Text.ZH, t.Kind)...) {
			f.hit(Hit{Threat: t.ID}, inText)
		}
	}
}

// registry looks for every word in the names and descriptions of IANA.
func (f *finder) registry() {
	for _, r := range f.base.Registry() {
		if r.Description != "" && every(f.words, begins, r.Name, r.Description) {
			f.hit(Hit{Port: r.From}, inRegistry)
		}
	}
}
