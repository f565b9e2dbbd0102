package site

import (
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// threat is what the page of a threat shows.
type threat struct {
	lore.Threat
	Name    string
	Also    []string
	Marks   []mark
	Used    []usedPort
	Claims  []claim // what the pages of ports say of it
	Sources []cited
}

type usedPort struct {
	link
	Confidence string
}

// mention is a claim about a threat and the entry where it stands.
type mention struct {
	lore.Claim
	entry lore.Entry
}

// mentions are the claims about each threat.
func mentions(entries []lore.Entry) map[string][]mention {
	of := map[string][]mention{}
	for _, e := range entries {
		for _, c := range e.Claims {
			if c.Threat != "" {
				of[c.Threat] = append(of[c.Threat], mention{c, e})
			}
		}
	}
	return of
}

func (w *writer) threat(t lore.Threat, mentions []mention) threat {
	var notes notes
	shown := threat{Threat: t, Name: threatName(t, w.lang), Marks: notes.marks(t.Sources)}
	shown.Also = otherNames(t, shown.Name)
	ports := slices.Clone(t.Ports)
	slices.SortStableFunc(ports, func(a, b lore.ThreatPort) int { // the surest first
		return int(a.Confidence[0]) - int(b.Confidence[0])
	})
	for _, p := range ports {
		l := w.link(p.From)
		l.Number = number(lore.Entry{From: p.From, To: p.To, Transport: p.Transport})
		shown.Used = append(shown.Used, usedPort{l, p.Confidence})
	}
	for _, m := range mentions {
		c := w.claim(m.Claim, &notes)
		c.Port = &link{number(m.entry), m.entry.Title.In(w.lang), fileName(m.entry)}
		shown.Claims = append(shown.Claims, c)
	}
	shown.Sources = w.sources(notes)
	return shown
}

func threatName(t lore.Threat, lang portlore.Lang) string {
	if lang == portlore.Chinese && t.Names.ZH != "" {
		return t.Names.ZH
	}
	return t.Names.EN
}

// otherNames are the names of a threat but the one in the title.
func otherNames(t lore.Threat, title string) []string {
	var also []string
	for _, name := range append([]string{t.Names.EN, t.Names.ZH}, t.Aliases...) {
		if name != "" && name != title && !slices.Contains(also, name) {
			also = append(also, name)
		}
	}
	return also
}

// class is what the page of a verdict shows.
type class struct {
	lore.Class
	Marks   []mark
	Sources []cited
}

func (w *writer) class(k lore.Class) class {
	var notes notes
	marks := notes.marks(k.Sources)
	return class{k, marks, w.sources(notes)}
}

// index is what the index shows, and what its script searches.
type index struct {
	Ports   []indexPort
	Threats []indexThreat
	Classes []lore.Class
	Words   []row // of the lines of the index, in their order
}

type indexPort struct {
	lore.Entry
	Number, File string
}

type indexThreat struct {
	lore.Threat
	Name string
}

// row is what a line of the index is found by.
type row struct {
	From  int      `json:"f"` // ports; -1: none
	To    int      `json:"t"`
	Words []string `json:"w"`
}

func (w *writer) index(entries []lore.Entry, threats []lore.Threat, classes []lore.Class) index {
	x := index{Classes: classes}
	words := w.base.Words()
	for _, e := range entries {
		x.Ports = append(x.Ports, indexPort{e, number(e), fileName(e)})
		x.Words = append(x.Words, row{int(e.From), int(e.To), words[lore.Hit{Port: e.From}]})
	}
	for _, t := range threats {
		x.Threats = append(x.Threats, indexThreat{t, threatName(t, w.lang)})
	}
	for _, t := range threats { // in the order of the lines, after those of the ports
		x.Words = append(x.Words, row{-1, -1, words[lore.Hit{Threat: t.ID}]})
	}
	for _, k := range classes {
		x.Words = append(x.Words, row{-1, -1, []string{foldID(k.ID)}})
	}
	return x
}

// foldID leaves the letters and digits of an id, as the words of lore have it.
func foldID(id string) string { return strings.NewReplacer(".", "", "_", "", "-", "").Replace(id) }
