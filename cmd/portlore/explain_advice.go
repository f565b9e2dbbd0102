package main

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/report"
)

// advise writes advice into a report for a program. A page of text makes its own.
func (x *explainer) advise(r *portlore.Report) {
	report.Advise(r, report.AdviceOptions{Lang: x.lang, Session: x.session(), Own: x.opt.own})
}

// session is the remote login that this runs in, as OpenSSH puts it into the
// environment: the client's address and port, then those of the server.
func (x *explainer) session() report.Session {
	var s report.Session
	for _, name := range []string{"SSH_CONNECTION", "SSH_CLIENT"} {
		fields := strings.Fields(x.getenv(name))
		if len(fields) < 3 {
			continue
		}
		client, err := netip.ParseAddr(fields[0])
		if err != nil {
			continue
		}
		port, _ := strconv.ParseUint(fields[len(fields)-1], 10, 16)
		return report.Session{Client: client, Port: uint16(port)}
	}
	return s
}

// noNoise says that there is none of a class to show.
func noNoise(class string) portlore.Text {
	return portlore.Text{
		EN: "--show " + class + ": no noise of this class in the evidence (a finding is shown by its number)",
		ZH: "--show " + class + "：证据里没有这一类噪声（条目请用编号）",
	}
}
