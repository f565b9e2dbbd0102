package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// IBM's Log Event Extended Format (QRadar LEEF): four fields between pipes, in
// version 2 a fifth that says what separates the pairs, else a tab.
//
//	LEEF:1.0|Palo Alto Networks|PAN-OS|11.0|deny|src=198.51.100.9	srcPort=40001	dst=203.0.113.10	dstPort=22	proto=tcp	action=deny
//
// It is judged as CEF is.
var leef = &Format{
	Name:  "leef",
	Doc:   "LEEF, as written by firewalls and sensors of many makers",
	Spec:  "https://www.ibm.com/docs/en/dsm?topic=overview-leef-event-components",
	read:  readLEEF,
	marks: []string{"LEEF:|"},
}

func readLEEF(l *line, ob *portlore.Observation) outcome {
	at, ok := l.opensWith("LEEF:")
	if !ok || l.json {
		return other
	}
	head := headFields{text: l.message, p: at + len("LEEF:")}
	version := head.next()
	e := event{builder: l.build(ob), vendor: head.next(), product: head.next()}
	head.next()
	e.id = head.next()
	e.name = e.id
	if head.cut {
		return other
	}
	sep := byte('\t')
	if bytes.HasPrefix(version, []byte("2")) {
		before := head
		field := head.next()
		if n, ok := hexOf(field); ok {
			sep = byte(n)
		} else if len(field) == 1 {
			sep = field[0]
		} else if len(field) > 0 && string(field) != "x09" || head.cut {
			head = before // it is left out
		}
	}
	rest := l.message[head.p:]
	if bytes.IndexByte(rest, sep) < 0 {
		sep = '\t'
	}
	if sep == '\t' && bytes.IndexByte(rest, '\t') < 0 { // a relay made blanks of them
		for p := (cefPairs{text: l.message, p: head.p}); p.next(); {
			e.put(p.key, p.value, p.at)
		}
		return e.done()
	}
	for p := head.p; p < len(l.message); {
		pair := l.message[p:]
		if i := bytes.IndexByte(pair, sep); i >= 0 {
			pair = pair[:i]
		}
		if key, value, ok := bytes.Cut(pair, []byte("=")); ok {
			e.put(bytes.TrimSpace(key), value, p+len(key)+1)
		}
		p += len(pair) + 1
	}
	return e.done()
}
