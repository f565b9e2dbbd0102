package report

import (
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// NoiseOf are the groups of noise of a class, or of the classes below it.
func NoiseOf(r *portlore.Report, class string) []portlore.Noise {
	var all []portlore.Noise
	for _, n := range r.Noise {
		if n.Class == class || strings.HasPrefix(n.Class, class+".") {
			all = append(all, n)
		}
	}
	return all
}

// quiet shows the noise of a class with all that is known of it: most needs
// nothing, but some needs a rule.
func (p *explainPage) quiet(class string) {
	for i, n := range NoiseOf(p.r, class) {
		if i > 0 {
			p.b.WriteByte('\n')
		}
		p.wrapped(p.word(portlore.Fine) + "  " + n.Title)
		much := volume{n.Packets, n.Observations}.text()
		p.wrappedRow("", p.say(fmt.Sprintf("%s, %s of all, %s", much.EN, share(n.Share), quantity.Plural(n.Sources, "source")),
			fmt.Sprintf("%s，占 %s，来源 %s 个", much.ZH, share(n.Share), quantity.Count(n.Sources))))
		if p.Base != nil {
			p.meaning(n)
		}
		p.wrappedRow(p.say("Class", "类别"), n.Class)
		p.wrappedRow(p.say("From", "来源"), list(n.Subjects, n.Sources))
		p.wrappedRow(p.say("Ports", "端口"), serviceNames(n.Services))
		p.advices(adviserOf(p.r, AdviceOptions{Lang: p.Lang, Session: p.Session}).noise(&n))
	}
}

// meaning is what lore says of a class of noise.
func (p *explainPage) meaning(n portlore.Noise) {
	class, _ := p.Base.Class(n.Class)
	subject, service, port := "", "", ""
	if len(n.Subjects) > 0 {
		subject = n.Subjects[0]
	}
	var numbers []string
	for i, s := range n.Services[:min(8, len(n.Services))] {
		if i == 0 {
			service, port = sought(&n), fmt.Sprint(s.Port)
		}
		numbers = append(numbers, fmt.Sprint(s.Port))
	}
	fill := strings.NewReplacer("{subject}", subject, "{subjects}", quantity.Count(n.Sources), "{service}", service, "{services}", service,
		"{port}", port, "{ports}", strings.Join(numbers, " "), "{count}", quantity.Count(n.Observations))
	p.wrappedRow(p.say("Means", "含义"), fill.Replace(class.Means.In(p.Lang)))
	for _, d := range class.Do {
		p.wrappedRow(p.say("Do", "建议"), fill.Replace(d.In(p.Lang)))
	}
	for _, u := range class.Unless {
		p.wrappedRow(p.say("Unless", "除非"), fill.Replace(u.In(p.Lang)))
	}
}

// sought is what noise looked for: a service by its name, or a port by its number
// when that has none, or when nobody means the service that is registered there.
func sought(n *portlore.Noise) string {
	s := n.Services[0]
	if s.Name == "" || n.Family == familyTrojan {
		return fmt.Sprintf("%d/%s", s.Port, s.Proto)
	}
	return s.Name
}

// familyTrojan is the family of ports that old trojans made known.
const familyTrojan = "trojan"
