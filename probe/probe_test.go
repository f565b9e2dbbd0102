package probe

import (
	"context"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
)

// What services answered, and what it proves. None is taken for another.
func TestRead(t *testing.T) {
	mongo := "\x00maxWireVersion\x00\x15\x00\x00\x00"
	greeting := "\x4a\x00\x00\x00\x0a"
	for _, tt := range []struct{ asked, answer, want string }{
		{"redis", "+PONG\r\n$30\r\n# Server\r\nredis_version:7.0.15\r\n", "redis Redis 7.0.15 redis.noauth FIX"},
		{"redis", "-NOAUTH Authentication required.\r\n", "redis Redis  redis.auth fine"},
		{"redis", "-DENIED Redis is running in protected mode because\r\n", "redis Redis  redis.protected NOTE"},
		{"redis", "-ERR unknown command 'GET'\r\n", "redis Redis "},
		{"memcached", "VERSION 1.6.18\r\n", "memcached memcached 1.6.18 memcached.noauth FIX"},
		{"postgresql", "S", "postgresql PostgreSQL  tls"},
		{"postgresql", "N", "postgresql PostgreSQL "},
		{"mysql", greeting + "8.0.36\x00" + strings.Repeat("\x01", 70), "mysql MySQL 8.0.36"},
		{"mysql", greeting + "5.5.5-10.11.6-MariaDB-0+deb12u1\x00" + strings.Repeat("\x01", 70), "mysql MariaDB 10.11.6-MariaDB-0+deb12u1"},
		{"mysql", "\x45\x00\x00\x00\xffj\x04Host '192.0.2.2' is not allowed to connect to this MySQL server...", "mysql MySQL "},
		{"mongodb", mongo + "\x04databases\x00", "mongodb MongoDB  mongodb.noauth FIX"},
		{"mongodb", mongo + "codeName\x00\x0d\x00\x00\x00Unauthorized\x00", "mongodb MongoDB  mongodb.auth fine"},
		{"docker", "HTTP/1.0 200 OK\r\n\r\n" + `{"Version":"24.0.7","ApiVersion":"1.43","MinAPIVersion":"1.12"}`, "docker Docker 24.0.7 docker.noauth FIX"},
		{"etcd", "HTTP/1.0 200 OK\r\n\r\n" + `{"etcdserver":"3.5.9","etcdcluster":"3.5.0"}`, "etcd etcd 3.5.9"},
		{"elasticsearch", "HTTP/1.0 200 OK\r\n\r\n" + `{"cluster_name" : "c", "version" : { "number" : "8.11.1"}, "tagline" : "You Know, for Search"}`, "elasticsearch Elasticsearch 8.11.1 elasticsearch.noauth FIX"},
		{"elasticsearch", "HTTP/1.0 401 Unauthorized\r\n\r\n" + `{"error":"missing authentication credentials for REST request [/]"}`, "elasticsearch Elasticsearch  elasticsearch.auth fine"},
		{"vnc", "RFB 003.008\n\x02\x01\x02", "vnc   vnc.noauth FIX"},
		{"vnc", "RFB 003.008\n\x01\x02", "vnc   vnc.auth fine"},
		{"vnc", "RFB 003.008\n\xff\x01", "vnc  "},
		{"ssh", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "ssh OpenSSH 9.2p1"},
		{"ssh", "SSH-2.0-dropbear_2022.83\r\n", "ssh dropbear 2022.83"},
		{"ftp", "220 (vsFTPd 3.0.5)\r\n", "ftp vsFTPd 3.0.5"},
		{"smtp", "220 vm ESMTP Postfix (Debian)\r\n", "smtp Postfix "},
		{"pop3", "+OK Dovecot ready.\r\n", "pop3 Dovecot "},
		{"imap", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n", "imap Dovecot "},
		{"telnet", "\xff\xfd\x18\xff\xfd\x20", "telnet  "},
		{"http", "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\n\r\n", "http nginx 1.22.1"},
		{"http", "HTTP/1.0 404 Not Found\r\n\r\nServer: forged/1", "http  "},
		{"http", "hello\r\n", ""},
		{"redis", "-ERR\xff\x1b[2J", ""},
		{"mysql", greeting, ""},
	} {
		all := All()
		var asked *Probe
		for i := range all {
			if all[i].Service == tt.asked {
				asked = &all[i]
			}
		}
		got := ""
		if p := reader(all, asked, []byte(tt.answer)); p != nil {
			var d portlore.Door
			take(&d, p, true, []byte(tt.answer), portlore.English)
			got = d.Service.Name + " " + d.Service.Product + " " + d.Service.Version
			for _, c := range d.Checks {
				got += " " + c.ID + " " + c.Word.String()
			}
			if d.Service.TLS {
				got += " tls"
			}
		}
		if got != tt.want {
			t.Errorf("%s: %q: %q, want %q", tt.asked, tt.answer, got, tt.want)
		}
	}
}

// No answer of strangers breaks a reader, or comes through it to a screen.
func FuzzRead(f *testing.F) {
	f.Add([]byte("RFB 003.008\n\x02\x01"))
	for _, r := range recordings(f) {
		for _, answers := range []map[string][]byte{r.plain, r.inside} {
			for _, said := range answers {
				f.Add(said)
			}
		}
	}
	all := All()
	f.Fuzz(func(t *testing.T, said []byte) {
		for _, p := range all {
			s, ok := p.Read(said)
			if ok && p.Check != nil {
				p.Check(said)
			}
			if text := s.Product + s.Version; ok && (text != safetext.Clean(text) || len(text) > 400) {
				t.Errorf("%s: %q", p.Service, text)
			}
		}
	})
}

// Every sentence is there in both languages.
func TestCheckLanguages(t *testing.T) {
	for _, p := range All() {
		for _, answer := range []string{"+PONG", "-NOAUTH", "-DENIED", "x\x04databases\x00", "Unauthorized\x00", `"tagline"`, "", "RFB 003.008\n\x01\x01"} {
			if p.Check == nil {
				continue
			}
			c := p.Check([]byte(answer))
			for _, s := range []portlore.Text{c.Evidence, c.Means, c.Do} {
				if (s.EN == "") != (s.ZH == "") || s.EN != "" && s.EN == s.ZH {
					t.Errorf("%s: %q", c.ID, s)
				}
			}
			if c.Word > portlore.Fine && (c.Means.EN == "" || c.Do.EN == "") {
				t.Errorf("%s: no meaning or no advice", c.ID)
			}
		}
	}
}

// serve answers each caller, on a loopback port of its own.
func serve(t *testing.T, talk func(net.Conn)) Dial {
	t.Helper()
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				talk(c)
			}()
		}
	}()
	return to(server.Addr().String())
}

func to(address string) Dial {
	return func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "tcp", address)
	}
}

func ask(t *testing.T, dial Dial, port uint16) portlore.Door {
	t.Helper()
	d := portlore.Door{Proto: "tcp", Port: port, State: "open"}
	Ask(t.Context(), dial, &d, Options{})
	return d
}

// A number decides what is asked first, and never what it is.
func TestAskOddPort(t *testing.T) {
	redis := serve(t, func(c net.Conn) {
		b := make([]byte, 256)
		n, _ := c.Read(b)
		if strings.HasPrefix(string(b[:n]), "PING") {
			io.WriteString(c, "+PONG\r\n")
		} else {
			io.WriteString(c, "-ERR wrong number of arguments for 'get' command\r\n")
		}
	})
	if d := ask(t, redis, 8080); d.Service.Name != "redis" || len(d.Checks) != 1 || d.Checks[0].ID != "redis.noauth" {
		t.Errorf("Redis on 8080: %+v", d)
	}
	ssh := serve(t, func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH_9.9\r\n") })
	if d := ask(t, ssh, 6379); d.Service.Name != "ssh" || len(d.Checks) != 0 {
		t.Errorf("SSH on 6379: %+v", d)
	}
}

func TestAskTLS(t *testing.T) {
	web := httptest.NewUnstartedServer(nil)
	web.Config.ErrorLog = log.New(io.Discard, "", 0)
	web.StartTLS()
	defer web.Close()
	if d := ask(t, to(web.Listener.Addr().String()), 8443); !d.Service.TLS || d.Service.Name != "http" {
		t.Errorf("HTTPS: %+v", d.Service)
	}
	strict := serve(t, func(c net.Conn) { // says what it wants by an alert alone
		c.Read(make([]byte, 1024))
		io.WriteString(c, "\x15\x03\x01\x00\x02\x02\x46")
	})
	if d := ask(t, strict, 4433); !d.Service.TLS || d.Service.Proof == "answer" {
		t.Errorf("TLS without a certificate: %+v", d.Service)
	}
}

// Who drips, floods or says nothing holds nobody up, and nothing is proved.
func TestAskHostile(t *testing.T) {
	start := time.Now()
	silent := serve(t, func(c net.Conn) { time.Sleep(5 * time.Second) })
	if d := ask(t, silent, 80); d.Service.Proof != "" {
		t.Errorf("silence: %+v", d.Service)
	}
	drip := serve(t, func(c net.Conn) {
		for {
			if _, err := c.Write([]byte{0x1b}); err != nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	if d := ask(t, drip, 80); d.Service.Proof != "" || strings.Contains(d.Service.Banner, "\x1b") {
		t.Errorf("drip: %+v", d.Service)
	}
	flood := serve(t, func(c net.Conn) {
		for b := make([]byte, 1<<20); ; {
			if _, err := c.Write(b); err != nil {
				return
			}
		}
	})
	if d := ask(t, flood, 80); d.Service.Proof != "" {
		t.Errorf("flood: %+v", d.Service)
	}
	if took := time.Since(start); took > 3*identifyTime+longest {
		t.Errorf("took %v", took)
	}
}

// Printers and controllers are left alone.
func TestAskUntouchable(t *testing.T) {
	for _, port := range untouchable {
		d := portlore.Door{Proto: "tcp", Port: port, State: "open"}
		Ask(t.Context(), func(context.Context) (net.Conn, error) {
			t.Errorf("%d was called", port)
			return nil, io.EOF
		}, &d, Options{})
	}
}
