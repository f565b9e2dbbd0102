package probe

import (
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
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

// counting counts the calls at a door.
func counting(dial Dial) (Dial, *atomic.Int32) {
	calls := &atomic.Int32{}
	return func(ctx context.Context) (net.Conn, error) {
		calls.Add(1)
		return dial(ctx)
	}, calls
}

// A greeting that is known ends the round; nobody is called more often than said.
func TestCalls(t *testing.T) {
	for _, tt := range []struct {
		name string
		talk func(net.Conn)
		most int32
		want string
	}{
		{"greeting", func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n"); io.Copy(io.Discard, c) }, 1, "ssh"},
		{"greeting, then a question", func(c net.Conn) { io.WriteString(c, "220 mail ESMTP Postfix\r\n"); io.Copy(io.Discard, c) }, 2, "smtp"},
		{"text", func(c net.Conn) {
			b := make([]byte, 100)
			if n, _ := c.Read(b); n > 0 && b[0] != 's' {
				io.WriteString(c, "UNKNOWN_COMMAND\r\n")
			} else {
				io.WriteString(c, "OK 100\r\n---\ncurrent-jobs-urgent: 0\nversion: \"1.12\"\n")
			}
		}, 12, "beanstalkd"},
		{"a shell", func(c net.Conn) { io.WriteString(c, "root@web:~# "); io.Copy(io.Discard, c) }, 1, "shell"},
		{"hangs up", func(net.Conn) {}, 8, ""},
		{"silence", func(c net.Conn) { io.Copy(io.Discard, c) }, MostCalls, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dial, calls := counting(serve(t, tt.talk))
			d := portlore.Door{Proto: "tcp", Port: 4711, State: "open"}
			Ask(t.Context(), dial, &d, Options{})
			if n := calls.Load(); n > tt.most || d.Service.Name != tt.want {
				t.Errorf("%d calls, most %d; %q, want %q", n, tt.most, d.Service.Name, tt.want)
			}
		})
	}
}

// Whoever hears all of it at once is not harmed: a shell that is fed every question
// does nothing.
func TestQuestionsInShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell to feed")
	}
	for name, q := range questions("tcp") {
		dir := t.TempDir()
		cmd := exec.CommandContext(t.Context(), sh)
		cmd.Dir, cmd.Env, cmd.Stdin = dir, []string{"PATH=/nonexistent", "HOME=" + dir}, strings.NewReader(q.ask)
		cmd.Run() // that it complains is the point
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s left %v in the directory of a shell", name, left)
		}
	}
}

// No answer is followed, unpacked or believed.
func TestAskTricks(t *testing.T) {
	web := func(head, body string) func(net.Conn) {
		return func(c net.Conn) {
			c.Read(make([]byte, 1024))
			io.WriteString(c, "HTTP/1.1 "+head+"\r\n\r\n"+body)
		}
	}
	for _, tt := range []struct {
		name string
		talk func(net.Conn)
		want string
	}{
		{"endless redirect", web("302 Found\r\nLocation: /", ""), "http"},
		{"a bomb", web("200 OK\r\nContent-Encoding: gzip\r\nServer: \x1b]0;x\x07", "\x1f\x8b\x08"+strings.Repeat("\x00", 1<<20)), "http"},
		{"what is no text", func(c net.Conn) { io.WriteString(c, "\xff\xfe\x1b[2J\x00\xc3("); io.Copy(io.Discard, c) }, ""},
		{"another's words in a page", web("200 OK\r\nServer: x", "<pre>SSH-2.0-OpenSSH\r\n220 ftp\r\n+PONG</pre>"), "http"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dial, calls := counting(serve(t, tt.talk))
			d := portlore.Door{Proto: "tcp", Port: 80, State: "open"}
			Ask(t.Context(), dial, &d, Options{})
			if d.Service.Name != tt.want || calls.Load() > 12 || strings.ContainsAny(d.Service.Product+d.Service.Banner, "\x1b\x07\x00") {
				t.Errorf("%+v after %d calls", d.Service, calls.Load())
			}
		})
	}
}

// A certificate with 100,000 names is one that nobody has to take.
func TestAskManyNames(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	for i := range 100_000 {
		about.DNSNames = append(about.DNSNames, fmt.Sprintf("host%d.example.org", i))
	}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	dial, calls := counting(serve(t, func(c net.Conn) {
		tls.Server(c, &tls.Config{Certificates: []tls.Certificate{cert}}).Handshake()
	}))
	d := portlore.Door{Proto: "tcp", Port: 443, State: "open"}
	Ask(t.Context(), dial, &d, Options{})
	if !d.Service.TLS || d.Service.Proof == "answer" || calls.Load() > MostCalls {
		t.Errorf("%+v after %d calls", d.Service, calls.Load())
	}
}

// Calls that were given up do not count as refused; who refuses is left alone.
func TestRefused(t *testing.T) {
	calls := 0
	a := &asker{}
	dial := a.counted(func(ctx context.Context) (net.Conn, error) {
		calls++
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, io.EOF
	})
	given, up := context.WithCancel(t.Context())
	up()
	for range 5 {
		dial(given)
	}
	for range 10 {
		dial(t.Context())
	}
	if calls != 5+3 {
		t.Errorf("%d calls, want 5 given up and 3 refused", calls)
	}
}

// TFTP answers from a new port, and is heard all the same; another host is not.
func TestAnyPort(t *testing.T) {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	defer server.Close()
	go func() {
		b := make([]byte, 2048)
		for {
			n, from, err := server.ReadFrom(b)
			if err != nil {
				return
			}
			if n < 4 || string(b[:2]) != "\x00\x01" || !strings.HasSuffix(string(b[:n]), "octet\x00") {
				continue
			}
			other, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				return
			}
			other.WriteTo([]byte("\x00\x05\x00\x01File not found\x00"), from)
			other.Close()
		}
	}()
	at := server.LocalAddr().(*net.UDPAddr).AddrPort()
	d := portlore.Door{Proto: "udp", Address: at.Addr().String(), Port: at.Port(), State: "open"}
	ways := &Visit{Packets: func(context.Context) (net.PacketConn, error) { return net.ListenPacket("udp", "127.0.0.1:0") }}
	Ask(t.Context(), nil, &d, Options{Ways: ways})
	if d.Service.Name != "tftp" {
		t.Errorf("%+v", d.Service)
	}
}

// What is sent to a UDP port is the question of its service; what means nothing is
// sent the questions of the commonest.
func TestPayloads(t *testing.T) {
	for _, port := range []uint16{53, 123, 161, 514, 4711} {
		for _, p := range Payloads(port) {
			if len(p) == 0 || len(p) > 1200 {
				t.Errorf("%d: a payload of %d bytes", port, len(p))
			}
		}
	}
	if n := len(Payloads(123)); n != 1 {
		t.Errorf("%d payloads for NTP", n)
	}
	if n := len(Payloads(4711)); n < 3 || n > 8 {
		t.Errorf("%d payloads for a port that means nothing", n)
	}
	if Payloads(47808) == nil || len(Payloads(47808)) != len(Payloads(4711)) {
		t.Error("a controller is asked in its own language")
	}
}
