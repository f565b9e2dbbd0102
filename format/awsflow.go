package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The flow logs of Amazon VPC: values between single blanks, a line for what went
// one way through a network interface within some minutes. What comes back is a
// line of its own.
//
//	2 123456789012 eni-0a1b2c3d4e5f67890 198.51.100.9 10.0.1.10 40001 22 6 1 44 1795446136 1795446196 REJECT OK
//
// These fourteen fields are the default. A log that was told to hold others has
// them in any order; in a bucket, each file begins with their names. CloudWatch
// puts its stamp, and the AWS CLI the name of the stream, before the line.
// The flow logs of a transit gateway are alike and have another default.
//
// The TCP flags are all that went by within those minutes, but ACK is noted only
// beside SYN: 2 opened the connection, 18 accepted it, 0 and 1 say nothing.
var awsflow = &Format{
	Name:   "aws-flow",
	Doc:    "AWS VPC and transit gateway flow logs, with any fields",
	Spec:   "https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html; https://docs.aws.amazon.com/vpc/latest/tgw/tgw-flow-logs.html",
	read:   readAWSFlow,
	marks:  []string{"0"},
	header: awsHeader,
}

// Fields of this format alone. The address inside the packet is another one than
// that of the interface where something translates: it is the true end.
const (
	awsVersion = fieldFirst + iota
	awsInside  // of the source
	awsBeyond  // of the destination
	awsWay
	awsStatus
)

var (
	vpcDefault = awsLayout([]byte("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"))
	tgwDefault = awsLayout([]byte("version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id " +
		"tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id " +
		"srcaddr dstaddr srcport dstport protocol packets bytes start end log-status"))
)

// awsLayout is the layout of the fields with these names.
func awsLayout(names []byte) layout {
	y := layout{sep: ' '}
	gateway := bytes.Contains(names, []byte("tgw-id"))
	w := words{text: names}
	for name := w.next(); name != nil; name = w.next() {
		f := fieldOther
		switch string(name) {
		case "version":
			f = awsVersion
		case "srcaddr":
			f = fieldSrc
		case "dstaddr":
			f = fieldDst
		case "srcport":
			f = fieldSrcPort
		case "dstport":
			f = fieldDstPort
		case "protocol":
			f = fieldProto
		case "packets":
			f = fieldPackets
		case "bytes":
			f = fieldBytes
		case "start":
			f = fieldTime
		case "action":
			f = fieldAction
		case "log-status":
			f = awsStatus
		case "tcp-flags":
			f = fieldFlags
		case "pkt-srcaddr":
			f = awsInside
		case "pkt-dstaddr":
			f = awsBeyond
		case "flow-direction":
			if !gateway { // of which everything comes and goes
				f = awsWay
			}
		}
		y.add(f)
	}
	return y
}

// awsHeader reads the names of the fields. Nobody else writes these two.
func awsHeader(text []byte, _ Options) (layout, bool) {
	if bytes.IndexByte(text, ',') >= 0 || bytes.IndexByte(text, '\t') >= 0 {
		return layout{}, false
	}
	y := awsLayout(text)
	return y, y.has(fieldSrc) && y.has(fieldDst) || y.has(awsInside) && y.has(awsBeyond)
}

func readAWSFlow(l *line, ob *portlore.Observation) outcome {
	y, whole := l.layout, false
	if y == nil {
		if y = awsDefault(l); y == nil {
			return other
		}
		whole = true
	} else {
		l.message, l.column = l.text, 1
	}
	l.when = stamp{} // of CloudWatch; the record has its own
	r := l.build(ob)
	c := cells{layout: y, text: l.message}
	inside, beyond := ob.Src, ob.Dst // not said
	way := portlore.WayUnsaid
	flags := portlore.TCPFlags(0)
	for c.next() {
		switch c.field {
		case awsVersion:
			if !isNumber(c.value) {
				return other
			}
		case awsStatus:
			if string(c.value) == "NODATA" || string(c.value) == "SKIPDATA" {
				*ob = portlore.Observation{}
				return other
			}
		case fieldAction:
			switch string(c.value) {
			case "ACCEPT":
				ob.Verdict = portlore.Accepted
			case "REJECT":
				ob.Verdict = portlore.Blocked
			}
		case awsInside:
			inside, _ = addr.Parse(c.value)
		case awsBeyond:
			beyond, _ = addr.Parse(c.value)
		case awsWay:
			switch string(c.value) {
			case "ingress":
				way = portlore.In
			case "egress":
				way = portlore.Out
			}
		case fieldFlags:
			n, _ := uintOf(c.value, 255)
			flags = portlore.TCPFlags(n)
		case fieldOther:
		default:
			r.put(c.field, c.value, c.at, awsNames[c.field])
		}
	}
	if whole && c.i < y.n {
		return l.fails(fault{at: len(l.message), field: "log-status", why: isMissing})
	}
	// The interface is an end of it unless it stands for another one.
	if way == portlore.In && (!beyond.IsValid() || beyond == ob.Dst) || way == portlore.Out && (!inside.IsValid() || inside == ob.Src) {
		ob.Way = way
	}
	if inside.IsValid() {
		ob.Src = inside
	}
	if beyond.IsValid() {
		ob.Dst = beyond
	}
	if r.src == 0 && r.dst == 0 { // a fragment other than the first
		r.src, r.dst = -1, -1
	}
	const accepted = portlore.SYN | portlore.ACK
	switch {
	case flags&accepted == accepted:
		r.flags = int64(accepted)
	case flags&portlore.SYN != 0:
		r.flags = int64(portlore.SYN)
	case flags&portlore.RST != 0:
		r.flags = int64(portlore.RST)
	}
	return r.done()
}

var awsNames = [fieldFirst]string{
	fieldTime: "start", fieldSrc: "srcaddr", fieldDst: "dstaddr", fieldSrcPort: "srcport", fieldDstPort: "dstport",
	fieldProto: "protocol", fieldPackets: "packets", fieldBytes: "bytes",
}

// awsDefault finds a record of the default fields in the line, or in what a
// wrapping held, and makes it the message. Nil: there is none.
func awsDefault(l *line) *layout {
	if l.byAnother() {
		return nil
	}
	if y := awsFields(l.message); y != nil {
		return y
	}
	text, p := l.text, l.stamped
	if p == 0 || p >= len(text) || text[p] != ' ' && text[p] != '\t' {
		return nil
	}
	y := awsFields(text[p+1:])
	if name := wordAt(text, p+1); y == nil && len(name) > 2 && p+1+len(name) < len(text) {
		p += len(name) + 1
		y = awsFields(text[p+1:])
	}
	if y != nil {
		l.message, l.column = text[p+1:], p+2
	}
	return y
}

func awsFields(b []byte) *layout {
	version := wordAt(b, 0)
	if len(version) > 2 || !isNumber(version) {
		return nil
	}
	rest := b[len(version):]
	switch {
	case bytes.HasPrefix(rest, []byte(" TransitGateway ")):
		return &tgwDefault
	case len(rest) > 14 && isNumber(rest[1:13]) && (bytes.HasPrefix(rest[13:], []byte(" eni-")) || bytes.HasPrefix(rest[13:], []byte(" unknown "))):
		return &vpcDefault
	}
	return nil
}
