package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The packets in a hoster's mail that says one of our own machines scanned or attacked
// others. Hetzner ("Netscan detected") has written them in three ways, OVH in one, and
// FastNetMon, which several use, in one more:
//
//	2026-11-23 15:02:16  203.0.113.10 40001 ->   198.51.100.9    22   78 TCP
//	Mon Nov 23 15:02:16 2026 TCP    203.0.113.10 40001 =>   198.51.100.9 22
//	Mon Nov 23 15:02:16 2026:   203.0.113.10 =>    198.51.100.9:   22
//	2026.11.23 15:02:16 CET   203.0.113.10:40001      198.51.100.9:22      TCP      SYN            60 SCAN:SYN
//	2026-11-23 15:02:16.837085 203.0.113.10:40001 > 198.51.100.9:22 protocol: tcp flags: syn frag: 0  packets: 1 size: 60 bytes ttl: 0 sample ratio: 1
//
// The first of the two ends is the sender, which is ours, but for FastNetMon, whose
// mails may tell of an attack on us. Many who show such a mail around put
// letters in place of an address; those lines are not read.
var netscan = &Format{
	Name:  "netscan",
	Doc:   "tables of packets in a hoster's abuse mail (Hetzner, OVH, FastNetMon)",
	Spec:  "https://docs.hetzner.com/robot/dedicated-server/troubleshooting/guideline-in-case-of-server-locking/; src/fast_library.cpp of FastNetMon; the mails",
	read:  readNetscan,
	marks: []string{".0", ">0"},
}

func readNetscan(l *line, ob *portlore.Observation) outcome {
	text := l.text
	p := 0
	for p < len(text) && (text[p] == '>' || text[p] == ' ') { // of a mail that was answered
		p++
	}
	if len(text) < p+40 || l.byAnother() || text[p+4] != '.' && bytes.IndexByte(text[p:], '>') < 0 {
		return other
	}
	return l.netscan(ob)
}

func (l *line) netscan(ob *portlore.Observation) outcome {
	text := l.text
	p := 0
	for text[p] == '>' || text[p] == ' ' {
		p++
	}
	s := l.ovhStamp(text[p:])
	ovh := s.size > 0
	if !ovh {
		if s = l.clock.stamp(text[p:]); s.size < len("2026-11-23 15:02:16") || s.zone < assumed {
			return other
		}
	}
	r := netscanRow{text: text, p: p + s.size, ob: ob}
	first := r.next()
	mark := r.p
	second := r.next()
	var result outcome
	switch {
	case ovh:
		result = r.ovh(first, second)
	case string(first) == ":" && string(r.next()) == "=>":
		result = r.old(second)
	case string(second) == ">":
		result = r.fastNetMon(first)
	case len(first) > 1 && len(first) < 7 && first[0] > '9' && first[0] != ':': // TCP
		result = r.numbers(second, "=>", first)
	default:
		r.p = mark
		result = r.numbers(first, "->", nil)
	}
	switch {
	case result == other:
		return other
	case s.bad:
		l.bad = l.clock.fault
		l.bad.at += l.base + p
	}
	if string(second) != ">" { // FastNetMon tells of attacks on us too
		ob.Way = portlore.Out
	}
	l.message, l.column, l.when = text, 1, s
	if r.fault.why != "" {
		return l.fails(r.fault)
	}
	return result
}

// A netscanRow is the part of a line behind its time.
type netscanRow struct {
	text  []byte
	p     int
	ob    *portlore.Observation
	fault fault
}

// next is the next word; past the end it is empty.
func (r *netscanRow) next() []byte {
	r.p = skipBlanks(r.text, r.p)
	w := wordAt(r.text, r.p)
	r.p += len(w)
	return w
}

// port is the next word as a number.
func (r *netscanRow) port() int32 {
	word := r.next()
	n, ok := uintOf(word, 65535)
	if !ok && r.fault.why == "" {
		r.fault = fault{at: r.p - len(word), field: "port", value: word, why: outOfRange}
	}
	return int32(n)
}

// protocol takes the name of a protocol.
func (r *netscanRow) protocol(name []byte) {
	proto, ok := protoOf(name)
	if !ok || isNumber(name) {
		if r.fault.why == "" {
			r.fault = fault{at: r.p, field: "protocol", value: name, why: notAProtocol}
		}
		return
	}
	r.ob.Proto = proto
	r.ob.Has |= portlore.HasProto
}

// numbers reads "SRC PORT -> DST PORT", behind which stand the size and the protocol
// where the latter did not stand before.
func (r *netscanRow) numbers(from []byte, arrow string, proto []byte) outcome {
	src, ok := addr.Parse(from)
	if !ok {
		return other
	}
	s := r.port()
	if string(r.next()) != arrow {
		return other
	}
	to := r.next()
	dst, ok := addr.Parse(to)
	if !ok {
		return other
	}
	d := r.port()
	if proto == nil {
		size := r.next()
		n, ok := uintOf(size, 1<<20)
		if !ok {
			return other
		}
		r.ob.Bytes = n
		if proto = r.next(); len(proto) == 0 {
			r.fault = fault{at: len(r.text), field: "protocol", why: isMissing}
			return understood
		}
	}
	r.ob.Src, r.ob.Dst = src, dst
	r.protocol(proto)
	r.ports(s, d)
	return understood
}

// ports notes the ports, but of a protocol that has none: there they are zero.
func (r *netscanRow) ports(s, d int32) {
	switch r.ob.Proto {
	case portlore.TCP, portlore.UDP, portlore.SCTP, portlore.UDPLite:
		setPorts(r.ob, s, d)
	}
}

// old reads ":   SRC =>    DST:   PORT", of which the arrow was read.
func (r *netscanRow) old(from []byte) outcome {
	src, ok := addr.Parse(from)
	to, colon := bytes.CutSuffix(r.next(), []byte(":"))
	dst, isAddress := addr.Parse(to)
	if !ok || !colon || !isAddress {
		return other
	}
	r.port() // whether of TCP or UDP is not said, nor the one of the source
	r.ob.Src, r.ob.Dst = src, dst
	return understood
}

// ovhStamp reads "2026.11.23 15:02:16 CET".
func (l *line) ovhStamp(b []byte) stamp {
	const date, size = len("2026.11.23"), len("2026.11.23 15:02:16")
	if len(b) < size+5 || b[4] != '.' || b[7] != '.' || b[date] != ' ' || b[size] != ' ' {
		return stamp{}
	}
	room := l.scratch()
	*room = append(append((*room)[:0], b[:size]...), ' ')
	(*room)[4], (*room)[7] = '-', '-'
	s := l.clock.stamp(*room)
	if s.size == 0 || s.bad {
		return stamp{}
	}
	zone := wordAt(b, size+1)
	s.size = size + 1 + len(zone)
	hours := int64(0)
	switch string(zone) {
	case "CET":
		hours = 1
	case "CEST":
		hours = 2
	case "UTC", "GMT":
	default:
		return s
	}
	s = l.clock.asUTC(s)
	s.nanos -= hours * 3600 * 1e9
	return s
}

// ovh reads "SRC:PORT  DST:PORT  TCP  SYN  60 SCAN:SYN"; without flags stand dashes.
func (r *netscanRow) ovh(from, to []byte) outcome {
	src, s, ok := endpoint(from, ':')
	dst, d, fine := endpoint(to, ':')
	if !ok || !fine || s < 0 || d < 0 {
		return other
	}
	r.ob.Src, r.ob.Dst = src, dst
	name := r.next()
	if len(name) == 0 {
		r.fault = fault{at: len(r.text), field: "protocol", why: isMissing}
		return understood
	}
	r.protocol(name)
	r.ports(s, d)
	flags := r.next()
	if f, ok := flagWords(flags); ok && f != 0 && r.ob.Proto == portlore.TCP {
		r.ob.Flags = f
		r.ob.Has |= portlore.HasFlags
	}
	if n, ok := uintOf(r.next(), 1<<32-1); ok {
		r.ob.Bytes = n
	}
	return understood
}

// fastNetMon reads "SRC:PORT > DST:PORT protocol: tcp flags: syn frag: 0  packets: 1
// size: 60 bytes", where the flags are those of one packet when it counts one.
func (r *netscanRow) fastNetMon(from []byte) outcome {
	to := r.next()
	src, s, ok := endpoint(from, ':')
	dst, d, fine := endpoint(to, ':')
	rest := r.text[r.p:]
	name, rest, found := bytes.Cut(rest, []byte("protocol: "))
	if !ok || !fine || !found || len(bytes.TrimSpace(name)) > 0 {
		return other
	}
	r.ob.Src, r.ob.Dst = src, dst
	r.protocol(wordAt(rest, 0))
	r.ports(s, d)
	packets, ok := numberBehind(rest, " packets: ")
	if ok {
		r.ob.Packets = packets
	}
	if n, ok := numberBehind(rest, " size: "); ok {
		r.ob.Bytes = n
	}
	_, words, found := bytes.Cut(rest, []byte(" flags: "))
	if found && packets == 1 && r.ob.Proto == portlore.TCP {
		if f, ok := lowerFlags(wordAt(words, 0)); ok {
			r.ob.Flags = f
			r.ob.Has |= portlore.HasFlags
		}
	}
	return understood
}

// lowerFlags reads "syn,ack".
func lowerFlags(b []byte) (portlore.TCPFlags, bool) {
	var room [32]byte
	if len(b) == 0 || len(b) > len(room) || b[0] == '-' {
		return 0, false
	}
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		room[i] = c
	}
	return flagWords(room[:len(b)])
}
