package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What zmap found, as CSV with its header. The answer came from saddr and sport;
// classification says what it was.
//
//	saddr,sport,classification,success
//	203.0.113.5,22,synack,1
//
// Without the field sport (-f) a list of addresses says nothing of a port.
var zmap = &Format{
	Name:   "zmap",
	Doc:    "zmap results: CSV with header and at least the fields saddr and sport",
	Spec:   "https://github.com/zmap/zmap (src/probe_modules/module_tcp_synscan.c, src/output_modules/module_csv.c)",
	read:   readZmap,
	marks:  []string{","},
	header: zmapHeader,
}

const (
	fieldClassification = fieldFirst + iota
	fieldSuccess
)

func zmapHeader(text []byte, _ Options) (layout, bool) {
	if !bytes.HasPrefix(text, []byte("saddr,")) && !bytes.Contains(text, []byte(",saddr,")) {
		return layout{}, false
	}
	y := layout{sep: ','}
	for name := range bytes.SplitSeq(text, []byte(",")) {
		switch string(name) {
		case "saddr":
			y.add(fieldSrc)
		case "sport":
			y.add(fieldSrcPort)
		case "classification":
			y.add(fieldClassification)
		case "success":
			y.add(fieldSuccess)
		default:
			y.add(fieldOther)
		}
	}
	return y, y.has(fieldSrc) && y.has(fieldSrcPort)
}

func readZmap(l *line, _ *portlore.Observation) outcome {
	if l.layout == nil {
		return other
	}
	var host, port word
	proto, state := "tcp", "open"
	for c := (cells{layout: l.layout, text: l.text}); c.next(); {
		switch c.field {
		case fieldSrc:
			host = word{c.value, c.at}
		case fieldSrcPort:
			port = word{c.value, c.at}
		case fieldClassification:
			switch string(c.value) {
			case "synack":
			case "rst":
				state = "closed"
			case "udp":
				proto = "udp"
			default: // an ICMP error says that nobody can be reached there
				state = "unknown"
			}
		case fieldSuccess:
			if string(c.value) == "0" && state == "open" {
				state = "unknown"
			}
		}
	}
	if len(host.text) == 0 || len(port.text) == 0 || string(host.text) == "saddr" {
		return other
	}
	l.message, l.column = l.text, 1
	return l.scannedAt(host, port, proto, state, portlore.DoorService{})
}
