package probe

import "slices"

// All are the probes there are. An answer is read in this order: what could be
// taken for something else comes late.
func All() []Probe {
	return slices.Concat(
		[]Probe{redis, memcached, postgresql, mysql, mongodb},
		[]Probe{docker, etcd, elasticsearch},
		[]Probe{ssh, vnc, ftp, smtp, pop3, imap, telnet},
		[]Probe{http},
	)
}

// Payloads are what is sent to a UDP port to make whatever is behind it answer:
// the questions of the services that live there, else those of the commonest. A
// scanner that gets an answer to one knows that the port is open.
func Payloads(port uint16) [][]byte {
	var own, common [][]byte
	for _, p := range All() {
		switch {
		case p.Transport != "udp" || p.Ask == "" || p.OT:
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
