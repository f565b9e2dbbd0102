package format

import (
	"bytes"

	"github.com/portlore/portlore"
)

// The sockets that ss of iproute2 lists: with the column Netid where several
// kinds were asked for, with the owner where -p was.
//
//	tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*    users:(("sshd",pid=712,fd=3))
//	UNCONN 0      0      127.0.0.53%lo:53         0.0.0.0:*
//	SYN-RECV 0      0      203.0.113.10:80      198.51.100.9:40001
//
// A socket that listens (LISTEN), or waits for datagrams from anybody (UNCONN), is
// a door. Of a connection it does not say who began it, but for the half-open one.
var ss = &Format{
	Name:  "ss",
	Doc:   "sockets as ss lists them (iproute2)",
	Spec:  "https://git.kernel.org/pub/scm/network/iproute2/iproute2.git (misc/ss.c, man/man8/ss.8)",
	read:  readSS,
	marks: []string{"LISTEN:", "UNCONN:", "SYN-RECV:"},
}

func readSS(l *line, ob *portlore.Observation) outcome {
	if first, _ := nextWord(l.text, 0); !isSSState(first) && socketProto(first) == "" {
		return other
	}
	var room [6]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 5 {
		return other
	}
	proto := ""
	if !isSSState(w[0].text) {
		if proto = socketProto(w[0].text); proto == "" || !isSSState(w[1].text) {
			return other // also raw, unix, netlink and packet sockets
		}
		w = w[1:]
	}
	if len(w) < 5 || !isNumber(w[1].text) || !isNumber(w[2].text) || bytes.IndexByte(w[3].text, ':') < 0 || bytes.IndexByte(w[4].text, ':') < 0 {
		return other
	}
	state := string(w[0].text)
	if state != "LISTEN" && state != "UNCONN" && state != "SYN-RECV" {
		return other
	}
	l.message, l.column = l.text, 1
	local, bad := readEnd(w[3].text, ':')
	if bad.why != "" {
		bad.at += w[3].at
		return l.fails(bad)
	}
	peer, bad := readEnd(w[4].text, ':')
	switch {
	case bad.why != "":
		bad.at += w[4].at
		return l.fails(bad)
	case state == "SYN-RECV":
		return halfOpen(ob, &local, &peer)
	case local.port <= 0 || peer.port >= 0: // of UDP, a client that talks to one server
		return other
	case proto == "" && state == "LISTEN":
		proto = "tcp"
	case proto == "":
		proto = "udp"
	}
	return l.listens(proto, &local, ssProcess(l.text[w[4].at+len(w[4].text):]))
}

func isSSState(b []byte) bool {
	switch string(b) {
	case "LISTEN", "UNCONN", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LAST-ACK", "CLOSING", "CLOSED":
		return true
	}
	return false
}

// ssProcess reads users:(("sshd",pid=712,fd=3),("systemd",pid=1,fd=58)), and the
// service of cgroup:/system.slice/ssh.service. Where systemd holds the socket for
// another program, that one is the owner.
func ssProcess(b []byte) (p portlore.DoorProcess) {
	if _, path, ok := bytes.Cut(b, []byte(" cgroup:")); ok {
		path, _ = nextWord(path, 0)
		if unit := path[bytes.LastIndexByte(path, '/')+1:]; bytes.HasSuffix(unit, []byte(".service")) {
			p.Unit = text(unit)
		}
	}
	_, users, ok := bytes.Cut(b, []byte("users:(("))
	for ok && len(users) > 0 && users[0] == '"' {
		name, rest, more := bytes.Cut(users[1:], []byte(`",pid=`))
		if !more {
			break
		}
		digits := 0
		for digits < len(rest) && rest[digits]-'0' <= 9 {
			digits++
		}
		if p.PID == 0 || p.Name == "systemd" {
			p.Name, p.PID = text(name), pidOf(rest[:digits])
		}
		_, users, ok = bytes.Cut(rest, []byte("),("))
	}
	return p
}
