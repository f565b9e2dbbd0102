package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What tcpdump prints (tcpdump(1); print-ip.c and its neighbours), a packet a line:
//
//	15:02:16.123456 IP 198.51.100.9.40001 > 203.0.113.10.22: Flags [S], seq 1, win 1024, options [mss 1460], length 0
//	15:02:16.123456 eth0  In  IP6 2001:db8::9.40001 > 2001:db8::10.53: 12575+ A? example.org. (29)
//	15:02:16.123456 02:00:00:00:03:01 > 02:00:00:00:03:02, ethertype IPv4 (0x0800), length 58: 198.51.100.9.40001 > …
//	15:02:16.123456 IP (tos 0x0, ttl 37, id 1249, offset 0, flags [none], proto TCP (6), length 44) 198.51.100.9.40001 > …
//	Nov 23 15:02:16.123456 rule 3/0(match): block in on em0: 198.51.100.9.40001 > 203.0.113.10.22: S 1:1(0) win 16384 (DF)
//
// The third is -e; of the fourth, -v, two lines were made one (see dumpCutter); the
// last is pflog of OpenBSD, which prints TCP as tcpdump did before version 4. Behind
// the two ends comes what the packet says, which a stranger chose, so that ends are
// read only where the line begins.
var tcpdump = &Format{
	Name:  "tcpdump",
	Doc:   "tcpdump text output, with -n or with names of services; pflog of OpenBSD and FreeBSD",
	Spec:  "https://www.tcpdump.org/manpages/tcpdump.1.html; print-ip.c, print-tcp.c, print-icmp.c, print-pflog.c of tcpdump",
	read:  readTcpdump,
	marks: []string{" > "},
}

func readTcpdump(l *line, ob *portlore.Observation) outcome {
	if !bytes.Contains(l.text, []byte(" > ")) {
		return other
	}
	return l.dumped(ob)
}

func (l *line) dumped(ob *portlore.Observation) outcome {
	d := dumpLine{l: l, ob: ob, text: l.text}
	if (!d.begin() || !d.header()) && (!d.wrapped() || !d.header()) {
		return other
	}
	if l.quoted = l.byAnother() && !dumps(l.program); l.quoted {
		return other
	}
	l.message, l.column = l.text, 1
	result := d.packet()
	if result == malformed {
		l.fault = d.fault
	}
	return result
}

// dumps tells programs that pass on what tcpdump printed.
func dumps(program []byte) bool {
	switch string(program) {
	case "tcpdump", "pf", "pflog", "pflogd", "logger", "root", "kernel": // the last: a time since boot stands there
		return true
	}
	return false
}

// A dumpLine is one line while it is read.
type dumpLine struct {
	l     *line
	ob    *portlore.Observation
	text  []byte
	p     int
	six   bool // IPv6
	fault fault
}

// begin passes over the number of -# and the stamp, where the line itself is one of
// tcpdump.
func (d *dumpLine) begin() bool {
	d.p = skipBlanks(d.text, 0)
	if n := len(digits(d.text[d.p:])); n > 0 && bytes.HasPrefix(d.text[d.p+n:], []byte("  ")) {
		d.p = skipBlanks(d.text, d.p+n)
	}
	rest := d.text[d.p:]
	return d.stamp() || bytes.HasPrefix(rest, []byte("IP")) || bytes.HasPrefix(rest, []byte("rule ")) // -t
}

// wrapped passes over the head of syslog and what stands behind it.
func (d *dumpLine) wrapped() bool {
	*d.ob = portlore.Observation{}
	d.p = d.l.column - 1
	if d.p <= 0 || d.p >= len(d.text) || len(d.l.message) != len(d.text)-d.p {
		return false
	}
	for _, tag := range [...]string{"pf: ", "pflog: ", "tcpdump: "} {
		if bytes.HasPrefix(d.text[d.p:], []byte(tag)) {
			d.p = skipBlanks(d.text, d.p+len(tag))
		}
	}
	when := d.l.when
	if d.stamp() && (d.l.when.zone == sinceBoot || when.zone == stated) {
		d.l.when = when // the head has a date
	}
	return true
}

// stamp reads a time of any of tcpdump's styles at p. One without a date counts
// from midnight, or from the first packet; which of the two, nobody can say.
func (d *dumpLine) stamp() bool {
	rest := d.text[d.p:]
	if nanos, size := timeWithoutDay(rest); size > 0 {
		d.l.when = stamp{nanos: max(nanos, 1), zone: sinceBoot, dayless: true, size: size}
		d.p = skipBlanks(d.text, d.p+size)
		return true
	}
	s := d.l.clock.stamp(rest)
	if s.size == 0 {
		return false
	}
	if s.bad {
		d.l.bad = d.l.clock.fault
		d.l.bad.at += d.l.base + d.p
	}
	d.l.when = s
	d.p = skipBlanks(d.text, d.p+s.size)
	return true
}

// timeWithoutDay reads "15:02:16.123456", where hours may go on beyond a day.
func timeWithoutDay(b []byte) (nanos int64, size int) {
	n := len(digits(b[:min(len(b), 5)]))
	if n < 2 || len(b) < n+7 || b[n] != ':' || b[n+3] != ':' || b[n+6] != '.' {
		return 0, 0
	}
	hour, _ := uintOf(b[:n], 9999)
	minute, ok1 := twoDigits(b[n+1:])
	second, ok2 := twoDigits(b[n+4:])
	fraction, size := fractionOf(b[n+6:])
	end := n + 6 + size
	if !ok1 || !ok2 || minute > 59 || second > 60 || size == 0 || end >= len(b) || b[end] != ' ' {
		return 0, 0
	}
	return (int64(hour)*3600+int64(minute)*60+int64(second))*1e9 + fraction, end
}

// header reads what stands before the two ends: the interface of -i any, the link
// header of -e, the rule of pflog, the version of IP. It tells whether the line goes
// on as one of tcpdump about a packet of IP.
func (d *dumpLine) header() bool {
	for range 4 {
		rest := d.text[d.p:]
		switch {
		case bytes.HasPrefix(rest, []byte("IP ")), bytes.HasPrefix(rest, []byte("IP6 ")):
			d.six = rest[2] == '6'
			d.skip(len("IP "))
			d.p = skipBlanks(d.text, d.p)
			return true
		case bytes.HasPrefix(rest, []byte("rule ")):
			return d.pflog()
		case linkAddress(rest) > 0:
			return d.ether()
		case bytes.HasPrefix(rest, []byte("ifindex ")): // of Linux's cooked captures
			d.skip(len("ifindex "))
			d.word()
		case d.direction(rest):
			d.word()
		default:
			name := wordAt(rest, 0)
			behind := skipBlanks(rest, len(name))
			if !d.direction(rest[behind:]) {
				return d.bare(rest)
			}
			d.word()
			switch string(d.word()) {
			case "Out":
				d.ob.OutIf = name
			case "B", "M":
				d.ob.InIf, d.ob.LinkCast = name, true
			default:
				d.ob.InIf = name
			}
		}
	}
	return false
}

// bare tells whether the two ends stand here without a word before them, as OpenBSD
// prints them behind the time.
func (d *dumpLine) bare(rest []byte) bool {
	word := wordAt(rest, 0)
	a, port, ok := dumpEnd(word)
	if !ok || port == unsaidPort || !bytes.HasPrefix(rest[len(word):], []byte(" > ")) || d.l.when.size == 0 {
		return false
	}
	d.six = a.Is6()
	return true
}

func (d *dumpLine) skip(n int) { d.p = min(d.p+n, len(d.text)) }

// word takes the next word, and the blanks behind it.
func (d *dumpLine) word() []byte {
	w := wordAt(d.text, d.p)
	d.p = skipBlanks(d.text, d.p+len(w))
	return w
}

// direction tells whether one of the words for the way of a packet stands here: to
// us, from us, broadcast, multicast, to somebody else.
func (d *dumpLine) direction(b []byte) bool {
	switch string(wordAt(b, 0)) {
	case "In", "Out", "B", "M", "P":
		return true
	}
	return false
}

// linkAddress is the length of "02:00:00:00:03:01" at the start of b, or zero.
func linkAddress(b []byte) int {
	const size = len("02:00:00:00:03:01")
	if len(b) <= size {
		return 0
	}
	for i, c := range b[:size] {
		if i%3 == 2 && c != ':' || i%3 != 2 && addr.HexDigit(c) > 15 {
			return 0
		}
	}
	return size
}

// linkNumber is the address at the start of b as a number.
func linkNumber(b []byte) (n uint64) {
	if linkAddress(b) == 0 {
		return 0
	}
	for _, c := range b[:len("02:00:00:00:03:01")] {
		if c != ':' {
			n = n<<4 | uint64(addr.HexDigit(c))
		}
	}
	return n
}

// ether reads a link header as -e prints it, up to the ends of the packet.
func (d *dumpLine) ether() bool {
	rest := d.text[d.p:]
	d.ob.LinkSrc = linkNumber(rest)
	if w := wordAt(rest, 0); bytes.HasPrefix(rest[len(w):], []byte(" > ")) {
		to := rest[len(w)+len(" > "):]
		d.ob.LinkDst = linkNumber(to)
		d.ob.LinkCast = d.ob.LinkDst>>40&1 != 0 || bytes.HasPrefix(to, []byte("Broadcast"))
	}
	at := bytes.Index(rest[:min(len(rest), 200)], []byte("IPv"))
	if at < 2 || at+4 > len(rest) || rest[at-1] != ' ' {
		return false
	}
	d.six = rest[at+3] == '6'
	rest = rest[at+4:]
	for _, number := range [...]string{" (0x0800)", " (0x86dd)"} {
		rest = bytes.TrimPrefix(rest, []byte(number))
	}
	if behind, ok := bytes.CutPrefix(rest, []byte(", length ")); ok {
		rest = behind[len(digits(behind)):]
	}
	d.p = len(d.text) - len(bytes.TrimLeft(rest, ":, "))
	return true
}

// pflog reads "rule 3/0(match): block in on em0: ", or without the first colon, with
// the anchor of the rule or with the owner of the socket between.
func (d *dumpLine) pflog() bool {
	start := d.p
	d.word()
	rule := d.word()
	rest := d.text[d.p:]
	if len(rest) > 0 && rest[0] == '[' { // [uid 0, pid 1]
		end := bytes.IndexByte(rest, ']')
		if end < 0 {
			return false
		}
		d.skip(end + 1)
		d.skip(len(d.text[d.p:]) - len(bytes.TrimLeft(d.text[d.p:], ": ")))
	}
	if bytes.IndexByte(rule, '/') < 1 {
		return false
	}
	verdict, ok := pfAction(d.word())
	if !ok {
		return false
	}
	way, on, device := d.word(), d.word(), d.word()
	device, colon := bytes.CutSuffix(device, []byte(":"))
	if string(on) != "on" || !colon {
		return false
	}
	switch string(way) {
	case "in":
		d.ob.InIf = device
	case "out":
		d.ob.OutIf = device
	default:
		return false
	}
	d.ob.Verdict = verdict
	d.ob.Label = bytes.TrimRight(d.text[start:start+len("rule ")+len(rule)], ":")
	for _, version := range [...]string{"IP ", "IP6 "} {
		d.skip(len(d.text[d.p:]) - len(bytes.TrimPrefix(d.text[d.p:], []byte(version))))
	}
	a, _, ok := dumpEnd(wordAt(d.text, d.p))
	d.six = ok && a.Is6()
	return true
}

const (
	noPort     = -1
	unsaidPort = -2 // a name that is in no table
)

// dumpEnd reads "198.51.100.9.40001" and "2001:db8::9.https", or an address without
// a port.
func dumpEnd(b []byte) (a netip.Addr, port int32, ok bool) {
	if a, n := addr.Prefix4(b); n > 0 {
		if n == len(b) {
			return a, noPort, true
		}
		port, ok = dumpPort(b[n:])
		return a, port, ok
	}
	if a, ok = addr.Parse(b); ok {
		return a, noPort, true
	}
	dot := bytes.IndexByte(b, '.')
	if dot < 0 {
		return a, noPort, false
	}
	if a, ok = addr.Parse(b[:dot]); !ok {
		return a, noPort, false
	}
	port, ok = dumpPort(b[dot:])
	return a, port, ok
}

// dumpPort reads ".22" and ".ssh".
func dumpPort(b []byte) (int32, bool) {
	if len(b) < 2 || b[0] != '.' {
		return noPort, false
	}
	if '0' <= b[1] && b[1] <= '9' && isNumber(b[1:]) {
		n, ok := uintOf(b[1:], 65535)
		return int32(n), ok
	}
	if port, ok := servicePort(b[1:]); ok {
		return port, true
	}
	return unsaidPort, isAlnum(b[1]) && bytes.IndexByte(b, ':') < 0
}
