package probe

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"

	"github.com/portlore/portlore"
)

// postgresTrust begins a session as postgres and sees whether a password is asked
// for (PostgreSQL, 55.2.1). It ends it before anything is asked of the database.
var postgresTrust = Inspection{
	Services: []string{"postgresql"}, Transport: "tcp", Calls: 2,
	Sends: "StartupMessage for the user postgres, inside TLS where it is offered; Terminate",
	Never: "a password; a query",
	Finds: []Outcome{
		{"postgresql.trust", portlore.Fix, "AuthenticationOk without a password"},
		{"postgresql.auth", portlore.Fine, "a password is asked for, or pg_hba.conf lets nobody in"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.plainly(ctx)
		defer func() { c.hang() }()
		c.say("\x00\x00\x00\x08\x04\xd2\x16\x2f") // SSLRequest
		if answer := c.exactly(1); string(answer) == "S" {
			c.overTLS(ctx)
		} else if string(answer) != "N" {
			return nil
		}
		body := "\x00\x03\x00\x00user\x00postgres\x00database\x00postgres\x00application_name\x00portlore\x00\x00"
		c.say(string(binary.BigEndian.AppendUint32(nil, uint32(4+len(body)))) + body)
		head := c.exactly(5)
		if head == nil {
			return nil
		}
		answer := c.exactly(int(binary.BigEndian.Uint32(head[1:])) - 4)
		switch {
		case head[0] == 'E':
			return refused("postgresql.auth", postgresError(answer))
		case head[0] != 'R' || len(answer) < 4:
			return nil
		}
		if method := binary.BigEndian.Uint32(answer); method != 0 {
			name := map[uint32]string{3: "password", 5: "MD5", 7: "GSSAPI", 9: "SSPI", 10: "SASL"}[method]
			return guarded("postgresql.auth", name)
		}
		c.say("X\x00\x00\x00\x04")
		return []Check{{
			ID: "postgresql.trust", Word: portlore.Fix,
			Evidence: both("no password: postgres was let in", "无口令：postgres 用户直接登录成功"),
			Means: both("Anyone who reaches it is the superuser of this database: all data, and by COPY PROGRAM commands on the machine.",
				"能连上的人就是数据库超级用户：可读写全部数据，还能用 COPY PROGRAM 在机器上执行命令。"),
			Do: both("Block the port now. Replace trust by scram-sha-256 in pg_hba.conf, set a password, reload. Look for roles and tables that are not yours.",
				"先封住端口。把 pg_hba.conf 里的 trust 改为 scram-sha-256，设好口令并重载；再查有没有来历不明的角色和表。"),
		}}
	},
}

// postgresError is the message of an error.
func postgresError(b []byte) string {
	for len(b) > 1 && b[0] != 0 {
		text, rest, ok := bytes.Cut(b[1:], []byte{0})
		if !ok {
			break
		}
		if b[0] == 'M' {
			return string(text)
		}
		b = rest
	}
	return ""
}

// mysqlRoot logs in once as root without a password, and out again (MySQL client
// and server protocol, connection phase).
var mysqlRoot = Inspection{
	Services: []string{"mysql"}, Transport: "tcp", Calls: 1,
	Sends: "one login as root with an empty password; COM_QUIT",
	Never: "a password; another name; a query",
	Finds: []Outcome{
		{"mysql.nopassword", portlore.Fix, "OK to root with an empty password"},
		{"mysql.auth", portlore.Fine, "access denied, or this host is not allowed to connect"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.plainly(ctx)
		defer c.hang()
		greeting, _ := c.mysqlPacket()
		if len(greeting) > 3 && greeting[0] == 0xff {
			return refused("mysql.auth", mysqlError(greeting))
		}
		if len(greeting) == 0 || greeting[0] != 10 || bytes.Contains(greeting, []byte("-release (")) {
			return nil // Sphinx speaks so too, and has neither root nor passwords
		}
		plugin := "mysql_native_password"
		if bytes.HasSuffix(greeting, []byte("caching_sha2_password\x00")) {
			plugin = "caching_sha2_password"
		}
		// Protocol 4.1, secure connection, plugin authentication; 16 MiB; utf8mb4.
		c.say(mysqlPacket(1, "\x00\x82\x08\x00\x00\x00\x00\x01\x2d"+strings.Repeat("\x00", 23)+"root\x00"+"\x00"+plugin+"\x00"))
		answer, number := c.mysqlPacket()
		if len(answer) > 0 && answer[0] == 0xfe { // use another plugin: with it too, nothing is empty
			c.say(mysqlPacket(number+1, ""))
			answer, _ = c.mysqlPacket()
		}
		if len(answer) == 2 && answer[0] == 1 && answer[1] == 3 { // caching_sha2_password: fast, go on
			answer, _ = c.mysqlPacket()
		}
		switch {
		case len(answer) == 0:
			return nil
		case answer[0] == 0xff:
			return guarded("mysql.auth", mysqlError(answer))
		case answer[0] != 0:
			return nil
		}
		c.say(mysqlPacket(0, "\x01"))
		return []Check{{
			ID: "mysql.nopassword", Word: portlore.Fix,
			Evidence: both("no password: root was let in", "无口令：root 直接登录成功"),
			Means: both("Anyone who reaches it can read, change and delete all data, and write files on the machine. Such servers are wiped and held to ransom.",
				"能连上的人都可读取、改动、删除全部数据，还能往机器上写文件。这类服务器常被清空并勒索。"),
			Do: both("Block the port now; run mysql_secure_installation; allow root from localhost only; set bind-address.",
				"先封住端口；运行 mysql_secure_installation；只允许 root 从 localhost 登录；设好 bind-address。"),
		}}
	},
}

// mysqlPacket is a packet: length in 24 bits, number, what it is.
func mysqlPacket(number byte, body string) string {
	return string([]byte{byte(len(body)), byte(len(body) >> 8), 0, number}) + body
}

// mysqlPacket is the next one. Nil: none came.
func (c *call) mysqlPacket() (body []byte, number byte) {
	head := c.exactly(4)
	if head == nil {
		return nil, 0
	}
	return c.exactly(int(head[0]) | int(head[1])<<8 | int(head[2])<<16), head[3]
}

// mysqlError is the message of an error packet.
func mysqlError(b []byte) string {
	if len(b) < 3 {
		return ""
	}
	b = b[3:]
	if len(b) > 6 && b[0] == '#' {
		b = b[6:]
	}
	return string(b)
}

// openCassandra begins a session without a login (CQL binary protocol 4, 4.1.1).
var openCassandra = Inspection{
	Services: []string{"cassandra"}, Transport: "tcp", Calls: 1,
	Sends: "STARTUP",
	Never: "AUTH_RESPONSE, QUERY",
	Finds: []Outcome{
		{"cassandra.noauth", portlore.Fix, "READY"},
		{"cassandra.auth", portlore.Fine, "AUTHENTICATE"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		body := "\x00\x01\x00\x0bCQL_VERSION\x00\x053.0.0"
		c.say("\x04\x00\x00\x00\x01" + string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + body)
		const ready, authenticate = 2, 3
		switch head := c.exactly(9); {
		case head == nil || head[0] != 0x84:
		case head[4] == authenticate:
			return guarded("cassandra.auth", "AUTHENTICATE")
		case head[4] == ready:
			return []Check{dataOpen("cassandra", "STARTUP", "Set authenticator: PasswordAuthenticator and authorizer: CassandraAuthorizer, change the password of cassandra, bind it to inner addresses.",
				"设 authenticator: PasswordAuthenticator、authorizer: CassandraAuthorizer，改掉 cassandra 的默认口令，只绑定内网地址。")}
		}
		return nil
	},
}
