package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/table"
)

// explainHelp is what `portlore explain --help` prints.
func explainHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore explain [FILE... | -]     what am I seeing, and must I do anything?

  portlore explain /var/log/ufw.log*    files, globs, directories; .gz .zst .xz
                                        .bz2; without a name the usual logs
  journalctl -k | portlore explain -    standard input
  portlore explain kern.log --show 1    one finding with all that is known of it
  portlore explain kern.log --source 192.0.2.7    the report for one address

  --home NET      a network that is ours (may be repeated); otherwise inferred
  --show N|all    one finding whole, or all findings on the screen
  --source ADDR   only this address
  --year Y        year of stamps that have none; otherwise the latest in which
                  they are not in the future
  --tz ZONE       zone of stamps that have none, such as Europe/Berlin;
                  otherwise UTC
  --now TIME      take this for the present, such as 2026-01-31T23:59:59Z
  --fail-on fix|check|note    exit 1 when a finding says so, or worse
  --strict        exit 3 when a line was malformed
  --json, --format text|json
  --lang en|zh    language, else that of the environment
  --color auto|always|never
  -o FILE         write to FILE
  -q              no progress

Exit: 0 done, 1 --fail-on reached, 2 usage, 3 an input was not read or nothing
in it was understood, 4 no permission, 130 interrupted (what is known by then is
printed, marked PARTIAL).
`,
		ZH: `portlore explain [文件... | -]     看到的是什么？需要处理吗？

  portlore explain /var/log/ufw.log*    文件、通配、目录；.gz .zst .xz .bz2
                                        均可；不给文件则找常用日志
  journalctl -k | portlore explain -    标准输入
  portlore explain kern.log --show 1    完整显示一项
  portlore explain kern.log --source 192.0.2.7    只看一个地址

  --home 网段     本方网络（可重复给出）；不给则自行推断
  --show N|all    完整显示第 N 项，或显示全部条目
  --source 地址   只看这个地址
  --year 年       时间戳没有年份时采用；不给则取不晚于现在的最近一年
  --tz 时区       时间戳没有时区时采用，如 Asia/Shanghai；不给则按 UTC
  --now 时间      以此为当前时间，如 2026-01-31T23:59:59Z
  --fail-on fix|check|note    出现该级别或更重的条目时，退出码为 1
  --strict        有行写错时，退出码为 3
  --json, --format text|json
  --lang en|zh    语言，缺省取环境设置
  --color auto|always|never
  -o 文件         写入文件
  -q              不显示进度

退出码：0 完成，1 达到 --fail-on，2 用法错误，3 有输入未读或完全没读懂，
4 没有权限，130 被中断（已知的部分照常显示，并注明未读完）。
`,
	}
}

// memoryLimit makes the garbage collector work harder before the process grows
// past 256 MiB. Tables stay below it by themselves.
const memoryLimit = 224 << 20

type explainOptions struct {
	home                            []netip.Prefix
	source                          netip.Addr
	show                            int
	help, all, strict               bool
	json, quiet, verbose            bool
	formatName, lang, color, output string
	failOn                          portlore.Word
	read                            format.Options
}

// runExplain answers `portlore explain`.
func runExplain(e *env, args []string) int {
	opt, args, err := explainFlags(args)
	lang, langErr := e.lang(opt.lang)
	switch {
	case err == nil && opt.help:
		io.WriteString(e.stdout, explainHelp().In(lang))
		return exitDone
	case err != nil:
		return e.fail(exitUsage, "explain: %v", err)
	case langErr != nil:
		return e.fail(exitUsage, "explain: %v", langErr)
	}
	if len(args) == 0 {
		if args = usualLogs(); len(args) == 0 {
			return e.fail(exitUnread, "%s", portlore.Text{
				EN: "no firewall log found in the usual places; name one: portlore explain FILE",
				ZH: "常用位置没有找到防火墙日志，请指明：portlore explain 文件",
			}.In(lang))
		}
		if !opt.quiet {
			e.say(portlore.Text{EN: "reading ", ZH: "读取 "}.In(lang) + strings.Join(args, " "))
		}
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever presses Ctrl-C again wants to get out
	if e.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	x := &explainer{env: e, opt: opt, lang: lang, inputs: []portlore.Input{}, code: exitDone}
	x.readAll(ctx, args)
	r := detect.Judge(x.merged(), detect.Options{
		Base: openLore(e), Lang: lang, Home: opt.home, Source: opt.source, Inputs: x.inputs, Time: x.stamp,
	})
	r.Sentence = x.sentence(&r)
	if ctx.Err() != nil {
		r.Partial = true
		x.code = worse(x.code, exitInterrupted)
	}
	if r.Totals.Observations == 0 && !opt.source.IsValid() {
		x.code = worse(x.code, exitUnread)
	}
	if opt.failOn > 0 && r.Word >= opt.failOn {
		x.code = worse(x.code, exitFound)
	}
	x.write(&r)
	return x.code
}

func explainFlags(args []string) (opt explainOptions, rest []string, err error) {
	set := flag.NewFlagSet("explain", flag.ContinueOnError)
	set.Func("home", "", func(s string) error {
		p, err := parsePrefix(s)
		opt.home = append(opt.home, p)
		return wanted(err, "a network such as 192.0.2.0/24, or an address")
	})
	set.Func("source", "", func(s string) (err error) {
		opt.source, err = netip.ParseAddr(s)
		return wanted(err, "an address")
	})
	set.Func("show", "", func(s string) (err error) {
		if opt.all = s == "all"; !opt.all {
			opt.show, err = strconv.Atoi(s)
			if err == nil && opt.show < 1 {
				return errors.New("findings are numbered from 1")
			}
		}
		return wanted(err, "a number or all")
	})
	set.Func("year", "", func(s string) (err error) {
		opt.read.Year, err = strconv.Atoi(s)
		return wanted(err, "a year such as 2026")
	})
	set.Func("tz", "", func(s string) (err error) {
		opt.read.Zone, err = time.LoadLocation(s)
		return wanted(err, "a time zone such as Europe/Berlin")
	})
	opt.read.Now = time.Now()
	set.Func("now", "", func(s string) (err error) {
		opt.read.Now, err = time.Parse(time.RFC3339, s)
		return wanted(err, "a time such as 2026-01-31T23:59:59Z")
	})
	set.Func("fail-on", "", func(s string) error {
		words := map[string]portlore.Word{"fix": portlore.Fix, "check": portlore.Check, "note": portlore.Note}
		opt.failOn = words[strings.ToLower(s)]
		if opt.failOn == 0 {
			return errors.New("want fix, check or note")
		}
		return nil
	})
	set.BoolVar(&opt.help, "help", false, "")
	set.BoolVar(&opt.help, "h", false, "")
	set.BoolVar(&opt.strict, "strict", false, "")
	set.BoolVar(&opt.json, "json", false, "")
	set.StringVar(&opt.formatName, "format", "text", "")
	set.StringVar(&opt.lang, "lang", "", "")
	set.StringVar(&opt.color, "color", "auto", "")
	set.StringVar(&opt.output, "o", "", "")
	set.BoolVar(&opt.quiet, "q", false, "")
	set.BoolVar(&opt.verbose, "v", false, "")
	rest, err = parse(set, args)
	if opt.json {
		opt.formatName = "json"
	}
	switch {
	case err != nil:
	case !slices.Contains([]string{"text", "json"}, opt.formatName):
		err = fmt.Errorf("--format %s: want text or json", opt.formatName)
	case !slices.Contains([]string{"auto", "always", "never"}, opt.color):
		err = fmt.Errorf("--color %s: want auto, always or never", opt.color)
	}
	return opt, rest, err
}

// wanted says of a bad value what a good one looks like.
func wanted(err error, what string) error {
	if err != nil {
		return errors.New("want " + what)
	}
	return nil
}

// parsePrefix takes a network, or an address for a network of its own.
func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// usualLogs are the firewall logs of the usual distributions that can be read.
func usualLogs() []string {
	var found []string
	for _, name := range []string{"/var/log/ufw.log", "/var/log/kern.log", "/var/log/firewall", "/var/log/firewalld", "/var/log/messages", "/var/log/syslog"} {
		if f, err := os.Open(name); err == nil {
			if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Size() > 0 {
				found = append(found, name)
			}
			f.Close()
		}
	}
	return found
}

// explainer reads inputs into tables, one table a worker.
type explainer struct {
	*env
	opt    explainOptions
	lang   portlore.Lang
	tables []*table.Table
	inputs []portlore.Input
	one    []*portlore.Observation // the first of each worker, for an answer field by field
	asked  int                     // how many inputs there should be
	lost   int                     // how many of them were not read to their end, or not understood
	code   int
}

func (x *explainer) readAll(ctx context.Context, args []string) {
	names, problems := format.Expand(args)
	x.asked = len(names) + len(problems)
	for _, err := range problems {
		x.complain(err)
	}
	workers := min(4, runtime.GOMAXPROCS(0))
	sinks := make([]format.Sink, workers)
	for i := range sinks {
		t := table.New(table.DefaultLimit / workers)
		x.tables = append(x.tables, t)
		x.one = append(x.one, nil)
		sinks[i] = func(o *portlore.Observation) {
			if x.one[i] == nil {
				x.one[i] = o.Clone()
			}
			t.Add(o)
		}
	}
	for _, p := range format.Survey(names, x.opt.read) {
		if ctx.Err() != nil {
			return
		}
		if p.DuplicateOf != "" {
			x.inputs = append(x.inputs, portlore.Input{Name: p.Name, DuplicateOf: p.DuplicateOf, Errors: []portlore.LineError{}, Notes: []string{}})
			continue
		}
		x.readOne(ctx, p.Name, sinks)
	}
}

func (x *explainer) readOne(ctx context.Context, name string, sinks []format.Sink) {
	src, err := format.Open(name)
	if err != nil {
		x.complain(err)
		x.inputs = append(x.inputs, portlore.Input{Name: name, Unread: err.Error(), Errors: []portlore.LineError{}, Notes: []string{}})
		return
	}
	defer src.Close()
	done := x.progress(name, src)
	res, err := format.Read(ctx, name, int32(len(x.inputs)), src, x.opt.read, sinks, done.report)
	done.end()
	for _, n := range res.Notes {
		res.Input.Notes = append(res.Input.Notes, n.In(x.lang))
	}
	x.inputs = append(x.inputs, res.Input)
	switch {
	case err != nil && ctx.Err() == nil:
		x.complain(fmt.Errorf("%s: %w", name, err))
	case res.Understood == 0 && err == nil:
		x.code = worse(x.code, exitUnread)
		x.lost++
		x.say(nothingIn(name, res).In(x.lang))
	case res.Malformed > 0 && x.opt.strict:
		x.code = worse(x.code, exitUnread)
	}
}

func (x *explainer) complain(err error) {
	x.lost++
	x.code = worse(x.code, exitUnread)
	if errors.Is(err, fs.ErrPermission) {
		x.code = worse(x.code, exitDenied)
	}
	x.say(reason(err).In(x.lang))
}

func (x *explainer) merged() *table.Table {
	if len(x.tables) == 0 {
		return table.New(0)
	}
	t := x.tables[0]
	t.SetLimit(0)
	for _, u := range x.tables[1:] {
		t.Merge(u)
	}
	x.tables = nil
	return t
}

// stamp writes a time of the evidence in the zone asked for.
func (x *explainer) stamp(t int64) string {
	zone := x.opt.read.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.Unix(0, t).In(zone).Format(time.RFC3339)
}

func (x *explainer) write(r *portlore.Report) {
	if x.overwrites() {
		x.code = x.fail(exitUsage, "explain: -o %s: %s", x.opt.output, portlore.Text{
			EN: "this is an input; it was not overwritten", ZH: "这是输入文件，未予覆盖",
		}.In(x.lang))
		return
	}
	out, done, err := openOutput(x.env, x.opt.output)
	if err != nil {
		x.code = x.fail(exitDenied, "explain: %v", err)
		return
	}
	switch {
	case x.opt.formatName == "json":
		err = report.JSON(out, r)
	case x.opt.show > len(r.Findings):
		x.code = worse(x.code, exitUsage)
		x.say(portlore.Text{
			EN: fmt.Sprintf("--show %d: there are %d findings", x.opt.show, len(r.Findings)),
			ZH: fmt.Sprintf("--show %d：共 %d 项", x.opt.show, len(r.Findings)),
		}.In(x.lang))
	case r.Totals.Observations == 1 && x.opt.show == 0 && x.single() != nil:
		err = report.Line(out, r, x.single(), openLore(x.env), report.ExplainStyle{Lang: x.lang, Color: x.color()})
	default:
		err = report.Explain(out, r, report.ExplainStyle{
			Lang: x.lang, Show: x.opt.show, All: x.opt.all, Color: x.color(),
		})
	}
	if err = errors.Join(err, done()); err != nil {
		x.code = worse(x.code, x.fail(exitUnread, "explain: %v", err))
	}
}

// single is the one observation there was.
func (x *explainer) single() *portlore.Observation {
	for _, o := range x.one {
		if o != nil && (!x.opt.source.IsValid() || o.Src == x.opt.source) {
			return o
		}
	}
	return nil
}

// color decides whether words are painted: asked for, else on a terminal unless
// NO_COLOR is set (no-color.org).
func (x *explainer) color() bool {
	switch {
	case x.opt.color == "always":
		return true
	case x.opt.color == "never" || x.opt.output != "" || x.getenv("NO_COLOR") != "":
		return false
	case x.getenv("CLICOLOR_FORCE") != "" && x.getenv("CLICOLOR_FORCE") != "0":
		return true
	}
	return isTerminal(x.stdout)
}
