package main

import (
	"bytes"
	"io"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/internal/redact"
	"github.com/portlore/portlore/report"
)

// A redacted writer keeps what is written until the end, and then writes it
// without addresses: of a part nobody could tell where one begins.
type redacted struct {
	by *redact.Redactor
	to io.Writer
	bytes.Buffer
}

// last is done with what has been kept written first.
func (w *redacted) last(done func(error) error) func(error) error {
	return func(err error) error {
		if err == nil {
			_, err = w.to.Write(w.by.Text(w.Bytes()))
		}
		return done(err)
	}
}

// dealt is a redactor that has dealt out the addresses that will stand for those of
// a document, in their order there: so all outputs agree.
func dealt(document any) *redact.Redactor {
	var b bytes.Buffer
	report.JSON(&b, document)
	by := &redact.Redactor{}
	by.Learn(b.Bytes())
	by.Text(b.Bytes())
	return by
}

// hideDoor takes out of a door what names people, machines and files.
func hideDoor(d *portlore.Door) {
	p, s := &d.Process, &d.Service
	p.User, p.Exe, p.Unit, p.Container, s.Banner = hidden(p.User), hidden(p.Exe), hidden(p.Unit), hidden(p.Container), hidden(s.Banner)
	p.Command, p.Cwd, p.Stop, p.Parents, d.Netns = hidden(p.Command), hidden(p.Cwd), hidden(p.Stop), nil, hidden(d.Netns)
	d.ReachBy = portlore.Text{}
	for k := range d.Checks { // what they quote may be any name
		c := &d.Checks[k]
		if d.Why == c.Evidence {
			d.Why = c.ID
		}
		c.Evidence = c.ID
	}
}

func hideDoors(lists ...[]portlore.Door) {
	for _, doors := range lists {
		for i := range doors {
			hideDoor(&doors[i])
		}
	}
}

// hideListen makes the answer of `listen` fit to be shown.
func hideListen(l *report.Listen) *redact.Redactor {
	l.Host, l.Notes = hidden(l.Host), nil
	hideDoors(l.Doors, l.Changes.New, l.Changes.Changed, l.Changes.Gone)
	return dealt(l)
}

// hideScan makes the answer of `scan` fit to be shown.
func hideScan(s *report.Scan) *redact.Redactor {
	s.Notes = nil
	for i := range s.Allowed {
		s.Allowed[i].Why = hidden(s.Allowed[i].Why)
	}
	for i := range s.Targets {
		s.Targets[i].Name = hidden(s.Targets[i].Name)
		hideDoors(s.Targets[i].Doors)
	}
	hideDoors(s.Changes.New, s.Changes.Changed, s.Changes.Gone)
	return dealt(s)
}

// hidden says that there was something.
func hidden(s string) string {
	if s == "" {
		return ""
	}
	return "(redacted)"
}
