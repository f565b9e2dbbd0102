package detect

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

// report turns drafts into the Report, in the language asked for.
func (c *Case) report() portlore.Report {
	r := portlore.Report{
		Schema: "portlore/explain/1", Home: c.home, Inputs: c.o.Inputs,
		Findings: []portlore.Finding{}, Noise: []portlore.Noise{}, Families: []portlore.Noise{}, Doors: []portlore.Door{},
		Unexplained: portlore.Unexplained{Observations: c.unexplained.observations, Examples: c.examples()},
	}
	if r.Home == nil {
		r.Home = []portlore.HomeNet{}
	}
	slices.Sort(c.receivers)
	r.Totals = portlore.Totals{
		Observations: c.total.observations, Packets: c.total.packets,
		Sources: c.total.sources(), Targets: uint64(len(slices.Compact(c.receivers))),
	}
	if c.o.Source.IsValid() { // of one source, what it sent of any one kind
		r.Totals.Targets = c.total.hosts
	}
	r.First, r.Last = c.when(c.total.first), c.when(c.total.last)
	c.sketch()
	for _, d := range c.gathered() {
		if d.observations > 0 || d.always {
			f := c.written(d)
			r.Findings = append(r.Findings, f)
			r.Word = max(r.Word, f.Word)
		}
	}
	slices.SortFunc(r.Findings, func(a, b portlore.Finding) int {
		return cmp.Or(cmp.Compare(b.Word, a.Word), cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Observations, a.Observations),
			cmp.Compare(a.Class, b.Class), cmp.Compare(a.ID, b.ID))
	})
	r.Doors = Doors(c.base, c.o.Lang, c.o.Doors)
	for i := range r.Doors {
		r.Word = max(r.Word, r.Doors[i].Word)
	}
	r.Noise = c.noiseOf(c.noise)
	r.Families = c.noiseOf(c.byFamily())
	r.Unexplained.Series = c.unexplained.series()
	r.Charts = c.charts()
	r.Sentence = Sentence(&r, c.o.Lang)
	if c.why != nil && c.total.observations == 1 {
		r.Detectors = c.why.opinions(c.o)
	}
	return r
}

// mostAlike is how many findings of one class stand for themselves.
const mostAlike = 1000

// gathered are the drafts, of which the small ones of a class that has too many
// have become one: whoever is held to account by name must be worth a name, and
// memory must be bounded.
func (c *Case) gathered() []*draft {
	byClass := map[string][]*draft{}
	for _, d := range c.drafts {
		byClass[d.class] = append(byClass[d.class], d)
	}
	var all []*draft
	for _, ds := range byClass {
		if len(ds) > mostAlike {
			slices.SortFunc(ds, func(a, b *draft) int {
				if d := cmp.Compare(b.observations, a.observations); d != 0 {
					return d
				}
				return cmp.Compare(a.subjects.first(), b.subjects.first())
			})
			for _, d := range ds[mostAlike+1:] {
				ds[mostAlike].join(d)
			}
			ds = ds[:mostAlike+1]
		}
		all = append(all, ds...)
	}
	return all
}

// ruleColumns is how wide a rule may be that stands for a title: it leaves room for
// an address.
const ruleColumns = 50

func (c *Case) when(t int64) string {
	if t == 0 || c.o.Time == nil {
		return ""
	}
	return c.o.Time(t)
}

func (c *Case) written(d *draft) portlore.Finding {
	class, _ := c.base.Class(d.class)
	w := c.wordsFor(d)
	f := portlore.Finding{
		Class: d.class, Also: orEmpty(d.also), Word: max(class.Word, d.word), Severity: severity(d, class),
		Confidence: portlore.Confidence{P: min(d.sure.p, d.most()), Why: d.sure.why.In(c.o.Lang)},
		Role:       class.Role, Subjects: d.subjects.strings(), Targets: d.targets.strings(),
		Services: c.services(d), Observations: d.observations, Packets: d.packets, Sources: d.sources(),
		First: c.when(d.first), Last: c.when(d.last),
		Outcome: portlore.Outcome{
			Blocked: d.blocked, Accepted: d.accepted, Answered: d.answered,
			Unsaid: d.observations - min(d.observations, d.blocked+d.accepted),
		},
		Attributes: orEmpty(d.attrs), Attack: orEmpty(class.Attack), Evidence: c.places(d),
		Means: w.fill(class.Means), Do: w.all(class.Do), Unless: w.all(class.Unless), Facts: c.facts(d),
		Rules: d.rules, Contacts: c.contacts(d), Advice: []portlore.Advice{},
	}
	if d.mild {
		f.Word = portlore.Note
	}
	title := class.Title
	if f.Sources > 1 {
		title = class.Titles
	}
	f.Title = w.fill(title)
	if d.class == "sensor.alert" && len(d.rules) > 0 {
		f.Title = textwidth.Truncate(d.rules[0], ruleColumns)
	}
	f.ID = identify(f, d.kind)
	f.Lore = c.loreOf(f)
	f.Tests = c.why.of(d)
	f.Series = d.series()
	return f
}

// severity is the lower end of the class's range where everything was stopped,
// one step more where something was let in, and what the detector says at least.
func severity(d *draft, class lore.Class) portlore.Severity {
	s := max(class.SeverityLow, d.severity)
	if d.accepted > 0 && d.severity == 0 {
		s++
	}
	return min(s, max(class.SeverityHigh, class.SeverityLow))
}

// identify hashes the class with what the finding is about: its one subject, or
// else its target and service.
func identify(f portlore.Finding, about string) string {
	switch {
	case len(f.Subjects) == 1:
		about = f.Subjects[0]
	case len(f.Targets) > 0:
		about = slices.Min(f.Targets)
	case len(f.Subjects) > 0:
		about = slices.Min(f.Subjects)
	}
	if len(f.Subjects) != 1 && len(f.Services) > 0 {
		about += fmt.Sprintf("/%s/%d", f.Services[0].Proto, f.Services[0].Port)
	}
	h := fnv.New64a()
	h.Write([]byte(f.Class + " " + about))
	return fmt.Sprintf("%016x", h.Sum64())
}

// services are the ports of a draft, the busiest first, at most 100.
// services are those of a draft that grows no more.
func (c *Case) services(d *draft) []portlore.Service {
	if d.named != nil {
		return d.named
	}
	keys := make([]uint32, 0, len(d.services))
	for k := range d.services {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(d.services[b], d.services[a]), cmp.Compare(a, b))
	})
	d.named = []portlore.Service{}
	for _, k := range keys[:min(mostAddresses, len(keys))] {
		proto := portlore.Proto(k >> 16)
		d.named = append(d.named, portlore.Service{Proto: proto.String(), Port: uint16(k), Name: c.base.Service(proto, uint16(k)).Name})
	}
	return d.named
}

func (c *Case) places(d *draft) []portlore.Evidence {
	d.trimPlaces()
	out := []portlore.Evidence{}
	for _, p := range d.places {
		e := portlore.Evidence{Line: int64(p & (1<<40 - 1))}
		if file := int(p >> 40); file < len(c.o.Inputs) {
			e.File = c.o.Inputs[file].Name
		}
		out = append(out, e)
	}
	return out
}

func (c *Case) noiseOf(groups map[noiseKey]*draft) []portlore.Noise {
	out := []portlore.Noise{}
	for k, d := range groups {
		class, _ := c.base.Class(k.class)
		n := portlore.Noise{
			Class: k.class, Family: k.family, Title: class.Noise.In(c.o.Lang),
			Observations: d.observations, Packets: d.packets, Sources: d.sources(),
			Share: float64(d.observations) / float64(max(1, c.total.observations)), Services: c.services(d), Advice: []portlore.Advice{},
		}
		if k.family != "" {
			for _, f := range c.base.Families() {
				if f.ID == k.family {
					n.Title = f.Title.In(c.o.Lang)
				}
			}
		}
		n.Series = d.series()
		n.Subjects = d.subjects.strings()
		n.SubjectsMore = n.Sources - min(n.Sources, uint64(len(n.Subjects)))
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b portlore.Noise) int {
		return cmp.Or(cmp.Compare(b.Observations, a.Observations), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Family, b.Family))
	})
	return out
}

// byFamily are the groups of noise with all services of a family in one.
func (c *Case) byFamily() map[noiseKey]*draft {
	families := map[noiseKey]*draft{}
	for k, d := range c.noise {
		if k.family != "" {
			k.class = "probe.service"
		}
		c.group(families, k).join(d)
	}
	return families
}

// examples are up to three of what nobody could explain, the same whatever the
// order of the evidence.
func (c *Case) examples() []string {
	out := []string{}
	for _, r := range c.unexplained.subjects.strings() {
		if len(out) == 3 {
			break
		}
		out = append(out, r)
	}
	for i := range out {
		var kinds []string
		for _, s := range c.services(c.unexplained) {
			kinds = append(kinds, strings.TrimSuffix(fmt.Sprintf("%s %d", s.Proto, s.Port), " 0"))
		}
		out[i] += ": " + strings.Join(kinds[:min(3, len(kinds))], ", ")
	}
	return out
}

// loreOf are the entries that say more: the class, then at most three services
// that have one.
func (c *Case) loreOf(f portlore.Finding) []string {
	out := []string{"class/" + f.Class}
	for _, s := range f.Services {
		proto, _ := lore.Transport(s.Proto)
		if len(out) < 4 && c.entered(proto, s.Port).known {
			out = append(out, fmt.Sprintf("port/%d/%s", s.Port, s.Proto))
		}
	}
	return out
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
