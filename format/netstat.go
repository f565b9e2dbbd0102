package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The sockets that netstat lists, on Linux (net-tools), the BSDs and macOS, and
// Windows:
//
//	tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      712/sshd
//	tcp46      0      0  *.80                   *.*                    LISTEN
//	  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       1012
//
// States are written in the language of the system, so that a socket listens when
// there is nobody at its other end.
var netstat = &Format{
	Name:  "netstat",
	Doc:   "sockets as netstat lists them: Linux, BSD and macOS, Windows",
	Spec:  "https://github.com/ecki/net-tools (netstat.c); netstat(1) of FreeBSD; https://learn.microsoft.com/windows-server/administration/windows-commands/netstat",
	read:  readNetstat,
	marks: []string{"^tp", "^up", "^sp", "^dp", "^mp", "^TP", "^UP", "^SP"},
}

func readNetstat(l *line, ob *portlore.Observation) outcome {
	first, _ := nextWord(l.text, 0)
	proto := socketProto(first)
	if proto == "" {
		return other
	}
	var room [9]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 3 {
		return other
	}
	kind := w[0].text
	windows := kind[0] < 'a'
	if !windows {
		if len(w) < 5 || !isNumber(w[1].text) || !isNumber(w[2].text) || bytes.HasPrefix(w[3].text, []byte("src=")) { // of conntrack
			return other
		}
		w = w[2:]
	}
	// The port stands behind the last of them: "1.2.3.4:80", "::1.631".
	sep := byte(':')
	if bytes.LastIndexByte(w[1].text, '.') > bytes.LastIndexByte(w[1].text, ':') {
		sep = '.'
	}
	if bytes.IndexByte(w[1].text, sep) < 0 || bytes.IndexByte(w[2].text, sep) < 0 {
		return other
	}
	state := ""
	rest := w[3:]
	if len(rest) > 0 && !isNumber(rest[0].text) && bytes.IndexByte(rest[0].text, '/') < 0 && rest[0].text[0] != '-' {
		state = netstatState(rest[0].text)
		rest = rest[1:]
	}
	if state == "connected" {
		return other
	}
	l.message, l.column = l.text, 1
	local, bad := readEnd(w[1].text, sep)
	if bad.why != "" {
		bad.at += w[1].at
		return l.fails(bad)
	}
	peer, bad := readEnd(w[2].text, sep)
	switch {
	case bad.why != "":
		bad.at += w[2].at
		return l.fails(bad)
	case state == "half-open":
		return halfOpen(ob, &local, &peer)
	case local.port <= 0 || peer.port > 0 || state == "closed":
		return other
	}
	if sep == '.' && local.any && len(kind) == 4 { // tcp46 is both
		local.anyOf(kind)
	}
	var p portlore.DoorProcess
	switch {
	case windows:
		if len(rest) > 0 {
			p.PID = pidOf(rest[0].text)
		}
	case sep == ':' && len(rest) > 0:
		p = netstatProcess(l.text[rest[0].at:])
	}
	return l.listens(proto, &local, p)
}

// anyOf is every address of the family that a name such as "tcp4" ends in.
func (e *socketEnd) anyOf(name []byte) {
	e.any = false
	if name[len(name)-1] == '6' {
		e.host = anyIPv6
	} else {
		e.host = anyIPv4
	}
}

// netstatState tells apart what matters. All other words are those of some
// language for a socket that listens.
func netstatState(b []byte) string {
	switch string(b) {
	case "SYN_RECV", "SYN_RCVD", "SYN_RECEIVED":
		return "half-open"
	case "CLOSE", "CLOSED", "BOUND", "IDLE":
		return "closed"
	case "ESTABLISHED", "SYN_SENT", "FIN_WAIT1", "FIN_WAIT2", "FIN_WAIT_1", "FIN_WAIT_2", "TIME_WAIT", "CLOSE_WAIT", "LAST_ACK", "CLOSING":
		return "connected"
	}
	return "listens"
}

// netstatProcess reads the last columns of Linux: [User Inode] PID/Program. The
// name is cut at 20 characters; behind it may stand what the process calls itself
// ("712/sshd: /usr/sbin").
func netstatProcess(b []byte) (p portlore.DoorProcess) {
	for range 3 {
		w, at := nextWord(b, 0)
		if pid, name, ok := bytes.Cut(w, []byte("/")); ok && isNumber(pid) {
			p.PID, p.Name = pidOf(pid), text(bytes.TrimSuffix(name, []byte(":")))
			return p
		}
		if len(w) == 1 && w[0] == '-' {
			return p // why it is not shown, netstat does not say
		}
		b = b[at+len(w):]
	}
	return p
}
