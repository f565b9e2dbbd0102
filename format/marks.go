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
	needs  characters
	begins byte // of the text or the message; zero: anything
	of     *Format
	index  int // of the format in the list of its worker
}

// newMark reads one of the words of a format: behind "^" stands how the line begins.
func newMark(text string, of *Format, index int) mark {
	m := mark{needs: charactersOf(text), of: of, index: index}
	if text[0] == '^' {
		m.begins = text[1]
	}
	return m
}

// firsts are the bytes with which the text and the message begin, behind blanks.
func (l *line) firsts() (ofText, ofMessage byte) {
	first := func(b []byte) byte {
		for _, c := range b {
			switch {
			case '0' <= c && c <= '9':
				return '0'
			case c != ' ' && c != '\t':
				return c
			}
		}
		return 0
	}
	return first(l.text), first(l.message)
}

// has says that a line may be one of the format.
func (m *mark) has(c characters, ofText, ofMessage byte) bool {
	return m.needs&^c == 0 && (m.begins == 0 || m.begins == ofText || m.begins == ofMessage)
}

// marksOf are the marks of a list of formats, in the order of the list.
func marksOf(formats []*Format) []mark {
	var all []mark
	for i, f := range formats {
		if len(f.marks) == 0 {
			all = append(all, mark{of: f, index: i})
		}
		for _, text := range f.marks {
			all = append(all, newMark(text, f, i))
		}
	}
	return all
}

// offer offers the line to one format after the other, until one takes it: to the
// first, which took most of the first lines, in any case, to the others by their
// marks. Below a header of a format its lines have none.
//
// What is malformed as a row of a table, but a whole record of another format, stands
// in a table by accident: the lines behind one that was cut.
func (w *worker) offer(text []byte) (result outcome, by int) {
	l, below := &w.line, w.layout.of
	w.ob = portlore.Observation{}
	result = l.ask(w.formats[0], text, &w.layout, &w.ob)
	if result == other {
		result, by = w.offerRest(text, below)
	}
	if result != malformed || w.formats[by] != below {
		return result, by
	}
	row := *l
	l.open(text, &w.clock)
	w.layout.of, w.ob = nil, portlore.Observation{}
	if again, another := w.offerRest(text, nil); again == understood {
		result, by = again, another
	} else {
		*l = row
	}
	w.layout.of = below
	return result, by
}

// offerRest offers the line to all but the first.
func (w *worker) offerRest(text []byte, below *Format) (result outcome, by int) {
	if w.marks == nil {
		w.marks = marksOf(w.formats)
	}
	l := &w.line
	c, last := l.characters(), 0
	ofText, ofMessage := l.firsts()
	for i := range w.marks {
		m := &w.marks[i]
		if !m.has(c, ofText, ofMessage) && m.of != below || m.index == last {
			continue
		}
		last = m.index
		if result = l.ask(m.of, text, &w.layout, &w.ob); result != other {
			return result, m.index
		}
	}
	return other, 0
}
