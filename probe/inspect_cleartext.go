package probe

import (
	"context"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// remoteCleartext are the logins that have no encryption: who answers as one needs
// no further question.
func remoteCleartext() (all []Inspection) {
	for _, s := range []struct{ service, name string }{{"telnet", "telnet"}, {"rlogin", "rlogin"}, {"rsh", "rsh"}, {"rexec", "rexec"}} {
		all = append(all, Inspection{
			Services: []string{s.service}, Transport: "tcp", Calls: 0,
			Sends: "nothing more: it has proven to be one", Never: "a name, a password, a command",
			Finds: []Outcome{{s.service + ".cleartext", portlore.Check, "it answered as one, without TLS"}},
			Ask: func(_ context.Context, v *Visit) []Check {
				if v.InTLS {
					return nil
				}
				return []Check{{
					ID: s.service + ".cleartext", Word: portlore.Check,
					Evidence: both("%s: passwords in clear text", "%s：口令明文传输", s.name),
					Means: both("Whoever can listen on the way has the passwords and all that is typed. Worms guess passwords here all day.",
						"能在途中监听的人，可得到口令和全部输入内容。蠕虫整天在这类端口上猜口令。"),
					Do: both("Move to SSH and turn it off. What knows nothing else, old switches and meters, belongs into a network of its own.",
						"改用 SSH 并关掉它。只支持这种方式的老交换机、仪表，应放进单独的网段。"),
				}}
			},
		})
	}
	return all
}

// popLogin reads by what POP3 offers (CAPA, RFC 2449) whether a password may come
// in clear text.
var popLogin = Inspection{
	Services: []string{"pop3", "pop2"}, Transport: "tcp", Calls: 1,
	Sends: "CAPA, QUIT",
	Never: "USER, PASS, APOP, AUTH",
	Finds: []Outcome{
		{"pop3.cleartext", portlore.Check, "USER, or SASL PLAIN or LOGIN, outside TLS, and no STLS; NOTE where STLS is offered too"},
		{"pop3.auth", portlore.Fine, "neither is offered before STLS"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		if v.InTLS {
			return nil
		}
		c := v.call(ctx)
		defer c.hang()
		if !strings.HasPrefix(c.line(), "+OK") {
			return nil
		}
		c.say("CAPA\r\n")
		if !strings.HasPrefix(c.line(), "+OK") {
			c.say("QUIT\r\n")
			return nil // it is too old to say
		}
		var login, tls bool
		for s := c.line(); s != "." && c.err == nil; s = c.line() {
			words := strings.Fields(strings.ToUpper(s))
			switch {
			case len(words) == 0:
			case words[0] == "USER" || words[0] == "SASL" && (slices.Contains(words, "PLAIN") || slices.Contains(words, "LOGIN")):
				login = true
			case words[0] == "STLS":
				tls = true
			}
		}
		ended := c.err == nil
		c.say("QUIT\r\n")
		if !ended {
			return nil
		}
		return mailCleartext("pop3", "STLS", login, tls)
	},
}

// imapLogin reads the same off the capabilities of IMAP (RFC 9051, 7.2.2).
var imapLogin = Inspection{
	Services: []string{"imap"}, Transport: "tcp", Calls: 1,
	Sends: "CAPABILITY, LOGOUT",
	Never: "LOGIN, AUTHENTICATE",
	Finds: []Outcome{
		{"imap.cleartext", portlore.Check, "LOGINDISABLED is missing outside TLS, and so is STARTTLS; NOTE where STARTTLS is offered"},
		{"imap.auth", portlore.Fine, "LOGINDISABLED"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		if v.InTLS {
			return nil
		}
		c := v.call(ctx)
		defer c.hang()
		if !strings.HasPrefix(c.line(), "* OK") {
			return nil
		}
		c.say("p1 CAPABILITY\r\n")
		said := ""
		const most = 10
		for range most {
			if said = strings.ToUpper(c.line()); strings.HasPrefix(said, "* CAPABILITY ") || c.err != nil {
				break
			}
		}
		c.say("p2 LOGOUT\r\n")
		if !strings.HasPrefix(said, "* CAPABILITY ") {
			return nil
		}
		words := strings.Fields(said)
		return mailCleartext("imap", "STARTTLS", !slices.Contains(words, "LOGINDISABLED"), slices.Contains(words, "STARTTLS"))
	},
}

// mailCleartext is what it means that a mailbox takes passwords outside TLS.
func mailCleartext(service, command string, login, tls bool) []Check {
	if !login {
		return []Check{{ID: service + ".auth", Evidence: both("login only inside TLS", "只在 TLS 内允许登录")}}
	}
	c := Check{
		ID: service + ".cleartext", Word: portlore.Check,
		Evidence: both("no %s: passwords in clear text", "不支持 %s：口令明文传输", command),
		Means:    both("Whoever can listen on the way reads passwords and mail of all who fetch theirs here.", "能在途中监听的人，可看到所有收信用户的口令和邮件。"),
		Do:       both("Allow logins inside TLS only (Dovecot: ssl=required, disable_plaintext_auth=yes), or serve the TLS port alone.", "只在 TLS 内允许登录（Dovecot：ssl=required、disable_plaintext_auth=yes），或只开 TLS 端口。"),
	}
	if tls {
		c.Word = portlore.Note
		c.Evidence = both("%s is offered, but login without it too", "支持 %s，但不用它也能登录", command)
		c.Means = both("A mail program that is set up carelessly sends its password in clear text, and nobody notices.", "邮件程序若没设好，会以明文发送口令，而没有人察觉。")
	}
	return []Check{c}
}
