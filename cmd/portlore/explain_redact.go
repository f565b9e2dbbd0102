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
		hideDoor(&r.Doors[i])
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
	return &redacted{by: &x.redactor, to: out}
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
