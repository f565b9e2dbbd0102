package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/portlore/portlore"
)

// seeingNow is when the questions of "What am I seeing?" are asked.
const seeingNow = "2026-11-28T00:00:00Z"

// mostLines is how long an answer on the page may be: longer ones are not read.
const mostLines = 26

// A seeingGroup is a heading of the page and the cases below it, in their order.
type seeingGroup struct {
	title portlore.Text
	cases []string
}

var seeingGroups = []seeingGroup{
	{portlore.Text{EN: "Strangers knock", ZH: "陌生人敲门"}, []string{
		"ufw-block", "telnet", "rdp", "smb", "sip", "proxies", "port-scan", "ssh", "ssh-one", "netbus", "dns-queries", "port-0", "ping",
	}},
	{portlore.Text{EN: "Answers, and what was left behind", ZH: "应答与余波"}, []string{
		"late-replies", "syn-ack", "ntp-answers", "icmp-3", "traceroute", "ident", "ftp-data", "p2p",
	}},
	{portlore.Text{EN: "My own network", ZH: "自己的网络"}, []string{
		"lan-chatter", "mdns", "igmp", "dhcp", "martian", "outbound-scan", "outbound-mail",
	}},
	{portlore.Text{EN: "What do these words mean?", ZH: "这些字样是什么意思"}, []string{
		"fields", "syn-flooding", "nmap-states",
	}},
	{portlore.Text{EN: "A port is open", ZH: "有端口开着"}, []string{
		"every-address", "name-services", "redis", "docker", "31337",
	}},
}

// A seeingCase is a question with its evidence, and what was said of it.
//
// Its file begins with lines KEY: VALUE. en, zh: the question. file: the name the
// evidence has. shown: how many of its lines are printed; zero: all. show: a class
// of noise to ask for. class: what the evidence must be taken for. ports: what more
// there is to read. fields: keep the fields of a line. A line N* stands for N lines;
// {A+nB%C} in it is A plus (B times its number) modulo C.
type seeingCase struct {
	name     string
	keys     map[string]string
	evidence []string
	words    [2]string
	word     string // of the report, such as fine
}

// TestSeeing holds the page "What am I seeing?" to what the command says of its
// cases; with -update it writes the page anew, in both languages.
func TestSeeing(t *testing.T) {
	pages := [2]string{seeingHead.EN, seeingHead.ZH}
	docs, err := filepath.Abs(filepath.Join("..", "..", "docs"))
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs(filepath.Join("testdata", "seeing"))
	if err != nil {
		t.Fatal(err)
	}
	verdicts := string(readFile(t, filepath.Join(docs, "verdicts.md")))
	t.Chdir(t.TempDir())
	langs := []portlore.Lang{portlore.English, portlore.Chinese}
	var tables, bodies [2]string
	files := 0
	for _, group := range seeingGroups {
		for i, lang := range langs {
			tables[i] += fmt.Sprintf("| **%s** | |\n", group.title.In(lang))
			bodies[i] += fmt.Sprintf("\n## %s\n", group.title.In(lang))
		}
		for _, name := range group.cases {
			c := readSeeing(t, filepath.Join(dir, name+".txtar"))
			files++
			writeFile(t, c.keys["file"], []byte(strings.Join(c.evidence, "\n")+"\n"))
			c.judge(t)
			for i, lang := range langs {
				question := portlore.Text{EN: c.keys["en"], ZH: c.keys["zh"]}.In(lang)
				tables[i] += fmt.Sprintf("| [%s](#%s) | %s |\n", strings.ReplaceAll(question, "|", `\|`), c.name, wordIn(c.word, lang))
				bodies[i] += c.body(t, lang, question, verdicts)
			}
		}
	}
	if all, _ := filepath.Glob(filepath.Join(dir, "*.txtar")); len(all) != files {
		t.Errorf("%d files in %s, %d of them on the page", len(all), dir, files)
	}
	for i, file := range []string{"what-am-i-seeing.md", "what-am-i-seeing.zh.md"} {
		page := pages[i] + "\n" + [2]string{"| question | in a word |", "| 问题 | 一个词回答 |"}[i] + "\n|---|---|\n" + tables[i] + bodies[i]
		path := filepath.Join(docs, file)
		if *update {
			writeFile(t, path, []byte(page))
		} else if have := readFile(t, path); string(have) != page {
			t.Errorf("%s is stale: run go generate ./cmd/portlore", file)
		}
	}
}

var seeingHead = portlore.Text{
	EN: `# What am I seeing?

[中文](what-am-i-seeing.zh.md)

The questions that people ask most about firewall logs, scans and open ports. Below each stand a few lines such as a
reader would paste, what portlore answers, and what else helps to understand it. The lines were written for this page,
with addresses that belong to nobody; the answers are what the program prints today, since a test runs every case.

` + "`[…]`" + ` is where something was cut: fields, long lists, commands to paste, the account at the end. Run the command shown
to see all of it. A word such as **fine** is explained in the [README](../README.md#what-it-says).
Generated from ` + "`cmd/portlore/testdata/seeing` by `go generate ./cmd/portlore`" + `; do not edit.
`,
	ZH: `# 我看到的是什么？

[English](what-am-i-seeing.md)

关于防火墙日志、扫描和开放端口，大家问得最多的就是下面这些。每个问题先给几行日志，也就是平时会贴出来求助的那种，
再给 portlore 的回答，最后补几句背景。日志专为本页编写，地址都是文档专用地址，不属于任何人；回答是程序现在的真实
输出，每一条都有测试在跑。

标 ` + "`[…]`" + ` 的地方有删节：字段、长列表、可粘贴的命令、末尾的统计。运行所示命令即可看到全文。“正常”“提示”等词的含义见
[README](../README.md#what-it-says)。本页由 ` + "`go generate ./cmd/portlore`" + ` 根据 ` + "`cmd/portlore/testdata/seeing`" + ` 生成，请勿直接修改。
`,
}

func readSeeing(t *testing.T, path string) *seeingCase {
	t.Helper()
	a := txtar.Parse(readFile(t, path))
	c := &seeingCase{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), keys: map[string]string{}}
	known := []string{"en", "zh", "file", "shown", "show", "class", "ports", "fields"}
	for line := range strings.Lines(string(a.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if key != "" && !slices.Contains(known, key) {
			t.Errorf("%s: no such key: %s", path, key)
		}
		c.keys[key] = value
	}
	for _, f := range a.Files {
		switch text := strings.TrimRight(string(f.Data), "\n"); f.Name {
		case "en":
			c.words[0] = text
		case "zh":
			c.words[1] = text
		case "evidence":
			for _, line := range strings.Split(text, "\n") {
				c.evidence = append(c.evidence, repeated(line)...)
			}
		default:
			t.Errorf("%s: no such file: %s", path, f.Name)
		}
	}
	if c.words[0] == "" || c.words[1] == "" || len(c.evidence) == 0 || c.keys["en"] == "" || c.keys["zh"] == "" || c.keys["file"] == "" {
		t.Fatalf("%s: a question, its evidence or its words are missing", path)
	}
	return c
}

var (
	repeats = regexp.MustCompile(`^(\d+)\* `)
	counts  = regexp.MustCompile(`\{(\d+)\+n(\d+)%(\d+)\}`)
)

// repeated is a line of a case, or the lines that it stands for.
func repeated(line string) []string {
	m := repeats.FindStringSubmatch(line)
	if m == nil {
		return []string{line}
	}
	var lines []string
	times, _ := strconv.Atoi(m[1])
	for n := range times {
		lines = append(lines, counts.ReplaceAllStringFunc(line[len(m[0]):], func(s string) string {
			p := counts.FindStringSubmatch(s)
			start, _ := strconv.Atoi(p[1])
			step, _ := strconv.Atoi(p[2])
			wrap, _ := strconv.Atoi(p[3])
			return fmt.Sprintf("%0*d", len(p[1]), start+step*n%wrap)
		}))
	}
	return lines
}

// judge takes the word of the report, and makes sure that the evidence is taken for
// what the case says.
func (c *seeingCase) judge(t *testing.T) {
	t.Helper()
	type row struct{ Class string }
	var report struct {
		Word            string
		Findings, Noise []row
	}
	if err := json.Unmarshal([]byte(c.run(t, "--json")), &report); err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	c.word = report.Word
	if c.keys["show"] != "" && len(report.Findings) > 0 {
		t.Errorf("%s: the page would show noise and hide findings: %v", c.name, report.Findings)
	}
	if class := c.keys["class"]; class != "" && !slices.Contains(slices.Concat(report.Findings, report.Noise), row{class}) {
		t.Errorf("%s: want %s, have %v and %v", c.name, class, report.Findings, report.Noise)
	}
}

func (c *seeingCase) run(t *testing.T, args ...string) string {
	t.Helper()
	r := invoke(slices.Concat([]string{"explain", c.keys["file"], "--now", seeingNow}, args)...)
	if r.code != exitDone {
		t.Errorf("%s: %v: exit code %d: %s", c.name, args, r.code, r.stderr)
	}
	return r.stdout
}

// body is the section of a case: question, evidence, answer, words, where to go on.
func (c *seeingCase) body(t *testing.T, lang portlore.Lang, question, verdicts string) string {
	t.Helper()
	say := func(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(lang) }
	shown, _ := strconv.Atoi(c.keys["shown"])
	if shown == 0 {
		shown = len(c.evidence)
	}
	evidence := strings.Join(c.evidence[:shown], "\n")
	if more := len(c.evidence) - shown; more > 0 {
		evidence += fmt.Sprintf(say("\n[… and %d more lines like these]", "\n[……另有类似的 %d 行]"), more)
	}
	answer := c.answer(t, lang)
	if n := strings.Count(answer, "\n") + 1; n > mostLines {
		t.Errorf("%s: an answer of %d lines, want at most %d", c.name, n, mostLines)
	}
	var more []string
	for _, port := range strings.Fields(c.keys["ports"]) {
		if r := invoke("port", port); r.code != exitDone {
			t.Errorf("%s: port %s: %s", c.name, port, r.stderr)
		}
		more = append(more, "`portlore port "+port+"`")
	}
	if class := c.keys["class"]; class == "" {
		more = append(more, "[doors.md](doors.md)")
	} else {
		more = append(more, linkTo(t, class, verdicts))
	}
	return fmt.Sprintf("\n<a id=\"%s\"></a>\n### %s\n\n```\n%s\n```\n\n```\n%s\n```\n\n%s\n\n%s%s\n",
		c.name, question, evidence, answer, c.words[lang], say("More: ", "另见："), strings.Join(more, say(", ", "、")))
}

// answer is what is printed, without what a reader of the page can do without.
func (c *seeingCase) answer(t *testing.T, lang portlore.Lang) string {
	t.Helper()
	code := [...]string{"en", "zh"}[lang]
	var kept []string
	cut := func() {
		if kept[len(kept)-1] != "[…]" {
			kept = append(kept, "[…]")
		}
	}
	paragraphs := strings.Split(strings.TrimSpace(c.run(t, "--lang", code)), "\n\n")
	kept = append(kept, "$ portlore explain "+c.keys["file"]+"\n"+paragraphs[0])
	for _, p := range paragraphs[1:] {
		account := strings.HasPrefix(p, "Read ") || strings.HasPrefix(p, "共 ")
		fields := strings.HasPrefix(p, "  ") && !strings.HasPrefix(p, "        ") && c.keys["fields"] == ""
		if account || fields || c.keys["show"] != "" {
			cut()
		} else {
			kept = append(kept, p)
		}
	}
	if class := c.keys["show"]; class != "" {
		whole := c.run(t, "--lang", code, "--show", class)
		means, _, _ := strings.Cut(whole, "\n        "+portlore.Text{EN: "Class", ZH: "类别"}.In(lang))
		kept = append(kept, "$ portlore explain "+c.keys["file"]+" --show "+class+"\n"+means)
		cut()
	}
	return strings.Join(kept, "\n\n")
}

// linkTo leads to a class of docs/verdicts.md, where one heading may stand for many.
func linkTo(t *testing.T, class, verdicts string) string {
	t.Helper()
	many := class[:strings.LastIndexByte(class, '.')+1]
	switch {
	case strings.Contains(verdicts, "\n### "+class+"\n"):
	case strings.Contains(verdicts, "\n### "+many+"*\n"):
		class = strings.TrimSuffix(many, ".")
	default:
		t.Errorf("docs/verdicts.md does not have %s", class)
	}
	return fmt.Sprintf("[%s](verdicts.md#%s)", class, strings.ReplaceAll(class, ".", ""))
}

func wordIn(word string, lang portlore.Lang) string {
	if lang == portlore.English {
		return word
	}
	return map[string]string{"fine": "正常", "NOTE": "提示", "CHECK": "核实", "FIX": "处理"}[word]
}
