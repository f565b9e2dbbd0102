package probe

import (
	"bytes"
	"strings"

	"github.com/portlore/portlore"
)

// What speaks HTTP says more by its headers and its first page than by its port.
// Those that need a question of their own are asked it after that, and at their port.

// page is a service that is known by what it answers to GET /.
func page(service, product, proof, spec string, version func([]byte) string, tells func([]byte) bool, ports ...uint16) Probe {
	return Probe{
		Service: service, Ports: ports, TLS: true, Ask: get("/"), Proof: proof, Spec: spec,
		Read: func(said []byte) (s portlore.DoorService, ok bool) {
			if !statusLine().Match(said) || !tells(said) {
				return s, false
			}
			s.Product = product
			if version != nil {
				s.Version = version(said)
			}
			return s, true
		},
	}
}

func fromHeader(field string) func([]byte) string {
	return func(said []byte) string { return word([]byte(header(said, field))) }
}

func hasHeader(field string) func([]byte) bool {
	return func(said []byte) bool { return header(said, field) != "" }
}

func hasText(texts ...string) func([]byte) bool {
	return func(said []byte) bool {
		for _, t := range texts {
			if bytes.Contains(said, []byte(t)) {
				return true
			}
		}
		return false
	}
}

func server(head string) func([]byte) bool {
	return func(said []byte) bool {
		return strings.HasPrefix(strings.ToLower(header(said, "Server")), strings.ToLower(head))
	}
}

func serverVersion(head string) func([]byte) string {
	return func(said []byte) string { return after([]byte(header(said, "Server")), head) }
}

var (
	jenkins = page("jenkins", "Jenkins", "the header X-Jenkins", "Jenkins, remote access API", fromHeader("X-Jenkins"), hasHeader("X-Jenkins"))
	influx1 = page("influxdb", "InfluxDB", "the header X-Influxdb-Version", "InfluxDB, GET /ping", fromHeader("X-Influxdb-Version"), hasHeader("X-Influxdb-Version"), 8086)
	couchdb = page("couchdb", "CouchDB", `"couchdb":"Welcome"`, "CouchDB, GET /", func(said []byte) string { return jsonWord(said, "version") }, hasText(`"couchdb":"Welcome"`), 5984)
	cups    = page("ipp", "CUPS", "the header Server: CUPS/ or IPP/", "RFC 8010; CUPS", serverVersion("CUPS/"), func(said []byte) bool {
		return strings.Contains(header(said, "Server"), "CUPS/") || strings.Contains(header(said, "Server"), "IPP/")
	}, 631)
	webmin     = page("webmin", "Webmin", "the header Server: MiniServ", "Webmin, miniserv.pl", serverVersion("MiniServ/"), server("MiniServ"), 10000)
	prometheus = page("prometheus", "Prometheus", "it sends to its own /graph or /query, or its page says so", "Prometheus, web interface", nil, func(said []byte) bool {
		to := header(said, "Location")
		return to == "/graph" || (to == "/query" && bytes.Contains(said, []byte(`<a href="/query">Found</a>`))) || bytes.Contains(said, []byte("<title>Prometheus Time Series Collection"))
	}, 9090)
	nodeExporter = page("prometheus-exporter", "Node Exporter", "its page is called Node Exporter", "Prometheus, node_exporter", func(said []byte) string {
		v, _, _ := strings.Cut(after(said, "(version="), ",")
		return v
	}, hasText("<title>Node Exporter</title>", "<h1>Node Exporter</h1>"))
	kubernetes = page("kubernetes-api", "Kubernetes", "a Status object that forbids or wants a login", "Kubernetes API, Status v1", nil, func(said []byte) bool {
		return bytes.Contains(said, []byte(`"kind":"Status"`)) && bytes.Contains(said, []byte(`"apiVersion":"v1"`)) || bytes.Contains(said, []byte(`"kind": "Status"`)) && bytes.Contains(said, []byte(`"apiVersion": "v1"`))
	}, 6443)
	clickhouse = page("clickhouse", "ClickHouse", "its own headers, or the hint that this is the port of its client", "ClickHouse, HTTP interface", nil, func(said []byte) bool {
		return header(said, "X-ClickHouse-Summary") != "" || header(said, "X-ClickHouse-Server-Display-Name") != "" || bytes.Contains(said, []byte("is for clickhouse-client program"))
	}, 8123, 9000)
	rabbitAdmin = page("rabbitmq-admin", "RabbitMQ", "its page is called RabbitMQ Management", "RabbitMQ, management plugin", nil, hasText("<title>RabbitMQ Management</title>"), 15672)
	kibana      = page("kibana", "Kibana", "the header kbn-name", "Kibana", nil, func(said []byte) bool { return header(said, "kbn-name") != "" || header(said, "kbn-license-sig") != "" }, 5601)
	splunk      = page("splunk", "Splunk", "the header Server: Splunkd", "Splunk, REST API", nil, server("Splunkd"), 8089)
	squid       = page("http-proxy", "Squid", "the header Server: squid/ or X-Squid-Error", "Squid", serverVersion("squid/"), func(said []byte) bool {
		return server("squid")(said) || header(said, "X-Squid-Error") != ""
	}, 3128)
	privoxy   = page("http-proxy", "Privoxy", "its own words about a request that names no host", "Privoxy", nil, hasText("Privoxy was unable to", "Invalid header received from client", "Privoxy", "X-Privoxy"), 8118)
	shellBox  = page("shellinabox", "ShellInABox", "the first lines of its page", "Shell In A Box", nil, hasText("\n    ShellInABox - Make command line applications available"), 4200)
	torSocks  = page("socks", "Tor", "its own words to a browser", "Tor, SOCKS proxy", nil, hasText("<title>This is a SOCKS Proxy, Not An HTTP Proxy</title>", "Tor is not an HTTP Proxy"))
	znc       = page("irc", "ZNC", "the header Server: ZNC", "ZNC, web interface", nil, server("ZNC"))
	tinyproxy = page("http-proxy", "Tinyproxy", "the header Server: tinyproxy", "Tinyproxy", serverVersion("tinyproxy/"), server("tinyproxy"), 8888)
	httpProxy = page("http-proxy", "", "the headers of a proxy", "RFC 9110, 11.7", nil, func(said []byte) bool {
		return header(said, "Proxy-Authenticate") != "" || header(said, "Proxy-Agent") != ""
	}, 3128)
)

// asked is a service that has to be asked a path of its own.
func asked(service, product, path, cue, proof, spec string, version func([]byte) string, tells func([]byte) bool, ports ...uint16) Probe {
	p := page(service, product, proof, spec, version, tells, ports...)
	p.Ask, p.Cue, p.Home = get(path), cue, true
	return p
}

func jsonField(field string) func([]byte) string {
	return func(said []byte) string { return jsonWord(said, field) }
}

var (
	registry = asked("docker-registry", "Docker Registry", "/v2/", "HTTP/1.0 200 OK\r\nCache-Control: no-cache\r\n", "the header Docker-Distribution-Api-Version", "OCI distribution; Docker Registry HTTP API V2", nil, hasHeader("Docker-Distribution-Api-Version"), 5000)
	influx2  = asked("influxdb", "InfluxDB", "/ping", "<title>InfluxDB", "the header X-Influxdb-Version", "InfluxDB 2, GET /ping", fromHeader("X-Influxdb-Version"), hasHeader("X-Influxdb-Version"), 8086)
	grafana  = asked("grafana", "Grafana", "/api/health", "Location: /login", "commit, database and version", "Grafana, GET /api/health", jsonField("version"), func(said []byte) bool {
		return bytes.Contains(said, []byte(`"commit"`)) && bytes.Contains(said, []byte(`"database"`)) && bytes.Contains(said, []byte(`"version"`))
	}, 3000)
	vault = asked("vault", "Vault", "/v1/sys/health", "/ui/", "sealed, standby and cluster or version", "Vault, GET /v1/sys/health", jsonField("version"), func(said []byte) bool {
		return bytes.Contains(said, []byte(`"sealed":`)) && bytes.Contains(said, []byte(`"standby":`)) && bytes.Contains(said, []byte(`"initialized":`))
	}, 8200)
	consul = asked("consul", "Consul", "/v1/agent/self", "/ui/", "the headers of Consul, or its own settings", "Consul, GET /v1/agent/self", func(said []byte) string { return jsonWord(said, "Version") }, func(said []byte) bool {
		return header(said, "X-Consul-Default-Acl-Policy") != "" || header(said, "X-Consul-Query-Backend") != "" || bytes.Contains(said, []byte(`"Datacenter"`)) && bytes.Contains(said, []byte(`"NodeName"`))
	}, 8500, 8501)
	consulUI = page("consul", "Consul", "the words of its first page", "Consul", nil, hasText("Consul Agent: UI disabled"), 8500)
	kubelet  = asked("kubelet", "Kubernetes kubelet", "/pods", "404 page not found", "a list of pods", "Kubernetes, kubelet", nil, hasText(`"kind":"PodList"`), 10250, 10255)
	kubeAsk  = asked("kubernetes-api", "Kubernetes", "/version", `"kind":"Status"`, "gitVersion", "Kubernetes API, GET /version", jsonField("gitVersion"), func(said []byte) bool {
		return bytes.Contains(said, []byte(`"gitVersion"`)) && bytes.Contains(said, []byte(`"gitCommit"`))
	}, 6443, 8001)
	prometheusAsk = asked("prometheus", "Prometheus", "/api/v1/status/buildinfo", "/graph", "status success, and how it was built", "Prometheus, HTTP API", jsonField("version"), func(said []byte) bool {
		return bytes.Contains(said, []byte(`"status":"success"`)) && bytes.Contains(said, []byte(`"goVersion"`))
	}, 9090)
	transmission = page("transmission", "Transmission", "409 and a session id of Transmission", "Transmission, rpc-spec", nil, hasText("X-Transmission-Session-Id", "<a href=\"/transmission/web/\">", "Location: /transmission/web/"), 9091)
)
