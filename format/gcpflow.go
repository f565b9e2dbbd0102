package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What Google Cloud logs of traffic, as entries of Cloud Logging: VPC flow logs, a
// sample of what went one way between two ends within some seconds, and firewall
// rules logging, an entry for each connection that a rule allowed or denied.
//
//	{"jsonPayload":{"bytes_sent":"2350","connection":{"dest_ip":"10.0.1.10","dest_port":443,"protocol":6,"src_ip":"203.0.113.77","src_port":51234},
//	 "packets_sent":"14","reporter":"DEST","start_time":"2026-11-23T15:02:16Z"},"logName":"projects/p/logs/compute.googleapis.com%2Fvpc_flows","timestamp":"…"}
//	{"jsonPayload":{"connection":{…},"disposition":"DENIED","rule_details":{"direction":"INGRESS","reference":"network:default/firewall:deny-all"}},…}
var gcpflow = &Format{
	Name:  "gcp-flow",
	Doc:   "Google Cloud VPC flow logs and firewall rules logging, as JSON of Cloud Logging",
	Spec:  "https://cloud.google.com/vpc/docs/about-flow-logs-records; https://cloud.google.com/firewall/docs/firewall-rules-logging",
	read:  readGCPFlow,
	marks: []string{`^{"jsonPayload""src_ip"`},
}

func readGCPFlow(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if len(text) == 0 || text[0] != '{' || len(l.program) > 0 || !bytes.Contains(text, []byte(`"jsonPayload"`)) || !bytes.Contains(text, []byte(`"src_ip"`)) {
		return other
	}
	l.message, l.column = text, 1
	l.when = stamp{}
	r := l.build(ob)
	var payload, stamped []byte
	payloadAt, stampedAt := 0, 0
	whole := eachMember(text, func(key, value []byte, at int) {
		switch string(key) {
		case "jsonPayload":
			payload, payloadAt = value, at
		case "timestamp":
			stamped, stampedAt = value, at
		}
	})
	if len(payload) == 0 || payload[0] != '{' {
		return other
	}
	g := gcpEntry{builder: &r}
	g.payload(payload, payloadAt)
	if !g.connection {
		return other
	}
	if l.when.size == 0 && !l.when.bad && len(stamped) > 0 {
		r.put(fieldTime, inner(stamped), stampedAt+1, "timestamp")
	}
	if !whole {
		return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
	}
	// Where both ends report, neither way is the way in.
	if !g.srcIsOurs || !g.dstIsOurs {
		ob.Way = g.way
	}
	return r.done()
}

// gcpEntry is an entry being read.
type gcpEntry struct {
	*builder
	connection           bool
	way                  portlore.Way
	srcIsOurs, dstIsOurs bool // a machine in a network of Google Cloud
}

func (g *gcpEntry) payload(b []byte, base int) {
	eachMember(b, func(key, value []byte, at int) {
		at += base
		text := inner(value)
		switch string(key) {
		case "connection":
			g.connection = value[0] == '{'
			g.ends(value, at)
		case "start_time":
			g.put(fieldTime, text, at+1, "start_time")
		case "bytes_sent":
			g.put(fieldBytes, text, at, "bytes_sent")
		case "packets_sent":
			g.put(fieldPackets, text, at, "packets_sent")
		case "reporter":
			switch string(text) {
			case "SRC":
				g.way = portlore.Out
			case "DEST":
				g.way = portlore.In
			}
		case "src_instance", "src_vpc":
			g.srcIsOurs = true
		case "dest_instance", "dest_vpc":
			g.dstIsOurs = true
		case "disposition":
			switch string(text) {
			case "ALLOWED":
				g.ob.Verdict = portlore.Accepted
			case "DENIED":
				g.ob.Verdict = portlore.Blocked
			}
		case "rule_details":
			g.rule(value)
		case "remote_instance", "remote_vpc":
			g.srcIsOurs, g.dstIsOurs = true, true
		}
	})
}

func (g *gcpEntry) ends(b []byte, base int) {
	eachMember(b, func(key, value []byte, at int) {
		f, name := fieldOther, ""
		switch string(key) {
		case "src_ip":
			f, name = fieldSrc, "src_ip"
		case "dest_ip":
			f, name = fieldDst, "dest_ip"
		case "src_port":
			f, name = fieldSrcPort, "src_port"
		case "dest_port":
			f, name = fieldDstPort, "dest_port"
		case "protocol":
			f, name = fieldProto, "protocol"
		}
		if value[0] == '"' {
			at++
		}
		value = inner(value)
		if f != fieldSrc && f != fieldDst {
			value = bytes.TrimSuffix(value, []byte(".0")) // BigQuery makes all numbers floats
		}
		g.put(f, value, base+at, name)
	})
}

func (g *gcpEntry) rule(b []byte) {
	eachMember(b, func(key, value []byte, _ int) {
		switch string(key) {
		case "reference":
			g.ob.Label = inner(value)
		case "direction":
			switch string(value) {
			case `"INGRESS"`:
				g.way = portlore.In
			case `"EGRESS"`:
				g.way = portlore.Out
			}
		}
	})
}
