package probe

import (
	"context"
	"encoding/binary"

	"github.com/portlore/portlore"
)

// rdpSecurity asks by which protection a remote desktop may be opened (MS-RDPBCGR,
// 2.2.1.1 and 2.2.1.2): by none of TLS, and by TLS without a login before it.
var rdpSecurity = Inspection{
	Services: []string{"rdp"}, Transport: "tcp", Calls: 2,
	Sends: "X.224 connection request that offers standard RDP security alone; one that offers TLS alone",
	Never: "a name, a password, a session",
	Finds: []Outcome{
		{"rdp.security", portlore.Check, "standard RDP security is accepted"},
		{"rdp.nla", portlore.Check, "TLS is accepted without network level authentication; fine if it is required (HYBRID_REQUIRED_BY_SERVER)"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		const standard, tls, hybridRequired = 0, 1, 5
		selected, failure, ok := v.askRDP(ctx, standard)
		if ok && failure == 0 && selected == standard {
			return []Check{rdpWeak("rdp.security", portlore.Check, both("old RDP security is accepted: no TLS", "接受旧式 RDP 加密，不用 TLS"))}
		}
		if !ok || failure == 0 {
			return nil
		}
		selected, again, ok := v.askRDP(ctx, tls)
		switch {
		case ok && again == 0 && selected == tls:
			return []Check{rdpWeak("rdp.nla", v.strangers(), both("no network level authentication (NLA)", "未要求网络级身份验证（NLA）"))}
		case ok && again == hybridRequired || failure == hybridRequired:
			return []Check{{ID: "rdp.nla", Evidence: both("login is asked for first (NLA)", "先验证身份（NLA）")}}
		}
		return nil
	},
}

// askRDP requests one protection: which was selected, or why none.
func (v *Visit) askRDP(ctx context.Context, protocols uint32) (selected, failure uint32, ok bool) {
	c := v.plainly(ctx)
	defer c.hang()
	ask := "\x0e\xe0\x00\x00\x00\x00\x00" + "\x01\x00\x08\x00" + string(binary.LittleEndian.AppendUint32(nil, protocols))
	c.say("\x03\x00\x00" + string([]byte{byte(4 + len(ask))}) + ask)
	head := c.exactly(4)
	if head == nil || head[0] != 3 {
		return 0, 0, false
	}
	b := c.exactly(int(binary.BigEndian.Uint16(head[2:])) - 4)
	if len(b) < 7 || b[1]&0xf0 != 0xd0 {
		return 0, 0, false
	}
	if len(b) < 15 {
		return 0, 0, true // it knows nothing but standard security
	}
	what := binary.LittleEndian.Uint32(b[11:])
	switch b[7] {
	case 2:
		return what, 0, true
	case 3:
		return 0, what, true
	}
	return 0, 0, false
}

func rdpWeak(id string, word portlore.Word, evidence portlore.Text) Check {
	return Check{
		ID: id, Word: word, Evidence: evidence,
		Means: both("Strangers get as far as the login screen, and to the holes that were found before it. Passwords are guessed here all day.",
			"陌生人能一直走到登录画面，也就碰得到登录之前的漏洞。整天都有人在这里猜口令。"),
		Do: both("Require NLA (Windows: Remote Desktop, \"Network Level Authentication\"; xrdp: security_layer=tls at least), and let it be reached by VPN only.",
			"要求 NLA（Windows：远程桌面设置里的“网络级身份验证”；xrdp：至少 security_layer=tls），并只允许经 VPN 访问。"),
	}
}
