package probe

import (
	"bytes"
	"context"
	"strings"

	"github.com/portlore/portlore"
)

// The small services of RFC 862 to 868 serve nobody any more. By UDP two of them
// can be made to answer each other for ever.
var (
	smallTCP = []string{"echo", "chargen", "discard", "daytime", "time", "qotd"}
	smallUDP = []string{"echo", "chargen", "daytime", "time"}
)

// smallServices are the inspections of them. By TCP nothing is asked that their
// name was not known by.
func smallServices() (all []Inspection) {
	for _, s := range smallTCP {
		all = append(all, Inspection{
			Services: []string{s}, Transport: "tcp", Calls: 0,
			Sends: "nothing more: it has proven to be one", Never: "anything",
			Finds: []Outcome{{s + ".open", portlore.Note, "it answered as one"}},
			Ask: func(context.Context, *Visit) []Check {
				return []Check{{
					ID: s + ".open", Word: portlore.Note,
					Evidence: both("a small service of 1983, open", "1983 年的小服务，仍开着"),
					Means:    both("It does no harm by itself, and no good: whoever leaves it on has left on more.", "本身无害，也无用；但连它都没关，别的恐怕也没关。"),
					Do:       both("Turn it off (inetd.conf, xinetd; on Windows: Simple TCP/IP Services).", "关掉它（inetd.conf、xinetd；Windows 上是“简单 TCP/IP 服务”）。"),
				}}
			},
		})
	}
	for _, s := range smallUDP {
		all = append(all, Inspection{
			Services: []string{s}, Transport: "udp", Calls: 1,
			Sends: "one datagram of 8 bytes", Never: "a second one; one from another port than a client's; a broadcast",
			Finds: []Outcome{
				{s + ".open", portlore.Check, "an answer to any datagram"},
				{"udp.amplifier", portlore.Check, "it returned at least 3 times the bytes that were sent"},
			},
			Ask: func(ctx context.Context, v *Visit) []Check {
				c := v.call(ctx)
				defer c.hang()
				const ask = "portlore"
				c.say(ask)
				_, back := c.datagrams()
				if back == 0 {
					return nil
				}
				open := Check{
					ID: s + ".open", Word: v.strangers(),
					Evidence: both("answers any datagram: %[2]d bytes for %[1]d", "对任何数据报都应答：发 %d 字节，回 %d 字节", len(ask), back),
					Means: both("A single forged packet sets it and another such service on each other: they answer one another for ever, until both are down.",
						"只需一个伪造的包，就能让它与另一个同类服务互相应答，没完没了，直到双方瘫痪。"),
					Do: both("Turn it off; nobody needs it. Drop packets to UDP ports below 20 at the border.", "关掉它，没有人用得着；并在边界丢弃发往 20 以下 UDP 端口的包。"),
				}
				return append([]Check{open}, amplifier(v, s, len(ask), back)...)
			},
		})
	}
	return all
}

// openShell waits for a prompt that comes unasked. No command is ever sent.
var openShell = Inspection{
	Services: []string{"shell", "bindshell", "ingreslock"}, Transport: "tcp", Calls: 1,
	Sends: "nothing",
	Never: "a command, not even an empty line",
	Finds: []Outcome{{"shell.open", portlore.Fix, "a prompt of a shell, sent unasked, without a login"}},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		prompt := shellPrompt(c.rest(packetTime))
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

// shellPrompt is the last line of a greeting, if it is a prompt of a shell; empty:
// it is not. A question for a name or a password is none.
func shellPrompt(greeting []byte) string {
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
