package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What the packet filter of Linux 2.2 logs, as dump_packet of net/ipv4/ip_fw.c
// prints it for a rule of ipchains with -l:
//
//	Packet log: input DENY eth0 PROTO=6 198.51.100.9:40001 203.0.113.10:23 L=60 S=0x00 I=4711 F=0x4000 T=52 SYN (#3)
//
// Of ICMP, the type and the code stand where the ports would; 65535 stands there
// of protocols without ports. SYN is said since 2.2.14, and only if ACK was not
// set, so that without it nothing is said of the flags.
var ipchains = &Format{
	Name:  "ipchains",
	Doc:   "Linux 2.2 firewall log (ipchains)",
	Spec:  "net/ipv4/ip_fw.c of Linux 2.2; IPCHAINS-HOWTO, section 4.1.5",
	read:  readIPChains,
	marks: []string{"Packet log: "},
}

const ipchainsMark = "Packet log: "

func readIPChains(l *line, ob *portlore.Observation) outcome {
	if !bytes.HasPrefix(l.message, []byte(ipchainsMark)) {
		return other
	}
	if l.quoted = l.json || len(l.program) > 0 && string(l.program) != "kernel"; l.quoted {
		return other
	}
	w := words{text: l.message, p: len(ipchainsMark)}
	chain := w.next()
	switch action := w.next(); string(action) {
	case "DENY", "REJECT":
		ob.Verdict = portlore.Blocked
	case "ACCEPT", "MASQ":
		ob.Verdict = portlore.Accepted
	case "REDIRECT": // to a port of this machine
		ob.Verdict = portlore.Accepted
		w.next()
	}
	iface := w.next()
	switch string(chain) { // all others are called from these
	case "input":
		ob.InIf = iface
	case "output":
		ob.OutIf = iface
	case "forward":
		ob.OutIf, ob.Way = iface, portlore.Forward
	}
	r := l.build(ob)
	value, at := w.after("PROTO=")
	r.put(fieldProto, value, at, "PROTO")
	source := r.endpoint(&w, sourceEnd)
	destination := r.endpoint(&w, destinationEnd)
	fragment := false
	for word := w.next(); word != nil; word = w.next() {
		at := w.at(word) + 2
		switch {
		case len(word) < 3:
		case string(word) == "SYN":
			r.flags = int64(portlore.SYN)
		case word[1] != '=':
		case word[0] == 'L':
			r.put(fieldLength, word[2:], at, "L")
		case word[0] == 'I':
			if id, ok := uintOf(word[2:], 65535); ok {
				ob.ID = uint16(id)
				ob.Has |= portlore.HasID
			}
		case word[0] == 'F':
			offset, _ := hexOf(word[2:])
			fragment = offset&0x1fff != 0
		case word[0] == 'T':
			r.put(fieldTTL, word[2:], at, "T")
		}
	}
	if r.fault.why == "" && (value == nil || source < 0 || destination < 0 || ob.Has&portlore.HasTTL == 0) {
		return l.fails(fault{at: len(l.message), field: "T", why: isMissing})
	}
	switch ob.Fragment = fragment; {
	case fragment:
		r.src, r.dst = -1, -1
	case ob.Proto == portlore.ICMP:
		if r.src < 256 && r.dst < 256 {
			r.icmp, r.code = r.src, r.dst
		}
	case ob.Proto != portlore.TCP && ob.Proto != portlore.UDP:
		r.src, r.dst = -1, -1
	}
	return r.done()
}

// after is what follows a name in the next word, and where it stands; nil: the word
// does not begin so.
func (w *words) after(name string) (value []byte, at int) {
	word := w.next()
	value, ok := bytes.CutPrefix(word, []byte(name))
	if !ok {
		return nil, 0
	}
	return value, w.at(word) + len(name)
}

// joined is what to make of an address with its port.
type joined struct {
	address, port  field
	name, portName string
}

var (
	sourceEnd      = joined{fieldSrc, fieldSrcPort, "source", "source port"}
	destinationEnd = joined{fieldDst, fieldDstPort, "destination", "destination port"}
)

// endpoint puts the next word, "198.51.100.9:40001"; a negative place says that there
// is none.
func (r *builder) endpoint(w *words, e joined) (at int) {
	word := w.next()
	if at = w.at(word); word == nil {
		return -1
	}
	r.join(word, at, ':', e)
	return at
}

// join puts an address with a port behind the last sep, or without.
func (r *builder) join(word []byte, at int, sep byte, e joined) {
	i := bytes.LastIndexByte(word, sep)
	if i < 0 {
		r.put(e.address, word, at, e.name)
		return
	}
	r.put(e.address, word[:i], at, e.name)
	r.put(e.port, word[i+1:], at+i+1, e.portName)
}

// hexOf reads "0x4000".
func hexOf(b []byte) (n uint64, ok bool) {
	if len(b) < 3 || len(b) > 10 || b[0] != '0' || b[1]|0x20 != 'x' {
		return 0, false
	}
	for _, c := range b[2:] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		n = n<<4 | uint64(c)
	}
	return n, true
}
