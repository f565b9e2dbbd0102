package probe

import (
	"encoding/binary"

	"github.com/portlore/portlore"
)

// The programs of ONC RPC (RFC 5531) are asked for their procedure 0, which does
// nothing. Each call has an id of its own, so that none is answered by another's
// reply. A program that is not there says PROG_UNAVAIL, and which one is there
// then has to be found out.
var (
	rpcbind    = rpcTCP("rpcbind", 100000, 2, 111)
	nfs        = rpcTCP("nfs", 100003, 3, 2049)
	mountd     = rpcTCP("mountd", 100005, 3, 20048)
	lockd      = rpcTCP("lockd", 100021, 4)
	statd      = rpcTCP("statd", 100024, 1)
	rpcbindUDP = rpcUDP("rpcbind", 100000, 2, 111)
	nfsUDP     = rpcUDP("nfs", 100003, 3, 2049)
	mountdUDP  = rpcUDP("mountd", 100005, 3, 20048)
	lockdUDP   = rpcUDP("lockd", 100021, 4)
	statdUDP   = rpcUDP("statd", 100024, 1)
)

func rpcTCP(service string, program, version uint32, ports ...uint16) Probe {
	call := rpcCall(program, version)
	p := rpcUDP(service, program, version, ports...)
	p.Transport = ""
	p.Ask = string(binary.BigEndian.AppendUint32(nil, 1<<31|uint32(len(call)))) + call
	datagram := p.Read
	p.Read = func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 4 || be32(said) != 1<<31|uint32(len(said)-4) {
			return s, false
		}
		return datagram(said[4:])
	}
	return p
}

func rpcUDP(service string, program, version uint32, ports ...uint16) Probe {
	return Probe{
		Service: service, Transport: "udp", Ports: ports, Ask: rpcCall(program, version), OnlyIf: true,
		Home: program != 100000, Cue: rpcUnavailable,
		Sends: "RPC call of procedure 0, which does nothing", Proof: "the reply to this call, from this program", Spec: "RFC 5531",
		Read: func(said []byte) (s portlore.DoorService, ok bool) {
			const accepted, success, otherVersion = 0, 0, 2
			if len(said) < 24 || string(said[:3]) != rpcID || said[3] != byte(program) || be32(said[4:]) != 1 || be32(said[8:]) != accepted {
				return s, false
			}
			verifier := int(be32(said[16:])) // its length
			if verifier > 400 || len(said) < 24+verifier {
				return s, false
			}
			state := be32(said[20+verifier:])
			return s, state == success || state == otherVersion
		},
	}
}

const rpcID = "plr" // and the last byte of the program's number

// rpcUnavailable is a reply that was accepted, with an empty verifier, by a host
// that has no such program there.
const rpcUnavailable = "\x00\x00\x00\x01" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\x00\x00" + "\x00\x00\x00\x01"

func rpcCall(program, version uint32) string {
	b := append([]byte(rpcID), byte(program))
	for _, n := range []uint32{0, 2, program, version, 0, 0, 0, 0, 0} { // call, RPC 2, procedure 0, no credentials
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return string(b)
}
