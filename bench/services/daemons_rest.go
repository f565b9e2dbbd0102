//go:build linux

package main

// talk lets people talk with one another.
var talk = []daemon{
	{"ngircd", "ngircd", "ngircd", `
printf '[Global]\nName = irc.example.org\nInfo = Example\nAdminInfo1 = x\nPorts = 6667\nListen = 0.0.0.0\nServerUID = root\nServerGID = root\n[Options]\nDNS = no\nIdent = no\nPAM = no\n' >ngircd.conf
exec ngircd -n -f $PWD/ngircd.conf`},
	{"inspircd", "inspircd", "inspircd", `
cat >inspircd.conf <<END
<config format="xml">
<server name="irc2.example.org" description="Example" network="Example">
<admin name="x" nick="x" email="x@example.org">
<bind address="0.0.0.0" port="6668" type="clients">
<power diepass="x" restartpass="y">
<connect allow="*" resolvehostnames="no" useident="no">
<class name="x" commands="">
<type name="x" classes="x">
<pid file="$PWD/pid">
END
exec inspircd --nofork --runasroot --config $PWD/inspircd.conf`},
	{"bitlbee", "bitlbee", "bitlbee", `
printf '[settings]\nRunMode = ForkDaemon\nDaemonInterface = 0.0.0.0\nDaemonPort = 6669\nHostname = chat.example.org\n' >bitlbee.conf
mkdir -p data
exec bitlbee -F -n -i 0.0.0.0 -p 6669 -c $PWD/bitlbee.conf -d $PWD/data -u root`},
	{"znc", "znc", "znc", `
mkdir -p data/configs; cp /srv/pki/good.pem data/znc.pem; chown -R nobody: .; chmod 755 .
cat >data/configs/znc.conf <<END
Version = 1.8.2
SSLCertFile = $PWD/data/znc.pem
<Listener one>
 Port = 6697
 IPv4 = true
 IPv6 = false
 SSL = true
</Listener>
<User joe>
 Pass = sha256#0000000000000000000000000000000000000000000000000000000000000000#abcdefghijabcdefghij#
 Admin = true
 Nick = joe
</User>
END
chown -R nobody: data
exec su -s /bin/sh nobody -c "exec znc -f -n -d $PWD/data"`},
	{"prosody", "prosody", "prosody", `
mkdir -p data
cat >prosody.cfg.lua <<END
modules_enabled = { "roster"; "saslauth"; "tls"; "disco"; "bosh"; "ping" }
modules_disabled = { "s2s" }
run_as_root = true
data_path = "$PWD/data"
pidfile = "$PWD/pid"
c2s_require_encryption = false
c2s_interfaces = { "0.0.0.0" }
http_interfaces = { "0.0.0.0" }
https_ports = { }
ssl = { key = "/srv/pki/good.key"; certificate = "/srv/pki/good.crt" }
log = { info = "*console" }
VirtualHost "world.example.org"
END
sed -i '/modules_disabled/d' prosody.cfg.lua
exec prosody -F --root --config $PWD/prosody.cfg.lua`},
	{"mumble", "murmurd", "mumble-server", `
printf 'database=%s/db.sqlite\nport=64738\nhost=0.0.0.0\nlogfile=\npidfile=\nsslCert=/srv/pki/good.crt\nsslKey=/srv/pki/good.key\nusers=5\nautobanAttempts=0\nuname=root\nbonjour=False\n' $PWD >mumble.ini
exec murmurd -fg -ini $PWD/mumble.ini`},
	{"kamailio", "kamailio", "kamailio", `
cat >kamailio.cfg <<END
#!KAMAILIO
children=1
tcp_children=1
listen=udp:10.77.0.2:5060
listen=tcp:10.77.0.2:5060
loadmodule "sl.so"
loadmodule "pv.so"
request_route {
 if (method == "OPTIONS") { sl_send_reply("200", "OK"); exit; }
 sl_send_reply("403", "Forbidden");
}
END
exec kamailio -DD -E -m 16 -M 4 -f $PWD/kamailio.cfg -Y $PWD -P $PWD/pid`},
	{"coturn", "turnserver", "coturn", `
mkdir -p db
exec turnserver -n -L 10.77.0.2 -p 3478 --tls-listening-port=5349 --cert=/srv/pki/good.crt --pkey=/srv/pki/good.key -r example.org -a -u joe:secret --no-cli --db=$PWD/db/turn --log-file=stdout --pidfile=$PWD/pid --no-rfc5780`},
}

// monitors watch machines.
var monitors = []daemon{
	{"prometheus", "prometheus", "prometheus", `
printf 'global: {scrape_interval: 60s}\n' >p.yml
exec prometheus --config.file=p.yml --storage.tsdb.path=$PWD/data --web.listen-address=0.0.0.0:9090`},
	{"node-exporter", "prometheus-node-exporter", "prometheus-node-exporter", `exec prometheus-node-exporter --web.listen-address=:9100`},
	{"node-exporter-odd", "prometheus-node-exporter", "prometheus-node-exporter", `exec prometheus-node-exporter --web.listen-address=:19100`},
	{"alertmanager", "prometheus-alertmanager", "prometheus-alertmanager", `
printf 'route: {receiver: none}\nreceivers: [{name: none}]\n' >a.yml
exec prometheus-alertmanager --config.file=a.yml --storage.path=$PWD/data --web.listen-address=:9093 --cluster.listen-address=`},
	{"pushgateway", "prometheus-pushgateway", "prometheus-pushgateway", `exec prometheus-pushgateway --web.listen-address=:9091`},
	{"munin", "munin-node", "munin-node", `
printf 'log_level 0\nlog_file %s/munin.log\npid_file %s/pid\nbackground 0\nsetsid 0\nuser root\ngroup root\nhost *\nport 4949\nallow ^.*$\nhost_name world.example.org\n' $PWD $PWD >munin.conf
mkdir -p /var/lib/munin-node /run/munin /var/log/munin
rm -f /etc/munin/plugins/*; ln -s /usr/share/munin/plugins/load /etc/munin/plugins/ # all of them take half a minute
exec munin-node --config $PWD/munin.conf`},
	{"zabbix-agent", "zabbix_agentd", "zabbix-agent", zabbix(10050, "10.77.0.1")},
	{"zabbix-agent-closed", "zabbix_agentd", "zabbix-agent", zabbix(10060, "192.0.2.1")},
	{"nrpe", "nrpe", "nagios-nrpe-server", `
printf 'server_port=5666\nallowed_hosts=10.77.0.0/24\nnrpe_user=nobody\nnrpe_group=nogroup\npid_file=%s/pid\nssl_version=TLSv1.2+\n' $PWD >nrpe.cfg
exec nrpe -c $PWD/nrpe.cfg -f`},
	{"nrpe-plain", "nrpe", "nagios-nrpe-server", `
printf 'server_port=5667\nallowed_hosts=10.77.0.0/24\nnrpe_user=nobody\nnrpe_group=nogroup\npid_file=%s/pid\n' $PWD >nrpe.cfg
exec nrpe -n -c $PWD/nrpe.cfg -f`},
	{"nut", "upsd", "nut-server", `
export NUT_CONFPATH=$PWD NUT_STATEPATH=$PWD NUT_ALTPIDPATH=$PWD
printf '[dummy]\n driver = dummy-ups\n port = none.dev\n' >ups.conf
printf 'LISTEN 0.0.0.0 3493\nSTATEPATH %s\n' $PWD >upsd.conf
touch upsd.users; chmod 640 ups*; echo MODE=netserver | tee nut.conf >/etc/nut/nut.conf
exec upsd -F -u root`},
	{"gpsd", "gpsd", "gpsd", `exec gpsd -N -G -S 2947 -F $PWD/sock`},
	{"gmond", "gmond", "ganglia-monitor", `
printf 'globals {\n daemonize = no\n setuid = no\n mute = no\n deaf = no\n}\ncluster { name = "example" }\nhost { }\nudp_recv_channel { port = 8649 }\ntcp_accept_channel { port = 8649 }\n' >gmond.conf
exec gmond -f -c $PWD/gmond.conf`},
	{"iperf3", "iperf3", "iperf3", `exec iperf3 -s -p 5201`},
	{"bacula-fd", "bacula-fd", "bacula-fd", `
printf 'Director {\n Name = dir\n Password = "secret"\n}\nFileDaemon {\n Name = world-fd\n FDport = 9102\n WorkingDirectory = %s\n Pid Directory = %s\n Maximum Concurrent Jobs = 2\n}\nMessages {\n Name = Standard\n director = dir = all\n}\n' $PWD $PWD >fd.conf
exec bacula-fd -f -c $PWD/fd.conf`},
	{"rsyslog", "rsyslogd", "rsyslog", `
printf 'module(load="imudp")\nmodule(load="imtcp")\ninput(type="imudp" port="514")\ninput(type="imtcp" port="10514")\n*.* /dev/null\n' >r.conf
exec rsyslogd -n -f $PWD/r.conf -i $PWD/pid`},
	{"lcdproc", "LCDd", "lcdproc", `
printf '[server]\nDriverPath=/usr/lib/x86_64-linux-gnu/lcdproc/\nDriver=text\nBind=0.0.0.0\nPort=13666\nReportToSyslog=no\nUser=root\nForeground=yes\n[text]\nSize=20x4\n' >lcd.conf
exec LCDd -f -c $PWD/lcd.conf`},
}

// tunnels carry networks inside others.
var tunnels = []daemon{
	{"charon", "/usr/lib/ipsec/charon", "strongswan-charon", `
mkdir -p /run
printf 'charon {\n plugins {\n  include /etc/strongswan.d/charon/*.conf\n }\n filelog { stderr { default = 0 } }\n}\n' >s.conf
STRONGSWAN_CONF=$PWD/s.conf exec /usr/lib/ipsec/charon`},
	{"openvpn-udp", "openvpn", "openvpn", openvpn(1194, "udp", 1, "")},
	{"openvpn-tcp", "openvpn", "openvpn", openvpn(1194, "tcp-server", 2, "")},
	{"openvpn-hidden", "openvpn", "openvpn", openvpn(11194, "udp", 3, "openvpn --genkey secret ta.key\necho tls-auth ta.key 0 >>o.conf")},
	{"wireguard", "wireguard-go", "wireguard-go", `
WG_PROCESS_FOREGROUND=1 wireguard-go wg0 &
wg genkey >key
until wg set wg0 listen-port 51820 private-key key 2>/dev/null; do sleep 0.2; done
ip link set wg0 up; wait`},
	{"xl2tpd", "xl2tpd", "xl2tpd", `
printf '[global]\nlisten-addr = 10.77.0.2\nport = 1701\naccess control = no\n[lns default]\nip range = 192.0.2.100-192.0.2.120\nlocal ip = 192.0.2.99\n' >x.conf
touch secrets; mkdir -p /run/xl2tpd
exec xl2tpd -D -c $PWD/x.conf -s $PWD/secrets -p $PWD/pid -C $PWD/control`},
	{"pptpd", "pptpd", "pptpd", `
printf 'option %s/options\nlocalip 192.0.2.99\nremoteip 192.0.2.100-120\n' $PWD >p.conf; touch options
exec pptpd -f -c $PWD/p.conf -p $PWD/pid`},
	{"tinc", "tincd", "tinc", `
mkdir -p net/hosts
printf 'Name = world\nDeviceType = dummy\nAddressFamily = ipv4\nPort = 655\n' >net/tinc.conf
printf 'Port = 655\nAddress = 10.77.0.2\n' >net/hosts/world
yes '' | tincd -c $PWD/net -K2048 >/dev/null 2>&1 || true
exec tincd -c $PWD/net -D --pidfile=$PWD/pid`},
	{"bird", "bird", "bird2", `
printf 'router id 10.77.0.2;\nlog stderr all;\nprotocol device { }\nprotocol bgp one { local 10.77.0.2 as 64500; neighbor 10.77.0.1 as 64501; passive; ipv4 { import none; export none; }; }\n' >b.conf
exec bird -f -c $PWD/b.conf -s $PWD/ctl`},
}

// media plays and shares.
var media = []daemon{
	{"icecast", "icecast2", "icecast2", `
cat >icecast.xml <<END
<icecast><hostname>world.example.org</hostname><limits><clients>9</clients><sources>2</sources></limits>
<authentication><source-password>Xq83</source-password><admin-user>a</admin-user><admin-password>hfPz</admin-password></authentication>
<listen-socket><port>8002</port></listen-socket>
<paths><logdir>$PWD</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
<logging><accesslog>access</accesslog><errorlog>error</errorlog></logging>
<security><chroot>0</chroot><changeowner><user>nobody</user><group>nogroup</group></changeowner></security></icecast>
END
chown nobody: .
exec icecast2 -c $PWD/icecast.xml`},
	{"minidlna", "minidlnad", "minidlna", `
mkdir -p media db
printf 'port=8200\nmedia_dir=%s/media\ndb_dir=%s/db\nlog_dir=%s\nnetwork_interface=eth0\nfriendly_name=World\n' $PWD $PWD $PWD >m.conf
exec minidlnad -S -f $PWD/m.conf -P $PWD/pid`},
	{"mpd", "mpd", "mpd", `
mkdir -p music
printf 'music_directory "%s/music"\ndb_file "%s/db"\nbind_to_address "0.0.0.0"\nport "6600"\nlog_file "/dev/stderr"\naudio_output {\n type "null"\n name "null"\n}\n' $PWD $PWD >mpd.conf
exec mpd --no-daemon --stderr $PWD/mpd.conf`},
	{"saned", "saned", "sane-utils", `
printf '0.0.0.0/0\n' >/etc/sane.d/saned.conf; : >/etc/sane.d/dll.conf; rm -f /etc/sane.d/dll.d/*
exec saned -l -e -p 6566 -b 0.0.0.0`},
}

// own are what no package brings: see act.
var own = []daemon{
	{"shell", "/srv/services", "", `exec /srv/services -play shell:4444 bash:1524 cmd:5555`},
	{"silent", "/srv/services", "", `exec /srv/services -play silent:20001 silent:12346 closing:20003 tarpit:20004`},
}

func zabbix(port uint16, from string) string {
	return sprint(`
printf 'LogType=console\nListenPort=%d\nServer=%s\nStartAgents=1\nPidFile=/tmp/zabbix-%d.pid\nAllowRoot=1\nHostname=world\n' >z.conf
exec zabbix_agentd -f -c $PWD/z.conf`, port, from, port)
}

func openvpn(port uint16, proto string, net int, more string) string {
	return sprint(`
printf 'port %d\nproto %s\ndev tun%d\nserver 192.0.2.%d 255.255.255.224\nca /srv/pki/ca.crt\ncert /srv/pki/good.crt\nkey /srv/pki/good.key\ndh none\nverb 1\n' >o.conf
%s
exec openvpn --config o.conf`, port, proto, net, 32*net, more)
}
