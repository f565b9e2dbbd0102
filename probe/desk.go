package probe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// x11 takes a client, or says why not. Nothing is asked of its screen.
var x11 = Probe{
	Service: "x11", Ports: []uint16{6000, 6001, 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010}, Programs: []string{"xorg", "xvfb"},
	Ask:   "l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00",
	Sends: "connection setup, version 11, without a cookie", Proof: "success or a refusal of version 11, of the length that it says", Spec: "X Window System Protocol, 8",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 8 || binary.LittleEndian.Uint16(said[2:]) != 11 || binary.LittleEndian.Uint16(said[4:]) != 0 {
			return s, false
		}
		length := 8 + 4*int(binary.LittleEndian.Uint16(said[6:]))
		if length != len(said) {
			return s, false
		}
		switch said[0] {
		case 0: // refused, and why
			return s, int(said[1]) <= length-8 && said[1] > 0
		case 1:
			vendor := int(binary.LittleEndian.Uint16(said[24:]))
			if length < 40+vendor {
				return s, false
			}
			if bytes.Contains(said[40:40+vendor], []byte("X.Org")) {
				s.Product = "X.Org"
				release := binary.LittleEndian.Uint32(said[8:])
				s.Version = fmt.Sprintf("%d.%d.%d", release/10000000, release/100000%100, release/1000%100)
			}
			return s, true
		}
		return s, false
	},
}

// xdmcp says whether it would manage a display.
var xdmcp = Probe{
	Service: "xdmcp", Transport: "udp", Ports: []uint16{177},
	Ask:   "\x00\x01\x00\x02\x00\x01\x00",
	Sends: "Query, without authentication", Proof: "Willing or Unwilling, of the length that it says", Spec: "XDMCP 1.1",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		const willing, unwilling = 5, 6
		return s, len(said) >= 6 && be16(said) == 1 && (be16(said[2:]) == willing || be16(said[2:]) == unwilling) && be16(said[4:]) == len(said)-6
	},
}

var pcanywhere = Probe{
	Service: "pcanywhere-data", Ports: []uint16{5631}, Ask: "\x00\x00\x00\x00", Home: true,
	Sends: "four zero bytes", Proof: "Please press <Enter>", Spec: "Symantec pcAnywhere, as described by security advisories",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "pcAnywhere"
		return s, bytes.Contains(said[:min(len(said), 200)], []byte("Please press <"))
	},
}

var pcanywhereUDP = Probe{
	Service: "pcanywhere", Transport: "udp", Ports: []uint16{5632, 22}, Ask: "NQ",
	Proof: "NR and the name of the host", Spec: "Symantec pcAnywhere, network query",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "pcAnywhere"
		return s, len(said) >= 10 && bytes.HasPrefix(said, []byte("NR")) && !bytes.ContainsAny(said[:10], "\x00\r\n")
	},
}

// The r services trust names, and speak only to ports below 1024: to others they
// say so. No command is sent.
var (
	rlogin = rService("rlogin", 513, "rlogind")
	rsh    = rService("rsh", 514, "rshd")
	rexec  = rService("rexec", 512, "rexecd")
)

func rService(service string, port uint16, program string) Probe {
	p := Probe{
		Service: service, Ports: []uint16{port}, Programs: []string{program}, Ask: "\x00", Home: true, OnlyIf: true,
		Sends: "a zero byte: no second connection", Proof: "a complaint of " + program, Spec: "4.2BSD; RFC 1282",
		Read: func(said []byte) (s portlore.DoorService, ok bool) {
			line := strings.ToLower(strings.Trim(string(said[:min(len(said), 300)]), "\x00\x01\r\n "))
			return s, strings.HasPrefix(line, program+": ") || service == "rsh" && len(said) > 0 && said[0] == 1 && line == "permission denied." ||
				service == "rlogin" && len(said) > 0 && said[0] == 0 && (line == "password:" || strings.HasSuffix(line, "login:"))
		},
	}
	if service == "rlogin" { // which waits for the names; nobody is called portlore
		p.Ask, p.Sends = "\x00portlore\x00portlore\x00dumb/9600\x00", "names of nobody"
		p.Proof += ", or its question for a password"
	}
	return p
}

// shell is a command interpreter at a port. It is told nothing: what it complains
// about is the hello of other services.
var shell = Probe{
	Service: "shell",
	Proof:   "a prompt that nobody asked for, or the complaint that GET is no command", Spec: "sh(1), cmd.exe",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		text := string(said[:min(len(said), 4096)])
		last := text[strings.LastIndexAny(text, "\r\n")+1:]
		switch {
		case strings.Contains(text, "GET: not found"), strings.Contains(text, "GET: command not found"), strings.Contains(text, "HELP: not found"), strings.Contains(text, "HELP: command not found"),
			strings.Contains(text, "'GET' is not recognized as an internal or external command"):
			return s, !strings.HasPrefix(text, "HTTP/")
		case strings.HasPrefix(text, "Microsoft Windows [Version ") && strings.HasSuffix(last, ">"):
			s.Product = "cmd.exe"
			return s, true
		case strings.HasPrefix(last, `C:\`) && strings.HasSuffix(last, ">"):
			s.Product = "cmd.exe"
			return s, true
		case strings.HasPrefix(last, `PS C:\`) && strings.HasSuffix(last, "> "):
			s.Product = "PowerShell"
			return s, true
		}
		return s, shellPrompt().MatchString(last) || strings.Contains(text, "no job control in this shell")
	},
}

// shellPrompt is a prompt of a Unix shell that ends the answer: a mark alone, or
// after a name, host and directory.
var shellPrompt = pattern.New(`^(\x1b\[[0-9;?]*[a-z])*(([a-z_][a-z0-9_-]{0,31}@[A-Za-z0-9._-]{1,64}:\S{0,200}|(ba|da|z|k|a)?sh(-\d\.\d+)?|\[[a-z_][a-z0-9_-]{0,31}@[A-Za-z0-9._-]{1,64} \S{1,100}\])[#$%]|[#$]) $`)
