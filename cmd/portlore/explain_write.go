package main

import (
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/format"
	"github.com/portlore/portlore/report"
)

func (x *explainer) write(r *portlore.Report) {
	if x.overwrites() {
		x.code = x.fail(exitUsage, "explain: -o %s: %s", x.opt.output, portlore.Text{
			EN: "this is an input; it was not overwritten", ZH: "这是输入文件，未予覆盖",
		}.In(x.lang))
		return
	}
	out, done, err := openOutput(x.env, x.opt.output)
	if err != nil {
		x.code = x.fail(exitDenied, "explain: %s", unwritten(x.opt.output, err).In(x.lang))
		return
	}
	var redact func([]byte) []byte
	if x.opt.redact {
		w := x.hide(r, out)
		if redact = x.redactor.Text; x.opt.formatName != "html" { // a page is more than its text
			out, done = w, w.last(done)
		}
	}
	style := report.ExplainStyle{
		Lang: x.lang, Show: x.opt.show, All: x.opt.all, Color: x.opt.paints(x.env), Why: x.opt.why, Base: x.base,
		Quiet: x.opt.quietClass, Session: x.session(), Own: x.opt.own,
	}
	blocks := len(portlore.Alike(r.Findings)) + len(report.DoorBlocks(r))
	switch {
	case x.opt.formatName == "json":
		x.advise(r)
		err = report.JSON(out, r)
	case slices.Contains(report.ExportFormats(), x.opt.formatName):
		x.advise(r)
		err = x.export(r).Write(out, x.opt.formatName)
	case x.opt.formatName == "html":
		err = report.HTML(out, r, style, redact)
	case x.opt.show > blocks:
		x.code = worse(x.code, exitUsage)
		x.say(portlore.Text{
			EN: fmt.Sprintf("--show %d: there are %d findings", x.opt.show, blocks),
			ZH: fmt.Sprintf("--show %d：共 %d 项", x.opt.show, blocks),
		}.In(x.lang))
	case x.opt.quietClass != "" && len(report.NoiseOf(r, x.opt.quietClass)) == 0:
		x.code = worse(x.code, exitUsage)
		x.say(noNoise(x.opt.quietClass).In(x.lang))
	case r.Totals.Observations == 1 && len(r.Doors) == 0 && x.opt.show == 0 && x.opt.quietClass == "" && x.single() != nil:
		err = report.Line(out, r, x.pasted(), style)
	default:
		err = report.Explain(out, r, style)
	}
	if err = done(err); err != nil {
		x.code = worse(x.code, x.fail(exitUnread, "explain: %s", unwritten(x.opt.output, err).In(x.lang)))
	}
}

// export is a report on its way into another program.
func (x *explainer) export(r *portlore.Report) *report.Export {
	return &report.Export{
		Answer: r, Report: r, Verb: "explain", Version: version(), Time: x.opt.read.Now.In(x.opt.zone()).Format(time.RFC3339), Lang: x.lang, Base: x.base,
	}
}

// pasted is the one observation there was, with the line that it was made of
// when the reader asks why.
func (x *explainer) pasted() report.Pasted {
	p := report.Pasted{Observation: x.single()}
	if text := x.lineOf(p.Observation); len(text) > 0 {
		p.Wrapping, p.Message = format.Wrapping(text, x.opt.read)
	}
	for _, f := range format.All() {
		if len(x.inputs) == 1 && f.Name == x.inputs[0].Format {
			p.Format = f.Name
		}
	}
	return p
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

// overwrites says that the output is one of the inputs, or holds the rules of
// what is muted. A baseline may be replaced: it was read before.
func (x *explainer) overwrites() bool {
	out, err := os.Stat(x.opt.output)
	if err != nil || !out.Mode().IsRegular() {
		return false
	}
	names := []string{x.opt.mute}
	for _, in := range x.inputs {
		names = append(names, in.Name)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && os.SameFile(info, out) {
			return true
		}
	}
	return false
}
