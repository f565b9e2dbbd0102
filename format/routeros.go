package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// What the firewall of MikroTik RouterOS logs (help.mikrotik.com, "Firewall"):
//
//	firewall,info DROP input: in:ether1 out:(unknown 0), connection-state:new src-mac 00:1b:21:aa:bb:cc, proto TCP (SYN), 198.51.100.9:40001->203.0.113.10:22, len 60
//
// Before the chain stands the prefix that the owner of the rule chose, and it
// alone tells what the rule did.
var routeros = &Format{
	Name:  "routeros",
	Doc:   "MikroTik RouterOS firewall log",
	Spec:  "https://help.mikrotik.com/docs (RouterOS: Firewall, Log)",
	read:  readRouterOS,
	marks: []string{": in: out:"},
}

func readRouterOS(l *line, ob *portlore.Observation) outcome {
	text := l.message
	in := bytes.Index(text, []byte(": in:"))
	if in < 0 {
		return other
	}
	out := bytes.Index(text[in:], []byte(" out:"))
	if out < 0 {
		return other
	}
	if l.quoted = l.byAnother(); l.quoted {
		return other
	}
	out += in
	ob.InIf = routerInterface(text[in+len(": in:") : out])
	rest := text[out+len(" out:"):]
	if name, _, found := bytes.Cut(rest, []byte(",")); found {
		ob.OutIf = routerInterface(name)
	}
	proto := bytes.Index(rest, []byte("proto "))
	if proto < 0 {
		return l.fails(fault{at: len(text), field: "proto", why: isMissing})
	}
	at := len(text) - len(rest) + proto + len("proto ")
	rest = text[at:]
	if bad := routerPacket(rest, ob); bad.why != "" {
		bad.at += at
		return l.fails(bad)
	}
	head := text[:in]
	chain := head[bytes.LastIndexByte(head, ' ')+1:]
	switch string(chain) {
	case "input":
		ob.Way = portlore.In
	case "output":
		ob.Way = portlore.Out
	case "forward":
		ob.Way = portlore.Forward
	}
	label := head[:len(head)-len(chain)]
	if topics := bytes.IndexByte(label, ' '); bytes.HasPrefix(label, []byte("firewall,")) && topics >= 0 {
		label = label[topics:]
	}
	ob.Label = bytes.TrimSpace(label)
	ob.Verdict = readPrefix(ob.Label).verdict
	return understood
}

// routerInterface is the name of an interface; "(unknown 0)" is none.
func routerInterface(b []byte) []byte {
	if len(b) > 0 && b[0] == '(' {
		return nil
	}
	return b
}

// routerPacket reads "TCP (SYN), SRC:PORT->DST:PORT, len 60". Between the
// addresses and the length may stand what address translation made of them.
func routerPacket(b []byte, ob *portlore.Observation) fault {
	name, rest := b, []byte(nil)
	if i := bytes.IndexAny(b, " ,"); i >= 0 {
		name, rest = b[:i], b[i:]
	}
	var ok bool
	if ob.Proto, ok = protoOf(name); !ok {
		return fault{field: "proto", value: name, why: notAProtocol}
	}
	ob.Has = portlore.HasProto
	if len(rest) > 1 && rest[1] == '(' {
		end := bytes.IndexByte(rest, ')')
		if end < 0 {
			return fault{at: len(b), field: ")", why: isMissing}
		}
		routerDetail(rest[2:end], ob)
		rest = rest[end+1:]
	}
	rest = bytes.TrimLeft(rest, ", ")
	at := len(b) - len(rest)
	pair, _, _ := bytes.Cut(rest, []byte(","))
	from, to, found := bytes.Cut(pair, []byte("->"))
	if !found {
		return fault{at: len(b), field: "->", why: isMissing}
	}
	var s, d int32
	if ob.Src, s, ok = endpoint(from, ':'); !ok {
		return fault{at: at, field: "source", value: from, why: notAnAddress}
	}
	if ob.Dst, d, ok = endpoint(to, ':'); !ok {
		return fault{at: at + len(from) + 2, field: "destination", value: to, why: notAnAddress}
	}
	setPorts(ob, s, d)
	if i := bytes.LastIndex(rest, []byte(", len ")); i >= 0 {
		if n, ok := uintOf(wordAt(rest, i+len(", len ")), 65535); ok {
			ob.Length = uint32(n)
		}
	}
	return fault{}
}

// routerDetail reads what stands in parentheses behind the protocol: the flags of
// TCP, or "type 8, code 0".
func routerDetail(b []byte, ob *portlore.Observation) {
	switch ob.Proto {
	case portlore.TCP:
		if flags, ok := flagWords(b); ok {
			ob.Flags = flags
			ob.Has |= portlore.HasFlags
		}
	case portlore.ICMP, portlore.ICMPv6:
		kind, code, found := bytes.Cut(b, []byte(", code "))
		t, ok := uintOf(bytes.TrimPrefix(kind, []byte("type ")), 255)
		n, fine := uintOf(code, 255)
		if found && ok && fine {
			ob.ICMPType, ob.ICMPCode = uint8(t), uint8(n)
			ob.Has |= portlore.HasICMP
		}
	}
}
