package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What firewalls of Zyxel (USG, ZyWALL, ATP) and its older routers send by syslog:
//
//	<142>Nov 23 15:02:16 2026 usg src="198.51.100.9:40001" dst="203.0.113.10:23" msg="Match default rule DROP" note="ACCESS BLOCK" user="" devID="f00000000000" cat="Security Policy Control" action="Drop"
//	<142>Nov 23 15:02:16 2026 usg src="192.168.1.5:40001" dst="198.51.100.9:443" msg="Traffic Log" note="" user="" devID="f00000000000" cat="Traffic Log" sent=930 rcvd=358 dir=LAN1:WAN1 protoID=6 proto=https
//
// The note says what became of the packet. The protocol may stand in the message, or
// nowhere. What it writes of users, tunnels and addresses that it hands out is not
// about packets.
var zyxel = &Format{
	Name:  "zyxel",
	Doc:   "Zyxel firewall and router log (USG, ZyWALL, ATP, ZyNOS)",
	Spec:  "the chapters Log Descriptions of Zyxel's user guides",
	read:  readZyxel,
	marks: []string{`src=" note="`},
}

func readZyxel(l *line, ob *portlore.Observation) outcome {
	at := bytes.Index(l.message, []byte(`src="`))
	if at < 0 || at > 40 || !bytes.Contains(l.message, []byte(` note="`)) {
		return other
	}
	return l.zyxel(ob)
}

func (l *line) zyxel(ob *portlore.Observation) outcome {
	program, text := l.says()
	if string(program) == "RAS" {
		program = nil
	}
	if !bytes.HasPrefix(text, []byte(`src="`)) {
		return other
	}
	if l.quoted = l.json || len(program) > 0; l.quoted {
		return other
	}
	base := len(l.message) - len(text)
	p := pairs{text: text}
	src, dst := int32(-1), int32(-1)
	known := false
	for p.next() {
		value := p.value
		var ok bool
		switch string(p.key) {
		case "src":
			if ob.Src, src, ok = endpoint(value, ':'); !ok && len(value) > 0 {
				p.fail("src", notAnAddress)
			}
		case "dst":
			if ob.Dst, dst, ok = endpoint(value, ':'); !ok && len(value) > 0 {
				p.fail("dst", notAnAddress)
			}
		case "msg":
			ob.Label = value
			zyxelProtocol(ob, value)
		case "note":
			switch string(value) {
			case "ACCESS BLOCK", "ACCESS DROP", "ACCESS REJECT":
				ob.Verdict, known = portlore.Blocked, true
			case "ACCESS FORWARD", "ACCESS PERMIT", "ACCESS ALLOW":
				ob.Verdict, known = portlore.Accepted, true
			}
		case "cat":
			if string(value) == "Traffic Log" {
				ob.Verdict, known = portlore.Accepted, true
			}
		case "sent":
			ob.Bytes, _ = countOf(value)
		case "rcvd":
			n, _ := countOf(value)
			ob.Answered = n > 0
		case "dir":
			from, to, _ := bytes.Cut(value, []byte(":"))
			ob.InIf, ob.OutIf = from, to
		case "proto", "protoID":
			if proto, ok := protoOf(value); ok {
				ob.Proto = proto
				ob.Has |= portlore.HasProto
			}
		}
	}
	switch {
	case !known || p.fault.why == "" && (!ob.Src.IsValid() || !ob.Dst.IsValid()):
		return other // of a user, say
	case p.fault.why != "":
		p.fault.at += base
		return l.fails(p.fault)
	}
	if ob.Proto != portlore.ICMP && ob.Proto != portlore.ICMPv6 {
		setPorts(ob, src, dst)
	}
	return understood
}

// zyxelProtocol finds the protocol in "from WAN to ZyWALL, TCP, service SSH, DROP" and
// "Firewall default policy: UDP (W to W/ZW)".
func zyxelProtocol(ob *portlore.Observation, msg []byte) {
	for _, before := range [...]string{", ", "policy: ", "match: ", "blocked: "} {
		for rest := msg; ; {
			i := bytes.Index(rest, []byte(before))
			if i < 0 {
				break
			}
			rest = rest[i+len(before):]
			word := bytes.TrimRight(wordAt(rest, 0), ",")
			if proto, ok := protoOf(word); ok && !isNumber(word) {
				ob.Proto = proto
				ob.Has |= portlore.HasProto
				return
			}
		}
	}
}
