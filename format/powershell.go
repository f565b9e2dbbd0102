package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// The table that Get-NetTCPConnection of PowerShell prints; its redirected output
// is UTF-16.
//
//	0.0.0.0    135   0.0.0.0    0    Listen               1012
//
// Between state and owner stands the applied setting of a connection.
var powershell = &Format{
	Name:  "powershell",
	Doc:   "sockets as Get-NetTCPConnection of PowerShell lists them",
	Spec:  "https://learn.microsoft.com/powershell/module/nettcpip/get-nettcpconnection",
	read:  readPowerShell,
	marks: []string{" Listen ", " SynReceived "},
}

func readPowerShell(l *line, ob *portlore.Observation) outcome {
	if !bytes.Contains(l.text, []byte(" Listen ")) && !bytes.Contains(l.text, []byte(" SynReceived ")) {
		return other
	}
	var room [8]word
	w := room[:wordsOf(l.text, room[:])]
	if len(w) < 5 || !isNumber(w[1].text) || !isNumber(w[3].text) {
		return other
	}
	state := string(w[4].text)
	if state != "Listen" && state != "SynReceived" {
		return other
	}
	l.message, l.column = l.text, 1
	var ends [2]socketEnd
	for i := range ends {
		host, port := w[2*i], w[2*i+1]
		if z := indexZone(host.text); z >= 0 {
			ends[i].zone = host.text[z+1:]
			host.text = host.text[:z]
		}
		var ok bool
		if ends[i].host, ok = addr.Parse(host.text); !ok {
			return other // a table of some other program
		}
		n, ok := uintOf(port.text, 65535)
		if !ok {
			return l.fails(fault{at: port.at, field: "port", value: port.text, why: outOfRange})
		}
		ends[i].port = int32(n)
	}
	if state == "SynReceived" {
		return halfOpen(ob, &ends[0], &ends[1])
	}
	return l.listens("tcp", &ends[0], portlore.DoorProcess{PID: pidOf(w[len(w)-1].text)})
}

func indexZone(b []byte) int {
	for i, c := range b {
		if c == '%' {
			return i
		}
	}
	return -1
}
