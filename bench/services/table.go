//go:build linux

package main

import "fmt"

// An endpoint is one port that a daemon listens on, and what is true of it.
type endpoint struct {
	by      string // the daemon, see daemons
	proto   string
	port    uint16
	service string // id of lore, or the plain name where lore has none; empty: nobody can tell by asking. Then, if so, "+tls": inside TLS; "+starttls": it can go over to TLS, or takes both
	product string // what the name of the product contains, one of them with | between; empty: the service is all that there is to say
	checks  string // ids of what is wrong with it, with spaces between them
	may     string // ids that are true as well, but need not be found; the same
}

// key is an endpoint as "tcp/22".
func (e endpoint) key() string { return fmt.Sprintf("%s/%d", e.proto, e.port) }

// table is the truth. Twins stand beside one another: the same service that lets
// strangers in and that does not, at its usual port and elsewhere.
func table() []endpoint {
	return []endpoint{
		// classic
		{"inetd", "tcp", 7, "echo", "", "", ""},
		{"inetd", "udp", 7, "echo", "", "udp.amplifier", ""},
		{"inetd", "tcp", 9, "", "", "", ""}, // discard: takes everything, says nothing
		{"inetd", "udp", 9, "", "", "", ""},
		{"inetd", "tcp", 13, "daytime", "", "", ""},
		{"inetd", "udp", 13, "daytime", "", "", "udp.amplifier"},
		{"inetd", "tcp", 19, "chargen", "", "", ""},
		{"inetd", "udp", 19, "chargen", "", "udp.amplifier", ""},
		{"inetd", "tcp", 37, "time", "", "", ""},
		{"inetd", "udp", 37, "time", "", "", "udp.amplifier"},
		{"telnetd", "tcp", 23, "telnet", "", "telnet.cleartext", ""},
		{"telnetd", "tcp", 2323, "telnet", "", "telnet.cleartext", ""},
		{"fingerd", "tcp", 79, "finger", "", "finger.users", ""},
		{"rlogind", "tcp", 513, "rlogin", "", "rlogin.cleartext", ""},
		{"identd", "tcp", 113, "ident", "", "ident.names", ""},
		{"gopher", "tcp", 70, "gopher", "Gophernicus", "", ""},
		{"cvs", "tcp", 2401, "cvs", "", "", ""},
		{"dictd", "tcp", 2628, "dict", "dictd", "", ""},
		{"lpd", "tcp", 515, "lpd", "", "", ""},

		// remote
		{"sshd", "tcp", 22, "ssh", "OpenSSH", "", ""},
		{"sshd-elite", "tcp", 31337, "ssh", "OpenSSH", "", ""}, // innocent at the port of Back Orifice
		{"dropbear", "tcp", 22022, "ssh", "Dropbear", "", ""},
		{"vsftpd", "tcp", 21, "ftp", "vsftpd", "ftp.anonymous ftp.cleartext", ""},
		{"vsftpd-writable", "tcp", 2121, "ftp", "vsftpd", "ftp.anonymous ftp.writable ftp.cleartext", ""},
		{"vsftpd-tls", "tcp", 2021, "ftp+starttls", "vsftpd", "", ""},
		{"vsftpd-implicit", "tcp", 990, "ftp+tls", "vsftpd", "", ""},
		{"proftpd", "tcp", 14021, "ftp", "ProFTPD", "ftp.anonymous ftp.cleartext", ""},
		{"pure-ftpd", "tcp", 666, "ftp+starttls", "Pure-FTPd", "ftp.cleartext", ""}, // innocent of Doom and of the trojans that liked it
		{"tftpd", "udp", 69, "tftp", "", "tftp.open", ""},
		{"tftpd-odd", "udp", 1069, "tftp", "", "tftp.open", ""},
		{"rsyncd", "tcp", 873, "rsync", "", "rsync.modules", ""},
		{"rsyncd-auth", "tcp", 8730, "rsync", "", "", "rsync.modules"},
		{"rsyncd-hidden", "tcp", 8731, "rsync", "", "", ""},
		{"distccd-open", "tcp", 3632, "distccd", "", "distcc.open", ""}, // runs any program
		{"distccd", "tcp", 3633, "", "", "", "distcc.open"},             // runs compilers only, and refuses the rest without a word
		{"git", "tcp", 9418, "git", "", "", ""},
		{"svnserve", "tcp", 3690, "svn", "", "", ""},
		{"conserver", "tcp", 782, "conserver", "", "", ""},

		// mail
		{"exim-relay", "tcp", 25, "smtp+starttls", "Exim", "smtp.relay", "tls.obsolete"},
		{"exim", "tcp", 10025, "smtp+starttls", "Exim", "", "tls.obsolete"},
		{"exim-submission", "tcp", 587, "smtp+starttls", "Exim", "", "tls.obsolete"},
		{"exim-smtps", "tcp", 465, "smtp+tls", "Exim", "tls.obsolete", ""},
		{"aiosmtpd", "tcp", 2525, "smtp", "", "", "smtp.relay"},
		{"postfix", "tcp", 2500, "smtp", "Postfix", "", "smtp.vrfy"},
		{"opensmtpd", "tcp", 2526, "smtp", "OpenSMTPD", "", ""},
		{"dovecot", "tcp", 110, "pop3+starttls", "Dovecot", "pop3.cleartext", ""},
		{"dovecot", "tcp", 143, "imap+starttls", "Dovecot", "imap.cleartext", ""},
		{"dovecot", "tcp", 995, "pop3+tls", "Dovecot", "", ""},
		{"dovecot", "tcp", 993, "imap+tls", "Dovecot", "", ""},
		{"dovecot-tls", "tcp", 10110, "pop3+starttls", "Dovecot", "", ""},
		{"dovecot-tls", "tcp", 10143, "imap+starttls", "Dovecot", "", ""},
		{"inn", "tcp", 119, "nntp+starttls", "InterNetNews|INN", "nntp.open", ""},
		{"spamd", "tcp", 783, "spamd", "SpamAssassin", "", ""},
		{"clamd", "tcp", 3310, "clamd", "ClamAV", "", ""},

		// names
		{"bind", "tcp", 53, "dns", "BIND", "dns.transfer dns.recursion", ""},
		{"bind", "udp", 53, "dns", "BIND", "dns.recursion", "udp.amplifier dns.transfer"},
		{"nsd", "tcp", 10053, "dns", "NSD", "", ""},
		{"nsd", "udp", 10053, "dns", "NSD", "", ""},
		{"nsd-transfer", "tcp", 10054, "dns", "NSD", "dns.transfer", ""},
		{"unbound", "tcp", 5300, "dns", "Unbound", "", ""},
		{"unbound", "udp", 5300, "dns", "Unbound", "", ""},
		{"unbound", "tcp", 8853, "dns+tls", "Unbound", "", ""},
		{"unbound-open", "tcp", 5301, "dns", "Unbound", "dns.recursion", ""},
		{"unbound-open", "udp", 5301, "dns", "Unbound", "dns.recursion", "udp.amplifier"},
		{"unbound-open", "tcp", 853, "dns+tls", "Unbound", "dns.recursion", ""},
		{"dnsmasq", "tcp", 5302, "dns", "dnsmasq", "dns.recursion", ""},
		{"dnsmasq", "udp", 5302, "dns", "dnsmasq", "dns.recursion", "udp.amplifier"},
		{"ntpd", "udp", 123, "ntp", "", "", "udp.amplifier"},
		{"chronyd", "udp", 10123, "ntp", "", "", ""},
		{"rpcbind", "tcp", 111, "rpcbind", "", "rpc.portmapper", "nfs.exports"},
		{"rpcbind", "udp", 111, "rpcbind", "", "rpc.portmapper", "udp.amplifier"},
		{"snmpd", "udp", 161, "snmp", "", "snmp.public", "udp.amplifier"},
		{"snmpd", "tcp", 161, "snmp", "", "snmp.public", ""},
		{"snmpd-private", "udp", 16161, "snmp", "", "snmp.private", "udp.amplifier"},
		{"snmpd-closed", "udp", 1161, "snmp", "", "", ""},
		{"slapd", "tcp", 389, "ldap", "OpenLDAP", "ldap.anonymous", ""},
		{"slapd-closed", "tcp", 10389, "ldap", "", "", ""},
		{"kdc", "tcp", 88, "kerberos", "", "", ""},
		{"kdc", "udp", 88, "kerberos", "", "", ""},
		{"kdc", "tcp", 749, "kerberos-adm", "", "", ""},
		{"kdc", "udp", 464, "kpasswd", "", "", ""},
		{"freeradius", "udp", 1812, "radius", "", "", ""},
		{"avahi", "udp", 5353, "mdns", "", "", "udp.amplifier"},
		{"nmbd", "udp", 137, "netbios", "", "", "udp.amplifier"},

		// web
		{"nginx", "tcp", 80, "http", "nginx", "", ""},
		{"nginx", "tcp", 8080, "http", "nginx", "", ""},
		{"nginx", "tcp", 12345, "http", "nginx", "", ""}, // innocent at the port of NetBus
		{"nginx", "tcp", 27374, "http", "nginx", "", ""}, // and of SubSeven
		{"nginx-tls", "tcp", 443, "http+tls", "nginx", "", ""},
		{"nginx-tls", "tcp", 54320, "http+tls", "nginx", "", ""}, // and of Back Orifice 2000
		{"nginx-expired", "tcp", 8443, "http+tls", "nginx", "tls.expired", ""},
		{"nginx-obsolete", "tcp", 9443, "http+tls", "nginx", "tls.obsolete", ""},
		{"tls1-only", "tcp", 9444, "http+tls", "", "tls.obsolete", ""},
		{"apache", "tcp", 8081, "http", "Apache", "", ""},
		{"apache", "tcp", 10666, "http", "Apache", "", ""},
		{"lighttpd", "tcp", 8082, "http", "lighttpd", "", ""},
		{"mini-httpd", "tcp", 8083, "http", "mini_httpd", "", ""},
		{"webfs", "tcp", 8084, "http", "webfs", "", ""},
		{"busybox-httpd", "tcp", 8085, "http", "", "", ""},
		{"python-httpd", "tcp", 8000, "http", "SimpleHTTP", "", ""},
		{"gunicorn", "tcp", 8001, "http", "gunicorn", "", ""},
		{"uwsgi", "tcp", 8003, "http", "", "", ""},
		{"uwsgi", "tcp", 3031, "uwsgi", "", "", ""},
		{"php-fpm", "tcp", 9000, "fastcgi", "", "", ""},
		{"shellinabox", "tcp", 4200, "http", "ShellInABox", "", ""},
		{"cups", "tcp", 631, "ipp", "CUPS", "", ""},
		{"registry", "tcp", 5000, "docker-registry", "", "registry.open", ""},
		{"haproxy", "tcp", 8888, "http", "", "", ""},
		{"haproxy", "tcp", 8404, "http", "HAProxy", "", ""},
		{"haproxy", "tcp", 8005, "http", "", "", ""},
		{"varnish", "tcp", 6081, "http", "", "", ""}, // Varnish says its name, nginx behind it too
		{"varnish", "tcp", 6082, "varnish-cli", "Varnish", "", ""},
		{"stunnel", "tcp", 6390, "redis+tls", "Redis", "redis.noauth", ""},
		{"stunnel", "tcp", 992, "telnet+tls", "", "", ""},
		{"stunnel", "tcp", 20002, "+tls", "", "", ""}, // silent inside TLS
		{"sslh", "tcp", 4443, "sslh+starttls", "", "", ""},
		{"transmission", "tcp", 19091, "http", "Transmission", "", ""},
		{"transmission", "tcp", 51413, "bittorrent", "", "", ""},
		{"opentracker", "tcp", 6969, "http", "", "", ""}, // innocent at the port of GateCrasher,
		{"opentracker", "udp", 6969, "bittorrent-tracker", "", "", ""},
		{"syncthing", "tcp", 8384, "http+starttls", "Syncthing", "", ""},
		{"syncthing", "tcp", 22000, "+tls", "Syncthing", "", ""},
		{"aria2", "tcp", 6800, "http", "aria2", "", ""},
		{"deluged", "tcp", 58846, "+tls", "", "", ""},

		// proxies
		{"squid-open", "tcp", 3128, "http-proxy", "Squid", "proxy.open", ""},
		{"squid", "tcp", 3129, "http-proxy", "Squid", "", ""},
		{"squid-auth", "tcp", 3130, "http-proxy", "Squid", "", ""},
		{"tinyproxy-open", "tcp", 8118, "http-proxy", "Tinyproxy", "proxy.open", ""},
		{"tinyproxy", "tcp", 8119, "http-proxy", "Tinyproxy", "", ""},
		{"privoxy-open", "tcp", 6588, "http-proxy", "Privoxy", "proxy.open", ""},
		{"microsocks-open", "tcp", 1080, "socks", "", "socks.open", ""},
		{"microsocks", "tcp", 11080, "socks", "", "", ""},
		{"dante-open", "tcp", 1081, "socks", "", "socks.open", ""},
		{"dante", "tcp", 1082, "socks", "", "", ""},
		{"dante-ruled", "tcp", 1083, "socks", "", "", ""},      // takes everybody, goes nowhere
		{"tor", "tcp", 9050, "socks", "Tor", "", "socks.open"}, // carries on, but not to us
		{"tor", "tcp", 9001, "tor-orport+tls", "", "", ""},

		// files
		{"samba-guest", "tcp", 445, "smb", "Samba", "smb.null_session smb.guest smb.v1 smb.signing", ""},
		{"samba-guest", "tcp", 139, "smb", "Samba", "smb.null_session smb.guest smb.v1 smb.signing", ""},
		{"samba", "tcp", 1445, "smb", "", "", ""},
		{"ganesha", "tcp", 2049, "nfs", "", "", "nfs.exports"},
		{"ganesha", "udp", 2049, "nfs", "", "", "nfs.exports"},
		{"ganesha", "tcp", 20048, "mountd", "", "nfs.exports", ""},
		{"ganesha", "udp", 20048, "mountd", "", "nfs.exports", ""},
		{"nbd", "tcp", 10809, "nbd", "", "", ""},
		{"tgt", "tcp", 3260, "iscsi", "", "", ""},

		// databases
		{"redis-open", "tcp", 6379, "redis", "Redis", "redis.noauth", ""},
		{"redis", "tcp", 6380, "redis", "Redis", "", ""},
		{"redis-protected", "tcp", 6381, "redis", "Redis", "", "redis.protected"},
		{"memcached", "tcp", 11211, "memcached", "memcached", "memcached.noauth", ""},
		{"memcached", "udp", 11211, "memcached", "memcached", "memcached.noauth udp.amplifier", ""},
		{"memcached-odd", "tcp", 21211, "memcached", "memcached", "memcached.noauth", ""},
		{"mariadb-open", "tcp", 3306, "mysql", "MariaDB", "mysql.nopassword", ""},
		{"mariadb", "tcp", 13306, "mysql", "MariaDB", "", ""},
		{"mariadb-refusing", "tcp", 13307, "mysql", "MariaDB", "", ""}, // knows our address not, says so and hangs up
		{"postgresql-trust", "tcp", 5432, "postgresql", "PostgreSQL", "postgresql.trust", ""},
		{"postgresql", "tcp", 15432, "postgresql", "PostgreSQL", "", ""},
		{"pgbouncer", "tcp", 6432, "postgresql", "", "", ""},
		{"firebird", "tcp", 3050, "firebird", "", "", ""},
		{"tarantool", "tcp", 3301, "tarantool", "Tarantool", "", ""},
		{"influxdb", "tcp", 8086, "influxdb", "InfluxDB", "influxdb.noauth", ""},
		{"influxdb-auth", "tcp", 18086, "influxdb", "InfluxDB", "", ""},
		{"etcd", "tcp", 2379, "etcd", "etcd", "etcd.noauth", ""},
		{"etcd", "tcp", 2380, "etcd", "", "", ""}, // for its peers,
		{"zookeeper", "tcp", 2181, "zookeeper", "ZooKeeper", "zookeeper.noauth", ""},
		{"zookeeper-quiet", "tcp", 12181, "zookeeper", "", "zookeeper.noauth", ""}, // answers no four letters but srvr
		{"sphinx", "tcp", 9306, "mysql", "", "", ""},
		{"sphinx", "tcp", 9312, "sphinx", "", "", ""},

		// queues
		{"mosquitto-open", "tcp", 1883, "mqtt", "", "mqtt.noauth", ""},
		{"mosquitto", "tcp", 1884, "mqtt", "", "", ""},
		{"mosquitto", "tcp", 8883, "mqtt+tls", "", "", ""},
		{"nats-open", "tcp", 4222, "nats", "NATS", "nats.noauth", ""},
		{"nats-open", "tcp", 8222, "http", "NATS", "", "nats.monitoring"},
		{"nats", "tcp", 4223, "nats", "NATS", "", ""},
		{"epmd", "tcp", 4369, "epmd", "", "", ""},
		{"rabbitmq", "tcp", 5672, "amqp", "RabbitMQ", "", ""},
		{"rabbitmq", "tcp", 15672, "rabbitmq-admin", "RabbitMQ", "", ""},
		{"beanstalkd", "tcp", 11300, "beanstalkd", "", "", ""},
		{"gearmand", "tcp", 4730, "gearman", "", "", ""},

		// desktops
		{"xvfb-open", "tcp", 6001, "x11", "", "x11.open", ""},
		{"xvfb", "tcp", 6002, "x11", "", "", ""},
		{"xvnc-open", "tcp", 5901, "vnc", "", "vnc.noauth", ""},
		{"xvnc", "tcp", 5902, "vnc", "", "", ""},
		{"xrdp", "tcp", 3389, "rdp", "", "rdp.security", "rdp.nla"},
		{"xrdp-tls", "tcp", 13389, "rdp+starttls", "", "", "rdp.security rdp.nla"},
		{"xdm", "udp", 177, "xdmcp", "", "xdmcp.open", ""},

		// talk
		{"ngircd", "tcp", 6667, "irc", "ngIRCd", "", ""},
		{"inspircd", "tcp", 6668, "irc", "InspIRCd", "", ""},
		{"bitlbee", "tcp", 6669, "irc", "BitlBee", "", ""},
		{"znc", "tcp", 6697, "irc+tls", "ZNC", "", ""},
		{"prosody", "tcp", 5222, "xmpp-client+starttls", "", "", ""},
		{"prosody", "tcp", 5269, "xmpp-server+starttls", "", "", ""},
		{"prosody", "tcp", 5280, "http", "", "", ""},
		{"mumble", "tcp", 64738, "mumble+tls", "", "", ""},
		{"mumble", "udp", 64738, "mumble", "", "", "udp.amplifier"},
		{"kamailio", "tcp", 5060, "sip", "Kamailio", "", ""},
		{"kamailio", "udp", 5060, "sip", "Kamailio", "", ""},
		{"coturn", "tcp", 3478, "stun+starttls", "", "", ""},
		{"coturn", "udp", 3478, "stun", "", "", ""},
		{"coturn", "tcp", 5349, "stun+starttls", "", "", ""},

		// monitors
		{"prometheus", "tcp", 9090, "prometheus", "Prometheus", "prometheus.open", ""},
		{"node-exporter", "tcp", 9100, "prometheus-exporter", "", "", "prometheus.open"},
		{"node-exporter-odd", "tcp", 19100, "prometheus-exporter", "", "", "prometheus.open"},
		{"alertmanager", "tcp", 9093, "http", "Alertmanager", "", "prometheus.open"},
		{"pushgateway", "tcp", 9091, "http", "Pushgateway", "", "prometheus.open"},
		{"munin", "tcp", 4949, "munin", "", "", ""},
		{"zabbix-agent", "tcp", 10050, "zabbix-agent", "", "", ""},
		{"zabbix-agent-closed", "tcp", 10060, "", "", "", ""}, // hangs up on strangers
		{"nrpe", "tcp", 5666, "nrpe+tls", "", "", ""},         // inside TLS without certificates
		{"nrpe-plain", "tcp", 5667, "nrpe", "", "", ""},
		{"nut", "tcp", 3493, "nut", "", "", ""},
		{"gpsd", "tcp", 2947, "gpsd", "gpsd", "", ""},
		{"gmond", "tcp", 8649, "ganglia", "", "", ""},
		{"iperf3", "tcp", 5201, "iperf3", "", "", ""},
		{"bacula-fd", "tcp", 9102, "", "", "", ""}, // answers only directors that it knows by name,
		{"rsyslog", "udp", 514, "", "", "", ""},    // takes everything, says nothing
		{"rsyslog", "tcp", 10514, "", "", "", ""},
		{"lcdproc", "tcp", 13666, "lcdproc", "", "", ""},

		// tunnels
		{"charon", "udp", 500, "ike", "", "", ""},
		{"charon", "udp", 4500, "ike", "", "", ""},
		{"openvpn-udp", "udp", 1194, "openvpn", "", "", ""},
		{"openvpn-tcp", "tcp", 1194, "openvpn", "", "", ""},
		{"openvpn-hidden", "udp", 11194, "", "", "", ""}, // answers only who has the key
		{"wireguard", "udp", 51820, "", "", "", ""},      // the same
		{"xl2tpd", "udp", 1701, "l2tp", "", "", ""},
		{"pptpd", "tcp", 1723, "pptp", "", "", ""},
		{"tinc", "tcp", 655, "", "", "", ""}, // answers only whom it knows,
		{"bird", "tcp", 179, "bgp", "", "", ""},

		// media
		{"icecast", "tcp", 8002, "http", "Icecast", "", ""},
		{"minidlna", "tcp", 8200, "http", "MiniDLNA", "", ""},
		{"mpd", "tcp", 6600, "mpd", "", "", ""},
		{"saned", "tcp", 6566, "sane", "", "", ""},

		// own
		{"shell", "tcp", 4444, "shell", "", "shell.open", ""},
		{"shell", "tcp", 1524, "shell", "", "shell.open", ""},
		{"shell", "tcp", 5555, "shell", "", "shell.open", ""},
		{"silent", "tcp", 20001, "", "", "", ""},
		{"silent", "tcp", 12346, "", "", "", ""},
		{"silent", "tcp", 20003, "", "", "", ""}, // hangs up at once
		{"silent", "tcp", 20004, "", "", "", ""}, // never stops to talk, and says nothing
	}
}
