package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// Suricata's EVE log: a JSON object on each line.
//
//	{"timestamp":"2026-11-23T15:02:16.123456+0000","event_type":"alert","src_ip":"203.0.113.5","src_port":40001,"dest_ip":"192.0.2.1","dest_port":22,"proto":"TCP","alert":{"action":"allowed","gid":1,"signature_id":2001219,"rev":20,"signature":"ET SCAN Potential SSH Scan","severity":2}}
//
// An alert speaks of the packet that a rule matched, which may be the answer of a
// server. "allowed" says that Suricata did not drop it; since most only listen,
// that is no word of a firewall. A flow speaks of both directions, the client being
// the source; netflow of one direction alone. Its records of what was spoken
// (http, dns, tls, …) are not about packets.
var suricata = &Format{
	Name:  "suricata",
	Doc:   "Suricata EVE JSON (alert, anomaly, drop, flow, netflow)",
	Spec:  "https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
	read:  readSuricata,
	marks: []string{`^{"event_type"`},
}

// eveKind is the event_type of a record.
type eveKind uint8

const (
	eveOther eveKind = iota
	eveAlert
	eveAnomaly
	eveDrop
	eveFlow
	eveNetflow
)

// An eveRecord is what the objects inside a record say.
type eveRecord struct {
	builder
	kind                         eveKind
	start                        []byte // of a flow: a time
	startAt                      int
	rule, message                []byte
	level                        portlore.Level
	tcpFlags                     portlore.TCPFlags // of a drop
	sent, back                   []byte            // flags of a flow, hexadecimal
	sequence, window, id, ttl    int64
	packets, octets, packetsBack uint64
}

func readSuricata(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if len(text) == 0 || text[0] != '{' || !bytes.Contains(text, []byte(`"event_type"`)) || len(l.program) > 0 && string(l.program) != "suricata" {
		return other
	}
	r := eveRecord{builder: l.build(ob), sequence: -1, window: -1, id: -1, ttl: -1}
	whole := eachMember(text, r.member)
	switch {
	case r.kind == eveOther:
		return other
	case !whole:
		return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
	case !ob.Src.IsValid() && r.fault.why == "": // about something below IP, or about the engine
		return other
	}
	r.about()
	return r.done()
}

// member takes a member of the record.
func (r *eveRecord) member(key, value []byte, at int) {
	text := inner(value)
	if len(text) < len(value) {
		at++
	}
	switch string(key) {
	case "timestamp":
		r.put(fieldTime, text, at, "timestamp")
	case "event_type":
		switch string(text) {
		case "alert":
			r.kind = eveAlert
		case "anomaly":
			r.kind = eveAnomaly
		case "drop":
			r.kind = eveDrop
		case "flow":
			r.kind = eveFlow
		case "netflow":
			r.kind = eveNetflow
		}
	case "src_ip":
		r.put(fieldSrc, text, at, "src_ip")
	case "src_port":
		r.put(fieldSrcPort, text, at, "src_port")
	case "dest_ip":
		r.put(fieldDst, text, at, "dest_ip")
	case "dest_port":
		r.put(fieldDstPort, text, at, "dest_port")
	case "proto":
		r.proto(text)
	case "icmp_type":
		r.put(fieldICMPType, text, at, "icmp_type")
	case "icmp_code":
		r.put(fieldICMPCode, text, at, "icmp_code")
	case "alert", "anomaly", "drop", "flow", "netflow", "tcp":
		if len(value) > 0 && value[0] == '{' {
			object := objectOf(key)
			eachMember(value, func(key, value []byte, inside int) { r.inside(object, key, inner(value), at+inside) })
		}
	}
}

// proto takes the name of a protocol: one that has no name is a number. The name
// of one that is not known here says nothing.
func (r *eveRecord) proto(name []byte) {
	if string(name) == "IPv6-ICMP" {
		name = []byte("icmpv6")
	}
	if p, ok := protoOf(name); ok {
		r.ob.Proto, r.saysProtocol = p, true
	}
}

// eveObject is one of the objects inside a record.
type eveObject uint8

const (
	objectOther eveObject = iota
	objectAlert
	objectAnomaly
	objectDrop
	objectFlow
	objectNetflow
	objectTCP
)

func objectOf(key []byte) eveObject {
	switch string(key) {
	case "alert":
		return objectAlert
	case "anomaly":
		return objectAnomaly
	case "drop":
		return objectDrop
	case "flow":
		return objectFlow
	case "netflow":
		return objectNetflow
	case "tcp":
		return objectTCP
	}
	return objectOther
}

// inside takes a member of an object inside the record.
func (r *eveRecord) inside(in eveObject, key, value []byte, at int) {
	switch in {
	case objectAlert:
		switch string(key) {
		case "action":
			if r.kind != eveFlow && string(value) == "blocked" {
				r.ob.Verdict = portlore.Blocked
			}
		case "signature_id":
			r.rule = value
		case "signature":
			r.message = value
		case "severity":
			r.level = severityOf(value)
		}
	case objectAnomaly:
		if string(key) == "event" {
			r.rule = value
		}
	case objectDrop:
		r.dropped(key, value)
	case objectFlow, objectNetflow:
		switch string(key) {
		case "pkts_toserver", "pkts":
			r.packets, _ = countOf(value)
		case "bytes_toserver", "bytes":
			r.octets, _ = countOf(value)
		case "pkts_toclient":
			r.packetsBack, _ = countOf(value)
		case "start":
			r.start, r.startAt = value, at
		}
	case objectTCP:
		switch string(key) {
		case "tcp_flags_ts":
			r.sent = value
		case "tcp_flags_tc":
			r.back = value
		case "tcp_flags":
			if r.kind == eveNetflow {
				r.sent = value
			}
		}
	}
}

// severityOf reads the severity of an alert: 1 is the gravest.
func severityOf(b []byte) portlore.Level {
	switch string(b) {
	case "1":
		return portlore.LevelHigh
	case "2":
		return portlore.LevelMedium
	case "", "0":
		return portlore.LevelUnsaid
	}
	return portlore.LevelLow
}

// dropped takes a member of "drop": the head of the packet.
func (r *eveRecord) dropped(key, value []byte) {
	number := func(most uint64) int64 {
		if n, ok := uintOf(value, most); ok {
			return int64(n)
		}
		return -1
	}
	flag := portlore.TCPFlags(0)
	switch string(key) {
	case "len":
		r.ob.Length = uint32(max(0, number(65535)))
	case "ttl":
		r.ttl = number(255)
	case "ipid":
		r.id = number(65535)
	case "tcpseq":
		r.sequence = number(1<<32 - 1)
	case "tcpwin":
		r.window = number(65535)
	case "syn":
		flag = portlore.SYN
	case "ack":
		flag = portlore.ACK
	case "fin":
		flag = portlore.FIN
	case "rst":
		flag = portlore.RST
	case "psh":
		flag = portlore.PSH
	case "urg":
		flag = portlore.URG
	}
	if string(value) == "true" {
		r.tcpFlags |= flag
	}
}

// about finishes what depends on the kind of the record.
func (r *eveRecord) about() {
	ob := r.ob
	switch r.kind {
	case eveAlert:
		r.l.claim(ob, portlore.Alert, r.level, "suricata", r.rule, r.message)
	case eveAnomaly:
		r.l.claim(ob, portlore.Alert, portlore.LevelLow, "suricata", r.rule, nil)
	case eveDrop:
		ob.Verdict = portlore.Blocked
		if r.ttl >= 0 {
			ob.TTL, ob.Has = uint8(r.ttl), ob.Has|portlore.HasTTL
		}
		if r.id >= 0 {
			ob.ID, ob.Has = uint16(r.id), ob.Has|portlore.HasID
		}
		if r.sequence >= 0 && ob.Proto == portlore.TCP {
			ob.Seq, ob.Has = uint32(r.sequence), ob.Has|portlore.HasSeq
			r.flags = int64(r.tcpFlags)
		}
		if r.window >= 0 && ob.Proto == portlore.TCP {
			ob.Window, ob.Has = uint16(r.window), ob.Has|portlore.HasWindow
		}
	case eveFlow, eveNetflow:
		ob.Verdict = portlore.Unsaid
		ob.Packets, ob.Bytes = r.packets, r.octets
		ob.Answered = r.kind == eveFlow && r.packetsBack > 0 && !refuses(r.back)
		r.put(fieldTime, r.start, r.startAt, "start")
		r.flags = flagsOfFlow(r.sent, r.packets)
	}
}

// flagsOfFlow makes of the flags of all packets of one direction those that may be
// given as the flags of a packet: of the only one there was, or SYN where no ACK
// was ever sent. Otherwise -1.
func flagsOfFlow(hex []byte, packets uint64) int64 {
	all, ok := hexFlags(hex)
	switch {
	case ok && packets == 1:
		return int64(all)
	case ok && all&(portlore.SYN|portlore.ACK) == portlore.SYN:
		return int64(portlore.SYN)
	}
	return -1
}

// refuses says that all that came back was a reset.
func refuses(hex []byte) bool {
	all, ok := hexFlags(hex)
	return ok && all&(portlore.SYN|portlore.RST) == portlore.RST
}

// hexFlags reads TCP flags as two hexadecimal digits.
func hexFlags(b []byte) (portlore.TCPFlags, bool) {
	if len(b) != 2 {
		return 0, false
	}
	high, low := addr.HexDigit(b[0]), addr.HexDigit(b[1])
	return portlore.TCPFlags(high<<4 | low), high <= 15 && low <= 15
}
