package lore

import (
	"os"

	"github.com/portlore/portlore"
)

// A Base answers questions about what is known. It does not change and may be
// used by many goroutines.
type Base struct {
	blob blob // everything people wrote
	iana blob // the registry; the same blob unless the user imported a newer one
}

// Open is the knowledge base that is part of the program.
func Open() *Base {
	return &Base{blob: blob(embedded), iana: blob(embedded)}
}

// WithRegistry is the base with the IANA registry replaced by the one in file,
// as `portlore lore import` wrote it. The services that are known only by
// their registered name keep the name of the embedded registry.
func (b *Base) WithRegistry(file string) (*Base, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return b, err
	}
	iana := blob(data)
	if err := iana.check(); err != nil {
		return b, &os.PathError{Op: "open", Path: file, Err: err}
	}
	return &Base{blob: b.blob, iana: iana}, nil
}

// Service is what a port number stands for. It is a guess from the number.
type Service struct {
	ID   string // "squid"; the IANA name in lower case without an entry; "unlisted" without either
	Name string // the same, but empty when unlisted
}

// Service names a port: the service of its entry, else its registered name. It
// does not allocate.
func (b *Base) Service(proto portlore.Proto, port uint16) Service {
	if s, ok := serviceSection(proto); ok {
		rows := b.blob.section(s)
		if i := rows.row(port); i >= 0 {
			c := coder{in: string(b.blob), pos: max(0, min(rows.u32(i*portRow+4), len(b.blob)))}
			var id string
			c.str(&id)
			return Service{ID: id, Name: id}
		}
	}
	return Service{ID: "unlisted"}
}

func serviceSection(proto portlore.Proto) (int, bool) {
	switch proto {
	case portlore.TCP:
		return tcpServices, true
	case portlore.UDP, portlore.UDPLite:
		return udpServices, true
	case portlore.SCTP:
		return sctpServices, true
	case DCCP:
		return dccpServices, true
	}
	return 0, false
}

// Family is a family of background noise.
type Family struct {
	ID    string        `json:"id"`    // of data/families.yaml
	Title portlore.Text `json:"title"` // at most 24 columns
	Rank  int           `json:"rank"`  // the order in which a report names them, from 0
}

func (f *Family) code(c *coder) {
	c.str(&f.ID)
	c.text(&f.Title)
	num(c, &f.Rank)
}

// Family is the family that a port belongs to; the last one, "other", when it
// belongs to none.
func (b *Base) Family(proto portlore.Proto, port uint16) Family {
	s := tcpFamilies
	switch proto {
	case portlore.UDP, portlore.UDPLite:
		s = udpFamilies
	case portlore.TCP:
	default:
		return b.lastFamily()
	}
	var f Family
	rows := b.blob.section(s)
	i := rows.row(port)
	if i < 0 {
		return b.lastFamily()
	}
	f.code(b.blob.at(rows.u32(i*portRow + 4)))
	return f
}

func (b *Base) lastFamily() Family {
	rows := b.blob.section(familyIDs)
	var f Family
	if n := len(rows) / idRow; n > 0 {
		f.code(b.blob.at(rows.u32((n - 1) * idRow)))
	}
	return f
}

// Families are all of them, in the order of Rank.
func (b *Base) Families() []Family { return all(b.blob, familyIDs, (*Family).code) }

// all decodes every record of a section of rows by id.
func all[T any](b blob, section int, code func(*T, *coder)) []T {
	rows := b.section(section)
	list := make([]T, len(rows)/idRow)
	for i := range list {
		code(&list[i], b.at(rows.u32(i*idRow)))
	}
	return list
}

// one decodes the record of a section that begins with id.
func one[T any](b blob, section int, id string, code func(*T, *coder)) (T, bool) {
	var v T
	c, ok := b.byID(section, id)
	if ok {
		code(&v, c)
	}
	return v, ok
}

// distinct decodes every record of a section of rows by port, each once: a
// range that is cut by another has several rows.
func distinct[T any](b blob, section int, code func(*T, *coder)) []T {
	var list []T
	rows, seen := b.section(section), map[int]bool{}
	for i := 0; i+portRow <= len(rows); i += portRow {
		if off := rows.u32(i + 4); !seen[off] {
			seen[off] = true
			var v T
			code(&v, b.at(off))
			list = append(list, v)
		}
	}
	return list
}
