package iana

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/portlore/portlore/lore"
)

// readXML reads the file service-names-port-numbers.xml.
//
// It knows as much of XML as that file needs. The package encoding/xml would do
// work at every start of the program that looks up a port.
func readXML(text string) (*Registry, error) {
	g := &Registry{}
	p := xmlReader{text: text}
	for {
		tag, err := p.next()
		if err == errEnd {
			return g, nil
		}
		if err != nil {
			return nil, err
		}
		switch {
		case tag.name == "updated" && g.Date == "": // the registry's own comes first; people have them too
			g.Date = strings.TrimSpace(p.textBefore())
		case tag.name == "record":
			r, ok, err := p.record(tag)
			if err != nil {
				return nil, err
			}
			if ok {
				g.Records = append(g.Records, r)
			}
		}
	}
}

// record reads up to </record>. Text of elements within an element is not its
// text.
func (p *xmlReader) record(start xmlTag) (lore.Record, bool, error) {
	fields := map[string]string{}
	var rfcs, open []string
	for {
		if len(open) == 1 {
			fields[open[0]] += p.textBefore()
		}
		tag, err := p.next()
		if err == errEnd {
			err = p.errorf(start.pos, "record without </record>")
		}
		if err != nil {
			return lore.Record{}, false, err
		}
		switch {
		case tag.end && len(open) == 0:
			w := raw{
				name: fields["name"], number: fields["number"], transport: fields["protocol"], description: fields["description"],
				reference: strings.Join(rfcs, " "), registered: start.attr("date"), modified: start.attr("updated"),
				unauthorised: fields["unauthorized"], note: fields["note"],
			}
			r, ok, err := w.record()
			if err != nil {
				err = p.errorf(start.pos, "%w", err)
			}
			return r, ok, err
		case tag.end:
			if open[len(open)-1] != tag.name {
				return lore.Record{}, false, p.errorf(tag.pos, "</%s> closes <%s>", tag.name, open[len(open)-1])
			}
			open = open[:len(open)-1]
		default:
			if tag.name == "xref" && len(open) == 0 && tag.attr("type") == "rfc" {
				rfcs = append(rfcs, strings.ToUpper(tag.attr("data")))
			}
			if !tag.empty {
				open = append(open, tag.name)
			}
		}
	}
}

var errEnd = errors.New("end of the text")

// xmlReader finds one tag after the other.
type xmlReader struct {
	text string
	pos  int
}

// xmlTag is <name attributes>, </name> or <name attributes/>.
type xmlTag struct {
	pos        int
	name       string
	attributes string
	end, empty bool
}

// next is the next tag. Comments and declarations are none.
func (p *xmlReader) next() (xmlTag, error) {
	for {
		i := strings.IndexByte(p.text[p.pos:], '<')
		if i < 0 {
			return xmlTag{}, errEnd
		}
		pos := p.pos + i
		closing := ">"
		if strings.HasPrefix(p.text[pos:], "<!--") {
			closing = "-->"
		}
		n := strings.Index(p.text[pos:], closing)
		if n < 0 {
			return xmlTag{}, p.errorf(pos, "tag without %s", closing)
		}
		p.pos = pos + n + len(closing)
		inner := p.text[pos+1 : pos+n]
		if inner == "" || inner[0] == '!' || inner[0] == '?' {
			continue
		}
		tag := xmlTag{pos: pos}
		inner, tag.end = strings.CutPrefix(inner, "/")
		inner, tag.empty = strings.CutSuffix(inner, "/")
		tag.name, tag.attributes, _ = strings.Cut(inner, " ")
		return tag, nil
	}
}

// textBefore is the text up to the next tag.
func (p *xmlReader) textBefore() string {
	rest, _, _ := strings.Cut(p.text[p.pos:], "<")
	return unescape(rest)
}

func (t xmlTag) attr(name string) string {
	_, value, ok := strings.Cut(" "+t.attributes, " "+name+"=")
	if !ok || value == "" {
		return ""
	}
	value, _, _ = strings.Cut(value[1:], value[:1]) // the quote
	return unescape(value)
}

// unescape resolves the five named entities and numbers.
func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		entity, after, ok := strings.Cut(rest, ";")
		r := map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}[entity]
		if number, isNumber := strings.CutPrefix(entity, "#"); isNumber {
			n, err := strconv.ParseInt(strings.Replace(number, "x", "0x", 1), 0, 32)
			if err == nil {
				r = rune(n)
			}
		}
		if !ok || r == 0 {
			b.WriteByte('&')
			s = rest
			continue
		}
		b.WriteRune(r)
		s = after
	}
}

func (p *xmlReader) errorf(pos int, format string, args ...any) error {
	before := p.text[:pos]
	line := strings.Count(before, "\n") + 1
	col := pos - strings.LastIndexByte(before, '\n')
	return fmt.Errorf("%d:%d: "+format, append([]any{line, col}, args...)...)
}
