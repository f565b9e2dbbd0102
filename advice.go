package portlore

// Advice is one thing that can be done about a finding, written out, or the
// reason why it is not offered. It is printed and never carried out.
type Advice struct {
	Kind    string `json:"kind"`    // verify, block, close, contain, limit, reject, allow, quiet, ask, report
	Tool    string `json:"tool"`    // what runs the command; empty: nothing to run
	Title   string `json:"title"`   // what it is for, and on what condition
	Command string `json:"command"` // lines to paste as they are; empty: see Text or WhyNot
	Undo    string `json:"undo"`    // the command that takes it back; empty: nothing to take back
	Text    string `json:"text"`    // what to mind; of kinds ask and report, the text to send
	WhyNot  string `json:"why_not"` // why it is not offered; empty: it is
}

// Contact is a subject that our own hosts spoke to of their own accord: whoever
// blocks it also loses what they wanted there.
type Contact struct {
	Address  string    `json:"address"`  // as it stands among the subjects
	Services []Service `json:"services"` // what they asked it for, the busiest first, at most 8
}
