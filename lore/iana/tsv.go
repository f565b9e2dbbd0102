package iana

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/portlore/portlore/lore"
)

const (
	headDate = "# registry of "
	headSum  = "# sha256 of the file it was read from: "
	columns  = "ports\ttransports\tstatus\tname\tdescription\treference\tregistered\tmodified\tunauthorised"
)

// WriteTSV writes our own form: one line per record, and a head that says of
// which day the registry is and from what it was made.
func (g *Registry) WriteTSV(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "# IANA Service Name and Transport Protocol Port Number Registry, CC0; generated, do not edit")
	fmt.Fprintln(b, headDate+g.Date)
	fmt.Fprintln(b, headSum+g.SHA256)
	fmt.Fprintln(b, columns)
	for _, r := range g.Records {
		ports := fmt.Sprint(r.From)
		if r.To != r.From {
			ports = fmt.Sprintf("%d-%d", r.From, r.To)
		}
		fmt.Fprintln(b, strings.Join([]string{
			ports, strings.Join(r.Transport.Names(), ","), r.Status, r.Name, r.Description,
			r.Reference, r.Registered, r.Modified, r.Unauthorised,
		}, "\t"))
	}
	return b.Flush()
}

// ReadTSV reads what WriteTSV wrote. Errors begin with line and column.
func ReadTSV(r io.Reader) (*Registry, error) {
	g := &Registry{}
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if strings.HasPrefix(line, "#") {
			if date, ok := strings.CutPrefix(line, headDate); ok {
				g.Date = date
			}
			if sum, ok := strings.CutPrefix(line, headSum); ok {
				g.SHA256 = sum
			}
			continue
		}
		if line == columns {
			continue
		}
		cols := strings.Split(line, "\t")
		if want := strings.Count(columns, "\t") + 1; len(cols) != want {
			return nil, fmt.Errorf("%d:1: want %d columns, got %d", n, want, len(cols))
		}
		rec := lore.Record{
			Status: cols[2], Name: cols[3], Description: cols[4], Reference: cols[5],
			Registered: cols[6], Modified: cols[7], Unauthorised: cols[8],
		}
		var ok bool
		if rec.From, rec.To, ok = ports(cols[0]); !ok {
			return nil, fmt.Errorf("%d:1: %q: want a port or a range", n, cols[0])
		}
		for _, name := range strings.FieldsFunc(cols[1], func(r rune) bool { return r == ',' }) {
			p, ok := lore.Transport(name)
			if !ok {
				return nil, fmt.Errorf("%d:%d: %q: want tcp, udp, sctp or dccp", n, len(cols[0])+2, name)
			}
			rec.Transport = append(rec.Transport, p)
		}
		g.Records = append(g.Records, rec)
	}
	return g, in.Err()
}
