package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What RustScan found, as it prints it and for other programs
// (--greppable). The nmap that it starts afterwards is read as nmap.
//
//	Open 203.0.113.5:22
//	203.0.113.5 -> [22,80]
var rustscan = &Format{
	Name:  "rustscan",
	Doc:   "RustScan results: \"Open host:port\" and greppable",
	Spec:  "https://github.com/bee-san/RustScan (src/scanner/mod.rs, src/main.rs)",
	read:  readRustScan,
	marks: []string{"Open :0", " -> ["},
}

func readRustScan(l *line, _ *portlore.Observation) outcome {
	if rest, ok := bytes.CutPrefix(l.text, []byte("Open ")); ok {
		a, port, ok := endpoint(bytes.TrimRight(rest, " "), ':')
		if !ok || port <= 0 {
			return other
		}
		return l.scanned(a, "tcp", uint16(port), "open", portlore.DoorService{})
	}
	i := bytes.Index(l.text, []byte(" -> ["))
	if i < 0 || i > 45 || l.text[len(l.text)-1] != ']' {
		return other
	}
	a, ok := addr.Parse(l.text[:i])
	if !ok {
		return other
	}
	l.message, l.column = l.text, 1
	p := i + len(" -> [")
	for list := l.text[p : len(l.text)-1]; len(list) > 0; {
		item, rest, _ := bytes.Cut(list, []byte(","))
		n, ok := uintOf(bytes.TrimSpace(item), 65535)
		if !ok {
			return l.fails(fault{at: p, field: "port", value: item, why: outOfRange})
		}
		l.scanned(a, "tcp", uint16(n), "open", portlore.DoorService{})
		p += len(list) - len(rest)
		list = rest
	}
	if len(l.doors) == 0 {
		return other
	}
	return opened
}
