package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// sshguard shuts out whoever attacked a service too often. What it calls an attack
// the daemon has said too: an alert of low level.
//
//	Nov 23 15:02:16 gw sshguard[812]: Attack from "203.0.113.5" on service SSH with danger 10.
//	Nov 23 15:02:17 gw sshguard[812]: Blocking "203.0.113.5/32" for 120 secs (3 attacks in 10 secs, after 1 abuses over 10 secs.)
//	Nov 23 15:02:18 gw sshguard[812]: Blocking 203.0.113.5:4 for >630secs: 40 danger in 4 attacks over 3 seconds (all: 40d in 1 abuses over 3s).
//
// The last is that of versions before 2, with the kind of the address behind it.
var sshguard = &Format{
	Name:  "sshguard",
	Doc:   "sshguard's words in syslog",
	Spec:  "https://bitbucket.org/sshguard/sshguard (src/blocker)",
	read:  readSSHGuard,
	marks: []string{`sshguardAttack from "`, "sshguardBlocking "},
}

func readSSHGuard(l *line, ob *portlore.Observation) outcome {
	program, text := l.says()
	if string(program) != "sshguard" {
		return other
	}
	if rest, ok := bytes.CutPrefix(text, []byte(`Attack from "`)); ok {
		host, service := between(rest, "", `" on service `)
		if ob.Src, ok = addr.Parse(host); !ok {
			return other
		}
		l.claim(ob, portlore.Alert, portlore.LevelLow, "sshguard", wordAt(service, 0), nil)
		return understood
	}
	rest, ok := bytes.CutPrefix(text, []byte("Blocking "))
	if !ok {
		return other
	}
	host := bytes.Trim(wordAt(rest, 0), `"`)
	if i := bytes.IndexByte(host, '/'); i >= 0 {
		if size := string(host[i:]); size != "/32" && size != "/128" {
			return other // a network
		}
		host = host[:i]
	} else if i := len(host) - 2; !bytes.HasPrefix(rest, []byte(`"`)) && i > 0 && host[i] == ':' {
		host = host[:i]
	}
	if ob.Src, ok = addr.Parse(host); !ok {
		return l.fails(fault{at: offsetIn(l.message, rest), field: "address", value: host, why: notAnAddress})
	}
	l.claim(ob, portlore.Ban, portlore.LevelUnsaid, "sshguard", nil, nil)
	return understood
}

// DenyHosts writes whom it shut out into its log and into hosts.deny. What it
// received from others is about no traffic here.
//
//	2026-11-23 15:02:16,123 - denyhosts   : INFO     new denied hosts: ['203.0.113.5', '198.51.100.7']
//	# DenyHosts: Mon Nov 23 15:02:16 2026 | sshd: 203.0.113.5
var denyhosts = &Format{
	Name:  "denyhosts",
	Doc:   "DenyHosts: log and hosts.deny",
	Spec:  "https://github.com/denyhosts/denyhosts (DenyHosts/deny_hosts.py)",
	read:  readDenyHosts,
	marks: []string{"# DenyHosts: ", " - denyhostsnew denied hosts: ["},
}

func readDenyHosts(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if rest, ok := bytes.CutPrefix(text, []byte("# DenyHosts: ")); ok {
		when, host, _ := bytes.Cut(rest, []byte(" | "))
		host = host[bytes.IndexByte(host, ' ')+1:]
		if ob.Src, ok = addr.Parse(host); !ok {
			return other
		}
		l.timeOf(when, len("# DenyHosts: "))
		l.claim(ob, portlore.Ban, portlore.LevelUnsaid, "denyhosts", nil, nil)
		return understood
	}
	rest := l.own()
	if !bytes.HasPrefix(rest, []byte(" - denyhosts")) {
		return other
	}
	_, list, ok := bytes.Cut(rest, []byte("new denied hosts: ["))
	if !ok {
		return other
	}
	return l.banned(ob, "denyhosts", list)
}
