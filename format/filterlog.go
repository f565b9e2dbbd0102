package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What filterlog of pfSense and OPNsense writes of pf's log, one CSV row a packet
// (docs.netgate.com, "Raw Filter Log Format"):
//
//	rule,sub,anchor,tracker,em0,match,block,in,4,tos,ecn,ttl,id,offset,flags,6,tcp,60,SRC,DST,sport,dport,datalen,S,seq,ack,window,urg,options
//	rule,sub,anchor,tracker,em0,match,block,in,6,class,flow,hop limit,tcp,6,40,SRC,DST,…
//
// "in" and "out" are seen from the interface, not from the host: a packet that
// came in may be for it or pass on.
var filterlog = &Format{
	Name:  "filterlog",
	Doc:   "pf firewall log of pfSense and OPNsense (filterlog)",
	Spec:  "https://docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html",
	read:  readFilterlog,
	marks: []string{",0"},
}

func readFilterlog(l *line, ob *portlore.Observation) outcome {
	text := l.message
	skipped := 0
	if rest, ok := bytes.CutPrefix(text, []byte("filterlog: ")); ok {
		skipped = len(text) - len(rest)
	}
	r := row{text: text, p: skipped}
	if !r.isFilterlog() {
		return other
	}
	if l.quoted = l.byAnother() && string(l.program) != "filterlog"; l.quoted {
		return other
	}
	r.filterlog(ob)
	if r.fault.why != "" {
		l.fault = r.fault
		return malformed
	}
	return understood
}

// A row is one line of comma-separated values without quotes, read from left to
// right.
type row struct {
	text  []byte
	p     int // of the next field
	fault fault
}

// next is the next field; past the end it is nil.
func (r *row) next() []byte {
	if r.p > len(r.text) {
		return nil
	}
	rest := r.text[r.p:]
	end := bytes.IndexByte(rest, ',')
	if end < 0 {
		end = len(rest)
	}
	r.p += end + 1
	return rest[:end:end]
}

func (r *row) skip(n int) {
	for range n {
		r.next()
	}
}

// fail notes the first fault, of the field that was read last.
func (r *row) fail(name string, value []byte, why string) {
	if r.fault.why != "" {
		return
	}
	if value == nil {
		r.fault = fault{at: len(r.text), field: name, why: isMissing}
		return
	}
	r.fault = fault{at: r.p - 1 - len(value), field: name, value: value, why: why}
}

// number reads the next field as a number; empty is zero and not said.
func (r *row) number(name string, most uint64) (n uint64, said bool) {
	b := r.next()
	if len(b) == 0 && b != nil {
		return 0, false
	}
	n, ok := uintOf(b, most)
	if !ok {
		r.fail(name, b, outOfRange)
	}
	return n, ok
}

// isFilterlog knows a row by its seventh to ninth field: an action, a direction
// and the version of IP. It leaves p where it was.
func (r *row) isFilterlog() bool {
	p := r.p
	defer func() { r.p = p }()
	if !isNumber(r.next()) {
		return false
	}
	r.skip(5)
	if _, ok := pfAction(r.next()); !ok {
		return false
	}
	if way := r.next(); string(way) != "in" && string(way) != "out" {
		return false
	}
	version := r.next()
	return len(version) == 1 && (version[0] == '4' || version[0] == '6')
}

func pfAction(b []byte) (portlore.Verdict, bool) {
	switch string(b) {
	case "block":
		return portlore.Blocked, true
	case "pass":
		return portlore.Accepted, true
	case "match", "nat", "rdr", "binat", "scrub":
		return portlore.Unsaid, true
	}
	return portlore.Unsaid, false
}

func (r *row) filterlog(ob *portlore.Observation) {
	r.skip(4)
	name := r.next()
	r.skip(1)
	ob.Verdict, _ = pfAction(r.next())
	if string(r.next()) == "in" {
		ob.InIf = name
	} else {
		ob.OutIf = name
	}
	ob.Has = portlore.HasProto
	if r.next()[0] == '4' {
		r.ip4(ob)
	} else {
		r.ip6(ob)
	}
	r.addresses(ob)
	if ob.Fragment || r.fault.why != "" {
		return
	}
	switch ob.Proto {
	case portlore.TCP:
		r.ports(ob)
		r.tcp(ob)
	case portlore.UDP, portlore.UDPLite, portlore.SCTP:
		r.ports(ob)
	case portlore.ICMP, portlore.ICMPv6:
		if t, code, ok := icmpWord(r.next(), ob.Proto); ok {
			ob.ICMPType, ob.ICMPCode = t, code
			ob.Has |= portlore.HasICMP
		}
	}
}

func (r *row) ip4(ob *portlore.Observation) {
	r.skip(2)
	if n, ok := r.number("TTL", 255); ok {
		ob.TTL = uint8(n)
		ob.Has |= portlore.HasTTL
	}
	if n, ok := r.number("id", 65535); ok {
		ob.ID = uint16(n)
		ob.Has |= portlore.HasID
	}
	offset, _ := r.number("fragment offset", 65535)
	ob.Fragment = offset > 0
	r.skip(1)
	n, _ := r.number("protocol", 255)
	ob.Proto = portlore.Proto(n)
	r.skip(1)
	length, _ := r.number("length", 65535)
	ob.Length = uint32(length)
}

func (r *row) ip6(ob *portlore.Observation) {
	r.skip(2)
	if n, ok := r.number("hop limit", 255); ok {
		ob.TTL = uint8(n)
		ob.Has |= portlore.HasTTL
	}
	r.skip(1)
	n, _ := r.number("protocol", 255)
	ob.Proto = portlore.Proto(n)
	length, _ := r.number("length", 65535)
	if length > 0 { // of what is behind the header
		ob.Length = uint32(length) + 40
	}
}

func (r *row) addresses(ob *portlore.Observation) {
	ob.Src = r.address("source")
	ob.Dst = r.address("destination")
}

func (r *row) address(name string) netip.Addr {
	b := r.next()
	a, ok := addr.Parse(b)
	if !ok {
		r.fail(name, b, notAnAddress)
	}
	return a
}

func (r *row) ports(ob *portlore.Observation) {
	s, one := r.number("source port", 65535)
	d, two := r.number("destination port", 65535)
	if one && two {
		setPorts(ob, int32(s), int32(d))
	}
}

// tcp reads data length, flags, sequence number (of data also its end, behind a
// colon), acknowledgement and window.
func (r *row) tcp(ob *portlore.Observation) {
	r.skip(1)
	b := r.next()
	flags, ok := flagLetters(b)
	if b == nil || !ok {
		r.fail("TCP flags", b, isImpossible)
		return
	}
	ob.Flags = flags
	ob.Has |= portlore.HasFlags
	first, _, _ := bytes.Cut(r.next(), []byte(":"))
	if n, ok := uintOf(first, 1<<32-1); ok {
		ob.Seq = uint32(n)
		ob.Has |= portlore.HasSeq
	}
	r.skip(1)
	if n, ok := uintOf(r.next(), 65535); ok {
		ob.Window = uint16(n)
		ob.Has |= portlore.HasWindow
	}
}

// icmpWord is the type and code that filterlog writes as a word.
func icmpWord(b []byte, proto portlore.Proto) (t, code uint8, ok bool) {
	six := proto == portlore.ICMPv6
	switch string(b) {
	case "request":
		if six {
			return 128, 0, true
		}
		return 8, 0, true
	case "reply":
		if six {
			return 129, 0, true
		}
		return 0, 0, true
	}
	if six {
		return 0, 0, false
	}
	switch string(b) {
	case "unreach":
		return 3, 1, true
	case "unreachproto":
		return 3, 2, true
	case "unreachport":
		return 3, 3, true
	case "needfrag":
		return 3, 4, true
	case "redirect":
		return 5, 0, true
	case "timexceed":
		return 11, 0, true
	case "paramprob":
		return 12, 0, true
	case "tstamp":
		return 13, 0, true
	case "tstampreply":
		return 14, 0, true
	}
	return 0, 0, false
}
