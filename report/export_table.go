package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// An exportRow is one finding, row of noise or door, or what is not explained.
type exportRow struct {
	record  string
	finding *portlore.Finding
	noise   *portlore.Noise
	door    *portlore.Door
	count   uint64 // observations of the records that are none of these
}

// A column of the table: its name, and what stands in it.
type column struct {
	name string
	of   func(*exportRow) string
}

// table writes rows under a head. `explain` has the columns of findings and those
// of doors, the other verbs those of doors.
func (x *Export) table(w io.Writer, comma rune) error {
	columns := append([]column{{"record", func(r *exportRow) string { return r.record }}}, doorColumns()...)
	if x.observed() {
		columns = append(columns[:1:1], append(findingColumns(), doorColumns()[2:]...)...)
	}
	out := csv.NewWriter(w)
	out.Comma = comma
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.name
	}
	out.Write(head) // csv.Writer keeps its first error
	for _, row := range x.rows() {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = harmlessCell(c.of(&row))
		}
		out.Write(cells)
	}
	out.Flush()
	return out.Error()
}

func (x *Export) rows() []exportRow {
	var rows []exportRow
	r := x.Report
	for i := range r.Findings {
		rows = append(rows, exportRow{record: "finding", finding: &r.Findings[i]})
	}
	for i := range r.Doors {
		rows = append(rows, exportRow{record: "door", door: &r.Doors[i]})
	}
	for i := range r.Noise {
		rows = append(rows, exportRow{record: "noise", noise: &r.Noise[i]})
	}
	if x.observed() {
		rows = append(rows, exportRow{record: "unexplained", count: r.Unexplained.Observations})
		if r.Hidden > 0 {
			rows = append(rows, exportRow{record: "hidden", count: r.Hidden})
		}
	}
	return rows
}

// harmlessCell is a cell that no spreadsheet takes for a formula: before = + - @
// TAB and CR, and before the full-width forms of the first four, stands an
// apostrophe. What is a number stays one.
func harmlessCell(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	clean := safetext.Clean(s)
	if _, err := strconv.ParseFloat(s, 64); err != nil && strings.ContainsRune("=+-@\t\r＝＋－＠", first) && s != "" {
		return "'" + clean
	}
	return clean
}

// findingColumns are those of findings and noise. The columns word and title are
// shared with doors.
func findingColumns() []column {
	f := func(name string, finding func(*portlore.Finding) string, noise func(*portlore.Noise) string) column {
		return column{name, func(r *exportRow) string {
			switch {
			case r.finding != nil:
				return finding(r.finding)
			case r.noise != nil && noise != nil:
				return noise(r.noise)
			}
			return ""
		}}
	}
	count := func(n uint64) string { return strconv.FormatUint(n, 10) }
	list := func(items []string) string { return strings.Join(items, " ") }
	return []column{
		{"word", wordOf},
		{"title", titleOf},
		f("severity", func(f *portlore.Finding) string { return f.Severity.String() }, func(*portlore.Noise) string { return portlore.Info.String() }),
		f("class", func(f *portlore.Finding) string { return f.Class }, func(n *portlore.Noise) string { return n.Class }),
		f("family", func(*portlore.Finding) string { return "" }, func(n *portlore.Noise) string { return n.Family }),
		f("role", func(f *portlore.Finding) string { return f.Role.String() }, nil),
		f("subjects", func(f *portlore.Finding) string { return list(f.Subjects) }, func(n *portlore.Noise) string { return list(n.Subjects) }),
		f("targets", func(f *portlore.Finding) string { return list(f.Targets) }, nil),
		f("services", func(f *portlore.Finding) string { return services(f.Services) }, func(n *portlore.Noise) string { return services(n.Services) }),
		{"observations", func(r *exportRow) string {
			switch {
			case r.finding != nil:
				return count(r.finding.Observations)
			case r.noise != nil:
				return count(r.noise.Observations)
			case r.door != nil:
				return ""
			}
			return count(r.count)
		}},
		f("packets", func(f *portlore.Finding) string { return count(f.Packets) }, func(n *portlore.Noise) string { return count(n.Packets) }),
		f("sources", func(f *portlore.Finding) string { return count(f.Sources) }, func(n *portlore.Noise) string { return count(n.Sources) }),
		f("first", func(f *portlore.Finding) string { return f.First }, nil),
		f("last", func(f *portlore.Finding) string { return f.Last }, nil),
		f("blocked", func(f *portlore.Finding) string { return count(f.Outcome.Blocked) }, nil),
		f("accepted", func(f *portlore.Finding) string { return count(f.Outcome.Accepted) }, nil),
		f("answered", func(f *portlore.Finding) string { return count(f.Outcome.Answered) }, nil),
		f("unsaid", func(f *portlore.Finding) string { return count(f.Outcome.Unsaid) }, nil),
		f("confidence", func(f *portlore.Finding) string { return strconv.FormatFloat(f.Confidence.P, 'g', 4, 64) }, nil),
		f("attack", func(f *portlore.Finding) string { return list(f.Attack) }, nil),
		f("means", func(f *portlore.Finding) string { return f.Means }, nil),
		f("do", func(f *portlore.Finding) string { return list(f.Do) }, nil),
		f("unless", func(f *portlore.Finding) string { return strings.Join(f.Unless, "; ") }, nil),
		f("muted", func(f *portlore.Finding) string { return f.Muted }, nil),
		f("id", func(f *portlore.Finding) string { return f.ID }, nil),
	}
}

// doorColumns are those of doors.
func doorColumns() []column {
	d := func(name string, of func(*portlore.Door) string) column {
		return column{name, func(r *exportRow) string {
			if r.door == nil {
				return ""
			}
			return of(r.door)
		}}
	}
	return []column{
		{"word", wordOf},
		{"title", titleOf},
		d("reach", func(d *portlore.Door) string { return d.Reach }),
		d("state", func(d *portlore.Door) string { return d.State }),
		d("address", func(d *portlore.Door) string { return d.Address }),
		d("proto", func(d *portlore.Door) string { return d.Proto }),
		d("port", func(d *portlore.Door) string { return strconv.Itoa(int(d.Port)) }),
		d("process", func(d *portlore.Door) string { return d.Process.Name }),
		d("pid", func(d *portlore.Door) string {
			if d.Process.PID == 0 {
				return ""
			}
			return strconv.Itoa(d.Process.PID)
		}),
		d("user", func(d *portlore.Door) string { return d.Process.User }),
		d("unit", func(d *portlore.Door) string { return d.Process.Unit }),
		d("service", func(d *portlore.Door) string { return d.Service.Name }),
		d("product", func(d *portlore.Door) string { return strings.TrimSpace(d.Service.Product + " " + d.Service.Version) }),
		d("proof", func(d *portlore.Door) string { return d.Service.Proof }),
		d("door_means", func(d *portlore.Door) string { return d.Means }),
		d("door_do", func(d *portlore.Door) string { return strings.Join(d.Do, " ") }),
	}
}

// wordOf is the word of JSON, in every language.
func wordOf(r *exportRow) string {
	switch {
	case r.finding != nil:
		return r.finding.Word.String()
	case r.door != nil:
		return r.door.Word.String()
	case r.noise != nil:
		return portlore.Fine.String()
	}
	return ""
}

func titleOf(r *exportRow) string {
	switch {
	case r.finding != nil:
		return r.finding.Title
	case r.door != nil:
		return r.door.Why
	case r.noise != nil:
		return r.noise.Title
	}
	return ""
}

// services are ports with their transports: 23/tcp 2323/tcp.
func services(list []portlore.Service) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = fmt.Sprintf("%d/%s", s.Port, s.Proto)
	}
	return strings.Join(names, " ")
}
