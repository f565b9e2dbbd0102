//go:build linux

package main

import (
	"reflect"
	"testing"
)

func TestName(t *testing.T) {
	for _, tt := range []struct {
		title string
		e     endpoint
		a     answer
		want  outcome
	}{
		{"the name of the table", endpoint{service: "redis"}, answer{service: "redis"}, right},
		{"capitals are the same", endpoint{service: "x11"}, answer{service: "X11"}, right},
		{"another word for it", endpoint{service: "ident"}, answer{service: "auth"}, right},
		{"HTTP, which it is spoken over", endpoint{service: "etcd"}, answer{service: "http"}, right},
		{"but not the other way", endpoint{service: "http"}, answer{service: "etcd"}, wrong},
		{"the product, where that is its name", endpoint{service: "http", product: "Transmission"}, answer{service: "transmission"}, right},
		{"something else", endpoint{service: "socks"}, answer{service: "xmpp"}, wrong},
		{"nothing", endpoint{service: "redis"}, answer{product: "Redis"}, unknown},
		{"nothing of nothing", endpoint{}, answer{heard: "0"}, right},
		{"something of nothing", endpoint{}, answer{service: "discard"}, wrong},
		{"TLS around silence", endpoint{service: "+tls"}, answer{tls: true}, right},
		{"TLS by name", endpoint{service: "+tls"}, answer{service: "ssl"}, right},
		{"silence alone", endpoint{service: "+tls"}, answer{}, unknown},
		{"its name inside TLS", endpoint{service: "+tls", product: "Syncthing"}, answer{service: "syncthing", tls: true}, right},
		{"HTTP inside TLS", endpoint{service: "http+tls"}, answer{service: "http", tls: true}, right},
		{"TLS by the name of what is inside", endpoint{service: "http+tls"}, answer{service: "https"}, right},
		{"TLS not seen", endpoint{service: "http+tls"}, answer{service: "http"}, wrong},
		{"TLS that is not there", endpoint{service: "http"}, answer{service: "http", tls: true}, wrong},
		{"nor by name", endpoint{service: "http"}, answer{service: "https"}, wrong},
		{"TLS that comes later", endpoint{service: "smtp+starttls"}, answer{service: "smtp", tls: true}, right},
		{"and is not waited for", endpoint{service: "smtp+starttls"}, answer{service: "smtp"}, right},
	} {
		if got := tt.e.name(tt.a); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.title, got, tt.want)
		}
	}
}

func TestMarks(t *testing.T) {
	all := []endpoint{
		{by: "a", proto: "tcp", port: 1, service: "ftp", product: "vsftpd", checks: "ftp.anonymous ftp.writable", may: "ftp.cleartext"},
		{by: "b", proto: "tcp", port: 2, service: "redis", product: "Redis"},
		{by: "c", proto: "tcp", port: 3, service: "ssh", product: "OpenSSH"},
		{by: "d", proto: "udp", port: 1, service: "echo", checks: "udp.amplifier"},
	}
	said := map[string]answer{
		"tcp/1": {service: "ftp", product: "vsFTPd", checks: []string{"ftp.cleartext", "ftp.anonymous"}},
		"tcp/2": {service: "redis", checks: []string{"redis.noauth", "redis.noauth"}},
		"udp/1": {service: "echo", checks: []string{"udp.amplifier"}},
	}
	by := scan{said: said, asks: true}
	s, bad := marks(all, "tcp", by)
	want := score{products: 1, ofProd: 3, found: 1, ofChecks: 2, invented: 1}
	want.names[right], want.names[unknown] = 2, 1
	if s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
	var says []string
	for _, m := range bad {
		says = append(says, m.key()+" "+m.say())
	}
	if want := []string{"tcp/1 missed ftp.writable", "tcp/2 invented redis.noauth", "tcp/3 unknown, is ssh"}; !reflect.DeepEqual(says, want) {
		t.Errorf("got %q, want %q", says, want)
	}
	if s, bad := marks(all, "udp", by); s.names[right] != 1 || s.found != 1 || len(bad) != 0 {
		t.Errorf("udp: got %+v and %v, want all right", s, bad)
	}
	if s, _ := marks(all, "tcp", scan{said: said}); s.ofChecks != 0 || s.found != 0 {
		t.Errorf("who does not ask: got %+v, want no checks", s)
	}
}

func TestReadPortlore(t *testing.T) {
	got, err := readPortlore([]byte(`{"schema":"portlore/scan/1","targets":[{"address":"10.77.0.2","doors":[
		{"proto":"tcp","port":6379,"service":{"name":"redis","product":"Redis","tls":true,"proof":"answer","banner":"PONG"},
		 "checks":[{"id":"redis.noauth","word":"FIX"},{"id":"tls.ok","word":"fine"},{"id":"old","word":""}]},
		{"proto":"udp","port":514,"service":{"name":"syslog","proof":"number"},"checks":[]}]}]}`))
	want := map[string]answer{
		"tcp/6379": {service: "redis", product: "Redis", tls: true, heard: "PONG", checks: []string{"redis.noauth"}},
		"udp/514":  {},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	if _, err := readPortlore([]byte("Nothing to do.")); err == nil {
		t.Error("text is taken for JSON")
	}
}

func TestReadNmap(t *testing.T) {
	got := map[string]answer{}
	err := readNmap([]byte(`<nmaprun><host><ports>
		<port protocol="tcp" portid="22"><state state="open"/><service name="ssh" product="OpenSSH" method="probed" conf="10"/></port>
		<port protocol="tcp" portid="4444"><service name="krb524" method="table" conf="3"/></port>
		<port protocol="tcp" portid="443"><service name="http" product="nginx" tunnel="ssl" method="probed"/></port>
		<port protocol="tcp" portid="9001"><service name="ssl" tunnel="ssl" method="probed"/></port>
		<port protocol="tcp" portid="1080"><service name="tcpwrapped" method="probed"/></port>
		<port protocol="udp" portid="514"><service name="unknown" method="probed"/></port>
		</ports></host></nmaprun>`), got)
	want := map[string]answer{
		"tcp/22": {service: "ssh", product: "OpenSSH"}, "tcp/4444": {}, "tcp/443": {service: "http", product: "nginx", tls: true},
		"tcp/9001": {tls: true}, "tcp/1080": {}, "udp/514": {},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
