package probe

import (
	"bytes"

	"github.com/portlore/portlore"
)

// redis answers PING before a password is given, unless it wants one. Redis that
// has none refuses strangers by itself ("protected mode") if nobody told it not to.
var redis = Probe{
	Service: "redis", Ports: []uint16{6379, 6380}, Programs: []string{"redis-server", "valkey-server", "keydb-server"},
	Ask: "PING\r\nINFO server\r\nQUIT\r\n", TLS: true, Cue: "-ERR unknown command", Home: true,
	Proof: "+PONG, or an error in its words", Spec: "Redis, RESP",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "Redis", after(answer, "redis_version:")
		if v := after(answer, "valkey_version:"); v != "" {
			s.Product, s.Version = "Valkey", v
		}
		for _, head := range []string{"+PONG", "-NOAUTH ", "-DENIED Redis", "-ERR unknown command", "-ERR wrong number of arguments"} {
			ok = ok || bytes.HasPrefix(answer, []byte(head))
		}
		return s, ok
	},
	Check: func(answer []byte) (c Check) {
		switch {
		case bytes.HasPrefix(answer, []byte("-NOAUTH")):
			return asksPassword("redis.auth", "-NOAUTH")
		case bytes.HasPrefix(answer, []byte("-DENIED")):
			return Check{
				ID: "redis.protected", Word: portlore.Note,
				Evidence: portlore.Text{EN: "no password, strangers refused", ZH: "无口令，但拒绝外来连接"},
				Means: portlore.Text{
					EN: "Protected mode is all that keeps strangers out: one CONFIG SET by a local program, and they are in.",
					ZH: "挡住外人的只有保护模式：本机程序一条 CONFIG SET 就能关掉它。",
				},
				Do: portlore.Text{EN: "Bind it to 127.0.0.1, or set requirepass.", ZH: "改绑 127.0.0.1，或设 requirepass。"},
			}
		case !bytes.HasPrefix(answer, []byte("+PONG")):
			return c
		}
		return Check{
			ID: "redis.noauth", Word: portlore.Fix,
			Evidence: portlore.Text{EN: "no password: PING got +PONG", ZH: "无口令：PING 即得 +PONG"},
			Means: portlore.Text{
				EN: "Anyone who reaches it can read and change all data, and write files as the user it runs as. Worms look for such servers all day.",
				ZH: "能连上的人都可读取、改动全部数据，还能以它的运行用户写文件。蠕虫整天都在找这样的服务器。",
			},
			Do: portlore.Text{
				EN: "Block the port now. Look for intruders: CONFIG GET dir, unknown keys, cron, replicas. Then set requirepass and bind; SAVE before a restart.",
				ZH: "先封住这个端口。再查有无入侵痕迹：CONFIG GET dir、来历不明的键、cron、副本。然后设好 requirepass 和 bind，重启前先 SAVE。",
			},
		}
	},
}
