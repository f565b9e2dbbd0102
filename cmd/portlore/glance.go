package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/host"
	"github.com/portlore/portlore/internal/quantity"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/report"
)

// runGlance is what portlore says without any argument: what can be seen here, and
// the three commands that show it. It asks no port anything and sends nothing.
func runGlance(e *env, lang portlore.Lang) int {
	return glance(e, thisMachine(), lang)
}

func glance(e *env, m machine, lang portlore.Lang) int {
	ctx := context.Background()
	g := glancer{lang: lang, root: os.Geteuid() <= 0} // -1: a system without
	g.doors, _, g.doorsErr = m.doors(ctx, host.Options{OwnOnly: true})
	kernel, hasJournal := lookAtJournal(ctx)
	g.rotated = rotated(e.logs)
	e.confine(sandbox.Rules{Read: e.logs}) // what follows reads what strangers wrote
	o := format.Options{Now: m.now()}
	g.places = lookAround(ctx, e.logs, o)
	if hasJournal {
		p := place{name: journal}
		p.take(ctx, kernel, o)
		g.places = append(g.places, p)
	}
	fmt.Fprint(e.stdout, g.text())
	return exitDone
}

// A glancer puts into words what a first look showed.
type glancer struct {
	lang     portlore.Lang
	root     bool // nothing more to be seen with sudo
	doors    []portlore.Door
	doorsErr error
	places   []place
	rotated  map[string]bool // logs of which there are older files
}

func (g *glancer) say(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(g.lang) }

func (g *glancer) text() string {
	const label = 16
	var b strings.Builder
	row := func(name, text string) {
		for i, l := range textwidth.Wrap(safetext.Clean(text), 80-label) {
			if i > 0 {
				name = ""
			}
			b.WriteString(strings.TrimRight(textwidth.Pad(name, label)+l, " ") + "\n")
		}
	}
	b.WriteString(g.say("portlore: what am I seeing, and must I do anything?\n\n", "portlore：看到的是什么？需要处理吗？\n\n"))
	row(g.say("Listening here", "本机监听"), g.listening())
	row(g.say("Firewall logs", "防火墙日志"), g.logs())
	b.WriteByte('\n')
	wide := 0
	for _, c := range g.commands() {
		wide = max(wide, textwidth.Of(c.command))
	}
	for _, c := range g.commands() {
		line := "  " + textwidth.Pad(c.command, wide) + "   " + c.what.In(g.lang)
		if textwidth.Of(line) > 80 { // a long path leaves no room
			line = "  " + c.command
		}
		b.WriteString(line + "\n")
	}
	b.WriteString(g.say("\nportlore --help has the rest, portlore tour a lesson. Nothing was sent anywhere.\n",
		"\n其余命令见 portlore --help，入门讲解见 portlore tour。以上没有发出任何数据。\n"))
	return b.String()
}

// listening counts the doors as `listen` shows them.
func (g *glancer) listening() string {
	if g.doorsErr != nil {
		return g.say("could not be listed: ", "无法列出：") + reason(g.doorsErr).In(g.lang)
	}
	var all, reached uint64
	ports := map[string]bool{}
	for _, row := range report.ListenRows(g.doors) {
		d := &g.doors[row[0]]
		key := fmt.Sprintf("%d/%s", d.Port, d.Proto)
		outside := d.Reach == portlore.ReachInternet || d.Reach == portlore.ReachLAN
		if was, known := ports[key]; !known || outside && !was {
			ports[key] = outside
		}
	}
	for _, outside := range ports {
		all++
		if outside {
			reached++
		}
	}
	switch {
	case all == 0:
		return g.say("nothing", "没有程序在监听")
	case reached == 0:
		return g.say(quantity.Plural(all, "port")+", none within reach of other machines", quantity.Count(all)+" 个端口，其他机器都访问不到")
	}
	if reached == all {
		return g.say(quantity.Plural(all, "port")+" within reach of other machines", quantity.Count(all)+" 个端口，其他机器都可以访问")
	}
	return g.say(fmt.Sprintf("%s, %s within reach of other machines", quantity.Plural(all, "port"), quantity.Count(reached)),
		fmt.Sprintf("%s 个端口，其中 %s 个其他机器可以访问", quantity.Count(all), quantity.Count(reached)))
}

// best is the place to read: the first with evidence in it.
func best(places []place) *place {
	for i := range places {
		if places[i].unread == nil && places[i].records > 0 {
			return &places[i]
		}
	}
	return nil
}

// logs says which logs hold what a firewall wrote, and of when.
func (g *glancer) logs() string {
	var parts, denied, without []string
	for i := range g.places {
		p := &g.places[i]
		switch {
		case errors.Is(p.unread, fs.ErrPermission):
			denied = append(denied, p.name)
		case p.unread != nil:
		case p.records == 0:
			without = append(without, p.name)
		default:
			parts = append(parts, p.name+g.say(" (", "（")+g.span(p)+g.say(")", "）"))
		}
	}
	s := strings.Join(parts, g.say(", ", "、"))
	switch {
	case s == "" && len(without) > 0:
		s = g.say("no firewall lines seen in ", "没看到防火墙记录：") + strings.Join(without, g.say(", ", "、"))
	case s == "" && len(denied) == 0:
		s = g.say("none in the usual places", "常用位置没有")
	}
	if len(denied) > 0 {
		if s != "" {
			s += g.say("; ", "；")
		}
		s += g.say("only with sudo: ", "须用 sudo 才能读：") + strings.Join(denied, g.say(", ", "、"))
	}
	return s
}

// span is from when to when a log has evidence, as far as that was seen.
func (g *glancer) span(p *place) string {
	if p.first == 0 {
		return g.say("no dates", "没有时间")
	}
	if p.first < portlore.SinceBoot {
		return g.say("since boot", "开机以来")
	}
	from, to := time.Unix(0, p.first).UTC(), time.Unix(0, p.last).UTC()
	if from.Format(time.DateOnly+"15:04") == to.Format(time.DateOnly+"15:04") {
		return g.say(from.Format("2 Jan 15:04"), from.Format("01-02 15:04"))
	}
	if from.Format(time.DateOnly) == to.Format(time.DateOnly) {
		return g.say(from.Format("2 Jan 15:04")+to.Format("-15:04"), from.Format("01-02 15:04")+to.Format("-15:04"))
	}
	return g.say(from.Format("2 Jan")+" to "+to.Format("2 Jan"), from.Format("01-02")+" 至 "+to.Format("01-02"))
}

// rotated are the logs beside which lie older ones: kern.log.1, messages-20261122.
func rotated(names []string) map[string]bool {
	older := map[string]bool{}
	for _, name := range names {
		dotted, _ := filepath.Glob(name + ".*") // a name that is no pattern has none
		dated, _ := filepath.Glob(name + "-*")
		older[name] = len(dotted)+len(dated) > 0
	}
	return older
}

// A suggestion is a command that works as pasted, and what it shows.
type suggestion struct {
	command string
	what    portlore.Text
}

func (g *glancer) commands() []suggestion {
	read := suggestion{"portlore tour", portlore.Text{EN: "no log here: a sample, explained", ZH: "本机没有日志：用示例讲解"}}
	switch p := best(g.places); {
	case p != nil && p.name == journal:
		read = suggestion{"portlore explain", portlore.Text{EN: "what the firewall saw: " + journal, ZH: "防火墙看到了什么：" + journal}}
	case p != nil:
		name := p.name
		if g.rotated[name] {
			name += "*"
		}
		read = suggestion{"portlore explain " + name, portlore.Text{EN: "what the firewall saw", ZH: "防火墙看到了什么"}}
	default:
		for i := range g.places {
			if errors.Is(g.places[i].unread, fs.ErrPermission) {
				read = suggestion{"sudo portlore explain " + g.places[i].name, portlore.Text{EN: "what the firewall saw", ZH: "防火墙看到了什么"}}
				break
			}
		}
	}
	listen := "sudo portlore listen"
	if g.root {
		listen = "portlore listen"
	}
	return []suggestion{
		{listen, portlore.Text{EN: "who holds them, who can reach them", ZH: "端口由谁占用、谁能访问"}},
		read,
		{"portlore port 3128", portlore.Text{EN: "what a port is, who tries it", ZH: "端口是什么、谁在试"}},
	}
}
