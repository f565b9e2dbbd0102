package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The sockets that sockstat of FreeBSD lists:
//
//	root     sshd       712   3  tcp4   *:22                  *:*
//
// What has nobody at its other end is open.
var sockstat = &Format{
	Name:  "sockstat",
	Doc:   "sockets as sockstat lists them (FreeBSD)",
	Spec:  "https://man.freebsd.org/cgi/man.cgi?sockstat(1)",
	read:  readSockstat,
	marks: []string{" *:*"},
}

func readSockstat(l *line, _ *portlore.Observation) outcome {
	if !bytes.Contains(l.text, []byte(" *:*")) {
		return other
	}
	var room [8]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 7 || !isNumber(w[2].text) || !isNumber(w[3].text) {
		return other
	}
	proto, kind := socketProto(w[4].text), w[4].text
	if proto == "" || len(kind) < 4 || bytes.IndexByte(w[5].text, ':') < 0 || string(w[6].text) != "*:*" {
		return other
	}
	l.message, l.column = l.text, 1
	local, bad := readEnd(w[5].text, ':')
	switch {
	case bad.why != "":
		bad.at += w[5].at
		return l.fails(bad)
	case local.port <= 0 || len(w) > 7 && proto == "tcp" && string(w[7].text) == "CLOSED":
		return other
	case local.any && len(kind) == 4:
		local.anyOf(kind)
	}
	return l.listens(proto, &local, portlore.DoorProcess{PID: pidOf(w[2].text), Name: text(w[1].text), User: text(bytes.TrimPrefix(w[0].text, []byte("?")))})
}
