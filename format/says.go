package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// says is the program that wrote a line, and its words. Where the envelope did not
// name it, since it gave no process id, that is the tag before the words:
//
//	Nov 23 15:02:16 gw scanlogd: 203.0.113.5 to …
//	Nov 23 15:02:16 gw proftpd[123] gw (203.0.113.5[203.0.113.5]) - …
//
// Without a stamp the name of the host may come first. Whoever asks compares the
// program with those whose words it knows, and believes no other's.
func (l *line) says() (program, words []byte) {
	if len(l.program) > 0 {
		return l.program, l.message
	}
	if len(l.app) > 0 {
		return l.app, l.message
	}
	if name, rest := tagOf(l.message); name != nil {
		return name, rest
	}
	if l.when.size == 0 {
		if host := wordAt(l.message, 0); len(host) > 0 && isHost(host) {
			return tagOf(l.message[min(len(host)+1, len(l.message)):])
		}
	}
	return nil, l.message
}

// tagOf is the name in "name: ", "name[123]: " or "name[123] " and what follows.
func tagOf(b []byte) (name, rest []byte) {
	i := 0
	for i < len(b) && i < 48 && isNameByte(b[i]) {
		i++
	}
	end := i
	if i < len(b) && b[i] == '[' {
		i++
		i += len(digits(b[i:]))
		if i >= len(b) || b[i] != ']' {
			return nil, b
		}
		i++
	}
	if i < len(b) && b[i] == ':' {
		i++
	}
	if end < 2 || i == end || i >= len(b) || b[i] != ' ' {
		return nil, b
	}
	return b[:end], b[skipBlanks(b, i):]
}

func isNameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '/'
}

// claim notes what a sensor says of the observation.
func (l *line) claim(ob *portlore.Observation, claim portlore.Claim, level portlore.Level, sensor string, rule, message []byte) {
	l.said = portlore.Said{Claim: claim, Level: level, Sensor: sensor, Rule: rule, Message: message}
	ob.Said = &l.said
}

// serves notes where a program listens that speaks of a source: its log names the
// service, not the port. Of the source's port it may say nothing; then src is -1.
func serves(ob *portlore.Observation, proto portlore.Proto, src int32, dst uint16) {
	ob.Proto, ob.Has = proto, ob.Has|portlore.HasProto
	if src > 0 || ob.Said != nil {
		setPorts(ob, max(src, 0), int32(dst))
	}
}

// between is what stands in b between before and after, and what follows that;
// nil: they do not both stand there.
func between(b []byte, before, after string) (value, rest []byte) {
	i := bytes.Index(b, []byte(before))
	if i < 0 {
		return nil, b
	}
	b = b[i+len(before):]
	j := bytes.Index(b, []byte(after))
	if j < 0 {
		return nil, b
	}
	return b[:j:j], b[j+len(after):]
}

// nextAddress is the next address in a list, behind where the last one ended.
func (l *line) nextAddress(list []byte) (netip.Addr, bool) {
	for l.next < len(list) {
		start := l.next
		for l.next < len(list) && isAddressByte(list[l.next]) {
			l.next++
		}
		if a, ok := addr.Parse(list[start:l.next]); ok && (l.next == len(list) || list[l.next] != '/') {
			return a, true
		}
		l.next++
	}
	return netip.Addr{}, false
}

func isAddressByte(c byte) bool {
	return c == '.' || c == ':' || addr.HexDigit(c) <= 15
}

// own is what follows the stamp at the start of the text, for programs that write
// logs of their own, without a host and a tag. Nil: there is no such stamp, or a
// tag; but behind "[stamp] " a level and a thread may look like one.
func (l *line) own() []byte {
	text := l.text
	if l.stamped == 0 || l.stamped >= len(text) || l.json || len(l.program) > 0 && text[0] != '[' || text[0] != '[' && text[0]-'0' > 9 {
		return nil
	}
	return text[l.stamped:]
}
