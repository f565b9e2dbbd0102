package portlore

import (
	"fmt"
	"net/netip"
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
			key = fmt.Sprint(f.Word, " ", f.Class, " ", f.Role, portSet(f.Services), f.Rules)
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

// AlikeDoors puts doors together that a person sees as one: the same program on
// the same port of every address, IPv4 and IPv6; of the machine itself; else of one
// address. It returns indexes as Alike does.
func AlikeDoors(doors []Door) [][]int {
	type key struct {
		where, proto, state, program, service, why string
		port                                       uint16
		word                                       Word
		answered                                   bool
	}
	var blocks [][]int
	at := map[key]int{}
	for i := range doors {
		d := &doors[i]
		program := d.Process.Name
		if program == "" {
			program = d.Process.Exe
		}
		k := key{d.Where(), d.Proto, d.State, program, d.Service.Name, d.Why, d.Port, d.Word, d.Answered}
		b, known := at[k]
		if !known {
			b = len(blocks)
			at[k] = b
			blocks = append(blocks, nil)
		}
		blocks[b] = append(blocks[b], i)
	}
	return blocks
}

// Where is the address of a door; "*" for every address of the host, and
// "loopback" for those of the machine itself.
func (d *Door) Where() string {
	host, _, _ := strings.Cut(d.Address, "%")
	switch a, err := netip.ParseAddr(host); {
	case d.Address == "0.0.0.0" || d.Address == "::" || d.Address == "*":
		return "*"
	case d.Reach == "loopback" && !d.Answered, err == nil && a.IsLoopback() && !d.Answered:
		return "loopback"
	}
	return d.Address
}
