package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// packet reads the packet of IP that begins at p.
func (d *dumpLine) packet() outcome {
	s, port, result := d.ends()
	if result == understood {
		d.carries(s, port)
	}
	return result
}

// ends reads what -v says of the header of the packet, and the two ends, with their
// ports.
func (d *dumpLine) ends() (s, port int32, result outcome) {
	if rest := d.text[d.p:]; bytes.HasPrefix(rest, []byte("truncated-ip")) {
		if i := bytes.Index(rest, []byte("! ")); i >= 0 {
			d.skip(i + len("! "))
		}
	}
	if d.p < len(d.text) && d.text[d.p] == '(' && !d.verbose() {
		return 0, 0, malformed
	}
	from := wordAt(d.text, d.p)
	if len(from) == 0 {
		return 0, 0, d.fails(len(d.text), "source", nil, isMissing)
	}
	at := d.p
	d.skip(len(from))
	if !bytes.HasPrefix(d.text[d.p:], []byte(" > ")) {
		return 0, 0, other
	}
	d.skip(len(" > "))
	to := wordAt(d.text, d.p)
	to, whole := bytes.CutSuffix(to, []byte(":"))
	src, s, ok := dumpEnd(from)
	if !ok {
		if addr.HexDigit(from[0]) > 9 || bytes.IndexByte(from, '-') >= 0 {
			return 0, 0, other // the name of a host
		}
		return 0, 0, d.fails(at, "source", from, notAnAddress)
	}
	dst, port, ok := dumpEnd(to)
	if !ok {
		if addr.HexDigit(to0(to)) > 9 || bytes.IndexByte(to, '-') >= 0 {
			return 0, 0, other
		}
		return 0, 0, d.fails(d.p, "destination", to, notAnAddress)
	}
	if !whole {
		return 0, 0, d.fails(len(d.text), "what the packet carries", nil, isMissing)
	}
	d.skip(len(to) + 1)
	d.p = skipBlanks(d.text, d.p)
	d.ob.Src, d.ob.Dst = src, dst
	return s, port, understood
}

func to0(b []byte) byte {
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

func (d *dumpLine) fails(at int, field string, value []byte, why string) outcome {
	d.fault = fault{at: at, field: field, value: value, why: why}
	return malformed
}

// verbose reads "(tos 0x0, ttl 37, id 1249, offset 0, flags [none], proto TCP (6),
// length 44) " or "(flowlabel 0x12345, hlim 64, next-header TCP (6) payload length:
// 40) ".
func (d *dumpLine) verbose() bool {
	start, depth, end := d.p, 0, 0
	for i, c := range d.text[start:] {
		switch c {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			end = start + i
			break
		}
	}
	if end == 0 {
		d.fails(len(d.text), ")", nil, isMissing)
		return false
	}
	ob, text := d.ob, d.text[start+1:end]
	number := func(name string, most uint64) (uint64, bool) {
		i := bytes.Index(text, []byte(name))
		if i < 0 {
			return 0, false
		}
		return uintOf(digits(text[i+len(name):]), most)
	}
	for _, name := range [...]string{"ttl ", "hlim "} {
		if n, ok := number(name, 255); ok {
			ob.TTL = uint8(n)
			ob.Has |= portlore.HasTTL
		}
	}
	if n, ok := number(" id ", 65535); ok {
		ob.ID = uint16(n)
		ob.Has |= portlore.HasID
	}
	if n, ok := number("offset ", 65535); ok {
		ob.Fragment = n > 0
	}
	if n, ok := number(", length ", 65535); ok {
		ob.Length = uint32(n)
	}
	if n, ok := number("payload length: ", 65535); ok && n > 0 {
		ob.Length = uint32(n) + 40
	}
	for _, name := range [...]string{"proto ", "next-header "} {
		i := bytes.Index(text, []byte(name))
		if i < 0 {
			continue
		}
		rest := text[i+len(name):]
		if open := bytes.IndexByte(rest, '('); open >= 0 {
			if n, ok := uintOf(digits(rest[open+1:]), 255); ok && (!d.six || n != 0 && n != 43 && n != 44 && n != 60) { // those are headers between
				ob.Proto = portlore.Proto(n)
				ob.Has |= portlore.HasProto
			}
		}
		break
	}
	d.p = skipBlanks(d.text, end+1)
	return true
}

// carries reads what stands behind the two ends.
func (d *dumpLine) carries(s, port int32) {
	ob, rest := d.ob, d.text[d.p:]
	ports := s != noPort && port != noPort
	proto, flags, said := d.transport(rest, ports)
	if ob.Has&portlore.HasProto == 0 && said {
		ob.Proto = proto
		ob.Has |= portlore.HasProto
	}
	if ob.Has&portlore.HasProto == 0 || ob.Fragment {
		return
	}
	switch ob.Proto {
	case portlore.ICMP, portlore.ICMPv6:
		d.icmp(rest)
		return
	case portlore.TCP:
		if said && flags >= 0 {
			ob.Flags = portlore.TCPFlags(flags)
			ob.Has |= portlore.HasFlags
			d.tcp(rest)
		}
	}
	if !ports {
		ob.Fragment = (ob.Proto == portlore.TCP || ob.Proto == portlore.UDP) && !d.six && len(rest) == 3 // nothing but the name
		return
	}
	setPorts(ob, s, port)
	if ob.Length == 0 {
		ob.Length = d.length(rest)
	}
}

// transport tells the protocol by the words that the printer of each begins with,
// and the flags of TCP; minus one: not said. The printers of what UDP carries begin
// with words of their own, so it is UDP when the ends have ports and TCP does not
// say so.
func (d *dumpLine) transport(rest []byte, ports bool) (proto portlore.Proto, flags int, ok bool) {
	rest = bytes.TrimPrefix(rest, []byte("HBH "))
	word := bytes.TrimRight(wordAt(rest, 0), ",:")
	if !ports {
		switch {
		case bytes.HasPrefix(rest, []byte("frag ")):
			d.ob.Fragment = !bytes.HasPrefix(rest, []byte("frag (0|"))
			return 0, -1, false
		case bytes.HasPrefix(rest, []byte("ip-proto-")):
			n, ok := uintOf(digits(rest[len("ip-proto-"):]), 255)
			return portlore.Proto(n), -1, ok
		case bytes.Contains(rest[:min(len(rest), 100)], []byte("ICMP6, ")):
			return portlore.ICMPv6, -1, true
		}
		if i := bytes.IndexAny(word, "v("); i > 0 && string(word[:i]) != "icmp" && string(word[:i]) != "ICMP" {
			word = word[:i] // GREv0, OSPFv2, ESP(spi=0x1,seq=0x2)
		}
		proto, ok = protoOf(word)
		return proto, -1, ok && !isNumber(word)
	}
	switch {
	case bytes.HasPrefix(rest, []byte("Flags [")):
		if letters, _, found := bytes.Cut(rest[len("Flags ["):], []byte("]")); found {
			return portlore.TCP, dumpFlags(letters), true
		}
		return portlore.TCP, -1, true
	case string(word) == "tcp", bytes.HasPrefix(rest, []byte("[|tcp")), bytes.HasPrefix(rest, []byte("[bad hdr length")):
		return portlore.TCP, -1, true
	case string(word) == "sctp":
		return portlore.SCTP, -1, true
	case bytes.HasPrefix(word, []byte("dccp")), bytes.HasPrefix(word, []byte("DCCP")):
		return 33, -1, true
	}
	if letters := dumpFlags(word); letters >= 0 && oldTCP(rest[len(word):]) {
		if bytes.Contains(rest, []byte(" ack ")) {
			letters |= int(portlore.ACK)
		}
		return portlore.TCP, letters, true
	}
	return portlore.UDP, -1, true
}

// oldTCP tells what follows the flags in "S 1:1(0) win 512" and ". ack 2 win 512".
func oldTCP(rest []byte) bool {
	rest = bytes.TrimPrefix(rest, []byte(" [tcp sum ok]"))
	if bytes.HasPrefix(rest, []byte(" ack ")) || bytes.HasPrefix(rest, []byte(" win ")) || bytes.HasPrefix(rest, []byte(" [bad tcp cksum")) {
		return true
	}
	if len(rest) < 2 || rest[0] != ' ' {
		return false
	}
	n := len(digits(rest[1:]))
	return n > 0 && len(rest) > n+1 && rest[n+1] == ':'
}

// dumpFlags reads the letters of TCP flags: "S.", "FPU", "none". Minus one: they are
// none.
func dumpFlags(b []byte) (flags int) {
	if string(b) == "none" {
		return 0
	}
	for _, c := range b {
		switch c {
		case 'S':
			flags |= int(portlore.SYN)
		case 'F':
			flags |= int(portlore.FIN)
		case 'R':
			flags |= int(portlore.RST)
		case 'P':
			flags |= int(portlore.PSH)
		case '.':
			flags |= int(portlore.ACK)
		case 'U':
			flags |= int(portlore.URG)
		case 'E':
			flags |= int(portlore.ECE)
		case 'W':
			flags |= int(portlore.CWR)
		case 'e': // accurate ECN, which has no place here
		default:
			return -1
		}
	}
	if len(b) == 0 {
		return -1
	}
	return flags
}

// tcp reads window and sequence number. The latter counts from the first packet of
// the connection that was seen, but for packets with SYN, which begin it.
func (d *dumpLine) tcp(rest []byte) {
	ob := d.ob
	if i := bytes.Index(rest, []byte(" [")); i > 0 && !bytes.HasPrefix(rest, []byte("Flags")) {
		rest = rest[:i]
	}
	if n, ok := numberBehind(rest, " win "); ok && n <= 65535 {
		ob.Window = uint16(n)
		ob.Has |= portlore.HasWindow
	}
	if ob.Flags&portlore.SYN == 0 {
		return
	}
	if n, ok := numberBehind(rest, " seq "); ok {
		ob.Seq = uint32(n)
		ob.Has |= portlore.HasSeq
	}
}

// numberBehind is the number that follows the first such word.
func numberBehind(b []byte, word string) (uint64, bool) {
	i := bytes.Index(b, []byte(word))
	if i < 0 {
		return 0, false
	}
	return uintOf(digits(b[i+len(word):]), 1<<32-1)
}

// length is that of the packet, where the printer says how long its payload is and
// so much about its headers that nothing is left to guess but options of IP, which
// only -v shows. Zero: it does not.
func (d *dumpLine) length(rest []byte) uint32 {
	header := uint64(20)
	if d.six {
		header = 40
	}
	payload, ok := uint64(0), false
	switch d.ob.Proto {
	case portlore.TCP:
		list := []byte(nil)
		if i := bytes.Index(rest, []byte(" options [")); i >= 0 {
			list = rest[i+len(" options ["):]
			end := bytes.IndexByte(list, ']')
			if end < 0 {
				return 0
			}
			rest, list = list[end:], list[:end]
		}
		payload, ok = numberBehind(rest, ", length ")
		size, known := optionsSize(list)
		header += 20 + size
		ok = ok && known && d.ob.Has&portlore.HasFlags != 0
	case portlore.UDP:
		header += 8
		p, q := d.ob.SrcPort, d.ob.DstPort
		switch {
		case bytes.HasPrefix(rest, []byte("UDP, length ")), bytes.HasPrefix(rest, []byte("NTPv")), bytes.HasPrefix(rest, []byte("BOOTP/DHCP, ")):
			payload, ok = numberBehind(rest, ", length ")
		case p == 53 || q == 53 || p == 5353 || q == 5353 || p == 5355 || q == 5355: // DNS ends with its length, "(53)"
			if open := bytes.LastIndexByte(rest, '('); open >= 0 {
				inside, end := bytes.CutSuffix(rest[open+1:], []byte(")"))
				payload, ok = uintOf(inside, 65507)
				ok = ok && end
			}
		}
	}
	if !ok || header+payload > 65535 {
		return 0
	}
	return uint32(header + payload)
}

// optionsSize is how long the options of TCP are that stand in such a list: "mss
// 1460,sackOK,TS val 1 ecr 0,nop,wscale 7".
func optionsSize(list []byte) (size uint64, known bool) {
	for len(list) > 0 {
		option, rest, _ := bytes.Cut(list, []byte(","))
		list = rest
		switch string(wordAt(option, 0)) {
		case "nop", "eol":
			size++
		case "sackOK":
			size += 2
		case "wscale":
			size += 3
		case "mss":
			size += 4
		case "TS":
			size += 10
		case "sack":
			n, ok := uintOf(digits(option[min(len("sack "), len(option)):]), 4)
			if !ok {
				return 0, false
			}
			size += 2 + 8*n
		default:
			return 0, false
		}
	}
	return (size + 3) &^ 3, true
}
