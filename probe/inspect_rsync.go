package probe

import (
	"context"
	"strings"

	"github.com/portlore/portlore"
)

// rsyncModules lists the modules of a daemon and sees which ask for a password; it
// hangs up before any file is spoken of.
var rsyncModules = Inspection{
	Services: []string{"rsync"}, Transport: "tcp", Calls: 4,
	Sends: "@RSYNCD: 30.0, #list; then by a connection each, the names of at most 3 modules",
	Never: "a path, an option, a name or a password: no file is listed or fetched",
	Finds: []Outcome{
		{"rsync.modules", portlore.Check, "@RSYNCD: OK for a module; NOTE if all that are listed ask for a password"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		if !c.greetRsync() {
			return nil
		}
		c.say("#list\n")
		const most = 100
		var modules []string
		for range most {
			line := c.line()
			if c.err != nil || strings.HasPrefix(line, "@") {
				break
			}
			if name, _, tab := strings.Cut(line, "\t"); tab {
				modules = append(modules, strings.TrimSpace(name))
			}
		}
		open, asked := "", ""
		for _, m := range modules[:min(3, len(modules))] {
			switch v.selectModule(ctx, m) {
			case "@RSYNCD: OK":
				open += " " + m
			case "@RSYNCD: AUTHREQD":
				asked += " " + m
			}
		}
		switch {
		case open != "":
			return []Check{{
				ID: "rsync.modules", Word: portlore.Check,
				Evidence: both("no password for: %s", "无需口令的模块：%s", quote(open)),
				Means: both("Anyone who reaches it can fetch these files, and store some where the module is not read only; neither was tried. A public mirror is meant so; backups and home directories are not.",
					"能连上的人都可取走这些文件；若模块不是只读，还能写入；两者都没有去试。公共镜像本该如此，备份和家目录则不该。"),
				Do: both("Set auth users, secrets file, hosts allow and read only = yes for the module, or use rsync over SSH.", "为模块设 auth users、secrets file、hosts allow 和 read only = yes，或改用 SSH 上的 rsync。"),
			}}
		case asked != "":
			return []Check{{
				ID: "rsync.modules", Word: portlore.Note,
				Evidence: both("lists modules, asks for a password: %s", "列出模块，但要求口令：%s", quote(asked)),
				Means:    both("Strangers see the names of the modules and can guess at passwords.", "陌生人能看到模块名，并可猜口令。"),
				Do:       both("Set list = no, and hosts allow to your own machines.", "设 list = no，并用 hosts allow 只放行自己的主机。"),
			}}
		}
		return nil
	},
}

// greetRsync exchanges versions. 30 is old enough for every server, and asks for no
// list of digests.
func (c *call) greetRsync() bool {
	greeting := c.line()
	if !strings.HasPrefix(greeting, "@RSYNCD: ") {
		return false
	}
	c.say("@RSYNCD: 30.0\n")
	return c.err == nil
}

// selectModule is what a daemon says to the name of a module: its first two words.
func (v *Visit) selectModule(ctx context.Context, name string) string {
	c := v.call(ctx)
	defer c.hang()
	if !c.greetRsync() {
		return ""
	}
	c.say(name + "\n")
	const most = 100 // a message of the day may come first
	for range most {
		line := c.line()
		if c.err != nil {
			return ""
		}
		if strings.HasPrefix(line, "@RSYNCD: OK") {
			return "@RSYNCD: OK"
		}
		if strings.HasPrefix(line, "@RSYNCD: AUTHREQD") {
			return "@RSYNCD: AUTHREQD"
		}
		if strings.HasPrefix(line, "@ERROR") {
			return line
		}
	}
	return ""
}
