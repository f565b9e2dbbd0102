package lore

import (
	"encoding/binary"

	"github.com/portlore/portlore"
)

// A coder writes a record or reads it back. Each kind of record has one method
// `code` that names its fields in order and serves both directions, so the two
// cannot drift apart.
//
// A reading coder never fails and never panics: beyond the end of its input it
// yields zero values, and bad is set.
type coder struct {
	writing bool
	out     []byte // what was written
	in      string // what is read
	pos     int
	bad     bool
}

type number interface {
	~int | ~uint8 | ~uint16 | ~uint32
}

// num codes one number of at least zero.
func num[T number](c *coder, p *T) {
	if c.writing {
		c.out = binary.AppendUvarint(c.out, uint64(*p))
		return
	}
	*p = T(c.uvarint())
}

// list codes a slice; an empty one is read back as nil.
func list[T any](c *coder, p *[]T, code func(*coder, *T)) {
	n := len(*p)
	num(c, &n)
	if c.writing {
		for i := range *p {
			code(c, &(*p)[i])
		}
		return
	}
	*p = nil
	if n > 0 && !c.bad {
		*p = make([]T, 0, min(n, 16)) // n may be damaged
	}
	for i := 0; i < n && !c.bad; i++ {
		var v T
		code(c, &v)
		*p = append(*p, v)
	}
}

func (c *coder) str(p *string) {
	n := len(*p)
	num(c, &n)
	if c.writing {
		c.out = append(c.out, *p...)
		return
	}
	if n < 0 || n > len(c.in)-c.pos {
		c.bad, n = true, 0
	}
	*p = c.in[c.pos : c.pos+n]
	c.pos += n
}

func (c *coder) text(p *portlore.Text) {
	c.str(&p.EN)
	c.str(&p.ZH)
}

func (c *coder) strs(p *[]string)         { list(c, p, (*coder).str) }
func (c *coder) texts(p *[]portlore.Text) { list(c, p, (*coder).text) }
func (c *coder) protos(p *Transports) {
	list(c, (*[]portlore.Proto)(p), num[portlore.Proto])
}

func (c *coder) era(p *Era) {
	num(c, &p.From)
	num(c, &p.To)
}

func (c *coder) uvarint() uint64 {
	var v uint64
	for shift := 0; c.pos < len(c.in) && shift < 64; shift += 7 {
		b := c.in[c.pos]
		c.pos++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	c.bad = true
	return 0
}
