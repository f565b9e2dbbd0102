package format

import (
	"bytes"
	"time"

	"github.com/portlore/portlore"
)

// What login says of those who come by telnet, and what a VNC server says.
//
//	Nov 23 15:02:16 gw login[812]: FAILED LOGIN 1 FROM 203.0.113.5 FOR root, Authentication failure
//	Nov 23 15:02:17 gw login[812]: FAILED LOGIN (1) on '/dev/pts/0' from '203.0.113.5' FOR 'root', Authentication failure
//	Nov 23 15:02:18 gw login[812]: invalid password for 'root' on 'pts/0' from '203.0.113.5'
//	23/11/2026 15:02:19 rfbAuthProcessClientMessage: authentication failed from 203.0.113.5
//
// They are of util-linux, shadow, BusyBox and LibVNCServer.
var telnetLogins = &Format{
	Name:  "login",
	Doc:   "logins by telnet (login of util-linux, shadow and BusyBox) and to LibVNCServer",
	Spec:  "https://github.com/util-linux/util-linux (login-utils/login.c); https://github.com/shadow-maint/shadow (src/login.c); https://github.com/LibVNC/libvncserver (auth.c)",
	read:  readLogin,
	marks: []string{"rfbAuthProcessClientMessage: authentication failed from 00/00/ :", "login"},
}

func readLogin(l *line, ob *portlore.Observation) outcome {
	if program, text := l.says(); string(program) == "login" {
		return l.telnet(text, ob)
	}
	const failed = " rfbAuthProcessClientMessage: authentication failed from "
	text := l.text
	if len(text) <= 19+len(failed) || string(text[19:19+len(failed)]) != failed || text[2] != '/' || text[5] != '/' || !isYear(text[6:]) {
		return other
	}
	day, ok1 := twoDigits(text)
	month, ok2 := twoDigits(text[3:])
	second, ok3 := timeOfDay(text[11:])
	if !ok1 || !ok2 || !ok3 {
		return other
	}
	l.when = l.clock.finish(text[:19], 19, fourDigits(text[6:]), time.Month(month), day, second, 0, 11)
	if l.when.bad {
		l.bad = l.clock.fault
	}
	return l.login(ob, portlore.LoginRefused, "vnc", wordAt(text, 19+len(failed)), 5900)
}

func (l *line) telnet(text []byte, ob *portlore.Observation) outcome {
	claim := portlore.LoginRefused
	var address []byte
	switch {
	case bytes.HasPrefix(text, []byte("FAILED LOGIN (")):
		address, _ = between(text, " from '", "' FOR '")
	case bytes.HasPrefix(text, []byte("FAILED LOGIN ")):
		address, _ = between(text, " FROM ", " FOR ")
	case bytes.HasPrefix(text, []byte("invalid password for '")):
		address = text[bytes.LastIndex(text, []byte(" from '"))+1:]
		address = bytes.TrimSuffix(bytes.TrimPrefix(address, []byte("from '")), []byte("'"))
	case bytes.HasPrefix(text, []byte("LOGIN ON ")), bytes.HasPrefix(text, []byte("ROOT LOGIN ON ")):
		claim = portlore.LoginAccepted
		address = text[bytes.LastIndexByte(text, ' ')+1:]
		if !bytes.HasSuffix(text[:len(text)-len(address)], []byte(" FROM ")) {
			return other
		}
	}
	return l.login(ob, claim, "login", address, 23)
}

// What database servers say of logins.
//
//	2026-11-23T15:02:16.123456Z 9 [Note] [MY-010926] [Server] Access denied for user 'root'@'203.0.113.5' (using password: YES)
//	2026-11-23 15:02:17.123 UTC [812] bob@shop FATAL:  no pg_hba.conf entry for host "203.0.113.5", user "bob", database "shop", no encryption
//
// The name of the user may hold the words behind it once more; the last are the
// server's own. PostgreSQL gives no address where a password was wrong.
var databaseLogins = &Format{
	Name:  "database",
	Doc:   "logins of MySQL and MariaDB; hosts that PostgreSQL refused",
	Spec:  "https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html (MY-010926); https://github.com/postgres/postgres (src/backend/libpq/auth.c)",
	read:  readDatabase,
	marks: []string{"[Warning]A", "[Note]A", `FATAL:  no pg_hba.conf entry for host "`},
}

func readDatabase(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	switch string(program) {
	case "mysqld", "mariadbd", "mysql", "mariadb":
		if i := bytes.Index(text[:min(len(text), 80)], []byte("[")); i > 0 { // its own stamp
			text = text[i:]
		}
		return l.mysql(text, ob)
	case "postgres":
		return l.postgres(text, ob)
	}
	if len(l.text) < 60 || l.text[4] != '-' {
		return other
	}
	rest := bytes.TrimLeft(l.own(), " ")
	if after := bytes.TrimLeft(rest[len(digits(rest)):], " "); bytes.HasPrefix(after, []byte("[Warning] ")) || bytes.HasPrefix(after, []byte("[Note] ")) {
		return l.mysql(after, ob)
	}
	if zone := wordAt(rest, 0); len(zone) > 0 && zone[0] != '[' {
		rest = rest[min(len(zone)+1, len(rest)):]
	}
	process, rest, ok := bytes.Cut(rest, []byte("] "))
	if !ok || len(process) == 0 || process[0] != '[' || !isNumber(process[1:]) {
		return other
	}
	return l.postgres(rest, ob)
}

func (l *line) mysql(text []byte, ob *portlore.Observation) outcome {
	level, text, _ := bytes.Cut(text, []byte("] "))
	switch string(level) {
	case "[Warning", "[Note":
	default:
		return other
	}
	for bytes.HasPrefix(text, []byte("[MY-")) || bytes.HasPrefix(text, []byte("[Server] ")) {
		_, text, _ = bytes.Cut(text, []byte("] "))
	}
	rest, ok := bytes.CutPrefix(text, []byte("Access denied for user '"))
	i := bytes.LastIndex(rest, []byte("'@'"))
	if !ok || i < 0 {
		return other
	}
	address, end, ok := bytes.Cut(rest[i+len("'@'"):], []byte("'"))
	if !ok || string(end) != " (using password: YES)" && string(end) != " (using password: NO)" {
		return other
	}
	return l.login(ob, portlore.LoginRefused, "mysqld", address, 3306)
}

// postgres reads what follows the stamp and the process. In between everybody puts
// what he likes, such as the user, who may be anybody.
func (l *line) postgres(text []byte, ob *portlore.Observation) outcome {
	const words = `FATAL:  no pg_hba.conf entry for host "`
	i := bytes.Index(text, []byte(words))
	if i < 0 {
		return other
	}
	rest := text[i+len(words):]
	if l.quoted = bytes.Contains(rest, []byte(words)); l.quoted {
		return other
	}
	address, _, _ := bytes.Cut(rest, []byte(`"`))
	return l.login(ob, portlore.LoginRefused, "postgres", address, 5432)
}
