package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
)

var (
	anyIPv4 = netip.IPv4Unspecified()
	anyIPv6 = netip.IPv6Unspecified()
)

// The network files that lsof -i lists:
//
//	sshd      712     root    3u  IPv4  20113      0t0  TCP *:22 (LISTEN)
//	avahi-dae 455    avahi   12u  IPv4  18231      0t0  UDP *:5353
//
// The name of a command is cut, and its blanks are written \x20.
var lsof = &Format{
	Name:  "lsof",
	Doc:   "sockets as lsof -i lists them",
	Spec:  "https://github.com/lsof-org/lsof (Lsof.8: OUTPUT)",
	read:  readLsof,
	marks: []string{" IPv:"},
}

func readLsof(l *line, ob *portlore.Observation) outcome {
	if !bytes.Contains(l.text, []byte(" IPv")) || l.json {
		return other
	}
	var room [10]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 9 || !isNumber(w[1].text) {
		return other
	}
	kind, node, name := w[4].text, w[7].text, w[8].text
	if string(kind) != "IPv4" && string(kind) != "IPv6" {
		return other
	}
	proto := socketProto(node)
	if proto == "" || bytes.IndexByte(name, ':') < 0 {
		return other
	}
	state := []byte(nil)
	if len(w) > 9 {
		state = w[9].text
	}
	l.message, l.column = l.text, 1
	from, to, paired := bytes.Cut(name, []byte("->"))
	local, bad := readEnd(from, ':')
	if bad.why != "" {
		bad.at += w[8].at
		return l.fails(bad)
	}
	switch {
	case paired && (string(state) == "(SYN_RECV)" || string(state) == "(SYN_RCVD)"):
		peer, bad := readEnd(to, ':')
		if bad.why != "" {
			bad.at += w[8].at + len(from) + 2
			return l.fails(bad)
		}
		return halfOpen(ob, &local, &peer)
	case paired || local.port <= 0 || proto == "tcp" && string(state) != "(LISTEN)":
		return other
	}
	if local.any {
		local.anyOf(kind)
	}
	return l.listens(proto, &local, portlore.DoorProcess{
		PID: pidOf(w[1].text), Name: text(bytes.ReplaceAll(w[0].text, []byte(`\x20`), []byte(" "))), User: text(w[2].text),
	})
}
