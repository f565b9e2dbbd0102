package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
)

// Doctor is what portlore says of itself and of the machine that it runs on.
type Doctor struct {
	Schema   string         `json:"schema"` // "portlore/doctor/1"
	Version  string         `json:"version"`
	Go       string         `json:"go"`
	System   string         `json:"system"` // "linux/amd64"
	Kernel   string         `json:"kernel"` // empty: not known
	Registry string         `json:"registry"`
	Root     bool           `json:"root"`
	Sandbox  DoctorSandbox  `json:"sandbox"`
	Scan     DoctorScan     `json:"scan"`
	Sources  []DoctorSource `json:"sources"`
}

// DoctorScan is what scans can do on this machine.
type DoctorScan struct {
	SYN bool   `json:"syn"`
	Why string `json:"why"` // why there is no SYN scan; empty: there is
	Log string `json:"log"` // where the audit log is kept; empty: nowhere
}

// DoctorSandbox is what portlore gives up before it reads evidence.
type DoctorSandbox struct {
	Landlock int             `json:"landlock"` // version of the kernel's ABI; zero: none
	Features []DoctorFeature `json:"features"`
	Why      string          `json:"why"` // why something is not in force; empty: all is
}

// DoctorFeature is one thing that is refused, or should be.
type DoctorFeature struct {
	ID string `json:"id"`
	On bool   `json:"on"`
}

// DoctorSource is evidence in a usual place.
type DoctorSource struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Unread string `json:"unread"` // why it cannot be read; empty: it can
}

// Text writes it for people.
func (d *Doctor) Text(w io.Writer, lang portlore.Lang) error {
	say := func(en, zh string) string { return portlore.Text{EN: en, ZH: zh}.In(lang) }
	var b strings.Builder
	row := func(label, text string) {
		for i, l := range textwidth.Wrap(safetext.Clean(text), columns-doctorColumn) {
			if i > 0 {
				label = ""
			}
			fmt.Fprintf(&b, "%s%s\n", textwidth.Pad(label, doctorColumn), l)
		}
	}
	row("portlore", d.Version+", "+d.Go+", "+say("IANA registry of ", "IANA 登记表日期 ")+d.Registry)
	row(say("System", "系统"), strings.TrimSpace(d.System+" "+d.Kernel))
	if d.Root {
		row(say("Runs as", "身份"), say("root; reading evidence does not need that", "root（读日志用不着）"))
	} else {
		row(say("Runs as", "身份"), say("an ordinary user", "普通用户"))
	}
	on := say("Sandbox: what portlore gives up before it reads evidence", "沙箱：读取证据之前放弃的能力")
	fmt.Fprintf(&b, "\n%s\n", on)
	for _, f := range d.Sandbox.Features {
		state := say("NOT refused", "未禁止")
		if f.On {
			state = say("refused", "已禁止")
		}
		row("  "+state, featureText(f.ID).In(lang))
	}
	if d.Sandbox.Why != "" {
		row("  "+say("because", "原因"), d.Sandbox.Why)
	}
	fmt.Fprintf(&b, "\n%s\n", say("Scanning", "扫描"))
	row("  "+say("connect", "连接扫描"), say("possible; it needs no privilege", "可用，无需特权"))
	if d.Scan.SYN {
		row("  --syn", say("possible", "可用"))
	} else {
		row("  --syn", say("not possible: ", "不可用：")+d.Scan.Why)
	}
	if d.Scan.Log != "" {
		row("  "+say("audit log", "审计日志"), d.Scan.Log)
	} else {
		row("  "+say("audit log", "审计日志"), say("no place for it: only this machine and its own links can be scanned", "没有存放位置，只能扫描本机和所在网段"))
	}
	fmt.Fprintf(&b, "\n%s\n", say("Evidence in the usual places", "常用位置的证据"))
	for _, s := range d.Sources {
		state := say("readable", "可读")
		if s.Unread != "" {
			state = say("NOT read", "读不了")
		}
		text := fmt.Sprintf("%s, %d %s", s.Path, s.Bytes, say("bytes", "字节"))
		if s.Unread != "" {
			text = s.Path + say(": ", "：") + s.Unread
		}
		row("  "+state, text)
	}
	if len(d.Sources) == 0 {
		row("  "+say("none", "没有"), say("name a file: portlore explain FILE", "请指明文件：portlore explain 文件"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const doctorColumn = 16

func featureText(id string) portlore.Text {
	return map[string]portlore.Text{
		"files":    {EN: "opening files other than those named", ZH: "打开未指明的文件"},
		"truncate": {EN: "cutting files other than the output", ZH: "截短输出以外的文件"},
		"programs": {EN: "starting programs", ZH: "运行其他程序"},
		"sockets":  {EN: "making sockets: TCP, UDP and all others", ZH: "建立套接字：TCP、UDP 及其他"},
		"tcp":      {EN: "TCP, a second time, by Landlock", ZH: "TCP（由 Landlock 再禁一道）"},
		"devices":  {EN: "commanding devices", ZH: "操作设备（ioctl）"},
		"signals":  {EN: "signalling other processes", ZH: "向其他进程发信号"},
	}[id]
}
