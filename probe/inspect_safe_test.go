package probe

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/portlore/portlore"
)

// What changes something, or is a second password, is in no conversation, and not
// sent to who says yes to everything either.
var forbidden = map[string]*regexp.Regexp{
	"ftp":             regexp.MustCompile(`(?m)^(STOR|STOU|APPE|MKD|XMKD|DELE|RMD|RNFR|RNTO|RETR|PORT|EPRT|SITE|CWD)\b|PASS (?:[^p]|p[^o])`),
	"smtp":            regexp.MustCompile(`(?m)^(DATA|BDAT|AUTH|ETRN|TURN)\b`),
	"nntp":            regexp.MustCompile(`(?m)^(POST|IHAVE|TAKETHIS|ARTICLE|AUTHINFO)\b`),
	"pop3":            regexp.MustCompile(`(?m)^(USER|PASS|APOP|AUTH|DELE|RETR)\b`),
	"imap":            regexp.MustCompile(`(?m)\b(LOGIN|AUTHENTICATE|SELECT)\b`),
	"shell":           regexp.MustCompile(`(?s).`),
	"telnet":          regexp.MustCompile(`(?s).`),
	"tftp":            regexp.MustCompile(`^\x00\x02`),
	"mqtt":            regexp.MustCompile(`^[\x30-\x3d\x80-\x8f]`),
	"nats":            regexp.MustCompile(`(?m)^(SUB|PUB|HPUB)\b|"(user|pass|auth_token)"`),
	"snmp":            regexp.MustCompile(`(?s)\xa3|\xa5`), // SET, GETBULK
	"postgresql":      regexp.MustCompile(`^[Qp]`),
	"rsync":           regexp.MustCompile(`--|\.\n`),
	"distccd":         regexp.MustCompile(`(gcc|cc|clang|sh|bash)(ARGV|DOTI)`),
	"docker-registry": regexp.MustCompile(`^(PUT|POST|DELETE|PATCH)`),
	"kubelet":         regexp.MustCompile(`/(run|exec)/|^(PUT|POST|DELETE)`),
	"http-proxy":      regexp.MustCompile(`^(CONNECT|GET http://) *(?:[^1]|1[^2]|12[^7])`), // to ourselves alone
	"nfs":             regexp.MustCompile(`\x00\x00\x00(\x06|\x12|\x19|\x26)\x00\x00\x00`), // CREATE, OPEN, READ, WRITE
	"adb":             regexp.MustCompile(`OPEN|AUTH|SYNC`),
	"cassandra":       regexp.MustCompile(`^\x04\x00\x00\x00[\x07\x09\x0a\x0d\x0f]`),
	"zookeeper":       regexp.MustCompile(`(?s)^\x00\x00\x00.\x00\x00\x00.\x00\x00\x00[\x01\x02\x05\x07\x0d\x0e]`),
}

// latin makes a rune of each byte: patterns are about runes.
func latin(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

// The services of inspections, each once.
func inspected() map[string][]Inspection {
	of := map[string][]Inspection{}
	for _, q := range Inspections() {
		for _, s := range q.Services {
			of[s] = append(of[s], q)
		}
	}
	return of
}

// A stranger is a connection to who answers what the test likes.
type stranger struct {
	r     io.Reader
	sent  func(string)
	peer  net.IP
	heard *int
}

func (s *stranger) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	*s.heard += n
	return n, err
}
func (s *stranger) Write(b []byte) (int, error)      { s.sent(string(b)); return len(b), nil }
func (s *stranger) Close() error                     { return nil }
func (s *stranger) LocalAddr() net.Addr              { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 40000} }
func (s *stranger) RemoteAddr() net.Addr             { return &net.TCPAddr{IP: s.peer} }
func (s *stranger) SetDeadline(time.Time) error      { return nil }
func (s *stranger) SetReadDeadline(time.Time) error  { return nil }
func (s *stranger) SetWriteDeadline(time.Time) error { return nil }
func (s *stranger) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := s.Read(b)
	return n, &net.UDPAddr{IP: s.peer, Port: 40000}, err
}

func (s *stranger) WriteTo(b []byte, _ net.Addr) (int, error) { s.sent(string(b)); return len(b), nil }

// visitStranger asks one service that answers everything with the same.
func visitStranger(t testing.TB, service, transport string, answer func() io.Reader, sent func(string)) []Check {
	t.Helper()
	d := &portlore.Door{Address: "192.0.2.2", Proto: transport, Port: 7000, State: "open", Service: portlore.DoorService{Name: service, Proof: "answer"}}
	calls, heard := 0, 0
	dial := func(context.Context) (net.Conn, error) {
		calls++
		return &stranger{r: answer(), sent: sent, peer: net.IPv4(192, 0, 2, 2), heard: &heard}, nil
	}
	v := &Visit{
		Door: d, Dial: dial, token: countingBytes(),
		Reach: func(ctx context.Context, _ string, _ uint16) (net.Conn, error) { return dial(ctx) },
		Packets: func(ctx context.Context) (net.PacketConn, error) {
			c, err := dial(ctx)
			return c.(*stranger), err
		},
	}
	found := inspect(t.Context(), v)
	most := 0
	for _, q := range inspected()[service] {
		if q.Transport == transport {
			most += q.Calls
		}
	}
	if calls > most {
		t.Errorf("%s: %d calls, want %d at most", service, calls, most)
	}
	bytes := calls * (mostHeard + mostHeard/2)
	if service == "dns" && transport == "tcp" { // a zone
		bytes += mostTransferred
	}
	if heard > bytes {
		t.Errorf("%s: %d bytes were listened to in %d calls", service, heard, calls)
	}
	return found
}

// Nobody is harmed by what we send: not those that were recorded, and not one that
// says yes to whatever comes.
func TestInspectHarmless(t *testing.T) {
	check := func(service, sent string) {
		family := map[string]string{"http": "http-proxy"}[service]
		if family == "" {
			family = service
		}
		if f := forbidden[family]; f != nil && f.MatchString(latin(sent)) {
			t.Errorf("%s: %q is forbidden", service, sent)
		}
	}
	cases, _ := filepath.Glob("testdata/inspect/*.txtar")
	for _, path := range cases {
		c, _ := readConversation(t, path)
		for _, r := range c.calls {
			for _, s := range r.steps {
				if s.from == '>' {
					check(c.door.Service.Name, s.said)
				}
			}
		}
	}
	yes := []string{
		"220 x.example.net ready\r\n250 ok\r\n230 ok\r\n229 (|||40000|)\r\n150 ok\r\n", "250 ok\r\n", "200 ok\r\n", "+OK\r\n.\r\n", "* OK\r\n* CAPABILITY X\r\n",
		"@RSYNCD: 31.0\nm\tx\n@RSYNCD: OK\n", "HTTP/1.1 200 OK\r\n\r\n{}", "\x00\x00\x00\x00", "\x05\x00\x00\x01", "INFO {}\r\nPONG\r\n",
	}
	for service, all := range inspected() {
		for _, q := range all {
			for _, say := range yes {
				visitStranger(t, service, q.Transport, func() io.Reader { return strings.NewReader(strings.Repeat(say, 200)) }, func(sent string) { check(service, sent) })
			}
		}
	}
}

// A test that cannot fail is a bug: each pattern knows what it is there for.
func TestForbidden(t *testing.T) {
	for service, sent := range map[string]string{
		"ftp": "STOR x\r\n", "smtp": "DATA\r\n", "nntp": "POST\r\n", "pop3": "USER x\r\n", "imap": "p3 LOGIN a b\r\n", "shell": "\n", "telnet": "x",
		"tftp": "\x00\x02x\x00octet\x00", "mqtt": "\x82\x05", "nats": "SUB >\r\n", "snmp": "\xa3", "postgresql": "Q\x00", "rsync": "--server\n",
		"distccd": "gccARGV", "docker-registry": "PUT /", "kubelet": "POST /run/x", "http-proxy": "CONNECT 192.0.2.9:25 HTTP/1.1",
		"nfs": "\x00\x00\x00\x26\x00\x00\x00\x01",
		"adb": "OPEN", "cassandra": "\x04\x00\x00\x00\x07",
		"zookeeper": "\x00\x00\x00\x10\x00\x00\x00\x01\x00\x00\x00\x01",
	} {
		if !forbidden[service].MatchString(latin(sent)) {
			t.Errorf("%s: %q passes", service, sent)
		}
	}
	if f := forbidden["ftp"]; !f.MatchString("PASS secret\r\n") || f.MatchString("PASS portlore@\r\n") {
		t.Error("passwords of FTP")
	}
}

// Who answers nonsense, a flood or one byte at a time breaks nothing and is called
// nothing.
func TestInspectHostile(t *testing.T) {
	for service, all := range inspected() {
		for _, q := range all {
			for name, answer := range map[string]func() io.Reader{
				"nothing": func() io.Reader { return strings.NewReader("") },
				"flood":   func() io.Reader { return endless("\x1b[2J\xff\x00A\r\n") },
				"zeros":   func() io.Reader { return endless("\x00") },
				"ones":    func() io.Reader { return endless("\xff") },
				"drip":    func() io.Reader { return iotest.OneByteReader(strings.NewReader("220 \x1b]0;x\x07\r\n")) },
			} {
				for _, c := range visitStranger(t, service, q.Transport, answer, func(string) {}) {
					complete(t, c)
					if c.Word == portlore.Fix {
						t.Errorf("%s: %s: %s by %s", service, name, c.ID, c.Evidence.EN)
					}
				}
			}
		}
	}
}

type repeating struct {
	s  string
	at int
}

func endless(s string) io.Reader { return &repeating{s: s} }

func (r *repeating) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = r.s[r.at%len(r.s)]
		r.at++
	}
	return len(b), nil
}

// No answer of strangers breaks an inspection.
func FuzzInspect(f *testing.F) {
	cases, _ := filepath.Glob("testdata/inspect/*.txtar")
	for _, path := range cases {
		t := &testing.T{}
		c, _ := readConversation(t, path)
		for _, r := range c.calls {
			var said strings.Builder
			for _, s := range r.steps {
				if s.from == '<' {
					said.WriteString(s.said)
				}
			}
			f.Add(c.door.Service.Name, said.String())
		}
	}
	of := inspected()
	f.Fuzz(func(t *testing.T, service, answer string) {
		for _, q := range of[service] {
			for _, c := range visitStranger(t, service, q.Transport, func() io.Reader { return strings.NewReader(answer) }, func(string) {}) {
				complete(t, c)
			}
		}
	})
}

// Every check that an inspection came back with is one that it says it may, with no
// worse a word; and each of those is shown by a conversation, or by a test here.
func TestInspectFinds(t *testing.T) {
	shown := map[string]bool{"proxy.open": true, "proxy.auth": true, "socks.open": true, "socks.auth": true, "tls.expired": true, "tls.obsolete": true}
	cases, _ := filepath.Glob("testdata/inspect/*.txtar")
	for _, path := range cases {
		c, _ := readConversation(t, path)
		may := map[string]portlore.Word{}
		for _, q := range Inspections() {
			if q.suits(&Visit{Door: &c.door}) {
				for _, o := range q.Finds {
					may[o.ID] = max(may[o.ID], o.Word)
				}
			}
		}
		for _, found := range inspect(t.Context(), c.visit(t)) {
			shown[found.ID] = true
			if word, ok := may[found.ID]; !ok || found.Word > word {
				t.Errorf("%s: %s %s is not what it says it may find", path, found.ID, found.Word)
			}
		}
	}
	known := map[string]bool{}
	for _, p := range All() {
		known[p.Service+"/"+p.transport()] = true
	}
	for _, q := range Inspections() {
		for _, s := range q.Services {
			if !known[s+"/"+q.Transport] {
				t.Errorf("%s/%s: no probe finds such a service", s, q.Transport)
			}
		}
		for _, o := range q.Finds {
			if !shown[o.ID] {
				t.Errorf("%s: no conversation shows it", o.ID)
			}
		}
		if q.Sends == "" || q.Never == "" || len(q.Finds) == 0 {
			t.Errorf("%v: says too little of itself", q.Services)
		}
	}
}

// A number is no reason to ask, nor is a port where a question may do harm.
func TestInspectSuits(t *testing.T) {
	ftp := portlore.Door{Proto: "tcp", Port: 21, State: "open", Service: portlore.DoorService{Name: "ftp", Proof: "answer"}}
	if !anonymousFTP.suits(&Visit{Door: &ftp}) {
		t.Error("FTP that answered is not asked")
	}
	for what, change := range map[string]func(*portlore.Door){
		"by its number":         func(d *portlore.Door) { d.Service.Proof = "number" },
		"closed":                func(d *portlore.Door) { d.State = "closed" },
		"something else":        func(d *portlore.Door) { d.Service.Name = "ssh" },
		"another transport":     func(d *portlore.Door) { d.Proto = "udp" },
		"the port of a printer": func(d *portlore.Door) { d.Port = 9100 },
	} {
		d := ftp
		change(&d)
		if anonymousFTP.suits(&Visit{Door: &d}) {
			t.Errorf("asked: %s", what)
		}
	}
}

// callFrom calls from one address of this machine.
func callFrom(t *testing.T, own string, to net.Addr) Dial {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(own)}}
	return func(ctx context.Context) (net.Conn, error) {
		c, err := d.DialContext(ctx, "tcp", to.String())
		if err != nil && own != "127.0.0.1" {
			t.Skip(err) // not every system has more than one
		}
		return c, err
	}
}

// A proxy that carries strangers is proven by what comes back to us, one that does
// not by its refusal; a web server is neither.
func TestInspectProxy(t *testing.T) {
	tunnel := func(c net.Conn, in io.Reader, to string) {
		out, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		defer out.Close()
		go io.Copy(out, in)
		io.Copy(c, out)
	}
	// Each is a way to serve a caller.
	for _, tt := range []struct {
		name, service, want string
		talk                func(net.Conn)
	}{
		{"open to CONNECT", "http-proxy", "proxy.open FIX", func(c net.Conn) {
			in := bufio.NewReader(c)
			line, err := in.ReadString('\n')
			for s := line; err == nil && s != "\r\n"; s, err = in.ReadString('\n') {
			}
			if err != nil {
				return
			}
			io.WriteString(c, "HTTP/1.1 200 Connection established\r\n\r\n")
			tunnel(c, in, strings.Fields(line)[1])
		}},
		{"open to GET", "http", "proxy.open FIX", func(c net.Conn) {
			in := bufio.NewReader(c)
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			url, ok := strings.CutPrefix(strings.Fields(line)[1], "http://")
			if !ok {
				io.WriteString(c, "HTTP/1.1 405 Method Not Allowed\r\n\r\n")
				return
			}
			host, path, _ := strings.Cut(url, "/")
			tunnel(c, strings.NewReader("GET /"+path+" HTTP/1.0\r\n\r\n"), host)
		}},
		{"a password is asked for", "http-proxy", "proxy.auth fine", func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
			io.Copy(io.Discard, c)
		}},
		{"strangers are refused", "http-proxy", "proxy.auth fine", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 403 Forbidden\r\n\r\n"); io.Copy(io.Discard, c) }},
		{"a web server", "http", "", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n"); io.Copy(io.Discard, c) }},
		{"one that is content with everything", "http", "", func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\nhello"); io.Copy(io.Discard, c) }},
		{"an echo", "http", "", func(c net.Conn) { io.Copy(c, c) }},
		{"SOCKS 5, open", "socks", "socks.open FIX", func(c net.Conn) {
			b := make([]byte, 10)
			io.ReadFull(c, b[:3])
			io.WriteString(c, "\x05\x00")
			io.ReadFull(c, b)
			io.WriteString(c, "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
			tunnel(c, c, netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), uint16(b[8])<<8|uint16(b[9])).String())
		}},
		{"SOCKS 4, open", "socks", "socks.open FIX", func(c net.Conn) {
			b := make([]byte, 17)
			if io.ReadFull(c, b[:1]); b[0] == 5 {
				return
			}
			io.ReadFull(c, b[1:])
			io.WriteString(c, "\x00\x5a\x00\x00\x00\x00\x00\x00")
			tunnel(c, c, netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), uint16(b[2])<<8|uint16(b[3])).String())
		}},
		{"SOCKS 5 with a login", "socks", "socks.auth fine", func(c net.Conn) { io.ReadFull(c, make([]byte, 3)); io.WriteString(c, "\x05\xff") }},
		{"SOCKS 5 with rules", "socks", "socks.auth fine", func(c net.Conn) {
			io.ReadFull(c, make([]byte, 3))
			io.WriteString(c, "\x05\x00")
			io.ReadFull(c, make([]byte, 10))
			io.WriteString(c, "\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00")
		}},
		{"SOCKS 5 that cannot reach us", "socks", "socks.open CHECK", func(c net.Conn) {
			io.ReadFull(c, make([]byte, 3))
			io.WriteString(c, "\x05\x00")
			io.ReadFull(c, make([]byte, 10))
			io.WriteString(c, "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00")
		}},
	} {
		d := &portlore.Door{Address: "127.0.0.3", Proto: "tcp", Port: 3128, State: "open", Service: portlore.DoorService{Name: tt.service, Proof: "answer"}}
		server, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Skip(err)
		}
		defer server.Close()
		go func() {
			for {
				c, err := server.Accept()
				if err != nil {
					return
				}
				go func() {
					defer c.Close()
					tt.talk(c)
				}()
			}
		}()
		v := &Visit{Door: d, Dial: callFrom(t, "127.0.0.2", server.Addr()), Local: netip.MustParseAddr("127.0.0.1")}
		got := ""
		for _, c := range inspect(t.Context(), v) {
			got += c.ID + " " + c.Word.String()
			complete(t, c)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		v.Dial = callFrom(t, "127.0.0.1", server.Addr()) // who trusts himself
		if found := inspect(t.Context(), v); len(found) > 0 {
			t.Errorf("%s: found by itself: %s", tt.name, found[0].ID)
		}
		v.Local = netip.Addr{} // nobody can call us back: nothing is asked
		v.Dial = func(context.Context) (net.Conn, error) {
			t.Errorf("%s: asked without a way back", tt.name)
			return nil, io.EOF
		}
		inspect(t.Context(), v)
	}
}

// The dates of a certificate and old versions are seen; a certificate that nobody
// has signed is not held against a server.
func TestInspectTLS(t *testing.T) {
	now := time.Now()
	for _, tt := range []struct {
		name, want  string
		from, until time.Time
		most        uint16
	}{
		{"as it should be", "", now.Add(-time.Hour), now.Add(time.Hour), 0},
		{"expired", "tls.expired", now.Add(-48 * time.Hour), now.Add(-24 * time.Hour), 0},
		{"not yet valid", "tls.expired", now.Add(24 * time.Hour), now.Add(48 * time.Hour), 0},
		{"old", "tls.obsolete", now.Add(-time.Hour), now.Add(time.Hour), tls.VersionTLS11},
		{"older", "tls.obsolete", now.Add(-time.Hour), now.Add(time.Hour), tls.VersionTLS10},
	} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		cert := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: tt.from, NotAfter: tt.until}
		der, err := x509.CreateCertificate(rand.Reader, cert, cert, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MaxVersion: tt.most}
		if tt.most != 0 {
			config.MinVersion = tls.VersionTLS10
		}
		plain := serve(t, func(c net.Conn) { tls.Server(c, config).HandshakeContext(t.Context()) })
		d := &portlore.Door{Address: "127.0.0.1", Proto: "tcp", Port: 8443, State: "open", Service: portlore.DoorService{Name: "other", Proof: "answer", TLS: true}}
		got := ""
		for _, c := range inspect(t.Context(), &Visit{Door: d, Dial: overTLS(plain), Plain: plain, InTLS: true}) {
			got += c.ID
			complete(t, c)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// What strangers say is quoted short and harmless.
func TestQuote(t *testing.T) {
	for said, want := range map[string]string{
		" 230  Login\tsuccessful.\r\n": "230 Login successful",
		"\x1b[2J\x00":                  `\x1b[2J\x00`,
		strings.Repeat("x", 5000):      strings.Repeat("x", longestQuote-3) + "...",
		"\xff\xfe":                     "?",
	} {
		if got := quote(said); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
	if s := fmt.Sprint(both("%d of %d", "%[2]d 之 %[1]d", 1, 2)); s != "{1 of 2 2 之 1}" {
		t.Error(s)
	}
}

// What is bad only if the whole Internet gets there is a note where it does not.
func TestStrangers(t *testing.T) {
	for _, tt := range []struct {
		address, reach string
		want           portlore.Word
	}{
		{"203.0.113.5", "", portlore.Check},
		{"192.168.1.5", "", portlore.Note},
		{"fe80::1", "", portlore.Note},
		{"2001:db8::1", "", portlore.Check},
		{"0.0.0.0", portlore.ReachLAN, portlore.Note},
		{"0.0.0.0", portlore.ReachInternet, portlore.Check},
		{"192.168.1.5", portlore.ReachInternet, portlore.Check},
	} {
		v := &Visit{Door: &portlore.Door{Address: tt.address, Reach: tt.reach}}
		if got := v.strangers(); got != tt.want {
			t.Errorf("%s %s: %s, want %s", tt.address, tt.reach, got, tt.want)
		}
	}
}

// PostgreSQL that wants TLS is spoken to inside TLS, and what was said before the
// handshake is not taken for an answer.
func TestInspectPostgresTLS(t *testing.T) {
	cert := certificate(t)
	for answer, want := range map[string]string{
		"R\x00\x00\x00\x08\x00\x00\x00\x00": "postgresql.trust FIX",
		"R\x00\x00\x00\x08\x00\x00\x00\x03": "postgresql.auth fine",
	} {
		plain := serve(t, func(c net.Conn) {
			io.ReadFull(c, make([]byte, 8))
			io.WriteString(c, "S")
			s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}})
			s.Read(make([]byte, 1024))
			io.WriteString(s, answer)
			io.Copy(io.Discard, s)
		})
		d := &portlore.Door{Address: "127.0.0.1", Proto: "tcp", Port: 5432, State: "open", Service: portlore.DoorService{Name: "postgresql", Proof: "answer", TLS: true}}
		got := ""
		for _, c := range inspect(t.Context(), &Visit{Door: d, Dial: plain, Plain: plain}) {
			got += c.ID + " " + c.Word.String()
		}
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	injected := serve(t, func(c net.Conn) {
		io.ReadFull(c, make([]byte, 8))
		io.WriteString(c, "SR\x00\x00\x00\x08\x00\x00\x00\x00")
	})
	d := &portlore.Door{Address: "127.0.0.1", Proto: "tcp", Port: 5432, State: "open", Service: portlore.DoorService{Name: "postgresql", Proof: "answer", TLS: true}}
	if found := inspect(t.Context(), &Visit{Door: d, Dial: injected, Plain: injected}); len(found) > 0 {
		t.Errorf("before the handshake: %s", found[0].ID)
	}
}
