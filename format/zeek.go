package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// Two logs of Zeek are about packets: conn.log, of connections, and notice.log, of
// what its scripts noticed. Both come as a table, whose columns a line "#fields"
// names, or as JSON with the same names:
//
//	#fields	ts	uid	id.orig_h	id.orig_p	id.resp_h	id.resp_p	proto	…	conn_state	…	history	orig_pkts	…
//	1795446136.123456	CAbc	203.0.113.5	40001	192.0.2.1	22	tcp	…	S0	…	S	1	…
//	{"ts":1795446136.123456,"uid":"CAbc","id.orig_h":"203.0.113.5","id.orig_p":40001,"id.resp_h":"192.0.2.1","id.resp_p":22,"proto":"tcp","conn_state":"S0","history":"S","orig_pkts":1}
//
// The others (dns, http, ssl, weird, …) are of what was spoken.
var zeek = &Format{
	Name:   "zeek",
	Doc:    "Zeek conn.log and notice.log (table or JSON)",
	Spec:   "https://docs.zeek.org/en/master/logs/conn.html, notice.html; scripts/base/protocols/conn/main.zeek",
	read:   readZeek,
	marks:  []string{`^{"conn_state"`, `^{"note"`},
	header: zeekHeader,
}

const (
	zeekState = fieldFirst + iota
	zeekHistory
	zeekIPBytes
	zeekPacketsBack
	zeekBytesBack
	zeekNote
	zeekMessage
	zeekSrc
	zeekDst
	zeekPort
)

// zeekField is what stands under a name.
func zeekField(name []byte) field {
	switch string(name) {
	case "ts":
		return fieldTime
	case "id.orig_h":
		return fieldSrc
	case "id.orig_p":
		return fieldSrcPort
	case "id.resp_h":
		return fieldDst
	case "id.resp_p":
		return fieldDstPort
	case "proto":
		return fieldProto
	case "orig_pkts":
		return fieldPackets
	case "orig_bytes":
		return fieldBytes
	case "orig_ip_bytes":
		return zeekIPBytes
	case "resp_pkts":
		return zeekPacketsBack
	case "resp_ip_bytes":
		return zeekBytesBack
	case "conn_state":
		return zeekState
	case "history":
		return zeekHistory
	case "note":
		return zeekNote
	case "msg":
		return zeekMessage
	case "src":
		return zeekSrc
	case "dst":
		return zeekDst
	case "p":
		return zeekPort
	}
	return fieldOther
}

// zeekHeader reads "#fields". Below one of another log there is nothing to read:
// its layout is empty.
func zeekHeader(text []byte, _ Options) (y layout, ok bool) {
	names, ok := bytes.CutPrefix(text, []byte("#fields\t"))
	if !ok {
		return layout{}, false
	}
	y.sep = '\t'
	for name := range bytes.SplitSeq(names, []byte("\t")) {
		y.add(zeekField(name))
	}
	if !y.has(zeekState) && !(y.has(zeekNote) && y.has(zeekMessage)) {
		y.n = 0
	}
	return y, true
}

func readZeek(l *line, ob *portlore.Observation) outcome {
	text := l.text
	r := zeekRecord{builder: l.build(ob), port: -1, packetsBack: -1}
	switch {
	case len(text) > 0 && text[0] == '{':
		if !bytes.Contains(text, []byte(`"conn_state"`)) && !bytes.Contains(text, []byte(`"note"`)) {
			return other
		}
		l.message, l.column = text, 1
		whole := eachMember(text, func(key, value []byte, at int) {
			bare := inner(value)
			r.take(zeekField(key), bare, at+min(1, len(value)-len(bare)))
		})
		switch {
		case r.state == nil && (r.note == nil || r.message == nil), r.state != nil && !r.tuple:
			return other
		case !whole:
			return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
		}
	case l.layout != nil && l.layout.n > 0 && len(text) > 0 && text[0] != '#':
		l.message, l.column = text, 1
		c := cells{layout: l.layout, text: text}
		for c.next() {
			r.take(c.field, c.value, c.at)
		}
		if c.i < c.layout.n {
			return l.fails(fault{at: len(text), field: "column", why: isMissing})
		}
	default:
		return other
	}
	if r.note != nil {
		return r.notice()
	}
	return r.connection()
}

// A zeekRecord is a record of either log being read.
type zeekRecord struct {
	builder
	tuple          bool   // there is an id.orig_h
	state, history []byte // of a connection
	packetsBack    int64  // -1: not said
	bytesBack      uint64 // 0: not said
	note, message  []byte // of a notice
	port           int64  // of the destination; -1: not said
}

// take takes a value.
func (r *zeekRecord) take(f field, value []byte, at int) {
	if len(value) == 0 || len(value) == 1 && value[0] == '-' || string(value) == "(empty)" {
		return
	}
	bad := func(name, why string) {
		if r.fault.why == "" {
			r.fault = fault{at: at, field: name, value: value, why: why}
		}
	}
	switch f {
	case fieldSrc:
		r.tuple = true
		r.put(f, value, at, "id.orig_h")
	case fieldDst:
		r.put(f, value, at, "id.resp_h")
	case fieldSrcPort:
		r.put(f, value, at, "id.orig_p")
	case fieldDstPort:
		r.put(f, value, at, "id.resp_p")
	case fieldProto:
		if p, ok := protoOf(value); ok && !isNumber(value) { // "unknown_transport" is one, too
			r.ob.Proto, r.saysProtocol = p, true
		}
	case fieldBytes, zeekIPBytes: // what was sent, and with the heads of the packets
		n, ok := countOf(value)
		if r.ob.Bytes = max(r.ob.Bytes, n); !ok {
			bad("orig_bytes or orig_ip_bytes", notANumber)
		}
	case fieldPackets:
		r.put(f, value, at, "orig_pkts")
	case zeekPacketsBack:
		n, ok := countOf(value)
		if r.packetsBack = int64(n); !ok {
			bad("resp_pkts", notANumber)
		}
	case zeekBytesBack:
		r.bytesBack, _ = countOf(value)
	case zeekState:
		r.state = value
	case zeekHistory:
		r.history = value
	case zeekNote:
		r.note = value
	case zeekMessage:
		r.message = value
	case zeekSrc:
		r.put(fieldSrc, value, at, "src")
	case zeekDst:
		r.put(fieldDst, value, at, "dst")
	case zeekPort:
		if n, ok := uintOf(value, 65535); ok {
			r.port = int64(n)
		} else {
			bad("p", outOfRange)
		}
	case fieldTime:
		r.put(f, value, at, "ts")
	}
}
