package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/portlore/portlore"
)

// A baseline is what an earlier report knew.
type baseline struct {
	findings        map[string]bool // by id
	noise, families map[string]bool // by class and family
}

// readBaseline reads what `explain --json` wrote.
func readBaseline(name string) (*baseline, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	type row struct{ Class, Family string }
	var doc struct {
		Schema          string
		Hidden          uint64
		Findings        []struct{ ID string }
		Noise, Families []row
	}
	const want = "portlore/explain/1"
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, told{portlore.Text{
			EN: fmt.Sprintf("--baseline %s: want what explain --json wrote: %v", name, err),
			ZH: fmt.Sprintf("--baseline %s：应为 explain --json 的输出：%v", name, err),
		}}
	}
	switch {
	case doc.Schema != want:
		return nil, told{portlore.Text{
			EN: fmt.Sprintf("--baseline %s: its schema is %q, want %q", name, doc.Schema, want),
			ZH: fmt.Sprintf("--baseline %s：schema 是 %q，应为 %q", name, doc.Schema, want),
		}}
	case doc.Hidden > 0:
		return nil, told{portlore.Text{
			EN: fmt.Sprintf("--baseline %s: it was saved with --class and does not hold everything", name),
			ZH: fmt.Sprintf("--baseline %s：保存时用了 --class，内容不全", name),
		}}
	}
	b := &baseline{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, f := range doc.Findings {
		b.findings[f.ID] = true
	}
	for _, n := range doc.Noise {
		b.noise[n.Class+" "+n.Family] = true
	}
	for _, n := range doc.Families {
		b.families[n.Class+" "+n.Family] = true
	}
	return b, nil
}

// compare marks what the baseline does not know.
func (x *explainer) compare(r *portlore.Report) {
	if x.baseline == nil {
		return
	}
	for i := range r.Findings {
		r.Findings[i].New = !x.baseline.findings[r.Findings[i].ID]
	}
	for i := range r.Noise {
		r.Noise[i].New = !x.baseline.noise[r.Noise[i].Class+" "+r.Noise[i].Family]
	}
	for i := range r.Families {
		r.Families[i].New = !x.baseline.families[r.Families[i].Class+" "+r.Families[i].Family]
	}
}

// news says in a sentence what is new since the baseline. It counts as people
// see it: a block is new when any of its findings is.
func (x *explainer) news(r *portlore.Report) string {
	fresh, known, noise := 0, 0, 0
	for _, block := range portlore.Alike(r.Findings) {
		old := true
		for _, i := range block {
			old = old && !r.Findings[i].New
		}
		if old {
			known++
		} else {
			fresh++
		}
	}
	for i := range r.Families {
		if r.Families[i].New {
			noise++
		}
	}
	name := x.opt.baseline
	if fresh+noise == 0 {
		return portlore.Text{
			EN: fmt.Sprintf(" Nothing is new since %s; known: %d.", name, known),
			ZH: fmt.Sprintf("与 %s 相比没有新情况，已知 %d 项。", name, known),
		}.In(x.lang)
	}
	kinds := "kinds"
	if noise == 1 {
		kinds = "kind"
	}
	return portlore.Text{
		EN: fmt.Sprintf(" New since %s: %d, and %d %s of noise; known: %d.", name, fresh, noise, kinds, known),
		ZH: fmt.Sprintf("与 %s 相比，新增 %d 项、噪声 %d 类，已知 %d 项。", name, fresh, noise, known),
	}.In(x.lang)
}
