package table

import (
	"net/netip"

	"github.com/portlore/portlore"
)

// Kind sorts observations by what they are, each judged on its own, so that one
// address which answers late and also scans is two rows.
type Kind uint8

const (
	Other     Kind = iota // other protocols
	Malformed             // port 0, flags that no stack sends together, source equal to destination
	Fragment              // fragments other than the first, which have no ports
	DHCP                  // between the two ports of DHCP or DHCPv6
	Discovery             // IPv6 neighbour discovery and MLD (RFC 4861, RFC 3810)
	Control               // IGMP, OSPF, VRRP, PIM, HSRP: routers and group members
	Cast                  // anything else to a broadcast or multicast address
	ICMPError             // errors about a packet that is quoted inside
	Echo                  // echo request
	EchoReply             // echo reply
	ICMPOther             // other ICMP
	SynAck                // SYN and ACK: the answer to a SYN
	Reset                 // RST
	Stray                 // TCP with ACK, neither SYN nor RST: the middle or the end of a connection
	Stealth               // TCP without ACK, SYN and RST: NULL, FIN, Xmas
	Syn                   // SYN without ACK: a connection attempt
	UDPReply              // UDP from a service's port to a port of no service
	UDP                   // other UDP
	TCPUnsaid             // TCP of which the flags are not said
	TCPReply              // the same, from a service's port to a high port of no service

	// What a sensor claims is no packet: it is judged by itself, and counted
	// without packets.
	Alerts         // a rule of a sensor matched
	Bans           // a blocker shut the source out
	LoginsRefused  // a wrong name or password
	LoginsAccepted // let in by name and password, or by key
	Martians       // the kernel has no route back to the source
	SynFloods      // the kernel runs out of room for half-open connections
	Kinds          // how many there are

	PacketKinds = Alerts // how many of them are packets: the first
)

// String is the name used in dumps and docs.
func (k Kind) String() string {
	return [...]string{
		"other", "malformed", "fragment", "dhcp", "discovery", "control", "cast", "icmp-error", "echo",
		"echo-reply", "icmp-other", "syn-ack", "reset", "stray", "stealth", "syn", "udp-reply", "udp", "tcp", "tcp-reply",
		"alerts", "bans", "logins-refused", "logins-accepted", "martians", "syn-floods",
	}[k]
}

// Claimed says that observations of this kind are what a sensor claims.
func (k Kind) Claimed() bool { return k >= Alerts && k < Kinds }

// Replies says that observations of this kind are shaped like answers: their
// service port is the source port.
func (k Kind) Replies() bool {
	return k == SynAck || k == Reset || k == UDPReply || k == TCPReply
}

// KindOf judges one observation by itself: nothing remembered, nothing looked up.
func KindOf(o *portlore.Observation) Kind {
	if o.Said != nil {
		if k := claimedKind(o.Said.Claim); k != Other {
			return k
		}
	}
	if o.Has&portlore.HasProto == 0 {
		return Other
	}
	cast := o.LinkCast || IsCast(o.Src, o.Dst)
	switch o.Proto {
	case portlore.TCP:
		return tcpKind(o, cast)
	case portlore.UDP, portlore.UDPLite:
		return udpKind(o, cast)
	case portlore.ICMP:
		return icmpKind(o, cast)
	case portlore.ICMPv6:
		return icmp6Kind(o, cast)
	case portlore.IGMP, portlore.OSPF, portlore.VRRP, portlore.PIM, 88 /* EIGRP */ :
		return Control
	}
	switch {
	case o.Fragment:
		return Fragment
	case o.Src == o.Dst && o.Src.IsValid() && !o.Src.IsLoopback():
		return Malformed
	case cast:
		return Cast
	}
	return Other
}

// claimedKind is the kind of a claim; Other: it is about a packet like any other.
func claimedKind(c portlore.Claim) Kind {
	switch c {
	case portlore.Alert:
		return Alerts
	case portlore.Ban:
		return Bans
	case portlore.LoginRefused:
		return LoginsRefused
	case portlore.LoginAccepted:
		return LoginsAccepted
	case portlore.Martian:
		return Martians
	case portlore.SynFlood:
		return SynFloods
	}
	return Other
}

func tcpKind(o *portlore.Observation, cast bool) Kind {
	const setup = portlore.SYN | portlore.FIN | portlore.RST | portlore.ACK
	switch {
	case o.Fragment:
		return Fragment
	case o.Has&portlore.HasPorts != 0 && portZero(o):
		return Malformed
	case o.Src == o.Dst && !o.Src.IsLoopback() && o.Way != portlore.Out:
		return Malformed
	case o.Has&portlore.HasFlags == 0:
		if cast {
			return Cast
		}
		if servesTCP(o.SrcPort) && !servesTCP(o.DstPort) && o.DstPort >= 1024 {
			return TCPReply
		}
		return TCPUnsaid
	}
	switch f := o.Flags; {
	case f&portlore.SYN != 0 && f&(portlore.FIN|portlore.RST) != 0, f&portlore.RST != 0 && f&portlore.FIN != 0:
		return Malformed
	case cast:
		return Cast
	case f&portlore.RST != 0:
		return Reset
	case f&setup == portlore.SYN|portlore.ACK:
		return SynAck
	case f&portlore.SYN != 0:
		return Syn
	case f&portlore.ACK != 0:
		return Stray
	}
	return Stealth
}

// portZero says that a packet comes from or goes to port 0, as no stack sends it.
func portZero(o *portlore.Observation) bool {
	return o.DstPort == 0 || o.SrcPort == 0 && o.Has&portlore.LacksSrcPort == 0
}

func udpKind(o *portlore.Observation, cast bool) Kind {
	s, d := o.SrcPort, o.DstPort
	switch {
	case o.Fragment:
		return Fragment
	case o.Has&portlore.HasPorts == 0:
		return Other
	case s == 67 && d == 68, s == 68 && d == 67, s == 67 && d == 67, s == 546 && d == 547, s == 547 && d == 546:
		return DHCP
	case portZero(o):
		return Malformed
	case o.Src == o.Dst && !o.Src.IsLoopback() && o.Way != portlore.Out:
		return Malformed
	case cast && d == 1985 && s == 1985: // HSRP, RFC 2281
		return Control
	case cast:
		return Cast
	case servesUDP(s) && !servesUDP(d) && d >= 1024:
		return UDPReply
	}
	return UDP
}

func icmpKind(o *portlore.Observation, cast bool) Kind {
	switch t := o.ICMPType; {
	case o.Fragment:
		return Fragment
	case o.Has&portlore.HasICMP == 0:
		return ICMPOther
	case t == 3, t == 4, t == 11, t == 12:
		return ICMPError
	case cast && (t == 9 || t == 10): // router discovery, RFC 1256
		return Control
	case cast:
		return Cast
	case t == 8:
		return Echo
	case t == 0:
		return EchoReply
	}
	return ICMPOther
}

func icmp6Kind(o *portlore.Observation, cast bool) Kind {
	switch t := o.ICMPType; {
	case o.Fragment:
		return Fragment
	case o.Has&portlore.HasICMP == 0:
		return ICMPOther
	case t >= 1 && t <= 4:
		return ICMPError
	case t >= 130 && t <= 137, t == 143, t >= 141 && t <= 142, t >= 151 && t <= 153:
		return Discovery
	case cast:
		return Cast
	case t == 128:
		return Echo
	case t == 129:
		return EchoReply
	}
	return ICMPOther
}

// IsCast says that a packet goes to a broadcast or multicast address. The
// broadcast address of a subnet is only known to be one where the source is its
// neighbour in the same /24, or private like it: to a stranger, .255 is an
// address like any other.
func IsCast(src, dst netip.Addr) bool {
	if dst.IsMulticast() {
		return true
	}
	if !dst.Is4() {
		return false
	}
	d := dst.As4()
	if d == [4]byte{255, 255, 255, 255} {
		return true
	}
	if d[3] != 255 || !src.Is4() {
		return false
	}
	s := src.As4()
	return s[0] == d[0] && s[1] == d[1] && (s[2] == d[2] || dst.IsPrivate())
}

// servesUDP says that a port is one from which UDP services answer: the system
// ports (RFC 6335) and the registered ports of services that speak UDP in
// earnest. Ports of the second list are in lore as amplifiers, VPNs or voice.
func servesUDP(p uint16) bool {
	if p < 1024 {
		return p != 0
	}
	switch p {
	case 1194, 1434, 1701, 1900, 3283, 3389, 3478, 3702, 4500, 5060, 5349, 5353, 5355, 5683, 10001, 11211,
		19302, 27015, 27960, 37810, 51820:
		return true
	}
	return false
}

// servesTCP says that a port is one from which TCP services answer: the system
// ports (RFC 6335) and the registered ports of services that are met every day.
// 6000 is none of them: scanners send from there.
func servesTCP(p uint16) bool {
	if p < 1024 {
		return p != 0
	}
	switch p {
	case 1433, 1521, 1723, 1883, 1935, 2049, 2222, 2375, 2376, 2379, 3128, 3268, 3306, 3389, 4443, 5044, 5060, 5061, 5222, 5223, 5228, 5269, 5432, 5601,
		5671, 5672, 5900, 5938, 5985, 5986, 6379, 6443, 6514, 6667, 6697, 7443, 8000, 8008, 8080, 8081, 8088, 8140, 8443, 8530, 8531, 8883, 8888,
		9000, 9090, 9092, 9093, 9200, 9300, 9418, 9443, 9997, 10050, 10051, 10250, 11211, 25565, 27017:
		return true
	}
	return false
}
