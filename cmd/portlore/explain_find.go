package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/portlore/portlore"
)

// findLog chooses what to read when nothing is named, and says what it chose: the
// first of the usual logs that holds what a firewall wrote, else the journal. One
// alone, since most systems write the same packets into several. When nothing is
// found, the code says so. An empty list with code zero stands for the journal.
//
// The journal's program is started first, and waits: once the sandbox is set, which
// must be before anything is looked at, no program can be started any more.
func (x *explainer) findLog(ctx context.Context) []string {
	say := func(en, zh string) {
		if !x.opt.quiet {
			x.say(portlore.Text{EN: en, ZH: zh}.In(x.lang))
		}
	}
	kernel := startJournal(ctx)
	x.confine(reading(x.logs, nil, x.opt))
	places := lookAround(ctx, x.logs, x.opt.read)
	if p := best(places); p != nil {
		others := ""
		for i := range places {
			if q := &places[i]; q.name != p.name && q.unread == nil && q.records > 0 {
				others += " " + q.name
			}
		}
		if others == "" {
			say("reading "+p.name, "读取 "+p.name)
		} else {
			say("reading "+p.name+"; not read, since it mostly has the same:"+others, "读取 "+p.name+"；以下内容大多相同，未读："+others)
		}
		return []string{p.name}
	}
	if kernel != nil {
		if _, err := kernel.Peek(1); err == nil {
			say("reading "+journal+", the kernel's log of this boot", "读取 "+journal+"，本次开机以来的内核日志")
			x.stream = &stream{journal, kernel}
			return nil
		}
	}
	var readable, denied []string
	for i := range places {
		switch p := &places[i]; {
		case p.unread == nil:
			readable = append(readable, p.name)
		case errors.Is(p.unread, fs.ErrPermission):
			denied = append(denied, p.name)
		}
	}
	switch {
	case len(readable) > 0: // their middle may have something
		say("reading "+strings.Join(readable, " "), "读取 "+strings.Join(readable, " "))
		return readable
	case len(denied) > 0:
		x.code = x.fail(exitDenied, "%s", portlore.Text{
			EN: "no permission to read " + strings.Join(denied, ", ") + "; try: sudo portlore explain",
			ZH: "没有权限读取 " + strings.Join(denied, "、") + "；请试 sudo portlore explain",
		}.In(x.lang))
	default:
		x.code = x.fail(exitUnread, "%s", portlore.Text{
			EN: "no firewall log found in the usual places; name one: portlore explain FILE",
			ZH: "常用位置没有找到防火墙日志，请指明：portlore explain 文件",
		}.In(x.lang))
	}
	return nil
}
