package probe

import (
	"context"
	"encoding/hex"
	"net"
	"net/netip"
	"time"

	"github.com/portlore/portlore"
)

// openTFTP asks for a file that is not there (RFC 1350). The refusal comes from a
// server that looked for it: there is no password in this protocol.
var openTFTP = Inspection{
	Services: []string{"tftp"}, Transport: "udp", Calls: 1,
	Sends: "one read request for a file with a random name; an error packet to who sends it all the same",
	Never: "names of files that may be there; a write request",
	Finds: []Outcome{{"tftp.open", portlore.Check, "error 1, file not found; or error 2; or data"}},
	Ask: func(ctx context.Context, v *Visit) []Check {
		addr, err := netip.ParseAddr(v.Door.Address)
		if v.Packets == nil || err != nil {
			return nil
		}
		c, err := v.Packets(ctx)
		if err != nil {
			return nil
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(packetTime))
		name := "portlore-" + hex.EncodeToString(v.random(6))
		c.WriteTo([]byte("\x00\x01"+name+"\x00octet\x00"), net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, v.Door.Port)))
		answer := make([]byte, 1<<10)
		n, from, err := c.ReadFrom(answer)
		if err != nil || n < 4 || !isFrom(from, addr) || answer[0] != 0 {
			return nil
		}
		said := ""
		switch {
		case answer[1] == 3: // data, for any name
			c.WriteTo([]byte("\x00\x05\x00\x00thank you\x00"), from)
			said = "DATA"
		case answer[1] == 5 && answer[2] == 0 && (answer[3] == 0 || answer[3] == 1 || answer[3] == 2):
			said = string(trimNUL(answer[4:n]))
		default:
			return nil
		}
		return []Check{{
			ID: "tftp.open", Word: portlore.Check,
			Evidence: both("hands out files: asked for one, it said: %s", "可取文件：请求一个文件，应答：%s", quote(said)),
			Means: both("Whoever knows the name of a file here can have it, without a password: boot images, settings of routers and telephones, with passwords in them.",
				"只要知道文件名，谁都能免口令取走：启动镜像、路由器和电话的配置，里面往往有口令。"),
			Do: both("Let only the machines that boot from it reach it; take out what they do not need; start it without the right to create files (no -c).",
				"只让需要它启动的设备访问；移走多余的文件；启动时不要允许新建文件（不加 -c）。"),
		}}
	},
}

// isFrom says that a datagram came from an address.
func isFrom(from net.Addr, addr netip.Addr) bool {
	u, ok := from.(*net.UDPAddr)
	return ok && u.AddrPort().Addr().Unmap().WithZone("") == addr.Unmap().WithZone("")
}

// trimNUL is text up to where C ends it.
func trimNUL(b []byte) []byte {
	for i, x := range b {
		if x == 0 {
			return b[:i]
		}
	}
	return b
}
