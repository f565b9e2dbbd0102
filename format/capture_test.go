package format

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"

	"github.com/portlore/portlore"
)

// A writer turns the text form of captures in testdata/pcap and testdata/pcapng
// into bytes. A line that is not indented says what comes next:
//
//	pcap little us 1             a file header: order, units of the stamps (us, ns), link layer
//	frame 1795446119.5 [KEY N]   a record at this second; KEY is wire, size (they are lies) or fraction
//	section big                  a section header block
//	block 6 [KEY N]              a block of this type; KEY is before or after: its lengths (they are lies)
//	raw                          just bytes
//	let NAME                     bytes that later stand for $NAME
//
// Indented lines below it are its content, in words: bytes in hexadecimal,
// "text", 00*20 (repeated), u16:N u32:N u64:N (numbers in the order of the
// file), pad (to a multiple of 4), $NAME. What follows # is a comment.
type writer struct {
	order   binary.AppendByteOrder
	perUnit int64 // nanoseconds
	named   map[string]string
	out     []byte
}

// captureBytes is the capture that a text describes.
func captureBytes(t testing.TB, text []byte) []byte {
	t.Helper()
	w := writer{order: binary.LittleEndian, named: map[string]string{}}
	var head []string
	var body []string
	flush := func() {
		if head == nil {
			return
		}
		if err := w.item(head, body); err != nil {
			t.Fatalf("%q: %v", head, err)
		}
	}
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case line[0] == ' ' || line[0] == '\t':
			body = append(body, words...)
		default:
			flush()
			head, body = words, nil
		}
	}
	flush()
	return w.out
}

func (w *writer) item(head, body []string) error {
	if head[0] == "let" {
		w.named[head[1]] = strings.Join(body, " ")
		return nil
	}
	number := map[string]int64{}
	for i := 2; i+1 < len(head) && (head[0] == "frame" || head[0] == "block"); i += 2 {
		n, err := strconv.ParseInt(head[i+1], 0, 64)
		if err != nil {
			return err
		}
		number[head[i]] = n
	}
	or := func(key string, n int) uint32 {
		if lie, ok := number[key]; ok {
			return uint32(lie)
		}
		return uint32(n)
	}
	u32 := func(b []byte, numbers ...uint32) []byte {
		for _, n := range numbers {
			b = w.order.AppendUint32(b, n)
		}
		return b
	}
	switch head[0] {
	case "pcap", "section":
		w.order = binary.LittleEndian
		if head[1] == "big" {
			w.order = binary.BigEndian
		}
	}
	content, err := w.words(nil, body)
	if err != nil {
		return err
	}
	block := func(kind uint32, content []byte) {
		for len(content)%4 != 0 {
			content = append(content, 0)
		}
		size := len(content) + 12
		w.out = append(u32(w.out, kind, or("before", size)), content...)
		w.out = u32(w.out, or("after", size))
	}
	switch head[0] {
	case "pcap":
		link, err := strconv.ParseUint(head[3], 0, 32)
		magic := uint32(0xa1b2c3d4)
		if w.perUnit = 1000; head[2] == "ns" {
			magic, w.perUnit = 0xa1b23c4d, 1
		}
		w.out = append(u32(w.out, magic), w.version(2, 4)...)
		w.out = u32(w.out, 0, 0, 65535, uint32(link))
		return err
	case "frame":
		second, fraction, _ := strings.Cut(head[1], ".")
		seconds, err := strconv.ParseUint(second, 10, 32)
		nanos, _ := strconv.Atoi((fraction + "000000000")[:9])
		w.out = u32(w.out, uint32(seconds), or("fraction", nanos/int(w.perUnit)), or("size", len(content)), or("wire", len(content)))
		w.out = append(w.out, content...)
		return err
	case "section":
		b := append(u32(nil, 0x1a2b3c4d), w.version(1, 0)...)
		block(blockSection, append(append(b, "\xff\xff\xff\xff\xff\xff\xff\xff"...), content...))
	case "block":
		kind, err := strconv.ParseUint(head[1], 0, 32)
		block(uint32(kind), content)
		return err
	case "raw":
		w.out = append(w.out, content...)
	default:
		return errors.New("no such thing")
	}
	return nil
}

func (w *writer) version(major, minor uint16) []byte {
	return w.order.AppendUint16(w.order.AppendUint16(nil, major), minor)
}

func (w *writer) words(b []byte, words []string) ([]byte, error) {
	for _, word := range words {
		size, digits, number := 0, "", false
		if size, digits, number = numberWord(word); number {
			n, err := strconv.ParseUint(digits, 0, 64)
			if err != nil {
				return nil, err
			}
			switch size {
			case 16:
				b = w.order.AppendUint16(b, uint16(n))
			case 32:
				b = w.order.AppendUint32(b, uint32(n))
			case 64:
				b = w.order.AppendUint64(b, n)
			}
			continue
		}
		switch bytesOf, times, repeated := strings.Cut(word, "*"); {
		case word == "pad":
			for len(b)%4 != 0 {
				b = append(b, 0)
			}
		case word[0] == '$':
			var err error
			if b, err = w.words(b, strings.Fields(w.named[word[1:]])); err != nil || w.named[word[1:]] == "" {
				return nil, fmt.Errorf("%s: %w", word, err)
			}
		case word[0] == '"':
			text, err := strconv.Unquote(word)
			if err != nil {
				return nil, err
			}
			b = append(b, text...)
		default:
			raw, err := hex.DecodeString(bytesOf)
			n := 1
			if repeated && err == nil {
				n, err = strconv.Atoi(times)
			}
			if err != nil {
				return nil, err
			}
			b = append(b, bytes.Repeat(raw, n)...)
		}
	}
	return b, nil
}

func numberWord(word string) (size int, digits string, ok bool) {
	for _, size := range []int{16, 32, 64} {
		if digits, ok = strings.CutPrefix(word, fmt.Sprintf("u%d:", size)); ok {
			return size, digits, true
		}
	}
	return 0, "", false
}

// captureGoldens are the cases that are captures.
func captureGoldens(t testing.TB) []golden {
	return slices.DeleteFunc(goldens(t), func(g golden) bool { return !g.capture })
}

// checkCapture holds what must be true of the result of every capture.
func checkCapture(t testing.TB, res Result, input []byte) {
	t.Helper()
	if res.Lines != res.Understood+res.Other+res.Malformed {
		t.Errorf("%d frames, but %d understood + %d other + %d malformed", res.Lines, res.Understood, res.Other, res.Malformed)
	}
	if res.Bytes > int64(len(input)) || res.Bytes < int64(len(input)) && res.Unread == "" {
		t.Errorf("%d bytes, want %d", res.Bytes, len(input))
	}
	if len(res.Errors) != int(min(res.Malformed, errorsShown)) {
		t.Errorf("%d errors shown of %d", len(res.Errors), res.Malformed)
	}
	for _, e := range res.Errors {
		if e.Line < 1 || e.Line > res.Lines || e.Column < 1 || e.Column > len(input)+1 {
			t.Errorf("error outside of the input: %v", e)
		}
	}
	if res.Format == "" || (res.Understood == 0) != (res.LooksLike.EN != "") {
		t.Errorf("format %q, looks like %q", res.Format, res.LooksLike.EN)
	}
}

// readCapture reads a capture with so many workers. The observations come back
// dumped and sorted by frame.
func readCapture(t testing.TB, input io.Reader, workers, size int) (Result, []string) {
	t.Helper()
	outputs := make([]bytes.Buffer, workers)
	var sinks []Sink
	for i := range outputs {
		sinks = append(sinks, func(ob *portlore.Observation) { dump(&outputs[i], ob) })
	}
	res, err := readChunks(context.Background(), "input", 0, input, Options{}, sinks, nil, size)
	if (err != nil) != (res.Unread != "") {
		t.Errorf("error %v, unread %q", err, res.Unread)
	}
	var all []string
	for i := range outputs {
		all = slices.AppendSeq(all, strings.Lines(outputs[i].String()))
	}
	number := func(line string) int {
		digits, _, _ := strings.Cut(line, ":")
		n, _ := strconv.Atoi(digits)
		return n
	}
	slices.SortFunc(all, func(a, b string) int { return number(a) - number(b) })
	return res, all
}

// TestAnyCutOfCaptures holds the promise of the driver for captures: any size
// of batches and any number of workers give the same.
func TestAnyCutOfCaptures(t *testing.T) {
	for _, g := range captureGoldens(t) {
		want, wantLines := readCapture(t, bytes.NewReader(g.input), 1, batchSize)
		for _, size := range []int{1, 7, 100, 1000} {
			for workers := range 3 {
				got, lines := readCapture(t, iotest.HalfReader(bytes.NewReader(g.input)), 1+workers, size)
				got.Bytes = want.Bytes // where reading stops, what was read ahead differs
				if !reflect.DeepEqual(got, want) || !slices.Equal(lines, wantLines) {
					t.Fatalf("%s, %d workers, batches of %d:\ngot  %+v\nwant %+v", g.path, 1+workers, size, got, want)
				}
			}
		}
	}
}

// TestCutCaptures cuts captures at every byte: what was there counts, in its
// order, and the rest is said to be cut.
func TestCutCaptures(t *testing.T) {
	for _, name := range []string{"testdata/pcap/link-ethernet.txtar", "testdata/pcapng/interfaces.txtar"} {
		i := slices.IndexFunc(goldens(t), func(g golden) bool { return g.path == name })
		input := goldens(t)[i].input
		whole, wholeLines := readCapture(t, bytes.NewReader(input), 1, batchSize)
		last := int64(0)
		for n := 4; n < len(input); n++ {
			res, lines := readCapture(t, bytes.NewReader(input[:n]), 1, batchSize)
			checkCapture(t, res, input[:n])
			if res.Malformed > whole.Malformed+1 || res.Understood < last || len(lines) != int(res.Understood) || !slices.Equal(lines, wholeLines[:len(lines)]) {
				t.Fatalf("%s cut at %d: %+v", name, n, res.Input)
			}
			last = res.Understood
		}
		if last < whole.Understood-1 {
			t.Errorf("%s: %d of %d understood at its last byte but one", name, last, whole.Understood)
		}
	}
}

func FuzzCapture(f *testing.F) {
	for _, g := range captureGoldens(f) {
		f.Add(g.input, uint16(100), uint8(2))
	}
	f.Fuzz(func(t *testing.T, input []byte, size uint16, workers uint8) {
		if captureOf(input) == nil {
			return
		}
		want, wantLines := readCapture(t, bytes.NewReader(input), 1, batchSize)
		checkCapture(t, want, input)
		got, lines := readCapture(t, bytes.NewReader(input), 1+int(workers%4), 1+int(size))
		got.Bytes = want.Bytes
		if !reflect.DeepEqual(got, want) || !slices.Equal(lines, wantLines) {
			t.Fatalf("%d workers, batches of %d:\ngot  %+v\n%s\nwant %+v\n%s", 1+workers%4, 1+int(size), got, lines, want, wantLines)
		}
	})
}

// realCaptures were made by a Linux firewall between network namespaces, with
// how many packets tcpdump says they hold.
var realCaptures = map[string]int64{"browsing.wan.pcap": 81, "udp_scan.wan.pcap": 116, "lan_chatter.lan.pcap": 52, "traceroute_udp.wan.pcap": 21}

func TestRealCaptures(t *testing.T) {
	for name, packets := range realCaptures {
		data, err := os.ReadFile(filepath.Join("testdata", "captures", name))
		if err != nil {
			t.Fatal(err)
		}
		res, lines := readCapture(t, bytes.NewReader(data), 1, batchSize)
		checkCapture(t, res, data)
		if res.Understood != packets || res.Lines != packets || int64(len(lines)) != packets {
			t.Errorf("%s: %+v, want %d packets", name, res.Input, packets)
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		z.Write(data)
		z.Close()
		path := filepath.Join(t.TempDir(), "capture")
		write(t, path, packed.Bytes())
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		again, same := readCapture(t, s, 2, batchSize)
		s.Close()
		if !reflect.DeepEqual(again, res) || !slices.Equal(same, lines) {
			t.Errorf("%s: compressed it reads as %+v", name, again.Input)
		}
		if first := firstFrame(captureOf(data), data, Options{}); first != res.First {
			t.Errorf("%s: first time %d, want %d", name, first, res.First)
		}
	}
}

// endless is a capture whose start is followed by one block again and again.
func endless(t testing.TB, start, block string, times int) io.Reader {
	head := captureBytes(t, []byte(start))
	whole := captureBytes(t, []byte(start+block))
	readers := []io.Reader{bytes.NewReader(head)}
	for range times {
		readers = append(readers, bytes.NewReader(whole[len(head):]))
	}
	return io.MultiReader(readers...)
}

// TestManyInterfaces reads a section that declares far too many interfaces,
// with long names: those beyond the limit are refused, and memory stays bounded.
func TestManyInterfaces(t *testing.T) {
	block := "block 1\n u16:1 u16:0 u32:0 u16:2 u16:1000 " + strings.Repeat("61", 1000) + "\n"
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	res, _ := readCapture(t, endless(t, "section little\n", block, maxInterfaces+1000), 1, batchSize)
	runtime.ReadMemStats(&after)
	if res.Malformed != 1000 || res.Lines != 1000 || !strings.Contains(res.Errors[0].Error, "too many") {
		t.Errorf("%+v", res.Input)
	}
	if grown := after.HeapInuse - before.HeapInuse; grown < 1<<40 && grown > 64<<20 {
		t.Errorf("%d MiB in use", grown>>20)
	}
}

// TestLongRecords reads records longer than any frame between good ones: those
// that are really there are passed over, and of those that are not the rest is
// said to be unread.
func TestLongRecords(t *testing.T) {
	const syn = " 45 00 0028 0001 0000 40 06 0000 c6336407 cb00710a 9c40 0016 00000001 00000000 50 02 0400 0000 0000\n"
	const frame = "frame 1795446119\n" + syn
	const enhanced = "block 6\n u32:0 u32:0 u32:1 u32:40 u32:40" + syn
	for _, tt := range []struct {
		input                 string
		understood, malformed int64
		unread                bool
	}{
		{"pcap little us 101\n" + frame + "frame 1795446119\n 00*300000\n" + frame, 2, 1, false},
		{"pcap little us 101\n" + frame + "frame 1795446119\n 00*3000000\n" + frame, 2, 1, false},
		{"pcap little us 101\n" + frame + "frame 1795446119\n 00*3000000\n", 1, 1, false},
		{"pcap little us 101\n" + frame + "frame 1795446119 size 3000000 wire 3000000\n" + syn + frame, 1, 1, true},
		{"pcap little us 101\n" + frame + "frame 1795446119 size 3000000\n" + syn + frame, 2, 1, false},
		{"pcap little us 101\n" + frame + "frame 1795446119 size 200000\n" + syn + frame, 2, 1, false},
		{"section big\nblock 1\n u16:101 00*6\n" + enhanced + "block 6 before 200000\n" + syn + enhanced, 2, 1, false},
		{"section big\nblock 1\n u16:101 00*6\n" + enhanced + "block 6\n 00*300000\n" + enhanced, 2, 1, false},
		{"section big\nblock 1\n u16:101 00*6\n" + enhanced + "block 0xbad\n 00*3000000\n" + enhanced, 2, 0, false},
		{"section big\nblock 1\n u16:101 00*6\n" + enhanced + "block 6 before 3000000\n" + syn + enhanced, 1, 1, true},
	} {
		data := captureBytes(t, []byte(tt.input))
		res, _ := readCapture(t, bytes.NewReader(data), 1, batchSize)
		checkCapture(t, res, data)
		if res.Understood != tt.understood || res.Malformed != tt.malformed || (res.Unread != "") != tt.unread {
			t.Errorf("%.300s…\n%+v", tt.input, res.Input)
		}
	}
}

// TestCancelCapture interrupts the reading of a capture in the middle of a frame.
func TestCancelCapture(t *testing.T) {
	i := slices.IndexFunc(goldens(t), func(g golden) bool { return g.path == "testdata/pcap/link-ethernet.txtar" })
	input := goldens(t)[i].input
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	go func() {
		w.Write(input[:len(input)-5])
		cancel()
	}()
	res, err := Read(ctx, "input", 0, r, Options{}, []Sink{func(*portlore.Observation) {}}, nil)
	if !errors.Is(err, context.Canceled) || res.Unread == "" || res.Lines != res.Understood+res.Other+res.Malformed {
		t.Errorf("error %v: %+v", err, res.Input)
	}
	w.Close()
}

// TestFramesDoNotAllocate holds the promise of no allocation per frame in the
// steady state: thousands of frames cost no more than a few, but for the list
// of the frames of a batch, which grows once.
func TestFramesDoNotAllocate(t *testing.T) {
	const syn = " 45 00 0028 0001 0000 40 06 0000 c6336407 cb00710a 9c40 0016 00000001 00000000 50 02 0400 0000 0000\n"
	for start, block := range map[string]string{
		"pcap little us 101\n":                  "frame 1795446119\n" + syn,
		"section big\nblock 1\n u16:101 00*6\n": "block 6\n u32:0 u32:0 u32:1 u32:40 u32:40" + syn,
	} {
		allocations := func(frames int) float64 {
			input, err := io.ReadAll(endless(t, start, block, frames))
			if err != nil {
				t.Fatal(err)
			}
			return testing.AllocsPerRun(3, func() {
				res := newResult("input")
				readFrames(&res, captureOf(input), 0, bytes.NewReader(input), Options{}, []Sink{func(*portlore.Observation) {}}, nil, batchSize)
				if res.Understood != int64(frames) {
					t.Errorf("%+v", res.Input)
				}
			})
		}
		if few, many := allocations(1), allocations(10_000); many > few+64 {
			t.Errorf("%q: %v allocations for 10,000 frames, %v for one", start, many, few)
		}
	}
}
