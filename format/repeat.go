package format

import "bytes"

// repetition reads what syslog daemons write for lines that came again. "last
// message repeated 3 times" stands for 3 more of the line before; then last is
// true. "message repeated 3 times: [ … ]" carries the message, which becomes
// that of the line. For anything else the count is 1.
func (l *line) repetition() (count uint64, last bool) {
	const (
		bare     = "last message repeated "
		carrying = "message repeated "
		most     = 1e9 // a daemon flushes long before
	)
	m := l.message
	if len(m) < len(carrying) || m[0] != 'l' && m[0] != 'm' && m[0] != '-' {
		return 1, false
	}
	m = bytes.TrimPrefix(m, []byte("--- ")) // macOS
	rest, last := bytes.CutPrefix(m, []byte(bare))
	if !last {
		var ok bool
		if rest, ok = bytes.CutPrefix(m, []byte(carrying)); !ok {
			return 1, false
		}
	}
	i := 0
	for ; i < len(rest) && rest[i]-'0' <= 9 && count <= most; i++ {
		count = count*10 + uint64(rest[i]-'0')
	}
	if i == 0 || count > most {
		return 1, false
	}
	rest = rest[i:]
	if last {
		rest = bytes.TrimSuffix(bytes.TrimRight(rest, " "), []byte(" ---"))
		if string(rest) == " times" || string(rest) == " time" {
			return count, true
		}
		return 1, false
	}
	body, ok := bytes.CutPrefix(rest, []byte(" times: ["))
	if !ok || count == 0 {
		return 1, false
	}
	l.column += len(l.message) - len(body)
	l.message = bytes.TrimSuffix(bytes.TrimRight(body, " "), []byte("]"))
	p := skipBlanks(l.message, 0)
	if p < len(l.message) && l.message[p] == '[' {
		p = skipBlanks(l.message, p+uptimeSize(l.message[p:]))
	}
	l.message = l.message[p:]
	l.column += p
	return count, false
}

// repeats tells whether a line only says that the one before came again.
func (l *line) repeats(text []byte, c *clock) bool {
	text = bytes.TrimSuffix(text, []byte("\n"))
	if len(text) > maxLine || !bytes.Contains(text, []byte("message repeated ")) {
		return false
	}
	l.open(text, c)
	_, last := l.repetition()
	return last
}
