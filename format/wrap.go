package format

import "bytes"

// A line may be wrapped in what carried it: Docker writes it into a JSON object,
// a shipper such as Filebeat puts an object around that, a syslog server its own
// stamp before it. A wrapping is taken off where it is one of a closed list; in
// any other JSON object a record is somebody's words.
//
// Which time counts? The message's own when it states its zone, and never one
// that only counts from the start of the machine. What stamps a line as it is
// written (Docker, the journal, a syslog server) is within milliseconds of it, so
// where its time states the zone it counts before one whose zone or year would
// have to be assumed, unless they are more than a day apart: then an old log was written
// again. A shipper's time is that at which it came to read the line, which may be
// a whole file at once; it counts only for a message without a time. Either gives
// the year of a message that has none.

// mostLayers is how many wrappings may lie around each other. Three is the most
// that was seen: the line of a container in the journal in Elasticsearch.
const mostLayers = 5

// A wrapping is what lies around a line.
type wrapping uint8

const (
	wrapNone wrapping = iota
	wrapJournal
	wrapSyslogJSON // JSON templates of rsyslog and syslog-ng
	wrapDocker
	wrapContainer // containerd, CRI-O, podman; docker logs -t
	wrapGELF
	wrapElastic
	wrapLoki
	wrapSplunk
	wrapCloud // CloudWatch, Google Cloud, Azure
	wrapShipper
	wrapRelay // the stamp of a syslog server before a whole line
)

// written says that its time is the one at which the line was written.
func (w wrapping) written() bool {
	switch w {
	case wrapJournal, wrapSyslogJSON, wrapDocker, wrapContainer, wrapGELF, wrapRelay:
		return true
	}
	return false
}

// around is what is around a line.
type around struct {
	wraps   [mostLayers]wrapping // from the outside
	depth   int
	outer   stamp                  // of those
	written bool                   // outer is the time at which the line was written
	cut     fault                  // of a wrapping that does not end
	program []byte                 // whose line it is, if it does not say so itself
	decoded [mostLayers + 1][]byte // what holds messages that were decoded
}

// wrap is what is around the line, to be filled in.
func (l *line) wrap() *around {
	switch {
	case l.around == nil:
		l.around = new(around)
	case !l.wrapped:
		*l.around = around{decoded: l.around.decoded}
	}
	l.wrapped = true
	return l.around
}

// scratch is room for a text that a reader puts together from its line.
func (l *line) scratch() *[]byte {
	a := l.wrap()
	return &a.decoded[a.depth]
}

// into goes on with the line inside a wrapping, which begins at an offset in the
// one around it. The time of the wrapping is l.when.
func (l *line) into(text []byte, at int, as wrapping) {
	a := l.wrap()
	if l.when.size > 0 && !l.when.bad && l.when.zone >= assumed {
		a.outer, a.written = l.pick(l.when), as.written()
		if !a.outer.yearless {
			l.clock.near = a.outer.nanos
		}
	}
	if as != wrapNone && a.depth < mostLayers {
		a.wraps[a.depth] = as
		a.depth++
	}
	l.when, l.stamped, l.column = stamp{}, 0, 0
	l.text, l.base = text, l.base+at
	l.id, l.data = nil, nil
}

// pick chooses between the time of the line and that of what is around it.
func (l *line) pick(own stamp) stamp {
	const day = 26 * 3600 * 1e9 // and what zones differ by
	outer := &l.around.outer
	switch {
	case outer.size == 0 || own.bad || own.zone == stated:
		return own
	case own.size == 0 || own.zone == sinceBoot:
		return *outer
	case l.around.written && outer.zone == stated && own.nanos-outer.nanos < day && outer.nanos-own.nanos < day:
		return *outer
	}
	return own
}

// unusual takes off what the first byte of a line betrays. It tells whether
// there was anything; if not, the line is to be read as it is.
func (l *line) unusual() bool {
	text := l.text
	switch text[0] {
	case '{':
		return l.object(0)
	case '[': // of the query API of Loki: ["1795446136000000000","line"]
		return l.lokiPair()
	case '\x1e': // journalctl -o json-seq
		l.into(text[1:], 1, wrapNone)
		return true
	case 'd': // journalctl -o json-sse
		if bytes.HasPrefix(text, []byte(`data: {"`)) {
			l.into(text[6:], 6, wrapNone)
			return true
		}
	case '>': // quoted in a mail
		n := 0
		for n < len(text) && (text[n] == '>' || text[n] == ' ') {
			n++
		}
		if n > 1 && n < len(text) {
			l.into(text[n:], n, wrapNone)
			return true
		}
	case '`': // code in Markdown; three of them begin or end a block
		if n := len(text); n > 2 && text[n-1] == '`' && text[1] != '`' {
			l.into(text[1:n-1], 1, wrapNone)
			return true
		}
	}
	return false
}

// inside takes off a wrapping that stands where the message should be: a JSON
// object behind a syslog head, with the cookie "@cee:" of CEE or without.
func (l *line) inside() bool {
	m := l.message
	if len(m) < 2 {
		return false
	}
	if m[0] != '{' && m[0] != '@' {
		return m[len(m)-1] == '}' && l.tagged()
	}
	at := len(l.text) - len(m)
	if rest, ok := bytes.CutPrefix(m, []byte("@cee:")); ok {
		m = bytes.TrimLeft(rest, " ")
		at = len(l.text) - len(m)
	}
	return len(m) > 0 && m[0] == '{' && l.object(at)
}

// tagged is inside for a message that begins with a name without a process id:
// "app: {…}".
func (l *line) tagged() bool {
	m := l.message
	word := wordAt(m, 0)
	n := len(word)
	if n < 2 || word[n-1] != ':' || !bytes.HasPrefix(m[n:], []byte(` {"`)) {
		return false
	}
	if isRelay(word[:n-1]) {
		return l.object(len(l.text) - len(m) + n + 1)
	}
	l.json = true
	return false
}

// lokiPair reads a time in nanoseconds and a line.
func (l *line) lokiPair() bool {
	text := l.text
	if len(text) < 24 || text[1] != '"' || !isNumber(text[2:12]) {
		return false
	}
	end := valueEnd(text, 1)
	nanos, ok := epochOf(inner(text[1:end]))
	p := skipSpace(text, end)
	if !ok || l.wrap().depth == mostLayers || p >= len(text) || text[p] != ',' {
		return false
	}
	if p = skipSpace(text, p+1); p >= len(text) || text[p] != '"' {
		return false
	}
	value := text[p:valueEnd(text, p)]
	l.when = fromEpoch(nanos, stated, end)
	l.into(l.decode(value), p+1, wrapLoki)
	return true
}

// isRelay names programs that carry the lines of others: what they say, somebody
// else said.
func isRelay(program []byte) bool {
	switch string(program) {
	case "docker", "dockerd", "containerd", "conmon", "podman", "fluent-bit", "fluentd", "td-agent", "vector", "filebeat", "promtail", "alloy", "rsyslogd", "syslog-ng":
		return true
	}
	return false
}
