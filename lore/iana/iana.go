// Package iana reads the registry of service names and port numbers as IANA
// publishes it, XML or CSV, and our own compact form of it.
//
// Records of names that have no port are left out, and so is "Unassigned"
// where nothing else is said: what has no record is unassigned.
package iana

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/portlore/portlore/lore"
)

// Registry is the whole table.
type Registry struct {
	Date    string // year-month-day of the registry; empty: not said (CSV)
	SHA256  string // of the official file, in hexadecimal; empty: not taken
	Records []lore.Record
}

// Read reads the official file, XML or CSV by what it begins with.
func Read(r io.Reader) (*Registry, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	var g *Registry
	switch {
	case strings.HasPrefix(text, "<"):
		g, err = readXML(text)
	case strings.HasPrefix(text, "Service Name,"):
		g, err = readCSV(text)
	default:
		err = fmt.Errorf("1:1: neither the XML nor the CSV of the IANA registry of service names and port numbers")
	}
	if err != nil {
		return nil, err
	}
	if len(g.Records) == 0 {
		return nil, fmt.Errorf("1:1: no record with a port in it")
	}
	g.Records = merge(g.Records)
	return g, nil
}

// raw is one record with the fields that both files have, as they are written.
type raw struct {
	name, number, transport, description, reference string
	registered, modified, unauthorised, note        string
}

// record makes sense of one raw record; ok is false when it says nothing about
// a port.
func (w raw) record() (r lore.Record, ok bool, err error) {
	number := strings.TrimSpace(w.number)
	if number == "" {
		return r, false, nil
	}
	from, to, ok := ports(number)
	if !ok {
		return r, false, fmt.Errorf("port number %q: want 0 to 65535, or a range", number)
	}
	r = lore.Record{
		From: from, To: to, Name: space(w.name), Description: short(space(w.description)),
		Reference: w.reference, Registered: w.registered, Modified: w.modified,
		Unauthorised: unauthorised(space(w.unauthorised)),
	}
	if p, known := lore.Transport(w.transport); known {
		r.Transport = lore.Transports{p}
	}
	r.Status = status(r.Name, r.Description, w.note)
	if r.Status != "assigned" && r.Status != "noted" && r.Name == "" {
		r.Description = ""
	}
	return r, r.Status != "unassigned" || r.Unauthorised != "", nil
}

// ports reads "80" or "6000-6063".
func ports(s string) (from, to uint16, ok bool) {
	first, last, ranged := strings.Cut(s, "-")
	if !ranged {
		last = first
	}
	a, err1 := strconv.ParseUint(first, 10, 16)
	b, err2 := strconv.ParseUint(last, 10, 16)
	return uint16(a), uint16(b), err1 == nil && err2 == nil && a <= b
}

func status(name, description, note string) string {
	if name != "" {
		if strings.Contains(note, "records an unassigned but widespread use") {
			return "noted"
		}
		return "assigned"
	}
	d := strings.ToLower(description)
	for _, s := range []struct{ begin, status string }{
		{"reserved", "reserved"},
		{"unassigned", "unassigned"},
		{"(unassigned)", "unassigned"},
		{"possibly used", "unassigned"},
		{"de-registered", "deregistered"},
		{"removed", "deregistered"},
		{"deprecated", "deregistered"},
		{"decomissioned", "deregistered"},
		{"de-commissioned", "deregistered"},
	} {
		if strings.HasPrefix(d, s.begin) {
			return s.status
		}
	}
	return "assigned" // "any private mail system"
}

// unauthorised shortens the note to the fact: "known", or who uses the port
// where the note says so.
func unauthorised(s string) string {
	l := strings.ToLower(s)
	if l == "" || l == "yes" || strings.HasPrefix(l, "known unauthorized use") || strings.HasPrefix(l, "unauthorized use known") {
		if l != "" {
			return "known"
		}
		return ""
	}
	return short(s)
}

// short cuts a description that goes on for sentences.
func short(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	cut := strings.LastIndexAny(s[:most], " ;,")
	if cut < most/2 {
		cut = most
	}
	return strings.TrimRight(strings.ToValidUTF8(s[:cut], ""), " ;,") + " ..."
}

func space(s string) string { return strings.Join(strings.Fields(s), " ") }

// merge puts the records that differ only in transport together and sorts
// them by port.
func merge(list []lore.Record) []lore.Record {
	type key struct{ from, to, status, name, description, reference, registered, modified, unauthorised string }
	at := map[key]int{}
	var out []lore.Record
	for _, r := range list {
		k := key{fmt.Sprint(r.From), fmt.Sprint(r.To), r.Status, r.Name, r.Description, r.Reference, r.Registered, r.Modified, r.Unauthorised}
		if i, ok := at[k]; ok && len(r.Transport) > 0 {
			if !slices.Contains(out[i].Transport, r.Transport[0]) {
				out[i].Transport = append(out[i].Transport, r.Transport[0])
			}
			continue
		}
		at[k] = len(out)
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b lore.Record) int { return int(a.From) - int(b.From) })
	return out
}
