package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/helptext"
)

// manDate is when what the pages say last changed much.
const manDate = "2026-11-28"

// The manual pages are made of the help texts: -update writes them anew.
func TestManPages(t *testing.T) {
	for _, lang := range []portlore.Lang{portlore.English, portlore.Chinese} {
		dir := filepath.Join("..", "..", "man", "man1")
		if lang == portlore.Chinese {
			dir = filepath.Join("..", "..", "man", "zh_CN", "man1")
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		pages := manPages(lang)
		for name, want := range pages {
			file := filepath.Join(dir, name+".1")
			if *update {
				writeFile(t, file, []byte(want))
			} else if got, _ := os.ReadFile(file); string(got) != want {
				t.Errorf("%s is out of date; go generate ./cmd/portlore writes it anew", file)
			}
			lint(t, file)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != len(pages) {
			t.Errorf("%s: %d files for %d pages", dir, len(files), len(pages))
		}
	}
}

// lint has the tools look at a page that will show it.
func lint(t *testing.T, file string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return // the man of others knows no warnings
	}
	for _, c := range [][]string{
		{"mandoc", "-Tlint", "-Wwarning", file},
		{"man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file},
	} {
		if _, err := exec.LookPath(c[0]); err != nil {
			t.Logf("%s is not installed: it does not look at the pages", c[0])
			continue
		}
		cmd := exec.Command(c[0], c[1:]...)
		var said strings.Builder
		cmd.Stderr = &said
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8") // or it complains of a locale that is not there
		if c[0] == "mandoc" {
			cmd.Stdout = &said
		}
		if err := cmd.Run(); err != nil || said.Len() > 0 {
			t.Errorf("%s: %v\n%s", strings.Join(c, " "), err, said.String())
		}
	}
}

// manPages are the pages of one language by their names.
func manPages(lang portlore.Lang) map[string]string {
	zh := lang == portlore.Chinese
	see := []string{"portlore"}
	for _, v := range verbs() {
		see = append(see, "portlore-"+v.name)
	}
	pages := map[string]string{"portlore": helptext.Man(mainPage(lang, see[1:]))}
	for _, v := range verbs() {
		help := invoke(v.name, "--help", "--lang", lang.String()).stdout
		name := "portlore-" + v.name
		var others []string
		for _, s := range see {
			if s != name {
				others = append(others, s)
			}
		}
		pages[name] = helptext.Man(helptext.Page{Name: name, Title: v.what.In(lang), Items: helptext.Parse(help), See: others, Date: manDate, ZH: zh})
	}
	return pages
}

// mainPage is the page about the program, of which there is no help text but the
// overview.
func mainPage(lang portlore.Lang, see []string) helptext.Page {
	say := func(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(lang) }
	row := func(term, en, zh string) helptext.Item { return helptext.Item{Term: term, Text: say(en, zh)} }
	var commands []helptext.Item
	for _, v := range verbs() {
		commands = append(commands, helptext.Item{Term: v.name, Text: v.what.In(lang)})
	}
	prose := func(en, zh string) helptext.Item { return helptext.Item{Kind: helptext.Prose, Text: say(en, zh)} }
	items := []helptext.Item{
		{Kind: helptext.Usage, Term: say("portlore [VERB [ARGUMENT...]]", "portlore [命令 [参数...]]")},
		{Kind: helptext.Usage, Term: say("portlore --help | --version", "portlore --help | --version")},
		prose("portlore says in plain English or Chinese what a firewall wrote down, which doors of this machine are open, and what a port number means: whether anything must be done, who does such things and why, and what would make the answer wrong.",
			"portlore 用通俗的中文或英文说明：防火墙记下了什么，本机开着哪些端口，某个端口号意味着什么；要不要处理，谁在这么做、为什么，什么情况下结论不成立。"),
		prose("Without an argument it says what can be seen on this machine. The verdict comes first, in one of four words: FIX (act now), CHECK (only you can tell), NOTE (worth knowing), fine (nothing to do).",
			"不带参数时说明本机能看到什么。结论总在最前面，用四个词表示：处理（立即动手）、核实（只有你能判断）、提示（值得知道）、正常（什么都不用做）。"),
		prose("Reading evidence opens no network connection. There is no telemetry and no configuration file.",
			"读取日志时不建立任何网络连接，不收集使用数据，也没有配置文件。"),
		{Kind: helptext.Option, Term: "--help", Text: say("what a verb can do; behind a verb, all of its flags", "帮助；放在命令之后则列出该命令的全部选项")},
		{Kind: helptext.Option, Term: "--version", Text: say("which portlore this is, and the date of its port registry", "版本，以及端口登记表的日期")},
		{Kind: helptext.Option, Term: "--lang en|zh", Text: say("language, else that of the environment", "语言，缺省取环境设置")},
		{Kind: helptext.Exit, Term: "Exit", Text: say("0 done; 1 a finding of the level of --fail-on, or worse; 2 wrong usage; 3 an input was not read, or nothing in it was understood; 4 no permission; 130 interrupted.",
			"0 完成；1 达到 --fail-on 的级别；2 用法错误；3 有输入未读或完全没读懂；4 没有权限；130 被中断。")},
	}
	return helptext.Page{
		Name: "portlore", Title: say("what am I seeing, and must I do anything?", "看到的是什么？需要处理吗？"), Items: items, See: see, Date: manDate, ZH: lang == portlore.Chinese,
		More: []helptext.Section{
			{Head: say("COMMANDS", "命令"), Rows: commands},
			{Head: say("ENVIRONMENT", "环境变量"), Rows: []helptext.Item{
				row("LC_ALL, LC_MESSAGES, LANG", "the language: Chinese where the first of them that is set begins with zh", "语言：依次取第一个已设置的，以 zh 开头即为中文"),
				row("NO_COLOR, CLICOLOR_FORCE", "never colours, or colours also where there is no terminal", "从不着色；或不在终端时也着色"),
				row("XDG_DATA_HOME", "where portlore lore import keeps the port registry, in portlore/iana.bin", "portlore lore import 把端口登记表存放在其中的 portlore/iana.bin"),
			}},
		},
	}
}
