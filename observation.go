package portlore

import (
	"net/netip"
	"slices"
)

// An Observation is one packet, flow or log line, normalised.
//
// The reader of evidence owns it and refills it for every record: a consumer
// keeps nothing that is lent (see the fields) beyond its call.
type Observation struct {
	Pos Pos // where in the evidence; zero: not from a file

	// Time in nanoseconds since 1970-01-01 UTC. Zero: not said. A value below
	// [SinceBoot] counts from the start of the machine instead (dmesg, uptime).
	Time int64

	Src, Dst netip.Addr // zero Addr: not said; IPv4 is never in mapped form
	SrcPort  uint16     // valid with HasPorts; zero with LacksSrcPort
	DstPort  uint16     // valid with HasPorts
	Proto    Proto      // valid with HasProto

	Flags    TCPFlags // valid with HasFlags
	ICMPType uint8    // valid with HasICMP
	ICMPCode uint8    // valid with HasICMP
	TTL      uint8    // TTL or hop limit; valid with HasTTL
	ID       uint16   // IPv4 identification; valid with HasID
	Window   uint16   // TCP window as sent, unscaled; valid with HasWindow
	Seq      uint32   // TCP sequence number; valid with HasSeq
	Length   uint32   // length of the IP packet in bytes; zero: not said
	Options  uint32   // hash of the TCP options; zero: none, or not said

	// Inner is the head of the packet that an ICMP error complains about, as
	// quoted by the error; valid with HasInner.
	Inner Inner

	Verdict  Verdict // what the firewall did
	Answered bool    // the evidence shows that the destination answered
	Fragment bool    // a fragment other than the first: it has no ports
	LinkSrc  uint64  // link address (48 bits) of the station that sent the frame; zero: not said
	LinkDst  uint64  // link address of the station that it went to; zero: not said
	LinkCast bool    // the frame went to a broadcast or multicast link address

	Label       []byte // lent; the label that a rule put on the record, empty: none
	InIf, OutIf []byte // lent; interface names, empty: not said or none
	Way         Way    // which way the packet went through the reporting host

	// Packets and Bytes that this record stands for; Count is how many records
	// it stands for ("message repeated 7 times" counts 7). A reader sets Count
	// and Packets to at least 1. Bytes zero: not said.
	Count, Packets, Bytes uint64

	Said    *Said  // lent; what a sensor said about it, nil: nothing
	Payload []byte // lent; at most the first 128 bytes

	Has Fields // which of the fields above the evidence stated
}

// SinceBoot is the bound below which a time counts from the start of the
// machine: ten years in nanoseconds. No evidence is older than 1980.
const SinceBoot = int64(10 * 365 * 24 * 3600 * 1e9)

// Fields says which fields of an Observation the evidence stated.
type Fields uint16

const (
	HasProto Fields = 1 << iota
	HasPorts
	HasFlags
	HasICMP
	HasTTL
	HasID
	HasWindow
	HasSeq
	HasInner
	LacksSrcPort // with HasPorts: the destination port alone is stated
)

// Inner is the head of the packet quoted inside an ICMP error.
type Inner struct {
	Src, Dst         netip.Addr // zero: not said
	Proto            Proto      // zero: not said
	SrcPort, DstPort uint16     // zero: not said
}

// Said is what a sensor (an intrusion detector, a blocker, a daemon that was
// asked for a password) claims about a packet or a source. It is a claim, not a
// fact.
type Said struct {
	Claim   Claim
	Level   Level
	Sensor  string // the program that says so: "suricata", "sshd"; never empty
	Rule    []byte // lent; the sensor's own id of the rule, empty: none
	Message []byte // lent; its words, as they were, empty: none
}

// Claim is what kind of thing a sensor says.
type Claim uint8

const (
	Alert           Claim = iota + 1 // one of its rules matched
	Ban                              // it shut the source out
	LoginRefused                     // the source gave a wrong name or password
	LoginAccepted                    // the source was let in
	TransferRefused                  // a name server would not hand over its zone
	Martian                          // no route leads back to the source by the interface that it came in by
	SynFlood                         // a port of ours has more half-open connections than there is room for
)

// Level is how grave a sensor calls what it says.
type Level uint8

const (
	LevelUnsaid Level = iota
	LevelLow          // a matter of form, such as a wrong checksum
	LevelMedium
	LevelHigh
)

// Verdict is what the reporting firewall did with a packet.
type Verdict uint8

const (
	Unsaid   Verdict = iota // the evidence does not say
	Blocked                 // dropped or rejected
	Accepted                // let through
)

// Way is how a packet passed the host that reported it.
type Way uint8

const (
	WayUnsaid Way = iota
	In            // addressed to the host itself
	Out           // sent by the host itself
	Forward       // passed on from one interface to another
)

// Proto is an IP protocol number (IANA "Assigned Internet Protocol Numbers").
type Proto uint8

const (
	ICMP    Proto = 1
	IGMP    Proto = 2
	TCP     Proto = 6
	UDP     Proto = 17
	GRE     Proto = 47
	ESP     Proto = 50
	AH      Proto = 51
	ICMPv6  Proto = 58
	OSPF    Proto = 89
	PIM     Proto = 103
	VRRP    Proto = 112
	SCTP    Proto = 132
	UDPLite Proto = 136
)

// String is the usual lower-case name, or "proto-N".
func (p Proto) String() string {
	switch p {
	case ICMP:
		return "icmp"
	case IGMP:
		return "igmp"
	case TCP:
		return "tcp"
	case UDP:
		return "udp"
	case GRE:
		return "gre"
	case ESP:
		return "esp"
	case AH:
		return "ah"
	case ICMPv6:
		return "icmpv6"
	case OSPF:
		return "ospf"
	case PIM:
		return "pim"
	case VRRP:
		return "vrrp"
	case SCTP:
		return "sctp"
	case UDPLite:
		return "udplite"
	}
	return "proto-" + itoa(uint64(p))
}

// TCPFlags are the eight flag bits of RFC 9293 section 3.1, in header order.
type TCPFlags uint8

const (
	FIN TCPFlags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// String lists the flags in the order the kernel's log prints them; "NULL" for
// none.
func (f TCPFlags) String() string {
	if f == 0 {
		return "NULL"
	}
	var b []byte
	for _, n := range [...]struct {
		bit  TCPFlags
		name string
	}{{CWR, "CWR"}, {ECE, "ECE"}, {URG, "URG"}, {ACK, "ACK"}, {PSH, "PSH"}, {RST, "RST"}, {SYN, "SYN"}, {FIN, "FIN"}} {
		if f&n.bit != 0 {
			if len(b) > 0 {
				b = append(b, ' ')
			}
			b = append(b, n.name...)
		}
	}
	return string(b)
}

// A Pos is a place in the evidence.
type Pos struct {
	File int32 // index into Report.Inputs
	Line int64 // line or frame, from 1; zero: no place
}

// Clone is a copy that lends nothing.
func (o *Observation) Clone() *Observation {
	c := *o
	c.Label, c.InIf, c.OutIf = slices.Clone(o.Label), slices.Clone(o.InIf), slices.Clone(o.OutIf)
	c.Payload = slices.Clone(o.Payload)
	if o.Said != nil {
		said := *o.Said
		said.Rule, said.Message = slices.Clone(said.Rule), slices.Clone(said.Message)
		c.Said = &said
	}
	return &c
}

func itoa(n uint64) string {
	var buf [20]byte
	i := len(buf)
	for {
		i--
		buf[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(buf[i:])
		}
	}
}
