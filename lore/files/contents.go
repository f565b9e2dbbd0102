package files

import (
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// Contents turns the documents into what lore.Pack takes. It says nothing
// about their quality; Lint does.
func (t *Tree) Contents() lore.Contents {
	k := lore.Contents{Registry: t.Registry.Date, Records: t.Registry.Records, Pinyin: t.Pinyin}
	for _, f := range t.Ports {
		k.Entries = append(k.Entries, f.Doc.entry())
	}
	for _, f := range t.Threats {
		k.Threats = append(k.Threats, f.Doc.threat())
	}
	for _, f := range t.Sources {
		d := f.Doc
		k.Sources = append(k.Sources, lore.Source{ID: d.Source, Title: d.Title, By: d.By, Year: d.Year, Kind: d.Kind, Where: d.Where, Reuse: d.Reuse})
	}
	for i, d := range t.Families.Doc {
		k.Families = append(k.Families, lore.Family{ID: d.Family, Title: d.Title.text(), Rank: i})
		for _, port := range d.TCP {
			k.Members = append(k.Members, lore.Member{Proto: portlore.TCP, Port: port, Family: d.Family})
		}
		for _, port := range d.UDP {
			k.Members = append(k.Members, lore.Member{Proto: portlore.UDP, Port: port, Family: d.Family})
		}
	}
	words := map[string]Class{}
	for _, f := range t.Classes {
		words[bare(f.Doc.Class)] = f.Doc
	}
	for _, line := range t.List {
		w := words[line.ID]
		k.Classes = append(k.Classes, lore.Class{
			ID: line.ID, Kind: line.Kind, Open: line.Open, Word: line.Word,
			SeverityLow: line.SeverityLow, SeverityHigh: line.SeverityHigh, Role: line.Role,
			Title: w.Title.text(), Titles: w.Titles.text(), Noise: w.Noise.text(), Means: w.Means.text(),
			Do: texts(w.Do), Unless: texts(w.Unless), Attack: w.Attack, Sources: w.Sources,
		})
	}
	return k
}

func (d *Port) entry() lore.Entry {
	e := lore.Entry{
		From: d.Port.From, To: d.Port.To, Service: d.Service, Family: d.Family,
		Transport: protos(d.Transport), Title: d.Title.text(), Search: d.Search, Expose: d.Expose,
		Related: d.Related, Check: d.Check.text(), Close: lore.Close(d.Close),
	}
	for _, n := range d.Names {
		e.Names = append(e.Names, lore.Name{Name: n.Name, Transport: protos(n.Transport)})
	}
	for _, c := range d.Claims {
		e.Claims = append(e.Claims, lore.Claim{
			ID: c.ID, Kind: c.Kind, Situation: c.Situation, Transport: protos(c.Transport),
			Text: Text{c.EN, c.ZH}.text(), Era: lore.Era(c.Era), Sources: c.Sources, Confidence: c.Confidence,
			Threat: c.Threat, BAF: c.Value.BAF, CVE: c.CVE, Attack: c.Attack,
		})
	}
	return e
}

func (d *Threat) threat() lore.Threat {
	t := lore.Threat{
		ID: d.Threat, Names: d.Names.text(), Aliases: d.Aliases, Kind: d.Kind, Platform: d.Platform,
		Era: lore.Era(d.Era), Text: d.Text.text(), Sources: d.Sources,
	}
	for _, p := range d.Ports {
		t.Ports = append(t.Ports, lore.ThreatPort{From: p.Port.From, To: p.Port.To, Transport: protos(p.Transport), Confidence: p.Confidence})
	}
	return t
}

// text joins the lines of block text.
func (t Text) text() portlore.Text {
	return portlore.Text{EN: oneLine(t.EN, " "), ZH: oneLine(t.ZH, "")}
}

func oneLine(s, glue string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' }), glue)
}

func texts(list []Text) []portlore.Text {
	var out []portlore.Text
	for _, t := range list {
		out = append(out, t.text())
	}
	return out
}

func protos(names []string) lore.Transports {
	var list lore.Transports
	for _, n := range names {
		if p, ok := lore.Transport(n); ok {
			list = append(list, p)
		}
	}
	return list
}

// bare is the id of an open class without its "<...>".
func bare(id string) string {
	id, _, _ = strings.Cut(id, ".<")
	return id
}
