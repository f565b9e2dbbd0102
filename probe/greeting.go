package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

var ssh = Probe{
	Service: "ssh", Ports: []uint16{22, 2222}, Programs: []string{"sshd", "dropbear"},
	Proof: "its greeting SSH-2.0-", Spec: "RFC 4253, 4.2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		software := strings.TrimPrefix(after(said, "SSH-2."), "0-")
		s.Product, s.Version = product(software, "_")
		return s, sshGreeting().Match(said)
	},
}

var sshGreeting = pattern.New(`^SSH-[12]\.`)

// The greetings of FTP and of mail begin alike; their words tell them apart, or
// what they say to HELP. What TLS offers is told by FEAT.
var ftp = Probe{
	Service: "ftp", Ports: []uint16{21, 2121}, Programs: []string{"vsftpd", "proftpd", "pure-ftpd"},
	Ask: "FEAT\r\nQUIT\r\n", Greets: true, TLS: true, Cue: "FTP",
	Proof: "220 with the word FTP, or what it asks a user to do", Spec: "RFC 959, RFC 4217",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(said))
		s.Product = named(first, "vsFTPd", "ProFTPD", "Pure-FTPd", "FileZilla")
		if s.Product != "" {
			s.Version = strings.TrimRight(after(bytes.ToLower(said), strings.ToLower(s.Product)+" "), ")")
		}
		if s.Version == "" || s.Version[0] < '0' || s.Version[0] > '9' {
			s.Version = ""
		}
		s.TLS = hasLine(said, " AUTH TLS") || hasLine(said, " AUTH SSL")
		wantsUser := bytes.Contains(said, []byte("\n530 Please login with USER and PASS"))
		return s, greets(first) && !strings.Contains(first, "smtp") && (strings.Contains(first, "ftp") || wantsUser)
	},
}

var smtp = Probe{
	Service: "smtp", Ports: []uint16{25, 465, 587, 2525}, Programs: []string{"master", "exim4", "exim", "sendmail"},
	Ask: "EHLO portlore\r\nQUIT\r\n", Greets: true, TLS: true, Cue: "SMTP",
	Proof: "220 with the word SMTP", Spec: "RFC 5321, RFC 3207",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(said))
		s.Product = named(first, "Postfix", "Exim", "Sendmail", "OpenSMTPD", "Haraka", "MailHog")
		if s.Product == "Exim" {
			s.Version = after([]byte(first), "exim ")
		}
		s.TLS = hasLine(said, "250-STARTTLS") || hasLine(said, "250 STARTTLS")
		says := greets(first) || strings.HasPrefix(first, "554 ") || strings.HasPrefix(first, "421 ")
		return s, says && (strings.Contains(first, "smtp") || strings.Contains(first, "mail service"))
	},
}

var pop2 = Probe{
	Service: "pop2", Ports: []uint16{109},
	Proof: "+ and the word POP2", Spec: "RFC 937",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(said))
		return s, strings.HasPrefix(first, "+ ") && strings.Contains(first, "pop2")
	},
}

var pop3 = Probe{
	Service: "pop3", Ports: []uint16{110, 995}, Programs: []string{"dovecot"},
	Ask: "CAPA\r\nQUIT\r\n", Greets: true, TLS: true,
	Proof: "+OK and words", Spec: "RFC 1939, RFC 2595",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(said))
		s.Product = named(first, "Dovecot", "Cyrus", "Courier")
		s.TLS = hasLine(said, "STLS")
		return s, strings.HasPrefix(first, "+ok ") && named(first, "pop", "Dovecot", "ready", "server", "hello", "welcome", "<") != "" && !strings.Contains(first, "gearman")
	},
}

var imap = Probe{
	Service: "imap", Ports: []uint16{143, 993}, Programs: []string{"dovecot"},
	Ask: "a CAPABILITY\r\nb LOGOUT\r\n", Greets: true, TLS: true,
	Proof: "* OK, * PREAUTH or * BYE", Spec: "RFC 9051",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := strings.ToLower(firstLine(said))
		s.Product = named(first, "Dovecot", "Cyrus", "Courier")
		s.TLS = bytes.Contains(said, []byte(" STARTTLS"))
		return s, strings.HasPrefix(first, "* ok ") || strings.HasPrefix(first, "* preauth ") || strings.HasPrefix(first, "* bye ")
	},
}

var nntp = Probe{
	Service: "nntp", Ports: []uint16{119, 563}, Programs: []string{"innd", "nnrpd"},
	Ask: "CAPABILITIES\r\nQUIT\r\n", Greets: true, TLS: true,
	Proof: "200, 201 or 502 and the word NNTP or news", Spec: "RFC 3977",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		first := firstLine(said)
		if v := after([]byte(first), "InterNetNews server INN "); v != "" {
			s.Product, s.Version = "INN", v
		} else if v := after([]byte(first), "InterNetNews NNRP server INN "); v != "" {
			s.Product, s.Version = "INN", v
		}
		s.TLS = hasLine(said, "STARTTLS")
		low := strings.ToLower(first)
		code := strings.HasPrefix(low, "200 ") || strings.HasPrefix(low, "201 ") || strings.HasPrefix(low, "400 ") || strings.HasPrefix(low, "502 ")
		return s, code && (strings.Contains(low, "nntp") || strings.Contains(low, "news") || strings.Contains(low, "innd"))
	},
}

// telnet begins by asking for its options: IAC, then WILL, WONT, DO or DONT, and
// the number of an option.
var telnet = Probe{
	Service: "telnet", Ports: []uint16{23, 992, 2323}, Programs: []string{"telnetd"},
	Proof: "it asks for options: IAC, DO or WILL, one that exists", Spec: "RFC 854",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, len(said) >= 3 && said[0] == 0xff && (said[1] == 0xfb || said[1] == 0xfd) && said[2] < 50
	},
}

// irc answers before anybody has a name: by notices, or 451 to other commands.
var irc = Probe{
	Service: "irc", Ports: []uint16{6667, 6697, 6660, 6668, 6669, 7000}, Programs: []string{"ngircd", "inspircd"},
	Ask: "VERSION\r\n", TLS: true,
	Proof: "a notice, an error or a numeric reply", Spec: "RFC 2812",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if bytes.Contains(said, []byte(" :BitlBee-IRCd initialized")) {
			s.Product = "BitlBee"
		}
		return s, ircReply().Match(said)
	},
}

var ircReply = pattern.New(`^(:[^ \r\n]+ )?(NOTICE (\*|AUTH|Auth) :|(451|421|461|020) [^ \r\n]+ (\S+ )?:|ERROR :Closing [Ll]ink)`)

var svn = Probe{
	Service: "svn", Ports: []uint16{3690}, Programs: []string{"svnserve"},
	Proof: "( success ( 2 2 (", Spec: "Subversion, notes on ra_svn",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, bytes.HasPrefix(said, []byte("( success ( ")) && bytes.Contains(said, []byte("edit-pipeline"))
	},
}

var rsync = Probe{
	Service: "rsync", Ports: []uint16{873}, Programs: []string{"rsync", "rsyncd"},
	Proof: "@RSYNCD: and the version of the protocol", Spec: "rsync, csprotocol.txt",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		v := after(said, "@RSYNCD: ")
		return s, bytes.HasPrefix(said, []byte("@RSYNCD: ")) && v != "" && v[0] >= '0' && v[0] <= '9'
	},
}

// sieve (ManageSieve) tells what it can do.
var sieve = Probe{
	Service: "sieve", Ports: []uint16{4190, 2000},
	Proof: `"IMPLEMENTATION" and "SIEVE"`, Spec: "RFC 5804",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		if !bytes.HasPrefix(said, []byte(`"IMPLEMENTATION" "`)) {
			return s, false
		}
		s.Product = named(strings.ToLower(firstLine(said)), "Dovecot", "Cyrus")
		s.TLS = hasLine(said, `"STARTTLS"`)
		return s, bytes.Contains(said, []byte(`"SIEVE" "`))
	},
}

var mpd = Probe{
	Service: "mpd", Ports: []uint16{6600}, Programs: []string{"mpd"},
	Proof: "OK MPD and the version of the protocol", Spec: "MPD, protocol reference",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, mpdGreeting().Match(said)
	},
}

var mpdGreeting = pattern.New(`^OK MPD \d+\.\d+`)

var munin = Probe{
	Service: "munin", Ports: []uint16{4949}, Programs: []string{"munin-node"}, Ask: "version\nquit\n", Greets: true, TLS: true,
	Proof: "# munin node at", Spec: "Munin, protocol of the node",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "Munin"
		s.Version = after(said, " version: ")
		return s, bytes.HasPrefix(said, []byte("# munin node at "))
	},
}

var gpsd = Probe{
	Service: "gpsd", Ports: []uint16{2947}, Programs: []string{"gpsd"},
	Proof: "its greeting, an object of class VERSION", Spec: "gpsd, gpsd_json(5)",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "gpsd", jsonWord(said, "release")
		return s, bytes.HasPrefix(said, []byte(`{"class":"VERSION",`)) && bytes.Contains(said, []byte(`"proto_major"`))
	},
}

var asterisk = Probe{
	Service: "asterisk-ami", Ports: []uint16{5038}, Programs: []string{"asterisk"}, TLS: true,
	Proof: "Asterisk Call Manager/", Spec: "Asterisk, AMI",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "Asterisk Call Manager"
		s.Version = after(said, "Asterisk Call Manager/")
		return s, bytes.HasPrefix(said, []byte("Asterisk Call Manager/"))
	},
}

var teamspeak = Probe{
	Service: "teamspeak", Ports: []uint16{10011, 30033},
	Proof: "TS3 and a line feed", Spec: "TeamSpeak 3, ServerQuery manual",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "TeamSpeak 3"
		return s, bytes.HasPrefix(said, []byte("TS3\n\r")) || bytes.HasPrefix(said, []byte("TS3\r\n"))
	},
}

var nats = Probe{
	Service: "nats", Ports: []uint16{4222}, Programs: []string{"nats-server"},
	Proof: "INFO and an object with the id of the server", Spec: "NATS, client protocol",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "NATS", jsonWord(said, "version")
		s.TLS = bytes.Contains(said, []byte(`"tls_required":true`)) || bytes.Contains(said, []byte(`"tls_available":true`))
		return s, bytes.HasPrefix(said, []byte("INFO {")) && bytes.Contains(said, []byte(`"server_id"`))
	},
}

var nbd = Probe{
	Service: "nbd", Ports: []uint16{10809}, Programs: []string{"nbd-server", "qemu-nbd"},
	Proof: "NBDMAGIC", Spec: "NBD, proto.md",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, bytes.HasPrefix(said, []byte("NBDMAGIC"))
	},
}

var ceph = Probe{
	Service: "ceph-mon", Ports: []uint16{3300, 6789}, Programs: []string{"ceph-mon"},
	Proof: "the banner of its messenger", Spec: "Ceph, messenger v1 and v2",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product = "Ceph"
		return s, bytes.HasPrefix(said, []byte("ceph v027")) || bytes.HasPrefix(said, []byte("ceph v2\n"))
	},
}

var citrix = Probe{
	Service: "citrix-ica", Ports: []uint16{1494},
	Proof: "7f 7f ICA 00", Spec: "Wireshark, packet-ica",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		return s, bytes.HasPrefix(said, []byte("\x7f\x7fICA\x00"))
	},
}

// bgp says OPEN, or that it does not want to, after a marker of 16 bytes.
var bgp = Probe{
	Service: "bgp", Ports: []uint16{179},
	Proof: "the marker, a length, OPEN or NOTIFICATION", Spec: "RFC 4271",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		marked := bytes.HasPrefix(said, bytes.Repeat([]byte{0xff}, 16))
		return s, marked && len(said) >= 19 && len(said) >= be16(said[16:]) && be16(said[16:]) >= 19 && (said[18] == 1 || said[18] == 3)
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

// hasLine says that one of the lines begins so, in letters of either case.
func hasLine(said []byte, head string) bool {
	for line := range strings.Lines(string(said[:min(len(said), 8192)])) {
		if len(line) >= len(head) && strings.EqualFold(line[:len(head)], head) {
			return true
		}
	}
	return false
}
