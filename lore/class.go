package lore

import (
	"strings"

	"github.com/portlore/portlore"
)

// Class is one kind of verdict and the words for it. The words are empty where
// nobody has written them yet.
type Class struct {
	ID           string            `json:"id"`           // of data/classes.tsv, without "<...>"
	Kind         string            `json:"kind"`         // "class" or "attribute"
	Open         bool              `json:"open"`         // ids below it belong to it too: probe.service.ssh
	Word         portlore.Word     `json:"word"`         // what the reader usually must do; Fine for an attribute
	SeverityLow  portlore.Severity `json:"severity_low"` // the range in which its severity lies
	SeverityHigh portlore.Severity `json:"severity_high"`
	Role         portlore.Role     `json:"role"`
	Title        portlore.Text     `json:"title"`  // one subject
	Titles       portlore.Text     `json:"titles"` // several subjects
	Noise        portlore.Text     `json:"noise"`  // as a row of noise
	Means        portlore.Text     `json:"means"`
	Do           []portlore.Text   `json:"do"`      // the first says whether anything must be done
	Unless       []portlore.Text   `json:"unless"`  // what would make the verdict wrong
	Attack       []string          `json:"attack"`  // MITRE ATT&CK technique ids
	Sources      []string          `json:"sources"` // of its thresholds and definitions
}

func (k *Class) code(c *coder) {
	c.str(&k.ID)
	c.str(&k.Kind)
	open := uint8(0)
	if k.Open {
		open = 1
	}
	num(c, &open)
	k.Open = open == 1
	num(c, &k.Word)
	num(c, &k.SeverityLow)
	num(c, &k.SeverityHigh)
	num(c, &k.Role)
	for _, t := range []*portlore.Text{&k.Title, &k.Titles, &k.Noise, &k.Means} {
		c.text(t)
	}
	c.texts(&k.Do)
	c.texts(&k.Unless)
	c.strs(&k.Attack)
	c.strs(&k.Sources)
}

// Class finds a class by its id. An id below an open class is that class:
// probe.service.ssh is probe.service, worm.mirai is worm. Class.ID says which.
func (b *Base) Class(id string) (Class, bool) {
	if k, ok := one(b.blob, classIDs, id, (*Class).code); ok {
		return k, true
	}
	for i := strings.LastIndexByte(id, '.'); i > 0; i = strings.LastIndexByte(id[:i], '.') {
		if k, ok := one(b.blob, classIDs, id[:i], (*Class).code); ok && k.Open {
			return k, true
		}
	}
	return Class{}, false
}

// Classes is the closed list, sorted by id.
func (b *Base) Classes() []Class { return all(b.blob, classIDs, (*Class).code) }
