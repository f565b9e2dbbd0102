package files

import (
	"fmt"
	"slices"
	"strings"
)

const (
	claimKinds  = "traffic probe amplification abuse trojan worm cve note correction"
	situations  = "probed open outbound history"
	threatKinds = "rat backdoor worm virus bot stealer ftp-server proxy dos-agent toolkit exploit miner ransomware misnamed"
	platforms   = "windows unix linux macos iot any"
	sourceKinds = "rfc registry paper advisory catalogue vendor ids-signature active-check list faq deployment book kernel seed"

	// Sources of these kinds can carry a claim of confidence A.
	firstHand = "rfc registry paper advisory ids-signature active-check catalogue kernel vendor deployment"

	placeholders = "subject subjects target targets port ports service services count"
)

func (l *linter) port(d Port, c check) {
	name := fmt.Sprintf("%05d", d.Port.From)
	if d.Port.From != d.Port.To {
		name += fmt.Sprintf("-%05d", d.Port.To)
	}
	if stem(c.path) != name {
		c.bad("$.port", "the file should be named %s.yaml", name)
	}
	c.portRange("$.port", d.Port)
	if other := l.ports[d.Port]; other != "" {
		c.bad("$.port", "%s has these ports already", other)
	}
	l.ports[d.Port] = c.path

	c.id("$.service", d.Service)
	if !l.family[d.Family] {
		c.bad("$.family", "family %q is not in families.yaml", d.Family)
	}
	c.transports("$.transport", d.Transport, 1)
	c.both("$.title", d.Title, 44)
	for i, n := range d.Names {
		at := fmt.Sprintf("$.names[%d]", i)
		c.plain(at+".name", n.Name)
		c.transports(at+".transport", n.Transport, 0)
	}
	for i, w := range d.Search {
		c.plain(fmt.Sprintf("$.search[%d]", i), w)
	}
	c.want("$.expose", d.Expose, "never restrict ok")
	for i, p := range d.Related {
		at := fmt.Sprintf("$.related[%d]", i)
		if d.Port.From <= p && p <= d.Port.To {
			c.bad(at, "port %d is related to itself", p)
		}
		if slices.Contains(d.Related[:i], p) {
			c.bad(at, "port %d is named twice", p)
		}
	}
	has := map[string]bool{}
	for i, claim := range d.Claims {
		has[claim.Situation] = true
		l.claim(claim, fmt.Sprintf("$.claims[%d]", i), c)
	}
	for _, s := range []string{"probed", "open", "outbound"} {
		if !has[s] {
			c.bad("$.claims", "no claim of situation %s", s)
		}
	}
	if d.Check != (Text{}) {
		c.both("$.check", d.Check, 0)
	}
}

func (l *linter) claim(d Claim, at string, c check) {
	c.formed(at+".id", "p3128-word", isClaim, d.ID)
	if other := l.claims[d.ID]; other != "" {
		c.bad(at+".id", "claim %s exists already in %s", d.ID, other)
	}
	l.claims[d.ID] = c.path

	c.want(at+".kind", d.Kind, claimKinds)
	c.want(at+".situation", d.Situation, situations)
	c.transports(at+".transport", d.Transport, 0)
	c.sentence(at+".en", d.EN, english, 0)
	if d.Kind == "correction" { // says what the old list says, wrong words included
		c.sentence(at+".zh", d.ZH, quotingChinese, 0)
	} else {
		c.sentence(at+".zh", d.ZH, chinese, 0)
	}
	c.era(at+".era", d.Era)
	c.cited(at+".sources", d.Sources, 1)
	c.want(at+".confidence", d.Confidence, "A B C D")
	if d.Confidence == "A" && len(d.Sources) > 0 && !slices.ContainsFunc(d.Sources, l.firstHand) {
		c.bad(at+".confidence", "confidence A needs a source of kind %s", firstHand)
	}
	switch {
	case d.Threat != "" && !l.threats[d.Threat]:
		c.bad(at+".threat", "threat %s has no file threat/%s.yaml", d.Threat, d.Threat)
	case d.Threat == "" && (d.Kind == "trojan" || d.Kind == "worm"):
		c.bad(at+".kind", "a claim of kind %s names its threat", d.Kind)
	}
	if d.Value.BAF != "" && d.Kind != "amplification" {
		c.bad(at+".value", "baf belongs to claims of kind amplification")
	}
	c.formed(at+".cve", "CVE-2019-0708", isCVE, d.CVE...)
	c.formed(at+".attack", "T1110 or T1110.001", isAttack, d.Attack...)
}

// firstHand is true also of a source without a file, which is reported by
// itself.
func (l *linter) firstHand(id string) bool {
	kind, ok := l.sources[id]
	return !ok || slices.Contains(strings.Fields(firstHand), kind)
}

func (l *linter) threat(d Threat, c check) {
	if stem(c.path) != d.Threat {
		c.bad("$.threat", "the file should be named %s.yaml", d.Threat)
	}
	c.id("$.threat", d.Threat)
	c.plain("$.names.en", d.Names.EN)
	if d.Names.ZH != "" {
		c.plain("$.names.zh", d.Names.ZH)
		c.readable("$.names.zh", d.Names.ZH)
	}
	for i, a := range d.Aliases {
		at := fmt.Sprintf("$.aliases[%d]", i)
		c.plain(at, a)
		c.readable(at, a)
	}
	c.want("$.kind", d.Kind, threatKinds)
	if d.Platform != "" {
		c.want("$.platform", d.Platform, platforms)
	}
	c.era("$.era", d.Era)
	for i, p := range d.Ports {
		at := fmt.Sprintf("$.ports[%d]", i)
		c.portRange(at+".port", p.Port)
		c.transports(at+".transport", p.Transport, 1)
		c.want(at+".confidence", p.Confidence, "A B C D")
	}
	c.both("$.text", d.Text, 0)
	c.cited("$.sources", d.Sources, 1)
}

func (l *linter) class(d Class, c check) {
	if stem(c.path) != d.Class {
		c.bad("$.class", "the file should be named %s.yaml", d.Class)
	}
	line, ok := l.listed[d.Class]
	if !ok {
		c.bad("$.class", "class %s is not in classes.tsv", d.Class)
	}
	if d.Kind != "" && d.Kind != line.Kind {
		c.bad("$.kind", "classes.tsv says that it is of kind %s", line.Kind)
	}
	l.worded[d.Class] = true

	c.words("$.title", d.Title, 56)
	c.words("$.means", d.Means, 0)
	if line.Kind != "attribute" {
		c.words("$.titles", d.Titles, 0)
		c.words("$.noise", d.Noise, 24)
		for _, list := range []struct {
			at    string
			texts []Text
		}{{"$.do", d.Do}, {"$.unless", d.Unless}} {
			if len(list.texts) == 0 {
				c.bad(list.at, "empty: say at least one")
			}
			for i, t := range list.texts {
				c.words(fmt.Sprintf("%s[%d]", list.at, i), t, 0)
			}
		}
	}
	c.formed("$.attack", "T1110 or T1110.001", isAttack, d.Attack...)
	c.cited("$.sources", d.Sources, 0)
}

func (l *linter) source(d Source, c check) {
	if stem(c.path) != d.Source {
		c.bad("$.source", "the file should be named %s.yaml", d.Source)
	}
	c.id("$.source", d.Source)
	c.plain("$.title", d.Title)
	c.want("$.kind", d.Kind, sourceKinds)
	if d.Year != "" {
		c.formed("$.year", "2011 or 2002-2018", isYear, d.Year)
	}
}

func (l *linter) families(list []Family, c check) {
	seen := map[string]bool{}
	for i, f := range list {
		at := fmt.Sprintf("$[%d]", i)
		c.id(at+".family", f.Family)
		if seen[f.Family] {
			c.bad(at+".family", "family %s is listed twice", f.Family)
		}
		seen[f.Family] = true
		c.both(at+".title", f.Title, 28)
	}
	if n := len(list); n == 0 || list[n-1].Family != "other" {
		c.bad("$", "the last family must be other")
	}
}
