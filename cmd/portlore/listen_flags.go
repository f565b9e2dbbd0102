package main

import (
	"flag"
	"strconv"

	"github.com/portlore/portlore"
)

type listenOptions struct {
	common
	port       uint16
	save, diff string
	watch      bool
	redact     bool
}

func listenFlags(args []string) (opt listenOptions, err error) {
	set := flag.NewFlagSet("listen", flag.ContinueOnError)
	opt.declare(set)
	opt.declareFailOn(set)
	opt.declareHTML(set)
	set.BoolVar(&opt.redact, "redact", false, "")
	set.Func("port", "", func(s string) error {
		n, err := strconv.ParseUint(s, 10, 16)
		opt.port = uint16(n)
		if n == 0 {
			err = strconv.ErrRange
		}
		return wanted(err, "a port from 1 to 65535")
	})
	set.StringVar(&opt.save, "save", "", "")
	set.StringVar(&opt.diff, "diff", "", "")
	set.BoolVar(&opt.watch, "watch", false, "")
	rest, err := parse(set, args)
	if err == nil {
		err = opt.check(reportFormats()...)
	}
	switch {
	case err != nil:
	case len(rest) > 0:
		err = told{portlore.Text{EN: "takes no arguments: did you mean --port " + rest[0] + "?", ZH: "不接受参数：是否想用 --port " + rest[0] + "？"}}
	case opt.watch && (opt.formatName != "text" || opt.save != "" || opt.output != "" || opt.redact):
		err = told{portlore.Text{EN: "--watch writes text to the screen only: no --format, --html, --save, --redact or -o", ZH: "--watch 只在屏幕上显示文本，不能与 --format、--json、--html、--save、--redact、-o 同用"}}
	case opt.save != "" && opt.port != 0:
		err = told{portlore.Text{EN: "--save with --port: a list of one port is no list to compare with", ZH: "--save 与 --port 不能同用：只有一个端口的清单没有可比性"}}
	}
	return opt, err
}

// listenHelp is what `portlore listen --help` prints.
func listenHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore listen     who holds which door of this machine, and who can reach it

  sudo portlore listen              all doors, the worst first; without root it
                                    works too, and says what it cannot see
  portlore listen --port 3000       who holds this port: program, directory, who
                                    started it, how to stop it (it never kills)
  portlore listen --save doors.json            keep the list
  portlore listen --diff doors.json            what is new, changed, gone since
  portlore listen --watch           changes as they come, until Ctrl-C

Who can reach a door follows from its address, the routes, the firewall's rules
and published ports of containers; the worst case wins. What answers is asked by
questions that change nothing, on this machine only. See docs/listen.md.

  --port N        only the doors with this number, with all that is known
  --save FILE     keep the list as JSON; FILE is replaced in one step
  --diff FILE     compare with a list that --save or --json wrote
  --watch         print changes as they come
  --fail-on fix|check|note    exit 1 when a door says so, or worse
  --json, --format text|json|jsonl|csv|tsv|md|html|ocsf|ecs    for programs,
                  tables, tickets, SIEMs: docs/exports.md
  --html FILE     write a page that stands alone, with all that is known of each
                  door; the same as --format html -o FILE
  --redact        for showing to others: other addresses for all addresses, the
                  same for the same, and no names, users, files or banners. What
                  --save keeps stays as it is
  --lang en|zh    language, else that of the environment
  --color auto|always|never
  -o FILE         write to FILE
  -q              no messages

Exit: 0 done, 1 --fail-on reached, 2 usage, 3 the doors could not be listed,
4 no permission, 130 interrupted.
`,
		ZH: `portlore listen     本机各端口由谁占用、谁能访问

  sudo portlore listen              全部监听端口，最要紧的在前；不用 root 也可，
                                    会说明哪些看不到
  portlore listen --port 3000       谁占用这个端口：程序、目录、由谁启动、如何
                                    停止（本程序绝不代为终止）
  portlore listen --save doors.json            保存清单
  portlore listen --diff doors.json            此后新增、变化、消失了哪些
  portlore listen --watch           有变化就显示，直到按 Ctrl-C

谁能访问由绑定地址、路由、防火墙规则和容器发布的端口得出，取最坏情况。应答的服务
只用不改动任何东西的问题去问，且只问本机。详见 docs/listen.md。

  --port 端口     只看这个端口，并给出全部已知情况
  --save 文件     把清单存为 JSON，一步替换原文件
  --diff 文件     与 --save 或 --json 存下的清单比较
  --watch         有变化就显示
  --fail-on fix|check|note    有端口达到该级别或更严重时退出码为 1
  --json, --format text|json|jsonl|csv|tsv|md|html|ocsf|ecs    供程序、表格、
                  工单、SIEM 使用，见 docs/exports.md
  --html 文件     写成一个独立网页，含每个端口的全部详情；
                  即 --format html -o 文件
  --redact        供给他人看：地址一律换成别的地址（同一地址始终换成同一个），
                  并隐去主机名、用户、文件和横幅；--save 存下的不变
  --lang en|zh    语言，缺省取环境设置
  --color auto|always|never
  -o 文件         写入文件
  -q              不显示提示信息

退出码：0 完成，1 达到 --fail-on，2 用法错误，3 无法列出端口，4 没有权限，
130 被中断。
`,
	}
}
