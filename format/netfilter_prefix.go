package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// A prefix is what stands before a record.
type prefix struct {
	verdict   portlore.Verdict
	hasRecord bool // it holds SRC= itself: somebody forged a record, or part of one
	openQuote bool // an odd number of quotes
}

// readPrefix reads the prefix that the owner of a rule gave it. Nothing else in
// the record tells what the rule did. The last word of this table wins; a word
// counts whole, in any case, between characters that are neither letters nor
// digits:
//
//	BLOCK BLOCKED DROP DROPPED DENY DENIED REJECT REJECTED   Blocked
//	ALLOW ALLOWED ACCEPT ACCEPTED PASS PASSED                Accepted
//	-D] -R] and -D-123] -R-123] (UniFi, VyOS)                Blocked
//	-A] and -A-123]                                          Accepted
//	anything else: AUDIT, LOG, LIMIT, no prefix at all       Unsaid
//
// What UniFi puts behind DESCR= in quotes is a name, neither verdict nor field,
// and so is FireHOL's "PASS-unknown:", a chain whose packets are dropped unless
// its owner says otherwise.
func readPrefix(b []byte) (p prefix) {
	for i := 0; i < len(b); {
		if !isAlnum(b[i]) {
			if b[i] == '"' {
				p.openQuote = !p.openQuote
			}
			i++
			continue
		}
		start := i
		for i < len(b) && isAlnum(b[i]) {
			i++
		}
		if v := verdictWord(b, start, i); v != portlore.Unsaid {
			p.verdict = v
		}
		if i == len(b) || b[i] != '=' {
			continue
		}
		switch string(b[start:i]) {
		case "SRC":
			p.hasRecord = true
		case "DESCR":
			if name, ok := bytes.CutPrefix(b[i+1:], []byte(`"`)); ok {
				if end := bytes.IndexByte(name, '"'); end >= 0 {
					i += len(`="`) + end + 1
				}
			}
		}
	}
	return p
}

// verdictWord is the verdict of prefix[start:end], a whole word.
func verdictWord(prefix []byte, start, end int) portlore.Verdict {
	n := end - start
	if n == 1 {
		return verdictLetter(prefix, start)
	}
	if n < 4 || n > 8 {
		return portlore.Unsaid
	}
	switch prefix[start] {
	case 'A', 'B', 'D', 'P', 'R', 'a', 'b', 'd', 'p', 'r':
	default:
		return portlore.Unsaid
	}
	var upper [8]byte
	for i, c := range prefix[start:end] {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	switch string(upper[:n]) {
	case "BLOCK", "BLOCKED", "DROP", "DROPPED", "DENY", "DENIED", "REJECT", "REJECTED":
		return portlore.Blocked
	case "ALLOW", "ALLOWED", "ACCEPT", "ACCEPTED", "PASSED":
		return portlore.Accepted
	case "PASS":
		if start > 0 || end == len(prefix) || prefix[end] != '-' {
			return portlore.Accepted
		}
	}
	return portlore.Unsaid
}

// verdictLetter is the verdict of the D, R or A of "[WAN_LOCAL-D-2147483647]"
// and "[wan-lan-default-D]", which stands at i.
func verdictLetter(prefix []byte, i int) portlore.Verdict {
	rest := prefix[i+1:]
	if i == 0 || prefix[i-1] != '-' || len(rest) == 0 {
		return portlore.Unsaid
	}
	if end := bytes.IndexByte(rest, ']'); end < 0 || end > 0 && (rest[0] != '-' || !isNumber(rest[1:end])) {
		return portlore.Unsaid
	}
	switch prefix[i] {
	case 'D', 'R':
		return portlore.Blocked
	case 'A':
		return portlore.Accepted
	}
	return portlore.Unsaid
}

// quotes tells whether the record behind the prefix is only the words of a
// program that does not log packets, so that any stranger may have written it:
// a web server or a mail server, with a record for a user name. The kernel and
// ulogd log packets. When the program is not known, a record inside quotes is
// not believed either.
func (p prefix) quotes(program []byte) bool {
	switch string(program) {
	case "kernel", "ulogd":
		return false
	case "":
		return p.openQuote
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
