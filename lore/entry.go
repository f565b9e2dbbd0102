package lore

import "github.com/portlore/portlore"

// Entry is what people wrote about one port, or a range with one story.
type Entry struct {
	From      uint16        `json:"from"`
	To        uint16        `json:"to"`
	Service   string        `json:"service"`   // id; ports of one service share it
	Family    string        `json:"family"`    // id of a Family
	Transport Transports    `json:"transport"` // where the service lives, the main one first
	Title     portlore.Text `json:"title"`     // what it is, at most 44 columns
	Names     []Name        `json:"names"`     // names in use that are not registered
	Search    []string      `json:"search"`    // words to find it by that stand nowhere else in it
	Expose    string        `json:"expose"`    // should it face the Internet: never, restrict, ok
	Related   []uint16      `json:"related"`
	Claims    []Claim       `json:"claims"`
	Check     portlore.Text `json:"check"` // how to find out whether it is open; may be empty
	Close     Close         `json:"close"`
}

// Name is a name that is in use without being registered.
type Name struct {
	Name      string     `json:"name"`
	Transport Transports `json:"transport"`
}

// Close are the commands that close a port; empty where nothing runs.
type Close struct {
	Linux   string `json:"linux"`
	Windows string `json:"windows"`
}

// Era is from when to when something was true, in years. Zero: not known, or
// for To also: still true.
type Era struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// Claim is one statement that can be true or false.
type Claim struct {
	ID         string        `json:"id"`
	Kind       string        `json:"kind"`      // traffic, probe, amplification, abuse, trojan, worm, cve, note, correction
	Situation  string        `json:"situation"` // probed, open, outbound, history
	Transport  Transports    `json:"transport"`
	Text       portlore.Text `json:"text"`
	Era        Era           `json:"era"`
	Sources    []string      `json:"sources"`    // ids of Source, at least one
	Confidence string        `json:"confidence"` // A to D
	Threat     string        `json:"threat"`     // id of a Threat; empty: none
	BAF        string        `json:"baf"`        // bandwidth amplification factor as measured, "358.8"; empty: none
	CVE        []string      `json:"cve"`
	Attack     []string      `json:"attack"` // MITRE ATT&CK technique ids
}

func (e *Entry) code(c *coder) {
	e.head(c)
	c.str(&e.Expose)
	list(c, &e.Claims, func(c *coder, l *Claim) { l.code(c) })
	c.text(&e.Check)
	c.str(&e.Close.Linux)
	c.str(&e.Close.Windows)
}

// head is what an entry is found by, and what it is compared with.
func (e *Entry) head(c *coder) {
	num(c, &e.From)
	num(c, &e.To)
	c.str(&e.Service)
	c.str(&e.Family)
	c.protos(&e.Transport)
	c.text(&e.Title)
	list(c, &e.Names, func(c *coder, n *Name) {
		c.str(&n.Name)
		c.protos(&n.Transport)
	})
	c.strs(&e.Search)
	list(c, &e.Related, num[uint16])
}

func (l *Claim) code(c *coder) {
	c.str(&l.ID)
	c.str(&l.Kind)
	c.str(&l.Situation)
	c.protos(&l.Transport)
	c.text(&l.Text)
	c.era(&l.Era)
	c.strs(&l.Sources)
	c.str(&l.Confidence)
	c.str(&l.Threat)
	c.str(&l.BAF)
	c.strs(&l.CVE)
	c.strs(&l.Attack)
}

// Port are the entries that cover a port, the most specific first; of one
// transport, or of any when proto is zero.
func (b *Base) Port(proto portlore.Proto, port uint16) []Entry {
	var found []Entry
	b.blob.byPort(portEntries, port, func(c *coder) bool {
		var e Entry
		e.code(c)
		if e.Transport.Has(proto) {
			found = append(found, e)
		}
		return true
	})
	return found
}

// Entries are all of them, in the order of their first port.
func (b *Base) Entries() []Entry { return distinct(b.blob, portEntries, (*Entry).code) }
