package format

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/portlore/portlore"
)

// readAll reads input with this many workers and this size of chunks. The
// observations come back dumped and sorted.
func readAll(t testing.TB, input io.Reader, o Options, workers, size int) (Result, []string) {
	t.Helper()
	outputs := make([]bytes.Buffer, workers)
	var sinks []Sink
	for i := range outputs {
		sinks = append(sinks, func(ob *portlore.Observation) { dump(&outputs[i], ob) })
	}
	res, err := readChunks(context.Background(), "input", 0, input, o, sinks, nil, size)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i := range outputs {
		lines = slices.AppendSeq(lines, strings.Lines(outputs[i].String()))
	}
	slices.SortFunc(lines, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) })
	return res, lines
}

// TestAnyCut holds the promise of the driver: any size of chunks and any number
// of workers give the same observations and the same account.
func TestAnyCut(t *testing.T) {
	var all bytes.Buffer
	for _, g := range logGoldens(t) {
		all.Write(g.input)
	}
	o := Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	want, wantLines := readAll(t, bytes.NewReader(all.Bytes()), o, 1, chunkSize)
	checkAccount(t, want, all.Bytes())
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		workers, size := 1+r.IntN(4), 1+r.IntN(1<<r.IntN(14))
		got, lines := readAll(t, iotest.HalfReader(bytes.NewReader(all.Bytes())), o, workers, size)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%d workers, chunks of %d:\ngot  %+v\nwant %+v", workers, size, got, want)
		}
		if !slices.Equal(lines, wantLines) {
			t.Fatalf("%d workers, chunks of %d: other observations", workers, size)
		}
	}
}

// FuzzRead asserts the same for any input, and that the account closes.
func FuzzRead(f *testing.F) {
	for _, g := range logGoldens(f) {
		f.Add(g.input, uint16(100), uint8(2))
	}
	f.Fuzz(func(t *testing.T, input []byte, size uint16, workers uint8) {
		o := Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
		if head := input[:min(len(input), sniffSize)]; sniffBinary(head) != nil || captureOf(head) != nil {
			return
		}
		if _, _, wide := plainText(input, bytes.NewReader(nil)); wide {
			return
		}
		want, wantLines := readAll(t, bytes.NewReader(input), o, 1, chunkSize)
		checkAccount(t, want, input)
		got, lines := readAll(t, bytes.NewReader(input), o, 1+int(workers%4), 1+int(size))
		if !reflect.DeepEqual(got, want) || !slices.Equal(lines, wantLines) {
			t.Fatalf("%d workers, chunks of %d:\ngot  %+v\n%s\nwant %+v\n%s", 1+workers%4, 1+int(size), got, lines, want, wantLines)
		}
	})
}

const goodLine = "Nov 23 15:02:16 fw kernel: [ 4980.046703] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:00:1b:21:aa:bb:cc:08:00 SRC=198.51.100.7 DST=203.0.113.10 LEN=60 TOS=0x00 PREC=0x00 TTL=50 ID=4711 DF PROTO=TCP SPT=40000 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0 \n"

// TestLongLine reads a line of 100 MB between two good ones: it costs neither
// memory nor the lines around it.
func TestLongLine(t *testing.T) {
	const size = 100 << 20
	input := func() io.Reader {
		return io.MultiReader(strings.NewReader(goodLine), io.LimitReader(letters{}, size), strings.NewReader("\n"+goodLine))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	res, lines := readAll(t, input(), Options{}, 2, chunkSize)
	runtime.ReadMemStats(&after)
	if res.Lines != 3 || res.Understood != 2 || res.Malformed != 1 || res.Bytes != int64(2*len(goodLine)+size+1) {
		t.Errorf("%+v", res.Input)
	}
	if want := []portlore.LineError{{Line: 2, Column: maxLine + 1, Error: "line longer than 1 MiB: skipped"}}; !slices.Equal(res.Errors, want) {
		t.Errorf("errors %v, want %v", res.Errors, want)
	}
	if len(lines) != 2 || !strings.HasPrefix(lines[1], "3:") {
		t.Errorf("observations %q", lines)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 40<<20 {
		t.Errorf("allocated %d MiB", grown>>20)
	}
}

// TestLongestLine reads lines just below and just above the limit, cut anywhere.
func TestLongestLine(t *testing.T) {
	for _, extra := range []int{-1, 0, 1, 2} {
		long := goodLine[:len(goodLine)-1] + strings.Repeat("x", maxLine+extra-len(goodLine)+1)
		input := goodLine + long + "\n" + goodLine + long
		for _, size := range []int{1000, 64 << 10, chunkSize, 3 * chunkSize} {
			res, _ := readAll(t, strings.NewReader(input), Options{}, 1, size)
			malformed := int64(0)
			if extra > 0 {
				malformed = 2
			}
			if res.Lines != 4 || res.Malformed != malformed || res.Understood != 4-malformed {
				t.Errorf("%+d bytes, chunks of %d: %+v", extra, size, res.Input)
			}
		}
	}
}

func TestUTF16(t *testing.T) {
	text := goodLine + strings.Replace(goodLine, "DPT=22", "DPT=99999", 1) + "\U0001f600\r\n"
	for _, tt := range []struct {
		name  string
		input []byte
	}{
		{"little endian", encodeUTF16("\ufeff"+text, 0)},
		{"big endian", encodeUTF16("\ufeff"+text, 1)},
		{"without mark", encodeUTF16(text, 0)},
	} {
		res, _ := readAll(t, iotest.OneByteReader(bytes.NewReader(tt.input)), Options{}, 1, chunkSize)
		if res.Lines != 3 || res.Understood != 1 || res.Other != 1 || res.Malformed != 1 || res.Bytes != int64(len(text)) {
			t.Errorf("%s: %+v", tt.name, res.Input)
		}
		if !slices.Contains(res.Notes, noteUTF16) {
			t.Errorf("%s: no note says so: %v", tt.name, res.Notes)
		}
	}
}

func TestReadError(t *testing.T) {
	broken := errors.New("broken")
	res, err := Read(context.Background(), "input", 0, io.MultiReader(strings.NewReader(goodLine+goodLine[:100]), iotest.ErrReader(broken)),
		Options{}, []Sink{func(*portlore.Observation) {}}, nil)
	if !errors.Is(err, broken) || res.Unread != "broken" {
		t.Errorf("error %v, unread %q", err, res.Unread)
	}
	if res.Lines != 2 || res.Understood != 1 || res.Malformed != 0 || res.Other != 1 {
		t.Errorf("%+v", res.Input)
	}
}

// TestCancel interrupts a reader that waits for a pipe, after few lines and
// after many: what was read counts, and the line that was cut does not.
func TestCancel(t *testing.T) {
	for _, lines := range []int{3, 1000} {
		r, w := io.Pipe()
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			io.WriteString(w, strings.Repeat(goodLine, lines)+goodLine[:100])
			cancel()
		}()
		res, err := Read(ctx, "input", 0, r, Options{}, []Sink{func(*portlore.Observation) {}}, nil)
		if !errors.Is(err, context.Canceled) || res.Unread == "" {
			t.Errorf("error %v, unread %q", err, res.Unread)
		}
		// A pipe has handed over all that was written, but the last read may
		// have been given up.
		if res.Lines != res.Understood || lines > 500 && res.Lines < 200 || res.Lines > int64(lines) {
			t.Errorf("%d lines: %+v", lines, res.Input)
		}
		w.Close()
	}
}

func TestProgress(t *testing.T) {
	input := strings.Repeat(goodLine, 1000)
	var told []int64
	_, err := readChunks(context.Background(), "input", 0, strings.NewReader(input), Options{}, []Sink{func(*portlore.Observation) {}}, func(n int64) { told = append(told, n) }, 10_000)
	if err != nil || len(told) < 10 || !slices.IsSorted(told) || told[len(told)-1] != int64(len(input)) {
		t.Errorf("progress %v, error %v", told, err)
	}
}

func TestEmpty(t *testing.T) {
	res, lines := readAll(t, strings.NewReader(""), Options{}, 3, chunkSize)
	if res.Lines != 0 || res.Format != "" || len(lines) != 0 {
		t.Errorf("%+v", res)
	}
}

// TestReadDoesNotAllocate holds the promise of no allocation per line in the
// steady state, for every kind of line but malformed ones that are shown.
func TestReadDoesNotAllocate(t *testing.T) {
	w := newWorker(logs(), 0, Options{Zone: time.FixedZone("x", 3600)}, func(*portlore.Observation) {})
	for _, g := range logGoldens(t) {
		input := linesOf(t, g.input)
		w.headers = newHeaders(input, g.options)
		w.chunk(chunk{data: input, line: 1, layout: w.headers.start}) // the first errors, and the buffer for JSON
		if w.tally.doors > 0 {
			w.tally.doors, w.doors = 0, nil // there are few of them, and each is kept
			continue
		}
		w.tally.stretches = w.tally.stretches[:0]
		var records []byte // headers are few
		for text := range bytes.Lines(input) {
			if text[0] != '#' {
				records = append(records, text...)
			}
		}
		below := w.layout
		if n := testing.AllocsPerRun(10, func() {
			w.chunk(chunk{data: records, line: 1, layout: below})
			w.tally.stretches = w.tally.stretches[:0]
		}); n != 0 {
			t.Errorf("%s: %v allocations for %d lines, want 0", g.path, n, bytes.Count(input, []byte("\n")))
		}
	}
}

// BenchmarkLines reads generated lines, without the system's part of reading.
func BenchmarkLines(b *testing.B) {
	var input bytes.Buffer
	r := rand.New(rand.NewPCG(1, 2))
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for i := 0; input.Len() < chunkSize; i++ {
		at = at.Add(time.Duration(r.IntN(1000)) * time.Millisecond)
		fmt.Fprintf(&input, "%s fw1 kernel: [%12.6f] %sIN=eth0 OUT= MAC=52:54:00:12:34:56:00:1b:21:aa:bb:cc:08:00 SRC=198.18.%d.%d DST=203.0.113.%d LEN=60 TOS=0x00 PREC=0x00 TTL=%d ID=%d DF ",
			at.Format(time.Stamp), 4000+float64(i)*0.6, [...]string{"[UFW BLOCK] ", "IPTABLES-DROP: ", "nft-drop: "}[i/100%3], r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(256), r.IntN(65536))
		if r.IntN(5) > 0 {
			fmt.Fprintf(&input, "PROTO=TCP SPT=%d DPT=%d WINDOW=%d RES=0x00 SYN URGP=0 \n", r.IntN(65536), r.IntN(65536), 1024*r.IntN(64))
		} else {
			fmt.Fprintf(&input, "PROTO=UDP SPT=%d DPT=%d LEN=40 \n", r.IntN(65536), r.IntN(65536))
		}
	}
	lines := bytes.Count(input.Bytes(), []byte("\n"))
	w := newWorker(logs(), 0, Options{Now: at}, func(*portlore.Observation) {})
	b.SetBytes(int64(input.Len()))
	b.ReportAllocs()
	for b.Loop() {
		w.chunk(chunk{data: input.Bytes(), line: 1})
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(lines)/float64(b.N), "ns/line")
	if w.tally.understood != w.tally.lines {
		b.Fatal("lines not understood")
	}
}

// letters is an endless line.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

// encodeUTF16 writes text in UTF-16; high says where the high byte stands.
func encodeUTF16(text string, high int) []byte {
	var b []byte
	put := func(n rune) {
		pair := [2]byte{byte(n), byte(n >> 8)}
		b = append(b, pair[high], pair[1-high])
	}
	for _, r := range text {
		if r > 0xffff {
			r -= 0x10000
			put(0xd800 + r>>10)
			put(0xdc00 + r&0x3ff)
			continue
		}
		put(r)
	}
	return b
}
