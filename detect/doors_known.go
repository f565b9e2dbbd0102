package detect

import (
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/lore"
)

// programOf is the name of the program behind a door, in lower case and without
// what inetd and RPC programs are called by; empty: it is not known.
func programOf(p *portlore.DoorProcess) string {
	name := p.Name
	if name == "" {
		name = p.Exe[strings.LastIndexAny(p.Exe, `/\`)+1:]
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".exe")
	return strings.TrimPrefix(strings.TrimPrefix(name, "in."), "rpc.")
}

// programs are those whose name says what they serve, and the services (ids of
// lore) that they do, the main one first. Interpreters, and what publishes ports of
// containers, are none: anything may stand behind them.
var programs = map[string][]string{
	"sshd": {"ssh"}, "dropbear": {"ssh"}, "sshd-session": {"ssh"},
	"telnetd": {"telnet"}, "utelnetd": {"telnet"},
	"vsftpd": {"ftp"}, "proftpd": {"ftp"}, "pure-ftpd": {"ftp"}, "tftpd": {"tftp"},
	"nginx": {"http", "https"}, "apache2": {"http", "https"}, "httpd": {"http", "https"}, "lighttpd": {"http", "https"}, "caddy": {"http", "https"},
	"squid": {"squid"}, "privoxy": {"privoxy"}, "tor": {"tor-socks", "tor-orport"}, "microsocks": {"socks"}, "sockd": {"socks"}, "danted": {"socks"},
	"named": {"dns"}, "unbound": {"dns"}, "pdns_server": {"dns"}, "pdns_recursor": {"dns"}, "knotd": {"dns"}, "dnsmasq": {"dns", "dhcp", "tftp"},
	"systemd-resolved": {"dns", "llmnr", "mdns"}, "systemd-resolve": {"dns", "llmnr", "mdns"}, "avahi-daemon": {"mdns"}, "mdnsresponder": {"mdns"},
	"dhclient": {"dhcp-client", "dhcpv6-client"}, "dhcpcd": {"dhcp-client", "dhcpv6-client"}, "udhcpc": {"dhcp-client"},
	"networkmanager": {"dhcp-client", "dhcpv6-client"}, "systemd-networkd": {"dhcp-client", "dhcpv6-client"}, "systemd-network": {"dhcp-client", "dhcpv6-client"},
	"dhcpd":   {"dhcp"},
	"chronyd": {"ntp"}, "ntpd": {"ntp"}, "ntpsec": {"ntp"}, "systemd-timesyncd": {"ntp"},
	"smbd": {"smb"}, "nmbd": {"netbios"}, "rpcbind": {"rpcbind"}, "mountd": {"mountd"}, "rsync": {"rsync"}, "rsyncd": {"rsync"},
	"cupsd": {"ipp"}, "lpd": {"lpd"}, "snmpd": {"snmp"}, "slapd": {"ldap"}, "krb5kdc": {"kerberos"}, "radiusd": {"radius"}, "freeradius": {"radius"},
	"master": {"smtp", "submission", "submissions"}, "exim4": {"smtp", "submission", "submissions"}, "exim": {"smtp", "submission", "submissions"},
	"sendmail": {"smtp", "submission"}, "dovecot": {"imap", "pop3", "pop3s"},
	"mysqld": {"mysql"}, "mariadbd": {"mysql"}, "postgres": {"postgresql"}, "postmaster": {"postgresql"},
	"redis-server": {"redis"}, "valkey-server": {"redis"}, "memcached": {"memcached"}, "mongod": {"mongodb"}, "mongos": {"mongodb"},
	"influxd": {"influxdb"}, "clickhouse-server": {"clickhouse"}, "clickhouse-serv": {"clickhouse"}, "sqlservr": {"mssql"}, "tnslsnr": {"oracle"},
	"mosquitto": {"mqtt", "mqtt-tls"}, "epmd": {"epmd"}, "distccd": {"distccd"},
	"dockerd": {"docker"}, "etcd": {"etcd"}, "kubelet": {"kubelet"}, "kube-apiserver": {"kubernetes-api"}, "consul": {"consul"},
	"xvnc": {"vnc"}, "x11vnc": {"vnc"}, "vino-server": {"vnc"}, "xrdp": {"rdp"}, "xorg": {"x11"}, "teamviewerd": {"teamviewer"},
	"openvpn": {"openvpn"}, "charon": {"ike"}, "pluto": {"ike"}, "asterisk": {"sip", "asterisk-ami"},
	"zabbix_agentd": {"zabbix-agent"}, "zabbix_server": {"zabbix-server"}, "nrpe": {"nrpe"}, "minidlnad": {"ssdp"}, "rsyslogd": {"syslog"},
	"transmission-daemon": {"bittorrent"}, "transmission-da": {"bittorrent"}, "qbittorrent": {"bittorrent"}, "bitcoind": {"bitcoin", "bitcoin-rpc"},
	"adbd": {"adb"}, "adb": {"adb"},
}

// Tools cut the names of programs: the kernel at 15 characters, lsof at 9.
const (
	kernelCut = 15
	lsofCut   = 9
)

// servicesOf are the services of a program; nil: it may be anything.
func servicesOf(program string) []string {
	if ids := programs[program]; ids != nil || len(program) != kernelCut && len(program) != lsofCut {
		return ids
	}
	var found []string
	for name, ids := range programs { // which is which a cut name may leave open
		if strings.HasPrefix(name, program) {
			if found != nil && found[0] != ids[0] {
				return nil
			}
			if len(ids) > len(found) {
				found = ids
			}
		}
	}
	return found
}

// servicesNamed are the services that a scanner means by a name: the registered
// names and nmap's own, where lore has another id, and what is spoken at several
// ports of which lore has one each, the plain one first.
func servicesNamed(name string) []string {
	switch name {
	case "domain", "dns":
		return []string{"dns", "domain-s"}
	case "smtp":
		return []string{"smtp", "submission", "submissions"}
	case "pop3":
		return []string{"pop3", "pop3s"}
	case "ftp":
		return []string{"ftp", "ftp-alt", "ftps"}
	case "ssh":
		return []string{"ssh", "ssh-alt"}
	case "telnet":
		return []string{"telnet", "telnets"}
	case "irc":
		return []string{"irc", "ircs"}
	case "ldap":
		return []string{"ldap", "msft-gc", "msft-gc-ssl"}
	case "mqtt":
		return []string{"mqtt", "mqtt-tls"}
	case "amqp":
		return []string{"amqp", "amqps"}
	case "sip":
		return []string{"sip", "sip-alt"}
	case "rdp":
		return []string{"rdp", "rdp-alt"}
	case "ms-wbt-server":
		return []string{"rdp"}
	case "microsoft-ds", "netbios-ssn":
		return []string{"smb"}
	case "netbios-ns", "netbios-dgm":
		return []string{"netbios"}
	case "msrpc":
		return []string{"epmap"}
	case "ms-sql-s":
		return []string{"mssql"}
	case "http", "https", "http-alt", "www":
		return []string{"http", "https"}
	case "http-proxy":
		return []string{"squid", "privoxy"}
	case "socks", "socks4", "socks5":
		return []string{"socks", "tor-socks", "wingate"}
	case "memcache":
		return []string{"memcached"}
	case "mongod":
		return []string{"mongodb"}
	case "ajp13":
		return []string{"ajp"}
	case "isakmp":
		return []string{"ike"}
	case "dhcps":
		return []string{"dhcp"}
	case "upnp":
		return []string{"ssdp"}
	case "kerberos-sec":
		return []string{"kerberos"}
	case "exec":
		return []string{"rexec"}
	case "login":
		return []string{"rlogin"}
	case "smtps":
		return []string{"submissions"}
	case "zeroconf":
		return []string{"mdns"}
	}
	return []string{name}
}

// isBackdoor says that a scanner's name for what answered is that of malware, or of
// a shell that asks nobody for a password.
func isBackdoor(name string) bool {
	switch strings.ToLower(name) {
	case "bindshell", "backdoor", "netbus", "subseven", "mydoom", "bo2k", "kuang2", "trojan":
		return true
	}
	return false
}

// staysOnLink says that a service talks to its own link alone, or waits for
// answers there: every desktop has them.
func staysOnLink(service string) bool {
	switch service {
	case "mdns", "llmnr", "dhcp-client", "dhcpv6-client", "ssdp", "ws-discovery":
		return true
	}
	return false
}

// mayBeHTTP says that what lore writes about a number is about something that is
// spoken to by HTTP, or may be.
func mayBeHTTP(e *lore.Entry) bool {
	switch e.Family {
	case "trojan", "remote", "mail", "files", "legacy", "directory", "amplifier", "windows", "game", "p2p", "dns", "industrial":
		return e.Service == "winrm"
	}
	switch e.Service {
	case "redis", "mysql", "postgresql", "mssql", "oracle", "mongodb", "memcached", "mqtt", "zookeeper", "epmd", "kafka", "cassandra", "socks", "ssh":
		return false
	}
	return true
}
