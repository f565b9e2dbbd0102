package probe

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// anonymousFTP logs in as everybody may (RFC 1635), and looks at what is there. It
// never stores anything: what strangers may write is read off the facts of MLST
// (RFC 3659, 7.5.5) or the modes of LIST, and said as what it looks like.
var anonymousFTP = Inspection{
	Services: []string{"ftp"}, Transport: "tcp", Calls: 3,
	Sends: "AUTH TLS (and another connection where it is taken), USER anonymous, PASS portlore@, FEAT, MLST, EPSV or PASV, MLSD or LIST, QUIT",
	Never: "STOR, APPE, MKD, DELE, RETR; any other name or password; PORT; a data connection to another address than the door's",
	Finds: []Outcome{
		{"ftp.anonymous", portlore.Check, "230 after USER anonymous, PASS portlore@"},
		{"ftp.writable", portlore.Check, "a fact perm with c or m (MLST), or a directory that others may write (LIST): it appears writable"},
		{"ftp.cleartext", portlore.Check, "AUTH TLS is refused"},
		{"ftp.auth", portlore.Fine, "530 after the anonymous login"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		var cleartext []Check
		c := v.call(ctx)
		defer func() { c.hang() }()
		if code, _ := c.reply(); code != 220 {
			return nil
		}
		if !v.InTLS {
			switch code, _ := c.ask("AUTH TLS"); code {
			case 234: // now it waits for a handshake
				c.hang()
				c = v.call(ctx)
				c.reply()
			case 0:
				return nil
			default:
				cleartext = []Check{ftpCleartext}
			}
		}
		code, said := c.ask("USER anonymous")
		if code == 331 || code == 332 {
			code, said = c.ask("PASS portlore@")
		}
		if code == 530 || code == 421 {
			return append(cleartext, guarded("ftp.auth", said)...)
		}
		if code != 230 {
			return cleartext
		}
		var found []Check
		if path, by := c.writable(ctx, v); by != "" {
			found = append(found, ftpWritable(path, by))
		}
		c.say("QUIT\r\n")
		return append(append(found, ftpAnonymous(said)), cleartext...)
	},
}

// writable is a directory that appears to take files from strangers, and by which
// words; empty: none does.
func (c *call) writable(ctx context.Context, v *Visit) (path, by string) {
	c.say("FEAT\r\n")
	_, features := c.replies()
	facts := slices.ContainsFunc(features, func(s string) bool {
		s = strings.ToUpper(strings.TrimSpace(s))
		return strings.HasPrefix(s, "MLST") && strings.Contains(s, "PERM")
	})
	if facts {
		c.say("MLST\r\n")
		if _, lines := c.replies(); len(lines) > 1 {
			if perm := factPerm(lines[1]); strings.ContainsAny(perm, "cm") {
				return "/", "perm=" + perm
			}
		}
	}
	command := "LIST"
	if facts {
		command = "MLSD"
	}
	for _, entry := range c.listing(ctx, v, command) {
		if facts {
			head, name, _ := strings.Cut(entry, " ")
			if perm := factPerm(head); strings.Contains(strings.ToLower(head), "type=dir;") && strings.ContainsAny(perm, "cm") {
				return name, "perm=" + perm
			}
			continue
		}
		if mode, name := listMode(entry); len(mode) >= 10 && mode[0] == 'd' && mode[8] == 'w' {
			return name, mode
		}
	}
	return "", ""
}

// listing is what a directory holds, by a passive data connection to the address
// that was called, whatever the server names.
func (c *call) listing(ctx context.Context, v *Visit, command string) []string {
	code, said := c.ask("EPSV")
	port := passivePort(code, said)
	if port == 0 {
		code, said = c.ask("PASV")
		port = passivePort(code, said)
	}
	if port == 0 || c.err != nil {
		return nil
	}
	data := v.callTo(ctx, "tcp", port)
	defer data.hang()
	if data.err != nil {
		return nil
	}
	if code, _ = c.ask("%s", command); code != 150 && code != 125 {
		return nil
	}
	const most = 1000
	var entries []string
	for range most {
		entry := data.line()
		if entry != "" {
			entries = append(entries, entry)
		}
		if data.err != nil {
			break
		}
	}
	return entries
}

var (
	epsvPort = pattern.New(`\|\|\|(\d{1,5})\|`)
	pasvPort = pattern.New(`(?:\d{1,3},){4}(\d{1,3}),(\d{1,3})`)
)

// passivePort is the port that a server waits at (RFC 2428, RFC 959); zero: none.
func passivePort(code int, said string) uint16 {
	if m := epsvPort().FindStringSubmatch(said); code == 229 && m != nil {
		port, _ := strconv.ParseUint(m[1], 10, 16)
		return uint16(port)
	}
	if m := pasvPort().FindStringSubmatch(said); code == 227 && m != nil {
		high, err1 := strconv.ParseUint(m[1], 10, 8)
		low, err2 := strconv.ParseUint(m[2], 10, 8)
		if err1 == nil && err2 == nil {
			return uint16(high<<8 | low)
		}
	}
	return 0
}

// factPerm is what strangers may do, by the facts of a listing; c: create files in
// it, m: make directories.
func factPerm(facts string) string {
	for fact := range strings.SplitSeq(strings.TrimSpace(facts), ";") {
		if name, value, ok := strings.Cut(fact, "="); ok && strings.EqualFold(name, "perm") {
			return strings.ToLower(value)
		}
	}
	return ""
}

// listMode parts a line of ls -l.
func listMode(entry string) (mode, name string) {
	fields := strings.Fields(entry)
	if len(fields) < 9 {
		return "", ""
	}
	return fields[0], strings.Join(fields[8:], " ")
}

var ftpCleartext = Check{
	ID: "ftp.cleartext", Word: portlore.Check,
	Evidence: both("no AUTH TLS: passwords in clear text", "不支持 AUTH TLS：口令明文传输"),
	Means: both("Whoever can listen on the way reads the names, passwords and files of all who log in.",
		"能在途中监听的人，可看到所有登录者的用户名、口令和文件。"),
	Do: both("Turn TLS on and require it, or move to SFTP (SSH). Only files for everybody need neither.",
		"开启并强制 TLS，或改用 SFTP（SSH）。只有完全公开的文件才用不着。"),
}

func ftpAnonymous(said string) Check {
	return Check{
		ID: "ftp.anonymous", Word: portlore.Check,
		Evidence: both("anonymous login: %s", "可匿名登录：%s", quote(said)),
		Means: both("Anyone who reaches it can list and read what lies there. A public archive is meant so; a server of your own files is not.",
			"能连上的人都可列出并读取其中的文件。公共下载站本该如此，自用的文件服务器则不该。"),
		Do: both("If it is no public archive, turn anonymous login off (vsftpd: anonymous_enable=NO). Look through the files for what should not be there.",
			"若不是公共下载站，请关闭匿名登录（vsftpd：anonymous_enable=NO），并查看其中有没有不该公开的文件。"),
	}
}

func ftpWritable(path, by string) Check {
	return Check{
		ID: "ftp.writable", Word: portlore.Check,
		Evidence: both("anonymous login, %s appears writable (%s)", "可匿名登录，%s 看来可写（%s）", quote(path), quote(by)),
		Means: both("By what it shows strangers may store files there; a rule of the server may still forbid it, and nothing was written to try. Such places fill with stolen goods, and with programs that wait to be opened.",
			"从列出的权限看，陌生人可往里存文件；服务器也可能另有规则禁止，为稳妥起见没有实际写入。这类目录常被用来存放赃物，或放置等人点开的程序。"),
		Do: both("If strangers need not upload, take the right to write away (chmod, anon_upload_enable=NO). If they must, let nobody read what came in.",
			"若不需要外人上传，请取消写权限（chmod，anon_upload_enable=NO）；若需要，则上传的文件不应让他人读取。"),
	}
}
