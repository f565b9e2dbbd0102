package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan/scope"
)

// scopeHelp is what `portlore scope --help` prints.
func scopeHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore scope add|list|remove     networks of others that may be scanned

  portlore scope add 203.0.113.0/28 --note "hosting contract" \
      --owner "A. Meyer" --until 2027-03-31
  portlore scope list
  portlore scope remove 203.0.113.0/28

portlore scan asks nobody about this machine and private addresses on its own
links. What is registered here may be scanned too, to the end of its last day.

  --note TEXT     why it may be scanned: a contract, a ticket (needed)
  --owner TEXT    who permitted it
  --until DATE    the last day, such as 2027-03-31; otherwise no end
  --json, --format text|json    of list
  --lang en|zh    language, else that of the environment

The law: scanning systems of others without their consent is a crime in many
countries. What you register is your word that you have it.

Exit: 0 done, 2 usage or refused, 3 not there, 4 the register was not written.
`,
		ZH: `portlore scope add|list|remove     登记可以扫描的他人网段

  portlore scope add 203.0.113.0/28 --note "托管合同" --owner "张三" \
      --until 2027-03-31
  portlore scope list
  portlore scope remove 203.0.113.0/28

portlore scan 扫描本机和所在网段的内网地址无须登记。登记过的网段也可以扫描，直到
最后一天结束。

  --note 文字     凭什么可以扫描：合同、工单（必填）
  --owner 文字    谁允许的
  --until 日期    最后一天，如 2027-03-31；不给则没有期限
  --json, --format text|json    用于 list
  --lang en|zh    语言，缺省取环境设置

法律：未经许可扫描他人的系统，在许多国家和地区属违法行为。登记即声明你已获许可。

退出码：0 完成，2 用法错误或被拒绝，3 没有这一条，4 没能写入登记文件。
`,
	}
}

type scopeOptions struct {
	common
	note, owner string
	until       time.Time
}

// runScope answers `portlore scope`.
func runScope(e *env, args []string) int {
	var opt scopeOptions
	set := flag.NewFlagSet("scope", flag.ContinueOnError)
	opt.declare(set)
	set.StringVar(&opt.note, "note", "", "")
	set.StringVar(&opt.owner, "owner", "", "")
	set.Func("until", "", func(s string) error {
		day, err := time.ParseInLocation(time.DateOnly, s, time.Local)
		opt.until = day.AddDate(0, 0, 1).Add(-time.Second)
		return wanted(err, "a day such as 2027-03-31")
	})
	args, err := parse(set, args)
	lang, langErr := e.lang(opt.lang)
	if err == nil {
		err = opt.check("text", "json")
	}
	name := scopeFile(e)
	switch {
	case langErr != nil:
		return e.fail(exitUsage, "scope: %v", langErr)
	case err != nil:
		return e.fail(exitUsage, "scope: %v", err)
	case opt.help:
		io.WriteString(e.stdout, scopeHelp().In(lang))
		return exitDone
	case len(args) == 0:
		io.WriteString(e.stderr, scopeHelp().In(lang))
		return exitUsage
	case name == "":
		return e.fail(exitDenied, "scope: %s", portlore.Text{EN: "no place for the register: neither XDG_CONFIG_HOME nor HOME is set", ZH: "没有存放位置：XDG_CONFIG_HOME 和 HOME 都未设置"}.In(lang))
	}
	r, err := scope.ReadRegister(name)
	if err != nil {
		return e.fail(exitDenied, "scope: %s", reason(err).In(lang))
	}
	what, args := args[0], args[1:]
	switch {
	case what == "list" && len(args) == 0:
		return listScope(e, r, opt, lang)
	case what == "add" && len(args) == 1:
		err = addScope(r, args[0], opt)
	case what == "remove" && len(args) == 1:
		p, wrong := scope.Network(args[0])
		if err = wrong; err == nil && !r.Remove(p) {
			return e.fail(exitUnread, "scope: %s", portlore.Text{EN: args[0] + " is not in the register; portlore scope list shows it", ZH: args[0] + " 不在登记之中，可用 portlore scope list 查看"}.In(lang))
		}
	default:
		return e.fail(exitUsage, "scope: %s", portlore.Text{EN: "want add NET --note WHY, list, or remove NET", ZH: "应为 add 网段 --note 依据、list 或 remove 网段"}.In(lang))
	}
	if err != nil {
		return e.fail(exitUsage, "scope: %s", reason(err).In(lang))
	}
	if err := r.Write(name); err != nil {
		return e.fail(exitDenied, "scope: %s", reason(err).In(lang))
	}
	if !opt.quiet {
		fmt.Fprintln(e.stdout, safetext.Clean(portlore.Text{EN: fmt.Sprintf("%s: %d in the register", name, len(r.Nets)), ZH: fmt.Sprintf("%s：共登记 %d 条", name, len(r.Nets))}.In(lang)))
	}
	return exitDone
}

func addScope(r *scope.Register, word string, opt scopeOptions) error {
	p, err := scope.Network(word)
	now := time.Now()
	note := strings.TrimSpace(safetext.Clean(opt.note))
	switch {
	case err != nil:
		return err
	case note == "":
		return told{portlore.Text{EN: "--note is needed: why may it be scanned?", ZH: "需要 --note：凭什么可以扫描？"}}
	case !opt.until.IsZero() && opt.until.Before(now):
		return told{portlore.Text{EN: "--until " + opt.until.Format(time.DateOnly) + " is over already", ZH: "--until " + opt.until.Format(time.DateOnly) + " 已经过去"}}
	}
	return r.Add(scope.Entry{Net: p, Note: note, Owner: safetext.Clean(opt.owner), Added: now.Truncate(time.Second), Until: opt.until})
}

// listScope shows the register.
func listScope(e *env, r *scope.Register, opt scopeOptions, lang portlore.Lang) int {
	out, done, err := openOutput(e, opt.output)
	if err != nil {
		return e.fail(exitDenied, "scope: %s", unwritten(opt.output, err).In(lang))
	}
	if opt.formatName == "json" {
		err = report.JSON(out, r)
	} else {
		_, err = io.WriteString(out, scopeText(r, lang, time.Now()))
	}
	if err = done(err); err != nil {
		return e.fail(exitDenied, "scope: %s", unwritten(opt.output, err).In(lang))
	}
	return exitDone
}

// scopeText is the register for people.
func scopeText(r *scope.Register, lang portlore.Lang, now time.Time) string {
	say := func(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(lang) }
	if len(r.Nets) == 0 {
		return say("Nothing is registered: only this machine and private addresses on its own\nlinks may be scanned.\n", "没有登记：只能扫描本机和所在网段的内网地址。\n")
	}
	var b strings.Builder
	for _, n := range r.Nets {
		until := say("no end", "无期限")
		switch {
		case n.Until.IsZero():
		case now.After(n.Until):
			until = say("ended ", "已于 ") + n.Until.Format(time.DateOnly) + say("", " 到期")
		default:
			until = say("until ", "至 ") + n.Until.Format(time.DateOnly)
		}
		text := n.Note
		if n.Owner != "" {
			text += say("; permitted by ", "；许可人：") + n.Owner
		}
		head := textwidth.Pad(n.Net.String(), 20) + "  " + textwidth.Pad(until, 20) + "  "
		for i, l := range textwidth.Wrap(safetext.Clean(text), 80-textwidth.Of(head)) {
			if i > 0 {
				head = strings.Repeat(" ", textwidth.Of(head))
			}
			b.WriteString(head + l + "\n")
		}
	}
	return b.String()
}
