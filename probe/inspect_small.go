package probe

import (
	"bytes"
	"context"
	"strings"

	"github.com/portlore/portlore"
)

// smallServices are those of RFC 862 to 868 by UDP. Nobody needs them; echo and
// chargen can be made to answer one another for ever by a single forged packet. By
// TCP they do no harm: that they are there is all that there is to say.
func smallServices() (all []Inspection) {
	for _, s := range []string{"echo", "chargen", "daytime", "time"} {
		all = append(all, Inspection{
			Services: []string{s}, Transport: "udp", Calls: 1,
			Sends: "one datagram: portlore", Never: "a second one; one from the port of such a service; a broadcast",
			Finds: []Outcome{{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent; echo and chargen: any answer"}},
			Ask: func(ctx context.Context, v *Visit) []Check {
				c := v.call(ctx)
				defer c.hang()
				const ask = "portlore"
				c.say(ask)
				_, back := c.datagrams()
				if found := amplifier(v, s, len(ask), back); found != nil || back == 0 || s != "echo" && s != "chargen" {
					return found
				}
				return []Check{{
					ID: "udp.amplifier", Word: v.strangers(),
					Evidence: both("%s answers any datagram", "%s 对任何数据报都应答", s),
					Means: both("One forged packet sets it on another such service: they answer one another for ever, until both are down.",
						"只需一个伪造的包，就能让它与另一个同类服务没完没了地互相应答，直到双方瘫痪。"),
					Do: both("Turn it off; nobody needs it. Drop packets to UDP ports below 20 at the border.", "关掉它，没有人用得着；并在边界丢弃发往 20 以下 UDP 端口的包。"),
				}}
			},
		})
	}
	return all
}

// openShell waits for a prompt that comes unasked. No command is ever sent.
var openShell = Inspection{
	Services: []string{"shell"}, Transport: "tcp", Calls: 1,
	Sends: "nothing",
	Never: "a command, not even an empty line",
	Finds: []Outcome{{"shell.open", portlore.Fix, "a prompt of a shell, sent unasked, without a login"}},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		prompt := promptOf(c.rest(packetTime))
		if prompt == "" {
			return nil
		}
		return []Check{{
			ID: "shell.open", Word: portlore.Fix,
			Evidence: both("a shell without a password: %s", "无口令的命令行：%s", quote(prompt)),
			Means: both("Whoever connects gives orders to this machine. Nobody leaves that open on purpose; most likely somebody has broken in.",
				"连上来的人就能在这台机器上执行命令。没有人会有意这样开着，多半已被入侵。"),
			Do: both("Act now: take it off the network, keep a copy of memory and disk for study, then install it afresh. Look where else its passwords and keys were used.",
				"立即处理：断网，留存内存和磁盘镜像备查，然后重装系统；并排查它的口令和密钥还用在哪里。"),
		}}
	},
}

// promptOf is the last line of a greeting, if it is a prompt of a shell; empty:
// it is not. A question for a name or a password is none.
func promptOf(greeting []byte) string {
	const most = 4 << 10
	if len(greeting) == 0 || len(greeting) > most || bytes.IndexByte(greeting, 0) >= 0 {
		return ""
	}
	text := string(greeting)
	low := strings.ToLower(text)
	if strings.Contains(low, "login") || strings.Contains(low, "password") || strings.Contains(low, "username") {
		return ""
	}
	last := text[strings.LastIndexAny(strings.TrimRight(text, "\r\n"), "\r\n")+1:]
	switch {
	case strings.Contains(text, "Microsoft Windows [") && strings.HasSuffix(strings.TrimSpace(last), ">"),
		strings.HasPrefix(text, "PS ") && strings.HasSuffix(last, "> "),
		strings.Contains(low, "no job control in this shell"), strings.Contains(low, "can't access tty; job control turned off"):
		return strings.TrimSpace(last)
	case last == "# " || last == "$ ",
		strings.HasSuffix(last, "# ") && strings.ContainsAny(last, "@:~/") || strings.HasSuffix(last, "$ ") && strings.ContainsAny(last, "@:~/"):
		return strings.TrimSpace(last)
	}
	return ""
}

// openADB says hello to the debugger of an Android device (adb protocol.txt).
var openADB = Inspection{
	Services: []string{"adb"}, Transport: "tcp", Calls: 1,
	Sends: "CNXN",
	Never: "OPEN: no shell is begun, no file is asked for; AUTH",
	Finds: []Outcome{
		{"adb.noauth", portlore.Fix, "CNXN, without AUTH before it"},
		{"adb.auth", portlore.Fine, "AUTH, or STLS"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		c.say(adbConnect())
		switch head := string(c.exactly(24)); {
		case strings.HasPrefix(head, "AUTH") || strings.HasPrefix(head, "STLS"):
			return guarded("adb.auth", head[:4])
		case !strings.HasPrefix(head, "CNXN"):
			return nil
		}
		return []Check{{
			ID: "adb.noauth", Word: portlore.Fix,
			Evidence: both("no password: the debugger took us in (CNXN)", "无口令：调试器接受了连接（CNXN）"),
			Means: both("Anyone who reaches it has a shell on this device and can install programs. Worms that mine coins look for it all day.",
				"能连上的人都可在这台设备上执行命令、安装程序。挖矿蠕虫整天都在找它。"),
			Do: both("Block the port now; turn off debugging over the network (adb usb, or the developer settings). Look for programs that nobody installed.",
				"先封住端口；关闭网络调试（adb usb，或在开发者选项里关）。再查有没有来历不明的程序。"),
		}}
	},
}
