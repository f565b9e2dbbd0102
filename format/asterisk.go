package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// What Asterisk says of registrations and calls that it refused. The caller chooses
// the name, the extension and the id of the call: where the words before or after
// an address come twice, the message is not believed.
//
//	[2026-11-23 15:02:16] NOTICE[812][C-00000001] chan_sip.c: Registration from '"100" <sip:100@192.0.2.1>' failed for '203.0.113.5:5080' - Wrong password
//	[Nov 23 15:02:17] NOTICE[812]: res_pjsip/pjsip_distributor.c:676 log_failed_request: Request 'REGISTER' from '<sip:100@192.0.2.1>' failed for '203.0.113.5:5080' (callid: x) - No matching endpoint found
//	[2026-11-23 15:02:18] SECURITY[812] res_security_log.c: SecurityEvent="InvalidPassword",…,LocalAddress="IPV4/UDP/192.0.2.1/5060",RemoteAddress="IPV4/UDP/203.0.113.5/5080",…
var asterisk = &Format{
	Name:  "asterisk",
	Doc:   "Asterisk: refused registrations, calls and manager logins (log, security events, syslog)",
	Spec:  "https://docs.asterisk.org/ (Security Event Framework; channels/chan_sip.c, res/res_pjsip/pjsip_distributor.c, main/manager.c)",
	read:  readAsterisk,
	marks: []string{"NOTICE[]: ", "WARNING[]: ", "SECURITY[]: "},
}

func readAsterisk(l *line, ob *portlore.Observation) outcome {
	text := l.message
	if string(l.program) != "asterisk" {
		if len(l.text) == 0 || l.text[0] != '[' {
			return other
		}
		text = bytes.TrimLeft(l.own(), " ")
	}
	level, text, ok := bytes.Cut(text, []byte("["))
	switch string(bytes.TrimRight(level, " ")) {
	case "NOTICE", "WARNING", "SECURITY":
	default:
		return other
	}
	i := bytes.IndexByte(text, ' ') // behind the thread, and the call if there is one
	if !ok || i < 0 {
		return other
	}
	where, words, ok := bytes.Cut(text[i+1:], []byte(": "))
	file, _, _ := bytes.Cut(where, []byte(".c"))
	if !ok {
		return other
	}
	a := asteriskRecord{l: l, ob: ob}
	switch string(file) {
	case "chan_sip", "res_pjsip/pjsip_distributor":
		return a.sip(words)
	case "chan_iax2":
		return a.iax(words)
	case "manager":
		return a.manager(words)
	case "res_security_log":
		return a.event(words)
	}
	return other
}

type asteriskRecord struct {
	l  *line
	ob *portlore.Observation
}

// single cuts at a separator that must stand there once.
func (a *asteriskRecord) single(b []byte, sep string) (before, after []byte, ok bool) {
	before, after, ok = bytes.Cut(b, []byte(sep))
	if ok && bytes.Contains(after, []byte(sep)) {
		a.l.quoted = true
		return nil, nil, false
	}
	return before, after, ok
}

func (a *asteriskRecord) claim(address []byte, proto portlore.Proto, port uint16) outcome {
	src, from, ok := endpoint(address, ':')
	if !ok {
		return other
	}
	a.ob.Src = src
	a.l.claim(a.ob, portlore.LoginRefused, portlore.LevelUnsaid, "asterisk", nil, nil)
	serves(a.ob, proto, from, port)
	return understood
}

func (a *asteriskRecord) sip(text []byte) outcome {
	if bytes.HasPrefix(text, []byte("Registration from '")) || bytes.HasPrefix(text, []byte("Request ")) {
		_, rest, ok := a.single(text, "' failed for '")
		address, _, fine := bytes.Cut(rest, []byte("'"))
		if !ok || !fine {
			return other
		}
		return a.claim(address, portlore.UDP, 5060)
	}
	if bytes.HasPrefix(text, []byte("Call from '")) {
		from, rest, ok := a.single(text, ") to extension '")
		if !ok || !bytes.Contains(rest, []byte("' rejected because extension not found")) {
			return other
		}
		address := from[bytes.LastIndexByte(from, '(')+1:]
		src, port, fine := endpoint(address, ':')
		if !fine {
			return other
		}
		a.ob.Src = src
		serves(a.ob, portlore.UDP, port, 5060)
		return understood
	}
	return other
}

func (a *asteriskRecord) iax(text []byte) outcome {
	if rest, ok := bytes.CutPrefix(text, []byte("Host ")); ok {
		host := wordAt(rest, 0)
		if words := rest[len(host):]; bytes.HasPrefix(words, []byte(" failed to authenticate as '")) || bytes.HasPrefix(words, []byte(" failed MD5 authentication for '")) {
			return a.claim(host, portlore.UDP, 4569)
		}
	}
	if rest, ok := bytes.CutPrefix(text, []byte("No registration for peer '")); ok {
		_, host, ok := a.single(rest, "' (from ")
		if ok {
			return a.claim(bytes.TrimSuffix(host, []byte(")")), portlore.UDP, 4569)
		}
	}
	return other
}

func (a *asteriskRecord) manager(text []byte) outcome {
	host := wordAt(text, 0)
	if words := text[len(host):]; bytes.HasPrefix(words, []byte(" failed to authenticate as '")) || bytes.HasPrefix(words, []byte(" tried to authenticate with nonexistent user '")) {
		return a.claim(host, portlore.TCP, 5038)
	}
	return other
}

// event reads an event of the security log.
func (a *asteriskRecord) event(text []byte) outcome {
	kind, rest := between(text, `SecurityEvent="`, `"`)
	claim := portlore.LoginRefused
	switch string(kind) {
	case "InvalidAccountID", "InvalidPassword", "ChallengeResponseFailed":
	case "SuccessfulAuth":
		claim = portlore.LoginAccepted
	default:
		return other
	}
	head, rest, ok := a.single(rest, `,RemoteAddress="`)
	if !ok {
		return other
	}
	src, _, from, ok := asteriskAddress(rest)
	i := bytes.LastIndex(head, []byte(`,LocalAddress="`))
	if !ok || i < 0 {
		return other
	}
	dst, proto, port, ok := asteriskAddress(head[i+len(`,LocalAddress="`):])
	if !ok {
		return other
	}
	if a.ob.Src, ok = addr.Parse(src); !ok {
		return other
	}
	if local, ok := addr.Parse(dst); ok && !local.IsUnspecified() {
		a.ob.Dst = local
	}
	a.l.claim(a.ob, claim, portlore.LevelUnsaid, "asterisk", nil, nil)
	serves(a.ob, proto, from, uint16(port))
	return understood
}

// asteriskAddress reads "IPV4/UDP/203.0.113.5/5080" up to the quote. TLS and WS go
// over TCP.
func asteriskAddress(b []byte) (host []byte, proto portlore.Proto, port int32, ok bool) {
	b, _, ok = bytes.Cut(b, []byte(`"`))
	_, b, fine := bytes.Cut(b, []byte("/"))
	name, b, also := bytes.Cut(b, []byte("/"))
	i := bytes.LastIndexByte(b, '/')
	if !ok || !fine || !also || i < 0 {
		return nil, 0, 0, false
	}
	proto = portlore.TCP
	if string(name) == "UDP" {
		proto = portlore.UDP
	}
	n, ok := uintOf(b[i+1:], 65535)
	return b[:i], proto, int32(n), ok
}
