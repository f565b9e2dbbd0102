package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/portlore/portlore"
)

var noteJSON = portlore.Text{
	EN: "the file is one JSON document; lines count its records",
	ZH: "文件是一个 JSON 文档，行数按其中的记录计",
}

// recordKeys are the names under which JSON documents keep their records.
var recordKeys = []string{"records", "Records", "entries", "logEvents", "events", "hits", "value", "values", "result", "results", "data", "doors"}

// isJSONDocument tells a document from objects that stand one on each line: it is
// an array of objects, an object that goes over several lines, or one that keeps
// its records under one of the usual names.
func isJSONDocument(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(head) == 0 {
		return false
	}
	rest := bytes.TrimLeft(head[1:], " \t\r\n")
	switch head[0] {
	case '[':
		return len(rest) > 0 && (rest[0] == '{' || rest[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(rest[1:], " \t\r\n"), []byte("{")))
	case '{':
		line, _, _ := bytes.Cut(head, []byte("\n"))
		if len(rest) > 0 && rest[0] == '"' && !wholeObject(line) && len(line) < len(head) {
			return true
		}
		for _, key := range recordKeys {
			for _, value := range bytes.Split(line, []byte(`"`+key+`"`))[1:] {
				value = bytes.TrimLeft(value, " :\t")
				if len(value) > 0 && value[0] == '[' && bytes.HasPrefix(bytes.TrimLeft(value[1:], " \t\r\n"), []byte("{")) {
					return true
				}
			}
		}
	}
	return false
}

// wholeObject says that the object that a line begins with ends in it.
func wholeObject(line []byte) bool {
	end := valueEnd(line, 0)
	return end > 0 && line[end-1] == '}'
}

// A jsonCutter writes every record of a JSON document on a line of its own. A
// record is an object that is an element of an array, where that array is the
// document, an element of it, or stands under one of recordKeys, however deep; and
// an object at the top that has no such array. What is no JSON comes out as it is,
// and so does what stands behind a record that was torn: no line ends in a string
// (RFC 8259 section 7), and between values no line begins with anything but a value,
// a bracket, a comma or a colon.
type jsonCutter struct {
	r   *bufio.Reader
	out []byte // whole lines, not yet read
	err error

	stack  []level
	record []byte // the record being read
	inside int    // depth at which it began, from 1; zero: outside of one

	loose bool   // between the values of the top stands something else, up to the line end
	key   []byte // the last string outside of a record
	str   bool
	esc   bool
	named bool // key is followed by a colon
	fresh bool // nothing but blanks was on this line yet
}

// level is an array or object that is open.
type level struct {
	array   bool
	records bool // an array whose objects are records
	pairs   bool // the "values" of a stream of Loki, whose arrays are records: a time and a line
}

func newJSONCutter(r io.Reader) io.Reader {
	return &jsonCutter{r: bufio.NewReaderSize(r, 64<<10)}
}

func (c *jsonCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		b, err := c.r.ReadByte()
		if err != nil {
			c.err = err
			if len(c.record) > 0 && errors.Is(err, io.EOF) { // the document is cut
				c.end()
			}
			break
		}
		c.take(b)
	}
	return give(p, &c.out, c.err)
}

// end ends the record.
func (c *jsonCutter) end() {
	c.out = append(append(c.out[:0], c.record...), '\n')
	c.record, c.inside = c.record[:0], 0
}

// deepest is how deep a document may be nested. No producer comes near.
const deepest = 1000

var errTooDeep = errors.New("a JSON document nested more than 1,000 deep")

// torn ends a record of which the rest is missing, and all around it.
func (c *jsonCutter) torn() {
	if c.inside > 0 {
		c.end()
	}
	c.stack = c.stack[:0]
	c.str, c.esc, c.named = false, false, false
}

// take takes one byte.
func (c *jsonCutter) take(b byte) {
	switch {
	case b == '\n' && c.str:
		c.torn()
		return
	case b == '\n':
		c.fresh = true
	case c.fresh && b != ' ' && b != '\t' && b != '\r':
		c.fresh = false
		if c.depth() > 0 && !bytes.ContainsRune([]byte(`"[]{},:-0123456789tfn`), rune(b)) {
			c.torn()
		}
	}
	if c.loose || c.depth() == 0 && !bytes.ContainsRune([]byte("[{,\r\n\t "), rune(b)) {
		c.loose = b != '\n'
		if c.loose {
			c.keep(b)
		} else {
			c.end()
		}
		return
	}
	if c.depth() > deepest {
		c.err = errTooDeep
		return
	}
	if c.inside > 0 {
		c.keep(b)
	}
	switch {
	case c.esc:
		c.esc = false
		return
	case c.str:
		switch {
		case b == '\\':
			c.esc = true
		case b == '"':
			c.str = false
		default:
			if len(c.key) < 32 {
				c.key = append(c.key, b)
			}
		}
		return
	}
	switch b {
	case '"':
		c.str, c.named, c.key = true, false, c.key[:0]
	case ':':
		c.named = true
	case ',':
		c.named = false
	case '[':
		records := c.depth() == 0 || c.depth() == 1 && c.stack[0].array ||
			c.named && slices.Contains(recordKeys, string(c.key))
		pair := c.depth() > 0 && c.stack[c.depth()-1].pairs
		c.stack = append(c.stack, level{
			array:   true,
			records: records && (c.inside == 0 || c.whole()),
			pairs:   c.named && string(c.key) == "values" && c.inside > 0 && bytes.Contains(c.record, []byte(`"stream"`)),
		})
		c.named = false
		if pair {
			c.record = append(c.record[:0], b)
			c.inside = c.depth()
		}
	case '{':
		parent := c.depth() == 0 || c.stack[c.depth()-1].records
		c.stack = append(c.stack, level{})
		c.named = false
		switch {
		case c.inside > 0 && c.whole() && parent && c.depth() > 1:
			c.record = append(c.record[:0], b) // the records are inside: the object around them is none
			c.inside = c.depth()
		case c.inside == 0 && parent:
			c.record = append(c.record[:0], b)
			c.inside = c.depth()
		}
	case ']', '}':
		if c.depth() > 0 {
			c.stack = c.stack[:c.depth()-1]
		}
		if c.inside > 0 && c.depth() < c.inside {
			c.end()
		}
	}
}

func (c *jsonCutter) depth() int { return len(c.stack) }

// whole says that the record is the object at the top, which may yet turn out to
// hold the records.
func (c *jsonCutter) whole() bool { return c.inside == 1 && !c.stack[0].array }

// keep adds a byte to the record. Line ends between its values become blanks.
func (c *jsonCutter) keep(b byte) {
	if b == '\n' || b == '\r' {
		b = ' '
	}
	if len(c.record) > maxLine+1 {
		return
	}
	c.record = append(c.record, b)
}
