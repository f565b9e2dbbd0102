package main

import (
	"bufio"
	"flag"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/report"
)

// portHelp is what `portlore port --help` prints.
func portHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore port QUERY...     what a port is, who probes it and why, what to do

  portlore port 3128                 by number
  portlore port 3128/udp 20-25       one transport, a range
  portlore port redis                by service, trojan, alias or free text
  portlore port 冰河                 by Chinese name; binghe and bh find it too
  cut -f4 list | portlore port -     queries from standard input, one a line

  --short                 only the first line of each answer
  --sources               every claim with years and sources; how to close it
  --expose never|restrict|ok   only ports that are judged so
  --threat                only threats and the ports they use
  --json, --format text|json|tsv
  --lang en|zh            language, else that of the environment
  -o FILE                 write to FILE

Exit: 0 answered, 2 usage, 3 a query has no answer.
`,
		ZH: `portlore port 查询...     端口是什么、谁在探测、为什么、该怎么办

  portlore port 3128                 按端口号
  portlore port 3128/udp 20-25       指定传输层协议，或一段端口
  portlore port redis                按服务、木马、别名或任意词语
  portlore port 冰河                 按中文名；binghe、bh 也能查到
  cut -f4 list | portlore port -     从标准输入读查询，每行一个

  --short                 每个结果只显示第一行
  --sources               列出每条说法的年代与来源，以及关闭方法
  --expose never|restrict|ok   只看如此评定的端口
  --threat                只看威胁及其使用的端口
  --json, --format text|json|tsv
  --lang en|zh            语言，缺省取环境设置
  -o 文件                 写入文件

退出码：0 已回答，2 用法错误，3 有查询没有结果。
`,
	}
}

// runPort answers `portlore port`.
func runPort(e *env, args []string) int {
	var opt struct {
		common
		short, sources bool
		filter         report.PortFilter
	}
	set := flag.NewFlagSet("port", flag.ContinueOnError)
	opt.declare(set)
	set.BoolVar(&opt.short, "short", false, "")
	set.BoolVar(&opt.sources, "sources", false, "")
	set.StringVar(&opt.filter.Expose, "expose", "", "")
	set.BoolVar(&opt.filter.Threat, "threat", false, "")
	args, err := parse(set, args)
	lang, langErr := e.lang(opt.lang)
	if err == nil && opt.help {
		io.WriteString(e.stdout, portHelp().In(lang))
		return exitDone
	}
	if err == nil {
		err = opt.check("text", "json", "tsv")
	}
	switch {
	case err != nil:
		return e.fail(exitUsage, "port: %s", reason(err).In(lang))
	case langErr != nil:
		return e.fail(exitUsage, "port: %v", langErr)
	case opt.filter.Expose != "" && !slices.Contains([]string{"never", "restrict", "ok"}, opt.filter.Expose):
		return e.fail(exitUsage, "port: --expose %s: want never, restrict or ok", opt.filter.Expose)
	}
	base := openLore(e)
	e.confine(sandbox.Rules{Write: writing(opt.output)})
	queries, err := portQueries(base, e.stdin, args)
	if err != nil {
		return e.fail(exitUnread, "port: %v", err)
	}
	if len(queries) == 0 {
		if opt.filter == (report.PortFilter{}) {
			io.WriteString(e.stderr, portHelp().In(lang))
			return exitUsage
		}
		queries = []string{""} // everything that passes the filter
	}

	answers, err := report.NewPort(base, lang, opt.filter, queries...)
	if err != nil {
		return e.fail(exitUsage, "port: %s", reason(err).In(lang))
	}
	out, done, err := openOutput(e, opt.output)
	if err != nil {
		return e.fail(exitDenied, "port: %s", unwritten(opt.output, err).In(lang))
	}
	switch opt.formatName {
	case "json":
		err = answers.JSON(out)
	case "tsv":
		err = answers.TSV(out)
	default:
		err = answers.Text(out, report.PortStyle{Short: opt.short, Sources: opt.sources})
	}
	if err = done(err); err != nil {
		return e.fail(exitUnread, "port: %s", unwritten(opt.output, err).In(lang))
	}
	if !answers.Answered() {
		return exitUnread
	}
	return exitDone
}

// portQueries turns arguments into queries. "-" stands for the lines of
// standard input.
func portQueries(base *lore.Base, stdin io.Reader, args []string) ([]string, error) {
	var queries, words []string
	for _, arg := range args {
		if arg != "-" {
			words = append(words, portWords(arg)...)
			continue
		}
		queries = append(queries, portQuery(base, words)...)
		words = nil
		in := bufio.NewScanner(stdin)
		for in.Scan() {
			queries = append(queries, portQuery(base, portWords(in.Text()))...)
		}
		if err := in.Err(); err != nil {
			return nil, err
		}
	}
	return append(queries, portQuery(base, words)...), nil
}

func portWords(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == '，' || unicode.IsSpace(r) })
}

// portQuery groups words into queries: a question by number in words ("what
// uses port 5353") is one, a number stands for itself, words belong together
// ("back orifice 2000") unless nothing is found by them together.
func portQuery(base *lore.Base, words []string) []string {
	if len(words) > 1 && slices.ContainsFunc(words, isNoPort) { // "3128/udp 20-25" are two
		phrase := strings.Join(words, " ")
		if _, byNumber, _ := lore.ParsePorts(phrase); byNumber {
			return []string{phrase}
		}
	}
	for i, w := range words {
		if _, byNumber, _ := lore.ParsePorts(w); byNumber {
			continue
		}
		phrase := strings.Join(words[i:], " ")
		if len(words[i:]) == 1 || len(base.Search(phrase)) > 0 {
			return append(words[:i:i], phrase)
		}
		return append(words[:i+1:i+1], portQuery(base, words[i+1:])...)
	}
	return words
}

func isNoPort(word string) bool {
	_, byNumber, _ := lore.ParsePorts(word)
	return !byNumber
}
