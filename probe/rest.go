package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// cvs is told who wants to log in; anything else it refuses in its own words.
var cvs = Probe{
	Service: "cvs", Ports: []uint16{2401},
	Proof: "bad auth protocol start", Spec: "CVS, client/server protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "CVS"
		return s, bytes.HasPrefix(said, []byte("cvs [")) && bytes.Contains(said, []byte("bad auth protocol start"))
	},
}

// conserver says ok and waits for a name.
var conserver = Probe{
	Service: "conserver", Ports: []uint16{782, 3109}, Ask: "help\r\n", Greets: true, Cue: "ok\r\n",
	Proof: "ok, then a list of commands with login and exit, or the wish for a login", Spec: "conserver, group.c",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, bytes.HasPrefix(said, []byte("ok\r\n")) && (bytes.Contains(said, []byte("login")) && bytes.Contains(said, []byte("exit")))
	},
}

var ganglia = Probe{
	Service: "ganglia", Ports: []uint16{8649, 8651, 8652}, Programs: []string{"gmond", "gmetad"},
	Proof: "a document of type GANGLIA_XML", Spec: "Ganglia, gmond",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		head := said[:min(len(said), 8192)]
		v, _, _ := strings.Cut(after(head, `<GANGLIA_XML VERSION="`), `"`)
		s.Product, s.Version = "Ganglia", v
		return s, bytes.HasPrefix(head, []byte("<?xml ")) && bytes.Contains(head, []byte("<!DOCTYPE GANGLIA_XML"))
	},
}

var tarantool = Probe{
	Service: "tarantool", Ports: []uint16{3301},
	Proof: "its greeting, 128 bytes", Spec: "Tarantool, binary protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "Tarantool", after(said, "Tarantool ")
		return s, bytes.HasPrefix(said, []byte("Tarantool ")) && len(said) >= 128 && bytes.Contains(said[:64], []byte("(Binary)"))
	},
}

var varnishCLI = Probe{
	Service: "varnish-cli", Ports: []uint16{6082},
	Proof: "a code, a length, and a challenge or its banner", Spec: "Varnish, varnish-cli",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "Varnish"
		s.Version = strings.TrimPrefix(after(said, "\nvarnish-"), "-")
		return s, varnishBanner().Match(said) && (bytes.Contains(said, []byte("Authentication required.")) || bytes.Contains(said, []byte("Varnish Cache CLI")))
	},
}

var varnishBanner = pattern.New(`^(107|200) \d{1,6} *\n`)

var lcdproc = Probe{
	Service: "lcdproc", Ports: []uint16{13666}, Ask: "hello\n", Home: true, Cue: "huh? ",
	Proof: "connect LCDproc, or huh?", Spec: "LCDproc, developer's guide",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "LCDproc", after(said, "connect LCDproc ")
		return s, bytes.HasPrefix(said, []byte("connect LCDproc ")) || bytes.HasPrefix(said, []byte("huh? Invalid command ")) || bytes.HasPrefix(said, []byte("huh? Unknown command"))
	},
}

// snapcast speaks JSON-RPC, a line each.
var snapcast = Probe{
	Service: "snapcast", Ports: []uint16{1705}, Ask: `{"id":1,"jsonrpc":"2.0","method":"Server.GetRPCVersion"}` + "\r\n", Home: true, Cue: `"jsonrpc":"2.0"`,
	Proof: "the version of its RPC", Spec: "Snapcast, JSON-RPC control API",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "Snapcast"
		return s, bytes.HasPrefix(said, []byte(`{`)) && bytes.Contains(said, []byte(`"jsonrpc":"2.0"`)) && bytes.Contains(said, []byte(`"major":`)) && bytes.Contains(said, []byte(`"minor":`))
	},
}

// sane says its version to whoever begins.
var sane = Probe{
	Service: "sane", Ports: []uint16{6566}, Programs: []string{"saned"}, Ask: "\x00\x00\x00\x00\x01\x00\x00\x03\x00\x00\x00\x09portlore\x00", OnlyIf: true, Home: true,
	Sends: "SANE_NET_INIT", Proof: "a status, then version 1 of the protocol", Spec: "SANE standard, 5.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) == 8 && be32(said) <= 11 && said[4] == 1 && said[5] <= 1 && said[6] == 0 && said[7] <= 4
	},
}

// iscsi is logged in to as one that only looks around; it is not let in by that.
var iscsi = Probe{
	Service: "iscsi", Ports: []uint16{3260, 860}, OnlyIf: true,
	Ask:   iscsiLogin(),
	Sends: "a login for discovery", Proof: "a login response with our task tag", Spec: "RFC 7143, 11.13",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 48 && said[0] == 0x23 && string(said[16:20]) == "plor"
	},
}

func iscsiLogin() string {
	keys := "InitiatorName=iqn.2026-01.invalid.portlore\x00SessionType=Discovery\x00AuthMethod=None\x00"
	head := []byte("\x43\x81\x00\x00\x00\x00\x00\x00portlo\x00\x00plor")
	head = append(head, make([]byte, 48-len(head))...)
	head[7] = byte(len(keys))
	return string(head) + keys + strings.Repeat("\x00", (4-len(keys)%4)%4)
}

// fastcgi tells the limits of the application.
var fastcgi = Probe{
	Service: "fastcgi", Ports: []uint16{9000}, Programs: []string{"php-fpm", "php-fpm8.2"}, OnlyIf: true,
	Ask:   "\x01\x09\x00\x00\x00\x11\x07\x00\x0f\x00FCGI_MPXS_CONNS" + strings.Repeat("\x00", 7),
	Sends: "FCGI_GET_VALUES", Proof: "FCGI_GET_VALUES_RESULT", Spec: "FastCGI 1.0, 4.1",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 8 && said[0] == 1 && said[1] == 10 && be16(said[2:]) == 0 && 8+be16(said[4:])+int(said[6]) == len(said)
	},
}

// firebird takes or refuses the offer of a connection.
var firebird = Probe{
	Service: "firebird", Ports: []uint16{3050}, OnlyIf: true, Home: true,
	Ask: "\x00\x00\x00\x01\x00\x00\x00\x13\x00\x00\x00\x03\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "\x00\x00\x00\x01" + "\x00\x00\x00\x00" +
		"\x00\x00\x80\x0d\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x02",
	Sends: "op_connect, without a database", Proof: "op_accept, op_cond_accept, op_accept_data, op_cont_auth or op_reject", Spec: "Firebird, wire protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		const accept, reject, response, contAuth, acceptData, condAccept = 3, 4, 9, 92, 94, 98
		if len(said) < 4 {
			return s, false
		}
		switch op := be32(said); op {
		case accept, acceptData, condAccept:
			return s, len(said) >= 16 && be32(said[4:])&0xffff7fff <= 20 && be32(said[8:]) == 1
		case reject:
			return s, len(said) == 4
		case contAuth: // the lengths of four texts, mostly none
			return s, len(said) >= 20 && be32(said[4:]) <= 256
		case response:
			return s, len(said) >= 32 && be32(said[4:]) == 0
		}
		return s, false
	},
}

// sphinx is the search server; it says the version of its protocol at once.
var sphinx = Probe{
	Service: "sphinx", Ports: []uint16{9312}, Programs: []string{"searchd"}, Greets: true,
	Ask:   "\x00\x00\x00\x01\x00\x05\x01\x00\x00\x00\x00\x04\x00\x00\x00\x01",
	Sends: "the version of the protocol, and a request for its status", Proof: "version 1, then a status of version 1.0", Spec: "Sphinx, protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if bytes.HasPrefix(said, []byte("\x00\x00\x00\x01\x00\x01\x00\x00")) && bytes.Contains(said[:min(len(said), 64)], []byte("invalid command (code=")) {
			return s, true
		}
		return s, len(said) >= 12 && be32(said) == 1 && be16(said[4:]) <= 3 && be16(said[6:]) >= 0x100 && be16(said[6:]) < 0x110 && int(be32(said[8:])) <= len(said)-12
	},
}

// torRelay agrees on a version of its cells, inside TLS.
var torRelay = Probe{
	Service: "tor-orport", Ports: []uint16{9001}, Programs: []string{"tor"}, TLS: true, Inside: true, OnlyIf: true,
	Ask:   "\x00\x00\x07\x00\x06\x00\x03\x00\x04\x00\x05",
	Sends: "VERSIONS 3, 4, 5, by TLS", Proof: "VERSIONS", Spec: "Tor, tor-spec: negotiating versions",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 7 && string(said[:3]) == "\x00\x00\x07" && be16(said[3:]) >= 2 && be16(said[3:]) <= 20 && be16(said[5:]) >= 3 && be16(said[5:]) < 20
	},
}

var snmpTCP = overTCP(snmp, 161)

func overTCP(p Probe, ports ...uint16) Probe {
	p.Transport, p.Ports, p.Home = "", ports, true
	return p
}

// kpasswd changes passwords; a request that is none is answered by an error.
var kpasswd = Probe{
	Service: "kpasswd", Transport: "udp", Ports: []uint16{464}, Home: true, OnlyIf: true,
	Ask:   "\x00\x0e\x00\x01\x00\x00portlore",
	Sends: "a request without a ticket", Proof: "KRB-ERROR, in its frame", Spec: "RFC 3244",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) > 6 && be16(said) == len(said) && be16(said[2:]) == 1 && be16(said[4:]) == 0 && isKerberosError(said[6:])
	},
}

// ikeNAT is IKE at its other port, where four zero bytes tell it from ESP.
var ikeNAT = Probe{
	Service: "ike", Transport: "udp", Ports: []uint16{4500}, Home: true,
	Ask: "\x00\x00\x00\x00" + ike2.Ask, Sends: "IKE_SA_INIT after four zero bytes", Proof: ike2.Proof, Spec: "RFC 7296, 3.1",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 4 || be32(said) != 0 {
			return s, false
		}
		return ike2.Read(said[4:])
	},
}

// tracker gives a number to whoever wants to announce something.
var tracker = Probe{
	Service: "bittorrent-tracker", Transport: "udp", Ports: []uint16{6969, 1337, 2710, 80},
	Ask:   "\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00plor",
	Sends: "connect", Proof: "16 bytes with our id", Spec: "BEP 15",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) == 16 && be32(said) == 0 && string(said[4:8]) == "plor" && be32(said[8:]) != 0
	},
}
