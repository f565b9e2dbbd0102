package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/host"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/report"
)

// A machine is what `listen` looks at, so that a test can give it another one.
type machine struct {
	name  string
	now   func() time.Time
	doors func(context.Context, host.Options) ([]portlore.Door, []portlore.Text, error)
	dial  func(context.Context, *portlore.Door) (net.Conn, error)
}

// thisMachine is the one that portlore runs on.
func thisMachine() machine {
	name, _ := os.Hostname()
	return machine{cmp.Or(name, "localhost"), time.Now, host.Doors, host.Dial}
}

func runListen(e *env, args []string) int { return listen(e, thisMachine(), args) }

// A listener lists the doors of a machine, asks and judges them.
type listener struct {
	*env
	machine
	opt  listenOptions
	lang portlore.Lang
	base *lore.Base
}

func listen(e *env, m machine, args []string) int {
	opt, err := listenFlags(args)
	lang, langErr := e.lang(opt.lang)
	switch {
	case err == nil && opt.help:
		io.WriteString(e.stdout, listenHelp().In(lang))
		return exitDone
	case err != nil:
		return e.fail(exitUsage, "listen: %s", reason(err).In(lang))
	case langErr != nil:
		return e.fail(exitUsage, "listen: %v", langErr)
	}
	l := &listener{e, m, opt, lang, openLore(e)}
	var before *report.Listen
	if opt.diff != "" {
		if before, err = readDoors(opt.diff); err != nil {
			return e.fail(exitUsage, "listen: --diff %s: %s", opt.diff, reason(err).In(lang))
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever presses Ctrl-C again wants to get out
	if opt.watch {
		return l.watch(ctx, before)
	}
	answer, err := l.look(ctx, nil)
	if err != nil {
		return l.unread(err)
	}
	if before != nil {
		answer.Changes = compareDoors(before, answer, opt.port)
	}
	return l.finish(ctx, answer)
}

// unread says why nothing is known.
func (l *listener) unread(err error) int {
	code := exitUnread
	if errors.Is(err, fs.ErrPermission) {
		code = exitDenied
	}
	return l.fail(code, "listen: %s", reason(err).In(l.lang))
}

// look lists the doors, asks and judges them. Doors of an earlier list that are as
// they were are not asked again; nil: there is none.
func (l *listener) look(ctx context.Context, before *report.Listen) (*report.Listen, error) {
	doors, notes, err := l.doors(ctx, host.Options{Port: l.opt.port})
	if err != nil {
		return nil, err
	}
	for i := range doors {
		doors[i].Process.Stop = stopCommand(&doors[i].Process)
	}
	if rules, ok := asking(doors, &l.opt); ok {
		l.confine(rules)
	}
	if note := l.ask(ctx, doors, before); note != (portlore.Text{}) {
		notes = append(notes, note)
	}
	answer := report.NewListen(detect.Doors(l.base, l.lang, doors), l.lang)
	answer.Host, answer.Time = l.name, l.now().UTC().Format(time.RFC3339)
	if note := hiddenNote(doors); note != (portlore.Text{}) {
		notes = append(notes, note)
	}
	for _, n := range notes {
		answer.Notes = append(answer.Notes, n.In(l.lang))
	}
	return &answer, nil
}

// finish writes the answer, and keeps it where that was asked for.
func (l *listener) finish(ctx context.Context, answer *report.Listen) int {
	code := exitDone
	if l.opt.failOn > 0 && answer.Word >= l.opt.failOn {
		code = exitFound
	}
	if ctx.Err() != nil {
		code = worse(code, exitInterrupted)
	}
	if err := saveDoors(l.opt.save, answer); err != nil {
		code = worse(code, l.fail(exitDenied, "listen: --save: %s", reason(err).In(l.lang)))
	}
	out, done, err := openOutput(l.env, l.opt.output)
	if err != nil {
		return l.fail(exitDenied, "listen: %s", reason(err).In(l.lang))
	}
	var hide func([]byte) []byte
	if l.opt.redact {
		by := hideListen(answer)
		if hide = by.Text; l.opt.formatName != "html" { // a page is more than its text
			w := &redacted{by: by, to: out}
			out, done = w, w.last(done)
		}
	}
	style := report.ListenStyle{Lang: l.lang, Color: l.opt.paints(l.env), Base: l.base, Port: l.opt.port}
	switch l.opt.formatName {
	case "json":
		err = answer.JSON(out)
	case "html":
		err = answer.HTML(out, style, hide)
	case "text":
		err = answer.Text(out, style)
	default:
		err = answer.Export(version(), l.lang, l.base).Write(out, l.opt.formatName)
	}
	if err = done(err); err != nil {
		code = worse(code, l.fail(exitUnread, "listen: %v", err))
	}
	return code
}
