package portlore

// A Report is everything `explain` answers. Text, JSON, HTML and the exports
// are renderers of it. Its sentences are in one language; ids are in none.
type Report struct {
	Schema      string      `json:"schema"` // "portlore/explain/1"
	Word        Word        `json:"word"`   // the worst word of the findings
	Sentence    string      `json:"sentence"`
	Partial     bool        `json:"partial"` // stopped before the end of the evidence
	First       string      `json:"first"`   // RFC 3339; empty: the evidence has no times
	Last        string      `json:"last"`
	Home        []HomeNet   `json:"home"`
	Inputs      []Input     `json:"inputs"`
	Findings    []Finding   `json:"findings"`
	Noise       []Noise     `json:"noise"`
	Families    []Noise     `json:"families"` // the same noise as people see it: one row a family
	Doors       []Door      `json:"doors"`
	Unexplained Unexplained `json:"unexplained"`
	Totals      Totals      `json:"totals"`

	Hidden    uint64    `json:"hidden,omitempty"`    // observations of findings and noise that the reader did not ask for
	Notes     []string  `json:"notes,omitempty"`     // what was left out or compared at the reader's wish
	Detectors []Opinion `json:"detectors,omitempty"` // of a single observation, when the reader asked why
	Charts    *Charts   `json:"-"`                   // nil: nobody draws
}

// HomeNet is a network that is ours, and how that is known.
type HomeNet struct {
	Net string `json:"net"`
	How string `json:"how"` // "given" or "inferred"
}

// Input is one file of evidence and the account of its lines:
// Lines = Understood + Other + Malformed.
type Input struct {
	Name        string      `json:"name"`
	Format      string      `json:"format"` // empty: not recognised
	Bytes       int64       `json:"bytes"`  // after decompression
	Lines       int64       `json:"lines"`
	Understood  int64       `json:"understood"`
	Other       int64       `json:"other"` // not our business
	Malformed   int64       `json:"malformed"`
	Errors      []LineError `json:"errors"` // the first three
	From        string      `json:"from"`   // RFC 3339; empty: not said
	To          string      `json:"to"`
	Zone        string      `json:"zone"` // "stated", "assumed", or "" without times
	ClockJumps  ClockJumps  `json:"clock_jumps"`
	DuplicateOf string      `json:"duplicate_of"`
	Unread      string      `json:"unread"` // why it was not read to its end; empty: it was
	Notes       []string    `json:"notes"`  // what was assumed or cut
}

// ClockJumps says how often time ran back by more than a minute from one record
// to the next. The zero value: it never did.
type ClockJumps struct {
	Count   int64 `json:"count"`
	Seconds int64 `json:"seconds"` // the longest of them
	Line    int64 `json:"line"`    // where that was, from 1
}

// LineError is a record that could not be read, and where.
type LineError struct {
	Line   int64  `json:"line"`   // from 1
	Column int    `json:"column"` // in bytes, from 1
	Error  string `json:"error"`
}

// Noise is what needs no attention, grouped by class and family.
type Noise struct {
	Class        string    `json:"class"`
	Family       string    `json:"family"` // of the closed list lore/data/families.yaml
	Title        string    `json:"title"`
	Observations uint64    `json:"observations"`
	Packets      uint64    `json:"packets"`
	Share        float64   `json:"share"` // of all observations, 0 to 1
	Sources      uint64    `json:"sources"`
	Services     []Service `json:"services"`
	Subjects     []string  `json:"subjects"` // at most 100
	SubjectsMore uint64    `json:"subjects_more"`
	Advice       []Advice  `json:"advice"`

	New    bool   `json:"new,omitempty"` // not in the baseline
	Series Series `json:"-"`             // see Charts
}

// Unexplained is what no verdict covers.
type Unexplained struct {
	Observations uint64   `json:"observations"`
	Examples     []string `json:"examples"`
	Series       Series   `json:"-"` // see Charts
}

// Totals count everything that was understood. Observations is the sum over
// findings, noise and unexplained, to the last one.
type Totals struct {
	Observations uint64 `json:"observations"`
	Packets      uint64 `json:"packets"`
	Sources      uint64 `json:"sources"`
	Targets      uint64 `json:"targets"`
}
