package portlore

import (
	"fmt"
	"slices"
	"strings"
)

// Alike puts findings together that differ only in who did it: of one class, of
// one word, about the same ports, and each with one source. It returns the
// indexes of each such block, both in the order of the findings; muted findings
// are in none. People read blocks, programs read findings.
func Alike(findings []Finding) [][]int {
	var blocks [][]int
	at := map[string]int{}
	for i := range findings {
		f := &findings[i]
		if f.Muted != "" {
			continue
		}
		key := ""
		if f.Sources == 1 {
			key = fmt.Sprint(f.Word, " ", f.Class, " ", f.Role, portSet(f.Services))
		}
		b, known := at[key]
		if !known || key == "" {
			b = len(blocks)
			at[key] = b
			blocks = append(blocks, nil)
		}
		blocks[b] = append(blocks[b], i)
	}
	return blocks
}

// manyPorts is the number from which on ports are tried for their number: which
// ones it was is chance, and sets of them are never the same twice.
const manyPorts = 8

func portSet(services []Service) string {
	if len(services) > manyPorts {
		return " many"
	}
	names := make([]string, 0, manyPorts)
	for _, s := range services {
		names = append(names, fmt.Sprintf(" %d/%s", s.Port, s.Proto))
	}
	slices.Sort(names)
	return strings.Join(names, "")
}
