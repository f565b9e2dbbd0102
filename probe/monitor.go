package probe

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// zabbixAgent answers those that it knows; to others it hangs up without a word.
var zabbixAgent = Probe{
	Service: "zabbix-agent", Ports: []uint16{10050}, Programs: []string{"zabbix_agentd"}, OnlyIf: true,
	Ask:   zabbixFrame("agent.version"),
	Sends: "agent.version", Proof: "ZBXD, a length, and a version", Spec: "Zabbix, agent protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		body, ok := zabbixBody(said)
		s.Product = "Zabbix agent"
		if version().Match(body) {
			s.Version = string(body)
		}
		return s, ok && (s.Version != "" || bytes.HasPrefix(body, []byte("ZBX_NOTSUPPORTED")))
	},
}

var zabbixServer = Probe{
	Service: "zabbix-server", Ports: []uint16{10051}, Programs: []string{"zabbix_server"}, OnlyIf: true,
	Ask:   zabbixFrame("agent.version"),
	Sends: "agent.version", Proof: "ZBXD, a length, and an object with response", Spec: "Zabbix, header and data length",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		body, ok := zabbixBody(said)
		s.Product = "Zabbix server"
		return s, ok && bytes.HasPrefix(body, []byte(`{"response":"`))
	},
}

var version = pattern.New(`^\d{1,4}(\.\d{1,6}){1,3}[a-z0-9.-]{0,16}$`)

func zabbixFrame(text string) string {
	return "ZBXD\x01" + string(binary.LittleEndian.AppendUint64(nil, uint64(len(text)))) + text
}

func zabbixBody(said []byte) ([]byte, bool) {
	if len(said) < 13 || !bytes.HasPrefix(said, []byte("ZBXD\x01")) {
		return nil, false
	}
	return said[13:], true
}

// nrpe is asked for the one command that every agent has: its own version.
var nrpe = Probe{
	Service: "nrpe", Ports: []uint16{5666}, Programs: []string{"nrpe"}, TLS: true, OnlyIf: true,
	Ask:   nrpeQuery(),
	Sends: "the query _NRPE_CHECK", Proof: "a response of version 2 that names NRPE", Spec: "NRPE, common.h",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 1034 || be16(said) < 2 || be16(said) > 4 || be16(said[2:]) != 2 {
			return s, false
		}
		s.Product = "NRPE"
		s.Version = strings.TrimPrefix(after(said[10:], "NRPE "), "v")
		return s, bytes.HasPrefix(said[10:], []byte("NRPE v")) || bytes.HasPrefix(said[10:], []byte("NRPE: "))
	},
}

func nrpeQuery() string {
	b := make([]byte, 1036)
	copy(b, "\x00\x02\x00\x01\x00\x00\x00\x00\x00\x00_NRPE_CHECK")
	binary.BigEndian.PutUint32(b[4:], crc32.ChecksumIEEE(b))
	return string(b)
}

// nut is the network server of UPS tools.
var nut = Probe{
	Service: "nut", Ports: []uint16{3493}, Programs: []string{"upsd"}, Ask: "VER\n", Home: true, Cue: "Commands: HELP VER GET LIST",
	Proof: "its list of commands, or its version", Spec: "RFC 9271",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if v := after(said, "Network UPS Tools upsd "); v != "" {
			s.Product, s.Version = "Network UPS Tools", v
		}
		return s, bytes.HasPrefix(said, []byte("Commands: HELP VER")) || bytes.HasPrefix(said, []byte("Network UPS Tools upsd "))
	},
}

var clamd = Probe{
	Service: "clamd", Ports: []uint16{3310}, Programs: []string{"clamd"}, Ask: "VERSION\n", Home: true, Cue: "UNKNOWN COMMAND",
	Proof: "UNKNOWN COMMAND alone, or ClamAV and its version", Spec: "ClamAV, clamd(8)",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		v, _, _ := strings.Cut(after(said, "ClamAV "), "/")
		s.Product, s.Version = "ClamAV", v
		return s, bytes.HasPrefix(said, []byte("ClamAV ")) || strings.Trim(string(said[:min(len(said), 40)]), "\r\n\x00") == "UNKNOWN COMMAND"
	},
}

var spamd = Probe{
	Service: "spamd", Ports: []uint16{783}, Programs: []string{"spamd"}, Ask: "PING SPAMC/1.2\r\n\r\n", Home: true,
	Proof: "SPAMD/ and a code", Spec: "SpamAssassin, spamd PROTOCOL",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "SpamAssassin"
		return s, spamdReply().Match(said)
	},
}

var spamdReply = pattern.New(`^SPAMD/\d\.\d \d{1,3} `)

// bacula challenges whoever says that he is its console. It is not answered.
var bacula = Probe{
	Service: "bacula", Ports: []uint16{9101, 9102, 9103}, Programs: []string{"bacula-dir", "bacula-fd", "bacula-sd", "bareos-dir"}, OnlyIf: true, Home: true,
	Ask:   netbiosFrame("Hello *UserAgent* calling\n"),
	Proof: "auth cram-md5, in a frame", Sends: "Hello *UserAgent* calling", Spec: "Bacula, developer's guide: daemon protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) > 20 && int(be32(said)) <= len(said)-4 && bytes.HasPrefix(said[4:], []byte("auth cram-md5"))
	},
}

// lpd is asked for a queue that does not exist. Nothing is printed: only the code 2
// prints.
var lpd = Probe{
	Service: "lpd", Ports: []uint16{515}, Programs: []string{"lpd"}, Ask: "\x03portlore\n", OT: true, OnlyIf: true, Home: true,
	Sends: "the state of the queue portlore, which does not exist", Proof: "words about that printer, or who may not connect", Spec: "RFC 1179, 5.3",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		line := strings.ToLower(firstLine(said))
		return s, strings.HasPrefix(line, "lpd: ") || strings.Contains(line, "lpd: unknown printer") || strings.Contains(line, "portlore") && (strings.Contains(line, "printer") || strings.Contains(line, "queue")) ||
			strings.Contains(line, "your host does not have line printer access") || line == "no entries"
	},
}

// mumble says its version to whoever does so by TLS.
var mumble = Probe{
	Service: "mumble", Ports: []uint16{64738}, Programs: []string{"murmurd", "mumble-server"}, TLS: true, Inside: true,
	Ask:   "\x00\x00\x00\x00\x00\x10" + "\x08\x80\x86\x04\x12\x08portlore",
	Sends: "Version 1.3.0, by TLS", Proof: "Version, its first message", Spec: "Mumble, protocol: TCP control channel",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 10 || be16(said) != 0 || int(be32(said[2:])) > len(said)-6 || said[6] != 0x08 {
			return s, false
		}
		s.Product = "Mumble"
		return s, bytes.Contains(said[6:], []byte("\x12")) && bytes.Contains(said[6:], []byte("\x1a"))
	},
}

var mumbleUDP = Probe{
	Service: "mumble", Transport: "udp", Ports: []uint16{64738}, Ask: "\x00\x00\x00\x00portlore",
	Sends: "a ping", Proof: "the same eight bytes after its version, and three figures", Spec: "Mumble, protocol: UDP ping",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) != 24 || string(said[4:12]) != "portlore" || said[0] != 0 {
			return s, false
		}
		s.Product, s.Version = "Mumble", dotted(said[1:4])
		return s, true
	},
}
