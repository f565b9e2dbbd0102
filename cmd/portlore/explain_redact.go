package main

import (
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/pattern"
	"github.com/portlore/portlore/report"
)

// A redacted writer keeps what is written until the end, and then writes it
// without addresses: of a part nobody could tell where one begins.
type redacted struct {
	x  *explainer
	to io.Writer
	bytes.Buffer
}

// last is done with what has been kept written first.
func (w *redacted) last(done func(error) error) func(error) error {
	return func(err error) error {
		if err == nil {
			_, err = w.to.Write(w.x.redactor.Text(w.Bytes()))
		}
		return done(err)
	}
}

// hide takes names out of a report, and deals out the addresses that will stand
// for others, in the order of the JSON document: so all outputs agree.
//
// All was judged before, and advice is given on the true addresses: what it is
// about is replaced in the text, not in the report.
func (x *explainer) hide(r *portlore.Report, out io.Writer) *redacted {
	for i := range r.Inputs {
		x.hideInput(r, &r.Inputs[i], fmt.Sprintf("input-%d", i+1))
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.ID = fmt.Sprintf("%016x", i+1) // the true one is a hash of addresses, and there are too few
		f.Rules, f.Muted = nil, hidden(f.Muted)
	}
	for i := range r.Doors {
		d := &r.Doors[i]
		p, s := &d.Process, &d.Service
		p.User, p.Exe, p.Unit, p.Container, s.Banner = hidden(p.User), hidden(p.Exe), hidden(p.Unit), hidden(p.Container), hidden(s.Banner)
		p.Command, p.Cwd, p.Stop, p.Parents, d.Netns = hidden(p.Command), hidden(p.Cwd), hidden(p.Stop), nil, hidden(d.Netns)
		for k := range d.Checks { // what they quote may be any name
			c := &d.Checks[k]
			if d.Why == c.Evidence {
				d.Why = c.ID
			}
			c.Evidence = c.ID
		}
	}
	r.Notes = []string{}
	x.head = nil // the line itself
	for _, o := range x.one {
		if o != nil && o.Said != nil {
			o.Said.Message = nil
		}
	}
	for _, home := range r.Home {
		if p, err := netip.ParsePrefix(home.Net); err == nil {
			x.redactor.Ours = append(x.redactor.Ours, p)
		}
	}
	var document bytes.Buffer
	report.JSON(&document, r)
	x.redactor.Learn(document.Bytes())
	if r.Charts != nil {
		for _, s := range r.Charts.Sources {
			x.redactor.Learn([]byte(s.Address))
		}
	}
	x.redactor.Text(document.Bytes())
	return &redacted{x: x, to: out}
}

func (x *explainer) hideInput(r *portlore.Report, in *portlore.Input, name string) {
	for i := range r.Inputs {
		if r.Inputs[i].DuplicateOf == in.Name {
			r.Inputs[i].DuplicateOf = name
		}
	}
	for i := range r.Findings {
		for j := range r.Findings[i].Evidence {
			if e := &r.Findings[i].Evidence[j]; e.File == in.Name {
				e.File = name
			}
		}
	}
	rename := func(texts ...[]string) {
		for _, list := range texts {
			for i := range list {
				list[i] = strings.ReplaceAll(list[i], in.Name, name)
			}
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		rename(f.Facts, f.Do, f.Unless)
		for _, text := range []*string{&f.Title, &f.Means, &f.Confidence.Why} {
			*text = strings.ReplaceAll(*text, in.Name, name)
		}
	}
	rename(in.Notes, r.Unexplained.Examples)
	r.Sentence = strings.ReplaceAll(r.Sentence, in.Name, name)
	in.Unread = strings.ReplaceAll(in.Unread, in.Name, name)
	in.Name = name
	for i := range in.Errors {
		in.Errors[i].Error = quoted().ReplaceAllString(in.Errors[i].Error, `"…"`)
	}
}

// quoted is what an error quotes of a line, which may be any name.
var quoted = pattern.New(`"(?:[^"\\]|\\.)*"`)

// hidden says that there was something.
func hidden(s string) string {
	if s == "" {
		return ""
	}
	return "(redacted)"
}

// hideMessages makes messages fit to be shown too: without addresses, and with
// the names of files only as far as their number.
func (x *explainer) hideMessages(names []string) {
	var pairs []string
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // the longest first
	for i, name := range slices.Compact(names) {
		if name != "-" && name != "" {
			pairs = append(pairs, name, fmt.Sprintf("(file %d)", i+1), filepath.Base(name), fmt.Sprintf("(file %d)", i+1))
		}
	}
	e := *x.env
	e.stderr = messages{x, strings.NewReplacer(pairs...), x.stderr}
	x.env = &e
}

type messages struct {
	x     *explainer
	names *strings.Replacer
	to    io.Writer
}

func (m messages) Write(p []byte) (int, error) {
	if _, err := m.to.Write(m.x.redactor.Text([]byte(m.names.Replace(string(p))))); err != nil {
		return 0, err
	}
	return len(p), nil
}
