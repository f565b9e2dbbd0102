package lore

import (
	"encoding/json"
	"slices"

	"github.com/portlore/portlore"
)

// DCCP is the fourth transport that has registered ports.
const DCCP portlore.Proto = 33

// Transport is the protocol with a name: tcp, udp, sctp or dccp.
func Transport(name string) (portlore.Proto, bool) {
	switch name {
	case "tcp":
		return portlore.TCP, true
	case "udp":
		return portlore.UDP, true
	case "sctp":
		return portlore.SCTP, true
	case "dccp":
		return DCCP, true
	}
	return 0, false
}

// TransportName is the name of a transport: "tcp", "udp", "sctp" or "dccp".
func TransportName(p portlore.Proto) string {
	if p == DCCP {
		return "dccp"
	}
	return p.String()
}

// Transports is a list of transports, the main one first. Empty: all of them.
type Transports []portlore.Proto

// Has says whether the list covers a transport. Zero stands for any.
func (t Transports) Has(proto portlore.Proto) bool {
	return proto == 0 || len(t) == 0 || slices.Contains(t, proto)
}

// Names are the names of the transports.
func (t Transports) Names() []string {
	names := make([]string, len(t))
	for i, p := range t {
		names[i] = TransportName(p)
	}
	return names
}

// MarshalJSON writes the names.
func (t Transports) MarshalJSON() ([]byte, error) { return json.Marshal(t.Names()) }
