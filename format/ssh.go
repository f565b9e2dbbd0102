package format

import (
	"bytes"
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What sshd of OpenSSH and dropbear say of logins (log.c, auth.c and packet.c of
// OpenSSH; svr-auth*.c of dropbear). The name of the user is of the client's choice,
// with blanks and all: what counts is the end of the message, which is not.
//
//	Nov 23 15:02:16 gw sshd[812]: Failed password for invalid user x from 198.51.100.1 port 22 ssh2 from 203.0.113.5 port 40001 ssh2
//
// Several lines tell of one attempt. So that it counts once, or once more than the
// passwords that were tried: a wrong name is refused where it is first said, an
// attempt with a known name where the connection ends before it got in. Keys and
// "none" are what every client tries first. PAM repeats what sshd says.
var sshLogins = &Format{
	Name: "ssh",
	Doc:  "logins of sshd (OpenSSH) and dropbear",
	Spec: "https://github.com/openssh/openssh-portable (auth.c, packet.c, sshd.c); https://github.com/mkj/dropbear (svr-auth.c)",
	read: readSSH,
}

func readSSH(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	switch string(program) {
	case "sshd", "sshd-session", "sshd-auth":
		s := sshRecord{l: l, ob: ob}
		return s.openSSH(text)
	case "dropbear":
		s := sshRecord{l: l, ob: ob}
		return s.dropbear(text)
	}
	return other
}

// An sshRecord is a message being read.
type sshRecord struct {
	l      *line
	ob     *portlore.Observation
	before bool // of a client that is not let in yet
}

func (s *sshRecord) openSSH(text []byte) outcome {
	text = bytes.TrimPrefix(bytes.TrimPrefix(bytes.TrimRight(text, " "), []byte("error: ")), []byte("fatal: "))
	text, s.before = bytes.CutSuffix(text, []byte(" [preauth]"))
	first := wordAt(text, 0)
	rest := text[min(len(first)+1, len(text)):]
	switch string(first) {
	case "Failed":
		return s.failed(rest)
	case "Accepted":
		return s.accepted(rest)
	case "Invalid":
		if name, ok := bytes.CutPrefix(text, []byte("Invalid user")); ok {
			return s.refusedAtEnd(name)
		}
	case "maximum":
		if name, ok := bytes.CutPrefix(text, []byte("maximum authentication attempts exceeded for ")); ok {
			return s.refusedAtEnd(bytes.TrimSuffix(name, []byte(" ssh2")))
		}
	case "User":
		if i := bytes.LastIndex(rest, []byte(" not allowed because ")); i >= 0 {
			return s.refusedAtEnd(rest[:i])
		}
	case "ROOT":
		if from, ok := bytes.CutPrefix(text, []byte("ROOT LOGIN REFUSED FROM ")); ok {
			a, port, left := hostAndPort(from)
			if a.IsValid() && len(left) == 0 {
				return s.claim(a, port, portlore.LoginRefused, nil)
			}
		}
	case "Connection", "Disconnected":
		return s.closed(text)
	}
	return s.probe(text)
}

// failed reads "password for invalid user x from 203.0.113.5 port 40001 ssh2". What
// a key is called may follow, and of a certificate that is its owner's choice, too.
func (s *sshRecord) failed(text []byte) outcome {
	method := wordAt(text, 0)
	last := bytes.LastIndex(text, []byte(" from "))
	if last < 0 || !bytes.Contains(text[:last], []byte(" for ")) {
		return other
	}
	a, port, rest := hostAndPort(text[last+len(" from "):])
	only := bytes.Index(text, []byte(" from ")) == last
	key, hasKey := bytes.CutPrefix(rest, []byte(" ssh2: "))
	switch {
	case !a.IsValid() && only: // the name of a host
		return other
	case string(rest) == " ssh2", only && (len(rest) == 0 || string(rest) == " ssh1" || hasKey):
	case hasKey && bytes.Count(key, []byte(" ")) == 1: // its kind and its fingerprint
	default:
		s.l.quoted = true
		return other
	}
	if !a.IsValid() {
		return other
	}
	switch string(method) {
	case "none", "publickey":
		return s.plain(a, port)
	}
	return s.claim(a, port, portlore.LoginRefused, nil)
}

// accepted reads "publickey for root from 203.0.113.5 port 40001 ssh2: …". Whoever
// gets in is a user, whose name has no blanks.
func (s *sshRecord) accepted(text []byte) outcome {
	w := words{text: text}
	method := w.next()
	if string(w.next()) != "for" || w.next() == nil || string(w.next()) != "from" {
		return other
	}
	a, port, rest := hostAndPort(text[min(w.p, len(text)):])
	if !a.IsValid() || !bytes.HasPrefix(rest, []byte(" ssh2")) {
		return other
	}
	return s.claim(a, port, portlore.LoginAccepted, method)
}

// refusedAtEnd reads "x from 203.0.113.5 port 40001".
func (s *sshRecord) refusedAtEnd(text []byte) outcome {
	i := bytes.LastIndex(text, []byte(" from "))
	if i < 0 {
		return other
	}
	a, port, rest := hostAndPort(text[i+len(" from "):])
	if !a.IsValid() || len(rest) > 0 {
		return other
	}
	return s.claim(a, port, portlore.LoginRefused, nil)
}

// closed reads "Connection closed by authenticating user root 203.0.113.5 port 40001"
// and its relatives. One without "[preauth]" ends a session, or is of a client that
// said nothing.
func (s *sshRecord) closed(text []byte) outcome {
	by, silent := bytes.CutPrefix(text, []byte("Connection closed by "))
	ok := silent
	if !ok {
		by, ok = bytes.CutPrefix(text, []byte("Connection reset by "))
	}
	if !ok {
		by, ok = bytes.CutPrefix(text, []byte("Disconnected from "))
	}
	if !ok {
		return s.probe(text)
	}
	if !s.before && (!silent || bytes.HasPrefix(by, []byte("user "))) {
		return other
	}
	end := by
	if i := bytes.LastIndex(by, []byte(" port ")); i >= 0 {
		end = by[bytes.LastIndexByte(by[:i], ' ')+1:]
	}
	a, port, rest := hostAndPort(end)
	if !a.IsValid() || len(rest) > 0 {
		return other
	}
	if s.before && bytes.HasPrefix(by, []byte("authenticating user ")) {
		return s.claim(a, port, portlore.LoginRefused, nil)
	}
	return s.plain(a, port)
}

// probe reads what is said of clients that did not come as far as a login.
func (s *sshRecord) probe(text []byte) outcome {
	if rest, ok := bytes.CutPrefix(text, []byte("Bad protocol version identification '")); ok {
		i := bytes.LastIndex(rest, []byte("' from "))
		if i < 0 {
			return other
		}
		a, port, left := hostAndPort(rest[i+len("' from "):])
		if !a.IsValid() || len(left) > 0 {
			return other
		}
		return s.plain(a, port)
	}
	if _, rest, ok := bytes.Cut(text, []byte(" from [")); ok && bytes.HasPrefix(text, []byte("drop connection #")) {
		return s.dropped(rest)
	}
	for _, begin := range [...]string{
		"Connection from ", "Did not receive identification string from ", "Unable to negotiate with ", "banner exchange: Connection from ",
		"ssh_dispatch_run_fatal: Connection from ", "Protocol major versions differ for ", "Timeout before authentication for ", "scanned from ", "probed from ",
		"Received disconnect from ",
	} {
		if len(text) <= len(begin) || string(text[:len(begin)]) != begin || begin == "Received disconnect from " && !s.before {
			continue
		}
		a, port, rest := hostAndPort(text[len(begin):])
		if !a.IsValid() {
			return other
		}
		if on, ok := bytes.CutPrefix(rest, []byte(" on ")); ok {
			s.ob.Dst, _ = addr.Parse(wordAt(on, 0))
		}
		return s.plain(a, port)
	}
	return other
}

// dropped reads "203.0.113.5]:40001 on [192.0.2.1]:22 past MaxStartups".
func (s *sshRecord) dropped(text []byte) outcome {
	src, rest, ok := bytes.Cut(text, []byte("]:"))
	number := digits(rest)
	port, fine := uintOf(number, 65535)
	a, valid := addr.Parse(src)
	if !ok || !fine || !valid {
		return other
	}
	if dst, _ := between(rest, " on [", "]:"); dst != nil {
		s.ob.Dst, _ = addr.Parse(dst)
	}
	return s.plain(a, int32(port))
}

// dropbear reads "Bad password attempt for 'root' from 203.0.113.5:40001".
func (s *sshRecord) dropbear(text []byte) outcome {
	if len(text) > 0 && text[0] == '[' { // it may give its process id and a stamp once more
		if _, rest, ok := bytes.Cut(text, []byte("] ")); ok && len(rest) > 16 && s.l.clock.stamp(rest).size == 15 {
			text = rest[16:]
		}
	}
	i := bytes.LastIndex(text, []byte(" from "))
	if i < 0 {
		return other
	}
	a, port, ok := lastColon(bytes.TrimRight(text[i+len(" from "):], " "), true)
	if !ok {
		return other
	}
	claim, method := portlore.LoginRefused, []byte(nil)
	switch begin := wordAt(text, 0); string(begin) {
	case "Bad", "bad":
		ok = bytes.HasPrefix(text[len(begin):], []byte(" password attempt for '"))
	case "Login", "login":
		ok = bytes.HasPrefix(text[len(begin):], []byte(" attempt for nonexistent user")) || bytes.HasPrefix(text[len(begin):], []byte(" attempt with wrong user"))
	case "Password", "Pubkey", "password", "pubkey":
		claim, method = portlore.LoginAccepted, begin
		ok = bytes.HasPrefix(text[len(begin):], []byte(" auth succeeded for '"))
	case "Child":
		if ok = bytes.HasPrefix(text, []byte("Child connection from ")); ok {
			return s.plain(a, port)
		}
	default:
		ok = false
	}
	if !ok {
		return other
	}
	s.ob.Src = a
	s.l.claim(s.ob, claim, portlore.LevelUnsaid, "dropbear", method, nil)
	serves(s.ob, portlore.TCP, port, 22)
	return understood
}

func (s *sshRecord) claim(a netip.Addr, port int32, claim portlore.Claim, method []byte) outcome {
	s.ob.Src = a
	s.l.claim(s.ob, claim, portlore.LevelUnsaid, "sshd", method, nil)
	serves(s.ob, portlore.TCP, port, 22)
	return understood
}

// plain is a connection of which nothing is claimed.
func (s *sshRecord) plain(a netip.Addr, port int32) outcome {
	s.ob.Src = a
	serves(s.ob, portlore.TCP, port, 22)
	return understood
}

// hostAndPort reads "203.0.113.5 port 40001" or an address alone, and returns what
// follows. No valid address: there is none.
func hostAndPort(b []byte) (a netip.Addr, port int32, rest []byte) {
	word := wordAt(b, 0)
	rest = b[len(word):]
	a, ok := addr.Parse(bytes.TrimRight(word, ":,"))
	if !ok {
		return netip.Addr{}, -1, b
	}
	port = -1
	if number, ok := bytes.CutPrefix(rest, []byte(" port ")); ok {
		n := digits(number)
		p, ok := uintOf(n, 65535)
		if !ok {
			return netip.Addr{}, -1, b
		}
		port, rest = int32(p), number[len(n):]
	}
	return a, port, rest
}
