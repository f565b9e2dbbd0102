package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The traffic log of FortiGate (FortiOS Log Message Reference): pairs of key and
// value in any order, a line for each session when it ends, or for each that was
// refused.
//
//	date=2026-11-23 time=15:02:16 devname="FG" logid="0000000013" type="traffic" subtype="forward" eventtime=1795446136 srcip=198.51.100.9 srcport=40001 srcintf="wan1" dstip=203.0.113.10 dstport=22 dstintf="lan" proto=6 action="deny" sentbyte=0 rcvdbyte=0 sentpkt=1
//
// What it writes of events and of its own sensors is not about packets.
var fortigate = &Format{
	Name:  "fortigate",
	Doc:   "FortiGate traffic log",
	Spec:  "https://docs.fortinet.com/product/fortigate (FortiOS Log Message Reference: traffic)",
	read:  readFortiGate,
	marks: []string{"type= srcip="},
}

func readFortiGate(l *line, ob *portlore.Observation) outcome {
	text := l.text
	at := bytes.Index(text, []byte("type="))
	if at < 0 || !bytes.HasPrefix(bytes.TrimPrefix(text[at+len("type="):], []byte(`"`)), []byte("traffic")) ||
		!bytes.Contains(text, []byte(" srcip=")) || !bytes.Contains(text, []byte(" devid=")) && !bytes.Contains(text, []byte(" devname=")) && !bytes.Contains(text, []byte(" logid=")) {
		return other
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	l.message, l.column = text, 1
	p := pairs{text: text}
	src, dst := int32(-1), int32(-1)
	for p.next() {
		value := p.value
		switch string(p.key) {
		case "srcip":
			ob.Src = p.address("srcip")
		case "dstip":
			ob.Dst = p.address("dstip")
		case "srcport":
			src = int32(p.number("srcport", 65535))
		case "dstport":
			dst = int32(p.number("dstport", 65535))
		case "srcintf":
			ob.InIf = value
		case "dstintf":
			ob.OutIf = value
		case "proto":
			ob.Proto = portlore.Proto(p.number("proto", 255))
			ob.Has |= portlore.HasProto
		case "action":
			switch string(value) {
			case "deny", "blocked", "block", "drop":
				ob.Verdict = portlore.Blocked
			default: // accept, close, timeout, client-rst, server-rst, start: it was let through
				ob.Verdict = portlore.Accepted
			}
		case "sentpkt":
			ob.Packets, _ = uintOf(value, 1<<32-1)
		case "sentbyte":
			ob.Bytes, _ = uintOf(value, 1<<32-1)
		case "rcvdpkt", "rcvdbyte":
			ob.Answered = ob.Answered || len(value) > 0 && string(value) != "0"
		case "eventtime":
			if nanos, ok := eventTime(value); ok {
				l.when = fromEpoch(nanos, stated, l.when.size)
			}
		}
	}
	switch {
	case p.fault.why != "":
		return l.fails(p.fault)
	case !ob.Dst.IsValid():
		return l.fails(fault{at: len(text), field: "dstip", why: isMissing})
	case ob.Has&portlore.HasProto == 0:
		return l.fails(fault{at: len(text), field: "proto", why: isMissing})
	}
	if ob.Proto != portlore.ICMP && ob.Proto != portlore.ICMPv6 {
		setPorts(ob, src, dst)
	}
	return understood
}

// eventTime reads seconds or, since FortiOS 6.2, nanoseconds since the epoch.
func eventTime(b []byte) (nanos int64, ok bool) {
	for _, c := range b {
		if c -= '0'; c > 9 || nanos > 1<<59 {
			return 0, false
		}
		nanos = nanos*10 + int64(c)
	}
	switch len(b) {
	case 10:
		return nanos * 1e9, true
	case 19:
		return nanos, true
	}
	return 0, false
}

// pairs are the key=value pairs of a text, the value in quotes or without.
type pairs struct {
	text       []byte
	p          int
	key, value []byte
	at         int // of the value
	fault      fault
}

// next finds the next pair and reports whether there is one.
func (p *pairs) next() bool {
	for {
		rest := p.text[p.p:]
		eq := bytes.IndexByte(rest, '=')
		if eq < 0 {
			return false
		}
		p.key = rest[bytes.LastIndexByte(rest[:eq], ' ')+1 : eq]
		p.at = p.p + eq + 1
		rest = rest[eq+1:]
		end := 0
		if len(rest) > 0 && rest[0] == '"' {
			p.at++
			rest = rest[1:]
			if end = bytes.IndexByte(rest, '"'); end < 0 {
				end = len(rest)
			}
			p.value, p.p = rest[:end:end], min(p.at+end+1, len(p.text))
		} else {
			if end = bytes.IndexByte(rest, ' '); end < 0 {
				end = len(rest)
			}
			p.value, p.p = rest[:end:end], p.at+end
		}
		if len(p.key) > 0 {
			return true
		}
	}
}

func (p *pairs) address(name string) (a netip.Addr) {
	a, ok := addr.Parse(p.value)
	if !ok {
		p.fail(name, notAnAddress)
	}
	return a
}

func (p *pairs) number(name string, most uint64) uint64 {
	n, ok := uintOf(p.value, most)
	if !ok {
		p.fail(name, outOfRange)
	}
	return n
}

// fail notes the first fault.
func (p *pairs) fail(name, why string) {
	if p.fault.why == "" {
		p.fault = fault{at: p.at, field: name, value: p.value, why: why}
	}
}
