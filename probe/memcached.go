package probe

import (
	"bytes"

	"github.com/portlore/portlore"
)

// memcached has no password in its text protocol: who is answered is let in.
var memcached = Probe{
	Service: "memcached", Ports: []uint16{11211}, Programs: []string{"memcached"},
	Ask: "version\r\nquit\r\n", Cue: "ERROR\r\n", Home: true,
	Proof: "VERSION and a number", Spec: "memcached, protocol.txt",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "memcached", after(answer, "VERSION ")
		return s, bytes.HasPrefix(answer, []byte("VERSION "))
	},
	Check: func([]byte) Check {
		return Check{
			ID: "memcached.noauth", Word: portlore.Fix,
			Evidence: portlore.Text{EN: "no password: version was told", ZH: "无口令：直接报出版本"},
			Means: portlore.Text{
				EN: "Anyone who reaches it can read and change the cache, sessions of users among it. Where UDP is on, it floods third parties on demand.",
				ZH: "能连上的人都可读写缓存，里面常有会话和用户数据。若开了 UDP，还会被用来放大攻击他人。",
			},
			Do: portlore.Text{
				EN: "Block the port now; start it with -l 127.0.0.1 (or the addresses of your own servers) and -U 0.",
				ZH: "先封住这个端口；启动时加上 -l 127.0.0.1（或自己服务器的地址）和 -U 0。",
			},
		}
	},
}
