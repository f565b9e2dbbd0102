package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore"
)

// postgresql says by one letter whether it can do TLS: S or N.
var postgresql = Probe{
	Service: "postgresql", Ports: []uint16{5432, 5433}, Programs: []string{"postgres", "postmaster"},
	Ask:    "\x00\x00\x00\x08\x04\xd2\x16\x2f", // SSLRequest
	OnlyIf: true,
	Sends:  "SSLRequest", Proof: "one letter, S or N", Spec: "PostgreSQL, frontend/backend protocol",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product = "PostgreSQL"
		s.TLS = string(answer) == "S"
		return s, s.TLS || string(answer) == "N"
	},
}

// mysql greets with its version, or says that it does not talk to this host.
var mysql = Probe{
	Service: "mysql", Ports: []uint16{3306}, Programs: []string{"mysqld", "mariadbd"},
	Proof: "the first packet: version 10 of the protocol, or that this host may not connect", Spec: "MySQL, client/server protocol",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		if len(answer) < 6 || answer[3] != 0 { // length (3), number of the packet: the first
			return s, false
		}
		length := int(answer[0]) | int(answer[1])<<8 | int(answer[2])<<16
		if length > len(answer)-4 {
			return s, false
		}
		s.Product = "MySQL"
		switch answer[4] {
		case 10: // version of the protocol
			s.Version = word(answer[5:])
			if strings.Contains(s.Version, "MariaDB") {
				s.Product, s.Version = "MariaDB", strings.TrimPrefix(s.Version, "5.5.5-") // for old replicas
			}
			if strings.Contains(s.Version, "-id64-") {
				s.Product = "Sphinx" // speaks the protocol too
			}
			return s, bytes.IndexByte(answer[5:], 0) > 0
		case 0xff: // an error
			if bytes.Contains(answer, []byte(" MariaDB server")) {
				s.Product = "MariaDB"
			}
			return s, bytes.Contains(answer, []byte("not allowed to connect")) || bytes.Contains(answer, []byte("is blocked because"))
		}
		return s, false
	},
}
