package probe

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/portlore/portlore"
)

// openX11 opens a connection without a cookie (X Window System Protocol, 8) and
// hangs up as soon as it is accepted.
var openX11 = Inspection{
	Services: []string{"x11"}, Transport: "tcp", Calls: 2,
	Sends: "a connection setup (version 11.0) without authorisation; once more after half a second if it is hung up on",
	Never: "a request: no window is looked at, no key is read",
	Finds: []Outcome{
		{"x11.open", portlore.Fix, "the setup is accepted (1)"},
		{"x11.auth", portlore.Fine, "it is refused (0) or more is asked for (2)"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		found, hungUp := v.setupX11(ctx)
		if hungUp { // a server begins anew when its last client has gone: us, who asked what it is
			select {
			case <-ctx.Done():
			case <-time.After(restartTime):
				found, _ = v.setupX11(ctx)
			}
		}
		return found
	},
}

const restartTime = 500 * time.Millisecond

// setupX11 opens one connection. True: there was no answer.
func (v *Visit) setupX11(ctx context.Context) (found []Check, hungUp bool) {
	c := v.call(ctx)
	defer c.hang()
	c.say("l\x00\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00")
	head := c.exactly(8)
	if head == nil {
		return nil, true
	}
	switch head[0] {
	case 0:
		return refused("x11.auth", string(c.exactly(int(head[1])))), false
	case 2:
		return refused("x11.auth", "Authenticate"), false
	}
	if head[0] != 1 || binary.LittleEndian.Uint16(head[2:]) != 11 {
		return nil, false
	}
	body := c.exactly(min(4*int(binary.LittleEndian.Uint16(head[6:])), 4<<10))
	vendor := ""
	if len(body) >= 32 {
		vendor = string(body[32:min(len(body), 32+int(binary.LittleEndian.Uint16(body[16:])))])
	}
	return []Check{{
		ID: "x11.open", Word: portlore.Fix,
		Evidence: both("no password: X server took us in: %s", "无口令：X 服务器接受了连接：%s", quote(vendor)),
		Means: both("Anyone who reaches it sees the screen, reads every key that is pressed and types as the user.",
			"能连上的人都能看到屏幕、记录每次按键，并冒充用户输入。"),
		Do: both("Run xhost - on it now; start X with -nolisten tcp; reach it through ssh -X.",
			"立即在上面运行 xhost -；以 -nolisten tcp 启动 X；远程改用 ssh -X。"),
	}}, false
}

// openXDMCP asks a display manager whether it would log in a stranger's screen.
var openXDMCP = Inspection{
	Services: []string{"xdmcp"}, Transport: "udp", Calls: 1,
	Sends: "one Query (XDMCP, version 1)",
	Never: "Request, Manage: no session is begun",
	Finds: []Outcome{
		{"xdmcp.open", portlore.Check, "Willing"},
		{"xdmcp.unwilling", portlore.Fine, "Unwilling"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		c.say("\x00\x01\x00\x02\x00\x01\x00")
		b := c.datagram()
		if len(b) < 8 || b[0] != 0 || b[1] != 1 || b[2] != 0 {
			return nil
		}
		fields := lengthTexts(b[6:])
		switch {
		case b[3] == 6: // Unwilling: host, status
			return refused("xdmcp.unwilling", fields[min(1, len(fields)-1)])
		case b[3] != 5: // Willing: authentication, host, status
			return nil
		}
		return []Check{{
			ID: "xdmcp.open", Word: portlore.Check,
			Evidence: both("offers a login screen to strangers: %s", "向陌生人提供登录画面：%s", quote(fields[len(fields)-1])),
			Means: both("Strangers get the graphical login of this machine, and all that passes, the password too, is in clear text.",
				"陌生人能得到这台机器的图形登录界面，而且传输内容（包括口令）全是明文。"),
			Do: both("Turn XDMCP off in the display manager (gdm: [xdmcp] Enable=false); use SSH or RDP with TLS.",
				"在显示管理器里关闭 XDMCP（gdm：[xdmcp] Enable=false），改用 SSH 或带 TLS 的 RDP。"),
		}}
	},
}

// lengthTexts are the texts of a packet, each after its length in 16 bits; at least
// one.
func lengthTexts(b []byte) (all []string) {
	for len(b) >= 2 {
		n := int(binary.BigEndian.Uint16(b))
		if n > len(b)-2 {
			break
		}
		all, b = append(all, string(b[2:2+n])), b[2+n:]
	}
	if all == nil {
		return []string{""}
	}
	return all
}
