package probe

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/portlore/portlore"
)

// ldap tells everybody, without a login, what kind of directory it is (rootDSE).
var ldap = Probe{
	Service: "ldap", Ports: []uint16{389, 636, 3268, 3269}, Programs: []string{"slapd"}, TLS: true,
	Ask: rootDSE, Sends: "search of the rootDSE, without a login", Proof: "an entry, or the end of the search, with our id", Spec: "RFC 4511, RFC 4512 5.1",
	Read: readLDAP,
}

var cldap = Probe{
	Service: "ldap", Transport: "udp", Ports: []uint16{389},
	Ask: rootDSE, Sends: ldap.Sends, Proof: ldap.Proof, Spec: "MS-ADTS, 6.3.3",
	Read: readLDAP,
}

// rootDSE is a search with the id 7, of nothing but the root of the directory.
var rootDSE = func() string {
	attributes := ""
	for _, a := range []string{"vendorName", "vendorVersion", "supportedExtension", "objectClass", "forestFunctionality"} {
		attributes += ber(0x04, a)
	}
	search := ber(0x04, "") + ber(0x0a, "\x00") + ber(0x0a, "\x00") + ber(0x02, "\x01") + ber(0x02, "\x05") + ber(0x01, "\x00") + ber(0x87, "objectClass") + ber(0x30, attributes)
	return ber(0x30, ber(0x02, "\x07")+ber(0x63, search))
}()

func readLDAP(said []byte) (s portlore.DoorService, ok bool) {
	body, _, ok := berIn(said, 0x30)
	if !ok || !bytes.HasPrefix(body, []byte("\x02\x01\x07")) || len(body) < 5 {
		return s, false
	}
	const entry, done = 0x64, 0x65
	switch {
	case bytes.Contains(said, []byte("OpenLDAProotDSE")):
		s.Product = "OpenLDAP"
	case bytes.Contains(said, []byte("forestFunctionality")):
		s.Product = "Active Directory"
	case bytes.Contains(said, []byte("389 Project")):
		s.Product, s.Version = "389 Directory Server", after(said, "389-Directory/")
	}
	s.TLS = bytes.Contains(said, []byte("1.3.6.1.4.1.1466.20037")) // StartTLS
	return s, body[3] == entry || body[3] == done
}

// ber is a value of BER with its tag and its length.
func ber(tag byte, value string) string {
	switch n := len(value); {
	case n < 0x80:
		return string([]byte{tag, byte(n)}) + value
	case n < 0x100:
		return string([]byte{tag, 0x81, byte(n)}) + value
	default:
		return string([]byte{tag, 0x82, byte(n >> 8), byte(n)}) + value
	}
}

// berIn is what is in a value, as much of it as there is, and what follows.
func berIn(b []byte, tag byte) (value, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != tag {
		return nil, nil, false
	}
	n, at := int(b[1]), 2
	if n >= 0x80 {
		octets := n & 0x7f
		if octets == 0 || octets > 4 || len(b) < 2+octets {
			return nil, nil, false
		}
		n = 0
		for _, o := range b[2 : 2+octets] {
			n = n<<8 | int(o)
		}
		at += octets
	}
	if n > 1<<24 {
		return nil, nil, false
	}
	if at+n > len(b) {
		return b[at:], nil, true
	}
	return b[at : at+n], b[at+n:], true
}

// kerberos is asked for a ticket of a user that is not there; it says so, or that
// it serves another realm.
var kerberos = Probe{
	Service: "kerberos", Ports: []uint16{88, 750}, Programs: []string{"krb5kdc"},
	Ask:    string(binary.BigEndian.AppendUint32(nil, uint32(len(asRequest)))) + asRequest,
	OnlyIf: true, Home: true,
	Sends: "AS-REQ of the user portlore in the realm PORTLORE", Proof: "KRB-ERROR", Spec: "RFC 4120, 5.9.1",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 10 || int(be32(said)) != len(said)-4 {
			return s, false
		}
		return s, isKerberosError(said[4:])
	},
}

var kerberosUDP = Probe{
	Service: "kerberos", Transport: "udp", Ports: []uint16{88, 750}, Programs: []string{"krb5kdc"},
	Ask: asRequest, Sends: kerberos.Sends, Proof: "KRB-ERROR", Spec: kerberos.Spec,
	Read: func(said []byte) (s portlore.DoorService, ok bool) { return s, isKerberosError(said) },
}

func isKerberosError(said []byte) bool {
	outer, _, ok := berIn(said, 0x7e) // APPLICATION 30
	if !ok {
		return false
	}
	inner, _, ok := berIn(outer, 0x30)
	return ok && bytes.HasPrefix(inner, []byte("\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e")) // version 5, type 30
}

var asRequest = func() string {
	text := func(s string) string { return ber(0x1b, s) }
	name := func(kind string, parts ...string) string {
		return ber(0x30, ber(0xa0, ber(0x02, kind))+ber(0xa1, ber(0x30, strings.Join(parts, ""))))
	}
	body := ber(0x30, ber(0xa0, ber(0x03, "\x00\x00\x00\x00\x00"))+
		ber(0xa1, name("\x01", text("portlore")))+
		ber(0xa2, text("PORTLORE"))+
		ber(0xa3, name("\x02", text("krbtgt"), text("PORTLORE")))+
		ber(0xa5, ber(0x18, "20370913024805Z"))+
		ber(0xa7, ber(0x02, "\x70\x6c\x6f\x72"))+
		ber(0xa8, ber(0x30, ber(0x02, "\x12")+ber(0x02, "\x11")+ber(0x02, "\x17"))))
	return ber(0x6a, ber(0x30, ber(0xa1, ber(0x02, "\x05"))+ber(0xa2, ber(0x02, "\x0a"))+ber(0xa4, body)))
}()

// radius drops what comes from hosts that it does not know. Others who ask to be
// let in without any password are rejected.
var radius = Probe{
	Service: "radius", Transport: "udp", Ports: []uint16{1812, 1645}, Programs: []string{"radiusd", "freeradius"}, Home: true,
	Ask:   "\x01\x70\x00\x24portlore asks it\x01\x0aportlore\x04\x06\x7f\x00\x00\x01",
	Sends: "Access-Request of the user portlore, without a password", Proof: "a reject or challenge with our id", Spec: "RFC 2865",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 20 && (said[0] == 3 || said[0] == 11) && said[1] == 0x70 && be16(said[2:]) == len(said)
	},
}
