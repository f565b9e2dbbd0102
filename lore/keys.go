package lore

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
)

// A key is one word under which something is found.
type key struct {
	Word string // folded
	Kind keyKind
	How  keyHow
	Port uint16 // of an entry or a record
	ID   string // of a threat or a family
}

type keyKind uint8

const (
	entryKey keyKind = iota // the name of the service of an entry
	nameKey                 // another name in use
	titleKey                // what its title says
	wordKey                 // a word to find it by that stands nowhere in it
	threatKey
	familyKey
	recordKey
)

type keyHow uint8

const (
	byName keyHow = iota
	byPinyin
	byInitials
)

func (k *key) code(c *coder) {
	c.str(&k.Word)
	num(c, &k.Kind)
	num(c, &k.How)
	num(c, &k.Port)
	c.str(&k.ID)
}

// keys writes the words under which entries, threats, families and registered
// names are found.
func (p *packer) keys(k Contents) {
	var list []key
	add := func(what key, word string) {
		if what.Word = fold(word); what.Word == "" {
			return
		}
		list = append(list, what)
		if full, initials := pinyin(word, k.Pinyin); full != "" {
			what.Word, what.How = full, byPinyin
			list = append(list, what)
			if len(initials) > 1 {
				what.Word, what.How = initials, byInitials
				list = append(list, what)
			}
		}
	}
	for _, e := range k.Entries {
		what := key{Kind: entryKey, Port: e.From}
		add(what, e.Service)
		what.Kind = nameKey
		for _, n := range e.Names {
			add(what, n.Name)
		}
		what.Kind = titleKey
		for _, w := range slices.Concat(parts(e.Title.EN), parts(e.Title.ZH)) {
			for words := strings.Fields(w); len(words) > 0; words = words[1:] {
				if whole := strings.Join(words, " "); whole == strings.TrimSpace(w) || len(words) > 1 {
					add(what, whole)
				}
			}
		}
		what.Kind = wordKey
		for _, w := range e.Search {
			add(what, w)
		}
		for _, c := range e.Claims {
			for _, cve := range c.CVE {
				add(what, cve)
			}
		}
	}
	for _, t := range k.Threats {
		what := key{Kind: threatKey, ID: t.ID}
		for _, w := range slices.Concat([]string{t.ID, t.Names.EN, t.Names.ZH}, t.Aliases) {
			add(what, w)
		}
	}
	for _, f := range k.Families {
		what := key{Kind: familyKey, ID: f.ID}
		for _, w := range []string{f.ID, f.Title.EN, f.Title.ZH} {
			add(what, w)
		}
	}
	for _, r := range k.Records {
		add(key{Kind: recordKey, Port: r.From}, r.Name)
	}
	slices.SortFunc(list, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.Word, b.Word), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.How, b.How),
			cmp.Compare(a.Port, b.Port), cmp.Compare(a.ID, b.ID))
	})
	for _, k := range slices.Compact(list) {
		p.rows[searchKeys] = binary.LittleEndian.AppendUint32(p.rows[searchKeys], uint32(p.add(k.code)))
	}
}

// parts are the names in a title: "squid, HTTP proxy" has two.
func parts(title string) []string {
	return strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune(",;/()，、；（）：", r) })
}

// pinyin is a word read aloud, "binghe", and its initials, "bh". Both are
// empty when it has no Chinese character; a character that is not in the table
// is left out.
func pinyin(word string, table map[rune]string) (full, initials string) {
	var f, i strings.Builder
	han := false
	for _, r := range fold(word) {
		switch s := table[r]; {
		case s != "":
			han = true
			f.WriteString(s)
			i.WriteByte(s[0])
		case !unicode.Is(unicode.Han, r):
			f.WriteRune(r)
			i.WriteRune(r)
		}
	}
	if !han {
		return "", ""
	}
	return f.String(), i.String()
}
