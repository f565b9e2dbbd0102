package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What FTP servers say of logins. Where the name of the user stands, which is of
// the client's choice, another address may stand: a message with two is not believed.
//
//	Mon Nov 23 15:02:16 2026 [pid 812] [bob] FAIL LOGIN: Client "203.0.113.5"
//	Nov 23 15:02:17 gw vsftpd: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=bob rhost=203.0.113.5
//	Nov 23 15:02:18 gw proftpd[812]: gw (203.0.113.5[203.0.113.5]) - USER bob (Login failed): Incorrect password
//	Nov 23 15:02:19 gw pure-ftpd: (?@203.0.113.5) [WARNING] Authentication failed for user [bob]
var ftpLogins = &Format{
	Name:  "ftp",
	Doc:   "logins of vsftpd, ProFTPD and Pure-FTPd",
	Spec:  "vsftpd 3 (logging.c), PAM (pam_unix_auth.c); https://github.com/proftpd/proftpd (modules/mod_auth.c); https://github.com/jedisct1/pure-ftpd (src/ftpd.c)",
	read:  readFTP,
	marks: []string{"[pid ", "vsftpd", "proftpd", "pure-ftpd"},
}

func readFTP(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	switch string(program) {
	case "":
		if l.when.size > 0 && bytes.HasPrefix(l.message, []byte("[pid ")) { // vsftpd.log
			return l.vsftpd(l.message, ob)
		}
	case "vsftpd":
		return l.vsftpd(text, ob)
	case "proftpd":
		return l.proftpd(text, ob)
	case "pure-ftpd":
		return l.pureFTPd(text, ob)
	}
	return other
}

// login notes that a daemon let a source in, or refused it.
func (l *line) login(ob *portlore.Observation, claim portlore.Claim, sensor string, address []byte, port uint16) outcome {
	var ok bool
	if ob.Src, ok = addr.Parse(address); !ok {
		return other // the name of a host
	}
	l.claim(ob, claim, portlore.LevelUnsaid, sensor, nil, nil)
	serves(ob, portlore.TCP, -1, port)
	return understood
}

func (l *line) vsftpd(text []byte, ob *portlore.Observation) outcome {
	if bytes.Contains(text, []byte("authentication failure; ")) && (bytes.HasPrefix(text, []byte("pam_unix(")) || bytes.HasPrefix(text, []byte("(pam_unix)"))) {
		before, rest, ok := bytes.Cut(text, []byte(" rhost="))
		if l.quoted = ok && (bytes.Contains(rest, []byte(" rhost=")) || !bytes.Contains(before, []byte(" ruser="))); !ok || l.quoted {
			return other
		}
		return l.login(ob, portlore.LoginRefused, "vsftpd", wordAt(rest, 0), 21)
	}
	const client = `: Client "`
	i := bytes.Index(text, []byte(client))
	if i < 0 {
		return other
	}
	claim := portlore.LoginRefused
	switch {
	case bytes.HasSuffix(text[:i], []byte("] FAIL LOGIN")):
	case bytes.HasSuffix(text[:i], []byte("] OK LOGIN")):
		claim = portlore.LoginAccepted
	default: // CONNECT, and transfers
		return other
	}
	rest := text[i+len(client):]
	if l.quoted = bytes.Contains(rest, []byte(client)); l.quoted {
		return other
	}
	address, end, _ := bytes.Cut(rest, []byte(`"`))
	if claim == portlore.LoginAccepted && bytes.HasPrefix(end, []byte(", anon password ")) {
		return other // nobody was asked who he is
	}
	return l.login(ob, claim, "vsftpd", address, 21)
}

// proftpd reads "gw (host.example[203.0.113.5]) - USER …". The name of a host has no
// brackets.
func (l *line) proftpd(text []byte, ob *portlore.Observation) outcome {
	_, rest, ok := bytes.Cut(text, []byte(" ("))
	address, rest := between(rest, "[", "])")
	if !ok || address == nil {
		return other
	}
	words := bytes.TrimRight(bytes.TrimLeft(rest, ":- "), " .")
	switch {
	case bytes.HasPrefix(words, []byte("SECURITY VIOLATION: ")) && bytes.HasSuffix(words, []byte("oot login attempted")):
	case !bytes.HasPrefix(words, []byte("USER ")): // ANON is asked for no password
		return other
	case bytes.Contains(words, []byte(" (Login failed): ")), bytes.Contains(words, []byte(": no such user found from ")):
	case bytes.HasSuffix(words, []byte(": Login successful")):
		return l.login(ob, portlore.LoginAccepted, "proftpd", address, 21)
	default:
		return other
	}
	return l.login(ob, portlore.LoginRefused, "proftpd", address, 21)
}

// pureFTPd reads "(?@203.0.113.5) [WARNING] …"; a question mark stands for who is
// not in yet.
func (l *line) pureFTPd(text []byte, ob *portlore.Observation) outcome {
	rest, ok := bytes.CutPrefix(text, []byte("(?@"))
	if !ok {
		return other
	}
	address, words, _ := bytes.Cut(rest, []byte(") ["))
	switch {
	case bytes.HasPrefix(words, []byte("WARNING] Authentication failed for user [")):
		return l.login(ob, portlore.LoginRefused, "pure-ftpd", address, 21)
	case bytes.HasPrefix(words, []byte("INFO] ")) && bytes.HasSuffix(words, []byte(" is now logged in")):
		return l.login(ob, portlore.LoginAccepted, "pure-ftpd", address, 21)
	}
	return other
}
