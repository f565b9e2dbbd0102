package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/portlore/portlore"
)

const (
	attacker = "192.0.2.66"
	victim   = "203.0.113.80"
	ours     = "198.51.100.7"
	hostile  = "=HYPERLINK(\"http://evil.example\")|<script>alert(1)</script> ![x](http://evil.example) `a` @all \x1b[2J\u202e\r\n# head\t$x$"
)

// exported is a report with everything that an export must tell apart.
func exported() *Export {
	finding := func(id, class string, role portlore.Role, w portlore.Word, s portlore.Severity, subjects ...string) portlore.Finding {
		return portlore.Finding{
			ID: id, Class: class, Also: []string{}, Word: w, Severity: s, Role: role, Title: hostile, Subjects: subjects, Targets: []string{ours},
			Confidence: portlore.Confidence{P: 0.9}, Services: []portlore.Service{{Proto: "tcp", Port: 22, Name: "ssh"}},
			Observations: 10, Packets: 12, Sources: uint64(len(subjects)), First: "2026-01-01T00:00:00Z", Last: "2026-01-01T01:00:00+08:00",
			Outcome: portlore.Outcome{Blocked: 9, Accepted: 1}, Attack: []string{"T1110", "T1498.001"}, Evidence: []portlore.Evidence{{File: hostile, Line: 3}},
			Facts: []string{hostile}, Means: hostile, Do: []string{hostile}, Unless: []string{hostile}, Advice: []portlore.Advice{},
		}
	}
	muted := finding("9", "scan.slow", portlore.Actor, portlore.Note, portlore.Low, "192.0.2.99")
	muted.Muted = hostile
	return &Export{
		Verb: "explain", Version: "v1.2.3", Host: "gw", Time: "2026-01-02T00:00:00Z",
		Report: &portlore.Report{
			Schema: "portlore/explain/1", Word: portlore.Fix, Sentence: hostile,
			Findings: []portlore.Finding{
				finding("1", "brute.force", portlore.Actor, portlore.Check, portlore.High, attacker),
				finding("2", "scan.port.vertical", portlore.Actor, portlore.Note, portlore.Critical, attacker, "2001:db8:1::/64", "fe80::1%eth0"),
				finding("3", "backscatter.tcp", portlore.Victim, portlore.Note, portlore.Info, victim),
				finding("4", "scan.decoy", portlore.Forged, portlore.Note, portlore.Low, victim, "203.0.113.81"),
				finding("5", "outbound.scan", portlore.Ours, portlore.Fix, portlore.Medium, ours),
				muted,
			},
			Noise: []portlore.Noise{{Class: "backscatter.tcp", Title: hostile, Observations: 5, Packets: 5, Sources: 1, Subjects: []string{victim}}},
			Doors: []portlore.Door{
				{
					Address: "0.0.0.0", Proto: "tcp", Port: 6379, State: "open", Word: portlore.Fix, Reach: "internet", Why: hostile, Means: hostile, Do: []string{hostile},
					Process: portlore.DoorProcess{PID: 812, Name: hostile, Exe: hostile, User: hostile, Command: hostile},
					Service: portlore.DoorService{Name: "redis", Proof: "answer", Banner: hostile, Version: hostile}, Checks: []portlore.DoorCheck{{ID: "redis", Word: portlore.Fix, Evidence: hostile}},
				},
				{Address: "192.0.2.20", Proto: "tcp", Port: 9100, State: "open", Word: portlore.Note, Why: "x", Answered: true, Service: portlore.DoorService{Name: "jetdirect", Proof: "number"}},
				{Address: "127.0.0.1", Proto: "tcp", Port: 5432, State: "open", Why: "fine"},
			},
			Unexplained: portlore.Unexplained{Observations: 7, Examples: []string{hostile}},
			Totals:      portlore.Totals{Observations: 72, Packets: 84, Sources: 6, Targets: 1},
			Inputs:      []portlore.Input{{Name: hostile, Format: "netfilter", Lines: 72, Understood: 72}},
		},
	}
}

func exportAs(t *testing.T, x *Export, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := x.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Nothing that others wrote moves a cursor or turns the line, in any form.
func TestExportsAreInert(t *testing.T) {
	for _, format := range ExportFormats() {
		for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
			x := exported()
			x.Lang = lang
			for i, r := range exportAs(t, x, format) {
				if r != '\n' && !(r == '\t' && format == "tsv") && (r < ' ' || r >= 0x7f && r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
					t.Fatalf("%s: %U at %d", format, r, i)
				}
			}
		}
	}
}

// A spreadsheet sees no formula, and numbers are numbers.
func TestTableIsHarmless(t *testing.T) {
	for comma, format := range map[rune]string{',': "csv", '\t': "tsv"} {
		in := csv.NewReader(strings.NewReader(exportAs(t, exported(), format)))
		in.Comma = comma
		rows, err := in.ReadAll() // each row has as many cells as the head
		if err != nil {
			t.Fatal(err)
		}
		at := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
		var sum int
		for _, row := range rows[1:] {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(cell)[0]) {
					t.Errorf("%s: a formula: %q", format, cell)
				}
			}
			var n int
			fmt.Sscan(at(row, "observations"), &n)
			sum += n
		}
		if sum != 72 {
			t.Errorf("%s: %d observations, want all 72", format, sum)
		}
		if got := at(rows[1], "title"); !strings.HasPrefix(got, "'=HYPERLINK") {
			t.Errorf("%s: %q", format, got)
		}
		if at(rows[1], "packets") != "12" || at(rows[7], "port") != "6379" || at(rows[3], "role") != "victim" {
			t.Errorf("%s: %q", format, rows)
		}
	}
}

func TestHarmlessCell(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "a": "a", "=1": "'=1", "+1+1": "'+1+1", "-x": "'-x", "@SUM": "'@SUM", "\tx": `'\x09x`, "\rx": `'\x0dx`, "＝1": "'＝1", "＋": "'＋", "－": "'－", "＠a": "'＠a",
		"-5": "-5", "+0.5": "+0.5", "0.9": "0.9", "2026-01-01T00:00:00Z": "2026-01-01T00:00:00Z", "a=1": "a=1", "::1": "::1",
	} {
		if got := harmlessCell(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

// In Markdown no tag, link, image or bar of others is one.
func TestMarkdownIsHarmless(t *testing.T) {
	text := exportAs(t, exported(), "md")
	var bars int
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") {
			if n := strings.Count(line, "|"); n != 6 {
				t.Errorf("%d bars, want those of 5 cells: %s", n, line)
			}
			bars++
		}
		plain := withoutCode(line)
		for _, bad := range []string{"<script", "](", "http:", "@all", "$x$"} {
			if strings.Contains(plain, bad) {
				t.Errorf("%q acts: %s", bad, line)
			}
		}
		if strings.HasPrefix(line, "# ") {
			t.Errorf("a forged heading: %s", line)
		}
	}
	if bars < 5 || !strings.HasPrefix(text, "**") {
		t.Errorf("no tables, or no verdict first:\n%s", text)
	}
	for word, want := range map[string]string{
		"a|b": "a&#124;b", "<b>": "&lt;b&gt;", "[x](y)": `\[x\](y)`, "`": "\\`", "www.x.example": "`www.x.example`", "a@b|c": "`a@b`&#124;`c`", "#1": `\#1`,
	} {
		if got := inertMarkdown(word); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
	for s, want := range map[string]string{"a`b": "``a`b``", "`": "`` ` ``", "": "", "|": "&#124;", "a|b": "`a`&#124;`b`"} {
		if got := codeSpan(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

// withoutCode is a line without its code spans.
func withoutCode(line string) string {
	var out strings.Builder
	for line != "" {
		fence := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && line[0] == '\\' && len(line) > 1:
			out.WriteByte('\\')
			line = line[2:]
		case fence == "":
			out.WriteByte(line[0])
			line = line[1:]
		default:
			_, rest, _ := strings.Cut(line[len(fence):], fence)
			line = rest
		}
	}
	return out.String()
}

// A victim, and whoever's address was forged, stands in no field in which a program
// looks for attackers.
func TestVictimsAreNoIndicators(t *testing.T) {
	seen := map[string]bool{}
	for _, format := range []string{"ocsf", "ecs"} {
		for _, leaf := range leavesOf(t, exportAs(t, exported(), format)) {
			text, _ := leaf.value.(string)
			told := strings.HasPrefix(leaf.path, "portlore.not_attackers") || strings.HasPrefix(leaf.path, "unmapped.not_attackers")
			if strings.Contains(text, victim) {
				seen[format] = seen[format] || told
				if !told {
					t.Errorf("%s: %s = %s", format, leaf.path, text)
				}
			}
			if strings.Contains(text, attacker) {
				seen[leaf.path] = true
			}
		}
	}
	for _, want := range []string{"ocsf", "ecs", "observables[].value", "evidences[].src_endpoint.ip", "source.ip", "related.ip[]"} {
		if !seen[want] { // or the test would see nothing at all
			t.Errorf("not seen: %s", want)
		}
	}
}

// What the reader muted, what is noise and what is fine wakes no SIEM up.
func TestSIEMIsToldOfWhatMatters(t *testing.T) {
	for _, format := range []string{"ocsf", "ecs"} {
		text := exportAs(t, exported(), format)
		if n := strings.Count(text, "\n"); n != 7 || strings.Contains(text, "192.0.2.99") || strings.Contains(text, "5432") {
			t.Errorf("%s: %d events, want 5 findings and 2 doors", format, n)
		}
		if strings.Contains(text, "jetdirect") {
			t.Errorf("%s: a number is taken for a name", format)
		}
	}
}

func TestSeverityTable(t *testing.T) {
	doc, err := os.ReadFile("../docs/exports.md")
	if err != nil {
		t.Fatal(err)
	}
	for w, row := range severityTable() {
		want := "| " + w.String()
		for _, i := range row {
			l := levels()[i]
			want += fmt.Sprintf(" | %d %s, %d", l.ocsf, l.name, l.ecs)
		}
		if !strings.Contains(string(doc), want+" |\n") {
			t.Errorf("docs/exports.md lacks: %s |", want)
		}
	}
}

// Every column is explained.
func TestColumnsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/exports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(findingColumns(), doorColumns()...) {
		if !strings.Contains(string(doc), "`"+c.name+"`") {
			t.Errorf("docs/exports.md does not name %s", c.name)
		}
	}
}

// jsonl has every record of the report, and their counts close.
func TestRecords(t *testing.T) {
	kinds := map[string]int{}
	sum := 0.0
	for line := range strings.Lines(exportAs(t, exported(), "jsonl")) {
		var doc map[string]any
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Fatal(err)
		}
		kinds[doc["record"].(string)]++
		if n, ok := doc["observations"].(float64); ok {
			sum += n
		}
	}
	if fmt.Sprint(kinds) != "map[door:3 finding:6 input:1 noise:1 run:1 unexplained:1]" || sum != 72 {
		t.Errorf("%v, %v observations", kinds, sum)
	}
}

// A leaf is a value of a JSON document and where it stands: "a.b[].c".
type leaf struct {
	path  string
	value any
}

func leavesOf(t *testing.T, lines string) []leaf {
	t.Helper()
	var all []leaf
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, w := range v {
				walk(strings.TrimPrefix(path+"."+name, "."), w)
			}
		case []any:
			for _, w := range v {
				walk(path+"[]", w)
			}
		default:
			all = append(all, leaf{path, v})
		}
	}
	for line := range strings.Lines(lines) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.UseNumber()
		var doc any
		if err := dec.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		walk("", doc)
	}
	return all
}

// isType says that a value is what a schema wants there.
func isType(v any, kind string) bool {
	s, isText := v.(string)
	n, isNumber := v.(json.Number)
	whole := isNumber && !strings.ContainsAny(n.String(), ".eE")
	switch kind {
	case "text":
		return isText
	case "ip":
		a, err := netip.ParseAddr(s)
		return err == nil && a.Zone() == "" && len(s) <= 40
	case "subnet":
		_, err := netip.ParsePrefix(s)
		return err == nil
	case "date":
		_, err := time.Parse(time.RFC3339, s)
		return err == nil
	case "port":
		return whole && len(n.String()) <= 5
	case "integer":
		return whole
	case "milliseconds": // of this century, or it is not in milliseconds
		return whole && len(n.String()) == 13
	case "boolean":
		_, ok := v.(bool)
		return ok
	}
	return false
}
