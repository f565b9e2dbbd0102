package format

import "github.com/portlore/portlore"

// Sixty formats are not asked about every line: most lines of a system log are
// nothing to any of them. Each format names marks, and a line without the
// characters of any of them is not offered to it. That is one pass over the line,
// and a comparison for each mark.

// telling are the characters that tell lines apart. Others, such as an e or a
// blank, are in nearly all lines. All digits count as one, and so do all bytes of
// characters beyond ASCII.
const telling = "0ABCDEFGHIJKLMNOPQRSTUVWXYZbfgjkmpquvwxyz={}|%,:<>[(/_\"'-.;#*@\t\x80"

// characters is a set of telling characters, one bit for each.
type characters uint64

var bitOf = bitsOfTelling()

func bitsOfTelling() (bits [256]characters) {
	for i := range len(telling) {
		bits[telling[i]] = 1 << i
	}
	for c := '1'; c <= '9'; c++ {
		bits[c] = bits['0']
	}
	for c := 0x81; c < len(bits); c++ {
		bits[c] = bits[0x80]
	}
	return bits
}

// charactersOf is one pass over b.
func charactersOf[T string | []byte](b T) characters {
	var even, odd characters // which the processor can do side by side
	i := 0
	for ; i+1 < len(b); i += 2 {
		even |= bitOf[b[i]]
		odd |= bitOf[b[i+1]]
	}
	if i < len(b) {
		even |= bitOf[b[i]]
	}
	return even | odd
}

// characters are those of the text, and of what its wrapping says of it.
func (l *line) characters() characters {
	c := charactersOf(l.text)
	if l.wrapped {
		c |= charactersOf(l.program) | charactersOf(l.app)
	}
	return c
}

// A mark is one of a format: what a line of it must have.
type mark struct {
	needs characters
	of    *Format
	index int // of the format in the list of its worker
}

// marksOf are the marks of a list of formats, in the order of the list.
func marksOf(formats []*Format) []mark {
	var all []mark
	for i, f := range formats {
		if len(f.marks) == 0 {
			all = append(all, mark{of: f, index: i})
		}
		for _, text := range f.marks {
			all = append(all, mark{charactersOf(text), f, i})
		}
	}
	return all
}

// offer offers the line to one format after the other, until one takes it: to the
// first, which took most of the first lines, in any case, to the others by their
// marks. Below a header of a format its lines have none.
func (w *worker) offer(text []byte) (result outcome, by int) {
	l := &w.line
	w.ob = portlore.Observation{}
	if result = l.ask(w.formats[0], text, &w.layout, &w.ob); result != other {
		return result, 0
	}
	has, below, last := l.characters(), w.layout.of, 0
	for i := range w.marks {
		m := &w.marks[i]
		if m.needs&^has != 0 && m.of != below || m.index == last {
			continue
		}
		last = m.index
		if result = l.ask(m.of, text, &w.layout, &w.ob); result != other {
			return result, m.index
		}
	}
	return other, 0
}
