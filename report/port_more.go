package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
)

// evidence prints every claim with its era, confidence and sources, and the
// commands that close the port.
func (p *portPage) evidence(r PortResult) {
	for _, c := range r.Claims {
		p.line("")
		p.line("%s  %s %s%s", c.ID, p.say("confidence", "置信度"), c.Confidence, p.years(c.Era))
		for _, line := range textwidth.Wrap(c.Text, columns-4) {
			p.line("    %s", line)
		}
		for _, id := range c.Sources {
			p.source(id)
		}
	}
	for _, block := range []struct{ label, commands string }{
		{p.say("To close it on Linux", "在 Linux 上关闭"), r.Close.Linux},
		{p.say("To close it on Windows", "在 Windows 上关闭"), r.Close.Windows},
	} {
		if block.commands == "" {
			continue
		}
		p.line("")
		p.line("%s", block.label)
		for line := range strings.Lines(block.commands) {
			p.line("    %s", strings.TrimRight(line, "\n"))
		}
	}
}

func (p *portPage) source(id string) {
	s, ok := p.Sources[id]
	if !ok {
		p.line("    [%s]", id)
		return
	}
	year := ""
	if s.Year != "" {
		year = " (" + s.Year + ")"
	}
	lines := textwidth.Wrap(s.Title+year, columns-8)
	for i, line := range lines {
		if i == 0 {
			p.line("    [%s] %s", id, line)
		} else {
			p.line("        %s", line)
		}
	}
	if s.Where != "" {
		p.line("        %s", s.Where)
	}
}

// threatLine is a threat in a list.
func (p *portPage) threatLine(t PortThreat) {
	t.Platform = ""
	left := textwidth.Pad(textwidth.Truncate(t.Name, 24), 26) + textwidth.Pad(p.kind(t)+p.years(t.Era), 36)
	p.line("%s%s", left, textwidth.Truncate(strings.Join(t.Ports, " "), columns-2-textwidth.Of(left)))
}

// threatPage is the whole answer about one threat.
func (p *portPage) threatPage(t PortThreat) {
	p.line("%s  %s%s", t.Name, p.kind(t), p.years(t.Era))
	p.line("")
	p.row(p.say("What it was", "是什么"), t.Text)
	p.row(p.say("Also called", "别名"), strings.Join(t.Aliases, p.say(", ", "、")))
	p.row(p.say("Ports", "端口"), strings.Join(t.Ports, " "))
	p.row(p.say("Mind", "注意"), p.say(
		"The number alone is no evidence of it.", "仅凭端口号不能认定是它。"))
	if p.style.Sources {
		p.line("")
		for _, id := range t.Sources {
			p.source(id)
		}
	}
}

func (p *portPage) kind(t PortThreat) string {
	kind, platform := lore.ThreatKind(t.Kind).In(p.lang), lore.PlatformName(t.Platform).In(p.lang)
	if platform == "" {
		return kind
	}
	return kind + fmt.Sprintf(p.say(" for %s", "，%s"), platform)
}

// JSON writes the answers as one document.
func (r *Port) JSON(w io.Writer) error { return JSON(w, r) }

// TSV writes a row for each name of each port, and one for a port without a
// name.
func (r *Port) TSV(w io.Writer) error {
	var b strings.Builder
	b.WriteString("port\ttransport\tname\torigin\tstatus\texpose\trange\ttitle\n")
	for _, q := range r.Queries {
		for _, res := range q.Results {
			row := func(transport, name, origin, status string) {
				fmt.Fprintf(&b, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", res.Port, transport, name, origin, status, res.Expose, res.Range, res.Title)
			}
			if res.Expose != "" || len(res.Names) == 0 {
				row(res.Transport, res.Name, "portlore", "")
			}
			for _, n := range res.Names {
				row(strings.Join(n.Transports, ","), n.Name, n.Origin, n.Status)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
