package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What the Linux kernel itself says of packets, beside the packet filter:
//
//	martian source 203.0.113.10 from 10.0.0.1, on dev eth0
//	martian destination 127.0.0.1 from 198.51.100.9, dev eth0
//	TCP: request_sock_TCP: Possible SYN flooding on port 203.0.113.10:80. Sending cookies.
//	TCP: drop open request from 198.51.100.9/40001
//	UDP: bad checksum. From 198.51.100.9:40001 to 203.0.113.10:53 ulen 40
//
// In the first two the address behind "from" is the source. They do not name the
// protocol, which may even be ARP. The line "ll header:" that follows shows bytes
// of the link layer.
var kernel = &Format{
	Name:  "kernel",
	Doc:   "Linux kernel messages about martian packets, SYN floods and bad checksums",
	Spec:  "net/ipv4/route.c, net/ipv4/tcp_input.c, net/ipv4/udp.c of Linux",
	read:  readKernel,
	marks: []string{"^m", "^TTCP", "^IIPv", "^pSYN flooding", "^PSYN flooding", "^rSYN flooding", "^UUDP"},
}

var (
	sensorKernel = "kernel"
	synFlooding  = []byte("ossible SYN flooding on port ") // the P was small before Linux 3.1
)

func readKernel(l *line, ob *portlore.Observation) outcome {
	text := bytes.TrimPrefix(l.message, []byte("IPv4: "))
	if len(text) < 12 {
		return other
	}
	read := kernelUDP
	switch string(text[:4]) {
	case "mart":
		read = kernelMartian
	case "TCP:", "TCPv", "poss", "Poss", "requ":
		read = kernelTCP
	case "UDP:", "UDPv":
	default:
		return other
	}
	if l.json || len(l.program) > 0 && string(l.program) != "kernel" {
		l.quoted = bytes.HasPrefix(text, []byte("martian ")) || bytes.Contains(text, synFlooding)
		return other
	}
	return read(l, ob, text)
}

// kernelMartian reads what the kernel threw away since no route leads back to the
// source by that interface, or since nobody can be at that destination.
func kernelMartian(l *line, ob *portlore.Observation, text []byte) outcome {
	rest, source := bytes.CutPrefix(text, []byte("martian source "))
	if !source {
		var ok bool
		if rest, ok = bytes.CutPrefix(text, []byte("martian destination ")); !ok {
			return other
		}
	}
	at := len(l.message) - len(rest)
	to, rest, found := bytes.Cut(rest, []byte(" from "))
	if !found {
		return l.fails(fault{at: len(l.message), field: "from", why: isMissing})
	}
	from, device, found := bytes.Cut(rest, []byte(", "))
	if !found {
		return l.fails(fault{at: len(l.message), field: "dev", why: isMissing})
	}
	var ok bool
	if ob.Dst, ok = addr.Parse(to); !ok {
		return l.fails(fault{at: at, field: "destination", value: to, why: notAnAddress})
	}
	if ob.Src, ok = addr.Parse(from); !ok {
		return l.fails(fault{at: len(l.message) - len(rest), field: "source", value: from, why: notAnAddress})
	}
	if device, ok = bytes.CutPrefix(bytes.TrimPrefix(device, []byte("on ")), []byte("dev ")); !ok || len(device) == 0 {
		return l.fails(fault{at: len(l.message), field: "dev", why: isMissing})
	}
	ob.InIf, ob.Verdict = wordAt(device, 0), portlore.Blocked
	if source {
		l.said = portlore.Said{Claim: portlore.Martian, Sensor: sensorKernel, Message: text}
		ob.Said = &l.said
	}
	return understood
}

// kernelTCP reads that a port of ours has no room for half-open connections, which
// names the port and, since Linux 6.2, the address that listens there; or that one
// request was dropped for that reason, which names who asked.
func kernelTCP(l *line, ob *portlore.Observation, text []byte) outcome {
	i := bytes.Index(text, synFlooding)
	if i < 0 {
		rest, ok := bytes.CutPrefix(text, []byte("TCP: drop open request from "))
		if !ok {
			return other
		}
		word := wordAt(rest, 0)
		src, _, ok := endpoint(word, '/')
		if !ok {
			return l.fails(fault{at: len(l.message) - len(rest), field: "source", value: word, why: notAnAddress})
		}
		ob.Src, ob.Proto, ob.Flags = src, portlore.TCP, portlore.SYN
		ob.Has = portlore.HasProto | portlore.HasFlags
		return understood
	}
	at := len(l.message) - len(text) + i + len(synFlooding)
	word := wordAt(l.message, at)
	word, ok := bytes.CutSuffix(word, []byte("."))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "what the kernel does about it", why: isMissing})
	}
	port := word
	if i := bytes.LastIndexByte(word, ':'); i >= 0 {
		port = word[i+1:]
		host := bytes.TrimSuffix(bytes.TrimPrefix(word[:i], []byte("[")), []byte("]"))
		dst, ok := addr.Parse(host)
		if !ok {
			return l.fails(fault{at: at, field: "destination", value: host, why: notAnAddress})
		}
		if !dst.IsUnspecified() {
			ob.Dst = dst
		}
	}
	n, ok := uintOf(port, 65535)
	if !ok {
		return l.fails(fault{at: at + len(word) - len(port), field: "port", value: port, why: outOfRange})
	}
	ob.Proto, ob.DstPort = portlore.TCP, uint16(n)
	ob.Has = portlore.HasProto | portlore.HasPorts | portlore.LacksSrcPort // they come from any
	l.said = portlore.Said{Claim: portlore.SynFlood, Sensor: sensorKernel, Message: text}
	ob.Said = &l.said
	return understood
}

// kernelUDP reads "UDP: bad checksum. From A:P to B:P ulen N" and "UDP: short
// packet: From A:P N/M to B:P".
func kernelUDP(l *line, ob *portlore.Observation, text []byte) outcome {
	rest, ok := bytes.CutPrefix(text, []byte("UDP: bad checksum. From "))
	if !ok {
		if rest, ok = bytes.CutPrefix(text, []byte("UDP: short packet: From ")); !ok {
			return other
		}
	}
	from := wordAt(rest, 0)
	at := len(l.message) - len(rest)
	src, s, ok := endpoint(from, ':')
	if !ok || s < 0 {
		return l.fails(fault{at: at, field: "source", value: from, why: notAnAddress})
	}
	i := bytes.Index(rest, []byte(" to "))
	if i < 0 {
		return l.fails(fault{at: len(l.message), field: "to", why: isMissing})
	}
	to := wordAt(rest, i+len(" to "))
	dst, d, ok := endpoint(to, ':')
	if !ok || d < 0 {
		return l.fails(fault{at: at + i + len(" to "), field: "destination", value: to, why: notAnAddress})
	}
	ob.Src, ob.Dst, ob.Proto, ob.Has = src, dst, portlore.UDP, portlore.HasProto
	setPorts(ob, s, d)
	return understood
}
