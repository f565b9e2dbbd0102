package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/safetext"
	"github.com/portlore/portlore/internal/textwidth"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/report"
	"github.com/portlore/portlore/scan"
	"github.com/portlore/portlore/scan/scope"
)

// A network is what `scan` works on, so that a test can give it another one.
type network struct {
	now    func() time.Time
	links  func() (scope.Links, error)
	lookup func(context.Context, string) ([]netip.Addr, error)
	ask    func(context.Context, scan.Order, func(scan.Answer)) (scan.Tally, error)
	dial   func(ctx context.Context, to netip.AddrPort, permit func(netip.Addr) error) (net.Conn, error) // TCP
	socket func(context.Context) (net.PacketConn, error)                                                 // UDP, of any port
}

// thisNetwork is the one that portlore is in.
func thisNetwork() network {
	return network{time.Now, scope.ReadLinks, scope.Lookup, scan.Run, dialDoor, openSocket}
}

func runScan(e *env, args []string) int { return scanWith(e, thisNetwork(), args) }

// A scanner asks other machines which doors are open, if it may.
type scanner struct {
	*env
	network
	opt      scanOptions
	lang     portlore.Lang
	base     *lore.Base
	links    scope.Links
	ports    scanPorts
	targets  []scope.Target
	decision *scope.Decision
	names    map[netip.Addr]string // by which addresses were asked for
}

func scanWith(e *env, n network, args []string) int {
	opt, err := scanFlags(args)
	lang, langErr := e.lang(opt.lang)
	switch {
	case err == nil && opt.help:
		io.WriteString(e.stdout, scanHelp().In(lang))
		return exitDone
	case langErr != nil:
		return e.fail(exitUsage, "scan: %v", langErr)
	case err != nil:
		return e.fail(exitUsage, "scan: %s", reason(err).In(lang))
	}
	s := &scanner{env: e, network: n, opt: opt, lang: lang, base: openLore(e)}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever presses Ctrl-C again wants to get out
	var before *report.Scan
	if opt.diff != "" {
		if before, err = readScan(opt.diff); err != nil {
			return e.fail(exitUsage, "scan: --diff %s: %s", opt.diff, reason(err).In(lang))
		}
	}
	if code := s.prepare(ctx); code != exitDone {
		return code
	}
	if opt.plan {
		return s.plan()
	}
	return s.scan(ctx, before)
}

// prepare finds out what is asked for, and whether it may be done. Nothing has been
// sent after it but questions to the name server.
func (s *scanner) prepare(ctx context.Context) int {
	var err error
	if s.ports, err = wantedPorts(s.base, s.opt.ports, s.opt.udp, s.opt.ot); err != nil {
		return s.fail(exitUsage, "scan: %s", reason(err).In(s.lang))
	}
	if s.links, err = s.network.links(); err != nil {
		return s.fail(exitUnread, "scan: %v", err)
	}
	judge := &scope.Judge{Links: s.links, Authorized: s.opt.authorized, Most: s.opt.maxHosts, Now: s.now}
	if name := scopeFile(s.env); name != "" {
		r, err := scope.ReadRegister(name)
		if err != nil {
			s.say(reason(err).In(s.lang))
		}
		judge.Register = r.Nets
	}
	reader := &scope.Reader{Links: s.links, Stdin: s.stdin, Lookup: s.lookup}
	var without []scope.Target
	if s.targets, err = reader.Targets(ctx, s.opt.targets); err == nil && len(s.opt.exclude) > 0 {
		without, err = reader.Targets(ctx, s.opt.exclude)
	}
	if err == nil {
		s.decision, err = judge.Judge(s.targets, without)
	}
	s.names = map[netip.Addr]string{}
	for _, t := range s.targets {
		for _, r := range t.Ranges {
			if t.Name != "" {
				s.names[r.First] = t.Name
			}
		}
	}
	var paths *fs.PathError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		return exitInterrupted
	case errors.As(err, &paths):
		return s.fail(exitUnread, "scan: %s", reason(err).In(s.lang))
	}
	return s.refuse(err)
}

// refuse says why nothing was sent, and how it could be done by whoever may.
func (s *scanner) refuse(err error) int {
	refused := portlore.Text{EN: "portlore: refused: ", ZH: "portlore: 拒绝："}.In(s.lang) + reason(err).In(s.lang)
	nothing := portlore.Text{EN: "Nothing was sent (exit 2).", ZH: "未发送任何数据包（退出码 2）。"}.In(s.lang)
	for _, l := range append(textwidth.Wrap(safetext.Clean(refused), 80), nothing) {
		fmt.Fprintln(s.stderr, l)
	}
	var u scope.Unpermitted
	if errors.As(err, &u) {
		how := portlore.Text{
			EN: "If you may scan it:   portlore scan " + u.Word + " --authorized \"ticket 4711\"\n" +
				"                      (written into the audit log)\n",
			ZH: "若你有权扫描：  portlore scan " + u.Word + " --authorized \"工单 4711\"\n" +
				"                （写入审计日志）\n",
		}.In(s.lang)
		if n := u.Network(); n != "" {
			how += portlore.Text{
				EN: "Or register it once:  portlore scope add " + n + " --note \"contract\"\n",
				ZH: "或登记一次：    portlore scope add " + n + " --note \"托管合同\"\n",
			}.In(s.lang)
		}
		for l := range strings.SplitSeq(how+lawNotice().In(s.lang), "\n") {
			fmt.Fprintln(s.stderr, safetext.Clean(l))
		}
	}
	return exitUsage
}

// lawNotice is said where somebody has to answer for a scan.
func lawNotice() portlore.Text {
	return portlore.Text{
		EN: "Scanning systems of others without their consent is a crime in many countries.\nWhat you write here is your word that you have it.",
		ZH: "未经许可扫描他人的系统，在许多国家和地区属违法行为。\n这里所写的，就是你已获许可的声明。",
	}
}

// scopeFile is where the register of networks is kept; empty: no place.
func scopeFile(e *env) string { return xdg(e, "XDG_CONFIG_HOME", ".config", "scope.json") }

// auditFile is where the audit log is kept; empty: no place.
func auditFile(e *env) string {
	return xdg(e, "XDG_STATE_HOME", filepath.Join(".local", "state"), "scans.jsonl")
}

// xdg is a file of ours after the XDG rules; empty: there is no place for it.
func xdg(e *env, variable, usual, name string) string {
	dir := e.getenv(variable)
	if !filepath.IsAbs(dir) { // a relative one does not count
		home := cmp.Or(e.getenv("HOME"), e.getenv("USERPROFILE"))
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, usual)
	}
	return filepath.Join(dir, "portlore", name)
}

// finish writes the answer, and keeps it where that was asked for.
func (s *scanner) finish(out io.Writer, done func(error) error, answer *report.Scan, code int) int {
	if s.opt.failOn > 0 && answer.Word >= s.opt.failOn {
		code = worse(code, exitFound)
	}
	if s.opt.save != "" {
		var kept bytes.Buffer
		err := answer.JSON(&kept)
		if err == nil {
			err = writeWhole(s.opt.save, kept.Bytes())
		}
		if err != nil {
			code = worse(code, s.fail(exitDenied, "scan: --save: %s", reason(err).In(s.lang)))
		}
	}
	var hide func([]byte) []byte
	if s.opt.redact {
		by := hideScan(answer)
		if hide = by.Text; s.opt.formatName != "html" { // a page is more than its text
			w := &redacted{by: by, to: out}
			out, done = w, w.last(done)
		}
	}
	var err error
	if s.opt.formatName != "jsonl" { // which was written as it came
		err = s.write(out, answer, hide)
	}
	if rows := slices.Contains([]string{"jsonl", "csv", "tsv", "ocsf", "ecs"}, s.opt.formatName); rows && !s.opt.quiet {
		said := answer.Summary(s.lang) // there is no place for it among the rows
		if hide != nil {
			said = string(hide([]byte(said)))
		}
		s.say(said)
	}
	if err = done(err); err != nil {
		code = worse(code, s.fail(exitUnread, "scan: %s", unwritten(s.opt.output, err).In(s.lang)))
	}
	return code
}

// write renders the answer; hide, for a page, all text that is not ours. Nil: nothing
// is hidden.
func (s *scanner) write(out io.Writer, answer *report.Scan, hide func([]byte) []byte) error {
	style := report.ScanStyle{Lang: s.lang, Color: s.opt.paints(s.env), All: s.opt.verbose, Base: s.base}
	switch s.opt.formatName {
	case "json":
		return answer.JSON(out)
	case "html":
		return answer.HTML(out, style, hide)
	case "text":
		return answer.Text(out, style)
	}
	return answer.Export(version(), s.lang, s.base).Write(out, s.opt.formatName)
}
