package probe

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/portlore/portlore"
)

// A webQuestion asks a service over HTTP for something that only those should get
// who are let in, and that changes nothing.
type webQuestion struct {
	services []string
	ask      string // method, path and, after a blank, a body of JSON
	opens    func(head string, body []byte) bool
	proof    string // what opens, in words
	found    Check
	show     string // a field of JSON that is added to the evidence; empty: none
	never    string
	guard    string // what is said without a login, where it is not 401 or 403
	inside   bool   // at a private address it is as it should be, and worth knowing
}

// webQuestions are all there are. 401 and 403 are the answer of who asks for a
// login; whatever else does not prove anything.
func webQuestions() []webQuestion {
	has := func(marks ...string) func(string, []byte) bool {
		return func(_ string, body []byte) bool {
			for _, m := range marks {
				if !bytes.Contains(body, []byte(m)) {
					return false
				}
			}
			return true
		}
	}
	return []webQuestion{
		{
			services: []string{"etcd"}, ask: `POST /v3/kv/range {"key":"AA==","range_end":"AA==","limit":1,"keys_only":true}`,
			opens: has(`"header"`, `"cluster_id"`), proof: "a range of keys is answered", never: "put, delete, the values of keys", guard: "user name is empty", found: etcdOpen,
		},
		{
			services: []string{"etcd"}, ask: "GET /v2/keys/?limit=1",
			opens: has(`"action":"get"`, `"node"`), proof: "the keys of the old API are answered", never: "PUT, DELETE", found: etcdOpen,
		},
		{
			services: []string{"kubelet"}, show: "name", ask: "GET /pods",
			opens: has(`"PodList"`), proof: "the list of pods", never: "/run, /exec: nothing is run in a container",
			found: Check{
				ID: "kubelet.noauth", Word: portlore.Fix,
				Evidence: both("no login: /pods was told", "免登录：/pods 直接应答"),
				Means: both("Strangers see all pods of this node with their settings; where this is the main port they can run commands in each of them.",
					"陌生人能看到本节点全部 Pod 及其配置；若这是主端口，还能在每个 Pod 里执行命令。"),
				Do: both("Set authentication.anonymous.enabled to false and authorization.mode to Webhook in the kubelet's settings; readOnlyPort to 0.",
					"在 kubelet 配置里把 authentication.anonymous.enabled 设为 false、authorization.mode 设为 Webhook，readOnlyPort 设为 0。"),
			},
		},
		{
			services: []string{"kubernetes-api"}, show: "name", ask: "GET /api/v1/namespaces?limit=1",
			opens: has(`"NamespaceList"`), proof: "a list of namespaces", never: "POST, exec; secrets are not asked for",
			found: Check{
				ID: "kubernetes-api.noauth", Word: portlore.Fix,
				Evidence: both("no login: lists the namespaces", "免登录：可列出命名空间"),
				Means: both("Somebody gave rights to strangers (system:anonymous). They can look into the cluster, and perhaps change it; that was not tried.",
					"有人把权限给了匿名用户（system:anonymous）。陌生人可查看集群，也许还能改动；后者没有去试。"),
				Do: both("Look for bindings of system:anonymous and system:unauthenticated (kubectl get clusterrolebindings -o wide), and remove them.",
					"查出并删除 system:anonymous、system:unauthenticated 的绑定（kubectl get clusterrolebindings -o wide）。"),
			},
		},
		{
			services: []string{"influxdb"}, show: "values", ask: "GET /query?q=SHOW+DATABASES",
			opens: has(`"results"`, `"name":"databases"`), proof: "the list of databases", never: "a query that writes",
			found: dataOpen("influxdb", "SHOW DATABASES", "Set auth-enabled = true in [http] after creating an admin user; bind it to inner addresses.", "先建好管理员，再在 [http] 里设 auth-enabled = true；只绑定内网地址。"),
		},
		{
			services: []string{"clickhouse"}, ask: "GET /?query=SELECT+1",
			opens: func(_ string, body []byte) bool { return string(bytes.TrimSpace(body)) == "1" }, proof: "1", never: "any other query; the user is the one that is taken without a name",
			found: dataOpen("clickhouse", "SELECT 1", "Give the user default a password in users.xml, and limit <networks>.", "在 users.xml 里给 default 用户设口令，并限制 <networks>。"),
		},
		{
			services: []string{"couchdb"}, ask: "GET /_node/_local/_config/couchdb",
			opens: has(`"database_dir"`), proof: "the settings, which are shown to an administrator alone", never: "PUT, POST, DELETE",
			found: dataOpen("couchdb", "/_config", "Set an admin and require_valid_user = true.", "设置管理员，并设 require_valid_user = true。"),
		},
		{
			services: []string{"jenkins"}, ask: "GET /api/json?tree=_class",
			opens: has(`"_class":"hudson.model.Hudson"`), proof: "the API answers without a login", never: "/script, a build",
			found: Check{
				ID: "jenkins.open", Word: portlore.Check,
				Evidence: both("no login: the API answered", "免登录：API 直接应答"),
				Means: both("Strangers can read jobs, logs and what secrets are in them. Whether they can also run jobs, which is to run commands, was not tried.",
					"陌生人可看到任务、日志以及其中的密钥。能否运行任务（也就是执行命令），没有去试。"),
				Do: both("Manage Jenkins, Security: no anonymous read access.", "系统管理、安全设置：关闭匿名读取。"),
			},
		},
		{
			services: []string{"docker-registry"}, show: "repositories", ask: "GET /v2/_catalog?n=3",
			opens: has(`"repositories":`), proof: "the catalogue", never: "a push, a pull",
			found: Check{
				ID: "registry.open", Word: portlore.Check,
				Evidence: both("no login: lists its images", "免登录：可列出镜像"),
				Means: both("Strangers can fetch your images with what is in them, and most likely push their own in their place. That was not tried.",
					"陌生人可拉取你的镜像及其中内容，多半还能推送替换。推送没有去试。"),
				Do: both("Ask for a login (auth: htpasswd), or let only your own hosts reach it.", "要求登录（auth: htpasswd），或只让自己的主机访问。"),
			},
		},
		{
			services: []string{"prometheus-exporter"}, ask: "GET /metrics", inside: true,
			opens: has("# HELP ", "# TYPE "), proof: "the figures", never: "anything else",
			found: Check{
				ID: "prometheus.open", Word: portlore.Check,
				Evidence: both("no login: the figures were told", "免登录：监控数据直接应答"),
				Means: both("Strangers can read what is measured: versions, names, disks, networks, load. It is made to be read by your own monitoring.",
					"陌生人可读到监控数据：版本、名称、磁盘、网络、负载。它本是给自己的监控读的。"),
				Do: both("Let only your monitoring reach it (--web.listen-address, a firewall), or ask for a login (--web.config.file).",
					"只让监控主机访问（--web.listen-address 或防火墙），或要求登录（--web.config.file）。"),
			},
		},
		{
			services: []string{"prometheus"}, show: "version", ask: "GET /api/v1/status/buildinfo", inside: true,
			opens: has(`"status":"success"`, `"goVersion"`), proof: "the API answers without a login", never: "/-/reload, /-/quit, /api/v1/admin",
			found: Check{
				ID: "prometheus.open", Word: portlore.Check,
				Evidence: both("no login: the API answered", "免登录：API 直接应答"),
				Means: both("Strangers can read all that is measured, and the names and addresses of all that it measures. Among your own people that is often meant so.",
					"陌生人可读到全部监控数据，以及所有被监控主机的名称和地址。对自己人开放，往往是有意的。"),
				Do: both("Put it behind a proxy that asks for a login (or --web.config.file), or let only your own network reach it.",
					"放到要求登录的代理之后（或用 --web.config.file），或只让自己的网段访问。"),
			},
		},
		{
			services: []string{"consul"}, show: "NodeName", ask: "GET /v1/agent/self",
			opens: has(`"Config"`, `"ACLsEnabled":false`), proof: "it says itself that it has no access lists", never: "PUT: nothing is registered",
			found: Check{
				ID: "consul.noauth", Word: portlore.Fix,
				Evidence: both("no access lists (ACLsEnabled: false)", "未启用 ACL（ACLsEnabled: false）"),
				Means: both("Anyone who reaches it can redirect your services, read the key-value store and, with script checks on, run commands.",
					"能连上的人都可改写服务注册、读取键值；若开了脚本检查，还能执行命令。"),
				Do: both("Block the port now; set acl.enabled with default_policy deny.", "先封住端口；启用 acl.enabled，default_policy 设为 deny。"),
			},
		},
		{
			services: []string{"vault"}, ask: "GET /v1/sys/seal-status",
			opens: has(`"initialized":false`), proof: "it says itself that nobody has initialised it", never: "init, unseal",
			found: Check{
				ID: "vault.uninitialized", Word: portlore.Check,
				Evidence: both("not initialised: whoever comes first owns it", "尚未初始化，先到者为主"),
				Means:    both("The first who asks gets the keys of this vault.", "谁先来初始化，谁就拿到密钥。"),
				Do:       both("Initialise it, or turn it off.", "尽快初始化，或关掉它。"),
			},
		},
		{
			services: []string{"grafana"}, show: "name", ask: "GET /api/org",
			opens: has(`"id":`, `"name":`), proof: "the organisation, without a login", never: "admin:admin",
			found: Check{
				ID: "grafana.open", Word: portlore.Check,
				Evidence: both("anonymous access is on", "已开启匿名访问"),
				Means:    both("Strangers can see the dashboards, and may query what is behind them. On a wall display that is meant so.", "陌生人可看到仪表盘，还可能查询其后的数据源。若用于大屏展示，属有意为之。"),
				Do:       both("Set [auth.anonymous] enabled = false, unless it is meant for all.", "若并非有意公开，请设 [auth.anonymous] enabled = false。"),
			},
		},
	}
}

// webInspections make an inspection of each.
func webInspections() (all []Inspection) {
	for _, q := range webQuestions() {
		name, _, _ := strings.Cut(q.found.ID, ".")
		guard := name + ".auth"
		all = append(all, Inspection{
			Services: q.services, Transport: "tcp", Calls: 1,
			Sends: strings.ReplaceAll(q.ask, "|", "\\|"), Never: q.never,
			Finds: []Outcome{{q.found.ID, q.found.Word, q.proof}, {guard, portlore.Fine, "401 or 403"}},
			Ask: func(ctx context.Context, v *Visit) []Check {
				status, head, body := v.web(ctx, q.ask)
				switch {
				case isStatus(status, "401") || isStatus(status, "403"):
					return guarded(guard, status)
				case q.guard != "" && bytes.Contains(body, []byte(q.guard)):
					return guarded(guard, q.guard)
				case isStatus(status, "200") && q.opens(head, body):
					c := q.found
					if q.inside {
						c.Word = v.strangers()
					}
					if said := quote(jsonValue(body, q.show)); said != "" {
						c.Evidence = portlore.Text{EN: c.Evidence.EN + ": " + said, ZH: c.Evidence.ZH + "：" + said}
					}
					return []Check{c}
				}
				return nil
			},
		})
	}
	return all
}

// web asks by HTTP/1.0: the status line, the head and the body.
func (v *Visit) web(ctx context.Context, ask string) (status, head string, body []byte) {
	c := v.call(ctx)
	defer c.hang()
	method, rest, _ := strings.Cut(ask, " ")
	path, content, _ := strings.Cut(rest, " ")
	request := method + " " + path + " HTTP/1.0\r\nUser-Agent: portlore\r\n"
	if content != "" {
		request += fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\n", len(content))
	}
	c.say(request + "\r\n" + content)
	answer := c.rest(longestCall)
	before, body, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
	status, head, _ = strings.Cut(string(before), "\r\n")
	return status, head, body
}

// jsonValue is what a field holds, wherever it stands in an answer; empty: nothing.
func jsonValue(body []byte, field string) string {
	_, rest, ok := bytes.Cut(body, []byte(`"`+field+`":`))
	if !ok || field == "" {
		return ""
	}
	if rest = bytes.TrimLeft(rest, " "); bytes.HasPrefix(rest, []byte(`"`)) {
		return jsonWord(body, field)
	}
	rest, _, _ = bytes.Cut(rest, []byte("}"))
	return string(rest)
}

var etcdOpen = Check{
	ID: "etcd.noauth", Word: portlore.Fix,
	Evidence: both("no password: keys can be read", "无口令：可读取键"),
	Means: both("Anyone who reaches it can read and change all keys. Behind Kubernetes that is every secret of the cluster, and the cluster itself.",
		"能连上的人都可读取、改动全部键。若它支撑 Kubernetes，等于拿到集群的全部密钥乃至整个集群。"),
	Do: both("Block the port now; require client certificates (--client-cert-auth), bind it to inner addresses.",
		"先封住端口；要求客户端证书（--client-cert-auth），只绑定内网地址。"),
}

// dataOpen is a store of data that answers a question of strangers.
func dataOpen(service, asked, doEN, doZH string) Check {
	return Check{
		ID: service + ".noauth", Word: portlore.Fix,
		Evidence: portlore.Text{EN: "no password: " + asked + " was answered", ZH: "无口令：" + asked + " 直接应答"},
		Means:    both("Anyone who reaches it can read, change and delete all data. Such servers are wiped and held to ransom.", "能连上的人都可读取、改动、删除全部数据。这类服务器常被清空并勒索。"),
		Do:       portlore.Text{EN: "Block the port now. " + doEN, ZH: "先封住端口。" + doZH},
	}
}
