package probe

import (
	"bytes"
	"encoding/binary"

	"github.com/portlore/portlore"
)

// Controllers of machines are asked only by those who want that: some have stopped
// at a question. All of these read, and write nothing.

var modbus = Probe{
	Service: "modbus", Ports: []uint16{502}, OT: true,
	Ask:   "pl\x00\x00\x00\x05\x01\x2b\x0e\x01\x00",
	Sends: "read device identification", Proof: "the identification or an exception, with our id", Spec: "Modbus application protocol 1.1b3, 6.21",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 9 || !bytes.HasPrefix(said, []byte("pl\x00\x00")) || be16(said[4:]) != len(said)-6 {
			return s, false
		}
		if said[7] == 0x2b && len(said) > 16 && said[13] > 0 && said[14] == 0 {
			s.Product = word(said[16:min(len(said), 16+int(said[15]))])
		}
		return s, said[7] == 0x2b && said[8] == 0x0e || said[7] == 0xab && len(said) == 9 && said[8] <= 11
	},
}

// s7 is spoken over ISO transport: the call and the first request go out at once.
var s7 = Probe{
	Service: "iso-tsap", Ports: []uint16{102}, OT: true, Home: true, OnlyIf: true,
	Ask: "\x03\x00\x00\x16\x11\xe0\x00\x00\x00\x01\x00\xc0\x01\x0a\xc1\x02\x01\x00\xc2\x02\x01\x02" +
		"\x03\x00\x00\x19\x02\xf0\x80\x32\x01\x00\x00\x00\x00\x00\x08\x00\x00\xf0\x00\x00\x01\x00\x01\x01\xe0",
	Sends: "COTP connection request, S7 setup", Proof: "connection confirm", Spec: "RFC 1006; Wireshark, packet-s7comm",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 11 || said[0] != 3 || said[1] != 0 || be16(said[2:]) > len(said) || said[5] != 0xd0 || be16(said[6:]) != 1 {
			return s, false
		}
		if bytes.Contains(said, []byte("\x02\xf0\x80\x32\x03")) {
			s.Product = "S7 controller"
		}
		return s, true
	},
}

var enip = Probe{
	Service: "ethernet-ip", Ports: []uint16{44818}, OT: true, Home: true,
	Ask:   "\x63\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00portlore\x00\x00\x00\x00",
	Sends: "ListIdentity", Proof: "the answer to ListIdentity, with our context", Spec: "ODVA, EtherNet/IP: encapsulation protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 26 || said[0] != 0x63 || said[1] != 0 || int(binary.LittleEndian.Uint16(said[2:])) != len(said)-24 || string(said[12:20]) != "portlore" {
			return s, false
		}
		if at := 24 + 2 + 4 + 2 + 16 + 14; len(said) > at && int(said[at]) < len(said)-at {
			s.Product = word(said[at+1 : at+1+int(said[at])])
		}
		return s, true
	},
}

var iec104 = Probe{
	Service: "iec-104", Ports: []uint16{2404}, OT: true, Home: true,
	Ask:   "\x68\x04\x43\x00\x00\x00",
	Sends: "TESTFR act", Proof: "TESTFR con", Spec: "IEC 60870-5-104, 5.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, string(said) == "\x68\x04\x83\x00\x00\x00"
	},
}

var opcUA = Probe{
	Service: "opc-ua", Ports: []uint16{4840}, OT: true, Home: true,
	Ask:   "HELF\x38\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x18\x00\x00\x00opc.tcp://localhost:4840/",
	Sends: "Hello", Proof: "Acknowledge or Error, of the length that it says", Spec: "OPC 10000-6, 7.1.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 16 && (string(said[:4]) == "ACKF" || string(said[:4]) == "ERRF") && int(binary.LittleEndian.Uint32(said[4:])) == len(said)
	},
}

var bacnet = Probe{
	Service: "bacnet", Transport: "udp", Ports: []uint16{47808}, OT: true,
	Ask:   "\x81\x0a\x00\x11\x01\x04\x00\x05\x70\x0c\x0c\x02\x3f\xff\xff\x19\x4d",
	Sends: "ReadProperty: the name of the device", Proof: "an acknowledgement, error or reject with our id", Spec: "ANSI/ASHRAE 135, annex J",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 9 || said[0] != 0x81 || said[1] != 0x0a && said[1] != 0x0b || be16(said[2:]) != len(said) || said[4] != 1 || said[5]&0x28 != 0 {
			return s, false
		}
		kind := said[6] & 0xf0
		return s, kind >= 0x20 && kind <= 0x70 && kind != 0x40 && said[7] == 0x70
	},
}
