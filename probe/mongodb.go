package probe

import (
	"bytes"
	"encoding/binary"

	"github.com/portlore/portlore"
)

// mongodb says hello to everybody; the names of its databases only to those it
// lets in.
var mongodb = Probe{
	Service: "mongodb", Ports: []uint16{27017, 27018, 27019}, Programs: []string{"mongod", "mongos"},
	Ask:    mongoMessage(1, "hello") + mongoMessage(2, "listDatabases", "nameOnly"),
	OnlyIf: true, TLS: true,
	Sends: "hello, listDatabases (names only)", Proof: "maxWireVersion", Spec: "MongoDB wire protocol, OP_MSG",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product = "MongoDB"
		return s, bytes.Contains(answer, []byte("maxWireVersion\x00"))
	},
	Check: func(answer []byte) (c Check) {
		switch {
		case bytes.Contains(answer, []byte("Unauthorized\x00")) || bytes.Contains(answer, []byte("requires authentication")):
			return asksPassword("mongodb.auth", "Unauthorized")
		case !bytes.Contains(answer, []byte("\x04databases\x00")):
			return c
		}
		return Check{
			ID: "mongodb.noauth", Word: portlore.Fix,
			Evidence: portlore.Text{EN: "no password: lists its databases", ZH: "无口令：可列出数据库"},
			Means: portlore.Text{
				EN: "Anyone who reaches it can read, change and delete all data. Such servers are wiped and held to ransom within hours.",
				ZH: "能连上的人都可读取、改动、删除全部数据。这类服务器往往几小时内就被清空并勒索。",
			},
			Do: portlore.Text{
				EN: "Block the port now; set net.bindIp to inner addresses and security.authorization to enabled; look for databases named like READ_ME.",
				ZH: "先封住这个端口；把 net.bindIp 改为内网地址，security.authorization 设为 enabled；再查有没有名为 READ_ME 之类的库。",
			},
		}
	},
}

// mongoMessage is a command to the database admin (OP_MSG): a name, and options
// that are true.
func mongoMessage(id uint32, command string, options ...string) string {
	doc := "\x10" + command + "\x00\x01\x00\x00\x00" // int32 1
	for _, o := range options {
		doc += "\x08" + o + "\x00\x01"
	}
	doc += "\x02$db\x00\x06\x00\x00\x00admin\x00\x00"
	body := "\x00\x00\x00\x00\x00" + number(uint32(len(doc)+4)) + doc // flags, kind of section
	return number(uint32(16+len(body))) + number(id) + number(0) + number(2013) + body
}

func number(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }
