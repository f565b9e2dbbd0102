package report

import (
	"fmt"
	"io"
	"net/netip"
	"slices"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// An Export is an answer on its way into another program: a table, a ticket, a
// SIEM. It says the same as the text and the JSON document.
type Export struct {
	Answer  any // the document itself: *portlore.Report, *Listen…
	Report  *portlore.Report
	Verb    string // "explain", "listen", "scan"
	Version string // of portlore
	Host    string // name of the machine that the doors are of; empty: not said
	Time    string // RFC 3339: when the answer was given
	Lang    portlore.Lang
	Base    *lore.Base
}

// ExportFormats are the forms of Export.Write, as the command line names them.
func ExportFormats() []string { return []string{"jsonl", "csv", "tsv", "md", "ocsf", "ecs"} }

// Export is a report on its way out.
func (l *Listen) Export(version string, lang portlore.Lang, base *lore.Base) *Export {
	r := &portlore.Report{Schema: l.Schema, Word: l.Word, Sentence: l.Sentence, Doors: l.Doors, Notes: l.Notes}
	return &Export{Answer: l, Report: r, Verb: "listen", Version: version, Host: l.Host, Time: l.Time, Lang: lang, Base: base}
}

// Write writes the answer in one of ExportFormats. Text from evidence is inert in
// each of them: docs/exports.md says how.
func (x *Export) Write(w io.Writer, format string) error {
	switch format {
	case "csv":
		return x.table(w, ',')
	case "tsv":
		return x.table(w, '\t')
	case "md":
		return x.markdown(w)
	case "jsonl":
		return jsonLines(w, x.records())
	case "ocsf":
		return jsonLines(w, x.ocsf())
	case "ecs":
		return jsonLines(w, x.ecs())
	}
	return fmt.Errorf("no such export: %s", format)
}

// jsonLines writes one JSON document a line.
func jsonLines[T any](w io.Writer, documents []T) error {
	for _, d := range documents {
		if err := JSONLine(w, d); err != nil {
			return err
		}
	}
	return nil
}

// findings are those that another program is told of: what the reader has muted
// is not among them.
func (x *Export) findings() []*portlore.Finding {
	var all []*portlore.Finding
	for i := range x.Report.Findings {
		if f := &x.Report.Findings[i]; f.Muted == "" {
			all = append(all, f)
		}
	}
	return all
}

// alarming are the doors that a SIEM is told of: those that want something done.
func (x *Export) alarming() []*portlore.Door {
	var all []*portlore.Door
	for i := range x.Report.Doors {
		if d := &x.Report.Doors[i]; d.Word > portlore.Fine {
			all = append(all, d)
		}
	}
	return all
}

// didIt says that the subjects of a finding did what it tells of. A victim, and
// whoever's address was forged, did not: they go into no field that a program may
// take for the address of an attacker.
func didIt(f *portlore.Finding) bool { return f.Role == portlore.Actor || f.Role == portlore.Ours }

// addressesOf are those of a list that are addresses, without their zones, and
// networksOf those that stand for many. Fields for addresses take nothing else.
func addressesOf(list []string) []string {
	all := []string{}
	for _, s := range list {
		if a, err := netip.ParseAddr(s); err == nil && !slices.Contains(all, a.WithZone("").String()) {
			all = append(all, a.WithZone("").String())
		}
	}
	return all
}

func networksOf(list []string) []string {
	var all []string
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil {
			all = append(all, p.String())
		}
	}
	return all
}

// only is the one item of a list; zero: there are none, or several.
func only[T any](list []T) (one T) {
	if len(list) == 1 {
		one = list[0]
	}
	return one
}

// moment is a time of the evidence. False: it has none, or one that counts from
// the start of a machine.
func moment(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil && t.UnixNano() >= portlore.SinceBoot
}

// techniques are the ATT&CK ids of a finding: T1046, T1498.001.
func techniques(ids []string) (techniques, parts []string) {
	for _, id := range ids {
		base, sub := id, ""
		if i := slices.Index([]byte(id), '.'); i >= 0 {
			base, sub = id[:i], id
		}
		if !slices.Contains(techniques, base) {
			techniques = append(techniques, base)
		}
		if sub != "" {
			parts = append(parts, sub)
		}
	}
	return techniques, parts
}
