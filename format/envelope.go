package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// A line is one line of text, taken out of its envelope: a stamp, a host, the
// name of a program, all of which the message is better read without. It is
// reused for the next line.
type line struct {
	text    []byte // without the line end and without what it is wrapped in
	message []byte // what the program said; part of text
	program []byte // "kernel", or its name when it also gave its process id; empty: not known
	app     []byte // the program that RFC 5424 names without a process id; empty: none
	id      []byte // of the message, in RFC 5424; empty: none
	data    []byte // the structured data of RFC 5424, brackets and all; empty: none
	dataAt  int    // of data in text
	column  int    // of message in text, from 1
	base    int    // of text in the line as it stands in the input; near it where it had to be decoded
	when    stamp
	stamped int     // where in text the stamp ends that it begins with; zero: it begins with none
	bad     fault   // of a bad stamp; at is an offset in the line as it stands in the input
	clock   *clock  // for a stamp that stands in a field of its own
	layout  *layout // of the columns, when a header of the format asked stands above; nil: none
	json    bool    // the message is a JSON object, and what stands in its strings are somebody's words

	wrapped bool    // around holds something of this line
	around  *around // nil: no line yet was wrapped

	// What the format says about it.
	fault     fault // of a malformed line; at is an offset in message
	ambiguous bool  // fields are doubled: somebody may have forged some
	quoted    bool  // a record, but as the words of another program, or with two addresses of which one is forged

	// A line may tell of several things. Its format is asked again, with part
	// one higher, for as long as it sets more; next is its own to remember how
	// far it came.
	more  bool
	part  int
	next  int
	label []byte // what it said of the things that follow, such as a rule; lent

	said  portlore.Said // room for what a sensor says: ob.Said may point here
	doors []portlore.Door
}

// open takes a line of text out of its envelope.
func (l *line) open(text []byte, c *clock) {
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = bytes.TrimRight(text, "\r")
	}
	*l = line{text: text, clock: c, around: l.around}
	c.near = 0
	for range 3 * mostLayers {
		if !l.layer(c) {
			break
		}
	}
	if l.wrapped {
		size := l.when.size // of what stands in the text
		l.when = l.pick(l.when)
		l.when.size = size
		if l.around.cut.why != "" {
			l.when.bad, l.bad = true, l.around.cut
		}
		if len(l.program) == 0 && len(l.around.program) > 0 {
			l.named(l.around.program, nil)
		}
	}
}

// layer takes off one layer. It tells whether it found a line of text inside,
// which may have layers of its own.
func (l *line) layer(c *clock) bool {
	text := l.text
	if len(text) > 0 && (text[0] > 'Z' || text[0] == '>' || text[0] == '\x1e') && l.unusual() {
		return true
	}
	if len(l.program) == 0 && !l.json {
		return l.syslog(c)
	}
	p := skipBlanks(text, 0)
	if p < len(text) && text[p] == '[' && !l.json {
		p = skipBlanks(text, p+uptimeSize(text[p:]))
	}
	l.message, l.column = text[p:], p+1
	return l.inside()
}

// byAnother says that a record in the message is only quoted: a program said it
// that writes no records of this kind, or it is a string in a JSON object.
func (l *line) byAnother() bool { return len(l.program) > 0 || l.json }

// syslog reads the envelope of RFC 3164 and RFC 5424 as programs write it, that
// of the kernel's own ring buffer, and that of Proxmox. A line in none of them
// is all message. It tells what layer tells.
func (l *line) syslog(c *clock) bool {
	text := l.text
	p := 0
	if len(text) > 0 && text[0] == 0xef && bytes.HasPrefix(text, []byte("\ufeff")) {
		p = 3
	}
	for p < len(text) && (text[p] == 0 || text[p] == ' ' || text[p] == '\t') {
		p++ // a crash leaves NULs before the next line
	}
	p += skipTest(text[p:])
	priority := skipPriority(text[p:])
	p += priority
	if bytes.HasPrefix(text[p:], []byte("1 ")) && (priority > 0 || bare5424(text[p+2:])) {
		l.rfc5424(p+2, c)
		return l.inside()
	}
	p += skipFacility(text[p:])
	l.stamp(p, c)
	if l.when.size == 0 {
		switch n := beginning(text[p:], c); {
		case n > 0 && isColumn(text[p:p+n]) && l.stamp(p+n, c):
			p += n
		case n > 0:
			l.into(text[p+n:], p+n, wrapNone)
			return true
		default:
			p += l.loose(p, c)
		}
	}
	start := p
	if p += l.when.size; l.when.size > 0 {
		l.stamped = p
	}
	if n := kernelHost(text[p:]); n > 0 && l.when.zone == assumed {
		p += n
	} else if l.when.zone >= assumed {
		if l.when.zone == assumed && statesUTC(text[p:]) {
			l.when = c.asUTC(l.when)
			p += len(" UTC")
		}
		if n := containerStream(text[p:]); n > 0 {
			l.into(text[p+n:], p+n, wrapContainer)
			return true
		}
		if !dmesgStamp(text[start:p]) {
			p = l.host(p + skipColon(text[p:]))
		}
		if p < len(text) && l.again(start, p, c) {
			l.into(text[p:], p, wrapRelay)
			return true
		}
	}
	l.tag(skipBlanks(text, p), c)
	return l.inside()
}

// stamp reads the stamp at p and tells whether there is one.
func (l *line) stamp(p int, c *clock) bool {
	l.when = c.stamp(l.text[p:])
	if l.when.bad {
		l.bad = c.fault
		l.bad.at += l.base + p
	}
	return l.when.size > 0
}

// kernelHost is where "kernel: " begins behind a blank and the name of a host, as
// in most lines. Zero: it does not.
func kernelHost(b []byte) int {
	if len(b) < 12 || b[0] != ' ' || b[1] == ' ' {
		return 0
	}
	n := bytes.IndexByte(b[1:], ' ') + 2
	if n < 3 || !bytes.HasPrefix(b[n:], []byte("kernel: ")) || !isHost(b[1:n-1]) || isFacility(b[1:n-1]) {
		return 0
	}
	return n
}

// host skips the name of the host: the first word after the stamp, unless it
// looks like part of the message. Some devices say it twice. Before it or behind
// it may stand the facility and the level.
func (l *line) host(p int) int {
	text := l.text
	p = skipSpace(text, p)
	word := fieldAt(text, p)
	if n := len(word); n > 0 && isFacility(word) {
		p = skipSpace(text, p+n)
		word = fieldAt(text, p)
	}
	if !isHost(word) {
		return p
	}
	p = skipSpace(text, p+len(word))
	if again := fieldAt(text, p); len(word) > 0 && bytes.Equal(word, again) {
		p = skipSpace(text, p+len(again))
	}
	if n := len(fieldAt(text, p)); n > 0 && isFacility(text[p:p+n]) {
		p = skipSpace(text, p+n)
	}
	return p
}

// tag skips "kernel:" with the time since boot behind it, or "name[123]:".
func (l *line) tag(p int, c *clock) {
	text := l.text
	word := wordAt(text, p)
	if len(word) > 0 && word[len(word)-1] != ':' {
		if n := kernelTag(text[p:]); n > 0 {
			p += n
			word = wordAt(text, p)
		}
	}
	if len(l.program) == 0 && l.when.zone == sinceBoot { // journalctl -o short-monotonic has a host here
		if second := skipBlanks(text, p+len(word)); isHost(word) && len(programOf(wordAt(text, second))) > 0 {
			p, word = second, wordAt(text, second)
		}
	}
	if name := programOf(word); len(name) > 0 {
		l.program = name
		p = skipBlanks(text, p+len(word))
	}
	if len(l.program) == 0 && len(word) > 1 && word[len(word)-1] == ':' && bytes.HasPrefix(text[p+len(word):], []byte(" [ID ")) {
		l.program = word[:len(word)-1]
		if string(l.program) == "unix" || string(l.program) == "genunix" {
			l.program = kernelName
		}
		p = skipBlanks(text, p+len(word))
	}
	if p < len(text) && text[p] == '[' {
		if size := uptimeSize(text[p:]); size > 0 {
			if l.when.size == 0 {
				l.stamp(p, c)
			}
			if len(l.program) == 0 {
				l.program = kernelName
			}
			p += size
		} else {
			p += solarisSize(text[p:])
		}
		p = skipBlanks(text, p+skipCPU(text[p:]))
	}
	l.message = text[p:]
	l.column = p + 1
}

var kernelName = []byte("kernel")

// kernelTag is where the kernel's tag stands when something comes before it:
// the "kern.warn" of BusyBox, or a host name that is none. A colon with a blank
// behind it ends the search: what follows is what some program said.
func kernelTag(b []byte) int {
	b = b[:min(len(b), 128)]
	i := bytes.Index(b, []byte("kernel: "))
	if i < 1 || b[i-1] != ' ' || bytes.Contains(b[:i], []byte(": ")) {
		return 0
	}
	return i
}

// programOf is the name in a tag: "kernel:" or "name[123]:". Empty: a tag
// without a process id may as well be the prefix of a rule.
func programOf(word []byte) []byte {
	n := len(word) - 1
	if n < 3 || word[n] != ':' {
		return nil
	}
	if string(word) == "kernel:" {
		return kernelName
	}
	i := bytes.IndexByte(word, '[')
	if i <= 0 || word[n-1] != ']' || !isNumber(word[i+1:n-1]) {
		return nil
	}
	return word[:i]
}

// rfc5424 reads what follows "<PRI>1 ": stamp, host, program, process, message
// id, structured data. The latter may hold anything, quoted; it is no message.
func (l *line) rfc5424(p int, c *clock) {
	text := l.text
	l.stamp(p, c)
	var words [5][]byte
	for i := range words {
		words[i] = wordAt(text, p)
		p = min(p+len(words[i])+1, len(text))
	}
	program, process := words[2], words[3]
	l.id = words[4]
	if isNumber(process) {
		l.program = program
	} else if string(program) != "-" {
		l.app = program
	}
	if p < len(text) && text[p] == '-' {
		p++
	}
	data := p
	for p < len(text) && text[p] == '[' {
		p += structuredData(text[p:])
	}
	l.data, l.dataAt = text[data:p], data
	p = skipBlanks(text, p)
	if bytes.HasPrefix(text[p:], []byte("\ufeff")) {
		p += 3
	}
	if len(l.program) > 0 {
		l.message, l.column = text[p:], p+1
		return
	}
	l.tag(p, c)
}

// opensWith tells whether the message begins with mark, and where in it: at its
// start, or behind what a relay leaves there of the head of the line that it passed
// on: a tag ("junos-flow:"), a stamp, a host; or the address of the host alone. A
// stamp that states its zone or its year is better than one that does not.
func (l *line) opensWith(mark string) (at int, ok bool) {
	m := l.message
	at = bytes.Index(m, []byte(mark))
	if at <= 0 {
		return at, at == 0
	}
	p := skipTag(m, 0)
	if s := l.clock.stamp(m[p:]); s.size > 0 && p+s.size < at {
		p = skipBlanks(m, p+s.size)
		if word := wordAt(m, p); p < at && isHost(word) {
			p = skipBlanks(m, p+len(word))
		}
		if p < at {
			p = skipTag(m, p)
		}
		if p == at && !s.bad && l.when.zone != stated && (s.zone == stated || l.when.zone != assumed || l.when.yearless && !s.yearless) {
			s.size = max(s.size, l.when.size)
			l.when = s
		}
	} else if p == 0 {
		word := wordAt(m, 0)
		if _, ok := addr.Parse(word); ok {
			p = skipBlanks(m, len(word))
		}
		if p < at {
			p = skipTag(m, p)
		}
	}
	return at, p == at
}

// skipTag is the place behind a word that ends in a colon, and the blanks there.
func skipTag(b []byte, p int) int {
	if word := wordAt(b, p); len(word) > 1 && word[len(word)-1] == ':' {
		return skipBlanks(b, p+len(word))
	}
	return p
}

// structuredData is the length of one element of RFC 5424 section 6.3:
// [id name="value" …], where a quote in a value is escaped.
func structuredData(b []byte) int {
	quoted := false
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\\' && quoted:
			i++
		case b[i] == '"':
			quoted = !quoted
		case b[i] == ']' && !quoted:
			return i + 1
		}
	}
	return len(b)
}

// skipTest is the length of "log 1 pass = ", behind which the rule tests of OSSEC
// and Wazuh keep their lines.
func skipTest(b []byte) int {
	rest, ok := bytes.CutPrefix(b, []byte("log "))
	if !ok {
		return 0
	}
	rest = rest[len(digits(rest)):]
	for _, word := range [...]string{" pass = ", " fail = "} {
		if bytes.HasPrefix(rest, []byte(word)) {
			return skipBlanks(b, len(b)-len(rest)+len(word))
		}
	}
	return 0
}

// skipPriority is the length of "<13>" (RFC 5424 section 6.2.1).
func skipPriority(b []byte) int {
	if len(b) < 3 || b[0] != '<' {
		return 0
	}
	for i := 1; i < len(b) && i <= 4; i++ {
		if b[i] == '>' && i > 1 {
			return i + 1
		}
		if b[i] < '0' || b[i] > '9' {
			return 0
		}
	}
	return 0
}

func skipColon(b []byte) int {
	if len(b) > 0 && b[0] == ':' {
		return 1
	}
	return 0
}

func skipBlanks(b []byte, p int) int {
	for p < len(b) && b[p] == ' ' {
		p++
	}
	return p
}

// wordAt is the text from p to the next blank.
func wordAt(b []byte, p int) []byte {
	if i := bytes.IndexByte(b[p:], ' '); i >= 0 {
		return b[p : p+i]
	}
	return b[p:]
}

// fieldAt is the text from p to the next blank or tab.
func fieldAt(b []byte, p int) []byte {
	for i, c := range b[p:] {
		if c == ' ' || c == '\t' {
			return b[p : p+i]
		}
	}
	return b[p:]
}

// isHost tells a host name from the start of a message. A host name has none of
// these characters, and nobody calls a host DROP.
func isHost(word []byte) bool {
	for _, c := range word {
		switch c {
		case '[', ']', '=', '"', '(', '*', '|':
			return false
		}
	}
	return len(word) > 0 && word[len(word)-1] != ':' && verdictWord(word, 0, len(word)) == portlore.Unsaid
}

func isNumber(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
