package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/textwidth"
)

// noise is the table of what needs no attention.
func (p *explainPage) noise() {
	if len(p.r.Families) == 0 && p.r.Unexplained.Observations == 0 {
		return
	}
	fresh := false
	p.b.WriteByte('\n')
	p.tableRow(p.say("Routine noise", "常见噪声"), "", volume{p.r.Totals.Packets, p.r.Totals.Observations}.heading().In(p.Lang), p.say("share", "占比"), p.say("sources", "来源数"))
	for _, n := range p.r.Families {
		mark := "  "
		if n.New {
			mark = "+ "
			fresh = true
		}
		p.tableRow(mark+n.Title, ports(n.Services), quantity.Count(volume{n.Packets, n.Observations}.number()), share(n.Share), quantity.Count(n.Sources))
	}
	all := float64(max(1, p.r.Totals.Observations))
	p.tableRow(p.say("Not explained", "未能归类"), "", quantity.Count(p.r.Unexplained.Observations),
		share(float64(p.r.Unexplained.Observations)/all), "")
	for _, e := range p.r.Unexplained.Examples {
		p.line("  " + e)
	}
	if fresh {
		p.line(p.say("+ new since the baseline", "+ 基线之后新出现"))
	}
}

const titleColumn = 26

func (p *explainPage) tableRow(title, services, packets, share, sources string) {
	left := textwidth.Pad(title, titleColumn)
	if textwidth.Of(title) >= titleColumn {
		left = title + " "
	}
	room := columns - 28 - textwidth.Of(left)
	for textwidth.Of(services) > room {
		i := strings.LastIndexByte(services, ' ')
		if i < 0 {
			services = ""
			break
		}
		services = services[:i]
	}
	left = textwidth.Pad(left+services, columns-28)
	p.line(left + padLeft(packets, 10) + padLeft(share, 9) + padLeft(sources, 9))
}

// ports are the numbers of services, with the transport where it is not TCP.
func ports(services []portlore.Service) string {
	var out []string
	udp := false
	for i, s := range services {
		if i == 12 {
			break
		}
		if s.Proto == "udp" && !udp {
			out = append(out, "udp")
			udp = true
		}
		if s.Port != 0 {
			out = append(out, strconv.Itoa(int(s.Port)))
		}
	}
	return strings.Join(out, " ")
}

func share(f float64) string { return fmt.Sprintf("%.1f%%", 100*f) }

func padLeft(s string, w int) string {
	return strings.Repeat(" ", max(0, w-textwidth.Of(s))) + s
}
