package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/report"
)

// What people type is one question, and the
// page about it begins with the answer that they expect.
func TestPortQueries(t *testing.T) {
	base := lore.Open()
	data, err := os.ReadFile("../../lore/testdata/queries.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(f) < 2 || line[0] == '#' {
			continue
		}
		queries, err := portQueries(base, nil, f[:1])
		if err != nil || len(queries) != 1 {
			t.Errorf("%q becomes %q, %v", f[0], queries, err)
			continue
		}
		answer, err := report.NewPort(base, portlore.English, report.PortFilter{}, queries...)
		if err != nil {
			t.Errorf("%q: %v", f[0], err)
			continue
		}
		var page bytes.Buffer
		if err := answer.Text(&page, report.PortStyle{}); err != nil {
			t.Fatal(err)
		}
		kind, id, _ := strings.Cut(f[1], " ")
		number, proto, _ := strings.Cut(id, "/")
		begins := []string{number + "/" + proto} // of a range that has an entry: "5900-5901/tcp"
		switch kind {
		case "threat":
			threat, _ := base.Threat(id)
			begins = []string{threat.Names.EN + "  "}
		case "ports":
			number, _, _ = strings.Cut(number, "-")
			begins = append(begins, number+"/")
		default:
			begins = append(begins, number+"-")
		}
		if !slices.ContainsFunc(begins, func(s string) bool { return strings.HasPrefix(page.String(), s) }) {
			first, _, _ := strings.Cut(page.String(), "\n")
			t.Errorf("%q: the page of %s begins with: %s", f[0], f[1], first)
		}
	}
}
