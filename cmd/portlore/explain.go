package main

import (
	"context"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/internal/redact"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/table"
)

// memoryLimit makes the garbage collector work harder before the process grows
// past 256 MiB. Tables stay below it by themselves.
const memoryLimit = 224 << 20

// runExplain answers `portlore explain`.
func runExplain(e *env, args []string) int {
	opt, args, err := explainFlags(args)
	lang, langErr := e.lang(opt.lang)
	switch {
	case err == nil && opt.help:
		io.WriteString(e.stdout, explainHelp().In(lang))
		return exitDone
	case err != nil:
		return e.fail(exitUsage, "explain: %s", reason(err).In(lang))
	case langErr != nil:
		return e.fail(exitUsage, "explain: %v", langErr)
	}
	x := &explainer{env: e, opt: opt, lang: lang, base: openLore(e), inputs: []portlore.Input{}, code: exitDone}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // whoever presses Ctrl-C again, or stops it twice, wants it gone
	found := len(args) == 0
	if found {
		if args = x.findLog(ctx); x.code != exitDone {
			return x.code
		}
	}

	names, problems := format.Expand(args)
	if !found { // or it was done before the usual places were looked at
		x.confine(reading(args, names, opt))
	}
	if opt.redact {
		x.hideMessages(slices.Concat(args, names))
	}
	if !x.prepare() {
		return x.code
	}
	for _, err := range problems {
		x.complain(err)
	}
	x.asked = max(1, len(names)+len(problems))
	if e.getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	x.readAll(ctx, names)
	r := x.judge()
	if ctx.Err() != nil {
		r.Partial = true
		x.code = worse(x.code, exitInterrupted)
	}
	if r.Totals.Observations == 0 && len(x.doors) == 0 && !(x.asksForPart() && x.read()) {
		x.code = worse(x.code, exitUnread)
	}
	if opt.failOn > 0 && r.Word >= opt.failOn {
		x.code = worse(x.code, exitFound)
	}
	x.write(&r)
	return x.code
}

// An explainer reads inputs into tables, one table a worker, has them judged
// and writes the report.
type explainer struct {
	*env
	opt      explainOptions
	lang     portlore.Lang
	base     *lore.Base
	baseline *baseline
	mutes    *muteRules

	tables []*table.Table
	inputs []portlore.Input
	doors  []portlore.Door         // of all inputs, those asked for
	left   []tally                 // of each worker, what was not asked for
	one    []*portlore.Observation // the first of each worker, for an answer field by field
	head   []byte                  // the beginning of the input, when the reader asks why
	asked  int                     // how many inputs there should be
	lost   int                     // how many of them were not read to their end, or not understood
	code   int

	stream *stream // the one input, which is no file; nil: they are files

	redactor redact.Redactor // of --redact
}

// A stream is evidence that is no file: the journal, or a part of the sample.
type stream struct {
	name string
	io.Reader
}

// prepare reads what the evidence is held against.
func (x *explainer) prepare() bool {
	var err error
	if x.opt.baseline != "" {
		x.baseline, err = readBaseline(x.opt.baseline)
	}
	if x.opt.mute != "" && err == nil {
		x.mutes, err = x.readMutes(x.opt.mute)
	}
	if err != nil {
		x.code = x.fail(exitUsage, "explain: %s", reason(err).In(x.lang))
	}
	return err == nil
}

// judge judges what was read, and does to the report what the reader wishes:
// what is muted no longer counts for the word, what is new is marked, and what
// was not asked for goes last, since all of it is judged.
func (x *explainer) judge() portlore.Report {
	t := x.merged()
	o := detect.Options{
		Base: x.base, Lang: x.lang, Home: x.opt.home, Source: x.opt.source, Inputs: x.inputs, Doors: x.doors, Time: x.stamp, Charts: x.opt.formatName == "html",
	}
	r := detect.Judge(t, o)
	if x.opt.why {
		o.Why = suspectsOf(&r, x.single())
		r = detect.Judge(t, o)
	}
	x.mute(&r)
	x.compare(&r)
	r.Sentence = x.sentence(&r)
	x.onlyClasses(&r)
	return r
}

// stamp writes a time of the evidence in the zone asked for.
func (x *explainer) stamp(t int64) string {
	return time.Unix(0, t).In(x.opt.zone()).Format(time.RFC3339)
}

// mostWhy is how many addresses are asked about when the reader asks why: what
// is kept of each grows with the number of tests.
const mostWhy = 1000

// suspectsOf are the addresses that the findings are about, and both ends of
// the one observation there was.
func suspectsOf(r *portlore.Report, o *portlore.Observation) []netip.Addr {
	var all []netip.Addr
	for i := range r.Findings {
		if f := &r.Findings[i]; len(all) < mostWhy {
			all = append(all, addresses(f.Subjects)...)
			all = append(all, addresses(f.Targets)...)
		}
	}
	if o != nil {
		all = append(all, o.Src, o.Dst)
	}
	return all
}

// addresses are the first few of a list; of a network its first address.
func addresses(texts []string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts[:min(2, len(texts))] {
		if p, err := parsePrefix(text); err == nil {
			all = append(all, p.Addr())
		}
	}
	return all
}
