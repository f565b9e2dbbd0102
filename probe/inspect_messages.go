package probe

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
)

// openMQTT connects without a name (MQTT 3.1.1, 3.1) and leaves again.
var openMQTT = Inspection{
	Services: []string{"mqtt"}, Transport: "tcp", Calls: 1,
	Sends: "CONNECT without a name, client id portlore, clean session, no will; DISCONNECT",
	Never: "SUBSCRIBE, PUBLISH, a name or a password",
	Finds: []Outcome{
		{"mqtt.noauth", portlore.Fix, "CONNACK with code 0"},
		{"mqtt.auth", portlore.Fine, "CONNACK with code 4 or 5"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		c.say("\x10\x14\x00\x04MQTT\x04\x02\x00\x3c\x00\x08portlore")
		answer := c.exactly(4)
		if answer == nil || answer[0] != 0x20 || answer[1] != 2 {
			return nil
		}
		switch answer[3] {
		case 4, 5:
			return guarded("mqtt.auth", fmt.Sprintf("CONNACK %d", answer[3]))
		case 0:
			c.say("\xe0\x00")
			return []Check{{
				ID: "mqtt.noauth", Word: portlore.Fix,
				Evidence: both("no password: CONNECT was accepted (CONNACK 0)", "无口令：CONNECT 被接受（CONNACK 0）"),
				Means: both("Anyone who reaches it may listen to what devices say and give them orders, as far as no access list stops them; that was not tried.",
					"能连上的人都可监听设备消息、向设备下指令，除非另有 ACL 限制；这一点没有去试。"),
				Do: both("Set allow_anonymous false and a password file (Mosquitto), offer TLS, and let known devices in only.",
					"设 allow_anonymous false 和口令文件（Mosquitto），启用 TLS，只放行已知设备。"),
			}}
		}
		return nil
	},
}

// openNATS connects as the server allows everybody to (NATS client protocol).
var openNATS = Inspection{
	Services: []string{"nats"}, Transport: "tcp", Calls: 1,
	Sends: "CONNECT without a name, PING",
	Never: "SUB, PUB",
	Finds: []Outcome{
		{"nats.noauth", portlore.Fix, "PONG after a CONNECT without a name"},
		{"nats.auth", portlore.Fine, "auth_required, or an authorization violation"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		info := c.line()
		if !strings.HasPrefix(info, "INFO {") {
			return nil
		}
		if strings.Contains(info, `"auth_required":true`) {
			return guarded("nats.auth", `"auth_required":true`)
		}
		c.say(`CONNECT {"verbose":false,"pedantic":false,"tls_required":false,"name":"portlore","lang":"go","version":"0","protocol":0}` + "\r\nPING\r\n")
		switch said := c.line(); {
		case strings.HasPrefix(said, "-ERR"):
			return guarded("nats.auth", said)
		case said != "PONG":
			return nil
		}
		return []Check{{
			ID: "nats.noauth", Word: portlore.Fix,
			Evidence: both("no password: CONNECT, PING got PONG", "无口令：CONNECT 后 PING 即得 PONG"),
			Means: both("Anyone who reaches it can listen to all messages and send their own to any of your services.",
				"能连上的人都可监听全部消息，并向你的任何服务发送消息。"),
			Do: both("Block the port now; set authorization (users, tokens or NKeys) and TLS in nats-server.conf.", "先封住端口；在 nats-server.conf 里设好 authorization（用户、令牌或 NKey）和 TLS。"),
		}}
	},
}

// openZooKeeper begins a session and asks who may do what at the root (getACL): the
// answer tells whether strangers may write, without writing.
var openZooKeeper = Inspection{
	Services: []string{"zookeeper"}, Transport: "tcp", Calls: 1,
	Sends: "ConnectRequest (session of 4 s), getACL of /, closeSession",
	Never: "create, set, delete; kill, stmk and the other commands of four letters",
	Finds: []Outcome{
		{"zookeeper.noauth", portlore.Fix, "the list of / gives world:anyone the right to create, write or delete; CHECK if to read only"},
		{"zookeeper.auth", portlore.Fine, "no authority to read it"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		// version, last zxid seen, timeout 4,000 ms, no session, password of 16 bytes
		c.say("\x00\x00\x00\x2c" + "\x00\x00\x00\x00" + strings.Repeat("\x00", 8) + "\x00\x00\x0f\xa0" + strings.Repeat("\x00", 8) + "\x00\x00\x00\x10" + strings.Repeat("\x00", 16))
		session := c.frame()
		if len(session) < 20 || bytes.Equal(session[8:16], make([]byte, 8)) {
			return nil
		}
		c.say("\x00\x00\x00\x0d" + "\x00\x00\x00\x01" + "\x00\x00\x00\x06" + "\x00\x00\x00\x01/")
		answer := &xdr{b: c.frame()}
		c.say("\x00\x00\x00\x08" + "\x00\x00\x00\x02" + "\xff\xff\xff\xf5")
		if answer.number() != 1 {
			return nil
		}
		answer.number() // zxid, of 64 bits
		answer.number()
		const noAuth = -102
		switch code := int32(answer.number()); {
		case code == noAuth:
			return guarded("zookeeper.auth", "NoAuth")
		case code != 0 || answer.broken:
			return nil
		}
		const read, write, create, remove, admin = 1, 2, 4, 8, 16
		for range min(answer.number(), 100) {
			rights := answer.number()
			scheme, id := answer.plain(), answer.plain()
			if answer.broken {
				return nil
			}
			if scheme != "world" || id != "anyone" {
				continue
			}
			switch {
			case rights&(write|create|remove|admin) != 0:
				return []Check{zookeeperOpen(portlore.Fix, both("no password: anyone may write at / (world:anyone)", "无口令：任何人都可写入 /（world:anyone）"))}
			case rights&read != 0:
				return []Check{zookeeperOpen(portlore.Check, both("no password: anyone may read / (world:anyone)", "无口令：任何人都可读取 /（world:anyone）"))}
			}
		}
		return guarded("zookeeper.auth", "ACL")
	},
}

// frame is the next message after its length in 32 bits.
func (c *call) frame() []byte {
	head := c.exactly(4)
	if head == nil || head[0] != 0 {
		return nil
	}
	return c.exactly(int(head[1])<<16 | int(head[2])<<8 | int(head[3]))
}

// plain is a text without padding.
func (x *xdr) plain() string {
	n := int(x.number())
	if n < 0 || n > len(x.b) {
		x.broken = true
		return ""
	}
	s := string(x.b[:n])
	x.b = x.b[n:]
	return s
}

func zookeeperOpen(word portlore.Word, evidence portlore.Text) Check {
	return Check{
		ID: "zookeeper.noauth", Word: word, Evidence: evidence,
		Means: both("Anyone who reaches it can change the settings of all that is coordinated here (Kafka, HBase, Solr), as far as nodes have no list of their own.",
			"能连上的人都可改动由它协调的系统（Kafka、HBase、Solr）的配置，除非各节点另有 ACL。"),
		Do: both("Let only the machines of the cluster reach it; set ACLs (SASL), enforce.auth.enabled=true.", "只让集群内的主机访问；设置 ACL（SASL），enforce.auth.enabled=true。"),
	}
}
