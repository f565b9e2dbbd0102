package lore

import "github.com/portlore/portlore"

// Threat is a trojan, a worm, a bot, an attack tool, or what was taken for one.
type Threat struct {
	ID       string        `json:"id"`
	Names    portlore.Text `json:"names"` // ZH is empty where Chinese readers use the Latin name
	Aliases  []string      `json:"aliases"`
	Kind     string        `json:"kind"`     // rat, backdoor, worm, virus, bot, stealer, ..., misnamed
	Platform string        `json:"platform"` // empty: not known
	Era      Era           `json:"era"`
	Ports    []ThreatPort  `json:"ports"`
	Text     portlore.Text `json:"text"`
	Sources  []string      `json:"sources"`
}

// ThreatPort is a port where a threat listens or which it attacks.
type ThreatPort struct {
	From       uint16     `json:"from"`
	To         uint16     `json:"to"`
	Transport  Transports `json:"transport"`
	Confidence string     `json:"confidence"` // A to D
}

func (t *Threat) code(c *coder) {
	c.str(&t.ID)
	c.text(&t.Names)
	c.strs(&t.Aliases)
	c.str(&t.Kind)
	c.str(&t.Platform)
	c.era(&t.Era)
	list(c, &t.Ports, func(c *coder, p *ThreatPort) {
		num(c, &p.From)
		num(c, &p.To)
		c.protos(&p.Transport)
		c.str(&p.Confidence)
	})
	c.text(&t.Text)
	c.strs(&t.Sources)
}

// Threat finds a threat by its id.
func (b *Base) Threat(id string) (Threat, bool) {
	return one(b.blob, threatIDs, id, (*Threat).code)
}

// Threats are all of them, sorted by id.
func (b *Base) Threats() []Threat { return all(b.blob, threatIDs, (*Threat).code) }

// ThreatsOn are the threats that name a port; of one transport, or of any when
// proto is zero.
func (b *Base) ThreatsOn(proto portlore.Proto, port uint16) []Threat {
	var found []Threat
	b.blob.byPort(portThreats, port, func(c *coder) bool {
		var t Threat
		t.code(c)
		if t.on(proto, port) {
			found = append(found, t)
		}
		return true
	})
	return found
}

func (t *Threat) on(proto portlore.Proto, port uint16) bool {
	for _, p := range t.Ports {
		if p.From <= port && port <= p.To && p.Transport.Has(proto) {
			return true
		}
	}
	return false
}

// Source is where a claim comes from.
type Source struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	By    string `json:"by"`    // empty: not known
	Year  string `json:"year"`  // "2011" or "2002-2018"; empty: not known
	Kind  string `json:"kind"`  // rfc, registry, paper, advisory, ...
	Where string `json:"where"` // address; may be empty
	Reuse string `json:"reuse"` // what its licence allows; empty: nothing special
}

func (s *Source) code(c *coder) {
	for _, p := range []*string{&s.ID, &s.Title, &s.By, &s.Year, &s.Kind, &s.Where, &s.Reuse} {
		c.str(p)
	}
}

// Source finds a source by its id.
func (b *Base) Source(id string) (Source, bool) {
	return one(b.blob, sourceIDs, id, (*Source).code)
}

// Sources are all of them, sorted by id.
func (b *Base) Sources() []Source { return all(b.blob, sourceIDs, (*Source).code) }
