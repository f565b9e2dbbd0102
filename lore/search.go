package lore

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"
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
	isName     = 100
	isPinyin   = 95
	isInitials = 75
	inFamily   = 70
	nameBegins = 65
	inTitle    = 60
	misspelt   = 55 // less 10 for each edit beyond the first
	inText     = 35
	inRegistry = 25
)

// Search finds ports and threats by name, alias, Chinese name, pinyin or its
// initials, by the beginning of a name, by a name with a typing error, and by
// words of their text, in both languages. The best comes first; hits that fit
// equally well are ordered threats first, then by port; those of a family, by how
// many entries name them as related. Text is searched only
// when no name is what was asked for.
func (b *Base) Search(query string) []Hit {
	f := finder{base: b, best: map[Hit]int{}, query: fold(query)}
	if f.query == "" {
		return nil
	}
	f.names()
	if f.top() < isInitials {
		f.typos()
	}
	f.texts(strings.Fields(strings.ToLower(query)))
	hits := make([]Hit, 0, len(f.best))
	for h, score := range f.best {
		if f.family {
			score = min(score, inFamily)
		}
		h.Score = score
		hits = append(hits, h)
	}
	known := map[uint16]int{}
	if f.family {
		known = b.mentions()
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Threat, b.Threat),
			cmp.Compare(known[b.Port], known[a.Port]), cmp.Compare(a.Port, b.Port))
	})
	return hits
}

// mentions counts how many entries name a port as related. Of a whole family,
// the ports that others are compared with come first.
func (b *Base) mentions() map[uint16]int {
	n := map[uint16]int{}
	for _, e := range b.Entries() {
		for _, port := range e.Related {
			n[port]++
		}
	}
	return n
}

// rank puts threats before ports.
func rank(h Hit) int {
	if h.Threat != "" {
		return 0
	}
	return 1
}

type finder struct {
	base  *Base
	query string // folded
	best  map[Hit]int

	family bool // the query is the name of a whole family, not of a service
}

func (f *finder) hit(h Hit, score int) { f.best[h] = max(f.best[h], score) }

func (f *finder) top() int {
	top := 0
	for _, score := range f.best {
		top = max(top, score)
	}
	return top
}

// names looks the query up among the keys, whole and as a beginning.
func (f *finder) names() {
	blob := f.base.blob
	rows := blob.section(searchKeys)
	n := len(rows) / idRow
	i := sort.Search(n, func(i int) bool { return blob.key(rows, i) >= f.query })
	for ; i < n; i++ {
		var k key
		k.code(blob.at(rows.u32(i * idRow)))
		if !strings.HasPrefix(k.Word, f.query) {
			return
		}
		switch {
		case k.Word == f.query:
			f.key(k, []int{byName: isName, byPinyin: isPinyin, byInitials: isInitials}[min(k.How, byInitials)])
		case k.How != byInitials && len(f.query) >= 3:
			f.key(k, nameBegins)
		}
	}
}

// key records what a key leads to.
func (f *finder) key(k key, score int) {
	switch k.Kind {
	case entryKey:
		f.hit(Hit{Port: k.Port}, score)
	case recordKey: // an entry of that name goes first
		f.hit(Hit{Port: k.Port}, score-2)
	case threatKey:
		f.hit(Hit{Threat: k.ID}, score)
	case familyKey:
		f.family = f.family || score >= isInitials
		for _, e := range distinct(f.base.blob, portEntries, (*Entry).head) {
			if e.Family == k.ID {
				f.hit(Hit{Port: e.From}, min(score, inFamily))
			}
		}
	}
}

// typos looks for names a few edits away: one in a short name, two in a long one.
func (f *finder) typos() {
	query := []rune(f.query)
	most := 1
	switch {
	case len(query) < 4:
		return
	case len(query) >= 8:
		most = 2
	}
	blob := f.base.blob
	rows := blob.section(searchKeys)
	for i := range len(rows) / idRow {
		word := blob.key(rows, i)
		if n := utf8.RuneCountInString(word); n < len(query)-most || n > len(query)+most {
			continue
		}
		if d := distance(query, []rune(word), most); d <= most {
			var k key
			k.code(blob.at(rows.u32(i * idRow)))
			f.key(k, misspelt-10*(d-1))
		}
	}
}

// texts looks for every word of the query in titles and claims. When a name
// fits, only titles count.
func (f *finder) texts(words []string) {
	named := f.top() >= isInitials
	all := func(text string) bool {
		for _, w := range words {
			if !contains(text, w) {
				return false
			}
		}
		return true
	}
	code := (*Entry).code
	if named {
		code = (*Entry).head
	}
	for _, e := range distinct(f.base.blob, portEntries, code) {
		title := strings.ToLower(e.Title.EN + " " + e.Title.ZH + " " + e.Service + " " + strings.Join(e.Search, " "))
		switch {
		case all(title):
			f.hit(Hit{Port: e.From}, inTitle)
		case !named && all(title+" "+claims(e)):
			f.hit(Hit{Port: e.From}, inText)
		}
	}
	for _, t := range f.base.Threats() {
		names := strings.ToLower(t.Names.EN + " " + t.Names.ZH + " " + strings.Join(t.Aliases, " "))
		switch {
		case all(names):
			f.hit(Hit{Threat: t.ID}, inTitle)
		case !named && all(names+" "+strings.ToLower(t.Text.EN+" "+t.Text.ZH+" "+t.Kind)):
			f.hit(Hit{Threat: t.ID}, inText)
		}
	}
	if len(f.best) > 0 {
		return
	}
	for _, r := range f.base.Registry() {
		if r.Description != "" && all(strings.ToLower(r.Name+" "+r.Description)) {
			f.hit(Hit{Port: r.From}, inRegistry)
		}
	}
}

func claims(e Entry) string {
	var b strings.Builder
	for _, c := range e.Claims {
		b.WriteString(c.Text.EN + " " + c.Text.ZH + " ")
	}
	return strings.ToLower(b.String())
}

// contains says whether a word stands in a text: a Latin word at the beginning
// of a word, a Chinese one anywhere.
func contains(text, word string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		first, _ := utf8.DecodeRuneInString(word)
		before, _ := utf8.DecodeLastRuneInString(text[:from+i])
		if first >= utf8.RuneSelf || before >= utf8.RuneSelf || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return true
		}
		from += i + len(word)
	}
}

// distance is the number of edits between two words: insert, delete, replace,
// swap neighbours. Beyond most it is some number greater than most.
func distance(a, b []rune, most int) int {
	var table [3][]int // two lines before, one line before, this line
	for i := range table {
		table[i] = make([]int, len(b)+1)
	}
	for j := range table[2] {
		table[2][j] = j
	}
	for i := 1; i <= len(a); i++ {
		table[0], table[1], table[2] = table[1], table[2], table[0]
		line, least := table[2], i
		line[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			line[j] = min(table[1][j]+1, line[j-1]+1, table[1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				line[j] = min(line[j], table[0][j-2]+1)
			}
			least = min(least, line[j])
		}
		if least > most {
			return least
		}
	}
	return table[2][len(b)]
}
