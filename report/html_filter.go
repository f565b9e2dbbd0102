package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
)

// filterView are the choices of the filter.
type filterView struct {
	Classes []choice
	Cells   int // zero: no times
	Last    int
	From    int64
	Seconds int64
	Offset  int
	Form    string // how the script writes a time: "clock", or "boot" for seconds since then
}

type choice struct{ ID, Title string }

func (p *explainPage) filterView(time *timeAxis) *filterView {
	if len(p.blocks) == 0 && (p.r.Charts == nil || len(p.r.Charts.Sources) < 2) {
		return nil
	}
	v := &filterView{}
	for _, b := range p.blocks {
		if len(v.Classes) < mostClasses && !slices.ContainsFunc(v.Classes, func(c choice) bool { return c.ID == b[0].Class }) {
			v.Classes = append(v.Classes, choice{b[0].Class, p.className(b[0].Class)})
		}
	}
	if time != nil && time.Cells > 1 {
		v.Cells, v.Last, v.From, v.Seconds, v.Offset = time.Cells, time.Cells-1, time.From, time.Seconds, time.offset
		v.Form = map[bool]string{true: "boot", false: "clock"}[time.boot]
	}
	return v
}

// className is a class in a few words.
func (p *explainPage) className(id string) string {
	if p.Base != nil {
		if class, ok := p.Base.Class(id); ok {
			if s := class.Noise.In(p.Lang); s != "" {
				return s
			}
		}
	}
	return id
}

// anchors are the blocks that addresses are subjects of, from 1.
func (p *explainPage) anchors() map[string]int {
	at := map[string]int{}
	for i, b := range p.blocks[:min(len(p.blocks), mostArticles+mostBriefs)] {
		for _, f := range b {
			for _, s := range f.Subjects {
				if _, known := at[s]; !known {
					at[s] = i + 1
				}
			}
		}
	}
	return at
}

// filterKeys are the addresses and ports by which a block can be found. Where
// not all are known it is found by any.
func filterKeys(b block) (sources, ports string) {
	const most = 2000
	var addrs, numbers []string
	seen := map[string]bool{}
	partly, partlyPorts := false, false
	for _, f := range b {
		partly = partly || f.Sources > uint64(len(f.Subjects))
		partlyPorts = partlyPorts || len(f.Services) >= portlore.MostServices
		for _, a := range slices.Concat(f.Subjects, f.Targets) {
			if !seen[a] {
				seen[a] = true
				addrs = append(addrs, a)
			}
		}
		for _, s := range f.Services {
			if n := strconv.Itoa(int(s.Port)); !seen[n] {
				seen[n] = true
				numbers = append(numbers, n)
			}
		}
	}
	if partly || len(addrs) > most {
		addrs = []string{"*"}
	}
	if partlyPorts || len(numbers) > most {
		numbers = []string{"*"}
	}
	return strings.Join(addrs, " "), strings.Join(numbers, " ")
}
