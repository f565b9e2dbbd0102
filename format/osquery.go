package format

import (
	"bufio"
	"bytes"
	"io"

	"github.com/portlore/portlore"
)

// The table listening_ports of osquery, as JSON (--json), as the results that
// osqueryd logs, and as osqueryi prints it, which a recutter makes into JSON:
//
//	{"address":"0.0.0.0","family":"2","fd":"3","path":"","pid":"712","port":"22","protocol":"6","socket":"20113"}
//
// Other columns are welcome where the query joined the table with processes: name,
// cmdline, username. A row with the address 0.0.0.0 and port 0 is a local socket.
var osquery = &Format{
	Name:  "osquery",
	Doc:   "osquery listening_ports: JSON, results log, printed table",
	Spec:  "https://osquery.io/schema (listening_ports)",
	read:  readOsquery,
	marks: []string{`^{"protocol""port""address""pid"`},
}

func readOsquery(l *line, _ *portlore.Observation) outcome {
	text := l.text
	if len(text) == 0 || text[0] != '{' || !bytes.Contains(text, []byte(`"protocol"`)) || !bytes.Contains(text, []byte(`"port"`)) ||
		!bytes.Contains(text, []byte(`"address"`)) || !bytes.Contains(text, []byte(`"pid"`)) {
		return other
	}
	row, from := text, 0
	removed := false
	eachMember(text, func(key, value []byte, at int) {
		switch string(key) {
		case "columns":
			row, from = value, at
		case "action":
			removed = string(inner(value)) == "removed"
		}
	})
	if removed || len(row) == 0 || row[0] != '{' {
		return other
	}
	var host, port, proto word
	var p portlore.DoorProcess
	whole := eachMember(row, func(key, value []byte, at int) {
		w := word{inner(value), from + at}
		switch string(key) {
		case "address":
			host = w
		case "port":
			port = w
		case "protocol":
			proto = w
		case "pid":
			p.PID = pidOf(w.text)
		case "name":
			p.Name = textOf(w.text)
		case "username":
			p.User = textOf(w.text)
		case "exe", "path":
			if len(w.text) > 0 && w.text[0] == '/' {
				p.Exe = textOf(w.text)
			}
		}
	})
	var transport string
	switch string(proto.text) {
	case "6":
		transport = "tcp"
	case "17":
		transport = "udp"
	case "132":
		transport = "sctp"
	default:
		return other
	}
	l.message, l.column = text, 1
	n, ok := uintOf(port.text, 65535)
	switch {
	case !whole:
		return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
	case !ok:
		return l.fails(fault{at: port.at, field: "port", value: port.text, why: outOfRange})
	case n == 0:
		return other
	}
	var room [64]byte
	end, bad := readEnd(append(append(room[:0], host.text...), ":0"...), ':')
	if bad.why != "" {
		return l.fails(fault{at: host.at, field: "address", value: host.text, why: notAnAddress})
	}
	end.port = int32(n)
	return l.listens(transport, &end, p)
}

// textOf is the text of a JSON string without its quotes.
func textOf(b []byte) string { return text(unescape(nil, b)) }

// isOsqueryTable knows the table that osqueryi prints, by its frame and by the
// names of its columns.
func isOsqueryTable(head []byte) bool {
	if !bytes.HasPrefix(head, []byte("+--")) {
		return false
	}
	_, rest, _ := bytes.Cut(head, []byte("\n"))
	names, _, _ := bytes.Cut(rest, []byte("\n"))
	return bytes.HasPrefix(names, []byte("| ")) && bytes.Contains(names, []byte(" port ")) && bytes.Contains(names, []byte(" protocol ")) &&
		bytes.Contains(names, []byte(" address ")) && bytes.Contains(names, []byte(" pid "))
}

// An osqueryCutter makes a JSON object of every row. The lines of the frame stay.
type osqueryCutter struct {
	lines *bufio.Reader
	out   []byte
	err   error
	names [][]byte
}

func newOsqueryCutter(r io.Reader) io.Reader {
	return &osqueryCutter{lines: bufio.NewReaderSize(r, 64<<10)}
}

func (c *osqueryCutter) Read(p []byte) (int, error) {
	if len(c.out) == 0 && c.err == nil {
		var piece []byte
		piece, c.err = c.lines.ReadSlice('\n')
		if c.err == bufio.ErrBufferFull {
			c.err = nil
		}
		c.take(piece)
	}
	return give(p, &c.out, c.err)
}

func (c *osqueryCutter) take(piece []byte) {
	row := bytes.TrimRight(piece, "\r\n")
	inside, ok := bytes.CutPrefix(row, []byte("| "))
	if !ok || len(row) == len(piece) || c.names == nil {
		c.out = append(c.out[:0], piece...)
		if ok && c.names == nil {
			c.names = [][]byte{}
			for name := range bytes.SplitSeq(bytes.Clone(bytes.TrimSuffix(inside, []byte("|"))), []byte("|")) {
				c.names = append(c.names, bytes.TrimSpace(name))
			}
		}
		return
	}
	c.out = append(c.out[:0], '{')
	for i, name := range c.names {
		value, rest, _ := bytes.Cut(inside, []byte("|"))
		inside = rest
		if i > 0 {
			c.out = append(c.out, ',')
		}
		c.out = append(append(append(c.out, '"'), name...), `":"`...)
		for _, b := range bytes.TrimSpace(value) {
			if b == '"' || b == '\\' {
				c.out = append(c.out, '\\')
			}
			c.out = append(c.out, b)
		}
		c.out = append(c.out, '"')
	}
	c.out = append(c.out, "}\n"...)
}
