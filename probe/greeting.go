package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore"
)

var ssh = Probe{
	Service: "ssh", Ports: []uint16{22, 2222}, Programs: []string{"sshd", "dropbear"},
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		software := strings.TrimPrefix(after(answer, "SSH-2."), "0-")
		s.Product, s.Version = product(software, "_")
		return s, bytes.HasPrefix(answer, []byte("SSH-"))
	},
}

// The greetings of FTP and of mail begin alike; their words tell them apart.
var ftp = Probe{
	Service: "ftp", Ports: []uint16{21}, Programs: []string{"vsftpd", "proftpd", "pure-ftpd"},
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(answer))
		s.Product = named(first, "vsFTPd", "ProFTPD", "Pure-FTPd", "FileZilla")
		s.Version = strings.TrimRight(after(bytes.ToLower(answer), strings.ToLower(s.Product)+" "), ")")
		if s.Version == "" || s.Version[0] < '0' || s.Version[0] > '9' {
			s.Version = ""
		}
		return s, greets(first) && strings.Contains(first, "ftp")
	},
}

var smtp = Probe{
	Service: "smtp", Ports: []uint16{25, 587}, Programs: []string{"master", "exim4", "exim", "sendmail"},
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(answer))
		s.Product = named(first, "Postfix", "Exim", "Sendmail", "OpenSMTPD")
		return s, greets(first) && (strings.Contains(first, "smtp") || strings.Contains(first, "mail service"))
	},
}

var pop3 = Probe{
	Service: "pop3", Ports: []uint16{110}, Programs: []string{"dovecot"},
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(answer))
		s.Product = named(first, "Dovecot", "Cyrus", "Courier")
		return s, strings.HasPrefix(first, "+ok") && first != "+ok" // Redis says that too
	},
}

var imap = Probe{
	Service: "imap", Ports: []uint16{143}, Programs: []string{"dovecot"},
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(answer))
		s.Product = named(first, "Dovecot", "Cyrus", "Courier")
		return s, strings.HasPrefix(first, "* ok") || strings.HasPrefix(first, "* preauth")
	},
}

// telnet begins by asking for its options (RFC 854): IAC DO, IAC WILL.
var telnet = Probe{
	Service: "telnet", Ports: []uint16{23, 2323}, Programs: []string{"telnetd"},
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		return s, len(answer) >= 3 && answer[0] == 0xff && answer[1] >= 0xfb && answer[1] <= 0xfe
	},
}

// greets says that a first line is a greeting of FTP or SMTP.
func greets(first string) bool {
	return strings.HasPrefix(first, "220 ") || strings.HasPrefix(first, "220-")
}

// named is the first of some products that a line names.
func named(line string, products ...string) string {
	for _, p := range products {
		if strings.Contains(line, strings.ToLower(p)) {
			return p
		}
	}
	return ""
}
