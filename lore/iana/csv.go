package iana

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// readCSV reads the file service-names-port-numbers.csv, which has no date.
func readCSV(text string) (*Registry, error) {
	g := &Registry{}
	in := csv.NewReader(strings.NewReader(text))
	in.ReuseRecord = true
	for first := true; ; first = false {
		cols, err := in.Read()
		if err == io.EOF {
			return g, nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, fmt.Errorf("%d:%d: %w", parse.Line, parse.Column, parse.Err)
		}
		if err != nil {
			return nil, err
		}
		if first {
			if len(cols) < 12 {
				return nil, fmt.Errorf("1:1: want 12 columns, got %d", len(cols))
			}
			continue
		}
		var rfcs []string
		for _, ref := range strings.FieldsFunc(cols[8], func(r rune) bool { return r == '[' || r == ']' }) {
			if strings.HasPrefix(ref, "RFC") {
				rfcs = append(rfcs, ref)
			}
		}
		r, ok, err := raw{
			name: cols[0], number: cols[1], transport: cols[2], description: cols[3],
			registered: cols[6], modified: cols[7], reference: strings.Join(rfcs, " "),
			unauthorised: cols[10], note: cols[11],
		}.record()
		if err != nil {
			line, col := in.FieldPos(1)
			return nil, fmt.Errorf("%d:%d: %w", line, col, err)
		}
		if ok {
			g.Records = append(g.Records, r)
		}
	}
}
