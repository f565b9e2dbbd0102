package probe

import (
	"context"

	"github.com/portlore/portlore"
)

// openNews asks a news server for the names of its groups (RFC 3977).
var openNews = Inspection{
	Services: []string{"nntp"}, Transport: "tcp", Calls: 1,
	Sends: "MODE READER, LIST ACTIVE, QUIT",
	Never: "POST, IHAVE, ARTICLE",
	Finds: []Outcome{
		{"nntp.open", portlore.Check, "215 and at least one group"},
		{"nntp.auth", portlore.Fine, "480, or 502"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		code, greeting := c.reply()
		if code == 400 || code == 502 {
			return refused("nntp.auth", greeting)
		}
		if code != 200 && code != 201 {
			return nil
		}
		if again, _ := c.ask("MODE READER"); again == 200 || again == 201 {
			code = again
		}
		listed, said := c.ask("LIST ACTIVE")
		if listed == 480 || listed == 483 || listed == 502 {
			return guarded("nntp.auth", said)
		}
		group := ""
		if listed == 215 {
			group = c.line()
		}
		if group == "" || group == "." {
			return nil
		}
		found := Check{
			ID: "nntp.open", Word: portlore.Check,
			Evidence: both("lists its groups to strangers: %s", "向陌生人列出新闻组：%s", quote(group)),
			Means: both("Strangers can read what is discussed here. Open news servers are sought to read and post without a trace.",
				"陌生人可读到这里的讨论。开放的新闻服务器常被人找来匿名读帖、发帖。"),
			Do: both("Let known addresses in only, or ask for a login (INN: readers.conf).", "只放行已知地址，或要求登录（INN：readers.conf）。"),
		}
		if code == 200 {
			found.Evidence = both("strangers may read and post: %s", "陌生人可读可发帖：%s", quote(group))
		}
		return []Check{found}
	},
}
