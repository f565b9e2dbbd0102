package report

import (
	"cmp"
	"io"
	"slices"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// Scan is what `scan` answers: the open doors of other machines, the worst first.
type Scan struct {
	Schema   string        `json:"schema"` // "portlore/scan/1"
	Word     portlore.Word `json:"word"`   // the worst word of the doors
	Sentence string        `json:"sentence"`
	Partial  bool          `json:"partial"` // stopped before the end
	Time     string        `json:"time"`    // RFC 3339: when it began
	Seconds  float64       `json:"seconds"`
	Packets  uint64        `json:"packets"` // to find out which ports answer; what is behind them was asked on top of that
	Method   string        `json:"method"`  // of the TCP ports: connect or syn
	Ports    ScanPorts     `json:"ports"`
	Allowed  []ScanAllowed `json:"allowed"`
	Targets  []ScanTarget  `json:"targets"` // that answered, in the order of their addresses
	Quiet    ScanQuiet     `json:"quiet"`
	Changes  ScanChanges   `json:"changes,omitzero"` // since an earlier scan, if one was given
	Notes    []string      `json:"notes,omitempty"`
}

// ScanSchema names the format of Scan.
const ScanSchema = "portlore/scan/1"

// ScanPorts are the ports that each host was asked for, as lists of numbers and
// ranges: "22,80-82".
type ScanPorts struct {
	TCP      string `json:"tcp"`
	UDP      string `json:"udp"`
	TCPCount int    `json:"tcp_count"`
	UDPCount int    `json:"udp_count"`
}

// ScanAllowed is why some of the addresses were scanned.
type ScanAllowed struct {
	Reason string   `json:"reason"` // own, link, registered, authorized
	Why    string   `json:"why"`    // in the words of whoever answered for it; empty: nobody had to
	Hosts  uint64   `json:"hosts"`
	Ranges []string `json:"ranges"` // "192.0.2.1" or "192.0.2.1-192.0.2.9"
}

// A ScanTarget is one host that answered.
type ScanTarget struct {
	Address  string          `json:"address"`
	Name     string          `json:"name"`  // by which it was asked for; empty: by its address
	Doors    []portlore.Door `json:"doors"` // that are open, the worst first
	Closed   uint64          `json:"closed"`
	Filtered uint64          `json:"filtered"`
	Unknown  uint64          `json:"unknown"` // UDP ports that kept silent: closed, filtered or waiting for another question
	TCP      ScanCounts      `json:"tcp"`
	UDP      ScanCounts      `json:"udp"`
}

// ScanCounts are ports of one transport by what is known of them.
type ScanCounts struct {
	Open     uint64 `json:"open"`
	Closed   uint64 `json:"closed"`
	Filtered uint64 `json:"filtered"`
	Unknown  uint64 `json:"unknown"`
}

// ScanQuiet counts the addresses that are not among the targets.
type ScanQuiet struct {
	Silent  uint64 `json:"silent"`   // asked for ports, and nothing came back
	Absent  uint64 `json:"absent"`   // nobody is there
	Refused uint64 `json:"refused"`  // not asked: the permission ended meanwhile
	Unasked uint64 `json:"unasked"`  // not reached before the end
	LeftOut uint64 `json:"left_out"` // broadcast and metadata addresses, which are never asked
}

// ScanChanges are the differences between two scans.
type ScanChanges struct {
	Since   string          `json:"since"` // RFC 3339: when the earlier one was made
	New     []portlore.Door `json:"new"`
	Changed []portlore.Door `json:"changed"` // as they are now
	Gone    []portlore.Door `json:"gone"`    // as they were
	Unasked uint64          `json:"unasked"` // doors that only one of the two asked for, and of which nothing is said
}

// Finish puts judged doors into order and adds up the words.
func (s *Scan) Finish(lang portlore.Lang) {
	s.Schema = ScanSchema
	for i := range s.Targets {
		t := &s.Targets[i]
		slices.SortStableFunc(t.Doors, func(a, b portlore.Door) int {
			return cmp.Or(cmp.Compare(b.Word, a.Word), cmp.Compare(a.Port, b.Port), cmp.Compare(a.Proto, b.Proto))
		})
		t.Closed, t.Filtered, t.Unknown = t.TCP.Closed+t.UDP.Closed, t.TCP.Filtered+t.UDP.Filtered, t.TCP.Unknown+t.UDP.Unknown
		for _, d := range t.Doors {
			s.Word = max(s.Word, d.Word)
		}
	}
	s.Sentence = s.sentence(lang)
}

// sentence says whether anything must be done.
func (s *Scan) sentence(lang portlore.Lang) string {
	var n [portlore.Fix + 1]uint64
	open := 0
	for _, t := range s.Targets {
		for _, d := range t.Doors {
			n[d.Word]++
			open++
		}
	}
	switch {
	case open > 0:
		return wordsSentence(n, lang)
	case s.Partial:
		return portlore.Text{EN: "Nothing open was found so far.", ZH: "目前为止没有发现开放端口。"}.In(lang)
	case len(s.Targets) == 0:
		return portlore.Text{EN: "Nobody answered.", ZH: "没有主机应答。"}.In(lang)
	}
	return portlore.Text{EN: "Nothing to do: no door is open.", ZH: "没有需要处理的事：没有开放的端口。"}.In(lang)
}

// Doors are the doors of all targets.
func (s *Scan) Doors() (all []portlore.Door) {
	for _, t := range s.Targets {
		all = append(all, t.Doors...)
	}
	return all
}

// JSON writes the answer for programs.
func (s *Scan) JSON(w io.Writer) error { return JSON(w, s) }

// Export is a report on its way out.
func (s *Scan) Export(version string, lang portlore.Lang, base *lore.Base) *Export {
	r := &portlore.Report{Schema: s.Schema, Word: s.Word, Sentence: s.Sentence, Partial: s.Partial, Doors: s.Doors(), Notes: s.Notes}
	return &Export{Answer: s, Report: r, Verb: "scan", Version: version, Time: s.Time, Lang: lang, Base: base}
}

// ScanStyle is how a Scan is shown.
type ScanStyle struct {
	Lang  portlore.Lang
	Color bool
	All   bool // every row and story; false: as many as anybody reads
	Base  *lore.Base
}

// Summary is the verdict and what was asked, in a line.
func (s *Scan) Summary(lang portlore.Lang) string {
	p := scanPage{explainPage: explainPage{ExplainStyle: ExplainStyle{Lang: lang}}, s: s}
	line := s.Sentence + p.say(" ", "") + p.coverage() + p.end()
	if s.Partial {
		line = p.partial() + p.say(" ", "") + line
	}
	return line
}

// Text writes the answer for people: verdict first. No line is wider than 80
// columns.
func (s *Scan) Text(w io.Writer, style ScanStyle) error {
	p := scanPage{explainPage: explainPage{
		r:            &portlore.Report{Doors: s.Doors()},
		ExplainStyle: ExplainStyle{Lang: style.Lang, Color: style.Color, All: style.All, Base: style.Base},
	}, s: s}
	p.screen()
	_, err := io.WriteString(w, p.b.String())
	return err
}
