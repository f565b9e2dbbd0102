package format

import "bytes"

// Lines come out of logs by grep, by cat -n, out of a mail or a terminal, and
// from devices with habits of their own. The parts that they put around a stamp
// are here.

// beginning is where the log line begins in a line with no stamp at its start:
// behind
//
//	kern.log:17: kern.log-17- 17: 17-     grep, ripgrep, findstr
//	    17<tab>                           cat -n, less -N
//	123 <13>1 …                           octet counting (RFC 6587 section 3.4.1)
//	1 2026-11-23T15:02:16Z …              RFC 5424 without its priority
//	fw-1  | …                             docker compose logs
//	[pod/ulogd-x/ulogd] …                 kubectl logs --prefix
//	000123: *Nov 23 15:02:16.123: %…      Cisco IOS: a sequence number, and a clock not set
//
// if there a stamp, a priority or a JSON object follows. Zero: nowhere.
func beginning(b []byte, c *clock) int {
	const farthest = 256 // no name of a file is longer
	digits := 0
	for digits < len(b) && b[digits]-'0' <= 9 {
		digits++
	}
	if 0 < digits && digits < 12 && digits+1 < len(b) {
		switch b[digits] {
		case ' ', ':', '-', '\t', '|', '.', ')':
			if b[digits] == ' ' && (bytes.Contains(b, []byte(" → ")) || bytes.Contains(b, []byte(" -> "))) {
				return 0 // the number of a packet: tshark
			}
			if n := begins(b[digits+1:], c); n >= 0 {
				return digits + 1 + n
			}
		}
		if host := skipSpace(b, digits+1); b[digits] == ':' && host < len(b) { // Cisco: "29: rtr: *Nov 23 …"
			word := wordAt(b, host)
			if n := begins(b[host+len(word):], c); n >= 0 && len(word) > 1 && word[len(word)-1] == ':' {
				return host + len(word) + n
			}
		}
	}
	if len(b) < 10 || b[0] == '"' || b[0] == '{' {
		return 0
	}
	switch b[0] {
	case '*', '.', '-', '+':
		if n := begins(b[1:], c); n >= 0 && !isNumber(b[1+n:min(1+n+10, len(b))]) { // "- 1795446136" are columns
			return 1 + n
		}
	case '[':
		name, _, ok := bytes.Cut(b[:min(len(b), farthest)], []byte("] "))
		if ok && bytes.IndexByte(name, '/') > 0 {
			if n := begins(b[len(name)+2:], c); n >= 0 {
				return len(name) + 2 + n
			}
		}
		return 0
	}
	word := wordAt(b, 0)
	word = word[:min(len(word), farthest)]
	for i, ch := range word {
		switch ch {
		case '"', '=', '{':
			return 0
		case ':', '-':
			if n := begins(b[i+1:], c); n >= 0 && i > 0 {
				return i + 1 + n
			}
		}
	}
	if p := skipBlanks(b, len(word)); p+2 < len(b) && b[p] == '|' && b[p+1] == ' ' {
		if n := begins(b[p+2:], c); n >= 0 {
			return p + 2 + n
		}
	}
	return 0
}

// isColumn says that a number before a line, set off by blanks or a tab, may as
// well be the first column of a table: it stays part of the text.
func isColumn(b []byte) bool {
	last := b[len(b)-1]
	return (last == ' ' || last == '\t') && isNumber(bytes.TrimRight(b, " \t"))
}

// begins tells whether a log line begins at the start of b, behind blanks and the
// mark of a clock that is not set. It is the offset, or minus one.
func begins(b []byte, c *clock) int {
	p := skipSpace(b, 0)
	if p < len(b) && (b[p] == '*' || b[p] == '.') && p+1 < len(b) && 'A' <= b[p+1] && b[p+1] <= 'Z' {
		p++
	}
	rest := b[p:]
	if len(rest) < 10 {
		return -1
	}
	switch first := rest[0]; {
	case first == '{':
		if rest[1] == '"' {
			return p
		}
		return -1
	case first == '<':
		n := skipPriority(rest)
		if n > 0 && (bytes.HasPrefix(rest[n:], []byte("1 ")) || begins(rest[n:], c) >= 0) {
			return p
		}
		return -1
	case first == '1' && rest[1] == ' ':
		if c.stamp(rest[2:]).size > 0 {
			return p
		}
	}
	if isEpoch := rest[0]-'0' <= 9 && rest[4] != '-' && rest[2] != '/'; !isEpoch && c.stamp(rest).size > 0 {
		return p
	}
	return -1
}

// loose finds a stamp that is the fourth word of a line of Proxmox ("101 1
// tap101i0-IN 23/Nov/2026:15:02:46 +0200"), and takes it.
func (l *line) loose(p int, c *clock) int {
	b := l.text[p:]
	if len(b) == 0 || b[0]-'0' > 9 {
		return 0
	}
	n := 0
	for range 3 {
		n = skipBlanks(b, n+len(wordAt(b, n)))
	}
	if n+20 < len(b) && b[n+2] == '/' && b[n+6] == '/' && l.stamp(p+n, c) {
		return n
	}
	return 0
}

// again tells whether a whole line of a log begins at p, behind the stamp at
// start and a host: a syslog server put its own head before it. Behind the stamp
// alone, only one of docker logs -t counts, which has nine decimals; two times
// side by side are the columns of some table.
func (l *line) again(start, p int, c *clock) bool {
	text := l.text[p:]
	end := start + l.when.size
	switch first := text[0]; {
	case first == '<':
		n := skipPriority(text)
		return n > 0 && n < len(text) && (bytes.HasPrefix(text[n:], []byte("1 ")) || c.stamp(text[n:]).zone >= assumed)
	case 'A' <= first && first <= 'Z', first-'0' <= 9:
		s := c.stamp(text)
		if s.bad || s.zone < assumed || len(text) > 4 && first-'0' <= 9 && text[4] != '-' {
			return false
		}
		between := skipSpace(l.text, end) < p
		return between || end-start == len("2026-11-23T15:02:16.123456789Z") && l.text[end-1] == 'Z'
	}
	return false
}

// containerStream is the length of " stdout F " behind the stamp of containerd,
// CRI-O and podman (kubernetes/cri-api, "CRI log format"); the letter says that
// the line is whole, and may have more behind a colon.
func containerStream(b []byte) int {
	if len(b) < 10 || b[0] != ' ' || b[1] != 's' || !bytes.HasPrefix(b, []byte(" stdout ")) && !bytes.HasPrefix(b, []byte(" stderr ")) {
		return 0
	}
	if b[8] != 'F' && b[8] != 'P' {
		return 0
	}
	end := endOfWord(b, 8)
	if end > 9 && b[9] != ':' {
		return 0
	}
	return min(end+1, len(b))
}

// bare5424 says that b, behind "1 ", has the words of RFC 5424, as a file holds
// them that was written without the priority.
func bare5424(b []byte) bool {
	if len(b) < 24 || b[10] != 'T' {
		return false
	}
	p := 0
	for range 5 {
		p = min(p+len(wordAt(b, p))+1, len(b))
	}
	return p < len(b) && (b[p] == '-' || b[p] == '[')
}

// dmesgStamp says that a stamp is one of dmesg -T or --time-format iso, behind
// which no host stands.
func dmesgStamp(s []byte) bool {
	return len(s) > 19 && (s[0] == '[' || s[19] == ',' && s[10] == 'T')
}

// statesUTC says that a stamp is followed by " UTC:", as Cisco IOS writes it when
// told to show the zone. What other names of zones mean depends on the country.
func statesUTC(b []byte) bool {
	return len(b) > 6 && b[1] == 'U' && (bytes.HasPrefix(b, []byte(" UTC: %")) || bytes.HasPrefix(b, []byte(" GMT: %")))
}

// isFacility says that a word is "kern.warn" (BusyBox, OpenWrt), "<kern.crit>"
// (FreeBSD), "auth|security:info" (AIX) or "Kernel.Warning" (Kiwi): a facility and
// a level of syslog.
func isFacility(word []byte) bool {
	if len(word) < 8 || word[len(word)-1] <= '9' {
		return false
	}
	if n := len(word); n > 2 && word[0] == '<' && word[n-1] == '>' {
		word = word[1 : n-1]
	}
	i := bytes.LastIndexByte(word, '.')
	if i < 0 {
		if i = bytes.LastIndexByte(word, ':'); i < 0 {
			return false
		}
	}
	if i < 3 || len(word)-i > 10 || len(word)-i < 4 {
		return false
	}
	var lower [9]byte
	level := lower[:copy(lower[:], word[i+1:])]
	for j, c := range level {
		level[j] = c | 0x20
	}
	switch string(level) {
	case "emerg", "emergency", "panic", "alert", "crit", "critical", "err", "error", "warn", "warning", "notice", "info", "debug":
	default:
		return false
	}
	if c := word[0] | 0x20; c == 'l' {
		return len(word[:i]) == 6 && word[5]-'0' <= 9
	}
	return isFacilityName(word[:i])
}

// isFacilityName knows the names of RFC 5424 section 6.2.1 but for the local ones.
func isFacilityName(word []byte) bool {
	var lower [16]byte
	if len(word) > len(lower) {
		return false
	}
	for j, c := range word {
		lower[j] = c
		if 'A' <= c && c <= 'Z' {
			lower[j] = c | 0x20
		}
	}
	switch string(lower[:len(word)]) {
	case "kern", "kernel", "user", "mail", "daemon", "system", "auth", "auth|security", "security", "syslog", "lpr", "news", "uucp", "cron", "clock", "authpriv", "ftp", "ntp", "audit", "console":
		return true
	}
	return false
}

// skipFacility is the length of "kern  :warn  : ", which dmesg -x prints.
func skipFacility(b []byte) int {
	if len(b) < 16 || b[6] != ':' || b[13] != ':' || !bytes.HasPrefix(b, []byte("kern")) {
		return 0
	}
	return skipBlanks(b, 14)
}

// solarisSize is the length of "[ID 702911 local0.info] ", the message id of
// Solaris (syslog.conf(5), msgid), and of the "[  +0.000123] " and
// "[Nov23 15:02] " of dmesg -H.
func solarisSize(b []byte) int {
	end := bytes.IndexByte(b[:min(len(b), 48)], ']')
	if end < 0 {
		return 0
	}
	in := b[1:end]
	switch {
	case bytes.HasPrefix(in, []byte("ID ")) && len(in) > 4 && in[3]-'0' <= 9:
	case len(in) == 11 && in[5] == ' ' && in[8] == ':' && monthOf(in) != 0:
	case len(in) > 6 && in[skipBlanks(in, 0)%len(in)] == '+' && in[len(in)-7] == '.' && isNumber(in[len(in)-6:]):
	default:
		return 0
	}
	return skipBlanks(b, end+1)
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
