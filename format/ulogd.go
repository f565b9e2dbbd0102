package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What ulogd writes about packets (NFLOG) and connections (NFCT) other than in the
// form of the kernel's own log: by its plugin JSON, by GPRINT as pairs of the same
// names, and of connections by PRINTFLOW.
//
//	{"timestamp": "2026-11-23T15:02:16.011630", "oob.prefix": "IN-DROP: ", "ip.protocol": 6, "src_ip": "198.51.100.9", "dest_ip": "203.0.113.10", "src_port": 40001, "dest_port": 23, "tcp.syn": 1, …}
//	timestamp=2026/11/23-15:02:16,raw.pktlen=60,oob.prefix=IN-DROP: ,oob.time.sec=1795446136,ip.protocol=6,ip.ttl=64,tcp.sport=40001,tcp.dport=23,tcp.syn=1,ip.saddr.str=198.51.100.9,ip.daddr.str=203.0.113.10
//	Nov 23 15:02:16 fw [DESTROY] ORIG: SRC=198.51.100.9 DST=203.0.113.10 PROTO=TCP SPT=40001 DPT=80 PKTS=7 BYTES=448 , REPLY: SRC=203.0.113.10 DST=198.51.100.9 PROTO=TCP SPT=80 DPT=40001 PKTS=6 BYTES=1988
//
// GPRINT writes IPv6 addresses as nonsense under the names without ".str", which
// it needs the filter IP2STR for.
var ulogd = &Format{
	Name:  "ulogd",
	Doc:   "packets and connections as ulogd writes them (JSON, GPRINT, flows of NFCT)",
	Spec:  "output/ulogd_output_JSON.c, output/ulogd_output_GPRINT.c, util/printflow.c and input/flow/ulogd_inpflow_NFCT.c of ulogd 2",
	read:  readUlogd,
	marks: []string{`{"dest_ip"`, ",oob.family=ip.protocol=", "[ORIG: SRC="},
}

func readUlogd(l *line, ob *portlore.Observation) outcome {
	text := l.message
	switch {
	case len(text) == 0:
		return other
	case text[0] == '{':
		return readUlogdJSON(l, ob)
	case text[0] == '[':
		return readPrintflow(l, ob)
	}
	return readGprint(l, ob)
}

func readUlogdJSON(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if !bytes.Contains(text, []byte(`"dest_ip"`)) || !bytes.Contains(text, []byte(`"oob.`)) && !bytes.Contains(text, []byte(`"orig.`)) && !bytes.Contains(text, []byte(`"ip.protocol"`)) {
		return other
	}
	if l.quoted = len(l.program) > 0 && string(l.program) != "ulogd"; l.quoted {
		return other
	}
	r := newUlogdRecord(l, ob)
	whole := eachMember(text, func(key, value []byte, at int) {
		text := inner(value)
		if len(text) < len(value) {
			at++
		}
		r.put(key, text, at)
	})
	if !whole {
		return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
	}
	return r.done()
}

// readGprint reads pairs between commas. A comma in the label of a rule makes a
// pair without "=" of what follows.
func readGprint(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if !bytes.Contains(text, []byte(",oob.family=")) || !bytes.Contains(text, []byte("ip.protocol=")) {
		return other
	}
	if l.quoted = len(l.program) > 0 && string(l.program) != "ulogd"; l.quoted {
		return other
	}
	r := newUlogdRecord(l, ob)
	for p := 0; p < len(text); {
		end := bytes.IndexByte(text[p:], ',')
		if end < 0 {
			end = len(text) - p
		}
		key, value, found := bytes.Cut(text[p:p+end], []byte("="))
		if found {
			r.put(key, value, p+len(key)+1)
		}
		p += end + 1
	}
	return r.done()
}

// A ulogdRecord is a packet or a connection being read, member by member.
type ulogdRecord struct {
	l          *line
	ob         *portlore.Observation
	flow       bool
	t          tracked
	sec, usec  int64
	sport      int32
	dport      int32
	flags      portlore.TCPFlags
	flagged    bool
	fragment   uint64
	kind, code int32
	bad        fault
}

func newUlogdRecord(l *line, ob *portlore.Observation) ulogdRecord {
	return ulogdRecord{l: l, ob: ob, t: tracked{ob: ob}, sport: -1, dport: -1, kind: -1, code: -1}
}

// put takes a member by its name in ulogd.
func (r *ulogdRecord) put(key, value []byte, at int) {
	if len(value) == 0 || string(value) == "null" {
		return
	}
	ob := r.ob
	why := ""
	number := func(most uint64) uint64 {
		n, ok := countOf(value)
		if !ok || n > most {
			why = outOfRange
		}
		return n
	}
	address := func(to *netip.Addr) {
		a, ok := addr.Parse(value)
		if *to = a; !ok {
			why = notAnAddress
		}
	}
	switch string(key) {
	case "oob.time.sec", "flow.start.sec":
		r.sec = int64(number(1 << 33))
	case "oob.time.usec", "flow.start.usec":
		r.usec = int64(number(999_999))
	case "timestamp":
		if r.sec == 0 {
			r.l.timeOf(value, at)
		}
	case "src_ip", "ip.saddr.str", "orig.ip.saddr.str":
		address(&ob.Src)
	case "dest_ip", "ip.daddr.str", "orig.ip.daddr.str":
		address(&ob.Dst)
	case "ip.protocol", "orig.ip.protocol":
		ob.Proto = portlore.Proto(number(255))
		ob.Has |= portlore.HasProto
		r.flow = r.flow || key[0] == 'o'
	case "src_port", "tcp.sport", "udp.sport", "sctp.sport", "orig.l4.sport":
		r.sport = int32(number(65535))
	case "dest_port", "tcp.dport", "udp.dport", "sctp.dport", "orig.l4.dport":
		r.dport = int32(number(65535))
	case "tcp.fin":
		r.flag(portlore.FIN, value)
	case "tcp.syn":
		r.flag(portlore.SYN, value)
	case "tcp.rst":
		r.flag(portlore.RST, value)
	case "tcp.psh":
		r.flag(portlore.PSH, value)
	case "tcp.ack":
		r.flag(portlore.ACK, value)
	case "tcp.urg":
		r.flag(portlore.URG, value)
	case "tcp.seq":
		ob.Seq = uint32(number(1<<32 - 1))
		ob.Has |= portlore.HasSeq
	case "tcp.window":
		ob.Window = uint16(number(65535))
		ob.Has |= portlore.HasWindow
	case "icmp.type", "icmpv6.type":
		r.kind = int32(number(255))
	case "icmp.code", "icmpv6.code":
		r.code = int32(number(255))
	case "ip.ttl", "ip6.hoplimit":
		ob.TTL = uint8(number(255))
		ob.Has |= portlore.HasTTL
	case "ip.id":
		ob.ID = uint16(number(65535))
		ob.Has |= portlore.HasID
	case "ip.fragoff": // with the flags of RFC 791 section 3.1
		r.fragment = number(65535) & 0x1fff
	case "ip.totlen":
		ob.Length = uint32(number(65535))
	case "ip6.payloadlen":
		ob.Length = uint32(number(65535)) + 40
	case "oob.prefix":
		ob.Label = bytes.TrimSpace(value)
	case "oob.in":
		ob.InIf = value
	case "oob.out":
		ob.OutIf = value
	case "oob.hook": // enum nf_inet_hooks
		switch number(255) {
		case 1:
			ob.Way = portlore.In
		case 2:
			ob.Way = portlore.Forward
		case 3:
			ob.Way = portlore.Out
		}
	case "action": // of a label that the rule gave, with boolean_label=1
		switch string(value) {
		case "blocked":
			ob.Verdict = portlore.Blocked
		case "allowed":
			ob.Verdict = portlore.Accepted
		}
	case "orig.raw.pktlen", "orig.raw.pktlen.delta":
		ob.Bytes = number(1 << 60)
	case "orig.raw.pktcount", "orig.raw.pktcount.delta":
		ob.Packets = number(1 << 60)
	case "reply.raw.pktlen", "reply.raw.pktlen.delta":
		r.t.bytesBack = number(1 << 60)
	case "reply.raw.pktcount", "reply.raw.pktcount.delta":
		r.t.back, r.t.counted = number(1<<60), true
	}
	if why != "" && r.bad.why == "" {
		r.bad = fault{at: at, field: ulogdName(key), value: value, why: why}
	}
}

// ulogdName is what to call a member that is wrong.
func ulogdName(key []byte) string {
	switch string(key) {
	case "src_ip", "ip.saddr.str", "orig.ip.saddr.str":
		return "src_ip"
	case "dest_ip", "ip.daddr.str", "orig.ip.daddr.str":
		return "dest_ip"
	case "src_port", "tcp.sport", "udp.sport", "orig.l4.sport":
		return "src_port"
	case "dest_port", "tcp.dport", "udp.dport", "orig.l4.dport":
		return "dest_port"
	}
	return "number"
}

func (r *ulogdRecord) flag(f portlore.TCPFlags, value []byte) {
	r.flagged = true
	if string(value) == "1" || string(value) == "true" {
		r.flags |= f
	}
}

func (r *ulogdRecord) done() outcome {
	ob, l := r.ob, r.l
	if r.sec > 0 {
		l.when = fromEpoch(r.sec*1e9+r.usec*1e3, stated, 1)
	}
	switch {
	case r.bad.why != "":
		return l.fails(r.bad)
	case !ob.Src.IsValid() && !ob.Dst.IsValid():
		return other // the filter IP2STR is not in the stack, or it is not IP
	case !ob.Src.IsValid():
		return l.fails(fault{at: len(l.message), field: "src_ip", why: isMissing})
	case !ob.Dst.IsValid():
		return l.fails(fault{at: len(l.message), field: "dest_ip", why: isMissing})
	}
	if r.flow {
		ob.Verdict = portlore.Accepted
		r.t.src, r.t.dst, r.t.kind, r.t.code = r.sport, r.dport, r.kind, r.code
		r.t.done()
		return understood
	}
	if ob.Verdict == portlore.Unsaid {
		ob.Verdict = readPrefix(ob.Label).verdict
	}
	switch {
	case r.fragment > 0:
		ob.Fragment = true
	case ob.Proto == portlore.ICMP || ob.Proto == portlore.ICMPv6:
		if r.kind >= 0 && r.code >= 0 {
			setICMP(ob, int64(r.kind<<8|r.code))
		}
	default:
		setPorts(ob, r.sport, r.dport)
		if ob.Proto == portlore.TCP && r.flagged {
			ob.Flags = r.flags
			ob.Has |= portlore.HasFlags
		}
	}
	return understood
}

// readPrintflow reads "[NEW] ORIG: SRC=… , REPLY: SRC=…".
func readPrintflow(l *line, ob *portlore.Observation) outcome {
	text := l.message
	end := bytes.IndexByte(text, ']')
	orig := bytes.Index(text, []byte("ORIG: SRC="))
	if end < 0 || orig < 0 || orig > 128 {
		return other
	}
	if l.quoted = len(l.program) > 0 && string(l.program) != "ulogd"; l.quoted {
		return other
	}
	event := text[1]
	switch string(text[1:end]) {
	case "NEW", "DESTROY":
	default: // UPDATE: what happens in between says nothing new
		return other
	}
	w := words{text: text, p: orig + len("ORIG: ")}
	t := tracked{ob: ob, src: -1, dst: -1, kind: -1, code: -1}
	ob.Verdict = portlore.Accepted
	for w.p < len(text) {
		word := w.word()
		key, value, found := bytes.Cut(word, []byte("="))
		if !found {
			continue
		}
		var f fault
		at := w.at(word)
		switch string(key) {
		case "SRC", "DST", "SPT", "DPT", "TYPE", "CODE", "PKTS", "BYTES":
			f = t.upper(key, value, at)
		case "PROTO":
			if proto, ok := protoOf(value); ok && t.tuples == 1 {
				ob.Proto = proto
				ob.Has |= portlore.HasProto
			}
		}
		if f.why != "" {
			return l.fails(f)
		}
	}
	if t.tuples < 2 {
		return l.fails(fault{at: len(text), field: "REPLY", why: isMissing})
	}
	if t.kind == 0 && t.code > 0 {
		t.kind, t.code = t.code, t.kind // ulogd writes the one under the name of the other; no question has a code
	}
	t.new = event == 'N'
	t.done()
	return understood
}

// upper takes a pair of PRINTFLOW.
func (t *tracked) upper(key, value []byte, at int) fault {
	var n uint64
	var a netip.Addr
	ok := true
	switch key[0] {
	case 'S', 'D':
		if len(key) == 3 && key[1] == 'P' {
			n, ok = uintOf(value, 65535)
			break
		}
		a, ok = addr.Parse(value)
	default:
		n, ok = countOf(value)
	}
	first := t.tuples < 2
	switch string(key) {
	case "SRC":
		t.tuples++
		if t.tuples == 1 {
			t.ob.Src = a
		}
	case "DST":
		if first {
			t.ob.Dst = a
		}
	case "SPT":
		if first {
			t.src = int32(n)
		}
	case "DPT":
		if first {
			t.dst = int32(n)
		}
	case "TYPE":
		if first {
			t.kind = int32(n & 0xff)
		}
	case "CODE":
		if first {
			t.code = int32(n & 0xff)
		}
	case "PKTS":
		if first {
			t.ob.Packets = n
		} else {
			t.back, t.counted = n, true
		}
	case "BYTES":
		if first {
			t.ob.Bytes = n
		} else {
			t.bytesBack = n
		}
	}
	if ok {
		return fault{}
	}
	return fault{at: at + len(key) + 1, field: trackedName(key), value: value, why: isImpossible}
}
