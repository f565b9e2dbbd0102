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
	text    []byte // without the line end
	message []byte // what the program said; part of text, or decoded from it
	program []byte // "kernel", or its name when it also gave its process id; empty: not known
	id      []byte // of the message, in RFC 5424; empty: none
	data    []byte // the structured data of RFC 5424, brackets and all; empty: none
	dataAt  int    // of data in text
	column  int    // of message in text, from 1
	when    stamp
	bad     fault   // of a bad stamp; at is an offset in text
	decoded []byte  // what holds a message that was decoded
	clock   *clock  // for a stamp that stands in a field of its own
	layout  *layout // of the columns, when a header of the format asked stands above; nil: none

	// What the format says about it.
	fault     fault // of a malformed line; at is an offset in message
	ambiguous bool  // fields are doubled: somebody may have forged some
	quoted    bool  // a record, but as the words of another program

	// A line may tell of several things. Its format is asked again, with part
	// one higher, for as long as it sets more; next is its own to remember how
	// far it came.
	more bool
	part int
	next int

	said  portlore.Said // room for what a sensor says: ob.Said may point here
	doors []portlore.Door
}

// open takes a line of text out of its envelope.
func (l *line) open(text []byte, c *clock) {
	if n := len(text); n > 0 && text[n-1] == '\r' {
		text = text[:n-1]
	}
	*l = line{text: text, decoded: l.decoded, clock: c}
	if len(text) == 0 || text[0] != '{' || !l.journal() {
		l.syslog(c)
	}
}

// syslog reads the envelope of RFC 3164 and RFC 5424 as programs write it, that
// of the kernel's own ring buffer, and that of Proxmox. A line in none of them
// is all message.
func (l *line) syslog(c *clock) {
	text := l.text
	p := 0
	if len(text) > 0 && text[0] == 0xef && bytes.HasPrefix(text, []byte("\ufeff")) {
		p = 3
	}
	for p < len(text) && (text[p] == 0 || text[p] == ' ') {
		p++ // a crash leaves NULs before the next line
	}
	p += skipTest(text[p:])
	priority := skipPriority(text[p:])
	p += priority
	if bytes.HasPrefix(text[p:], []byte("1 ")) && (priority > 0 || c.stamp(text[p+2:]).size > 0) {
		l.rfc5424(p+2, c)
		return
	}
	p += skipFacility(text[p:])
	l.stamp(p, c)
	if l.when.size == 0 {
		if n := elsewhere(text[p:]); n > 0 && l.stamp(p+n, c) {
			p += n
		}
	}
	p += l.when.size
	if l.when.zone == assumed || l.when.zone == stated {
		p += skipColon(text[p:])
		p = l.host(skipBlanks(text, p))
	}
	l.tag(skipBlanks(text, p), c)
}

// stamp reads the stamp at p and tells whether there is one.
func (l *line) stamp(p int, c *clock) bool {
	l.when = c.stamp(l.text[p:])
	if l.when.bad {
		l.bad = c.fault
		l.bad.at += p
	}
	return l.when.size > 0
}

// host skips the name of the host: the first word after the stamp, unless it
// looks like part of the message. Some devices say it twice.
func (l *line) host(p int) int {
	word := wordAt(l.text, p)
	if !isHost(word) {
		return p
	}
	p = skipBlanks(l.text, p+len(word))
	if again := wordAt(l.text, p); len(word) > 0 && bytes.Equal(word, again) {
		p = skipBlanks(l.text, p+len(again))
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
	if name := programOf(word); len(name) > 0 {
		l.program = name
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

// begins tells whether the message begins with mark, and where in it: at its start,
// or behind what a relay leaves there of the head of the line that it passed on: a
// tag ("junos-flow:"), a stamp, a host; or the address of the host alone. A stamp that states its zone or its year
// is better than one that does not.
func (l *line) begins(mark string) (at int, ok bool) {
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

// elsewhere finds a stamp that is not at the start of a line: behind the
// "file:" or "file:12:" of grep, or as the fourth word of Proxmox ("101 1
// tap101i0-IN 20/Jun/2022:13:12:46 +0200"). Zero: nowhere.
func elsewhere(b []byte) int {
	if len(b) > 0 && '0' <= b[0] && b[0] <= '9' {
		p := 0
		for range 3 {
			p = skipBlanks(b, p+len(wordAt(b, p)))
		}
		if p+20 < len(b) && b[p+2] == '/' && b[p+6] == '/' {
			return p
		}
	}
	name := wordAt(b, 0)
	i := bytes.IndexByte(name, ':')
	if i < 0 || i+1 == len(name) {
		return 0
	}
	if j := bytes.IndexByte(name[i+1:], ':'); j > 0 && isNumber(name[i+1:i+1+j]) && i+2+j < len(name) && !isNumber(name[i+2+j:]) {
		i += 1 + j
	}
	return i + 1
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

// skipFacility is the length of "kern  :warn  : ", which dmesg -x prints.
func skipFacility(b []byte) int {
	if len(b) < 16 || b[6] != ':' || b[13] != ':' || !bytes.HasPrefix(b, []byte("kern")) {
		return 0
	}
	return skipBlanks(b, 14)
}

// skipCPU is the length of "[    C0]" or "[  T123]", the processor or thread
// that the kernel prints when it was built with PRINTK_CALLER.
func skipCPU(b []byte) int {
	p := skipBlanks(b, 0)
	if p >= len(b) || b[p] != '[' {
		return 0
	}
	p = skipBlanks(b, p+1)
	if p >= len(b) || b[p] != 'C' && b[p] != 'T' {
		return 0
	}
	end := bytes.IndexByte(b[p:], ']')
	if end < 2 || !isNumber(b[p+1:p+end]) {
		return 0
	}
	return p + end + 1
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
