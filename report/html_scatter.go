package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/quantity"
)

// Bounds and measures of the scatter. Its box is as wide as there is room; inside
// it are so many units.
const (
	mostPoints   = 4000
	scatterWidth = 1680 // ten to each of the most cells
	scatterTall  = 320  // CSS pixels
)

// scatterView is port by time: who counts up is a line that climbs, who wants one
// port a level one.
type scatterView struct {
	Said  string
	Draw  template.HTML
	Axis  template.HTML // ports
	Scale template.HTML // times
	Rows  []scatterRow
	More  string
}

// scatterRow is a row of the table of the scatter.
type scatterRow struct {
	Anchor, Title      string
	Word               portlore.Word
	Ports, First, Last string
	Low, High          uint16
}

func (p *explainPage) scatter(time *timeAxis) *scatterView {
	if time == nil {
		return nil
	}
	v := &scatterView{}
	var paths []string // the gravest last, above the others
	points, blocks := 0, 0
	widest := -1
	drawn := p.blocks[:min(len(p.blocks), mostArticles+mostBriefs)]
	each := pointsEach(drawn)
	for i, b := range drawn {
		row := scatterRow{Anchor: fmt.Sprint("n", i+1), Title: p.titleOf(b), Word: b[0].Word}
		var d strings.Builder
		seen := map[[2]int]bool{}
		low, high, n := uint16(math.MaxUint16), uint16(0), 0
		from, to := int64(0), int64(0)
		for _, f := range b {
			if points+n >= mostPoints {
				break
			}
			for _, pt := range f.Series.Points[:min(each, len(f.Series.Points))] {
				along := (float64(pt.Time)/1e9 - float64(time.From)) / float64(time.Seconds*int64(time.Cells))
				at := [2]int{int(scatterWidth * along), portHeight(pt.Port)}
				low, high = min(low, pt.Port), max(high, pt.Port)
				if from == 0 || pt.Time < from {
					from = pt.Time
				}
				to = max(to, pt.Time)
				if n++; !seen[at] {
					seen[at] = true
					fmt.Fprintf(&d, "M%d %dh0", at[0], at[1])
				}
			}
		}
		if n == 0 {
			continue
		}
		blocks++
		points += n
		row.Low, row.High, row.Ports = low, high, fmt.Sprintf("%d-%d", low, high)
		if low == high {
			row.Ports = fmt.Sprint(low)
		}
		row.First, row.Last = time.label(from/1e9), time.label(to/1e9)
		if widest < 0 || high-low > v.Rows[widest].High-v.Rows[widest].Low {
			widest = len(v.Rows)
		}
		v.Rows = append(v.Rows, row)
		paths = append(paths, fmt.Sprintf(`<a href="#%s" tabindex="-1"><path class="dots w-%s" data-n="%s" d="%s"><title>%s</title></path></a>`, row.Anchor, row.Word, row.Anchor, &d,
			template.HTMLEscapeString(p.word(row.Word)+" "+fmt.Sprint(i+1)+" "+row.Title)))
	}
	if blocks == 0 {
		return nil
	}
	r := v.Rows[widest]
	v.Said = p.say(fmt.Sprintf("%s of %s. A line that climbs is somebody who tries port after port, a level one somebody who wants that port. The widest: %s, ports %s.",
		quantity.Plural(uint64(points), "point"), quantity.Plural(uint64(blocks), "finding"), r.Title, r.Ports),
		fmt.Sprintf("%s 个点，来自 %s 项。向上爬的线是逐个试端口，水平的线是只找一个端口。跨度最大的是：%s，端口 %s。", quantity.Count(uint64(points)), quantity.Count(uint64(blocks)), r.Title, r.Ports))
	if points >= mostPoints {
		v.More = p.say("The other points are not drawn.", "其余的点未画出。")
	} else if left := uint64(len(p.blocks) - len(drawn)); left > 0 {
		v.More = p.say("and "+quantity.Count(left)+" more that are not drawn", "另有 "+quantity.Count(left)+" 项未画出")
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="scatter" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="%s">`, scatterWidth, scatterTall, template.HTMLEscapeString(v.Said))
	var axis strings.Builder
	fmt.Fprintf(&axis, `<svg class="ports" width="48" height="%d" aria-hidden="true">`, scatterTall)
	for _, port := range []uint16{1, 22, 80, 443, 1024, 3389, 8080, 20000, 65535} {
		y := portHeight(port)
		fmt.Fprintf(&b, `<path class="grid" d="M0 %dh%d"/>`, y, scatterWidth)
		fmt.Fprintf(&axis, `<text x="44" y="%d" text-anchor="end">%d</text>`, min(scatterTall-2, max(10, y+4)), port)
	}
	slices.Reverse(paths)
	v.Draw = template.HTML(b.String() + strings.Join(paths, "") + "</svg>")
	v.Axis, v.Scale = template.HTML(axis.String()+"</svg>"), time.scale()
	return v
}

// pointsEach is how many points a finding may have, so that all together have no
// more than there may be, or one each. Whatever is left of one is a fair sample.
func pointsEach(blocks []block) int {
	each := portlore.MostPoints
	for ; each > 1; each /= 2 {
		sum := 0
		for _, b := range blocks {
			for _, f := range b {
				sum += min(each, len(f.Series.Points))
			}
		}
		if sum <= mostPoints {
			break
		}
	}
	return each
}

// portHeight is where a port is on a logarithmic axis, from above.
func portHeight(port uint16) int {
	const margin = 6
	return scatterTall - margin - int(math.Round((scatterTall-2*margin)*math.Log(float64(max(1, port)))/math.Log(math.MaxUint16)))
}
