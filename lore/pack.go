package lore

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// Contents is a whole knowledge base in memory, as it is read from files.
type Contents struct {
	Entries  []Entry
	Registry string // the day of the IANA registry, year-month-day; empty: not said
	Records  []Record
	Threats  []Threat
	Sources  []Source
	Classes  []Class
	Families []Family        // in the order of Rank; the last one is "other"
	Members  []Member        // which port belongs to which family
	Pinyin   map[rune]string // how the characters that stand in names are read
}

// Member puts a port into a family.
type Member struct {
	Proto  portlore.Proto // TCP or UDP
	Port   uint16
	Family string
}

// Pack writes a knowledge base as Open reads it. The same contents give the
// same bytes.
func Pack(k Contents) []byte {
	p := packer{rows: make([][]byte, sections)}
	p.out.writing = true
	p.out.out = make([]byte, headerSize)

	var entries, records, threats []span
	for i := range k.Entries {
		e := &k.Entries[i]
		entries = append(entries, span{e.From, e.To, p.add(e.code)})
	}
	for i := range k.Records {
		r := &k.Records[i]
		records = append(records, span{r.From, r.To, p.add(r.code)})
	}
	threatAt := byID(&p, k.Threats, func(t *Threat) string { return t.ID }, (*Threat).code)
	for _, t := range k.Threats {
		for _, port := range t.Ports {
			threats = append(threats, span{port.From, port.To, threatAt[t.ID]})
		}
	}
	p.ids(threatIDs, threatAt)
	p.ids(sourceIDs, byID(&p, k.Sources, func(s *Source) string { return s.ID }, (*Source).code))
	p.ids(classIDs, byID(&p, k.Classes, func(c *Class) string { return c.ID }, (*Class).code))
	p.ports(portEntries, split(entries))
	p.ports(portRecords, split(records))
	p.ports(portThreats, split(threats))
	p.rows[registryDate] = []byte(k.Registry)
	p.services(k)
	p.families(k)
	p.keys(k)
	return p.finish()
}

type packer struct {
	out  coder    // header and heap
	rows [][]byte // the other sections
}

// span is a range of ports that leads to the record at an offset.
type span struct {
	from, to uint16
	off      int
}

// add puts one record into the heap.
func (p *packer) add(code func(*coder)) int {
	off := len(p.out.out)
	code(&p.out)
	return off
}

// byID puts records into the heap and says where each is.
func byID[T any](p *packer, list []T, id func(*T) string, code func(*T, *coder)) map[string]int {
	at := map[string]int{}
	for i := range list {
		at[id(&list[i])] = p.add(func(c *coder) { code(&list[i], c) })
	}
	return at
}

func (p *packer) ids(section int, at map[string]int) {
	keys := make([]string, 0, len(at))
	for id := range at {
		keys = append(keys, id)
	}
	slices.Sort(keys)
	for _, id := range keys {
		p.rows[section] = binary.LittleEndian.AppendUint32(p.rows[section], uint32(at[id]))
	}
}

func (p *packer) ports(section int, spans []span) {
	for _, s := range spans {
		b := binary.LittleEndian.AppendUint16(p.rows[section], s.from)
		b = binary.LittleEndian.AppendUint16(b, s.to)
		p.rows[section] = binary.LittleEndian.AppendUint32(b, uint32(s.off))
	}
}

// services settles for every transport what each port is called: by the
// narrowest entry that has the transport, else by the registry.
func (p *packer) services(k Contents) {
	at := map[string]int{} // each id once
	for _, proto := range []portlore.Proto{portlore.TCP, portlore.UDP, portlore.SCTP, DCCP} {
		var names [1 << 16]string
		for _, r := range k.Records {
			if r.Name == "" || !r.Transport.Has(proto) {
				continue
			}
			for port := int(r.From); port <= int(r.To); port++ {
				if names[port] == "" { // the first name registered is the usual one
					names[port] = strings.ToLower(r.Name)
				}
			}
		}
		for _, e := range widestFirst(k.Entries) {
			if e.Service == "" || !e.Transport.Has(proto) {
				continue
			}
			for port := int(e.From); port <= int(e.To); port++ {
				names[port] = e.Service
			}
		}
		section, _ := serviceSection(proto)
		p.ports(section, runs(&names, func(name string) int {
			off, ok := at[name]
			if !ok {
				off = p.add(func(c *coder) { c.str(&name) })
				at[name] = off
			}
			return off
		}))
	}
}

// families settles which family each port belongs to: the first that lists it,
// else the one its entry names.
func (p *packer) families(k Contents) {
	at := map[string]int{}
	for i := range k.Families {
		f := &k.Families[i]
		at[f.ID] = p.add(f.code)
		p.rows[familyIDs] = binary.LittleEndian.AppendUint32(p.rows[familyIDs], uint32(at[f.ID]))
	}
	for section, proto := range []portlore.Proto{portlore.TCP, portlore.UDP} {
		var names [1 << 16]string
		for _, e := range widestFirst(k.Entries) {
			if _, ok := at[e.Family]; ok && e.Transport.Has(proto) {
				for port := int(e.From); port <= int(e.To); port++ {
					names[port] = e.Family
				}
			}
		}
		listed := map[uint16]bool{}
		for _, m := range k.Members {
			if m.Proto == proto && !listed[m.Port] {
				listed[m.Port] = true
				names[m.Port] = m.Family
			}
		}
		p.ports(tcpFamilies+section, runs(&names, func(id string) int { return at[id] }))
	}
}

// finish puts the sections together.
func (p *packer) finish() []byte {
	b := p.out.out
	copy(b, magic)
	place := func(section, off, n int) {
		binary.LittleEndian.PutUint32(b[len(magic)+8*section:], uint32(off))
		binary.LittleEndian.PutUint32(b[len(magic)+8*section+4:], uint32(n))
	}
	place(heap, headerSize, len(b)-headerSize)
	for s, rows := range p.rows[:heap] {
		off := len(b)
		b = append(b, rows...)
		place(s, off, len(rows))
	}
	return b
}

func widestFirst(list []Entry) []Entry {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
	return list
}

// runs turns a table of all ports into spans of equal neighbours.
func runs(names *[1 << 16]string, off func(string) int) []span {
	var out []span
	for from := 0; from < len(names); {
		to := from
		for to+1 < len(names) && names[to+1] == names[from] {
			to++
		}
		if names[from] != "" {
			out = append(out, span{uint16(from), uint16(to), off(names[from])})
		}
		from = to + 1
	}
	return out
}

// split cuts spans at each other's ends, so that two of the result cover
// either the same ports or none in common. Spans that share ports are ordered
// from the narrowest to the widest.
func split(spans []span) []span {
	cuts := []int{}
	for _, s := range spans {
		cuts = append(cuts, int(s.from), int(s.to)+1)
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	type piece struct {
		span
		width uint16
	}
	var pieces []piece
	for _, s := range spans {
		i, _ := slices.BinarySearch(cuts, int(s.from))
		for ; i+1 < len(cuts) && cuts[i] <= int(s.to); i++ {
			pieces = append(pieces, piece{span{uint16(cuts[i]), uint16(cuts[i+1] - 1), s.off}, s.to - s.from})
		}
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.width, b.width))
	})
	var out []span
	for _, p := range pieces {
		if n := len(out); n > 0 && out[n-1] == p.span {
			continue // a threat may name a port twice
		}
		out = append(out, p.span)
	}
	return out
}
