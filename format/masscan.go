package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What masscan found: its list (-oL), what it prints while it runs, and its JSON
// (-oJ), with the banners of --banners:
//
//	open tcp 80 203.0.113.5 1795850401
//	banner tcp 80 203.0.113.5 1795850401 http.server nginx
//	Discovered open port 80/tcp on 203.0.113.5
//	{"ip": "203.0.113.5", "timestamp": "1795850401", "ports": [ {"port": 80, "proto": "tcp", "status": "open", "reason": "syn-ack", "ttl": 64} ] }
//
// and -oD, a line for each, {"ip":…,"port":80,"proto":"tcp","rec_type":"status","data":{"status":"open",…}}.
// nmap -v prints the third too. Its XML and grepable output are those of nmap.
var masscan = &Format{
	Name:  "masscan",
	Doc:   "masscan results: JSON (-oJ, -oD), list (-oL), \"Discovered open port\" as masscan and nmap -v print it",
	Spec:  "https://github.com/robertdavidgraham/masscan (src/out-json.c, src/out-ndjson.c, src/out-text.c, src/output.c)",
	read:  readMasscan,
	marks: []string{`^{"ip""ports"`, `^{"ip""rec_type"`, "^DDiscovered open port /", "^oopen 0", "^cclosed 0", "^bbanner 0"},
}

func readMasscan(l *line, _ *portlore.Observation) outcome {
	text := l.text
	switch {
	case bytes.HasPrefix(text, []byte("Discovered open port ")):
		return l.discovered()
	case bytes.HasPrefix(text, []byte("open ")), bytes.HasPrefix(text, []byte("closed ")), bytes.HasPrefix(text, []byte("banner ")):
		return l.masscanList()
	case len(text) > 0 && text[0] == '{' && bytes.Contains(text, []byte(`"ip"`)) && bytes.Contains(text, []byte(`"ports"`)):
		return l.masscanJSON()
	case len(text) > 0 && text[0] == '{' && bytes.Contains(text, []byte(`"ip"`)) && bytes.Contains(text, []byte(`"rec_type"`)):
		return l.masscanRecord()
	}
	return other
}

func (l *line) discovered() outcome {
	var room [6]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 6 || string(w[4].text) != "on" {
		return other
	}
	port, proto, ok := bytes.Cut(w[3].text, []byte("/"))
	if !ok || socketProto(proto) == "" {
		return other
	}
	l.message, l.column = l.text, 1
	return l.scannedAt(w[5], word{port, w[3].at}, socketProto(proto), "open", portlore.DoorService{})
}

// scannedAt adds a port that stands in words of the line.
func (l *line) scannedAt(host, port word, proto, state string, s portlore.DoorService) outcome {
	n, ok := uintOf(port.text, 65535)
	if !ok {
		return l.fails(fault{at: port.at, field: "port", value: port.text, why: outOfRange})
	}
	a, ok := addr.Parse(host.text)
	if !ok {
		return l.fails(fault{at: host.at, field: "address", value: host.text, why: notAnAddress})
	}
	return l.scanned(a, proto, uint16(n), state, s)
}

func (l *line) masscanList() outcome {
	var room [6]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 5 || socketProto(w[1].text) == "" || !isNumber(w[2].text) || !isNumber(w[4].text) {
		return other
	}
	l.message, l.column = l.text, 1
	state := string(w[0].text)
	var s portlore.DoorService
	if state == "banner" {
		if state = "open"; len(w) < 6 {
			return other
		}
		s = masscanBanner(w[5].text, bytes.TrimSpace(l.text[w[5].at+len(w[5].text):]))
	}
	return l.scannedAt(w[3], w[2], socketProto(w[1].text), state, s)
}

// masscanBanner is what answered: masscan names the kind of a banner, "ssh",
// "http.server", "title", "X509".
func masscanBanner(kind, said []byte) (s portlore.DoorService) {
	name, _, _ := bytes.Cut(kind, []byte("."))
	switch string(name) {
	case "title", "html":
		name = []byte("http")
	case "X509", "X509CA", "ssl": // a certificate is nothing to read
		name, said, s.TLS = nil, nil, true
	case "unknown", "safe":
		name = nil
	}
	s.Name, s.Banner = text(name), text(said)
	prove(&s, true)
	return s
}

func (l *line) masscanJSON() outcome {
	var host netip.Addr
	var ports []byte
	at, ok := 0, true
	l.message, l.column = l.text, 1
	whole := eachMember(l.text, func(key, value []byte, p int) {
		switch string(key) {
		case "ip":
			if host, ok = addr.Parse(inner(value)); !ok {
				l.fails(fault{at: p, field: "ip", value: value, why: notAnAddress})
			}
		case "ports":
			ports, at = value, p
		}
	})
	switch {
	case !ok:
		return malformed
	case !whole || !host.IsValid():
		return l.fails(fault{at: len(l.text), field: "} of the JSON object", why: isMissing})
	case len(ports) == 0 || ports[0] != '[':
		return other
	}
	for p := skipSpace(ports, 1); p < len(ports) && ports[p] == '{'; {
		end := valueEnd(ports, p)
		if bad := l.masscanPort(host, ports[p:end]); bad.why != "" {
			bad.at += at + p
			return l.fails(bad)
		}
		if p = skipSpace(ports, end); p < len(ports) && ports[p] == ',' {
			p = skipSpace(ports, p+1)
		}
	}
	if len(l.doors) == 0 {
		return other
	}
	return opened
}

func (l *line) masscanPort(host netip.Addr, b []byte) (bad fault) {
	port, proto, state := int64(-1), "tcp", "open"
	var s portlore.DoorService
	eachMember(b, func(key, value []byte, p int) {
		switch string(key) {
		case "port":
			n, ok := uintOf(value, 65535)
			if port = int64(n); !ok {
				bad = fault{at: p, field: "port", value: value, why: outOfRange}
			}
		case "proto":
			proto = socketProto(inner(value))
		case "status":
			if string(inner(value)) == "closed" {
				state = "closed"
			}
		case "service":
			var name, said []byte
			eachMember(value, func(key, value []byte, _ int) {
				switch string(key) {
				case "name":
					name = inner(value)
				case "banner":
					said = unescape(nil, inner(value))
				}
			})
			s = masscanBanner(name, said)
		}
	})
	if bad.why == "" && port >= 0 && proto != "" {
		l.scanned(host, proto, uint16(port), state, s)
	}
	return bad
}

// masscanRecord reads a line of -oD.
func (l *line) masscanRecord() outcome {
	var host, port word
	proto, state := "", "open"
	var s portlore.DoorService
	l.message, l.column = l.text, 1
	whole := eachMember(l.text, func(key, value []byte, at int) {
		switch string(key) {
		case "ip":
			host = word{inner(value), at + 1}
		case "port":
			port = word{value, at}
		case "proto":
			proto = socketProto(inner(value))
		case "data":
			var name, said []byte
			eachMember(value, func(key, value []byte, _ int) {
				switch string(key) {
				case "status":
					if string(inner(value)) == "closed" {
						state = "closed"
					}
				case "service_name":
					name = inner(value)
				case "banner":
					said = unescape(nil, inner(value))
				}
			})
			if name != nil {
				s = masscanBanner(name, said)
			}
		}
	})
	switch {
	case !whole:
		return l.fails(fault{at: len(l.text), field: "} of the JSON object", why: isMissing})
	case proto == "":
		return other
	}
	return l.scannedAt(host, port, proto, state, s)
}
