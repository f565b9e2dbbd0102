package files

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// The documents, field for field as FORMAT.md has them.

// Port is port/NNNNN.yaml.
type Port struct {
	Port      Range    `yaml:"port"`
	Service   string   `yaml:"service"`
	Family    string   `yaml:"family"`
	Transport []string `yaml:"transport"`
	Title     Text     `yaml:"title"`
	Names     []struct {
		Name      string   `yaml:"name"`
		Transport []string `yaml:"transport"`
	} `yaml:"names"`
	Search  []string `yaml:"search"`
	Expose  string   `yaml:"expose"`
	Related []uint16 `yaml:"related"`
	Claims  []Claim  `yaml:"claims"`
	Check   Text     `yaml:"check"`
	Close   struct {
		Linux   string `yaml:"linux"`
		Windows string `yaml:"windows"`
	} `yaml:"close"`
}

// Claim is one statement of a Port.
type Claim struct {
	ID         string   `yaml:"id"`
	Kind       string   `yaml:"kind"`
	Situation  string   `yaml:"situation"`
	Transport  []string `yaml:"transport"`
	EN         string   `yaml:"en"`
	ZH         string   `yaml:"zh"`
	Era        Era      `yaml:"era"`
	Sources    []string `yaml:"sources"`
	Confidence string   `yaml:"confidence"`
	Threat     string   `yaml:"threat"`
	Value      struct {
		BAF string `yaml:"baf"`
	} `yaml:"value"`
	CVE    []string `yaml:"cve"`
	Attack []string `yaml:"attack"`
}

// Threat is threat/ID.yaml.
type Threat struct {
	Threat   string   `yaml:"threat"`
	Names    Text     `yaml:"names"`
	Aliases  []string `yaml:"aliases"`
	Kind     string   `yaml:"kind"`
	Platform string   `yaml:"platform"`
	Era      Era      `yaml:"era"`
	Ports    []struct {
		Port       Range    `yaml:"port"`
		Transport  []string `yaml:"transport"`
		Confidence string   `yaml:"confidence"`
	} `yaml:"ports"`
	Text    Text     `yaml:"text"`
	Sources []string `yaml:"sources"`
}

// Class is class/ID.yaml.
type Class struct {
	Class   string   `yaml:"class"`
	Kind    string   `yaml:"kind"` // may repeat what classes.tsv says
	Title   Text     `yaml:"title"`
	Titles  Text     `yaml:"titles"`
	Noise   Text     `yaml:"noise"`
	Means   Text     `yaml:"means"`
	Do      []Text   `yaml:"do"`
	Unless  []Text   `yaml:"unless"`
	Attack  []string `yaml:"attack"`
	Sources []string `yaml:"sources"`
}

// Source is source/ID.yaml.
type Source struct {
	Source string `yaml:"source"`
	Title  string `yaml:"title"`
	By     string `yaml:"by"`
	Year   string `yaml:"year"`
	Kind   string `yaml:"kind"`
	Where  string `yaml:"where"`
	Reuse  string `yaml:"reuse"`
}

// Family is one item of families.yaml.
type Family struct {
	Family string   `yaml:"family"`
	Title  Text     `yaml:"title"`
	TCP    []uint16 `yaml:"tcp"`
	UDP    []uint16 `yaml:"udp"`
}

// Text is one sentence in both languages.
type Text struct {
	EN string `yaml:"en"`
	ZH string `yaml:"zh"`
}

// Era is from when to when something was true. Zero: not known.
type Era struct {
	From int `yaml:"from"`
	To   int `yaml:"to"`
}

// Range is one port, or {from: 6970, to: 7170}.
type Range struct {
	From uint16 `yaml:"from"`
	To   uint16 `yaml:"to"`
}

// ClassLine is one line of classes.tsv.
type ClassLine struct {
	Line         int
	ID           string // without the "<...>" of an open class
	Open         bool
	Kind         string
	Word         portlore.Word
	SeverityLow  portlore.Severity
	SeverityHigh portlore.Severity
	Says         [4]string // what evidence of the kinds L, F, N, P can say at most: is, like, no; of an attribute "" too
	Role         portlore.Role
	Note         string
}

// readClassList reads classes.tsv: id, what, word, severity, four columns of
// evidence kinds, role, note.
func (t *Tree) readClassList(fsys fs.FS) error {
	const name = "classes.tsv"
	return lines(fsys, name, func(n int, cols []string) {
		if cols[0] == "id" {
			return
		}
		if len(cols) < 9 {
			t.problem(name, n, 1, "want 10 columns")
			return
		}
		c := ClassLine{Line: n, ID: cols[0], Kind: cols[1], Says: [4]string(cols[4:8]), Note: append(cols, "")[9]}
		for _, says := range c.Says {
			if !slices.Contains([]string{"is", "like", "no", ""}, says) {
				t.problem(name, n, 1, fmt.Sprintf("%q is none of is, like, no", says))
			}
		}
		if id, _, ok := strings.Cut(c.ID, ".<"); ok {
			c.ID, c.Open = id, true
		}
		low, high, ok := strings.Cut(cols[3], "-")
		if !ok {
			high = low
		}
		for _, err := range []error{
			parse(&c.Word, cols[2], portlore.Fix),
			parse(&c.SeverityLow, low, portlore.Critical),
			parse(&c.SeverityHigh, high, portlore.Critical),
			parse(&c.Role, cols[8], portlore.Ours),
		} {
			if err != nil {
				t.problem(name, n, 1, err.Error())
			}
		}
		t.List = append(t.List, c)
	})
}

// parse finds the value that is written s, from zero to last. Empty is zero.
func parse[T interface {
	~uint8
	String() string
}](p *T, s string, last T) error {
	if s == "" {
		return nil
	}
	for v := T(0); v <= last; v++ {
		if v.String() == s {
			*p = v
			return nil
		}
	}
	return fmt.Errorf("%q is no %s", s, strings.ToLower(strings.TrimPrefix(fmt.Sprintf("%T", last), "portlore.")))
}

// Term is one line of glossary.tsv.
type Term struct {
	Line int
	EN   string
	ZH   string
	Note string
}

func (t *Tree) readGlossary(fsys fs.FS) error {
	return lines(fsys, "glossary.tsv", func(n int, cols []string) {
		if cols[0] == "en" {
			return
		}
		cols = append(cols, "", "")
		t.Glossary = append(t.Glossary, Term{n, cols[0], cols[1], cols[2]})
	})
}
