package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// account says what was read, what was not, and what was assumed.
func (p *explainPage) account() {
	p.b.WriteByte('\n')
	var lines, understood, other, malformed uint64
	for _, in := range p.r.Inputs {
		lines += uint64(in.Lines)
		understood += uint64(in.Understood)
		other += uint64(in.Other)
		malformed += uint64(in.Malformed)
	}
	s := []string{p.say(fmt.Sprintf("Read %s of %s.", quantity.Count(understood), quantity.Plural(lines, "line")), fmt.Sprintf("共 %s 行，读懂 %s 行。", quantity.Count(lines), quantity.Count(understood)))}
	if other > 0 {
		s = append(s, p.say(fmt.Sprintf("Not network evidence: %s.", quantity.Count(other)), fmt.Sprintf("与网络无关 %s 行。", quantity.Count(other))))
	}
	if malformed > 0 {
		s = append(s, p.say(fmt.Sprintf("Malformed: %s.", quantity.Count(malformed)), fmt.Sprintf("写错的 %s 行。", quantity.Count(malformed))))
	}
	for _, in := range p.r.Inputs {
		about := ""
		if len(p.r.Inputs) > 1 {
			about = in.Name + ": "
		}
		if in.DuplicateOf != "" {
			s = append(s, about+p.say("same content as "+in.DuplicateOf+", read once.", "内容与 "+in.DuplicateOf+" 相同，只读一次。"))
		}
		for _, n := range in.Notes {
			if about == "" && p.Lang == portlore.English {
				n = strings.ToUpper(n[:1]) + n[1:]
			}
			s = append(s, about+n+p.say(".", "。"))
		}
	}
	p.wrapped(strings.Join(s, p.say(" ", "")))
	for _, in := range p.r.Inputs {
		for _, e := range in.Errors {
			p.wrapped(fmt.Sprintf("%s:%d:%d: %s", in.Name, e.Line, e.Column, e.Error))
		}
	}
}

// next offers at most three commands that work as pasted.
func (p *explainPage) next() {
	if p.r.Totals.Observations == 0 && len(p.r.Doors) == 0 {
		return
	}
	var cmds []string
	if len(p.blocks)+len(DoorBlocks(p.r)) > 0 && len(p.r.Inputs) == 1 && pastes(p.r.Inputs[0].Name) {
		cmds = append(cmds, "portlore explain "+p.r.Inputs[0].Name+" --show 1")
	}
	if port := p.telling(); port != 0 {
		cmds = append(cmds, "portlore port "+strconv.Itoa(int(port)))
	}
	s := p.say("Next:  ", "接着看：") + strings.Join(cmds, "    ")
	if len(cmds) > 1 && textwidth.Of(s) > columns {
		s = p.say("Next:  ", "接着看：") + cmds[1]
	}
	if len(cmds) > 0 && textwidth.Of(s) <= columns {
		p.line(s)
	}
}

// pastes says that a name can stand in a command as it is: a stranger may have
// chosen it, and a shell must find nothing in it to obey.
func pastes(name string) bool {
	return !strings.HasPrefix(name, "-") && name == safetext.Clean(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r < utf8.RuneSelf && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("/._-+,:@%=", r)
	})
}

// telling is a port worth looking up: of a finding about few ports, else of the
// largest family of noise.
func (p *explainPage) telling() uint16 {
	for _, b := range p.blocks {
		f := b[0]
		if len(f.Services) > 0 && len(f.Services) <= 8 && f.Services[0].Name != "" {
			return f.Services[0].Port
		}
	}
	for _, b := range DoorBlocks(p.r) {
		if d := &p.r.Doors[b[0]]; len(d.Lore) > 0 {
			return d.Port
		}
	}
	for _, n := range p.r.Families {
		if len(n.Services) > 0 && n.Services[0].Name != "" {
			return n.Services[0].Port
		}
	}
	return 0
}
