package report

import (
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/lore"
)

// Port is everything `port` answers. Its sentences are in one language; ids
// are in none.
type Port struct {
	Schema  string                `json:"schema"` // "portlore/port/1"
	Queries []PortQuery           `json:"queries"`
	Sources map[string]PortSource `json:"sources"` // those that are cited

	lang portlore.Lang
}

// PortQuery is one question and its answers, the best first. There is no
// answer when it has neither results nor threats.
type PortQuery struct {
	Query   string       `json:"query"`
	Results []PortResult `json:"results"`
	Threats []PortThreat `json:"threats"` // that the question names
}

// PortResult is what is known of one port.
type PortResult struct {
	Port       uint16         `json:"port"`
	To         uint16         `json:"to,omitempty"` // the last port, of an entry about a range
	Transport  string         `json:"transport"`    // the one asked for, or the main one
	Known      bool           `json:"known"`        // some table has it
	Name       string         `json:"name"`         // empty: no table has one
	Title      string         `json:"title"`
	Names      []PortName     `json:"names"`
	Situations PortSituations `json:"situations"`
	Expose     string         `json:"expose"` // never, restrict, ok; empty: nobody has judged it
	Claims     []PortClaim    `json:"claims"`
	Threats    []PortThreat   `json:"threats"`
	Check      string         `json:"check"`
	Close      PortClose      `json:"close"`
	Related    []uint16       `json:"related"`
	Range      string         `json:"range"` // system, user, dynamic

	meant bool // it is what was asked for, not only near it
}

// PortName is a name of a port and who gave it.
type PortName struct {
	Name         string   `json:"name"`
	Transports   []string `json:"transports"` // empty: any
	Origin       string   `json:"origin"`     // iana, custom
	Status       string   `json:"status"`     // of the registry; "in use" for custom
	Description  string   `json:"description"`
	Reference    string   `json:"reference"`
	Unauthorised string   `json:"unauthorised"` // what the registry notes of use without registration
}

// PortSituations are the claims put together, one text for each situation.
type PortSituations struct {
	Probed   string `json:"probed"`
	Open     string `json:"open"`
	Outbound string `json:"outbound"`
}

// PortClaim is one statement with its evidence.
type PortClaim struct {
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Situation  string   `json:"situation"`
	Transports []string `json:"transports"` // empty: all of the port's
	Text       string   `json:"text"`
	Era        PortEra  `json:"era"`
	Sources    []string `json:"sources"`
	Confidence string   `json:"confidence"`
	Threat     string   `json:"threat,omitempty"`
	BAF        string   `json:"baf,omitempty"`
	CVE        []string `json:"cve,omitempty"`
	Attack     []string `json:"attack,omitempty"`
}

// PortEra is from when to when; null where it is not known, or not over.
type PortEra struct {
	From *int `json:"from"`
	To   *int `json:"to"`
}

// PortThreat is a threat that uses a port.
type PortThreat struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Aliases    []string `json:"aliases"`
	Kind       string   `json:"kind"`
	Platform   string   `json:"platform"` // empty: not known
	Era        PortEra  `json:"era"`
	Confidence string   `json:"confidence"` // that it uses the port; empty: no port was asked for
	Ports      []string `json:"ports"`      // "7626/tcp"
	Text       string   `json:"text"`
	Sources    []string `json:"sources"`

	meant bool
}

// PortClose are the commands that close a port.
type PortClose struct {
	Linux   string `json:"linux"`
	Windows string `json:"windows"`
}

// PortSource is where claims come from.
type PortSource struct {
	Title string `json:"title"`
	Year  string `json:"year"` // empty: not known
	Kind  string `json:"kind"`
	Where string `json:"where"`
}

// PortFilter narrows answers. The zero value lets everything through.
type PortFilter struct {
	Expose string // only ports of this judgement: never, restrict, ok
	Threat bool   // only threats and the ports that threats use
}

// NewPort answers questions in one language.
func NewPort(base *lore.Base, lang portlore.Lang, filter PortFilter, queries ...string) (*Port, error) {
	r := &Port{Schema: "portlore/port/1", Queries: []PortQuery{}, Sources: map[string]PortSource{}, lang: lang}
	a := asker{base, lang}
	for _, text := range queries {
		ports, byNumber, err := lore.ParsePorts(text)
		if err != nil {
			return nil, err
		}
		q := PortQuery{Query: safetext.Clean(text)}
		switch {
		case text == "":
			q.Results = a.everything()
		case byNumber:
			q.Results = a.numbers(ports)
		default:
			q.Results, q.Threats = a.words(text)
		}
		r.Queries = append(r.Queries, filter.apply(q))
	}
	r.cite(base)
	return r, nil
}

// Answered says whether every question has an answer.
func (r *Port) Answered() bool {
	return !slices.ContainsFunc(r.Queries, func(q PortQuery) bool { return len(q.Results)+len(q.Threats) == 0 })
}

func (f PortFilter) apply(q PortQuery) PortQuery {
	q.Results = slices.DeleteFunc(some(q.Results), func(r PortResult) bool {
		return f.Expose != "" && r.Expose != f.Expose || f.Threat && len(r.Threats) == 0
	})
	if q.Threats = some(q.Threats); f.Expose != "" {
		q.Threats = []PortThreat{}
	}
	return q
}

// cite collects the sources of everything that is said.
func (r *Port) cite(base *lore.Base) {
	cite := func(ids []string) {
		for _, id := range ids {
			if s, ok := base.Source(id); ok {
				r.Sources[id] = PortSource{Title: s.Title, Year: s.Year, Kind: s.Kind, Where: s.Where}
			}
		}
	}
	for _, q := range r.Queries {
		for _, t := range q.Threats {
			cite(t.Sources)
		}
		for _, res := range q.Results {
			for _, c := range res.Claims {
				cite(c.Sources)
			}
			for _, t := range res.Threats {
				cite(t.Sources)
			}
		}
	}
}

func era(e lore.Era) PortEra {
	var out PortEra
	if e.From != 0 {
		out.From = &e.From
	}
	if e.To != 0 {
		out.To = &e.To
	}
	return out
}

// some is a list that JSON writes as [] when it is empty.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// sentences joins texts as the language does.
func sentences(lang portlore.Lang, list []string) string {
	if lang == portlore.Chinese {
		return strings.Join(list, "")
	}
	return strings.Join(list, " ")
}
