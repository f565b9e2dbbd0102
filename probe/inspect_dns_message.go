package probe

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Of the registry of DNS parameters (IANA).
const (
	dnsA, dnsNS, dnsSOA, dnsPTR, dnsTXT, dnsOPT, dnsAXFR = 1, 2, 6, 12, 16, 41, 252
	dnsIN, dnsCH                                         = 1, 3
	dnsServfail, dnsNXDomain, dnsRefused                 = 2, 3, 5
)

// A dnsMessage is an answer (RFC 1035, 4.1).
type dnsMessage struct {
	id                       uint16
	authoritative, available bool // AA, RA
	code                     int
	answers, authority       []dnsRecord
}

// A dnsRecord is a record; text is what a PTR, NS or TXT says, else empty.
type dnsRecord struct {
	name string
	kind uint16
	text string
}

// said is how an answer without a record reads.
func (m *dnsMessage) said() string {
	name := fmt.Sprintf("RCODE %d", m.code)
	if names := []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"}; m.code < len(names) {
		name = names[m.code]
	}
	if !m.available {
		name += ", no RA"
	}
	return name
}

// dnsQuery is a question. With recursion it also says that a long answer is welcome
// (RFC 6891), with signatures (DO).
func dnsQuery(id uint16, name string, kind, class uint16, recursion bool) string {
	flags, more := uint16(0), uint16(0)
	if recursion {
		flags, more = 0x0100, 1
	}
	b := binary.BigEndian.AppendUint16(nil, id)
	for _, n := range []uint16{flags, 1, 0, 0, more} {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	for label := range strings.SplitSeq(strings.Trim(name, "."), ".") {
		if label != "" {
			label = label[:min(len(label), 63)]
			b = append(append(b, byte(len(label))), label...)
		}
	}
	b = append(b, 0)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, kind), class)
	if recursion {
		b = append(b, 0, 0, dnsOPT, 0x10, 0, 0, 0, 0x80, 0, 0, 0)
	}
	return string(b)
}

// framed is a message as TCP carries it.
func framed(message string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(message)))) + message
}

// askDNS asks over TCP, without recursion.
func (c *call) askDNS(v *Visit, name string, kind, class uint16) (dnsMessage, bool) {
	id := binary.BigEndian.Uint16(v.random(2))
	c.say(framed(dnsQuery(id, name, kind, class, false)))
	length := c.exactly(2)
	if length == nil {
		return dnsMessage{}, false
	}
	m, ok := parseDNS(c.exactly(int(binary.BigEndian.Uint16(length))))
	return m, ok && m.id == id
}

// parseDNS reads an answer as far as it can be read. False: it is none.
func parseDNS(b []byte) (m dnsMessage, ok bool) {
	if len(b) < 12 || b[2]&0x80 == 0 {
		return m, false
	}
	m.id, m.authoritative, m.available, m.code = binary.BigEndian.Uint16(b), b[2]&4 != 0, b[3]&0x80 != 0, int(b[3]&15)
	at := 12
	for range binary.BigEndian.Uint16(b[4:]) {
		_, next := dnsName(b, at)
		if at = next + 4; next == 0 || at > len(b) {
			return m, true
		}
	}
	for section, into := range []*[]dnsRecord{&m.answers, &m.authority} {
		for range binary.BigEndian.Uint16(b[6+2*section:]) {
			name, next := dnsName(b, at)
			if next == 0 || next+10 > len(b) {
				return m, true
			}
			r := dnsRecord{name: name, kind: binary.BigEndian.Uint16(b[next:])}
			data := next + 10
			end := data + int(binary.BigEndian.Uint16(b[next+8:]))
			if end > len(b) {
				return m, true
			}
			switch {
			case r.kind == dnsPTR || r.kind == dnsNS:
				r.text, _ = dnsName(b, data)
			case r.kind == dnsTXT && data < end:
				r.text = string(b[data+1 : min(end, data+1+int(b[data]))])
			}
			*into = append(*into, r)
			at = end
		}
	}
	return m, true
}

// dnsName is the name at a place, and where the next thing begins; zero: it is
// broken. Names may point back (RFC 1035, 4.1.4), here 64 times at most.
func dnsName(b []byte, at int) (name string, next int) {
	var labels []string
	for jumps := 0; at < len(b) && len(labels) < 128; {
		n := int(b[at])
		switch {
		case n == 0:
			if next == 0 {
				next = at + 1
			}
			return strings.Join(labels, "."), next
		case n&0xc0 == 0xc0 && at+1 < len(b):
			if next == 0 {
				next = at + 2
			}
			if jumps++; jumps > 64 {
				return "", 0
			}
			at = n&0x3f<<8 | int(b[at+1])
		case n < 64 && at+1+n <= len(b):
			labels = append(labels, string(b[at+1:at+1+n]))
			at += 1 + n
		default:
			return "", 0
		}
	}
	return "", 0
}
