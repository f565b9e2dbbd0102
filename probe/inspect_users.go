package probe

import (
	"context"
	"fmt"
	"net"
	"strings"

	"github.com/portlore/portlore"
)

// fingerUsers asks who is logged in (RFC 1288).
var fingerUsers = Inspection{
	Services: []string{"finger"}, Transport: "tcp", Calls: 1,
	Sends: "one empty line",
	Never: "names of users; forwarding (user@host)",
	Finds: []Outcome{
		{"finger.users", portlore.Check, "a list of users, or that nobody is there"},
		{"finger.refused", portlore.Fine, "it says that it does not tell"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		c.say("\r\n")
		answer := string(c.rest(longestCall))
		lines := fullLines(answer)
		if answer == "" {
			return nil
		}
		low := ""
		if len(lines) > 0 {
			low = strings.ToLower(lines[0])
		}
		if strings.Contains(low, "denied") || strings.Contains(low, "not allowed") || strings.Contains(low, "must provide") || strings.Contains(low, "refused") {
			return refused("finger.refused", lines[0])
		}
		found := Check{
			ID: "finger.users", Word: v.strangers(),
			Evidence: both("tells strangers who is logged in: nobody now", "向陌生人透露谁在登录：此刻无人"),
			Means:    both("Strangers learn the names of users, when they work and from where: what whoever guesses passwords needs first.", "陌生人能得知用户名、何时在线、从哪里登录，这正是猜口令的第一步。"),
			Do:       both("Turn it off: nobody has needed it for twenty years.", "关掉即可，二十年来已没有人用得着。"),
		}
		switch len(lines) {
		case 0:
		case 1:
			found.Evidence = both("tells strangers who is logged in: %s", "向陌生人透露谁在登录：%s", quote(lines[0]))
		default:
			found.Word = portlore.Check
			found.Evidence = both("lists who is logged in: %s", "列出谁在登录：%s", quote(lines[1]))
		}
		return []Check{found}
	},
}

// identNames asks whose connection this is (RFC 1413): the one that asks.
var identNames = Inspection{
	Services: []string{"ident"}, Transport: "tcp", Calls: 1,
	Sends: "the two ports of the very connection that asks",
	Never: "ports of connections of others",
	Finds: []Outcome{{"ident.names", portlore.Note, "USERID: the name of the user that holds a connection"}},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		if c.err != nil {
			return nil
		}
		own, ok := c.LocalAddr().(*net.TCPAddr)
		if !ok {
			return nil
		}
		c.say(fmt.Sprintf("%d , %d\r\n", v.Door.Port, own.Port))
		said := c.line()
		parts := strings.SplitN(said, ":", 4)
		if len(parts) < 4 || strings.TrimSpace(parts[1]) != "USERID" {
			return nil
		}
		return []Check{{
			ID: "ident.names", Word: portlore.Note,
			Evidence: both("names the user behind a connection: %s", "透露连接属于哪个用户：%s", quote(parts[3])),
			Means:    both("Any server that this machine connects to may ask which user it is. IRC and old mail servers do.", "本机连出去时，对方服务器可查出是哪个用户。IRC 和老式邮件服务器会这么做。"),
			Do:       both("If nothing needs it, turn it off, and let the firewall reject (not drop) the port, or such servers keep you waiting.", "若无用处可关闭，并让防火墙对该端口回拒绝（不要静默丢弃），否则那些服务器会让你久等。"),
		}}
	},
}

// fullLines are the lines of an answer that say anything.
func fullLines(s string) (lines []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
