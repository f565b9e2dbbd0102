package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The socket tables of Linux, /proc/net/tcp, tcp6, udp and udp6: addresses in
// hexadecimal, each word of 32 bits as the processor stores it (here: the lowest
// byte first, as all common ones do), the port as a number, the state by number.
//
//	0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20113 1 0000000000000000 100 0 0 10 0
//
// A line of TCP has other columns at its end than one of UDP. State 0A listens, 03
// is half-open, and 07 is a UDP socket that nobody is at the other end of.
var procNet = &Format{
	Name:  "proc-net",
	Doc:   "socket tables of the Linux kernel (/proc/net/tcp, tcp6, udp, udp6)",
	Spec:  "https://www.kernel.org/doc/Documentation/networking/proc_net_tcp.txt; net/ipv4/udp.c (udp4_format_sock)",
	read:  readProcNet,
	marks: []string{"^0: :"},
}

func readProcNet(l *line, ob *portlore.Observation) outcome {
	slot, _ := nextWord(l.text, 0)
	if number, ok := bytes.CutSuffix(slot, []byte(":")); !ok || !isNumber(number) {
		return other
	}
	var room [18]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 12 || len(w[3].text) != 2 ||
		len(w[4].text) != 17 || w[4].text[8] != ':' || len(w[6].text) != 8 {
		return other
	}
	proto, state := "tcp", string(w[3].text)
	if len(w) == 13 {
		proto = "udp"
	}
	if !(proto == "tcp" && (state == "0A" || state == "03") || proto == "udp" && state == "07") {
		return other
	}
	l.message, l.column = l.text, 1
	local, ok := hexEnd(w[1].text)
	if !ok {
		return l.fails(fault{at: w[1].at, field: "local_address", value: w[1].text, why: notAnAddress})
	}
	peer, ok := hexEnd(w[2].text)
	switch {
	case !ok:
		return l.fails(fault{at: w[2].at, field: "rem_address", value: w[2].text, why: notAnAddress})
	case state == "03":
		return halfOpen(ob, &local, &peer)
	case local.port == 0:
		return other
	}
	return l.listens(proto, &local, portlore.DoorProcess{})
}

// hexEnd reads "0100007F:1F90".
func hexEnd(b []byte) (e socketEnd, ok bool) {
	host, port, _ := bytes.Cut(b, []byte(":"))
	var raw [16]byte
	if len(host) != 8 && len(host) != 32 || len(port) != 4 {
		return e, false
	}
	for i := range len(host) / 2 {
		high, low := addr.HexDigit(host[2*i]), addr.HexDigit(host[2*i+1])
		if high > 15 || low > 15 {
			return e, false
		}
		raw[i&^3|3-i&3] = high<<4 | low
	}
	for _, c := range port {
		d := addr.HexDigit(c)
		if d > 15 {
			return e, false
		}
		e.port = e.port<<4 | int32(d)
	}
	if len(host) == 8 {
		e.host = netip.AddrFrom4([4]byte(raw[:4]))
	} else {
		e.host = netip.AddrFrom16(raw).Unmap()
	}
	return e, true
}
