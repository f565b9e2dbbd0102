package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What naabu found: a line with nothing but address and port, or JSON (-json):
//
//	203.0.113.5:22
//	{"host":"example.net","ip":"203.0.113.5","timestamp":"2026-11-23T10:00:00Z","port":22,"protocol":"tcp","tls":false}
//
// or a table with a header (-csv). Behind an address may stand whose network it is,
// "[cloudflare]" (-cdn). Before version 2.3 the port was an object, {"Port":22,"Protocol":0,"TLS":false}.
var naabu = &Format{
	Name:   "naabu",
	Doc:    "naabu results: host:port, JSON and CSV",
	Spec:   "https://github.com/projectdiscovery/naabu (v2/pkg/runner/output.go)",
	read:   readNaabu,
	marks:  []string{`{"port""ip""timestamp"`, "0:"},
	header: naabuHeader,
}

const fieldTLS = fieldFirst

func naabuHeader(text []byte, _ Options) (layout, bool) {
	if !bytes.HasPrefix(text, []byte("host,ip,port,protocol")) {
		return layout{}, false
	}
	y := layout{sep: ','}
	for name := range bytes.SplitSeq(text, []byte(",")) {
		switch string(name) {
		case "ip":
			y.add(fieldDst)
		case "port":
			y.add(fieldDstPort)
		case "protocol":
			y.add(fieldProto)
		case "tls":
			y.add(fieldTLS)
		default:
			y.add(fieldOther)
		}
	}
	return y, true
}

// naabuRow reads a row of the table.
func (l *line) naabuRow() outcome {
	var host, port word
	proto, tls := "", false
	for c := (cells{layout: l.layout, text: l.text}); c.next(); {
		switch c.field {
		case fieldDst:
			host = word{c.value, c.at}
		case fieldDstPort:
			port = word{c.value, c.at}
		case fieldProto:
			proto = socketProto(c.value)
		case fieldTLS:
			tls = string(c.value) == "true"
		}
	}
	if proto == "" || len(host.text) == 0 {
		return other
	}
	l.message, l.column = l.text, 1
	return l.scannedAt(host, port, proto, "open", portlore.DoorService{TLS: tls})
}

func readNaabu(l *line, _ *portlore.Observation) outcome {
	if l.layout != nil {
		return l.naabuRow()
	}
	text := bytes.TrimRight(l.text, " \t")
	if len(text) > 0 && text[0] != '{' && text[len(text)-1] == ']' {
		if i := bytes.Index(text, []byte(" [")); i > 0 {
			text = text[:i]
		}
	}
	switch {
	case len(text) < 4 || len(text) > 64 && text[0] != '{':
		return other
	case text[0] == '{':
		if !bytes.Contains(text, []byte(`"port"`)) || !bytes.Contains(text, []byte(`"ip"`)) || !bytes.Contains(text, []byte(`"timestamp"`)) {
			return other
		}
		return l.naabuJSON()
	case bytes.IndexByte(text, ' ') >= 0 || bytes.IndexByte(text, ':') < 0:
		return other
	}
	a, port, ok := endpoint(text, ':')
	if !ok || port <= 0 {
		return other
	}
	return l.scanned(a, "tcp", uint16(port), "open", portlore.DoorService{})
}

func (l *line) naabuJSON() outcome {
	var host, port word
	proto, tls, scan := "tcp", false, false
	number := func(value []byte, at int) {
		port = word{value, at}
	}
	whole := eachMember(l.text, func(key, value []byte, at int) {
		switch string(key) {
		case "ip":
			host = word{inner(value), at + 1}
		case "host", "protocol", "tls", "cdn":
			scan = true
			switch string(key) {
			case "protocol":
				proto = socketProto(inner(value))
			case "tls":
				tls = string(value) == "true"
			}
		case "port":
			if len(value) > 0 && value[0] == '{' {
				scan = true
				eachMember(value, func(key, v []byte, p int) {
					switch string(key) {
					case "Port":
						number(v, at+p)
					case "TLS":
						tls = string(v) == "true"
					}
				})
			} else {
				number(value, at)
			}
		}
	})
	if !scan || proto == "" || len(host.text) == 0 || len(port.text) == 0 {
		return other
	}
	l.message, l.column = l.text, 1
	if !whole {
		return l.fails(fault{at: len(l.text), field: "} of the JSON object", why: isMissing})
	}
	if _, ok := addr.Parse(host.text); !ok {
		return l.fails(fault{at: host.at, field: "ip", value: host.text, why: notAnAddress})
	}
	return l.scannedAt(host, port, proto, "open", portlore.DoorService{TLS: tls})
}
