package probe

import (
	"context"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/portlore/portlore"
)

// mailRelay asks a mail server whether it would carry mail between strangers, and
// stops before any is sent. What is accepted here may still be thrown away later:
// an open relay is suspected, never proven.
var mailRelay = Inspection{
	Services: []string{"smtp"}, Transport: "tcp", Calls: 1,
	Sends: "EHLO portlore.invalid, MAIL FROM:<portlore@example.org>, RCPT TO by at most 4 forms of a foreign address and one of a user that cannot exist, RSET, VRFY and EXPN root, QUIT",
	Never: "DATA, BDAT, AUTH: no mail is sent",
	Finds: []Outcome{
		{"smtp.relay", portlore.Check, "250 to RCPT TO:<portlore@example.com>, or to a form that hides that address in a local one while an unknown local user is refused"},
		{"smtp.norelay", portlore.Fine, "the foreign address is refused"},
		{"smtp.cleartext", portlore.Check, "AUTH is offered and STARTTLS is not"},
		{"smtp.vrfy", portlore.Note, "VRFY tells an existing user from one that is not there, or EXPN is answered"},
	},
	Ask: func(ctx context.Context, v *Visit) []Check {
		c := v.call(ctx)
		defer c.hang()
		code, greeting := c.reply()
		if code != 220 {
			return nil
		}
		c.say("EHLO portlore.invalid\r\n")
		code, offers := c.replies()
		if code != 250 {
			return nil
		}
		var found []Check
		if !v.isSelf(c) { // its own mail is what a mail server is there for
			found = c.relays(mailHost(greeting, offers), "portlore-"+hex.EncodeToString(v.random(4)))
		}
		if offersMail(offers, "AUTH") && !offersMail(offers, "STARTTLS") && !v.InTLS {
			found = append(found, smtpCleartext)
		}
		found = append(found, c.verifies("portlore-"+hex.EncodeToString(v.random(4)))...)
		c.say("QUIT\r\n")
		return found
	},
}

// relays offers mail from a stranger to a stranger, without any.
func (c *call) relays(host, nobody string) []Check {
	switch code, said := c.ask("MAIL FROM:<portlore@example.org>"); {
	case code >= 500:
		return refused("smtp.norelay", said)
	case code != 250:
		return nil
	}
	defer c.ask("RSET")
	const foreign = "portlore@example.com"
	accepts := func(to string) (bool, string) {
		code, said := c.ask("RCPT TO:<%s>", to)
		return code == 250 || code == 251, said
	}
	ok, said := accepts(foreign)
	if ok {
		return []Check{smtpRelay(foreign, said)}
	}
	refusal := said
	// Who takes mail for any name of its own domain takes these too.
	if host != "" {
		if all, _ := accepts(nobody + "@" + host); !all {
			for _, form := range []string{"portlore%example.com@" + host, `"portlore@example.com"@` + host, "example.com!portlore@" + host} {
				if ok, said := accepts(form); ok {
					return []Check{smtpRelay(form, said)}
				}
			}
		}
	}
	if refusal == "" {
		return nil
	}
	return refused("smtp.norelay", refusal)
}

// verifies asks for two users: one that every system has, and one that none has.
func (c *call) verifies(nobody string) []Check {
	root, said := c.ask("VRFY root")
	other, _ := c.ask("VRFY %s", nobody)
	if (root == 250 || root == 252) && (other == 550 || other == 551 || other == 553) {
		return []Check{smtpVerify("VRFY root", said)}
	}
	if code, said := c.ask("EXPN root"); code == 250 {
		return []Check{smtpVerify("EXPN root", said)}
	}
	return nil
}

func offersMail(offers []string, keyword string) bool {
	return slices.ContainsFunc(offers, func(s string) bool {
		return len(s) > 4 && slices.Contains(strings.FieldsFunc(strings.ToUpper(s[4:]), func(r rune) bool { return r == ' ' || r == '=' }), keyword)
	})
}

// mailHost is the name by which a server calls itself; empty: none that could be a
// domain.
func mailHost(greeting string, offers []string) string {
	for _, s := range append([]string{greeting}, offers[:1]...) {
		if len(s) < 5 {
			continue
		}
		name, _, _ := strings.Cut(s[4:], " ")
		if isHostName(name) {
			return name
		}
	}
	return ""
}

// isHostName says that a word of a stranger is a name of a host and nothing more.
func isHostName(s string) bool {
	const most = 253 // RFC 1035, 2.3.4
	return len(s) > 0 && len(s) <= most && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-.") == "" && strings.Trim(s, "-.0123456789") != ""
}

var smtpCleartext = Check{
	ID: "smtp.cleartext", Word: portlore.Check,
	Evidence: both("AUTH without STARTTLS: passwords in clear text", "有 AUTH 而无 STARTTLS：口令明文传输"),
	Means:    both("Whoever can listen on the way reads the passwords of all who send mail here.", "能在途中监听的人，可看到所有发信用户的口令。"),
	Do:       both("Give the server a certificate, offer STARTTLS, and offer AUTH inside TLS only.", "为服务器配好证书，启用 STARTTLS，只在 TLS 内允许 AUTH。"),
}

func smtpRelay(to, said string) Check {
	return Check{
		ID: "smtp.relay", Word: portlore.Check,
		Evidence: both("relay suspected: takes mail for %s: %s", "疑似开放中继：接受发往 %s 的邮件：%s", quote(to), quote(said)),
		Means: both("It took a foreign recipient from a foreign sender. If it does so for everybody, spammers will use it, and your address is blocked everywhere. If you asked from a network that it serves, this is right.",
			"它接受外部发件人发往外部收件人的邮件。若对谁都如此，会被用来发垃圾邮件，你的地址会被各处拉黑。若扫描机本就在它服务的网段，则属正常。"),
		Do: both("Ask again from outside. If it answers the same, limit relaying to your networks and to users who log in (Postfix: mynetworks, smtpd_relay_restrictions).",
			"换到外网再测一次。若仍接受，请只为自己的网段和已登录用户转发（Postfix：mynetworks、smtpd_relay_restrictions）。"),
	}
}

func smtpVerify(asked, said string) Check {
	return Check{
		ID: "smtp.vrfy", Word: portlore.Note,
		Evidence: both("tells who has a mailbox: %s: %s", "可查出有哪些邮箱用户：%s：%s", asked, quote(said)),
		Means:    both("Strangers can find out by guessing which users there are, and try passwords or send fraud to those only.", "陌生人可逐个试出有哪些用户，再专门对他们猜口令或行骗。"),
		Do:       both("Turn it off; nobody needs it (Postfix: disable_vrfy_command=yes).", "关掉即可，没有人用得着（Postfix：disable_vrfy_command=yes）。"),
	}
}
