package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
)

// get asks by HTTP/1.0: without a Host line, which some services that speak
// something else take for an attack, and who answers hangs up.
func get(path string) string {
	return "GET " + path + " HTTP/1.0\r\nUser-Agent: portlore\r\n\r\n"
}

// http is whatever speaks HTTP and is nothing more special.
var http = Probe{
	Service: "http", Ports: []uint16{80, 8080, 8000, 8081, 8888}, TLS: true,
	Ask:   get("/"),
	Proof: "a status line of HTTP", Spec: "RFC 9112",
	Read: func(said []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = serverOf(said)
		if s.Product == "" {
			s.Product = pageOf(said)
		}
		return s, statusLine().Match(said)
	},
}

var statusLine = pattern.New(`^HTTP/(1\.[01]|0\.9) [1-5]\d\d`)

// serverOf is who a web server says it is: what comes first, and with UPnP what comes
// last.
func serverOf(said []byte) (name, v string) {
	text := header(said, "Server")
	if f := strings.Fields(text); len(f) > 1 && strings.Contains(text, "UPnP/") {
		text = f[len(f)-1]
	}
	return product(word([]byte(text)), "/")
}

// pageOf is the product whose page it is, of those that have no Server line and
// nothing else to be asked.
func pageOf(said []byte) string {
	for _, p := range []struct{ product, mark string }{
		{"Alertmanager", "<title>Alertmanager</title>"},
		{"Pushgateway", "<title>Prometheus Pushgateway</title>"},
		{"Syncthing", "\r\nX-Syncthing-Version: "},
		{"NATS", `href="https://nats.io/favicon.ico"`},
	} {
		if bytes.Contains(said, []byte(p.mark)) {
			return p.product
		}
	}
	return ""
}

// header is the value of a field in the head of an HTTP answer. Empty: it has none.
func header(said []byte, field string) string {
	if !statusLine().Match(said) {
		return ""
	}
	head, _, _ := bytes.Cut(said[:min(len(said), maxAnswer)], []byte("\r\n\r\n"))
	for line := range strings.Lines(string(head)) {
		name, value, ok := strings.Cut(line, ":")
		if ok && strings.EqualFold(name, field) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

var docker = Probe{
	Service: "docker", Ports: []uint16{2375, 2376}, Programs: []string{"dockerd"}, TLS: true, Cue: `{"message":"page not found"}`,
	Ask:   get("/version"),
	Proof: "ApiVersion and MinAPIVersion", Spec: "Docker Engine API, GET /version",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "Docker", jsonWord(answer, "Version")
		return s, bytes.Contains(answer, []byte(`"ApiVersion"`)) && bytes.Contains(answer, []byte(`"MinAPIVersion"`))
	},
	Check: func([]byte) Check {
		return Check{
			ID: "docker.noauth", Word: portlore.Fix,
			Evidence: portlore.Text{EN: "no password: /version was told", ZH: "无口令：/version 直接应答"},
			Means: portlore.Text{
				EN: "Anyone who reaches it is root on this machine: a container that mounts / is one command away.",
				ZH: "能连上的人等于拿到这台机器的 root：起一个挂载 / 的容器只要一条命令。",
			},
			Do: portlore.Text{
				EN: "Remove -H tcp:// (or \"hosts\") from dockerd's settings now and restart it; reach it by ssh instead. Look for containers that are not yours: docker ps -a.",
				ZH: "立即从 dockerd 的设置里去掉 -H tcp://（或 hosts）并重启，改用 ssh 远程管理。用 docker ps -a 查有没有来历不明的容器。",
			},
		}
	},
}

// etcd tells its version to everybody, also where everything else wants a password.
var etcd = Probe{
	Service: "etcd", Ports: []uint16{2379, 2380, 4001}, Programs: []string{"etcd"}, TLS: true, Cue: "404 page not found",
	Ask:   get("/version"),
	Proof: "etcdserver and its version", Spec: "etcd, GET /version",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "etcd", jsonWord(answer, "etcdserver")
		return s, s.Version != ""
	},
}

var elasticsearch = Probe{
	Service: "elasticsearch", Ports: []uint16{9200}, Programs: []string{"elasticsearch", "opensearch"}, TLS: true,
	Ask:   get("/"),
	Proof: "the name of the cluster and its tagline, or that it wants to be logged in to", Spec: "Elasticsearch, GET /",
	Read: func(answer []byte) (s portlore.DoorService, ok bool) {
		s.Product, s.Version = "Elasticsearch", jsonWord(answer, "number")
		if bytes.Contains(answer, []byte(`"The OpenSearch Project`)) {
			s.Product = "OpenSearch"
		}
		open := bytes.Contains(answer, []byte(`"cluster_name"`)) && bytes.Contains(answer, []byte(`"tagline"`))
		return s, open || bytes.Contains(answer, []byte("missing authentication credentials for REST request"))
	},
	Check: func(answer []byte) Check {
		if !bytes.Contains(answer, []byte(`"tagline"`)) {
			return asksPassword("elasticsearch.auth", "401")
		}
		return Check{
			ID: "elasticsearch.noauth", Word: portlore.Fix,
			Evidence: portlore.Text{EN: "no password: GET / was answered", ZH: "无口令：GET / 直接应答"},
			Means: portlore.Text{
				EN: "Anyone who reaches it can read, change and delete all that is indexed. Such servers are wiped and held to ransom.",
				ZH: "能连上的人都可读取、改动、删除全部索引。这类服务器常被清空并勒索。",
			},
			Do: portlore.Text{
				EN: "Block the port now; set network.host to inner addresses and xpack.security.enabled to true.",
				ZH: "先封住这个端口；把 network.host 改为内网地址，xpack.security.enabled 设为 true。",
			},
		}
	},
}
