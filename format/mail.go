package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What mail servers say of logins. Dovecot names the user, who may be anybody,
// before the address of the client; Postfix after it.
//
//	Nov 23 15:02:16 gw dovecot: imap-login: Disconnected (auth failed, 2 attempts in 4 secs): user=<bob>, method=PLAIN, rip=203.0.113.5, lip=192.0.2.1, TLS
//	Nov 23 15:02:17 gw dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=203.0.113.5, lip=192.0.2.1, mpid=9, TLS
//	Nov 23 15:02:18 gw postfix/smtpd[812]: warning: unknown[203.0.113.5]: SASL LOGIN authentication failed: UGFzc3dvcmQ6
//	Nov 23 15:02:19 gw postfix/submission/smtpd[812]: 4F1C2A: client=host.example[203.0.113.5], sasl_method=PLAIN, sasl_username=bob
var mailLogins = &Format{
	Name:  "mail",
	Doc:   "logins of Dovecot (IMAP, POP3, submission, sieve) and of Postfix (SASL)",
	Spec:  "https://doc.dovecot.org/ (src/login-common/client-common.c); https://www.postfix.org/SASL_README.html (src/smtpd)",
	read:  readMail,
	marks: []string{"-login", "postfix/smtpd"},
}

func readMail(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	if string(program) == "dovecot" {
		program, text = tagOf(text)
	}
	switch string(program) {
	case "imap-login":
		return l.dovecot(text, ob, 143)
	case "pop3-login":
		return l.dovecot(text, ob, 110)
	case "submission-login":
		return l.dovecot(text, ob, 587)
	case "managesieve-login":
		return l.dovecot(text, ob, 4190)
	case "postfix/smtpd":
		return l.postfix(text, ob, 25)
	case "postfix/submission/smtpd":
		return l.postfix(text, ob, 587)
	case "postfix/smtps/smtpd", "postfix/submissions/smtpd":
		return l.postfix(text, ob, 465)
	}
	return other
}

func (l *line) dovecot(text []byte, ob *portlore.Observation, port uint16) outcome {
	text = bytes.TrimPrefix(text, []byte("Info: "))
	claim := portlore.LoginRefused
	switch head, _, _ := bytes.Cut(text, []byte("user=<")); {
	case bytes.HasPrefix(head, []byte("Login: ")):
		claim = portlore.LoginAccepted
	case bytes.Contains(head, []byte("(auth failed, ")):
	default:
		return other
	}
	i := bytes.LastIndex(text, []byte(", rip="))
	if i < 0 {
		return other
	}
	rest := text[i+len(", rip="):]
	if lip, ok := named(rest, ", lip="); ok {
		ob.Dst, _ = addr.Parse(bytes.TrimRight(lip, ","))
	}
	address, _, _ := bytes.Cut(rest, []byte(","))
	return l.login(ob, claim, "dovecot", address, port)
}

func (l *line) postfix(text []byte, ob *portlore.Observation, port uint16) outcome {
	if rest, ok := bytes.CutPrefix(text, []byte("warning: ")); ok {
		name := wordAt(rest, 0)
		address, end := between(name, "[", "]")
		if rest, ok := bytes.CutPrefix(rest[len(name):], []byte(" SASL ")); string(end) == ":" && ok {
			mechanism := wordAt(rest, 0)
			if bytes.HasPrefix(rest[len(mechanism):], []byte(" authentication failed")) {
				return l.login(ob, portlore.LoginRefused, "postfix", address, port)
			}
		}
		return other
	}
	id := wordAt(text, 0)
	rest, ok := bytes.CutPrefix(text[min(len(id)+1, len(text)):], []byte("client="))
	if !ok || len(id) < 2 || id[len(id)-1] != ':' {
		return other
	}
	address, rest := between(rest, "[", "], ")
	if address == nil || !bytes.HasPrefix(rest, []byte("sasl_method=")) {
		return other
	}
	return l.login(ob, portlore.LoginAccepted, "postfix", address, port)
}
