//go:build linux

package main

// names are services that tell names, times, and who may do what. A root zone of our
// own, at 127.0.0.53, stands for the Internet: every name in it is 192.0.2.1.
var names = []daemon{
	{"root-servers", "nsd", "nsd", `
cat >root.zone <<END
\$TTL 3600
. SOA a.root-servers.net. hostmaster.example.org. 1 3600 600 86400 3600
. NS a.root-servers.net.
a.root-servers.net. A 127.0.0.53
* A 192.0.2.1
END
` + nsd("127.0.0.53", 53, "zone:\n name: .\n zonefile: $PWD/root.zone\n")},
	{"bind", "named", "bind9", zone + `
echo '. NS a.root-servers.net.' >root.hint; echo 'a.root-servers.net. A 127.0.0.53' >>root.hint
cat >named.conf <<END
options {
  directory "$PWD"; pid-file none; session-keyfile none; listen-on { any; }; listen-on-v6 { none; };
  recursion yes; allow-recursion { any; }; allow-transfer { any; }; dnssec-validation no; empty-zones-enable no;
};
controls { };
zone "." { type hint; file "root.hint"; };
zone "example.org" { type primary; file "example.org.zone"; };
zone "0.77.10.in-addr.arpa" { type primary; file "reverse.zone"; };
END
exec named -g -4 -n 1 -c $PWD/named.conf`},
	{"nsd", "nsd", "nsd", zone + nsd("0.0.0.0", 10053, both(""))},
	{"nsd-transfer", "nsd", "nsd", zone + nsd("0.0.0.0", 10054, both("provide-xfr: 0.0.0.0/0 NOKEY"))},
	{"unbound", "unbound", "unbound", unbound(5300, 8853, "refuse")},
	{"unbound-open", "unbound", "unbound", unbound(5301, 853, "allow")},
	{"dnsmasq", "dnsmasq", "dnsmasq-base", `exec dnsmasq -k -p 5302 --conf-file=/dev/null --no-hosts --no-resolv --server=127.0.0.53 --user=root --pid-file`},
	{"ntpd", "ntpd", "ntpsec", `
printf 'server 127.127.1.0\nfudge 127.127.1.0 stratum 5\nrestrict default kod nomodify nopeer limited\n' >ntp.conf
mkdir -p /var/lib/ntpsec /var/log/ntpsec
exec ntpd -n -g -c $PWD/ntp.conf -p $PWD/pid`},
	{"chronyd", "chronyd", "chrony", `
cat >chrony.conf <<END
local stratum 8
allow all
port 10123
cmdport 0
pidfile $PWD/pid
driftfile $PWD/drift
END
mkdir -p run; chown root: run; exec chronyd -d -x -u root -f $PWD/chrony.conf`},
	{"rpcbind", "rpcbind", "rpcbind", `exec rpcbind -f -w`},
	{"snmpd", "snmpd", "snmpd", snmpd("udp:161,tcp:161", "rocommunity public")},
	{"snmpd-private", "snmpd", "snmpd", snmpd("udp:16161", "rwcommunity private")},
	{"snmpd-closed", "snmpd", "snmpd", snmpd("udp:1161", "rocommunity kDf83nq")},
	{"slapd", "slapd", "slapd", slapd(389, "")},
	{"slapd-closed", "slapd", "slapd", slapd(10389, "disallow bind_anon\nrequire authc\naccess to * by * none")},
	{"kdc", "krb5kdc", "krb5-kdc", `
export KRB5_CONFIG=$PWD/krb5.conf KRB5_KDC_PROFILE=$PWD/kdc.conf
printf '[libdefaults]\ndefault_realm = EXAMPLE.ORG\ndns_lookup_kdc = false\ndns_canonicalize_hostname = false\n[realms]\nEXAMPLE.ORG = {\n kdc = 127.0.0.1\n admin_server = 127.0.0.1\n}\n' >krb5.conf
cat >kdc.conf <<END
[kdcdefaults]
kdc_ports = 88
kdc_tcp_ports = 88
[realms]
EXAMPLE.ORG = {
 database_name = $PWD/principal
 key_stash_file = $PWD/stash
 acl_file = $PWD/acl
 admin_keytab = $PWD/keytab
 kpasswd_port = 464
 kadmind_port = 749
}
END
touch acl
kdb5_util create -s -P secret -r EXAMPLE.ORG
kadmind -nofork &
exec krb5kdc -n`},
	{"freeradius", "freeradius", "freeradius", `
cp -a /etc/freeradius/3.0 raddb
printf 'client scanner {\n ipaddr = 10.77.0.1\n secret = Zk39dPqa\n}\n' >raddb/clients.conf
rm -f raddb/mods-enabled/eap raddb/sites-enabled/inner-tunnel
sed -i '/^[[:space:]]*eap/,/}/d; /Auth-Type eap/d' raddb/sites-enabled/default
printf 'server default {\nlisten {\n type = auth\n ipaddr = *\n port = 1812\n}\nlisten {\n type = acct\n ipaddr = *\n port = 1813\n}\nauthorize {\n reject\n}\nauthenticate {\n}\naccounting {\n ok\n}\n}\n' >raddb/sites-enabled/default
chown -R freerad: raddb 2>/dev/null || true
exec freeradius -f -l stdout -d $PWD/raddb`},
	{"avahi", "avahi-daemon", "avahi-daemon", `
printf '[server]\nenable-dbus=no\nuse-ipv6=no\n[publish]\npublish-workstation=yes\n' >avahi.conf
exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f $PWD/avahi.conf`},
	{"nmbd", "nmbd", "samba", `
mkdir -p state lock priv run /run/samba
printf '[global]\nworkgroup = EXAMPLE\nnetbios name = WORLD\nstate directory = %s/state\nlock directory = %s/lock\nprivate dir = %s/priv\npid directory = %s/run\ncache directory = %s/lock\nsocket options = TCP_NODELAY\n' $PWD $PWD $PWD $PWD $PWD >smb.conf
exec nmbd -F --no-process-group -s $PWD/smb.conf`},
}

const zone = `
cat >example.org.zone <<END
\$TTL 3600
example.org. SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 3600
example.org. NS ns.example.org.
ns.example.org. A 10.77.0.2
www.example.org. A 10.77.0.2
secret-project.example.org. A 10.77.0.99
END
cat >reverse.zone <<END
\$TTL 3600
0.77.10.in-addr.arpa. SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 3600
0.77.10.in-addr.arpa. NS ns.example.org.
2.0.77.10.in-addr.arpa. PTR ns.example.org.
END
`

// both are our two zones for NSD.
func both(settings string) string {
	return sprint("zone:\n name: example.org\n zonefile: $PWD/example.org.zone\n %s\nzone:\n name: 0.77.10.in-addr.arpa\n zonefile: $PWD/reverse.zone\n %s\n", settings, settings)
}

func nsd(addr string, port uint16, zones string) string {
	return sprint(`
cat >nsd.conf <<END
server:
 ip-address: %s
 port: %d
 username: ""
 chroot: ""
 zonesdir: ""
 pidfile: "$PWD/pid"
 database: ""
 zonelistfile: "$PWD/zones"
 xfrdfile: ""
 xfrdir: "$PWD"
 server-count: 1
remote-control:
 control-enable: no
%s
END
exec nsd -d -c $PWD/nsd.conf`, addr, port, zones)
}

func unbound(port, tlsPort uint16, strangers string) string {
	return sprint(`
cat >unbound.conf <<END
server:
 interface: 0.0.0.0@%d
 interface: 0.0.0.0@%d
 tls-port: %d
 tls-service-key: /srv/pki/good.key
 tls-service-pem: /srv/pki/good.crt
 access-control: 0.0.0.0/0 %s
 chroot: ""
 username: ""
 directory: "$PWD"
 pidfile: ""
 num-threads: 1
 do-not-query-localhost: no
 module-config: "iterator"
stub-zone:
 name: "."
 stub-addr: 127.0.0.53
remote-control:
 control-enable: no
END
exec unbound -d -c $PWD/unbound.conf`, port, tlsPort, tlsPort, strangers)
}

func snmpd(listen, community string) string {
	return sprint(`
mkdir -p state
printf 'sysLocation somewhere\nsysContact nobody\nsysServices 72\nmaster no\n%s\n' >snmpd.conf
export SNMP_PERSISTENT_DIR=$PWD/state
exec snmpd -f -Lo -C -c $PWD/snmpd.conf -I -smux -p $PWD/pid %s`, community, listen)
}

func slapd(port uint16, settings string) string {
	return sprint(`
mkdir -p db
cat >slapd.conf <<END
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $PWD/pid
%s
database mdb
suffix dc=example,dc=org
rootdn cn=admin,dc=example,dc=org
rootpw secret
directory $PWD/db
maxsize 10485760
END
printf 'dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\ndn: cn=joe,dc=example,dc=org\nobjectClass: person\ncn: joe\nsn: Doe\n' >data.ldif
slapadd -f $PWD/slapd.conf -l data.ldif
exec slapd -d 0 -f $PWD/slapd.conf -h ldap://0.0.0.0:%d/`, settings, port)
}
