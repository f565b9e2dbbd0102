package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The security log of Windows, as XML of the Event Viewer or of wevtutil, and as its
// text: event 4625 is a logon that failed, 4624 one that did not. A name that was
// tried is of the client's choice; the XML escapes it.
//
//	<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>…<EventID>4625</EventID>…<TimeCreated SystemTime='2026-11-23T15:02:16.1234567Z'/>…</System><EventData>…<Data Name='LogonType'>3</Data>…<Data Name='IpAddress'>203.0.113.5</Data><Data Name='IpPort'>0</Data></EventData></Event>
//	Event[0]: Log Name: Security … Date: 2026-11-23T15:02:16.123 Event ID: 4625 … Logon Type: 10 … Source Network Address: 203.0.113.5 Source Port: 0 …
//
// Of the service only logon type 10 is certain: Remote Desktop. Types 3 and 10 come
// over the network.
var windowsLogon = &Format{
	Name:  "windows-logon",
	Doc:   "Windows Security events 4624 and 4625 (XML, wevtutil text)",
	Spec:  "https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4625",
	read:  readWindowsLogon,
	marks: []string{"<E></System>", "Event["},
}

var noteEvents = portlore.Text{
	EN: "an export of Windows events; lines count the events",
	ZH: "Windows 事件的导出，行数按事件计",
}

func readWindowsLogon(l *line, ob *portlore.Observation) outcome {
	text := l.text
	w := windowsEvent{l: l, ob: ob}
	switch {
	case bytes.HasPrefix(text, []byte("<Event xmlns=")), bytes.HasPrefix(text, []byte("<?xml ")), bytes.HasPrefix(text, []byte("<Events>")):
		l.message, l.column = text, 1
		return w.xml(text)
	case bytes.HasPrefix(text, []byte("Event[")):
		l.message, l.column = text, 1
		return w.text(text)
	}
	return other
}

type windowsEvent struct {
	l  *line
	ob *portlore.Observation
}

func (w *windowsEvent) xml(text []byte) outcome {
	system, data, ok := bytes.Cut(text, []byte("</System>"))
	if !ok {
		return other
	}
	_, id, _ := bytes.Cut(system, []byte("<EventID"))
	_, id, _ = bytes.Cut(id, []byte(">"))
	id, _, _ = bytes.Cut(id, []byte("<"))
	if _, when, ok := bytes.Cut(system, []byte("<TimeCreated SystemTime=")); ok && len(when) > 1 {
		w.l.timeOf(when[1:], offsetIn(w.l.message, when[1:]))
	}
	return w.logon(id, xmlData(data, "LogonType"), xmlData(data, "IpAddress"), xmlData(data, "IpPort"))
}

// xmlData is the text of <Data Name='name'>…</Data>, whichever the quotes are.
func xmlData(b []byte, name string) []byte {
	for {
		_, rest, ok := bytes.Cut(b, []byte("<Data Name="))
		if !ok || len(rest) < len(name)+3 {
			return nil
		}
		if b = rest; string(rest[1:1+len(name)]) == name && (rest[1+len(name)] == '\'' || rest[1+len(name)] == '"') && rest[2+len(name)] == '>' {
			value, _, _ := bytes.Cut(rest[3+len(name):], []byte("<"))
			return value
		}
	}
}

// text reads the text of wevtutil, made one line. Of each label the last counts, for
// the name that was tried stands before the network.
func (w *windowsEvent) text(text []byte) outcome {
	head, body, ok := bytes.Cut(text, []byte("Description: "))
	if !ok {
		return other
	}
	_, when, _ := bytes.Cut(head, []byte(" Date: "))
	_, id, _ := bytes.Cut(head, []byte(" Event ID: "))
	w.l.timeOf(when, offsetIn(w.l.message, when))
	_, kind, _ := bytes.Cut(body, []byte("Logon Type:"))
	i := bytes.LastIndex(body, []byte("Source Network Address:"))
	if i < 0 {
		return other
	}
	address := body[i+len("Source Network Address:"):]
	_, port, _ := bytes.Cut(address, []byte("Source Port:"))
	return w.logon(wordAt(id, 0), firstWord(kind), firstWord(address), firstWord(port))
}

// firstWord is the first word behind blanks and tabs.
func firstWord(b []byte) []byte {
	b = bytes.TrimLeft(b, " \t")
	if i := bytes.IndexAny(b, " \t"); i >= 0 {
		return b[:i]
	}
	return b
}

func (w *windowsEvent) logon(id, kind, address, port []byte) outcome {
	l, ob := w.l, w.ob
	claim := portlore.LoginRefused
	switch string(id) {
	case "4625":
	case "4624":
		claim = portlore.LoginAccepted
	default:
		return other
	}
	remote := string(kind) == "10"
	if string(kind) != "3" && !remote || len(address) == 0 || string(address) == "-" {
		return other
	}
	var ok bool
	if ob.Src, ok = addr.Parse(address); !ok {
		return l.fails(fault{at: offsetIn(l.message, address), field: "IpAddress", value: address, why: notAnAddress})
	}
	l.claim(ob, claim, portlore.LevelUnsaid, "windows", nil, nil)
	if remote {
		from, _ := uintOf(port, 65535)
		serves(ob, portlore.TCP, int32(from), 3389)
	}
	return understood
}

func isWindowsEvents(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if rest, ok := bytes.CutPrefix(head, []byte("Event[")); ok {
		return len(digits(rest)) > 0
	}
	if bytes.HasPrefix(head, []byte("<?xml ")) {
		_, head, _ = bytes.Cut(head, []byte("?>"))
		head = bytes.TrimLeft(head, " \t\r\n")
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("<Events>")), " \t\r\n")
	return bytes.HasPrefix(head, []byte("<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'")) ||
		bytes.HasPrefix(head, []byte(`<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"`))
}

// An eventCutter writes each event on a line of its own: up to "</Event>", or from
// one line that begins with "Event[" to the next.
type eventCutter struct {
	r     *bufio.Reader
	event []byte // being read
	out   []byte // whole lines, not yet read
	err   error
}

func newEventCutter(r io.Reader) io.Reader {
	return &eventCutter{r: bufio.NewReaderSize(r, 64<<10)}
}

func (c *eventCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		text, err := c.r.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			c.err = err
		}
		if bytes.HasPrefix(text, []byte("Event[")) {
			c.flush()
		}
		c.take(text)
		if c.err != nil {
			c.flush()
		}
	}
	return give(p, &c.out, c.err)
}

// take takes some text, which may hold the ends of several events, or one that the
// text before began. Line ends become blanks.
func (c *eventCutter) take(text []byte) {
	const end = "</Event>"
	for _, b := range text {
		if b == '\n' || b == '\r' {
			b = ' '
		}
		if b == ' ' && len(c.event) == 0 {
			continue
		}
		if len(c.event) <= maxLine+1 {
			c.event = append(c.event, b)
		}
		if b == '>' && bytes.HasSuffix(c.event, []byte(end)) {
			c.flush()
		}
	}
}

// flush ends the event.
func (c *eventCutter) flush() {
	c.event = bytes.TrimRight(c.event, " ")
	if len(c.event) > 0 {
		c.out = append(append(c.out, c.event...), '\n')
		c.event = c.event[:0]
	}
}
