package portlore

// A Test is one figure that a detector compared with a bound on the way to a
// verdict. Tests are kept only when the reader asks why.
type Test struct {
	Detector string  `json:"detector"`
	Class    string  `json:"class"` // the class that it speaks for
	Kind     string  `json:"kind"`  // of which packets: syn, udp, echo…
	Text     string  `json:"text"`  // what was measured
	Have     float64 `json:"have"`
	Bound    string  `json:"bound"` // "least" or "most": which side of Need is wanted
	Need     float64 `json:"need"`
	Passed   bool    `json:"passed"`
}

// An Opinion is what one detector made of a single observation.
type Opinion struct {
	Detector string `json:"detector"`
	Class    string `json:"class,omitempty"` // what it took the observation for; empty: it left it to others
	Tests    []Test `json:"tests,omitempty"` // what it measured; empty: nothing that it measures was there
}
