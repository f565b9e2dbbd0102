package probe

import "slices"

// All are the probes there are. An answer is read in this order: what could be
// taken for something else comes late.
func All() []Probe {
	return slices.Concat(
		// By one connection: those that a server of the web would hide first.
		[]Probe{docker, etcd, elasticsearch, jenkins, influx1, influx2, couchdb, cups, webmin, prometheus, prometheusAsk, nodeExporter, kubeAsk, kubernetes, kubelet},
		[]Probe{clickhouse, rabbitAdmin, kibana, splunk, registry, grafana, vault, consul, consulUI, winrm, transmission, squid, privoxy, torSocks, znc, shellBox, tinyproxy, httpProxy},
		[]Probe{x11, rdp, smb, smbSession, epmap, dynamicRPC, ldap, kerberos, dns, rpcbind, nfs, mountd, lockd, statd, rlogin, rsh, rexec, pcanywhere, citrix},
		[]Probe{redis, memcached, postgresql, mysql, mongodb, cassandra, oracle, mssql, neo4j},
		[]Probe{nats, zookeeper, kafka, amqp, mqtt, beanstalkd, gearman, epmd, distccd, ajp, rmi, adb, gitDaemon, svn, rsync, nbd, ceph, iperf3},
		[]Probe{ssh, vnc, pop2, pop3, imap, sieve, dict, nntp, smtp, ftp, telnet, irc, xmppServer, xmpp},
		[]Probe{socks, socks4, sip, rtsp, h323, rtmp, stun, mumble, teamspeak, asterisk, minecraft, bitcoin, bgp, pptp, openvpn, torRelay, snapcast},
		[]Probe{zabbixAgent, zabbixServer, nrpe, nut, munin, gpsd, mpd, clamd, spamd, bacula, lpd, ganglia, lcdproc, snmpTCP},
		[]Probe{cvs, conserver, tarantool, firebird, sphinx, fastcgi, iscsi, sane, varnishCLI},
		[]Probe{modbus, s7, enip, iec104, opcUA},
		[]Probe{http, echo, chargen, daytime, timeOfDay, tcpmux, ident, finger, gopher, whois, shell, bittorrent},
		// By datagrams.
		[]Probe{dnsUDP, ntp, snmp, snmp3, tftp, netbios, cldap, kerberosUDP, radius, rpcbindUDP, nfsUDP, mountdUDP, lockdUDP, statdUDP, xdmcp, pcanywhereUDP, mssqlBrowser},
		[]Probe{sipUDP, stunUDP, mumbleUDP, coap, openvpnUDP, ike2, ike1, l2tp, ssdp, mdns, ipmi, natPMP, rip, memcachedUDP, slp, quake3, steam, dht, tracker, kpasswd, ikeNAT, bacnet},
		[]Probe{echoUDP, chargenUDP, daytimeUDP, timeUDP},
	)
}

// Payloads are what is sent to a UDP port to make whatever is behind it answer:
// the questions of the services that live there, else those of the commonest. A
// scanner that gets an answer to one knows that the port is open. What is asked of
// controllers of machines is not among them.
func Payloads(port uint16) [][]byte {
	var own, common [][]byte
	for _, p := range All() {
		switch {
		case p.Transport != "udp" || p.OT:
		case slices.Contains(p.Ports, port):
			own = append(own, []byte(p.Ask))
		case slices.Contains(commonUDP, p.Service) && !p.Home:
			common = append(common, []byte(p.Ask))
		}
	}
	if own != nil {
		return own
	}
	return common
}

// commonUDP are the services that are met away from their own ports.
var commonUDP = []string{"dns", "snmp", "ntp", "sip", "stun"}
