package report

import "github.com/portlore/portlore"

// records are the answer as one document a line, for programs that take them one
// by one: first what the run was, then every finding, row of noise and door with
// the fields of the JSON document, and what is not explained.
func (x *Export) records() []any {
	r := x.Report
	all := []any{struct {
		Record   string             `json:"record"`
		Schema   string             `json:"schema"`
		Version  string             `json:"version"`
		Time     string             `json:"time"`
		Host     string             `json:"host,omitempty"`
		Word     portlore.Word      `json:"word"`
		Sentence string             `json:"sentence"`
		Partial  bool               `json:"partial"`
		First    string             `json:"first"`
		Last     string             `json:"last"`
		Home     []portlore.HomeNet `json:"home,omitempty"`
		Totals   *portlore.Totals   `json:"totals,omitempty"`
		Hidden   uint64             `json:"hidden,omitempty"`
		Notes    []string           `json:"notes,omitempty"`
	}{"run", r.Schema, x.Version, x.Time, x.Host, r.Word, r.Sentence, r.Partial, r.First, r.Last, r.Home, x.totals(), r.Hidden, r.Notes}}
	for i := range r.Inputs {
		all = append(all, struct {
			Record string `json:"record"`
			*portlore.Input
		}{"input", &r.Inputs[i]})
	}
	for i := range r.Findings {
		all = append(all, struct {
			Record string `json:"record"`
			*portlore.Finding
		}{"finding", &r.Findings[i]})
	}
	for i := range r.Doors {
		all = append(all, struct {
			Record string `json:"record"`
			*portlore.Door
		}{"door", &r.Doors[i]})
	}
	for i := range r.Noise {
		all = append(all, struct {
			Record string `json:"record"`
			*portlore.Noise
		}{"noise", &r.Noise[i]})
	}
	if x.observed() {
		all = append(all, struct {
			Record string `json:"record"`
			*portlore.Unexplained
		}{"unexplained", &r.Unexplained})
	}
	return all
}

// observed says that the answer is about packets, and not only about doors.
func (x *Export) observed() bool { return x.Verb == "explain" }

func (x *Export) totals() *portlore.Totals {
	if !x.observed() {
		return nil
	}
	return &x.Report.Totals
}
