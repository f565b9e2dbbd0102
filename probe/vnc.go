package probe

import (
	"bytes"

	"github.com/portlore/portlore"
)

// vnc lists the ways to log in as soon as the versions are agreed on (RFC 6143);
// the way 1 is none.
var vnc = Probe{
	Service: "vnc", Ports: []uint16{5900, 5901, 5902}, Programs: []string{"xvnc", "x11vnc", "vino-server"},
	Ask: "RFB 003.008\n", Greets: true,
	Proof: "RFB and the version of the protocol", Spec: "RFC 6143",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		return s, len(answer) >= 12 && bytes.HasPrefix(answer, []byte("RFB 0")) && answer[11] == '\n'
	},
	Check: func(answer []byte) (c Check) {
		if len(answer) < 14 || len(answer) < 13+int(answer[12]) || answer[12] == 0 {
			return c
		}
		if bytes.IndexByte(answer[13:13+int(answer[12])], 1) < 0 {
			return asksPassword("vnc.auth", "RFB")
		}
		return Check{
			ID: "vnc.noauth", Word: portlore.Fix,
			Evidence: portlore.Text{EN: "no password: offers login None", ZH: "无口令：允许免登录（None）"},
			Means: portlore.Text{
				EN: "Anyone who reaches it sees this screen and types on this keyboard.",
				ZH: "能连上的人都能看到这个屏幕，并操作键盘和鼠标。",
			},
			Do: portlore.Text{
				EN: "Block the port now; let it listen on 127.0.0.1 only and reach it through ssh; set a password all the same.",
				ZH: "先封住这个端口；只监听 127.0.0.1，经 ssh 隧道访问；口令也要设。",
			},
		}
	},
}
