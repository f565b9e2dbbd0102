package report

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// Bounds and measures of the matrix, in CSS pixels.
const (
	mostColumns = 32
	cellWidth   = 22
	cellHeight  = 18
	headHeight  = 68
	likeness    = 0.5 // from how alike on port sets stand together
)

// matrixView is source by port: who comes alone, and who comes with the same list.
type matrixView struct {
	Said string
	Draw template.HTML
	Keys []keyView
	Rows []sourceRow
	More string
}

type sourceRow struct {
	Address, Class, Much, First, Last, Ports string
	Word                                     portlore.Word
	Anchor                                   string // of the finding; empty: none is on the page
	Value                                    uint64
	PortKeys                                 string // for the filter
}

func (p *explainPage) matrix() *matrixView {
	if p.r.Charts == nil || len(p.r.Charts.Sources) == 0 {
		return nil
	}
	columns := matrixColumns(p.r.Charts.Sources)
	groups := clusters(p.r.Charts.Sources)
	v := &matrixView{}
	at := p.anchors()
	var order []*portlore.Source
	for _, g := range groups {
		order = append(order, g...)
	}
	for _, s := range order {
		row := sourceRow{
			Address: s.Address, Class: p.className(s.Class), Word: s.Word, Much: quantity.Count(s.Observations), Value: s.Observations,
			First: clock(s.First), Last: clock(s.Last),
		}
		if n := at[s.Address]; n > 0 && s.Word > portlore.Fine {
			row.Anchor = "n" + strconv.Itoa(n)
		}
		var names, keys []string
		for i, port := range s.Services {
			keys = append(keys, strconv.Itoa(int(port.Port)))
			if i < 8 {
				names = append(names, shortPort(port.Service))
			}
		}
		if n := uint64(len(s.Services)-len(names)) + s.ServicesMore; n > 0 {
			names = append(names, p.say(fmt.Sprintf("and %s more", quantity.Count(n)), fmt.Sprintf("等，另有 %s 个", quantity.Count(n))))
		}
		if s.ServicesMore > 0 {
			keys = []string{"*"}
		}
		row.Ports, row.PortKeys = strings.Join(names, " "), strings.Join(keys, " ")
		v.Rows = append(v.Rows, row)
	}
	if n := p.r.Totals.Sources; n > uint64(len(order)) {
		v.More = p.say(fmt.Sprintf("and %s more sources", quantity.Count(n-uint64(len(order)))), fmt.Sprintf("另有 %s 个来源", quantity.Count(n-uint64(len(order)))))
	}
	v.Said = p.matrixSaid(groups, len(order))
	if len(columns) > 0 {
		s := shader{}
		for _, src := range order {
			for _, port := range src.Services {
				s.most = max(s.most, port.Observations)
			}
		}
		v.Keys, v.Draw = s.key(), p.drawMatrix(groups, columns, s, v.Said)
	}
	return v
}

func (p *explainPage) matrixSaid(groups [][]*portlore.Source, n int) string {
	all := p.r.Totals.Sources
	said := p.say(fmt.Sprintf("The %s busiest of %s.", quantity.Count(uint64(n)), quantity.Plural(all, "source")), fmt.Sprintf("共 %s 个来源，这里是最忙的 %s 个。", quantity.Count(all), quantity.Count(uint64(n))))
	if uint64(n) == all {
		said = p.say("All "+quantity.Plural(all, "source")+".", "全部 "+quantity.Count(all)+" 个来源。")
		if all == 1 {
			said = p.say("There is one source.", "只有一个来源。")
		}
	}
	largest := slices.MaxFunc(groups, func(a, b []*portlore.Source) int { return cmp.Compare(len(a), len(b)) })
	if len(largest) < 2 {
		if n > 1 {
			said += p.say(" No two of them ask for the same list of ports.", "没有两个来源试的端口相近。")
		}
		return said
	}
	var names []string
	for i, s := range largest[0].Services {
		if i == 6 {
			names = append(names, "..")
			break
		}
		names = append(names, shortPort(s.Service))
	}
	return said + p.say(fmt.Sprintf(" %d of them ask for much the same ports: %s.", len(largest), strings.Join(names, " ")),
		fmt.Sprintf("其中 %d 个试的端口大致相同：%s。", len(largest), strings.Join(names, " ")))
}

// shortPort is a port with its transport where that is not TCP.
func shortPort(s portlore.Service) string {
	return strings.TrimSuffix(fmt.Sprintf("%d/%s", s.Port, s.Proto), "/tcp")
}

// A portColumn is a port of the matrix.
type portColumn struct {
	proto string
	port  uint16
}

// matrixColumns are the ports that say most of these sources, in their own order.
// A source that asks for one port says by it what it wants, one that asks for a
// thousand says little by each: so a port weighs what part it is of a list.
func matrixColumns(sources []portlore.Source) []portColumn {
	weights := map[portColumn]uint64{}
	for i := range sources {
		for _, s := range sources[i].Services {
			weights[portColumn{s.Proto, s.Port}] += 1e6 / (uint64(len(sources[i].Services)) + sources[i].ServicesMore)
		}
	}
	var all []portColumn
	for k := range weights {
		all = append(all, k)
	}
	slices.SortFunc(all, func(a, b portColumn) int {
		return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(a.port, b.port), cmp.Compare(a.proto, b.proto))
	})
	all = all[:min(mostColumns, len(all))]
	slices.SortFunc(all, func(a, b portColumn) int { return cmp.Or(cmp.Compare(a.port, b.port), cmp.Compare(a.proto, b.proto)) })
	return all
}

// clusters puts sources together whose ports are alike: each time the busiest that
// is left, and with it all that are like it. The largest groups come first, and
// last who is alone.
func clusters(sources []portlore.Source) [][]*portlore.Source {
	sets := make([]map[portColumn]bool, len(sources))
	left := make([]int, len(sources))
	for i := range sources {
		left[i] = i
		sets[i] = map[portColumn]bool{}
		for _, s := range sources[i].Services {
			sets[i][portColumn{s.Proto, s.Port}] = true
		}
	}
	var groups [][]*portlore.Source
	for len(left) > 0 {
		lead := left[0]
		var group []*portlore.Source
		left = slices.DeleteFunc(left, func(i int) bool {
			if i != lead && alike(sets[lead], sets[i]) < likeness {
				return false
			}
			group = append(group, &sources[i])
			return true
		})
		groups = append(groups, group)
	}
	slices.SortStableFunc(groups, func(a, b []*portlore.Source) int { return cmp.Compare(len(b), len(a)) })
	return groups
}

// alike is how much two sets have in common of all that they have (Jaccard, 1901).
func alike(a, b map[portColumn]bool) float64 {
	common := 0
	for k := range a {
		if b[k] {
			common++
		}
	}
	if all := len(a) + len(b) - common; all > 0 {
		return float64(common) / float64(all)
	}
	return 0
}

// drawMatrix draws the matrix in pixels: it scrolls where there is no room.
func (p *explainPage) drawMatrix(groups [][]*portlore.Source, columns []portColumn, s shader, said string) template.HTML {
	const gap = 6 // between groups
	at := map[portColumn]int{}
	for i, c := range columns {
		at[c] = i
	}
	others := len(columns) // a column for all other ports
	label := 0             // room for the longest address: none is cut, or it could not be hidden
	for _, src := range slices.Concat(groups...) {
		label = max(label, 16+7*len(src.Address))
	}
	y := headHeight
	var rows strings.Builder
	any := false
	for i, g := range groups {
		if i > 0 && len(groups[i-1]) > 1 {
			y += gap
		}
		for _, src := range g {
			rest := src.ServicesMore
			var paths [ramp + 1]strings.Builder
			for _, port := range src.Services {
				i, ok := at[portColumn{port.Proto, port.Port}]
				if !ok {
					rest++
					continue
				}
				fmt.Fprintf(&paths[s.step(port.Observations)], "M%d %dh%dv%dh-%dz", label+i*cellWidth+1, y+1, cellWidth-2, cellHeight-2, cellWidth-2)
			}
			fmt.Fprintf(&rows, `<g class="who" data-s="%s"><title>%s</title><text class="w-%s" x="%d" y="%d" text-anchor="end">%s</text>`,
				template.HTMLEscapeString(src.Address), template.HTMLEscapeString(src.Address+": "+p.className(src.Class)), src.Word, label-8, y+cellHeight-5, template.HTMLEscapeString(src.Address))
			for step := 1; step <= ramp; step++ {
				if paths[step].Len() > 0 {
					fmt.Fprintf(&rows, `<path class="a%d" d="%s"/>`, step, &paths[step])
				}
			}
			if rest > 0 {
				any = true
				fmt.Fprintf(&rows, `<text class="soft" x="%d" y="%d">+%s</text>`, label+others*cellWidth+4, y+cellHeight-5, quantity.Count(rest))
			}
			rows.WriteString("</g>")
			y += cellHeight
		}
	}
	width := label + others*cellWidth + 8
	if any {
		width += 60
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="matrix" width="%[1]d" height="%[2]d" viewBox="0 0 %[1]d %[2]d" role="img" aria-label="%[3]s">`, width, y, template.HTMLEscapeString(said))
	for i, c := range columns {
		x := label + i*cellWidth + cellWidth/2
		name := shortPort(portlore.Service{Proto: c.proto, Port: c.port})
		fmt.Fprintf(&b, `<text x="%[1]d" y="%[2]d" transform="rotate(-60 %[1]d %[2]d)">%[3]s</text>`, x, headHeight-4, template.HTMLEscapeString(name))
		fmt.Fprintf(&b, `<path class="grid" d="M%d %dv%d"/>`, x, headHeight, y-headHeight)
	}
	if any {
		fmt.Fprintf(&b, `<text class="soft" x="%d" y="%d">%s</text>`, label+others*cellWidth+4, headHeight-6, p.say("others", "其他"))
	}
	b.WriteString(rows.String() + "</svg>")
	return template.HTML(b.String())
}
