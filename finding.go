package portlore

import "fmt"

// Word says what the reader must do. The order is the order of urgency.
type Word uint8

const (
	Fine  Word = iota // nothing: noise or ordinary use
	Note              // worth knowing
	Check             // only the owner can tell
	Fix               // act now
)

// String is the word as it stands in JSON, in every language.
func (w Word) String() string { return [...]string{"fine", "NOTE", "CHECK", "FIX"}[w] }

func (w Word) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText takes what MarshalText wrote.
func (w *Word) UnmarshalText(text []byte) error {
	for *w = Fine; *w <= Fix; *w++ {
		if w.String() == string(text) {
			return nil
		}
	}
	*w = Fine
	return fmt.Errorf("word %q: want fine, NOTE, CHECK or FIX", text)
}

// Severity is for machines; people get a Word.
type Severity uint8

const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

func (s Severity) String() string {
	return [...]string{"info", "low", "medium", "high", "critical"}[s]
}

func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Role is the part that the subjects of a finding play.
type Role uint8

const (
	Actor  Role = iota // the subjects did it
	Victim             // the subjects suffer it
	Forged             // somebody else wrote the subjects' addresses
	Ours               // the subjects are our own hosts
)

func (r Role) String() string { return [...]string{"actor", "victim", "forged", "ours"}[r] }

func (r Role) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Confidence is how sure a verdict is, and why.
type Confidence struct {
	P   float64 `json:"p"`   // 0 to 1
	Why string  `json:"why"` // one sentence
}

// A Finding is one answer to "what am I seeing?".
type Finding struct {
	ID           string     `json:"id"`    // hash of class and subjects, stable from run to run
	Class        string     `json:"class"` // of the closed list lore/data/classes.tsv
	Also         []string   `json:"also"`  // other classes of the same subjects, not counted here
	Word         Word       `json:"word"`
	Severity     Severity   `json:"severity"`
	Confidence   Confidence `json:"confidence"`
	Title        string     `json:"title"`
	Role         Role       `json:"role"`
	Subjects     []string   `json:"subjects"` // addresses seen sending, at most 100
	Targets      []string   `json:"targets"`  // addresses seen receiving, at most 100
	Services     []Service  `json:"services"`
	Observations uint64     `json:"observations"`
	Packets      uint64     `json:"packets"`
	Sources      uint64     `json:"sources"` // how many distinct subjects there are
	First        string     `json:"first"`   // RFC 3339; empty: not said
	Last         string     `json:"last"`
	Outcome      Outcome    `json:"outcome"`
	Attributes   []string   `json:"attributes"` // technique, tool, pace…
	Attack       []string   `json:"attack"`     // MITRE ATT&CK technique ids
	Evidence     []Evidence `json:"evidence"`   // the first few places
	Facts        []string   `json:"facts"`      // what was counted, in words
	Means        string     `json:"means"`
	Do           []string   `json:"do"`
	Unless       []string   `json:"unless"` // what would make this wrong
	Lore         []string   `json:"lore"`   // ids of lore entries
	Contacts     []Contact  `json:"contacts"`
	Advice       []Advice   `json:"advice"`

	Rules []string `json:"rules,omitempty"` // of sensors, by which they spoke of it: the first three
	New   bool     `json:"new,omitempty"`   // not in the baseline
	Muted string   `json:"muted,omitempty"` // the reader's reason to hear no more of it; empty: not muted
	Tests []Test   `json:"tests,omitempty"` // what was measured, when the reader asked why

	Series Series `json:"-"` // see Charts
}

// Service is a port with the name that lore gives it. The name is known only
// from the number.
type Service struct {
	Proto string `json:"proto"`
	Port  uint16 `json:"port"`
	Name  string `json:"name"` // empty: no table has one
}

// Outcome counts observations by what became of them.
type Outcome struct {
	Blocked  uint64 `json:"blocked"`
	Accepted uint64 `json:"accepted"`
	Answered uint64 `json:"answered"` // of the others, how many are known to be answered
	Unsaid   uint64 `json:"unsaid"`
}

// Evidence is a place where it can be read.
type Evidence struct {
	File string `json:"file"`
	Line int64  `json:"line"`
}
