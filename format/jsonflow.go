package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The flow logs of Alibaba Cloud and of Oracle Cloud, as JSON: an object for what
// went one way through a network interface within some minutes, with the fields at
// its top or, of Oracle, in "data".
//
//	{"version":"1","eni-id":"eni-x","direction":"in","srcaddr":"198.51.100.9","srcport":"40001","dstaddr":"10.0.1.10","dstport":"22","protocol":"6","packets":"1","bytes":"44","start":"1795446136","end":"1795446196","log-status":"OK","action":"REJECT"}
//	{"data":{"action":"ACCEPT","bytesOut":2350,"destinationAddress":"10.0.1.10","destinationPort":443,"flowid":"6c1e2b3a","packets":14,"protocol":6,"sourceAddress":"203.0.113.77","sourcePort":51234,"startTime":1795446136,"status":"OK","version":"2"},"oracle":{…}}
var jsonflow = &Format{
	Name:  "json-flow",
	Doc:   "flow logs of Alibaba Cloud VPCs and Oracle Cloud VCNs, as JSON",
	Spec:  "https://www.alibabacloud.com/help/en/sls/flowlog-field-details; https://docs.oracle.com/iaas/Content/Logging/Reference/details_for_vcn_flow_logs.htm",
	read:  readJSONFlow,
	marks: []string{`^{"eni-id""srcaddr"`, `^{"flowid""sourceAddress"`},
}

func readJSONFlow(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if len(text) == 0 || text[0] != '{' || len(l.program) > 0 ||
		!(bytes.Contains(text, []byte(`"eni-id"`)) && bytes.Contains(text, []byte(`"srcaddr"`))) &&
			!(bytes.Contains(text, []byte(`"flowid"`)) && bytes.Contains(text, []byte(`"sourceAddress"`))) {
		return other
	}
	l.message, l.column = text, 1
	l.when = stamp{}
	r := l.build(ob)
	f := jsonFlow{builder: &r}
	whole := eachMember(text, func(key, value []byte, at int) {
		if string(key) == "data" && value[0] == '{' {
			eachMember(value, func(key, value []byte, in int) { f.member(key, value, at+in) })
			return
		}
		f.member(key, value, at)
	})
	switch {
	case f.empty, !f.ends:
		*ob = portlore.Observation{}
		return other
	case !whole:
		return l.fails(fault{at: len(text), field: "} of the JSON object", why: isMissing})
	}
	if r.src == 0 && r.dst == 0 { // a fragment other than the first
		r.src, r.dst = -1, -1
	}
	return r.done()
}

// jsonFlow is an object being read.
type jsonFlow struct {
	*builder
	ends  bool // it names an address
	empty bool // of minutes without records
}

func (f *jsonFlow) member(key, value []byte, at int) {
	text := inner(value)
	if value[0] == '"' {
		at++
	}
	switch string(key) {
	case "srcaddr", "sourceAddress":
		f.ends = true
		f.put(fieldSrc, text, at, "source address")
	case "dstaddr", "destinationAddress":
		f.put(fieldDst, text, at, "destination address")
	case "srcport", "sourcePort":
		f.put(fieldSrcPort, text, at, "source port")
	case "dstport", "destinationPort":
		f.put(fieldDstPort, text, at, "destination port")
	case "protocol":
		f.put(fieldProto, text, at, "protocol")
	case "packets":
		f.put(fieldPackets, text, at, "packets")
	case "bytes", "bytesOut":
		f.put(fieldBytes, text, at, "bytes")
	case "start", "startTime":
		f.put(fieldTime, text, at, "start")
	case "action":
		switch string(text) {
		case "ACCEPT":
			f.ob.Verdict = portlore.Accepted
		case "REJECT":
			f.ob.Verdict = portlore.Blocked
		}
	case "direction":
		switch string(text) {
		case "in":
			f.ob.Way = portlore.In
		case "out":
			f.ob.Way = portlore.Out
		}
	case "log-status", "status":
		f.empty = f.empty || string(text) == "NODATA" || string(text) == "SKIPDATA"
	}
}
