package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// JSONLine writes any document on a line of its own, harmless as JSON does.
func JSONLine(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(escapeJSON(text), '\n'))
	return err
}

// A ScanLine is one open door as it is written when it is found.
type ScanLine struct {
	Schema string `json:"schema"` // "portlore/scan/1"
	portlore.Door
	Name string `json:"name"` // by which the host was asked for; empty: by its address
}

// scanColumns are those of the tables for other programs.
var scanColumns = []string{"word", "address", "name", "port", "proto", "service", "product", "version", "tls", "proof", "banner", "checks", "why"}

// scanRows are the open doors, a row each.
func (s *Scan) scanRows() (rows [][]string) {
	for _, t := range s.Targets {
		for _, d := range t.Doors {
			var checks []string
			for _, c := range d.Checks {
				checks = append(checks, c.ID)
			}
			row := []string{
				d.Word.String(), d.Address, t.Name, strconv.Itoa(int(d.Port)), d.Proto, d.Service.Name, d.Service.Product, d.Service.Version,
				strconv.FormatBool(d.Service.TLS), d.Service.Proof, d.Service.Banner, strings.Join(checks, " "), d.Why,
			}
			for i := range row {
				row[i] = safetext.Clean(row[i])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// CSV writes a row for each open door (RFC 4180). What a spreadsheet would take for
// a formula gets a ' before it: banners are written by others.
func (s *Scan) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(scanColumns)
	for _, row := range s.scanRows() {
		for i := range row {
			row[i] = noFormula(row[i])
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// noFormula keeps a spreadsheet from calculating what is text.
func noFormula(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

// TSV writes a row for each open door. No field has a tab or a line end in it.
func (s *Scan) TSV(w io.Writer) error {
	var b bytes.Buffer
	for _, row := range append([][]string{scanColumns}, s.scanRows()...) {
		for i := range row {
			row[i] = noFormula(row[i])
		}
		b.WriteString(strings.Join(row, "\t") + "\n")
	}
	_, err := w.Write(b.Bytes())
	return err
}

// Markdown writes the answer for a ticket or a wiki.
func (s *Scan) Markdown(w io.Writer, style ScanStyle) error {
	p := scanPage{explainPage: explainPage{r: &portlore.Report{Doors: s.Doors()}, ExplainStyle: ExplainStyle{Lang: style.Lang, Base: style.Base}}, s: s}
	var b bytes.Buffer
	cell := func(text string) string {
		return strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`).Replace(safetext.Clean(text))
	}
	fmt.Fprintf(&b, "**%s**\n\n%s\n", cell(s.Sentence), cell(p.coverage()))
	for _, l := range p.allowed() {
		fmt.Fprintf(&b, "\n%s\n", cell(l))
	}
	if s.Partial {
		fmt.Fprintf(&b, "\n**%s**\n", p.partial())
	}
	if len(p.r.Doors) > 0 {
		fmt.Fprintf(&b, "\n| | %s | %s | %s | %s |\n|---|---|---|---|---|\n", p.say("address", "地址"), p.say("port", "端口"), p.say("what answered", "应答者"), p.say("proof", "依据"))
	}
	for _, t := range s.Targets {
		for i := range t.Doors {
			d := &t.Doors[i]
			fmt.Fprintf(&b, "| %s | %s | %d/%s | %s | %s |\n", p.word(d.Word), cell(called(&t)), d.Port, d.Proto, cell(p.answered(d)), cell(p.proof(d)))
		}
	}
	for i := range p.r.Doors {
		d := &p.r.Doors[i]
		if d.Word < portlore.Check {
			continue
		}
		fmt.Fprintf(&b, "\n### %s %s %d/%s\n\n", p.word(d.Word), cell(d.Address), d.Port, d.Proto)
		for _, part := range []struct{ label, text string }{
			{p.say("Proof", "依据"), p.evidence(d)}, {p.say("Means", "含义"), d.Means}, {p.say("Do", "建议"), strings.Join(d.Do, p.say(" ", ""))},
		} {
			if part.text != "" {
				fmt.Fprintf(&b, "- **%s** %s\n", part.label, cell(part.text))
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}
