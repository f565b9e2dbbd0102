package format

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What portlore itself found: the JSON of `scan` and of `listen`, and the lines of
// `scan --format jsonl`. A recutter makes such lines of the documents, a door each:
//
//	{"schema":"portlore/scan/1","address":"192.0.2.7","proto":"tcp","port":22,"state":"open",…}
var ours = &Format{
	Name: "portlore",
	Doc:  "portlore's own JSON: scan (--json, --format jsonl), listen (--json, --save)",
	Spec: "docs/schema",
	read: readOurs,
}

const (
	scanLine   = `{"schema":"portlore/scan/1",`
	listenLine = `{"schema":"portlore/listen/1",`
)

func readOurs(l *line, _ *portlore.Observation) outcome {
	scanned := bytes.HasPrefix(l.text, []byte(scanLine))
	if !scanned && !bytes.HasPrefix(l.text, []byte(listenLine)) || !bytes.Contains(l.text, []byte(`"proto"`)) {
		return other
	}
	l.message, l.column = l.text, 1
	var d portlore.Door
	if err := json.Unmarshal(l.text, &d); err != nil {
		return l.fails(fault{at: len(l.text), field: "} of the JSON object", why: isMissing})
	}
	proto := d.Proto
	if d.Proto != "raw" && d.Proto != "packet" {
		proto = socketProto([]byte(d.Proto))
	}
	switch d.State {
	case "open", "closed", "filtered", "unknown":
	default:
		return l.fails(fault{field: "state", value: []byte(text([]byte(d.State))), why: outOfRange})
	}
	host, _, _ := bytes.Cut([]byte(d.Address), []byte("%"))
	if _, ok := addr.Parse(host); proto == "" || !ok && d.Address != "*" && d.Address != "" {
		return l.fails(fault{field: "address", value: []byte(text([]byte(d.Address))), why: notAnAddress})
	}
	d.Proto, d.Answered = proto, scanned
	bound(&d)
	l.doors = append(l.doors, d)
	return opened
}

// bound keeps what is read small: the file may have been made by anybody.
func bound(d *portlore.Door) {
	const longest, most = 4 << 10, 64
	short := func(texts ...*string) {
		for _, t := range texts {
			*t = (*t)[:min(longest, len(*t))]
		}
	}
	p, s := &d.Process, &d.Service
	short(&d.Address, &d.Why, &d.Means, &d.To, &d.Netns, &d.ReachBy.EN, &d.ReachBy.ZH, &s.Name, &s.Product, &s.Version, &s.Banner,
		&p.Name, &p.Exe, &p.User, &p.Unit, &p.Container, &p.Command, &p.Cwd, &p.Started, &p.Stop)
	d.Checks = d.Checks[:min(most, len(d.Checks))]
	for i := range d.Checks {
		c := &d.Checks[i]
		c.Do = c.Do[:min(most, len(c.Do))]
		short(&c.ID, &c.Evidence, &c.Means)
		for k := range c.Do {
			short(&c.Do[k])
		}
	}
	d.From, p.Parents = d.From[:min(most, len(d.From))], p.Parents[:min(most, len(p.Parents))]
}

var noteOurs = portlore.Text{
	EN: "the file is portlore's own JSON; lines count its doors",
	ZH: "文件是 portlore 自己的 JSON，行数按其中的端口计",
}

// isScanDocument and isListenDocument know the documents by how they begin.
func isScanDocument(head []byte) bool   { return isOurs(head, "scan") }
func isListenDocument(head []byte) bool { return isOurs(head, "listen") }

func isOurs(head []byte, verb string) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(head) == 0 || head[0] != '{' {
		return false
	}
	key := bytes.TrimLeft(head[1:], " \t\r\n")
	value, ok := bytes.CutPrefix(key, []byte(`"schema"`))
	value = bytes.TrimLeft(value, " \t\r\n:")
	rest, named := bytes.CutPrefix(value, []byte(`"portlore/`+verb+`/1"`))
	next := bytes.TrimLeft(rest, " \t\r\n,")
	return ok && named && bytes.HasPrefix(next, []byte(`"word"`)) // a line has the address next
}

func newScanCutter(r io.Reader) io.Reader   { return newDoorCutter(r, scanLine) }
func newListenCutter(r io.Reader) io.Reader { return newDoorCutter(r, listenLine) }

// newDoorCutter cuts a document into its doors, each on a line that says whose it is.
func newDoorCutter(r io.Reader, head string) io.Reader {
	return &lineCutter{
		r: bufio.NewReaderSize(newJSONCutter(r), 64<<10),
		take: func(out, line []byte) []byte {
			if len(line) == 0 {
				return out
			}
			if rest, ok := bytes.CutPrefix(line, []byte("{")); ok && !bytes.Contains(line[:min(40, len(line))], []byte(`"schema"`)) {
				out, line = append(out, head...), rest
			}
			return append(append(out, line...), '\n')
		},
		end: func(out []byte) []byte { return out },
	}
}
