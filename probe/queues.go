package probe

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// zookeeper answers four letters to everybody; which, its owner may limit.
var zookeeper = Probe{
	Service: "zookeeper", Ports: []uint16{2181}, Ask: "srvr",
	Proof: "its version, or that srvr is not in its whitelist", Spec: "ZooKeeper, administrator's guide: four letter words",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "ZooKeeper"
		v, _, _ := strings.Cut(after(said, "Zookeeper version: "), ",")
		s.Version, _, _ = strings.Cut(v, "-")
		return s, bytes.HasPrefix(said, []byte("Zookeeper version: ")) || bytes.HasPrefix(said, []byte("srvr is not executed because it is not in the whitelist"))
	},
}

// kafka tells which requests it knows.
var kafka = Probe{
	Service: "kafka", Ports: []uint16{9092, 9093}, TLS: true,
	Ask:    "\x00\x00\x00\x12\x00\x12\x00\x00plor\x00\x08portlore",
	OnlyIf: true,
	Sends:  "ApiVersions, version 0", Proof: "the list of requests that it knows, with our id", Spec: "Kafka, protocol guide",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 20 || int(be32(said)) != len(said)-4 || string(said[4:8]) != "plor" || be16(said[8:]) != 0 {
			return s, false
		}
		n := int(be32(said[10:]))
		return s, n > 0 && n < 500 && len(said) == 14+6*n
	},
}

// amqp greets whoever names the protocol, by method 10 of class 10; whoever does
// not is told its name.
var amqp = Probe{
	Service: "amqp", Ports: []uint16{5672, 5671}, TLS: true,
	Ask:   "AMQP\x00\x00\x09\x01",
	Sends: "AMQP 0-9-1", Proof: "Connection.Start, or AMQP and a version", Spec: "AMQP 0-9-1, 4.2.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if bytes.HasPrefix(said, []byte("AMQP")) && len(said) == 8 && said[4] <= 3 {
			return s, true
		}
		if len(said) < 12 || !bytes.HasPrefix(said, []byte("\x01\x00\x00")) || string(said[7:11]) != "\x00\x0a\x00\x0a" {
			return s, false
		}
		s.Product, s.Version = longString(said, "product"), longString(said, "version")
		return s, true
	},
}

// longString is the value of a key in a table of AMQP.
func longString(said []byte, key string) string {
	_, rest, ok := bytes.Cut(said, []byte(string([]byte{byte(len(key))})+key+"S"))
	if !ok || len(rest) < 4 || int(be32(rest)) > len(rest)-4 {
		return ""
	}
	return word(rest[4 : 4+be32(rest)])
}

// mqtt lets in whoever says CONNECT, or says why not.
var mqtt = Probe{
	Service: "mqtt", Ports: []uint16{1883, 8883}, Programs: []string{"mosquitto"}, TLS: true,
	Ask:    "\x10\x14\x00\x04MQTT\x04\x02\x00\x0a\x00\x08portlore",
	OnlyIf: true,
	Sends:  "CONNECT of the client portlore, then the end", Proof: "CONNACK", Spec: "MQTT 3.1.1, 3.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 4 && said[0] == 0x20 && said[1] == 2 && said[2] <= 1 && said[3] <= 5 && (len(said) == 4 || said[4] != 0)
	},
}

// beanstalkd has no passwords; stats changes nothing.
var beanstalkd = Probe{
	Service: "beanstalkd", Ports: []uint16{11300}, Programs: []string{"beanstalkd"}, Ask: "stats\r\nquit\r\n", Home: true, Cue: "UNKNOWN_COMMAND\r\n",
	Proof: "UNKNOWN_COMMAND, or statistics of jobs", Spec: "beanstalkd, protocol.txt",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "beanstalkd"
		s.Version = after(said, "\nversion: ") // some versions are in quotes
		if s.Version == "" {
			s.Version = after(said, "\nversion: \"")
		}
		return s, strings.Trim(string(said[:min(len(said), 200)]), "\r\n") == "UNKNOWN_COMMAND" ||
			strings.ReplaceAll(string(said[:min(len(said), 200)]), "UNKNOWN_COMMAND\r\n", "") == "" ||
			bytes.HasPrefix(said, []byte("OK ")) && bytes.Contains(said, []byte("\ncurrent-jobs-urgent: "))
	},
}

// gearmand is administered by text at the port of its jobs.
var gearman = Probe{
	Service: "gearman", Ports: []uint16{4730}, Programs: []string{"gearmand"}, Ask: "version\r\n", Home: true, Cue: " Unknown+server+command",
	Proof: "its way to say that a command is unknown", Spec: "Gearman, protocol: administrative",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "gearmand"
		if okLine := gearmanVersion().FindSubmatch(said); okLine != nil {
			s.Version = string(okLine[1])
			return s, true
		}
		return s, bytes.HasPrefix(bytes.ToLower(said[:min(len(said), 64)]), []byte("err unknown_command unknown+server+command"))
	},
}

var gearmanVersion = pattern.New(`^OK (\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\r?\n$`)

// epmd tells the nodes of Erlang on its host, after its own port.
var epmd = Probe{
	Service: "epmd", Ports: []uint16{4369}, Programs: []string{"epmd"}, Ask: "\x00\x01n", OnlyIf: true,
	Sends: "NAMES_REQ", Proof: "its own port, then lines of nodes", Spec: "Erlang, distribution protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 4 || be32(said) > 0xffff || be32(said) < 1024 {
			return s, false
		}
		s.Product = "epmd"
		return s, len(said) == 4 || epmdNode().Match(said[4:])
	},
}

var epmdNode = pattern.New(`^name \S+ at port \d+\n`)

// cassandra tells what it supports.
var cassandra = Probe{
	Service: "cassandra", Ports: []uint16{9042, 9142}, TLS: true,
	Ask:   "\x04\x00\x00\x00\x05\x00\x00\x00\x00",
	Sends: "OPTIONS", Proof: "SUPPORTED, with CQL_VERSION", Spec: "CQL binary protocol 4, 4.2.4",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) > 9 && said[0]&0xf8 == 0x80 && said[4] == 6 && int(be32(said[5:])) == len(said)-9 && bytes.Contains(said, []byte("\x00\x0bCQL_VERSION"))
	},
}

// oracle refuses to connect to what does not exist, and says its version by that.
var oracle = Probe{
	Service: "oracle", Ports: []uint16{1521, 1522, 1526}, Programs: []string{"tnslsnr"},
	Ask:    tnsConnect("(DESCRIPTION=(CONNECT_DATA=(COMMAND=ping)))"),
	OnlyIf: true,
	Sends:  "TNS connect with the command ping", Proof: "a TNS packet: accept, refuse, redirect or resend", Spec: "Wireshark, packet-tns",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 8 || be16(said) != len(said) || be16(said[2:]) != 0 || said[5] > 1 || be16(said[6:]) != 0 {
			return s, false
		}
		const accept, refuse, redirect, resend = 2, 4, 5, 11
		switch said[4] {
		case resend:
			return s, len(said) == 8
		case refuse, redirect:
			return s, bytes.Contains(said, []byte("(DESCRIPTION=")) || bytes.Contains(said, []byte("(ADDRESS="))
		case accept:
			return s, len(said) >= 24
		}
		return s, false
	},
}

func tnsConnect(data string) string {
	const head = 58
	b := binary.BigEndian.AppendUint16(nil, uint16(head+len(data)))
	b = append(b, 0, 0, 1, 0, 0, 0) // connect
	for _, n := range []uint16{0x0136, 0x012c, 0, 0x0800, 0x7fff, 0x7f08, 0, 1, uint16(len(data)), head} {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	b = append(b, make([]byte, head-len(b))...)
	return string(b) + data
}

// neo4j offers a version of Bolt out of four.
var neo4j = Probe{
	Service: "neo4j", Ports: []uint16{7687}, TLS: true, Home: true, Ask: "\x60\x60\xb0\x17\x00\x00\x04\x04\x00\x00\x00\x04\x00\x00\x00\x03\x00\x00\x00\x02", OnlyIf: true,
	Sends: "the magic of Bolt and four versions", Proof: "one of these versions", Spec: "Bolt, handshake",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) == 4 && be16(said) == 0 && (said[3] == 4 && said[2] <= 4 || said[2] == 0 && (said[3] == 3 || said[3] == 2))
	},
}

// ajp is how web servers reach Tomcat; it answers a ping.
var ajp = Probe{
	Service: "ajp", Ports: []uint16{8009}, Home: true, Ask: "\x12\x34\x00\x01\x0a", OnlyIf: true,
	Sends: "CPing", Proof: "CPong", Spec: "Apache Tomcat, AJPv13 extensions",
	Read: func(said []byte) (s portlore.DoorService, ok bool) { return s, string(said) == "AB\x00\x01\x09" },
}

// rmi acknowledges the protocol and tells us how it sees us.
var rmi = Probe{
	Service: "rmi", Ports: []uint16{1099, 1098}, Ask: "JRMI\x00\x02K", OnlyIf: true,
	Sends: "JRMI, version 2, the stream protocol", Proof: "an acknowledgement, then our own address in text", Spec: "Java RMI specification, 10.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 9 && said[0] == 'N' && be16(said[1:]) > 1 && len(said) == 3+be16(said[1:])+4 && be16(said[len(said)-4:]) == 0
	},
}

// adb says hello, or that it wants a key.
var adb = Probe{
	Service: "adb", Ports: []uint16{5555}, Programs: []string{"adbd"}, Ask: adbConnect(), Home: true,
	Sends: "CNXN", Proof: "CNXN or AUTH, with its check value", Spec: "Android, adb protocol.txt",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if len(said) < 24 || string(said[:4]) != "CNXN" && string(said[:4]) != "AUTH" && string(said[:4]) != "STLS" {
			return s, false
		}
		magic := binary.LittleEndian.Uint32(said[20:])
		return s, magic == ^binary.LittleEndian.Uint32(said)
	},
}

func adbConnect() string {
	const identity = "host::portlore\x00"
	sum := uint32(0)
	for _, c := range []byte(identity) {
		sum += uint32(c)
	}
	b := []byte("CNXN")
	for _, n := range []uint32{0x01000000, 4096, uint32(len(identity)), sum, ^binary.LittleEndian.Uint32([]byte("CNXN"))} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return string(b) + identity
}

// distccd is asked to run a compiler that does not exist, for an empty file, which
// it refuses: nothing is run.
var distccd = Probe{
	Service: "distccd", Ports: []uint16{3632}, Programs: []string{"distccd"}, Home: true, OnlyIf: true,
	Ask:   "DIST00000001ARGC00000005ARGV00000012portlore-asks-onlyARGV00000002-cARGV00000006none.cARGV00000002-oARGV00000006none.oDOTI00000000",
	Sends: "a job for the compiler portlore-asks-only, which does not exist, with an empty file", Proof: "DONE and the version of its protocol", Spec: "distcc, protocol-1.txt",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "distcc"
		return s, bytes.HasPrefix(said, []byte("DONE00000001"))
	},
}

// gitDaemon is asked for a repository that does not exist.
var gitDaemon = Probe{
	Service: "git", Ports: []uint16{9418}, Programs: []string{"git-daemon"}, OnlyIf: true,
	Ask:   pktLine("git-upload-pack /portlore\x00host=portlore\x00"),
	Sends: "git-upload-pack of /portlore", Proof: "ERR in a line of git, or a list of references", Spec: "Git, gitprotocol-pack",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "git"
		n, err := fmt.Sscanf(string(said[:min(len(said), 4)]), "%04x", new(int))
		return s, n == 1 && err == nil && len(said) > 8 && (string(said[4:8]) == "ERR " || bytes.Contains(said[:min(len(said), 400)], []byte("\x00multi_ack")))
	},
}

func pktLine(s string) string { return fmt.Sprintf("%04x", len(s)+4) + s }
