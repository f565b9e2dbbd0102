package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What named of BIND refused: queries, which it takes to be of no client of its
// own, updates and copies of a zone. The name that was asked for stands behind the
// address, escaped.
//
//	Nov 23 15:02:16 gw named[812]: client @0x7f1c 203.0.113.5#40001 (doc.example): query (cache) 'doc.example/A/IN' denied (allow-query-cache did not match)
//	23-Nov-2026 15:02:17.123 security: error: client 203.0.113.5#40002: zone transfer 'doc.example/AXFR/IN' denied
var bind = &Format{
	Name:  "named",
	Doc:   "BIND's named: refused queries, updates and zone transfers",
	Spec:  "https://bind9.readthedocs.io/ (logging; lib/ns/client.c, query.c, xfrout.c, update.c)",
	read:  readNamed,
	marks: []string{"client #0"},
}

func readNamed(l *line, ob *portlore.Observation) outcome {
	if len(l.text) < 16 {
		return other
	}
	program, text := l.says()
	switch {
	case string(program) == "named":
	case len(l.program) > 0 || l.stamped < 15:
		return other
	case l.text[2] == '-' || l.text[4] == '-': // its own log, without a host
		text = bytes.TrimLeft(l.own(), " ")
	default:
		text = l.message
	}
	for range 2 { // its own log may name the category and the severity
		word := wordAt(text, 0)
		switch string(word) {
		case "security:", "update-security:", "client:", "query-errors:", "xfer-out:", "default:", "general:", "info:", "error:", "notice:", "warning:":
			text = text[min(len(word)+1, len(text)):]
		}
	}
	rest, ok := bytes.CutPrefix(text, []byte("client "))
	if !ok {
		return other
	}
	if bytes.HasPrefix(rest, []byte("@")) {
		_, rest, _ = bytes.Cut(rest, []byte(" "))
	}
	from := wordAt(rest, 0)
	rest = bytes.TrimLeft(rest[len(from):], " ")
	from, key, signed := bytes.Cut(from, []byte("/"))
	if signed && string(key) == "key" {
		rest = bytes.TrimLeft(rest[len(wordAt(rest, 0)):], " ")
	}
	src, port, ok := endpoint(bytes.TrimSuffix(from, []byte(":")), '#')
	if !ok || port < 0 {
		return other
	}
	if len(rest) > 0 && rest[0] == '(' { // the name, which has no blanks
		_, rest, _ = bytes.Cut(rest, []byte("): "))
	}
	if view, ok := bytes.CutPrefix(rest, []byte("view ")); ok {
		_, rest, _ = bytes.Cut(view, []byte(": "))
	}
	ob.Src, ob.Verdict = src, portlore.Blocked
	switch {
	case bytes.HasPrefix(rest, []byte("zone transfer '")) && bytes.Contains(rest, []byte("' denied")),
		bytes.HasPrefix(rest, []byte("bad zone transfer request: '")):
		l.claim(ob, portlore.TransferRefused, portlore.LevelUnsaid, "named", nil, nil)
		serves(ob, portlore.TCP, port, 53)
	case (bytes.HasPrefix(rest, []byte("query ")) || bytes.HasPrefix(rest, []byte("update '"))) && bytes.Contains(rest, []byte("' denied")):
		serves(ob, portlore.UDP, port, 53)
	default:
		*ob = portlore.Observation{}
		return other
	}
	return understood
}
