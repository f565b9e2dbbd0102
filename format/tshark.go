package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What tshark and Wireshark print (tshark(1)), in their summary of a packet a line, in
// the list of packets that Wireshark exports as plain text or as CSV, in tables of
// fields that the user chose (-T fields -E header=y), and in JSON (-T json, -T ek):
//
//	  1   0.000000 198.51.100.9 → 203.0.113.10 TCP 74 40001 → 22 [SYN] Seq=0 Win=64240 Len=0 MSS=1460
//	"1","0.000000","198.51.100.9","203.0.113.10","TCP","74","40001  >  22 [SYN] Seq=0 Win=64240 Len=0"
//	frame.time_epoch	ip.src	ip.dst	ip.proto	tcp.srcport	tcp.dstport	tcp.flags
//
// The summary of a packet that carries something tshark knows, such as DNS, shows that
// and no ports: then only the ends are said.
var tshark = &Format{
	Name:   "tshark",
	Doc:    "tshark and Wireshark: packet lists as text and CSV, tables of fields with a header, JSON (-T json, -T ek)",
	Spec:   "https://www.wireshark.org/docs/man-pages/tshark.html; https://www.wireshark.org/docs/dfref/",
	read:   readTshark,
	marks:  []string{`^{"layers"`, "^0.", "^0:"},
	header: tsharkHeader,
}

func readTshark(l *line, ob *portlore.Observation) outcome {
	switch {
	case l.layout != nil:
		return l.sharkRow(ob)
	case len(l.text) > 0 && l.text[0] == '{':
		return l.sharkJSON(ob)
	}
	return l.sharkSummary(ob)
}

// sharkSummary reads a line of the list: number, time, both ends, protocol, length,
// and what the packet says.
func (l *line) sharkSummary(ob *portlore.Observation) outcome {
	text := l.text
	p := skipBlanks(text, 0)
	numbered := false // the envelope may have taken the number off
	if n := len(digits(text[p:])); n > 0 && n <= 10 && p+n < len(text) && text[p+n] == ' ' {
		p, numbered = skipBlanks(text, p+n), true
	}
	if p >= len(text) || text[p] < '0' || text[p] > '9' {
		return other
	}
	time := p
	p += len(wordAt(text, p))
	if bytes.IndexByte(text[time:p], '-') > 0 { // a date: the time of day follows
		p = skipBlanks(text, p)
		p += len(wordAt(text, p))
	}
	stampEnd := p
	p = skipBlanks(text, p)
	from := wordAt(text, p)
	src, ok := addr.Parse(from)
	if !ok {
		return other
	}
	p = skipBlanks(text, p+len(from))
	switch arrow := wordAt(text, p); string(arrow) {
	case "→", "->":
		p, numbered = skipBlanks(text, p+len(arrow)), true
	}
	if !numbered {
		return other
	}
	to := wordAt(text, p)
	dst, ok := addr.Parse(to)
	if !ok {
		return other
	}
	p = skipBlanks(text, p+len(to))
	name := wordAt(text, p)
	p = skipBlanks(text, p+len(name))
	length := wordAt(text, p)
	if len(name) == 0 || !isNumber(length) {
		return other
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	l.message, l.column = text, 1
	if !l.sharkTime(text[time:stampEnd], time) {
		return other
	}
	n, ok := uintOf(length, 1<<20)
	if !ok {
		return l.fails(fault{at: p, field: "length", value: length, why: outOfRange})
	}
	ob.Src, ob.Dst, ob.Bytes = src, dst, n
	info := text[skipBlanks(text, p+len(length)):]
	return l.sharkInfo(ob, name, info, len(text)-len(info))
}

// sharkTime reads the time of a list: seconds since the first packet or the epoch,
// with or without a date.
func (l *line) sharkTime(b []byte, at int) bool {
	var room [48]byte
	if len(b) == 0 || len(b) > len(room)-1 {
		return false
	}
	copy(room[:], b)
	room[len(b)] = ' ' // readers of stamps look for what follows
	if nanos, size := timeWithoutDay(room[:len(b)+1]); size > 0 {
		l.when = stamp{nanos: max(nanos, 1), zone: sinceBoot, dayless: true, size: size}
		return true
	}
	if nanos, ok := epochOf(b); ok {
		l.when = fromEpoch(nanos, stated, len(b))
		return true
	}
	whole, fraction, point := bytes.Cut(b, []byte("."))
	if n, ok := uintOf(whole, 1<<31); ok && point && isNumber(fraction) {
		nanos, _ := fractionOf(b[len(whole):])
		l.when = stamp{nanos: max(int64(n)*1e9+nanos, 1), zone: sinceBoot, dayless: true, size: len(b)}
		return l.when.nanos < portlore.SinceBoot
	}
	l.when = stamp{}
	l.timeOf(b, at)
	return l.when.size > 0 || l.when.bad
}

// sharkInfo reads the last two columns: the name of the highest protocol that tshark
// knows in the packet, and what it has to say of it.
func (l *line) sharkInfo(ob *portlore.Observation, name, info []byte, at int) outcome {
	if string(name) == "IPv4" || string(name) == "IPv6" {
		sharkFragment(ob, info)
		return understood
	}
	word := name
	if bytes.HasPrefix(name, []byte("IGMPv")) || bytes.HasPrefix(name, []byte("PIMv")) {
		word = name[:bytes.IndexByte(name, 'v')]
	}
	proto, ok := protoOf(word)
	if !ok || isNumber(word) {
		return understood
	}
	ob.Proto, ob.Has = proto, portlore.HasProto
	switch proto {
	case portlore.ICMP, portlore.ICMPv6:
		sharkICMP(ob, info)
	case portlore.TCP, portlore.UDP:
		return l.sharkPorts(ob, info, at)
	}
	return understood
}

// sharkPorts reads "40001 → 22 [SYN, ACK] Seq=0 Ack=1 Win=64240 Len=0", before which
// the remarks of tshark stand in brackets; ports may have names: "ssh(22)".
func (l *line) sharkPorts(ob *portlore.Observation, info []byte, at int) outcome {
	p := 0
	for p < len(info) && info[p] == '[' {
		end := bytes.IndexByte(info[p:], ']')
		if end < 0 {
			return understood
		}
		p = skipBlanks(info, p+end+1)
	}
	src, size := sharkPort(info[p:])
	if size == 0 {
		return understood // a part of something longer, say
	}
	p = skipBlanks(info, p+size)
	arrow := 0
	for _, a := range [...]string{"→", "->", ">"} {
		if bytes.HasPrefix(info[p:], []byte(a)) {
			arrow = len(a)
			break
		}
	}
	if arrow == 0 {
		return understood
	}
	p = skipBlanks(info, p+arrow)
	dst, size := sharkPort(info[p:])
	if size == 0 {
		return l.fails(fault{at: at + p, field: "destination port", value: wordAt(info, p), why: notANumber})
	}
	if src < 0 || dst < 0 {
		return l.fails(fault{at: at, field: "port", value: info[:min(len(info), p+size)], why: outOfRange})
	}
	setPorts(ob, src, dst)
	p = skipBlanks(info, p+size)
	if ob.Proto != portlore.TCP || p >= len(info) || info[p] != '[' {
		return understood
	}
	letters, rest, found := bytes.Cut(info[p+1:], []byte("]"))
	flags, ok := sharkFlags(letters)
	if !found || !ok {
		return understood
	}
	ob.Flags = flags
	ob.Has |= portlore.HasFlags
	if flags&portlore.SYN != 0 { // later ones are scaled
		if n, ok := numberBehind(rest, " Win="); ok && n <= 65535 {
			ob.Window = uint16(n)
			ob.Has |= portlore.HasWindow
		}
	}
	return understood
}

// sharkPort reads "22" or "ssh(22)" and returns how long it is; minus one: no port is
// so high.
func sharkPort(b []byte) (port int32, size int) {
	n := len(digits(b))
	if i := bytes.IndexByte(b, '('); i > 0 && i < 40 && !isNumber(b[:i]) && bytes.IndexByte(b[:i], ' ') < 0 {
		n = len(digits(b[i+1:]))
		if n == 0 || i+1+n >= len(b) || b[i+1+n] != ')' {
			return 0, 0
		}
		size, b = i+2+n, b[i+1:]
	} else {
		size = n
	}
	v, ok := uintOf(b[:n], 65535)
	if !ok {
		return -1, size
	}
	return int32(v), size
}

// sharkFlags reads "SYN, ACK" and "<None>".
func sharkFlags(b []byte) (flags portlore.TCPFlags, ok bool) {
	if string(b) == "<None>" {
		return 0, true
	}
	for len(b) > 0 {
		word, rest, _ := bytes.Cut(b, []byte(","))
		b = bytes.TrimLeft(rest, " ")
		switch string(word) {
		case "ECN":
			flags |= portlore.ECE
		case "Reserved", "NS", "AE", "AccECN": // bits that have no place here
		default:
			f, ok := flagWords(word)
			if !ok || len(word) == 0 {
				return 0, false
			}
			flags |= f
		}
	}
	return flags, true
}

// sharkFragment reads "Fragmented IP protocol (proto=UDP 17, off=1480, ID=1a2b)".
func sharkFragment(ob *portlore.Observation, info []byte) {
	if !bytes.HasPrefix(info, []byte("Fragmented IP protocol (")) {
		return
	}
	if i := bytes.Index(info, []byte("proto=")); i >= 0 {
		rest := info[i+len("proto="):]
		if n, ok := uintOf(digits(rest[min(len(wordAt(rest, 0))+1, len(rest)):]), 255); ok {
			ob.Proto, ob.Has = portlore.Proto(n), portlore.HasProto
		}
	}
	off, ok := numberBehind(info, "off=")
	ob.Fragment = ok && off > 0
	if !ob.Fragment {
		ob.Proto, ob.Has = 0, 0 // the first fragment has ports, which are not said
	}
}

// sharkICMP reads the words of packet-icmp.c and packet-icmpv6.c of Wireshark.
func sharkICMP(ob *portlore.Observation, info []byte) {
	six := ob.Proto == portlore.ICMPv6
	words := sharkICMP4[:]
	if six {
		words = sharkICMP6[:]
	}
	for i := range words {
		w := &words[i]
		if bytes.HasPrefix(info, []byte(w.text)) {
			ob.ICMPType, ob.ICMPCode = w.kind, w.code
			ob.Has |= portlore.HasICMP
			break
		}
	}
	for _, name := range [...]string{", ttl=", ", hop limit="} {
		if n, ok := numberBehind(info, name); ok && n < 256 && bytes.HasPrefix(info, []byte("Echo")) {
			ob.TTL = uint8(n)
			ob.Has |= portlore.HasTTL
		}
	}
}

type icmpText struct {
	text       string
	kind, code uint8
}

var sharkICMP4 = [...]icmpText{
	{"Echo (ping) request", 8, 0},
	{"Echo (ping) reply", 0, 0},
	{"Destination unreachable (Network unreachable)", 3, 0},
	{"Destination unreachable (Host unreachable)", 3, 1},
	{"Destination unreachable (Protocol unreachable)", 3, 2},
	{"Destination unreachable (Port unreachable)", 3, 3},
	{"Destination unreachable (Fragmentation needed)", 3, 4},
	{"Destination unreachable (Network administratively prohibited)", 3, 9},
	{"Destination unreachable (Host administratively prohibited)", 3, 10},
	{"Destination unreachable (Communication administratively filtered)", 3, 13},
	{"Time-to-live exceeded (Time to live exceeded in transit)", 11, 0},
	{"Time-to-live exceeded (Fragment reassembly time exceeded)", 11, 1},
	{"Redirect             (Redirect for network)", 5, 0},
	{"Redirect             (Redirect for host)", 5, 1},
	{"Source quench", 4, 0},
	{"Parameter problem", 12, 0},
	{"Timestamp request", 13, 0},
	{"Timestamp reply", 14, 0},
	{"Address mask request", 17, 0},
	{"Address mask reply", 18, 0},
	{"Mobile IP Advertisement", 9, 0},
	{"Router advertisement", 9, 0},
	{"Router solicitation", 10, 0},
}

var sharkICMP6 = [...]icmpText{
	{"Echo (ping) request", 128, 0},
	{"Echo (ping) reply", 129, 0},
	{"Destination Unreachable (no route to destination)", 1, 0},
	{"Destination Unreachable (Administratively prohibited)", 1, 1},
	{"Destination Unreachable (Address unreachable)", 1, 3},
	{"Destination Unreachable (Port unreachable)", 1, 4},
	{"Packet Too Big", 2, 0},
	{"Time Exceeded (hop limit exceeded in transit)", 3, 0},
	{"Parameter Problem", 4, 0},
	{"Multicast Listener Query", 130, 0},
	{"Multicast Listener Report Message v2", 143, 0},
	{"Multicast Listener Report", 131, 0},
	{"Multicast Listener Done", 132, 0},
	{"Router Solicitation", 133, 0},
	{"Router Advertisement", 134, 0},
	{"Neighbor Solicitation", 135, 0},
	{"Neighbor Advertisement", 136, 0},
	{"Redirect", 137, 0},
}
