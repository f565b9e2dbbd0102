//go:build linux

package main

// proxies carry strangers on, or do not.
var proxies = []daemon{
	{"squid-open", "squid", "squid", squid(3128, "http_access allow all")},
	{"squid", "squid", "squid", squid(3129, "acl office src 192.0.2.0/24\nhttp_access allow office\nhttp_access deny all")},
	{"squid-auth", "squid", "squid", squid(3130, "auth_param basic program /usr/lib/squid/basic_ncsa_auth /etc/passwd\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all")},
	{"tinyproxy-open", "tinyproxy", "tinyproxy-bin", tinyproxy(8118, "")},
	{"tinyproxy", "tinyproxy", "tinyproxy-bin", tinyproxy(8119, "Allow 192.0.2.0/24")},
	{"privoxy-open", "privoxy", "privoxy", `
cp -a /etc/privoxy etc
printf 'confdir %s/etc\nlogdir %s\nlisten-address 0.0.0.0:6588\ntoggle 0\n' $PWD $PWD >config
exec privoxy --no-daemon $PWD/config`},
	{"microsocks-open", "microsocks", "microsocks", `exec microsocks -i 0.0.0.0 -p 1080`},
	{"microsocks", "microsocks", "microsocks", `exec microsocks -i 0.0.0.0 -p 11080 -u joe -P Xq83hfPz`},
	{"dante-open", "danted", "dante-server", dante(1081, "none", "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\nsocks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }")},
	{"dante", "danted", "dante-server", dante(1082, "username", "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\nsocks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 socksmethod: username }")},
	{"dante-ruled", "danted", "dante-server", dante(1083, "none", "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }\nsocks block { from: 0.0.0.0/0 to: 0.0.0.0/0 }")},
	{"tor", "tor", "tor", `
printf 'SocksPort 0.0.0.0:9050\nSocksPolicy accept *\nDataDirectory %s/data\nDisableNetwork 0\nLog err stdout\nORPort 0.0.0.0:9001\nAddress 192.0.2.7\nContactInfo none\nExitRelay 0\nAssumeReachable 1\nBridgeRelay 1\nPublishServerDescriptor 0\n' $PWD >torrc
exec tor -f $PWD/torrc`},
}

func squid(port uint16, access string) string {
	return sprint(`
mkdir -p spool; chown -R proxy: .; chmod 755 .
cat >squid.conf <<END
http_port %d
pid_filename none
cache_log /dev/null
access_log none
cache deny all
cache_mem 8 MB
coredump_dir $PWD
pinger_enable off
icp_port 0
shutdown_lifetime 0
workers 1
max_filedescriptors 1024
%s
END
exec squid -N -n squid%d -f $PWD/squid.conf`, port, access, port)
}

func tinyproxy(port uint16, allow string) string {
	return sprint(`
printf 'User nobody\nGroup nogroup\nPort %d\nListen 0.0.0.0\nTimeout 20\nMaxClients 20\nStartServers 2\n%s\n' >tinyproxy.conf
exec tinyproxy -d -c $PWD/tinyproxy.conf`, port, allow)
}

func dante(port uint16, method, rules string) string {
	return sprint(`
cat >danted.conf <<END
logoutput: stderr
internal: 0.0.0.0 port = %d
external: eth0
clientmethod: none
socksmethod: %s
user.privileged: root
user.unprivileged: nobody
%s
END
exec danted -f $PWD/danted.conf -p $PWD/pid`, port, method, rules)
}
