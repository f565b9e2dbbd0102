package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What nmap found: its XML (-oX), its grepable output (-oG) and what it prints
// (-oN). masscan writes the first two as well. A recutter has put the address of
// the host before each port:
//
//	<address addr="203.0.113.5" addrtype="ipv4"/><port protocol="tcp" portid="22"><state state="open"/><service name="ssh" method="table"/></port>
//	Host: 203.0.113.5 ()	Ports: 22/open/tcp//ssh///, 80/closed/tcp//http///
//	Nmap scan report for 203.0.113.5: 22/tcp open  ssh     OpenSSH 9.2
//
// The name of a service comes from a table of numbers unless a version scan
// (-sV) asked it.
var nmap = &Format{
	Name:  "nmap",
	Doc:   "nmap results: XML (-oX), grepable (-oG), as printed (-oN); masscan's XML and grepable",
	Spec:  "https://nmap.org/book/output.html; https://svn.nmap.org/nmap/docs/nmap.dtd",
	read:  readNmap,
	marks: []string{"^<", "^HHost: ", "^TTimestamp: ", "^NNmap 0/p", "^00/p"},
}

func readNmap(l *line, _ *portlore.Observation) outcome {
	text := l.text
	switch {
	case bytes.HasPrefix(text, []byte("<address ")):
		l.message, l.column = text, 1
		return l.nmapXML()
	case bytes.HasPrefix(text, []byte("Host: ")) || bytes.HasPrefix(text, []byte("Timestamp: ")):
		l.message, l.column = text, 1
		return l.nmapGrepable()
	}
	head := 0
	if bytes.HasPrefix(text, []byte(nmapReport)) {
		i := bytes.LastIndex(text, []byte(": "))
		for i > 0 && !isNmapRow(text[i+2:]) {
			i = bytes.LastIndex(text[:i], []byte(": "))
		}
		if i < 0 {
			return other
		}
		head = i + 2
	}
	if !isNmapRow(text[head:]) {
		return other
	}
	l.message, l.column = text, 1
	return l.nmapRow(head)
}

// nmapState is a state of nmap as a Door has it. Unfiltered: it answers, but
// whether it is open nobody asked.
func nmapState(b []byte) (string, bool) {
	switch string(b) {
	case "open", "closed", "filtered":
		return string(b), true
	case "open|filtered", "closed|filtered", "unfiltered":
		return "unknown", true
	}
	return "", false
}

// nmapXML reads one port of one host.
func (l *line) nmapXML() outcome {
	var host netip.Addr
	var port int64 = -1
	var proto, state string
	var s portlore.DoorService
	var bad fault
	whole := false
	for t := (tags{text: l.text}); t.next(); {
		switch string(t.name) {
		case "address":
			for t.attribute() {
				if string(t.key) == "addr" && !host.IsValid() {
					var ok bool
					if host, ok = addr.Parse(t.value); !ok {
						return l.fails(fault{at: t.at, field: "addr", value: t.value, why: notAnAddress})
					}
				}
			}
		case "port":
			for t.attribute() {
				switch string(t.key) {
				case "protocol":
					proto = socketProto(t.value)
				case "portid":
					n, ok := uintOf(t.value, 65535)
					if port = int64(n); !ok {
						bad = fault{at: t.at, field: "portid", value: t.value, why: outOfRange}
					}
				}
			}
		case "/port":
			whole = true
		case "state":
			for t.attribute() {
				if string(t.key) == "state" {
					var ok bool
					if state, ok = nmapState(t.value); !ok {
						bad = fault{at: t.at, field: "state", value: t.value, why: isImpossible}
					}
				}
			}
		case "service":
			s = t.service()
		}
	}
	switch {
	case bad.why != "":
		return l.fails(bad)
	case port < 0 || proto == "":
		return other // a host without ports, or a protocol without them
	case state == "" || !whole:
		return l.fails(fault{at: len(l.text), field: "</port>", why: isMissing})
	}
	return l.scanned(host, proto, uint16(port), state, s)
}

// service reads <service name="http" product="nginx" version="1.22" tunnel="ssl"
// method="probed" conf="10"/>; masscan gives a banner.
func (t *tags) service() (s portlore.DoorService) {
	probed, sure := false, true
	for t.attribute() {
		v := xmlText(t.value)
		switch string(t.key) {
		case "name":
			s.Name = text(v)
		case "product":
			s.Product = text(v)
		case "version":
			s.Version = text(v)
		case "tunnel":
			s.TLS = string(v) == "ssl"
		case "method":
			probed = string(v) == "probed"
		case "conf":
			n, ok := uintOf(v, 10)
			sure = ok && n > 5 // a soft match says less
		case "banner":
			s.Banner = text(v)
		}
	}
	prove(&s, probed && sure || s.Product != "" || s.Banner != "")
	return s
}

// prove says by what a service is known: by its answer, or by its number alone. A
// name that says that there is none is none.
func prove(s *portlore.DoorService, answered bool) {
	if s.Name == "unknown" || s.Name == "tcpwrapped" {
		s.Name = "" // tcpwrapped: it took the connection and said nothing
		answered = answered && s.Product != ""
	}
	switch {
	case answered && s.Name+s.Product+s.Banner != "":
		s.Proof = "answer"
	case s.Name != "":
		s.Proof = "number"
	}
}

// nmapGrepable reads the ports of a host, "port/state/protocol/owner/service/rpc
// info/version/" with a comma between them.
func (l *line) nmapGrepable() outcome {
	at := bytes.Index(l.text, []byte("Host: "))
	if at < 0 {
		return other
	}
	word, p := nextWord(l.text, at+len("Host: "))
	i := bytes.Index(l.text, []byte("\tPorts: "))
	if i < 0 {
		return other // Status: Up
	}
	host, ok := addr.Parse(word)
	if !ok {
		return l.fails(fault{at: p, field: "Host", value: word, why: notAnAddress})
	}
	p = i + len("\tPorts: ")
	list, _, _ := bytes.Cut(l.text[p:], []byte("\t"))
	for len(list) > 0 {
		item, rest, _ := bytes.Cut(list, []byte(", "))
		if bad := l.nmapPort(host, item); bad.why != "" {
			bad.at += p
			l.doors = nil
			return l.fails(bad)
		}
		p += len(list) - len(rest)
		list = rest
	}
	if len(l.doors) == 0 {
		return other
	}
	return opened
}

// nmapPort reads one port of a list. In a version, nmap writes | for /.
func (l *line) nmapPort(host netip.Addr, item []byte) fault {
	var f [7][]byte
	rest := item
	for i := range f {
		f[i], rest, _ = bytes.Cut(rest, []byte("/"))
	}
	n, ok := uintOf(f[0], 65535)
	state, isState := nmapState(f[1])
	proto := socketProto(f[2])
	switch {
	case !ok:
		return fault{field: "port", value: f[0], why: outOfRange}
	case !isState || proto == "":
		return fault{at: len(f[0]) + 1, field: "state", value: f[1], why: isImpossible}
	}
	name, tls := f[4], false
	if after, ok := bytes.CutPrefix(name, []byte("ssl|")); ok {
		name, tls = after, true
	}
	guess := bytes.HasSuffix(name, []byte("?"))
	s := portlore.DoorService{Name: text(bytes.TrimSuffix(name, []byte("?"))), Product: text(f[6]), TLS: tls}
	prove(&s, !guess && len(f[6]) > 0)
	l.scanned(host, proto, uint16(n), state, s)
	return fault{}
}

const nmapReport = "Nmap scan report for "

// isNmapRow says that a line begins as a row of nmap's table, "22/tcp open ".
func isNmapRow(b []byte) bool {
	w, at := nextWord(b, 0)
	port, proto, ok := bytes.Cut(w, []byte("/"))
	if !ok || at > 0 || !isNumber(port) || socketProto(proto) == "" || proto[0] < 'a' {
		return false
	}
	state, _ := nextWord(b, len(w))
	_, ok = nmapState(state)
	return ok
}

// nmapRow reads a row of the table: port, state, service, version. Behind a head
// stands the host; a row that was pasted alone says none.
func (l *line) nmapRow(head int) outcome {
	var host netip.Addr
	if head > 0 {
		name := l.text[len(nmapReport) : head-2]
		if i := bytes.LastIndexByte(name, '('); i >= 0 {
			name = bytes.TrimSuffix(name[i+1:], []byte(")"))
		}
		var ok bool
		if host, ok = addr.Parse(name); !ok {
			return l.fails(fault{at: len(nmapReport), field: "host", value: name, why: notAnAddress})
		}
	}
	first, at := nextWord(l.text, head)
	port, proto, _ := bytes.Cut(first, []byte("/"))
	n, ok := uintOf(port, 65535)
	if !ok {
		return l.fails(fault{at: at, field: "port", value: port, why: outOfRange})
	}
	word, p := nextWord(l.text, at+len(first))
	state, _ := nmapState(word)
	name, p := nextWord(l.text, p+len(word))
	rest := l.text[p+len(name):]
	if reason, q := nextWord(rest, 0); isNmapReason(reason) { // --reason
		rest = rest[q+len(reason):]
		if w, q := nextWord(rest, 0); string(w) == "ttl" {
			ttl, q := nextWord(rest, q+3)
			rest = rest[q+len(ttl):]
		}
	}
	tls := false
	if after, ok := bytes.CutPrefix(name, []byte("ssl/")); ok {
		name, tls = after, true
	}
	guess := bytes.HasSuffix(name, []byte("?"))
	version := bytes.TrimSpace(rest)
	s := portlore.DoorService{Name: text(bytes.TrimSuffix(name, []byte("?"))), Product: text(version), TLS: tls}
	prove(&s, !guess && len(version) > 0)
	return l.scanned(host, socketProto(proto), uint16(n), state, s)
}

func isNmapReason(b []byte) bool {
	switch string(b) {
	case "syn-ack", "reset", "conn-refused", "no-response", "udp-response", "port-unreach", "host-unreach", "net-unreach", "admin-prohibited", "proto-response", "localhost-response":
		return true
	}
	return false
}
