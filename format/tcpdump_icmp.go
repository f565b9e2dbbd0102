package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// icmp reads what print-icmp.c and print-icmp6.c of tcpdump make of type and code:
// "ICMP echo request, id 1, seq 1, length 64", "ICMP 203.0.113.10 udp port 53
// unreachable, length 36", "ICMP6, time exceeded in-transit for 2001:db8::9, length 60".
func (d *dumpLine) icmp(rest []byte) {
	ob := d.ob
	var t, code uint8
	var ok bool
	if ob.Proto == portlore.ICMPv6 {
		i := bytes.Index(rest[:min(len(rest), 100)], []byte("ICMP6, "))
		switch {
		case i >= 0:
			rest = rest[i+len("ICMP6, "):]
		case bytes.HasPrefix(rest, []byte("icmp6: ")):
			rest = rest[len("icmp6: "):]
		default:
			return
		}
		t, code, ok = icmp6Words(rest)
	} else {
		switch {
		case bytes.HasPrefix(rest, []byte("ICMP ")), bytes.HasPrefix(rest, []byte("icmp:")):
			rest = rest[len("ICMP "):]
			rest = bytes.TrimLeft(rest, " ")
		default:
			return
		}
		t, code, ok = icmp4Words(rest)
	}
	if !ok {
		return
	}
	ob.ICMPType, ob.ICMPCode = t, code
	ob.Has |= portlore.HasICMP
	if ob.Proto == portlore.ICMP && (t == 3 || t == 4 || t == 11 || t == 12) || ob.Proto == portlore.ICMPv6 && t < 5 {
		d.inner(rest)
	}
}

// icmp4Words tells type and code of ICMP by the words for them.
func icmp4Words(b []byte) (t, code uint8, ok bool) {
	has := func(word string) bool { return bytes.HasPrefix(b, []byte(word)) }
	switch {
	case has("echo request"):
		return 8, 0, true
	case has("echo reply"):
		return 0, 0, true
	case has("time exceeded in-transit"):
		return 11, 0, true
	case has("ip reassembly time exceeded"):
		return 11, 1, true
	case has("source quench"):
		return 4, 0, true
	case has("redirect "):
		for i, word := range [...]string{" to net ", " to host ", "-tos ", ""} {
			if bytes.Contains(b, []byte(word)) {
				return 5, uint8(i), i < 2
			}
		}
	case has("router advertisement"):
		return 9, 0, true
	case has("router solicitation"):
		return 10, 0, true
	case has("parameter problem"):
		return 12, 0, true
	case has("time stamp query"), has("timestamp query"):
		return 13, 0, true
	case has("time stamp reply"), has("timestamp reply"):
		return 14, 0, true
	case has("information request"):
		return 15, 0, true
	case has("information reply"):
		return 16, 0, true
	case has("address mask request"):
		return 17, 0, true
	case has("address mask is"), has("address mask reply"):
		return 18, 0, true
	}
	head := b[:min(len(b), 160)]
	i := bytes.Index(head, []byte("unreachable"))
	if i < 0 {
		return 0, 0, false
	}
	before, behind := head[:i], bytes.TrimPrefix(head[i+len("unreachable"):], []byte(" - "))
	reason := func(word string) bool { return bytes.HasPrefix(behind, []byte(word)) }
	net, protocol := has("net "), bytes.Contains(before, []byte(" protocol "))
	switch {
	case bytes.Contains(before, []byte(" port ")):
		return 3, 3, true
	case protocol:
		return 3, 2, true
	case reason("need to frag"):
		return 3, 4, true
	case reason("source route failed"):
		return 3, 5, true
	case reason("unknown"):
		return 3, 7 - one(net), true
	case reason("source host isolated"):
		return 3, 8, true
	case reason("admin prohibited filter"):
		return 3, 13, true
	case reason("admin prohibited"):
		return 3, 10 - one(net), true
	case reason("tos prohibited"):
		return 3, 12 - one(net), true
	case reason("host precedence violation"):
		return 3, 14, true
	case reason("precedence cutoff"):
		return 3, 15, true
	}
	return 3, 1 - one(net), net || has("host ")
}

func one(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// icmp6Words tells type and code of ICMPv6 by the words for them.
func icmp6Words(b []byte) (t, code uint8, ok bool) {
	has := func(word string) bool { return bytes.HasPrefix(b, []byte(word)) }
	switch {
	case has("echo request"):
		return 128, 0, true
	case has("echo reply"):
		return 129, 0, true
	case has("packet too big"):
		return 2, 0, true
	case has("time exceeded in-transit"):
		return 3, 0, true
	case has("ip reassembly time exceeded"):
		return 3, 1, true
	case has("parameter problem"):
		return 4, 0, true
	case has("multicast listener query"):
		return 130, 0, true
	case has("multicast listener report v2"):
		return 143, 0, true
	case has("multicast listener report"):
		return 131, 0, true
	case has("multicast listener done"):
		return 132, 0, true
	case has("router solicitation"):
		return 133, 0, true
	case has("router advertisement"):
		return 134, 0, true
	case has("neighbor solicitation"):
		return 135, 0, true
	case has("neighbor advertisement"):
		return 136, 0, true
	case has("redirect"):
		return 137, 0, true
	}
	reason, ok := bytes.CutPrefix(b, []byte("destination unreachable, unreachable "))
	if !ok {
		return 0, 0, false
	}
	for i, word := range [...]string{"route", "prohibited", "", "address", "port"} {
		if word != "" && bytes.HasPrefix(reason, []byte(word)) {
			return 1, uint8(i), true
		}
	}
	return 0, 0, false
}

// inner reads the packet that an error is about: with -v it stands behind, with its
// own head; else the words may name its destination, "203.0.113.10 udp port 53".
func (d *dumpLine) inner(rest []byte) {
	ob := d.ob
	if i := bytes.Index(rest, []byte(" (tos ")); i >= 0 {
		err := *ob
		*ob = portlore.Observation{}
		d.p = len(d.text) - len(rest) + i + 1
		s, port, result := d.ends()
		setPorts(ob, s, port)
		q := *ob
		*ob = err
		if result == understood && q.Has&portlore.HasProto != 0 {
			ob.Inner = portlore.Inner{Src: q.Src, Dst: q.Dst, Proto: q.Proto, SrcPort: q.SrcPort, DstPort: q.DstPort}
			ob.Has |= portlore.HasInner
		}
		return
	}
	text := rest
	if ob.Proto == portlore.ICMPv6 {
		var ok bool
		if text, ok = bytes.CutPrefix(rest, []byte("destination unreachable, unreachable port, ")); !ok {
			return
		}
	}
	host, behind, _ := bytes.Cut(text[:min(len(text), 160)], []byte(" "))
	name, port, found := bytes.Cut(behind, []byte(" port "))
	proto, isProto := protoOf(name)
	a, p, ok := dumpEnd(host)
	if !ok || p != noPort || !found || !isProto {
		return
	}
	n, ok := uintOf(digits(port), 65535)
	if !ok {
		m, known := servicePort(bytes.TrimRight(wordAt(port, 0), ","))
		if !known {
			return
		}
		n = uint64(m)
	}
	// The error went to whoever sent the packet.
	ob.Inner = portlore.Inner{Src: ob.Dst, Dst: a, Proto: proto, DstPort: uint16(n)}
	ob.Has |= portlore.HasInner
}
