package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// readSnortJSON reads alert_json of Snort 3, of which everybody chooses the members:
//
//	{ "timestamp" : "11/23-15:02:16.123456", "proto" : "TCP", "dir" : "C2S", "src_ap" : "203.0.113.5:40001", "dst_ap" : "192.0.2.1:22", "rule" : "1:2001219:20", "action" : "allow" }
func readSnortJSON(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if !bytes.Contains(text, []byte(`"src_ap"`)) && !bytes.Contains(text, []byte(`"pkt_gen"`)) && !(bytes.Contains(text, []byte(`"gid"`)) && bytes.Contains(text, []byte(`"sid"`))) ||
		len(l.program) > 0 && string(l.program) != "snort" {
		return other
	}
	r := l.build(ob)
	var rule, message []byte
	var seconds bool
	level := portlore.LevelUnsaid
	whole := eachMember(text, func(key, value []byte, at int) {
		value = inner(value)
		switch string(key) {
		case "timestamp":
			if !seconds {
				r.put(fieldTime, value, at+1, "timestamp")
			}
		case "seconds":
			seconds = true
			r.put(fieldTime, value, at, "seconds")
		case "src_addr":
			r.put(fieldSrc, value, at+1, "src_addr")
		case "dst_addr":
			r.put(fieldDst, value, at+1, "dst_addr")
		case "src_port":
			r.put(fieldSrcPort, value, at, "src_port")
		case "dst_port":
			r.put(fieldDstPort, value, at, "dst_port")
		case "src_ap", "dst_ap": // an address and a port, which is 0 where there is none
			a, port, ok := lastColon(value, true)
			if !ok && len(value) > 2 {
				r.fault = fault{at: at + 1, field: "src_ap or dst_ap", value: value, why: notAnAddress}
			}
			if key[0] == 's' {
				ob.Src, r.src = a, int64(port)
			} else {
				ob.Dst, r.dst = a, int64(port)
			}
		case "proto":
			if string(value) != "IP" {
				r.put(fieldProto, value, at+1, "proto")
			}
		case "icmp_type":
			r.put(fieldICMPType, value, at, "icmp_type")
		case "icmp_code":
			r.put(fieldICMPCode, value, at, "icmp_code")
		case "ttl":
			r.put(fieldTTL, value, at, "ttl")
		case "tcp_flags":
			if flags, ok := starFlags(value); ok {
				r.flags = int64(flags)
			}
		case "rule":
			rule = value
		case "sid":
			if rule == nil {
				rule = value
			}
		case "msg":
			message = value
		case "priority":
			level = severityOf(value)
		case "action":
			ob.Verdict = snortVerdict(value)
		}
	})
	switch {
	case !whole:
		return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
	case !ob.Src.IsValid() && r.fault.why == "":
		return other
	}
	l.claim(ob, portlore.Alert, level, "snort", rule, message)
	return r.done()
}

// snortVerdict reads what Snort 3 did with the packet. "allow" and "would_drop" are
// no word of a firewall: most only listen.
func snortVerdict(b []byte) portlore.Verdict {
	switch string(b) {
	case "drop", "block", "reject":
		return portlore.Blocked
	}
	return portlore.Unsaid
}

// readSnortCSV reads the first columns of the CSV of Snort 2, which pfSense has too,
// and the default columns of Snort 3:
//
//	11/23-15:02:16.123456 ,1,2001219,20,"ET SCAN SSH",TCP,203.0.113.5,40001,192.0.2.1,22,…
//	11/23-15:02:16.123456 , 2, TCP, raw, 60, C2S, 203.0.113.5:40001, 192.0.2.1:22, 1:2001219:20, allow
func readSnortCSV(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if len(text) < 40 || text[2] != '/' || text[5] != '-' && text[8] != '-' {
		return other
	}
	rest := bytes.TrimLeft(l.own(), " ")
	if len(rest) == 0 || rest[0] != ',' {
		return other
	}
	p := len(text) - len(rest)
	l.message, l.column = text, 1
	c := cells{layout: &snort2Columns, text: text, p: p + 1}
	c.next()
	c.next()
	if number := bytes.Trim(c.value, " "); !isNumber(number) {
		c = cells{layout: &snort3Columns, text: text, p: p + 1}
	} else {
		c = cells{layout: &snort2Columns, text: text, p: p + 1}
	}
	return snortCells(l, ob, &c)
}

const (
	snortGenerator = fieldFirst + iota
	snortRule
	snortMessage
	snortSource
	snortDestination
)

var snort2Columns = layout{sep: ',', n: 9, fields: [maxColumns]field{
	snortGenerator, snortRule, fieldOther, snortMessage, fieldProto, fieldSrc, fieldSrcPort, fieldDst, fieldDstPort,
}}

var snort3Columns = layout{sep: ',', n: 9, fields: [maxColumns]field{
	fieldOther, fieldProto, fieldOther, fieldOther, fieldOther, snortSource, snortDestination, snortRule, fieldAction,
}}

func snortCells(l *line, ob *portlore.Observation, c *cells) outcome {
	r := l.build(ob)
	var rule, message []byte
	for c.next() {
		value := bytes.Trim(c.value, " ")
		switch c.field {
		case fieldOther:
		case snortGenerator:
			if !isNumber(value) {
				return other
			}
		case snortRule:
			rule = value
		case snortMessage:
			message = value
		case snortSource, snortDestination:
			a, port, ok := lastColon(value, true)
			if !ok && r.fault.why == "" {
				r.fault = fault{at: c.at, field: "address and port", value: value, why: notAnAddress}
			}
			if c.field == snortSource {
				ob.Src, r.src = a, int64(port)
			} else {
				ob.Dst, r.dst = a, int64(port)
			}
		case fieldAction:
			ob.Verdict = snortVerdict(value)
		case fieldProto:
			if p, ok := protoOf(value); ok {
				ob.Proto, r.saysProtocol = p, true
			}
		default:
			r.put(c.field, value, c.at, "address or port")
		}
	}
	l.claim(ob, portlore.Alert, portlore.LevelUnsaid, "snort", rule, message)
	return r.done()
}
