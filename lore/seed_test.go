package lore

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// seedPorts are the ports of the old Chinese port list.
const seedPorts = `0 1 7 19 21 22 23 25 31 42 53 67 69 79 80 99 102 109 110 113 119 135 137 138 139 143 161 177 389 443 456
513 544 548 553 555 568 569 635 636 666 993 1001 1011 1024 1025 1033 1080 1170 1234 1243 6711 6776 1245 1433 1492 1500
1503 1524 1600 1720 1731 1807 1981 1999 2000 2001 2023 2049 2115 2140 3150 2500 2583 2801 3024 4092 3128 3129 3210 4321
3333 3389 3700 3996 4060 4000 4590 5000 5001 5321 50505 5400 5401 5402 5550 5569 5632 5742 6267 6400 6670 6671 6883 6969
6970 7000 7300 7301 7306 7307 7308 7323 7626 7789 8000 8010 8080 9400 9401 9402 9872 9873 9874 9875 10067 10167 9989
11000 11223`

// Every port of the old list has an entry that says what a probe of it means
// today, in both languages.
func TestSeedPorts(t *testing.T) {
	b := Open()
	for _, s := range strings.Fields(seedPorts) {
		t.Run(s, func(t *testing.T) {
			port, _ := strconv.Atoi(s)
			entries := b.Port(0, uint16(port))
			if len(entries) == 0 {
				t.Fatalf("port %s has no entry in lore/data/port", s)
			}
			said := false
			for _, c := range entries[0].Claims {
				said = said || c.Situation == "probed" && c.Text.EN != "" && c.Text.ZH != ""
			}
			if !said {
				t.Errorf("nobody says what a probe of port %s means", s)
			}
		})
	}
}

// Every name of the old list leads to its threat.
func TestSeedNames(t *testing.T) {
	b := Open()
	names, err := os.ReadFile("testdata/seed_names.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(names)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		name, id, _ := strings.Cut(line, "\t")
		t.Run(name, func(t *testing.T) {
			if _, ok := b.Threat(id); !ok {
				t.Fatalf("threat %s has no file lore/data/threat/%s.yaml", id, id)
			}
			for _, h := range b.Search(name) {
				if h.Threat == id && h.Score >= misspelt {
					return
				}
			}
			t.Errorf("Search(%q) does not lead to %s: %+v", name, id, b.Search(name))
		})
	}
}
