package main

import (
	"flag"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan"
)

// doctorHelp is what `portlore doctor --help` prints.
func doctorHelp() portlore.Text {
	return portlore.Text{
		EN: `portlore doctor     which portlore this is, and what it can do on this machine

It puts itself into the sandbox in which explain and port run, tries whether
that holds, and says what is refused and what this system cannot refuse. It
lists the logs that explain would read when no file is named.

  --json, --format text|json
  --lang en|zh            language, else that of the environment
  -o FILE                 write to FILE

Exit: 0 done, 2 usage.
`,
		ZH: `portlore doctor     这是哪个版本的 portlore，在本机上能做什么

它会进入 explain 和 port 所用的沙箱，实际试一次，然后说明哪些操作已被禁止，
哪些在本系统上禁止不了；并列出不给文件名时 explain 会读取的日志。

  --json, --format text|json
  --lang en|zh            语言，缺省取环境设置
  -o 文件                 写入文件

退出码：0 完成，2 用法错误。
`,
	}
}

// runDoctor answers `portlore doctor`.
func runDoctor(e *env, args []string) int {
	set := flag.NewFlagSet("doctor", flag.ContinueOnError)
	help, short := set.Bool("help", false, ""), set.Bool("h", false, "")
	asJSON, format := set.Bool("json", false, ""), set.String("format", "text", "")
	asked, output := set.String("lang", "", ""), set.String("o", "", "")
	args, err := parse(set, args)
	lang, langErr := e.lang(*asked)
	if *asJSON {
		*format = "json"
	}
	switch {
	case err != nil:
		return e.fail(exitUsage, "doctor: %v", err)
	case langErr != nil:
		return e.fail(exitUsage, "doctor: %v", langErr)
	case *help || *short:
		io.WriteString(e.stdout, doctorHelp().In(lang))
		return exitDone
	case len(args) > 0:
		return e.fail(exitUsage, "doctor: %s", portlore.Text{EN: "it takes no argument", ZH: "不带参数"}.In(lang))
	case !slices.Contains([]string{"text", "json"}, *format):
		return e.fail(exitUsage, "doctor: --format %s: want text or json", *format)
	}
	d := examine(e, lang)
	d.Sandbox = tried(e.confine(sandbox.Rules{Write: writing(*output)}))
	out, done, err := openOutput(e, *output)
	if err != nil {
		return e.fail(exitDenied, "doctor: %s", unwritten(*output, err).In(lang))
	}
	if *format == "json" {
		err = report.JSON(out, d)
	} else {
		err = d.Text(out, lang)
	}
	if err = done(err); err != nil {
		return e.fail(exitUnread, "doctor: %s", unwritten(*output, err).In(lang))
	}
	return exitDone
}

// examine looks at all but the sandbox, from inside of which it could not.
func examine(e *env, lang portlore.Lang) *report.Doctor {
	kernel, _ := os.ReadFile("/proc/sys/kernel/osrelease") // Linux alone has it
	d := &report.Doctor{
		Schema: "portlore/doctor/1", Version: version(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Kernel: strings.TrimSpace(string(kernel)), Registry: openLore(e).RegistryDate(), Root: os.Geteuid() == 0,
		Sources: []report.DoctorSource{}, Scan: report.DoctorScan{SYN: true, Log: auditFile(e)},
	}
	if err := scan.CanSYN(); err != nil {
		d.Scan.SYN, d.Scan.Why = false, needsPrivilege(err).In(lang)
	}
	for _, name := range e.logs {
		info, err := os.Stat(name)
		if os.IsNotExist(err) {
			continue
		}
		s := report.DoctorSource{Path: name}
		switch f, openErr := os.Open(name); {
		case err != nil || openErr != nil:
			s.Unread = portlore.Text{EN: "no permission", ZH: "没有读取权限"}.In(lang)
		default:
			f.Close()
			s.Bytes = info.Size()
		}
		d.Sources = append(d.Sources, s)
	}
	return d
}

// tried is what is in force. Of files it is not taken on trust: the root
// directory was not named, so it must be shut.
func tried(s sandbox.State) report.DoctorSandbox {
	_, err := os.ReadDir("/")
	shut := s.Files() && os.IsPermission(err)
	why := s.Why
	if s.Files() && !shut {
		why = "Landlock is in force, and yet / can be read"
	}
	return report.DoctorSandbox{
		Landlock: s.Landlock,
		Features: []report.DoctorFeature{
			{ID: "files", On: shut},
			{ID: "truncate", On: s.Truncate()},
			{ID: "programs", On: s.Files()},
			{ID: "sockets", On: s.Sockets},
			{ID: "tcp", On: s.TCP()},
			{ID: "devices", On: s.Devices()},
			{ID: "signals", On: s.Signals()},
		},
		Why: why,
	}
}
