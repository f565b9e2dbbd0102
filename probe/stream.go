package probe

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/portlore/portlore"
)

// socks says by which way it lets people in. Nothing is connected to.
var socks = Probe{
	Service: "socks", Ports: []uint16{1080, 1081, 9050}, Programs: []string{"microsocks", "sockd", "danted", "tor"},
	Ask: "\x05\x03\x00\x01\x02", OnlyIf: true,
	Sends: "SOCKS 5: no login, GSSAPI or password", Proof: "5 and one of these, or that it takes none", Spec: "RFC 1928, 3",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) == 2 && said[0] == 5 && (said[1] <= 2 || said[1] == 0xff)
	},
}

// socks4 is asked to connect to port 0 of an address that is none, which it refuses.
var socks4 = Probe{
	Service: "socks", Ports: []uint16{1080}, Home: true, OnlyIf: true,
	Ask:   "\x04\x01\x00\x00\x00\x00\x00\x00\x00",
	Sends: "SOCKS 4: connect to port 0 of 0.0.0.0", Proof: "0 and one of its four answers, eight bytes", Spec: "SOCKS 4, OpenSSH's socks4.protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) == 8 && said[0] == 0 && said[1] >= 0x5b && said[1] <= 0x5d
	},
}

var rtsp = Probe{
	Service: "rtsp", Ports: []uint16{554, 8554, 322}, TLS: true, Home: true, Cue: "RTSP/1.0 ",
	Ask:   "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: portlore\r\n\r\n",
	Proof: "a status line of RTSP", Spec: "RFC 2326",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		head, _, _ := strings.Cut(string(said[:min(len(said), 4096)]), "\r\n\r\n")
		for line := range strings.Lines(head) {
			if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(name, "Server") {
				s.Product, s.Version = product(word([]byte(strings.TrimSpace(value))), "/")
			}
		}
		return s, (bytes.HasPrefix(said, []byte("RTSP/1.0 ")) || bytes.HasPrefix(said, []byte("RTSP/2.0 "))) && hasLine(said, "CSeq:")
	},
}

// sip is asked what it can do, by somebody who has no number.
var (
	sip    = sipProbe("")
	sipUDP = sipProbe("udp")
)

func sipProbe(transport string) Probe {
	via := strings.ToUpper(transport)
	if via == "" {
		via = "TCP"
	}
	return Probe{
		Service: "sip", Transport: transport, Ports: []uint16{5060, 5061}, Programs: []string{"asterisk", "kamailio", "opensips"}, TLS: transport == "",
		Ask: "OPTIONS sip:portlore@portlore.invalid SIP/2.0\r\nVia: SIP/2.0/" + via + " portlore.invalid;branch=z9hG4bK-portlore;rport\r\nMax-Forwards: 70\r\n" +
			"From: <sip:portlore@portlore.invalid>;tag=portlore\r\nTo: <sip:portlore@portlore.invalid>\r\nCall-ID: portlore\r\nCSeq: 1 OPTIONS\r\nUser-Agent: portlore\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n",
		Sends: "OPTIONS", Proof: "a status line of SIP", Spec: "RFC 3261",
		Read: func(said []byte) (s portlore.DoorService, ok bool) {
			for line := range strings.Lines(string(said[:min(len(said), 4096)])) {
				name, value, _ := strings.Cut(line, ":")
				if strings.EqualFold(name, "Server") || strings.EqualFold(name, "User-Agent") {
					s.Product = word([]byte(strings.TrimSpace(value)))
					if i := strings.LastIndexAny(s.Product, "/ "); i > 0 {
						s.Product, s.Version = s.Product[:i], s.Product[i+1:]
					}
				}
			}
			if strings.HasPrefix(s.Product, "Asterisk") {
				s.Product = "Asterisk"
				_, v, _ := strings.Cut(string(said), "Asterisk PBX ")
				s.Version = word([]byte(v))
			}
			// Some web servers repeat whatever name of a protocol they are told.
			return s, bytes.HasPrefix(said, []byte("SIP/2.0 ")) && len(said) > 12 && said[8] >= '1' && said[8] <= '6' && hasLine(said, "CSeq:")
		},
	}
}

// xmpp opens a stream, as clients and as other servers do. It says of which kind
// it is, what it offers, or what it does not like.
var xmpp = Probe{
	Service: "xmpp-client", Ports: []uint16{5222, 5223}, Programs: []string{"prosody"}, TLS: true,
	Ask:   "<?xml version='1.0'?><stream:stream to='portlore.invalid' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
	Proof: "a stream of jabber:client", Spec: "RFC 6120", Home: true, Cue: "http://etherx.jabber.org/streams",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.TLS = bytes.Contains(said, []byte("urn:ietf:params:xml:ns:xmpp-tls"))
		return s, isStream(said) && !bytes.Contains(said, []byte("jabber:server"))
	},
}

var xmppServer = Probe{
	Service: "xmpp-server", Ports: []uint16{5269}, TLS: true, Home: true,
	Ask:   "<?xml version='1.0'?><stream:stream to='portlore.invalid' version='1.0' xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>",
	Proof: "a stream of jabber:server", Spec: "RFC 6120",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.TLS = bytes.Contains(said, []byte("urn:ietf:params:xml:ns:xmpp-tls"))
		return s, isStream(said) && bytes.Contains(said, []byte("jabber:server"))
	},
}

func isStream(said []byte) bool {
	head := said[:min(len(said), 1024)]
	return (bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<stream:stream"))) && bytes.Contains(head, []byte("<stream:stream")) && bytes.Contains(head, []byte("http://etherx.jabber.org/streams"))
}

// h323 is asked how a call is that does not exist.
var h323 = Probe{
	Service: "h323", Ports: []uint16{1720}, Home: true, OnlyIf: true,
	Ask:   "\x03\x00\x00\x09\x08\x02\x07\x7f\x75",
	Sends: "Q.931 STATUS ENQUIRY", Proof: "STATUS or RELEASE COMPLETE of this call", Spec: "ITU-T Q.931, H.225.0; RFC 1006",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 9 && said[0] == 3 && said[1] == 0 && be16(said[2:]) == len(said) && string(said[4:8]) == "\x08\x02\x87\x7f" && (said[8] == 0x7d || said[8] == 0x5a)
	},
}

// rtmp mirrors part of the handshake.
var rtmp = Probe{
	Service: "rtmp", Ports: []uint16{1935}, OnlyIf: true, Home: true,
	Ask:   "\x03" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00" + strings.Repeat("portlore", 191),
	Sends: "C0 and C1 of the handshake", Proof: "S0 and S1, then S2: our own C1", Spec: "Adobe, RTMP 1.0, 5.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 3073 && said[0] == 3 && bytes.HasSuffix(said[:3073], []byte(strings.Repeat("portlore", 100)))
	},
}

// minecraft tells its version and who plays.
var minecraft = Probe{
	Service: "minecraft", Ports: []uint16{25565},
	Ask:   "\x0f\x00\x2f\x08portlore\x63\xdd\x01" + "\x01\x00",
	Sends: "handshake that asks for the status, status request", Proof: "an object with version and players", Spec: "minecraft.wiki, Java Edition protocol: server list ping",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		at := bytes.IndexByte(said[:min(len(said), 12)], '{')
		if at < 3 || said[0] == 'H' {
			return s, false
		}
		s.Product = "Minecraft"
		_, version, _ := bytes.Cut(said, []byte(`"version"`))
		s.Version = jsonWord(version, "name")
		return s, bytes.Contains(said, []byte(`"players"`)) && bytes.Contains(said, []byte(`"protocol"`))
	},
}

// iperf3 wants a cookie and then says that it waits for the parameters of a test;
// there are none.
var iperf3 = Probe{
	Service: "iperf3", Ports: []uint16{5201}, Programs: []string{"iperf3"}, OnlyIf: true, Home: true, Alone: true,
	Ask:   "portloreportloreportloreportloreport\x00" + iperfParameters,
	Sends: "a cookie and the parameters of a test that is never begun", Proof: "the states 9 and 10: it wants parameters, then streams", Spec: "iperf3, iperf_api.h",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "iperf3"
		return s, string(said) == "\x09\x0a"
	},
}

var iperfParameters = func() string {
	const json = `{"tcp":true,"omit":0,"time":1,"parallel":1,"len":1024,"client_version":"3.12"}`
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(json)))) + json
}()

// pptp answers the start of a control connection by who it is.
var pptp = Probe{
	Service: "pptp", Ports: []uint16{1723}, Programs: []string{"pptpd"}, Home: true,
	Ask: "\x00\x9c\x00\x01\x1a\x2b\x3c\x4d\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\xff\xff\x00\x01" +
		"portlore" + strings.Repeat("\x00", 56) + "portlore" + strings.Repeat("\x00", 56),
	Sends: "Start-Control-Connection-Request", Proof: "the reply, with the cookie 1a2b3c4d", Spec: "RFC 2637, 2.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 156 || be16(said) != 156 || string(said[4:8]) != "\x1a\x2b\x3c\x4d" || be16(said[8:]) != 2 {
			return s, false
		}
		vendor, _, _ := bytes.Cut(said[92:156], []byte{0})
		if s.Product = word(vendor); s.Product == "linux" {
			s.Product = "Poptop"
		}
		return s, true
	},
}

// bitcoin answers the version of its protocol by its own.
var bitcoin = Probe{
	Service: "bitcoin", Ports: []uint16{8333, 18333}, Home: true,
	Ask:   "\xf9\xbe\xb4\xd9verack\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x5d\xf6\xe0\xe2",
	Sends: "verack", Proof: "the magic of its network and a command", Spec: "Bitcoin, protocol documentation",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 24 && bytes.HasPrefix(said, []byte("\xf9\xbe\xb4\xd9version\x00"))
	},
}

// bittorrent hangs up on whoever does not know a file of its own. With encryption
// it first answers any 96 bytes by 96 of its own, and up to 512 more, all random.
var bittorrent = Probe{
	Service: "bittorrent", Ports: []uint16{6881, 6882, 6883, 6884, 6885, 6886, 6887, 6888, 6889, 51413}, Programs: []string{"transmission-daemon", "transmission-da", "qbittorrent", "rtorrent"}, OnlyIf: true, Alone: true,
	Ask:   strings.Repeat("portlore", 12),
	Sends: "96 bytes, taken for the first of an encrypted handshake", Proof: "96 to 608 bytes that look drawn by lot", Spec: "Vuze, message stream encryption",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 96 || len(said) > 608 {
			return s, false
		}
		return s, isRandom(said)
	},
}

// isRandom says that bytes are as different as those of a die: text, frames and
// padding are not.
func isRandom(b []byte) bool {
	var count [256]int
	high := 0
	for _, c := range b {
		count[c]++
		if c >= 0x80 {
			high++
		}
	}
	most, distinct := 0, 0
	for _, n := range count {
		most = max(most, n)
		if n > 0 {
			distinct++
		}
	}
	return most <= 4+len(b)/64 && distinct*10 >= min(len(b), 150)*6 && high*10 > len(b)*3 && high*10 < len(b)*7
}
