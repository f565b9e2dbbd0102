package format

import (
	"bytes"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/addr"
)

// fail2ban reads the logs of daemons and shuts out whom it found in them too often.
// What it found the daemon has said too, with more about it: here that is an alert
// of low level, no login that was refused, so that none counts twice.
//
//	2026-11-23 15:02:16,123 fail2ban.actions        [812]: NOTICE  [sshd] Ban 203.0.113.5
//	Nov 23 15:02:16 gw fail2ban.filter[812]: INFO [sshd] Found 203.0.113.5 - 2026-11-23 15:02:15
//	   `- Banned IP list:	203.0.113.5 198.51.100.7
//	[{'sshd': ['203.0.113.5', '198.51.100.7']}, {'recidive': []}]
//
// The latter two are what fail2ban-client says of those that are shut out now.
var fail2ban = &Format{
	Name:  "fail2ban",
	Doc:   "fail2ban.log, fail2ban in syslog, fail2ban-client status and banned",
	Spec:  "https://github.com/fail2ban/fail2ban (server/actions.py, server/filter.py, client/beautifier.py)",
	read:  readFail2ban,
	marks: []string{"`- Banned IP list:", "[{'", "fail2ban[NI"},
}

func readFail2ban(l *line, ob *portlore.Observation) outcome {
	text := l.text
	if rest, ok := bytes.CutPrefix(bytes.TrimLeft(text, " "), []byte("`- Banned IP list:")); ok {
		return l.banned(ob, "fail2ban", rest)
	}
	if bytes.HasPrefix(text, []byte("[{'")) {
		return l.banned(ob, "fail2ban", text)
	}
	if rest := bytes.TrimLeft(l.own(), " "); bytes.HasPrefix(rest, []byte("fail2ban.actions")) || bytes.HasPrefix(rest, []byte("fail2ban.filter")) {
		_, rest, _ = bytes.Cut(rest, []byte(": "))
		return l.fail2ban(rest, ob)
	}
	switch program, rest := l.says(); string(program) {
	case "fail2ban", "fail2ban.actions", "fail2ban.filter", "fail2ban-server":
		if name, after := tagOf(rest); bytes.HasPrefix(name, []byte("fail2ban.")) { // said twice
			rest = after
		}
		return l.fail2ban(rest, ob)
	}
	return other
}

// fail2ban reads "NOTICE  [sshd] Ban 203.0.113.5".
func (l *line) fail2ban(text []byte, ob *portlore.Observation) outcome {
	switch level := wordAt(text, 0); string(level) {
	case "NOTICE", "INFO", "WARNING":
		text = bytes.TrimLeft(text[len(level):], " ")
	default:
		return other
	}
	rest, ok := bytes.CutPrefix(text, []byte("["))
	jail, rest, whole := bytes.Cut(rest, []byte("] "))
	if !ok || !whole {
		return other
	}
	rest = bytes.TrimPrefix(rest, []byte("Restore "))
	word := wordAt(rest, 0)
	address := wordAt(rest, min(len(word)+1, len(rest)))
	claim, level := portlore.Ban, portlore.LevelUnsaid
	switch string(word) {
	case "Ban":
	case "Found":
		claim, level = portlore.Alert, portlore.LevelLow
	default: // Unban, Ignore, Increase Ban, already banned
		return other
	}
	if ob.Src, ok = addr.Parse(address); !ok {
		return other // a network, or something else that a jail bans
	}
	l.claim(ob, claim, level, "fail2ban", jail, nil)
	return understood
}

// banned takes the next of a list of addresses that are shut out. Between them
// stands anything that is in no address.
func (l *line) banned(ob *portlore.Observation, sensor string, list []byte) outcome {
	src, ok := l.nextAddress(list)
	if !ok {
		return other
	}
	ob.Src = src
	next := l.next
	_, l.more = l.nextAddress(list)
	l.next = next
	l.claim(ob, portlore.Ban, portlore.LevelUnsaid, sensor, nil, nil)
	return understood
}
