package format

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// A record is what the fields of one line say.
type record struct {
	text    []byte
	start   int // of the record in text
	in, out []byte
	linkAll bool // the frame went to many
	header
	inner   header
	fault   fault
	doubled bool // a field of one header came twice
}

// A header is that of one packet, or the one quoted inside an ICMP error.
type header struct {
	seen       fields
	src, dst   netip.Addr
	number     [numbers]uint32
	proto      portlore.Proto
	flags      portlore.TCPFlags
	options    uint32
	incomplete bool // the kernel could not read all of the header
}

// The fields whose value is one number, as an index into header.number.
const (
	length = iota
	ttl
	id
	sport
	dport
	window
	seq
	icmpType
	icmpCode
	fragment
	numbers
)

// inRange names the fields that are numbers, and the highest number that the
// header has room for.
var inRange = [numbers]struct {
	name string
	most uint64
}{
	length:   {"LEN", 1<<32 - 1}, // a jumbogram of RFC 2675
	ttl:      {"TTL", 1<<8 - 1},
	id:       {"ID", 1<<16 - 1},
	sport:    {"SPT", 1<<16 - 1},
	dport:    {"DPT", 1<<16 - 1},
	window:   {"WINDOW", 1<<16 - 1},
	seq:      {"SEQ", 1<<32 - 1},
	icmpType: {"TYPE", 1<<8 - 1},
	icmpCode: {"CODE", 1<<8 - 1},
	fragment: {"FRAG", 1<<16 - 1},
}

// fields is a set of fields: bit i for number i, and the others above.
type fields uint16

const (
	sawSrc fields = 1 << (numbers + iota)
	sawDst
	sawProto
	sawFlags
	sawBegin // the [ before a quoted packet
	sawEnd   // the ] behind it
)

// has tells whether all these numbers were read.
func (h *header) has(which ...int) bool {
	for _, i := range which {
		if h.seen&(1<<i) == 0 {
			return false
		}
	}
	return true
}

// key packs the first four bytes of a token for the switch below.
const (
	keySrc    = 'S' | 'R'<<8 | 'C'<<16 | '='<<24
	keyDst    = 'D' | 'S'<<8 | 'T'<<16 | '='<<24
	keyLen    = 'L' | 'E'<<8 | 'N'<<16 | '='<<24
	keyTos    = 'T' | 'O'<<8 | 'S'<<16 | '='<<24
	keyPrec   = 'P' | 'R'<<8 | 'E'<<16 | 'C'<<24
	keyTTL    = 'T' | 'T'<<8 | 'L'<<16 | '='<<24
	keyHop    = 'H' | 'O'<<8 | 'P'<<16 | 'L'<<24
	keyProto  = 'P' | 'R'<<8 | 'O'<<16 | 'T'<<24
	keySport  = 'S' | 'P'<<8 | 'T'<<16 | '='<<24
	keyDport  = 'D' | 'P'<<8 | 'T'<<16 | '='<<24
	keyWindow = 'W' | 'I'<<8 | 'N'<<16 | 'D'<<24
	keyRes    = 'R' | 'E'<<8 | 'S'<<16 | '='<<24
	keyUrgp   = 'U' | 'R'<<8 | 'G'<<16 | 'P'<<24
	keySeq    = 'S' | 'E'<<8 | 'Q'<<16 | '='<<24
	keyType   = 'T' | 'Y'<<8 | 'P'<<16 | 'E'<<24
	keyCode   = 'C' | 'O'<<8 | 'D'<<16 | 'E'<<24
	keyMac    = 'M' | 'A'<<8 | 'C'<<16 | '='<<24
	keyMacDst = 'M' | 'A'<<8 | 'C'<<16 | 'D'<<24
	keyOut    = 'O' | 'U'<<8 | 'T'<<16 | '='<<24
	keyOpt    = 'O' | 'P'<<8 | 'T'<<16 | ' '<<24
	keyFrag   = 'F' | 'R'<<8 | 'A'<<16 | 'G'<<24
	keyIncomp = 'I' | 'N'<<8 | 'C'<<16 | 'O'<<24
	keyPhys   = 'P' | 'H'<<8 | 'Y'<<16 | 'S'<<24
	keyInner  = '[' | 'S'<<8 | 'R'<<16 | 'C'<<24
	keySYN    = 'S' | 'Y'<<8 | 'N'<<16 | ' '<<24
	keyACK    = 'A' | 'C'<<8 | 'K'<<16 | ' '<<24
	keyFIN    = 'F' | 'I'<<8 | 'N'<<16 | ' '<<24
	keyRST    = 'R' | 'S'<<8 | 'T'<<16 | ' '<<24
	keyPSH    = 'P' | 'S'<<8 | 'H'<<16 | ' '<<24
	keyURG    = 'U' | 'R'<<8 | 'G'<<16 | ' '<<24
	keyECE    = 'E' | 'C'<<8 | 'E'<<16 | ' '<<24
	keyCWR    = 'C' | 'W'<<8 | 'R'<<16 | ' '<<24

	three   = 1<<24 - 1 // the first three bytes
	keyIn   = 'I' | 'N'<<8 | '='<<16
	keyID   = 'I' | 'D'<<8 | '='<<16
	keyDF   = 'D' | 'F'<<8 | ' '<<16
	closing = ']'
)

// fields reads the record that starts at p, in one pass.
func (r *record) fields(p int) {
	b := r.text
	h := &r.header
	r.start = p
	for p < len(b) {
		if b[p] == ' ' {
			p++
			continue
		}
		switch k := key(b[p:]); k {
		case keyOut:
			r.out = wordAt(b, p+4)
			p += 4 + len(r.out)
		case keyMac:
			p = r.mac(p + 4)
		case keyMacDst: // of a rule with --log-macdecode
			if bytes.HasPrefix(b[p:], []byte("MACDST=")) {
				p += 3
			}
			p = r.mac(p + 4)
		case keySrc:
			p = r.address(h, p+4, sawSrc, "SRC", &h.src)
		case keyDst:
			p = r.address(h, p+4, sawDst, "DST", &h.dst)
		case keyLen:
			if h.seen&sawProto != 0 { // of UDP, not of the packet
				p = endOfWord(b, p)
				break
			}
			p = r.number(h, p+4, length)
		case keyTTL:
			p = r.number(h, p+4, ttl)
		case keyProto:
			p = r.protocol(h, p)
		case keySport:
			p = r.number(h, p+4, sport)
		case keyDport:
			p = r.number(h, p+4, dport)
		case keyWindow:
			p = r.named(h, p, "WINDOW=", window)
		case keySYN:
			p += h.flag(portlore.SYN)
		case keyACK:
			p += h.flag(portlore.ACK)
		case keyFIN:
			p += h.flag(portlore.FIN)
		case keyRST:
			p += h.flag(portlore.RST)
		case keyPSH:
			p += h.flag(portlore.PSH)
		case keyURG:
			p += h.flag(portlore.URG)
		case keyECE:
			p += h.flag(portlore.ECE)
		case keyCWR:
			p += h.flag(portlore.CWR)
		case keyTos, keyPrec, keyRes, keyUrgp:
			for p += 4; p < len(b) && b[p] != ' '; p++ { // a short word
			}
		case keyPhys:
			p = endOfWord(b, p)
		case keyType:
			p = r.named(h, p, "TYPE=", icmpType)
		case keyCode:
			p = r.named(h, p, "CODE=", icmpCode)
		case keySeq:
			if h.proto != portlore.TCP { // of an echo
				p = endOfWord(b, p)
				break
			}
			p = r.number(h, p+4, seq)
		case keyHop:
			p = r.named(h, p, "HOPLIMIT=", ttl)
		case keyFrag:
			p = r.named(h, p, "FRAG:", fragment) // in units of 8 bytes
		case keyIncomp:
			h.incomplete = true
			p = endOfWord(b, p)
		case keyOpt:
			p = h.tcpOptions(b, p+4)
		case keyInner:
			if h == &r.header && r.inner.seen == 0 && bytes.HasPrefix(b[p:], []byte("[SRC=")) {
				h = &r.inner
				h.seen = sawBegin
				p++
			} else {
				p = endOfWord(b, p)
			}
		default:
			if k&three == keyID && h.seen&sawProto == 0 {
				p = r.number(h, p+3, id)
				break
			}
			if k&three == keyDF { // by far the most frequent of the others
				p += 2
				break
			}
			end := endOfWord(b, p)
			switch word := b[p:end]; {
			case k&three == keyIn && p == r.start:
				r.in = word[3:]
			case len(word) == 1 && word[0] == closing && h == &r.inner:
				h.seen |= sawEnd
				h = &r.header
			default:
				if i := bytes.Index(word, []byte("IN=")); i >= 0 && startsRecord(b[end:]) {
					*r = record{text: b, start: p + i, in: word[i+3:]}
					h = &r.header
				}
			}
			p = end
		}
	}
}

// startsRecord tells whether b goes on as a record does behind IN=.
func startsRecord(b []byte) bool {
	b = b[skipBlanks(b, 0):]
	switch key(b) {
	case keyOut, keyMac, keySrc, keyPhys:
		return true
	}
	return false
}

// fail notes the first thing that is wrong. Reading goes on, since the record
// may yet turn out to be a forgery with the true one behind it.
func (r *record) fail(at int, field string, value []byte, why string) {
	if r.fault.why == "" {
		r.fault = fault{at: at, field: field, value: value, why: why}
	}
}

// The readers of single fields take the offset of the value and return the
// offset behind it.

func (r *record) address(h *header, p int, bit fields, name string, to *netip.Addr) int {
	b := r.text
	if h.seen&bit != 0 {
		r.doubled = true
		return endOfWord(b, p)
	}
	h.seen |= bit
	a, n := addr.Prefix4(b[p:])
	if end := p + n; n > 0 && (end == len(b) || b[end] == ' ') {
		*to = a
		return end
	}
	word := wordAt(b, p)
	a, ok := addr.Parse(word)
	if !ok {
		r.fail(p, name, word, notAnAddress)
	}
	*to = a
	return p + len(word)
}

func (r *record) number(h *header, p int, which int) int {
	b := r.text
	if h.seen&(1<<which) != 0 {
		r.doubled = true
		return endOfWord(b, p)
	}
	h.seen |= 1 << which
	most := inRange[which].most
	n, end := uint64(0), p
	for end < len(b) && b[end]-'0' <= 9 && n <= most {
		n = n*10 + uint64(b[end]-'0')
		end++
	}
	if end == p || n > most || end < len(b) && b[end] != ' ' {
		word := wordAt(b, p)
		why := notANumber
		if n > most {
			why = outOfRange
		}
		r.fail(p, inRange[which].name, word, why)
		end = p + len(word)
	}
	h.number[which] = uint32(n)
	return end
}

// named is number for a field whose name is longer than a key.
func (r *record) named(h *header, p int, name string, which int) int {
	if !bytes.HasPrefix(r.text[p:], []byte(name)) {
		return endOfWord(r.text, p)
	}
	return r.number(h, p+len(name), which)
}

// protocol reads PROTO=TCP or PROTO=132.
func (r *record) protocol(h *header, p int) int {
	const name = "PROTO="
	if !bytes.HasPrefix(r.text[p:], []byte(name)) {
		return endOfWord(r.text, p)
	}
	word := wordAt(r.text, p+len(name))
	end := p + len(name) + len(word)
	if h.seen&sawProto != 0 {
		r.doubled = true
		return end
	}
	switch string(word) {
	case "TCP":
		h.proto = portlore.TCP
	case "UDP":
		h.proto = portlore.UDP
	case "ICMP":
		h.proto = portlore.ICMP
	case "ICMPv6":
		h.proto = portlore.ICMPv6
	case "UDPLITE":
		h.proto = portlore.UDPLite
	case "ESP":
		h.proto = portlore.ESP
	case "AH":
		h.proto = portlore.AH
	case "SCTP":
		h.proto = portlore.SCTP
	case "GRE":
		h.proto = portlore.GRE
	case "IGMP":
		h.proto = portlore.IGMP
	default:
		n := 0
		for _, c := range word {
			if c -= '0'; c > 9 || n > 255 {
				n = 256
				break
			}
			n = n*10 + int(c)
		}
		if n > 255 || len(word) == 0 {
			r.fail(p+len(name), "PROTO", word, notAProtocol)
		}
		h.proto = portlore.Proto(n)
	}
	h.seen |= sawProto
	return end
}

// mac reads the link header: the destination comes first. All ones is a
// broadcast, 01:00:5e and 33:33 are the multicast of IPv4 (RFC 1112 section
// 6.4) and of IPv6 (RFC 2464 section 7). Not every odd first byte counts: on a
// tunnel the kernel prints the outer IP header here.
func (r *record) mac(p int) int {
	word := wordAt(r.text, p)
	switch key(word) {
	case 'f' | 'f'<<8 | ':'<<16 | 'f'<<24, '0' | '1'<<8 | ':'<<16 | '0'<<24, '3' | '3'<<8 | ':'<<16 | '3'<<24:
		r.linkAll = r.linkAll || bytes.HasPrefix(word, []byte("ff:ff:ff:ff:ff:ff")) ||
			bytes.HasPrefix(word, []byte("01:00:5e")) || bytes.HasPrefix(word, []byte("33:33:"))
	}
	return p + len(word)
}

// flag notes a TCP flag and returns the length of its word. Before PROTO=TCP
// the same letters mean something else.
func (h *header) flag(f portlore.TCPFlags) int {
	if h.proto == portlore.TCP {
		h.flags |= f
		h.seen |= sawFlags
	}
	return 3
}

// tcpOptions reads "(020405B4…)". The same key before PROTO= holds IP options.
func (h *header) tcpOptions(b []byte, p int) int {
	if p >= len(b) || b[p] != '(' {
		return min(p, len(b))
	}
	end := bytes.IndexByte(b[p:], ')')
	if end < 0 {
		return p
	}
	if h.proto == portlore.TCP {
		h.options = optionsHash(b[p+1 : p+end])
	}
	return p + end + 1
}

// key is the first four bytes of b, filled up with blanks.
func key(b []byte) uint32 {
	if len(b) >= 4 {
		return binary.LittleEndian.Uint32(b)
	}
	k := [4]byte{' ', ' ', ' ', ' '}
	copy(k[:], b)
	return binary.LittleEndian.Uint32(k[:])
}

func endOfWord(b []byte, p int) int {
	if i := bytes.IndexByte(b[p:], ' '); i >= 0 {
		return p + i
	}
	return len(b)
}
