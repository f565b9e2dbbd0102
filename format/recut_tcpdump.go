package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"

	"github.com/portlore/portlore"
)

var (
	noteDump = portlore.Text{
		EN: "tcpdump printed several lines a packet; lines count packets",
		ZH: "tcpdump 每个包输出了多行，行数按数据包计",
	}
	noteASCII = portlore.Text{
		EN: "tcpdump -A printed what packets carry; whoever sent them may have written lines that look like packets (-n alone is safe)",
		ZH: "tcpdump -A 输出了包的内容，发包者可能写入了看似数据包的行（只用 -n 则无此问题）",
	}
	noteDeltas = portlore.Text{
		EN: "tcpdump -ttt wrote the time since the packet before; the times were summed up from the first packet (-tttt writes the date)",
		ZH: "tcpdump -ttt 写的是与前一个包的间隔，已从第一个包起累加（-tttt 会写出日期）",
	}
)

// isVerboseDump knows text of tcpdump in which a packet goes over several lines:
// -v, -x, -X.
func isVerboseDump(head []byte) bool {
	found, goOn := false, false
	dumpLines(head, func(record bool, _ int64) {
		found = found || record
		goOn = goOn || found && !record
	})
	return goOn
}

// isASCIIDump knows text of tcpdump -A: below a packet stands all of it, where the
// first byte of IPv4 looks like E and that of IPv6 like a grave accent.
func isASCIIDump(head []byte) bool {
	for at := 0; ; {
		i := bytes.IndexAny(head[at:], "\n")
		if i < 0 || at+i+2 >= len(head) {
			return false
		}
		text := head[at : at+i]
		at += i + 1
		if head[at] != 'E' && head[at] != '`' || goesOn(text) {
			continue
		}
		found := false
		dumpLines(append(bytes.Clone(text), '\n'), func(record bool, _ int64) { found = record })
		if found {
			return true
		}
	}
}

// unchanged is an input that only gets a note.
func unchanged(r io.Reader) io.Reader { return r }

// isDeltaDump knows text of tcpdump -ttt, whose times often run back: those of other
// styles never do, but for a few packets that two processors took at once.
func isDeltaDump(head []byte) bool {
	steps, back, last := 0, 0, int64(-1)
	dumpLines(head, func(record bool, nanos int64) {
		if !record || nanos < 0 {
			return
		}
		if last >= 0 {
			steps++
			if nanos < last {
				back++
			}
		}
		last = nanos
	})
	return back > 0 && 5*back >= steps
}

// dumpLines calls f for the lines at the start of an input that begin a packet of
// tcpdump, with their time where it has no date (else minus one), and for those that
// go on with one.
func dumpLines(head []byte, f func(record bool, nanos int64)) {
	const enough, patience = 1000, 20
	clock := newClock(Options{})
	found := false
	for n := 0; n < enough && len(head) > 0 && (found || n < patience); n++ {
		text, rest, whole := bytes.Cut(head, []byte("\n"))
		head = rest
		if !whole {
			return
		}
		switch {
		case goesOn(text):
			f(false, -1)
		case bytes.Contains(text, []byte("IP")) || bytes.Contains(text, []byte(" > ")):
			d := dumpLine{l: &line{text: text, clock: &clock}, ob: new(portlore.Observation), text: text}
			if d.begin() && d.header() {
				found = true
				nanos := int64(-1)
				if d.l.when.dayless {
					nanos = d.l.when.nanos
				}
				f(true, nanos)
			}
		}
	}
}

// goesOn tells a line that belongs to the packet before.
func goesOn(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	if text[0] == '\t' {
		return true
	}
	if !bytes.HasPrefix(text, []byte("    ")) {
		return false
	}
	p := skipBlanks(text, 0)
	n := len(digits(text[p:]))
	return n == 0 || !bytes.HasPrefix(text[p+n:], []byte("  ")) // else the number of -#
}

// A dumpCutter makes one line of all that tcpdump prints of a packet, without the
// bytes of -x.
type dumpCutter struct {
	r      *bufio.Reader
	deltas bool

	sum    int64  // of the times so far, in nanoseconds
	record []byte // the packet being read
	open   bool   // there is one
	out    []byte // not yet read
	err    error
}

func newDumpCutter(r io.Reader) io.Reader {
	return &dumpCutter{r: bufio.NewReaderSize(r, 64<<10)}
}

func newDeltaCutter(r io.Reader) io.Reader {
	return &dumpCutter{r: bufio.NewReaderSize(r, 64<<10), deltas: true}
}

func (c *dumpCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		c.line()
	}
	return give(p, &c.out, c.err)
}

// line reads a line, or as much of one as the buffer holds.
func (c *dumpCutter) line() {
	text, err := c.r.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) { // no packet has so long a line: the rest is dropped
		text = bytes.Clone(text)
		_, err = c.r.ReadSlice('\n')
	}
	if len(text) > 0 {
		c.take(bytes.TrimRight(text, "\r\n"))
	}
	if err != nil {
		c.err = err
		if errors.Is(err, io.EOF) {
			c.flush()
		}
	}
}

// mostDumped is how much of a packet is kept in one line.
const mostDumped = 8 << 10

func (c *dumpCutter) take(text []byte) {
	if c.open && goesOn(text) {
		text = bytes.TrimLeft(text, " \t")
		if !bytes.HasPrefix(text, []byte("0x")) && len(c.record) < mostDumped {
			c.record = append(append(c.record, ' '), text...)
		}
		return
	}
	c.flush()
	c.open = true
	if nanos, size := c.delta(text); size > 0 {
		c.sum += nanos
		c.record = appendTime(c.record, c.sum)
		text = text[size:]
	}
	c.record = append(c.record, text...)
}

// delta is the time since the packet before, and where it ends.
func (c *dumpCutter) delta(text []byte) (nanos int64, size int) {
	if !c.deltas {
		return 0, 0
	}
	p := skipBlanks(text, 0)
	if nanos, size = timeWithoutDay(text[p:]); size == 0 {
		return 0, 0
	}
	return nanos, p + size
}

// appendTime writes a time as timeWithoutDay reads it.
func appendTime(b []byte, nanos int64) []byte {
	two := func(n int64) {
		if n < 10 {
			b = append(b, '0')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	second := nanos / 1e9
	two(second / 3600)
	b = append(b, ':')
	two(second / 60 % 60)
	b = append(b, ':')
	two(second % 60)
	b = append(b, '.')
	fraction := strconv.AppendInt(nil, nanos%1e9+1e9, 10)
	return append(b, fraction[1:]...)
}

func (c *dumpCutter) flush() {
	if c.open {
		c.out = append(append(c.out[:0], c.record...), '\n')
		c.record, c.open = c.record[:0], false
	}
}
