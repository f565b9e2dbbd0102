package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/examples"
	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/internal/textwidth"
)

// tourHelp is what `portlore tour --help` prints.
func tourHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore tour     a sample log, explained step by step

Each step shows lines that a real firewall wrote, what portlore makes of them,
and what there is to learn. On a terminal it waits for Enter after each step (q
ends it); into a pipe or a file it writes all of them.

  --lang en|zh    language, else that of the environment

Exit: 0 done, 2 usage.
`,
		ZH: `portlore tour     用示例日志一步步讲解

每一步先列出防火墙真实写下的几行，再给出 portlore 的解读，最后说明能学到什么。
在终端里每步之后按回车继续（按 q 结束）；输出到管道或文件时一次写完。

  --lang en|zh    语言，缺省取环境设置

退出码：0 完成，2 用法错误。
`,
	}
}

// runTour answers `portlore tour`.
func runTour(e *env, args []string) int {
	args, lang, code, ok := plainFlags(e, "tour", tourHelp(), args)
	switch {
	case !ok:
		return code
	case len(args) > 0:
		return e.fail(exitUsage, "tour: %s", portlore.Text{EN: "it takes no argument", ZH: "不带参数"}.In(lang))
	}
	e.confine(sandbox.Rules{Read: []string{registryFile(e)}})
	g := guide{e, lang}
	keys := bufio.NewScanner(e.stdin)
	waits := isTerminal(e.stdout) && isTerminal(e.stdin)
	steps := tourSteps()
	for i, s := range steps {
		fmt.Fprintf(e.stdout, "%s\n\n", strings.TrimRight(g.page(i+1, len(steps), s), "\n"))
		if !waits || i == len(steps)-1 {
			continue
		}
		fmt.Fprint(e.stdout, portlore.Text{EN: "[Enter: go on, q: stop] ", ZH: "［回车继续，q 结束］ "}.In(lang))
		if !keys.Scan() || strings.HasPrefix(strings.TrimSpace(keys.Text()), "q") {
			break
		}
		fmt.Fprintln(e.stdout)
	}
	return exitDone
}

// A guide shows steps. What portlore says in them is computed from the lines shown.
type guide struct {
	*env
	lang portlore.Lang
}

func (g *guide) say(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(g.lang) }

func (g *guide) page(n, of int, s tourStep) string {
	var b strings.Builder
	b.WriteString(g.say(fmt.Sprintf("== %d of %d: ", n, of), fmt.Sprintf("== %d/%d ", n, of)) + s.title.In(g.lang) + "\n\n")
	lines := g.lines(s)
	for i, l := range lines[:min(s.show, len(lines))] {
		if len(lines) > 1 {
			l = essential(l)
		}
		for j, part := range textwidth.Wrap(l, 78) {
			b.WriteString(map[bool]string{true: "| ", false: "  "}[j == 0] + part + "\n")
		}
		if more := len(lines) - s.show; i == s.show-1 && more > 0 {
			b.WriteString(g.say(fmt.Sprintf("| .. and %d more lines\n", more), fmt.Sprintf("| .. 另有 %d 行\n", more)))
		}
	}
	if s.show > 0 {
		b.WriteByte('\n')
	}
	if s.command != "" {
		b.WriteString("$ " + s.command + "\n" + g.answer(s, lines) + "\n")
	}
	for _, l := range textwidth.Wrap(g.say("Learn: ", "要点：")+s.learn.In(g.lang), 80) {
		b.WriteString(l + "\n")
	}
	return b.String()
}

// lines are those of the sample that a step is about.
func (g *guide) lines(s tourStep) []string {
	var all []string
	for line := range strings.Lines(string(examples.Mixed)) {
		if strings.Contains(line, s.with) {
			all = append(all, strings.TrimSpace(line))
		}
	}
	if s.one {
		return all[:min(1, len(all))]
	}
	return all
}

// essential is a line with less between its fields, so that several fit a screen.
func essential(line string) string {
	var out []string
	for _, word := range strings.Fields(line) {
		name, _, isField := strings.Cut(word, "=")
		switch name {
		case "SRC", "DST", "PROTO", "SPT", "DPT":
			out = append(out, word)
		case "SYN", "ACK", "FIN", "RST":
			if !isField {
				out = append(out, word)
			}
		}
	}
	return strings.Join(out, " ")
}

// answer is what portlore says to the lines of a step: of a port the reference,
// else what explain says. The account of what was read stands once, in the step
// about all lines.
func (g *guide) answer(s tourStep, lines []string) string {
	var out bytes.Buffer
	inner := &env{g.stdin, &out, io.Discard, g.getenv, func(r sandbox.Rules) sandbox.State { return sandbox.State{} }, nil}
	if query, isPort := strings.CutPrefix(s.command, "portlore port "); isPort {
		runPort(inner, append(strings.Fields(query), "--lang", g.lang.String()))
		return out.String()
	}
	opt, _, _ := explainFlags(nil)
	opt.read.Now = tourTime
	opt.read.Year = tourTime.Year()
	text := strings.Join(lines, "\n") + "\n"
	if !s.one {
		text = string(examples.Mixed)
	}
	if _, address, ok := strings.Cut(s.command, "--source "); ok {
		opt.source = netip.MustParseAddr(address) // of a step, so it is one
	}
	x := &explainer{
		env: inner, opt: opt, lang: g.lang, base: openLore(inner), inputs: []portlore.Input{}, asked: 1, stream: &stream{"-", strings.NewReader(text)},
	}
	x.readAll(context.Background(), nil)
	r := x.judge()
	x.write(&r)
	answer := out.String()
	if s.with != "" {
		answer, _, _ = strings.Cut(answer, g.say("\nRead ", "\n共 "))
	}
	return answer
}

// tourTime is when the sample was recorded.
var tourTime = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)
