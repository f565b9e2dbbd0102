package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// port is what the page of an entry shows. Every claim stands in one section.
type port struct {
	lore.Entry
	Number     string // "3128/tcp"
	Range      string // system, user, dynamic
	Noise      portlore.Text
	Registered []lore.Record
	More       int // records of a long range that are left to the registry
	Sections   map[string][]claim
	Threats    []threatPort // that only the list of threats names here
	Near       []link
	Sources    []cited
}

// claim is a statement with its marks: the numbers of its sources.
type claim struct {
	lore.Claim
	Marks []mark
	Name  string // of its threat
	Port  *link  // where it stands, on a page of something else
}

// link leads to the page of a port; without File there is none.
type link struct{ Number, Title, File string }

type threatPort struct {
	lore.Threat
	Name       string
	Confidence string
	Marks      []mark
}

const recordsShown = 12

func (w *writer) port(e lore.Entry) port {
	p := port{Entry: e, Number: number(e), Range: lore.Range(e.From), Sections: map[string][]claim{}}
	for _, f := range w.base.Families() {
		if f.ID == e.Family {
			p.Noise = f.Title
		}
	}
	p.Registered = w.registered(e)
	p.More = max(0, len(p.Registered)-recordsShown)
	p.Registered = p.Registered[:len(p.Registered)-p.More]
	var notes notes
	for _, name := range []string{"probe", "face", "abuse", "alike", "history"} { // the order of the page, so that the marks rise
		for _, c := range e.Claims {
			if section(c) == name {
				p.Sections[name] = append(p.Sections[name], w.claim(c, &notes))
			}
		}
	}
	for _, t := range w.base.ThreatsOn(0, e.From) {
		told := slices.ContainsFunc(e.Claims, func(c lore.Claim) bool { return c.Threat == t.ID })
		if !told && !slices.ContainsFunc(p.Threats, func(have threatPort) bool { return have.ID == t.ID }) {
			p.Threats = append(p.Threats, threatPort{t, threatName(t, w.lang), confidence(t, e.From), notes.marks(t.Sources)})
		}
	}
	for _, n := range e.Related {
		p.Near = append(p.Near, w.link(n))
	}
	p.Sources = w.sources(notes)
	return p
}

// section is where a claim stands on the page of its port.
func section(c lore.Claim) string {
	switch {
	case c.Situation == "history":
		return "history"
	case slices.Contains([]string{"abuse", "amplification", "cve", "trojan", "worm"}, c.Kind):
		return "abuse"
	case c.Kind == "traffic" || c.Situation == "outbound":
		return "alike"
	case c.Situation == "open":
		return "face"
	}
	return "probe"
}

func (w *writer) claim(c lore.Claim, n *notes) claim {
	shown := claim{Claim: c, Marks: n.marks(c.Sources)}
	if t, ok := w.base.Threat(c.Threat); ok {
		shown.Name = threatName(t, w.lang)
	}
	return shown
}

// registered is what the registry says of the ports of an entry.
func (w *writer) registered(e lore.Entry) []lore.Record {
	var list []lore.Record
	for n := int(e.From); n <= int(e.To); n++ {
		for _, r := range w.base.Records(0, uint16(n)) {
			same := func(have lore.Record) bool {
				return have.From == r.From && have.To == r.To && have.Name == r.Name && slices.Equal(have.Transport, r.Transport)
			}
			if !slices.ContainsFunc(list, same) {
				list = append(list, r)
			}
		}
	}
	return list
}

// link finds the page of a port.
func (w *writer) link(n uint16) link {
	entries := w.base.Port(0, n)
	if len(entries) == 0 {
		return link{Number: fmt.Sprint(n)}
	}
	return link{fmt.Sprint(n), entries[0].Title.In(w.lang), fileName(entries[0])}
}

// fileName is the file of an entry, without its end: "3128", "1026-1028".
func fileName(e lore.Entry) string { return span(e.From, e.To) }

func number(e lore.Entry) string {
	if len(e.Transport) == 0 {
		return fileName(e)
	}
	return fileName(e) + "/" + strings.Join(e.Transport.Names(), ",")
}

func span(from, to uint16) string {
	if from == to {
		return fmt.Sprint(from)
	}
	return fmt.Sprintf("%d-%d", from, to)
}

// confidence is how sure it is that a threat uses a port.
func confidence(t lore.Threat, port uint16) string {
	for _, p := range t.Ports {
		if p.From <= port && port <= p.To {
			return p.Confidence
		}
	}
	return ""
}
