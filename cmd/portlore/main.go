// Command portlore answers one question about a network: what am I seeing?
//
//go:generate go test -run "TestManPages|TestSeeing" -update .
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	_ "time/tzdata" // --tz works where the system has no zones

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/lore"
)

func main() {
	os.Exit(run(&env{os.Stdin, os.Stdout, os.Stderr, os.Getenv, sandbox.Enter, usualPlaces(runtime.GOOS, os.Getenv)}, os.Args[1:]))
}

// A verb is one thing that portlore does.
type verb struct {
	name string
	what portlore.Text // in a few words, for the overview
	run  func(*env, []string) int
}

func verbs() []verb {
	return []verb{
		{"explain", portlore.Text{EN: "what a firewall wrote down, and whether to do anything", ZH: "解释防火墙日志：看到的是什么，要不要处理"}, runExplain},
		{"listen", portlore.Text{EN: "who holds which port of this machine, who can reach it", ZH: "本机各端口由谁占用、谁能访问"}, runListen},
		{"scan", portlore.Text{EN: "the open doors of other machines, and what is wrong there", ZH: "其他机器开放了哪些端口、有没有问题"}, runScan},
		{"scope", portlore.Text{EN: "networks of others that may be scanned", ZH: "登记可以扫描的他人网段"}, runScope},
		{"port", portlore.Text{EN: "the port reference: numbers, services, trojans", ZH: "端口参考：端口号、服务、木马"}, runPort},
		{"tour", portlore.Text{EN: "a sample log, explained step by step", ZH: "用示例日志一步步讲解"}, runTour},
		{"lore", portlore.Text{EN: "check, export and refresh what portlore knows", ZH: "检查、导出、更新知识库"}, runLore},
		{"doctor", portlore.Text{EN: "version, sandbox, and the logs that are here", ZH: "版本、沙箱状态、本机有哪些日志"}, runDoctor},
		{"schema", portlore.Text{EN: "the JSON Schema of what a verb writes with --json", ZH: "各命令 --json 输出的 JSON Schema"}, runSchema},
		{"completion", portlore.Text{EN: "make the Tab key of your shell know all this", ZH: "让 shell 的 Tab 键认识这些命令"}, runCompletion},
	}
}

// run runs one verb and returns the exit code.
func run(e *env, args []string) int {
	var help, version bool
	var asked string
	set := flag.NewFlagSet("portlore", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.BoolVar(&help, "help", false, "")
	set.BoolVar(&help, "h", false, "")
	set.BoolVar(&version, "version", false, "")
	set.StringVar(&asked, "lang", "", "")
	err := set.Parse(args)
	if err != nil {
		err = misused(set, err)
	}
	rest := set.Args()
	if asked != "" { // before the verb it means the same as behind it
		rest = append(rest, "--lang", asked)
	}
	lang, langErr := e.lang(asked)
	switch {
	case err != nil:
		return e.fail(exitUsage, "%s", reason(err).In(lang))
	case langErr != nil:
		return e.fail(exitUsage, "%v", langErr)
	case version:
		return printVersion(e)
	case help:
		return printOverview(e, rest)
	case set.NArg() == 0:
		return runGlance(e, lang)
	}
	name, rest := rest[0], rest[1:]
	switch name {
	case "help":
		return printOverview(e, rest)
	case "version":
		return printVersion(e)
	}
	for _, v := range verbs() {
		if v.name == name {
			return v.run(e, rest)
		}
	}
	return e.fail(exitUsage, "%s", portlore.Text{
		EN: "no such verb: " + name + suggest(name, "; did you mean: portlore "),
		ZH: "没有这个命令：" + name + suggest(name, "；是否想用：portlore "),
	}.In(lang))
}

// suggest is what somebody may have meant who wrote no verb: the nearest verb,
// else the verb for a file or for a port. Empty: nothing comes to mind.
func suggest(name, intro string) string {
	const most = 2 // edits
	best, at := "", most+1
	for _, v := range verbs() {
		n := edits(name, v.name)
		if len(name) > 1 && strings.HasPrefix(v.name, name) {
			n = 0
		}
		if n < at {
			best, at = v.name, n
		}
	}
	if best != "" {
		return intro + best
	}
	if _, err := os.Stat(name); err == nil {
		return intro + "explain " + name
	}
	if _, byNumber, err := lore.ParsePorts(name); byNumber && err == nil {
		return intro + "port " + name
	}
	return ""
}

// edits is how many letters must be put in, left out, replaced or swapped with
// their neighbour to turn one word into the other. It is for short words: of a
// long one only the beginning counts.
func edits(a, b string) int {
	const short = 10
	a, b = a[:min(short, len(a))], b[:min(short, len(b))]
	switch {
	case a == "" || b == "":
		return len(a) + len(b)
	case a[0] == b[0]:
		return edits(a[1:], b[1:])
	case len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0]:
		return 1 + edits(a[2:], b[2:])
	}
	return 1 + min(edits(a[1:], b), edits(a, b[1:]), edits(a[1:], b[1:]))
}

// printOverview is the help: all verbs, or the one that is named.
func printOverview(e *env, args []string) int {
	set := flag.NewFlagSet("help", flag.ContinueOnError)
	asked := set.String("lang", "", "")
	args, err := parse(set, args)
	lang, langErr := e.lang(*asked)
	switch {
	case err != nil:
		return e.fail(exitUsage, "help: %s", reason(err).In(lang))
	case langErr != nil:
		return e.fail(exitUsage, "help: %v", langErr)
	}
	if len(args) > 0 {
		return run(e, []string{args[0], "--help", "--lang", lang.String()})
	}
	var list strings.Builder
	for _, v := range verbs() {
		fmt.Fprintf(&list, "  %-12s%s\n", v.name, v.what.In(lang))
	}
	fmt.Fprintf(e.stdout, overview().In(lang), list.String())
	return exitDone
}
