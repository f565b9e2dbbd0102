package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/user"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan/scope"
)

// An auditor keeps the log of one run; without a log it only says so.
type auditor struct {
	*scanner
	log   *scope.Log // nil: there is none
	begun scope.Record
}

// openLog writes what is about to be done. Where it cannot, only what is ours or
// near is scanned.
func (s *scanner) openLog() (*auditor, int) {
	a := &auditor{scanner: s, begun: s.record()}
	name := auditFile(s.env)
	var err error
	if name == "" {
		err = told{portlore.Text{EN: "no place for it: neither XDG_STATE_HOME nor HOME is set", ZH: "没有存放位置：XDG_STATE_HOME 和 HOME 都未设置"}}
	} else if a.log, err = scope.OpenLog(name); err == nil {
		err = a.log.Write(a.begun)
	}
	switch {
	case err == nil:
		return a, exitDone
	case s.decision.NeedsSaying():
		return nil, s.fail(exitDenied, "scan: %s", portlore.Text{
			EN: "the audit log could not be written, and without it only this machine and its own links are scanned: " + reason(err).EN,
			ZH: "无法写入审计日志；没有它，只扫描本机和所在网段：" + reason(err).ZH,
		}.In(s.lang))
	}
	a.log = nil
	s.say(portlore.Text{EN: "the audit log could not be written: " + reason(err).EN, ZH: "无法写入审计日志：" + reason(err).ZH}.In(s.lang))
	return a, exitDone
}

// record is what the log says of the run.
func (s *scanner) record() scope.Record {
	host, _ := os.Hostname()
	r := scope.Record{
		Time: s.now(), Run: fmt.Sprintf("%x-%d", s.now().UnixNano(), os.Getpid()), Event: "begin",
		UID: os.Getuid(), Sudo: s.getenv("SUDO_USER"), Host: host, Version: version(),
		Targets: s.opt.targets, Exclude: s.opt.exclude, TCP: len(s.ports.tcp), UDP: len(s.ports.udp), Method: s.method(), Said: s.opt.authorized,
	}
	r.User = cmp.Or(s.getenv("USER"), s.getenv("USERNAME"))
	if u, err := user.Current(); err == nil {
		r.User = u.Username
	}
	for _, g := range s.decision.Grants {
		r.Hosts += g.Hosts.Len()
		r.Allowed = append(r.Allowed, scope.Allowed{Reason: g.Reason, Why: g.Why, Hosts: g.Hosts.Len(), Ranges: rangeWords(&g)})
	}
	return r
}

// end writes what was done.
func (a *auditor) end(answer *report.Scan, outcome string) {
	if a.log == nil {
		return
	}
	r := a.begun
	r.Time, r.Event, r.Packets, r.Seconds, r.Outcome = a.now(), "end", answer.Packets, answer.Seconds, outcome
	if err := a.log.Write(r); err != nil {
		a.say(portlore.Text{EN: "the audit log could not be written: " + reason(err).EN, ZH: "无法写入审计日志：" + reason(err).ZH}.In(a.lang))
	}
	a.log.Close()
}

// outcomeWord is how a run ended, for the log.
func outcomeWord(ctx context.Context, err error) string {
	switch {
	case ctx.Err() != nil:
		return "partial"
	case err != nil:
		return "failed: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return "done"
}
