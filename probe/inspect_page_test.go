package probe

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

// TestInspectPage holds docs/checks.md to the inspections; with -update it writes the
// page anew.
func TestInspectPage(t *testing.T) {
	const name = "../docs/checks.md"
	page := checksHead + checksTable() + "\n## What is asked\n" + checksAsked() + checksAnswered()
	if *update {
		if err := os.WriteFile(name, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != page {
		t.Error(name + " is stale: go generate ./probe")
	}
}

const checksHead = `# Checks

What ` + "`scan`" + ` finds out at a door beyond what is behind it: whether the service lets strangers in, and what else is wrong
with it that can be seen without doing harm. Generated from the inspections of package probe; go generate ./probe writes
it anew.

**Rules.** A service is asked only after it has said who it is; a number is no reason to ask anything. What is asked
changes nothing: no file is stored, no mail sent, no command given, no password guessed. An empty password is tried
once, as root of MySQL and as a Windows user that does not exist. A conversation lasts at most 5 seconds and hears at
most 64 KiB (a zone transfer: 1 MiB); an inspection makes at most as many connections as stand beside it. We say who we
are where a protocol has a place for it: ` + "`portlore`" + `. Ports of printers and of industrial controllers are left alone. Whether
a proxy is open is found out by having it call us back: no third party is troubled, and no Internet is needed. A machine
that asks itself is not asked whether it relays mail, looks up names, gives away zones or is a proxy: it trusts itself.

**Words.** FIX: strangers can do harm, and it is proven. CHECK: only the owner knows whether it is meant so. NOTE: worth
knowing. The word here is the worst one; at a private address, what only the whole Internet makes bad (open resolvers,
amplifiers, lists of programs) is NOTE. Who reaches the door tempers it further, see [doors.md](doors.md). A check with
the word fine says that strangers are refused, and is kept as evidence.

`

// checksTable is the list of all checks, by id.
func checksTable() string {
	type row struct {
		word     portlore.Word
		services []string
		proof    []string
	}
	rows := map[string]*row{}
	for _, q := range Inspections() {
		services := q.Services
		if services == nil {
			services = []string{"whoever speaks TLS"}
		}
		for _, o := range q.Finds {
			r := rows[o.ID]
			if r == nil {
				r = &row{}
				rows[o.ID] = r
			}
			r.word = max(r.word, o.Word)
			for _, s := range services {
				if !slices.Contains(r.services, s) {
					r.services = append(r.services, s)
				}
			}
			if !slices.Contains(r.proof, o.Proof) {
				r.proof = append(r.proof, o.Proof)
			}
		}
	}
	var b strings.Builder
	b.WriteString("| check | word | at | what proves it |\n|---|---|---|---|\n")
	for _, word := range []portlore.Word{portlore.Fix, portlore.Check, portlore.Note, portlore.Fine} {
		var ids []string
		for id, r := range rows {
			if r.word == word {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		for _, id := range ids {
			r := rows[id]
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", id, word, strings.Join(r.services, ", "), strings.ReplaceAll(strings.Join(r.proof, "; or: "), "|", `\|`))
		}
	}
	return b.String()
}

// checksAsked is what each inspection sends.
func checksAsked() string {
	var b strings.Builder
	b.WriteString("\n| service | by | sent | never | connections |\n|---|---|---|---|---|\n")
	var rows [][]string
	for _, q := range Inspections() {
		services := strings.Join(q.Services, ", ")
		if q.Services == nil {
			services = "whoever speaks TLS"
		}
		row := []string{services, q.Transport, q.Sends, q.Never, fmt.Sprint(q.Calls)}
		same := slices.IndexFunc(rows, func(r []string) bool { return slices.Equal(r[2:], row[2:]) })
		switch {
		case same < 0:
			rows = append(rows, row)
		case rows[same][0] == services:
			rows[same][1] += ", " + q.Transport
		default:
			rows[same][0] += ", " + services
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], "|", `\|`)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(row, " | "))
	}
	return b.String()
}

// checksAnswered are the checks that need no question beyond the one by which a
// service is known.
func checksAnswered() string {
	answers := []string{
		"+PONG", "-NOAUTH ", "-DENIED Redis", "VERSION 1", "x\x04databases\x00", "Unauthorized\x00", `"tagline"`, "401", "RFB 003.008\n\x01\x01", "RFB 003.008\n\x01\x02",
	}
	var b strings.Builder
	b.WriteString("\n## What the answer itself shows\n\nFound while finding out who it is, see [listen.md](listen.md).\n\n| check | word | evidence |\n|---|---|---|\n")
	for _, p := range All() {
		var seen []string
		for _, a := range answers {
			if p.Check == nil {
				continue
			}
			if _, ok := p.Read([]byte(a)); !ok && p.Service != "docker" && p.Service != "elasticsearch" && p.Service != "mongodb" {
				continue
			}
			if c := p.Check([]byte(a)); c.ID != "" && !slices.Contains(seen, c.ID) {
				seen = append(seen, c.ID)
				fmt.Fprintf(&b, "| %s | %s | %s |\n", c.ID, c.Word, c.Evidence.EN)
			}
		}
	}
	return b.String()
}
