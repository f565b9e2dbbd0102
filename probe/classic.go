package probe

import (
	"github.com/portlore/portlore"
)

// echo sends back what it gets (RFC 862).
var echo = Probe{
	Service: "echo", Ports: []uint16{7}, Ask: "portlore asks who is there\r\n", OnlyIf: true,
	Proof: "our own words come back", Spec: "RFC 862",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, string(said) == "portlore asks who is there\r\n"
	},
}
