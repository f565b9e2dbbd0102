package table

import (
	"bytes"
	"encoding/binary"

	"github.com/portlore/portlore"
)

// A Tell is what one packet gives away by itself: the first bytes of its
// payload, or a habit of the program that built it.
type Tell uint8

const (
	NoTell Tell = iota

	// Habits of stacks of scanners, from sequence number and IP id.
	MiraiSeq  // the sequence number is the destination address: the Mirai family (its scanner.c)
	MasscanID // IP id = destination address ^ port ^ sequence number: masscan's templ-pkt.c
	ZMapID    // IP id 54321: ZMap before 3.0 and its copies
	habits    // how many of them there are

	// First bytes of payloads.
	SSHBanner
	TLSHello
	HTTPRequest
	CodeRedRequest // for default.ida, with the overflow of 2001
	NimdaRequest   // for root.exe or cmd.exe, left behind or reached by other holes
	HTTPProxy      // CONNECT, or a request for an absolute URI
	DNSQuery
	DNSTransfer // a query for AXFR or IXFR
	DNSAnswer
	NTPClient
	NTPControl // mode 6 or 7: asks for more than the time
	NTPServer
	SNMPRequest
	SIPRequest
	SIPScanner // a SIP request that names sipvicious, or asks for 100 as its svmap does by default
	SSDPSearch
	TFTPRequest
	NetBIOSStatus
	IKEInit
	RPCCall
	LDAPSearch
	LDAPBind
	MemcachedCommand
	SQLBrowser
	RedisCommand
	QUICInitial
	BitTorrent
	SMBNegotiate
	RDPRequest
	FingerQuery
	IdentQuery
	BackOrifice // the magic of its protocol, scrambled with the default password (Snort 1.x, backdoor.rules)
	EmptyDatagram

	// First bytes of answers that prove a program. They are kept on both sides.
	NetBusBanner   // "NetBus 1.70", the server's greeting
	SubSevenBanner // "[RPL]002", the server's answer (Snort 1.x, backdoor.rules)
	ShellBanner    // cmd.exe's greeting, or what id says of root (Snort 1.x, attack-responses.rules)
)

// proves says that a tell is about the sender's own program, whatever it was asked.
func (t Tell) proves() bool { return t >= NetBusBanner }

// habitOf reads the habit of the program that built a packet.
func habitOf(o *portlore.Observation) Tell {
	if o.Proto != portlore.TCP || o.Flags&(portlore.SYN|portlore.ACK) != portlore.SYN || !o.Dst.Is4() {
		return NoTell
	}
	b := o.Dst.As4()
	dst := binary.BigEndian.Uint32(b[:])
	if o.Has&portlore.HasSeq != 0 {
		switch {
		case o.Seq == dst:
			return MiraiSeq
		case o.Has&portlore.HasID != 0 && o.ID == uint16(dst^uint32(o.DstPort)^o.Seq):
			return MasscanID
		}
	}
	if o.Has&portlore.HasID != 0 && o.ID == 54321 {
		return ZMapID
	}
	return NoTell
}

// tellOf reads the first bytes of a payload. The port only decides where the
// bytes of several protocols look alike.
func tellOf(o *portlore.Observation) Tell {
	p := o.Payload
	switch {
	case len(p) == 0:
		if o.Proto == portlore.UDP && o.Length == 28 {
			return EmptyDatagram
		}
		return NoTell
	case o.Proto == portlore.UDP:
		return datagramTell(p, o.SrcPort, o.DstPort)
	case o.Proto == portlore.TCP:
		return streamTell(p, o.DstPort)
	}
	return NoTell
}

func streamTell(p []byte, dst uint16) Tell {
	begins := func(s string) bool { return len(p) >= len(s) && string(p[:len(s)]) == s }
	switch {
	case begins("SSH-"):
		return SSHBanner
	case begins("NetBus "):
		return NetBusBanner
	case begins("\r\n[RPL]002\r\n"):
		return SubSevenBanner
	case begins("Microsoft Windows [Version "), begins("Microsoft(R) Windows"), begins("uid=0(root) "):
		return ShellBanner
	case len(p) > 5 && p[0] == 0x16 && p[1] == 3 && p[5] == 1: // handshake, TLS 1.x, client hello (RFC 8446)
		return TLSHello
	case begins("CONNECT "), begins("GET http://"), begins("\x04\x01"), begins("\x05\x01\x00"), begins("\x05\x02\x00"): // SOCKS too (RFC 1928)
		return HTTPProxy
	case begins("GET /default.ida?"):
		return CodeRedRequest
	case begins("GET /") && (bytes.Contains(p, []byte("/root.exe?")) || bytes.Contains(p, []byte("/cmd.exe?"))):
		return NimdaRequest
	case begins("GET "), begins("POST "), begins("HEAD "), begins("OPTIONS "), begins("PUT "):
		return HTTPRequest
	case begins("OPTIONS sip:"), begins("REGISTER sip:"), begins("INVITE sip:"):
		return SIPRequest
	case begins("\x13BitTorrent protocol"):
		return BitTorrent
	case len(p) > 8 && (string(p[4:8]) == "\xffSMB" || string(p[4:8]) == "\xfeSMB"):
		return SMBNegotiate
	case begins("\x03\x00") && len(p) > 5 && p[5] == 0xe0: // TPKT and an X.224 connection request
		return RDPRequest
	case dst == 6379 && (begins("*") || begins("PING") || begins("INFO")):
		return RedisCommand
	case dst == 53 && len(p) > 14:
		return dnsTell(p[2:])
	case dst == 389 && p[0] == 0x30:
		return ldapTell(p)
	case dst == 113 && identQuery(p):
		return IdentQuery
	case dst == 79 && bytes.HasSuffix(p, []byte("\r\n")): // RFC 1288
		return FingerQuery
	case len(p) > 28 && binary.BigEndian.Uint32(p[12:]) == 2 && binary.BigEndian.Uint32(p[8:]) == 0 && binary.BigEndian.Uint32(p[16:])/1000 == 100:
		return RPCCall
	}
	return NoTell
}

func datagramTell(p []byte, src, dst uint16) Tell {
	begins := func(s string) bool { return len(p) >= len(s) && string(p[:len(s)]) == s }
	switch {
	case dst == 53 || src == 53 || dst == 5353:
		return dnsTell(p)
	case dst == 123 || src == 123:
		return ntpTell(p)
	case (dst == 161 || src == 161) && p[0] == 0x30: // a BER sequence
		return SNMPRequest
	case begins("OPTIONS sip:"), begins("REGISTER sip:"), begins("INVITE sip:"):
		if bytes.Contains(p, []byte("friendly-scanner")) || bytes.Contains(p, []byte("sipvicious")) || begins("OPTIONS sip:100@") {
			return SIPScanner
		}
		return SIPRequest
	case begins("\xce\x63\xd1\xd2\x16\xe7\x13\xcf"):
		return BackOrifice
	case begins("M-SEARCH"):
		return SSDPSearch
	case dst == 69 && len(p) > 4 && p[0] == 0 && (p[1] == 1 || p[1] == 2):
		return TFTPRequest
	case dst == 137 && len(p) >= 50 && bytes.Contains(p, []byte("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")): // "*", RFC 1002
		return NetBIOSStatus
	case (dst == 500 || dst == 4500) && len(p) >= 28 && (p[17] == 0x10 || p[17] == 0x20): // ISAKMP version 1, IKE version 2
		return IKEInit
	case dst == 389 && p[0] == 0x30:
		return ldapTell(p)
	case dst == 11211:
		return MemcachedCommand
	case dst == 1434 && len(p) <= 2:
		return SQLBrowser
	case len(p) > 24 && binary.BigEndian.Uint32(p[4:]) == 0 && binary.BigEndian.Uint32(p[8:]) == 2 && binary.BigEndian.Uint32(p[12:])/1000 == 100: // RFC 5531
		return RPCCall
	case (dst == 443 || src == 443) && p[0]&0xc0 == 0xc0 && len(p) >= 7: // long header, RFC 9000
		return QUICInitial
	case begins("d1:ad2:id20:"), begins("d1:rd2:id20:"):
		return BitTorrent
	}
	return NoTell
}

// ldapTell reads which operation a message asks for: behind the head of the
// sequence and the number of the message (RFC 4511, section 4.1.1).
func ldapTell(p []byte) Tell {
	if len(p) < 2 {
		return NoTell
	}
	at := 2
	if p[1] >= 0x80 {
		at += int(p[1] & 0x7f)
	}
	if at+2 > len(p) || p[at] != 2 {
		return NoTell
	}
	switch at += 2 + int(p[at+1]); {
	case at < len(p) && p[at] == 0x60:
		return LDAPBind
	case at < len(p) && p[at] == 0x63:
		return LDAPSearch
	}
	return NoTell
}

// identQuery reads "6193, 23": the two ports of a connection (RFC 1413).
func identQuery(p []byte) bool {
	digits, commas := 0, 0
	for _, b := range bytes.TrimSpace(p) {
		switch {
		case '0' <= b && b <= '9':
			digits++
		case b == ',':
			commas++
		case b != ' ':
			return false
		}
	}
	return commas == 1 && digits >= 2
}

// dnsTell reads the header and the type of the first question (RFC 1035).
func dnsTell(p []byte) Tell {
	if len(p) < 12 {
		return NoTell
	}
	if p[2]&0x80 != 0 {
		return DNSAnswer
	}
	for i := 12; i < len(p); {
		n := int(p[i])
		if n == 0 {
			if i+2 < len(p) && p[i+1] == 0 && (p[i+2] == 252 || p[i+2] == 251) {
				return DNSTransfer
			}
			break
		}
		i += n + 1
	}
	return DNSQuery
}

// dnsPrint packs a hash of the name that a DNS question is about, and one of the
// name above it, so that names that never come twice below one domain show.
func dnsPrint(p []byte) uint32 {
	if len(p) < 13 {
		return 0
	}
	name := p[12:]
	if end := bytes.IndexByte(name, 0); end >= 0 {
		name = name[:end]
	}
	parent := name[min(len(name), int(p[12])+1):]
	fold := func(b []byte) uint32 { h := hashName(b); return h>>16 ^ h&0xffff }
	return fold(name)<<16 | fold(parent)
}

// PrintParent is the hash of the domain in the fingerprint of a DNS question.
func PrintParent(print uint32) uint16 { return uint16(print) }

// ntpTell reads the mode (RFC 5905, section 7.3).
func ntpTell(p []byte) Tell {
	switch p[0] & 7 {
	case 1, 3:
		return NTPClient
	case 6, 7:
		return NTPControl
	}
	return NTPServer
}
