package table

import (
	"strings"

	"github.com/portlore/portlore"
)

// claims are the rules of sensors that something was said by: a bottom-k set of
// the hashes of their names, so that which are kept does not depend on order.
type claims map[uint32]Rule

// mostClaims is how many rules are kept. The rule sets of today have ten times as
// many, of which a network sees a few dozen.
const mostClaims = 1024

// A Rule is what a sensor matches by.
type Rule struct {
	Sensor  string
	ID      string         // the sensor's own; empty: none
	Message string         // of several, the first in the order of their letters; at most 200 bytes
	Level   portlore.Level // the highest
}

// claim notes what a sensor says and returns the hash of its rule. Rules without an
// id are told apart by their message.
func (t *Table) claim(s *portlore.Said) uint32 {
	h := hashName([]byte(s.Sensor))
	name := s.Rule
	if len(name) == 0 {
		name = s.Message
	}
	h = max(uint32(mix(uint64(h), uint64(hashName(name)))), 1)
	message := s.Message[:min(len(s.Message), 200)]
	known, ok := t.claims[h]
	switch {
	case ok && known.Level >= s.Level && known.Message <= string(message):
		return h
	case ok:
		known.Level = max(known.Level, s.Level)
		if string(message) < known.Message {
			known.Message = string(message)
		}
		t.claims[h] = known
		return h
	case len(t.claims) == mostClaims && h > t.claims.last():
		return h
	}
	t.claims[h] = Rule{s.Sensor, string(s.Rule[:min(len(s.Rule), 64)]), strings.ToValidUTF8(string(message), "\ufffd"), s.Level}
	t.claims.trim()
	return h
}

func (c claims) last() (h uint32) {
	for k := range c {
		h = max(h, k)
	}
	return h
}

func (c claims) trim() {
	if len(c) > mostClaims {
		delete(c, c.last())
	}
}

// merge adds the rules of d.
func (c claims) merge(d claims) {
	for h, r := range d {
		if known, ok := c[h]; ok {
			r.Level = max(r.Level, known.Level)
			r.Message = min(r.Message, known.Message)
		}
		c[h] = r
		c.trim()
	}
}

// Rule is the rule of an item of Tells in a row of claims; the zero Rule: it is one
// of too many.
func (t *Table) Rule(i Item) Rule { return t.claims[i.Value()] }
