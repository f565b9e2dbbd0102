package format

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

// ratesFile is what BenchmarkFormats measured last, for docs/formats.md: the name of
// a format, its records a second and its bytes a second.
const ratesFile = "testdata/rates.tsv"

var keepRates = flag.Bool("rates", false, "write what BenchmarkFormats measures to "+ratesFile)

// BenchmarkFormats reads the cases of each format again and again, by one worker,
// all formats being offered every line as they are in a file.
func BenchmarkFormats(b *testing.B) {
	var rows []string
	for _, f := range logs() {
		b.Run(f.Name, func(b *testing.B) {
			input, records := casesOf(b, f)
			if records == 0 {
				b.Skip("its cases are in other formats")
			}
			w := newWorker(order(input, Options{}), 0, Options{Zone: time.UTC}, func(*portlore.Observation) {})
			w.headers = newHeaders(input, Options{})
			w.chunk(chunk{data: input, line: 1})
			below := w.layout
			b.SetBytes(int64(len(input)))
			b.ReportAllocs()
			for b.Loop() {
				w.chunk(chunk{data: input, line: 1, layout: below})
				w.tally.stretches, w.doors = w.tally.stretches[:0], w.doors[:0]
			}
			rate := float64(records) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "records/s")
			rows = append(rows, fmt.Sprintf("%s\t%.0f\t%.0f\n", f.Name, rate, float64(len(input))*float64(b.N)/b.Elapsed().Seconds()))
		})
	}
	for _, f := range append(captures(), exporters()...) {
		b.Run(f.Name, func(b *testing.B) {
			input, records := framesOf(b, f)
			b.SetBytes(int64(len(input)))
			b.ReportAllocs()
			sinks := []Sink{func(*portlore.Observation) {}}
			for b.Loop() {
				if _, err := Read(b.Context(), "", 0, bytes.NewReader(input), Options{}, sinks, nil); err != nil {
					b.Fatal(err)
				}
			}
			rate := float64(records) * float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "records/s")
			rows = append(rows, fmt.Sprintf("%s\t%.0f\t%.0f\n", f.Name, rate, float64(len(input))*float64(b.N)/b.Elapsed().Seconds()))
		})
	}
	if *keepRates {
		if err := os.WriteFile(ratesFile, []byte(strings.Join(rows, "")), 0o644); err != nil {
			b.Fatal(err)
		}
	}
}

// casesOf are the lines of the good cases of a format that it takes, and how many;
// with their header, where they need one.
func casesOf(t testing.TB, f *Format) (input []byte, records int) {
	t.Helper()
	most := 0
	for _, g := range logGoldens(t) {
		if filepath.Base(filepath.Dir(g.path)) != f.Name {
			continue
		}
		lines := linesOf(t, g.input)
		res, _ := readAll(t, bytes.NewReader(g.input), g.options, 1, chunkSize)
		if res.Format == f.Name && int(res.Understood) > most {
			most, input = int(res.Understood), bytes.Clone(lines)
		}
	}
	return input, most
}

// framesOf is a capture with the frames of the case of a format that has most, many
// times over, and how many records they are.
func framesOf(t testing.TB, f *Format) (input []byte, records int) {
	t.Helper()
	const times = 1000
	var best []byte
	for _, g := range captureGoldens(t) {
		res, _ := readCapture(t, bytes.NewReader(g.input), 1, batchSize)
		if filepath.Base(filepath.Dir(g.path)) == f.Name && int(res.Understood) > records && res.Malformed == 0 && res.Unread == "" {
			best, records = g.input, int(res.Understood)
		}
	}
	head := 24 // of pcap; a file of pcapng may follow another
	if f == pcapng {
		head = 0
	}
	input = append(input, best[:head]...)
	for range times {
		input = append(input, best[head:]...)
	}
	return input, times * records
}

// FuzzFormats asks one format about one line, as the driver does, below a header
// and without. Whatever the line: nothing panics, what is wrong is inside the
// line, and what was noted of a line of another kind is taken back.
func FuzzFormats(f *testing.F) {
	formats := logs()
	at := map[string]uint8{}
	for i, format := range formats {
		at[format.Name] = uint8(i)
	}
	for _, g := range logGoldens(f) {
		lines := linesOf(f, g.input)
		header, _, _ := bytes.Cut(lines, []byte("\n"))
		for text := range bytes.Lines(lines) {
			if len(text) < 1<<12 {
				f.Add(at[filepath.Base(filepath.Dir(g.path))], header, bytes.TrimRight(text, "\r\n"))
			}
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, header, text []byte) {
		if bytes.IndexByte(text, '\n') >= 0 || len(text) > maxLine {
			return
		}
		format := formats[int(which)%len(formats)]
		var l line
		var ob portlore.Observation
		var last layout
		if format.header != nil {
			if y, ok := format.header(header, Options{}); ok {
				y.of = format
				last = y
			}
		}
		c := newClock(Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)})
		l.open(text, &c)
		for parts := 0; ; parts++ {
			switch l.ask(format, text, &last, &ob) {
			case other:
				if ob.Src.IsValid() || ob.Dst.IsValid() || ob.Has != 0 || ob.Said != nil || ob.Verdict != 0 {
					t.Fatalf("%s leaves %+v of a line of another kind", format.Name, ob)
				}
			case malformed:
				if l.fault.why == "" {
					t.Fatalf("%s does not say what is wrong", format.Name)
				}
			case understood:
				if !ob.Src.IsValid() && !ob.Dst.IsValid() && ob.Has&portlore.HasPorts == 0 && !l.when.bad { // a bad time makes it malformed
					t.Fatalf("%s understood nothing: %+v", format.Name, ob)
				}
			case opened:
				if len(l.doors) == 0 {
					t.Fatalf("%s opens no door", format.Name)
				}
			}
			if !l.more || parts > len(text) {
				if l.more {
					t.Fatalf("%s has more parts than bytes", format.Name)
				}
				return
			}
			l.more = false
			l.part++
			ob = portlore.Observation{}
		}
	})
}
