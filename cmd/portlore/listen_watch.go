package main

import (
	"context"
	"fmt"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/report"
)

// watchEvery is short enough to see a server being started, and long enough to
// cost next to nothing.
const watchEvery = 2 * time.Second

// watch prints changes as they come, until Ctrl-C. The first list is compared
// with an earlier one, if there is one.
func (l *listener) watch(ctx context.Context, before *report.Listen) int {
	code := exitDone
	var seen *report.Listen // by ourselves
	for first := true; ; first = false {
		answer, err := l.look(ctx, seen)
		switch {
		case ctx.Err() != nil:
			return worse(code, exitInterrupted)
		case err != nil:
			return l.unread(err)
		case first && before == nil && !l.opt.quiet:
			l.say(answer.Sentence + portlore.Text{EN: " Watching; Ctrl-C ends.", ZH: "正在监视，按 Ctrl-C 结束。"}.In(l.lang))
		}
		if before != nil {
			c := compareDoors(before, answer, l.opt.port)
			l.printChanges(&c)
			for _, d := range append(c.New, c.Changed...) {
				if l.opt.failOn > 0 && d.Word >= l.opt.failOn {
					code = exitFound
				}
			}
		}
		before, seen = answer, answer
		select {
		case <-ctx.Done():
			return worse(code, exitInterrupted)
		case <-time.After(watchEvery):
		}
	}
}

// printChanges writes a line for each change.
func (l *listener) printChanges(c *report.DoorChanges) {
	at := l.now().Format(time.TimeOnly)
	for _, part := range []struct {
		kind  portlore.Text
		doors []portlore.Door
	}{
		{portlore.Text{EN: "new", ZH: "新增"}, c.New},
		{portlore.Text{EN: "changed", ZH: "变化"}, c.Changed},
		{portlore.Text{EN: "gone", ZH: "消失"}, c.Gone},
	} {
		for i := range part.doors {
			fmt.Fprintf(l.stdout, "%s  %s\n", at, report.ChangeLine(l.lang, part.kind, &part.doors[i]))
		}
	}
}
