package probe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
)

// smb agrees on a dialect: old servers on one of SMB 1, new ones on SMB 2.
var smb = Probe{
	Service: "smb", Ports: []uint16{445, 139}, Programs: []string{"smbd"},
	Ask:   netbiosFrame("\xffSMB\x72\x00\x00\x00\x00\x18\x01\x28" + strings.Repeat("\x00", 12) + "\xff\xff\xff\xfe\x00\x00\x00\x00" + "\x00" + "\x22\x00" + "\x02NT LM 0.12\x00" + "\x02SMB 2.002\x00" + "\x02SMB 2.???\x00"),
	Sends: "SMB negotiate, dialects NT LM 0.12, SMB 2.002, SMB 2.???", Proof: "the answer to negotiate, of SMB 1 or SMB 2", Spec: "MS-SMB2, 3.3.5.3",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 36 || said[0] != 0 || int(be32(said)&0xffffff) > len(said)-4 {
			return s, false
		}
		switch body := said[4:]; {
		case bytes.HasPrefix(body, []byte("\xffSMB\x72")):
			s.Version = "1"
			return s, body[9]&0x80 != 0 // a reply
		case bytes.HasPrefix(body, []byte("\xfeSMB\x40\x00")) && len(body) >= 72:
			return s, binary.LittleEndian.Uint16(body[12:]) == 0 && body[16]&1 != 0 // negotiate, a reply
		}
		return s, false
	},
}

// smbSession calls the server by the name that all have; the older port of SMB
// wants that first.
var smbSession = Probe{
	Service: "smb", Ports: []uint16{139}, Home: true, OnlyIf: true,
	Ask:   "\x81\x00\x00\x44\x20" + netbiosName("*SMBSERVER", ' ') + "\x00\x20" + netbiosName("PORTLORE", ' ') + "\x00",
	Sends: "NetBIOS session request to *SMBSERVER", Proof: "positive or negative session response", Spec: "RFC 1002, 4.3",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, string(said) == "\x82\x00\x00\x00" || len(said) == 5 && string(said[:4]) == "\x83\x00\x00\x01" && said[4] >= 0x80 && said[4] <= 0x8f
	},
}

func netbiosFrame(body string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + body
}

// netbiosName is a name as it is sent: 16 characters, each in two letters.
func netbiosName(name string, pad byte) string {
	var b strings.Builder
	for i := range 16 {
		c := pad
		if i < len(name) {
			c = name[i]
		}
		b.WriteByte('A' + c>>4)
		b.WriteByte('A' + c&15)
	}
	return b.String()
}

// netbios tells the names of a host to whoever asks for *.
var netbios = Probe{
	Service: "netbios", Transport: "udp", Ports: []uint16{137}, Programs: []string{"nmbd"},
	Ask:   "pl\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x20" + netbiosName("*", 0) + "\x00\x00\x21\x00\x01",
	Sends: "NetBIOS node status query for *", Proof: "the response with our id: the names of the host", Spec: "RFC 1002, 4.2.17",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) > 57 && bytes.HasPrefix(said, []byte("pl\x84\x00\x00\x00\x00\x01")) && bytes.HasPrefix(said[12:], []byte("\x20"+netbiosName("*", 0)+"\x00\x00\x21"))
	},
}

// epmap is where Windows tells which of its services is on which port. Another
// service of DCE RPC rejects the interface.
var epmap = dceProbe("epmap", []uint16{135}, true)

var dynamicRPC = dceProbe("dynamic-rpc", nil, false)

func dceProbe(service string, ports []uint16, accepts bool) Probe {
	const endpointMapper = "\x08\x83\xaf\xe1\x1f\x5d\xc9\x11\x91\xa4\x08\x00\x2b\x14\xa0\xfa\x03\x00\x00\x00"
	const ndr = "\x04\x5d\x88\x8a\xeb\x1c\xc9\x11\x9f\xe8\x08\x00\x2b\x10\x48\x60\x02\x00\x00\x00"
	return Probe{
		Service: service, Ports: ports, Home: !accepts,
		Ask:   "\x05\x00\x0b\x03\x10\x00\x00\x00\x48\x00\x00\x00plor\xd0\x16\xd0\x16\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x00" + endpointMapper + ndr,
		Sends: "DCE RPC bind to the endpoint mapper", Proof: map[bool]string{true: "bind_ack: the interface is there", false: "bind_ack or bind_nak: another interface"}[accepts], Spec: "C706, 12.6; MS-RPCE",
		Read: func(said []byte) (s portlore.DoorService, ok bool) {
			const ack, nak = 12, 13
			if len(said) < 18 || said[0] != 5 || said[1] != 0 || string(said[12:16]) != "plor" || int(said[8])|int(said[9])<<8 != len(said) {
				return s, false
			}
			if said[2] == nak {
				return s, !accepts
			}
			if said[2] != ack || len(said) < 32 {
				return s, false
			}
			address := int(said[24]) | int(said[25])<<8
			results := (26 + address + 3) &^ 3
			if len(said) < results+8 {
				return s, false
			}
			return s, (said[results+4]|said[results+5] == 0) == accepts
		},
	}
}

// rdp agrees on how the session is protected before anybody logs in.
var rdp = Probe{
	Service: "rdp", Ports: []uint16{3389, 3390}, Programs: []string{"xrdp"},
	Ask:   "\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00",
	Sends: "X.224 connection request that offers TLS and CredSSP", Proof: "connection confirm with the chosen protection", Spec: "MS-RDPBCGR, 2.2.1.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 19 || !bytes.HasPrefix(said, []byte("\x03\x00\x00\x13\x0e\xd0")) {
			return s, false
		}
		chosen := binary.LittleEndian.Uint32(said[15:])
		s.TLS = said[11] == 2 && chosen != 0
		return s, (said[11] == 2 && chosen < 16 || said[11] == 3 && chosen < 16) && said[13] == 8
	},
}

// mssql answers PRELOGIN, the first packet of TDS, by its version.
var mssql = Probe{
	Service: "mssql", Ports: []uint16{1433}, Programs: []string{"sqlservr"},
	Ask:   "\x12\x01\x00\x2f\x00\x00\x01\x00" + "\x00\x00\x1a\x00\x06" + "\x01\x00\x20\x00\x01" + "\x02\x00\x21\x00\x01" + "\x03\x00\x22\x00\x04" + "\x04\x00\x26\x00\x01" + "\xff" + "\x00\x00\x00\x00\x00\x00" + "\x00" + "\x00" + "\x00\x00\x00\x00" + "\x00",
	Sends: "PRELOGIN", Proof: "the answer to PRELOGIN, which begins with its version", Spec: "MS-TDS, 2.2.6.5",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 8+6+6 || said[0] != 4 || said[1] != 1 || be16(said[2:]) != len(said) || said[8] != 0 || be16(said[11:]) != 6 {
			return s, false
		}
		at := 8 + be16(said[9:])
		if at+6 > len(said) {
			return s, false
		}
		s.Product = "Microsoft SQL Server"
		s.Version = fmt.Sprintf("%d.%d.%d", said[at], said[at+1], be16(said[at+2:]))
		return s, true
	},
}

// mssqlBrowser tells the instances of a host.
var mssqlBrowser = Probe{
	Service: "mssql-browser", Transport: "udp", Ports: []uint16{1434}, Ask: "\x03", Home: true,
	Sends: "the byte 3", Proof: "a list that begins with ServerName;", Spec: "MC-SQLR",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 3 || said[0] != 5 || !bytes.HasPrefix(said[3:], []byte("ServerName;")) {
			return s, false
		}
		s.Product = "Microsoft SQL Server"
		v, _, _ := strings.Cut(after(said, ";Version;"), ";")
		s.Version = v
		return s, true
	},
}

// winrm says whose product it is to those who ask, and wants a password for all
// else.
var winrm = Probe{
	Service: "winrm", Ports: []uint16{5985, 5986, 47001}, TLS: true, Cue: "Microsoft-HTTPAPI/2.0",
	Ask:   "POST /wsman HTTP/1.1\r\nHost: localhost\r\nUser-Agent: portlore\r\nConnection: close\r\nContent-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: " + fmt.Sprint(len(wsIdentify)) + "\r\n\r\n" + wsIdentify,
	Sends: "WS-Management: Identify", Proof: "IdentifyResponse, or a challenge for WSMAN", Spec: "DSP0226, 11",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		head := bytes.HasPrefix(said, []byte("HTTP/1.1 "))
		s.Product, s.Version = "Microsoft WinRM", after(said, "ProductVersion>OS: ")
		return s, head && (bytes.Contains(said, []byte("IdentifyResponse>")) || bytes.Contains(said, []byte("IdentifyResponse ")) || bytes.Contains(said, []byte(`realm="WSMAN"`)))
	},
}

const wsIdentify = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>`
