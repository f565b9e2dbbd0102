package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The flow logs of Azure, of network security groups and of virtual networks: JSON
// documents in which lists of tuples stand below the rule that decided. A record
// holds those of an interface and a minute.
//
//	{"time":"…","category":"NetworkSecurityGroupFlowEvent",…,"flows":[{"rule":"DefaultRule_DenyAllInBound","flows":[{"mac":"…",
//	 "flowTuples":["1795446136,198.51.100.9,10.1.0.4,40001,22,T,I,D,B,,,,"]}]}]}}
//	{"time":"…","category":"FlowLogFlowEvent",…,"flowGroups":[{"rule":"…","flowTuples":["1795446136123,198.51.100.9,10.1.0.4,40001,22,6,I,D,NX,0,0,0,0"]}]}]}}
//
// A tuple names time, source, destination, ports, protocol and direction, then the
// decision and, since version 2, the state: B began, C goes on, E ended, D denied
// (of a virtual network these are one field, and one on encryption follows); last
// packets and bytes of each way. The source is who opened the flow.
var azureflow = &Format{
	Name:  "azure-flow",
	Doc:   "Azure flow logs of network security groups (versions 1 and 2) and virtual networks",
	Spec:  "https://learn.microsoft.com/azure/network-watcher/nsg-flow-logs-overview; https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview",
	read:  readAzureFlow,
	marks: []string{`^{"flowTuples"`},
}

// Both kinds of tuples have the same columns but for the encryption where the
// other has the state.
var azureTuple = layout{sep: ',', n: 13, fields: [maxColumns]field{
	fieldTime, fieldSrc, fieldDst, fieldSrcPort, fieldDstPort, fieldProto, azureWay, azureDecision, fieldOther,
	fieldPackets, fieldBytes, fieldPacketsBack, fieldBytesBack,
}}

// Fields of this format alone.
const (
	azureWay = fieldFirst + iota
	azureDecision
)

var azureNames = [13]string{
	"time", "source address", "destination address", "source port", "destination port", "protocol", "direction", "decision", "state",
	"packets", "bytes", "packets back", "bytes back",
}

func readAzureFlow(l *line, ob *portlore.Observation) outcome {
	text := l.text
	at := l.next
	if l.part == 0 {
		if len(text) == 0 || text[0] != '{' || len(l.program) > 0 || !bytes.Contains(text, []byte(`"flowTuples"`)) {
			return other
		}
		if at = l.azureTuple(0, false); at == 0 { // an interface without traffic
			return other
		}
		l.message, l.column = text, 1
	}
	end := valueEnd(text, at)
	if text[end-1] != '"' || end == at+1 {
		return l.fails(fault{at: len(text), field: `" of the tuple`, why: isMissing})
	}
	tuple := text[at+1 : end-1]
	at++
	ob.Label = l.label
	l.next = l.azureTuple(end, true)
	l.more = l.next > 0
	l.when = stamp{}
	r := l.build(ob)
	c := cells{layout: &azureTuple, text: tuple}
	for c.next() {
		switch c.field {
		case azureWay:
			switch string(c.value) {
			case "I":
				ob.Way = portlore.In
			case "O":
				ob.Way = portlore.Out
			}
		case azureDecision:
			switch string(c.value) {
			case "D":
				ob.Verdict = portlore.Blocked
			case "A", "B", "C", "E":
				ob.Verdict = portlore.Accepted
			}
		case fieldProto:
			switch string(c.value) {
			case "T":
				ob.Proto, r.saysProtocol = portlore.TCP, true
			case "U":
				ob.Proto, r.saysProtocol = portlore.UDP, true
			default:
				r.put(c.field, c.value, at+c.at, "protocol")
			}
		default:
			r.put(c.field, c.value, at+c.at, azureNames[c.i-1])
		}
	}
	return r.done()
}

// azureTuple is where the next tuple starts, from p on, which is inside a list of
// them or not; zero: there is none. It notes the rule above the list.
func (l *line) azureTuple(p int, inside bool) int {
	text := l.text
	for p < len(text) {
		switch c := text[p]; {
		case c == ']':
			inside = false
			p++
		case c != '"':
			p++
		case inside:
			return p
		default:
			end := valueEnd(text, p)
			name := inner(text[p:end])
			p = skipSpace(text, end)
			if p == len(text) || text[p] != ':' {
				continue
			}
			p = skipSpace(text, p+1)
			switch string(name) {
			case "flowTuples":
				inside = p < len(text) && text[p] == '['
			case "rule":
				end = valueEnd(text, p)
				l.label = inner(text[p:end:end])
				p = end
			}
		}
	}
	return 0
}
