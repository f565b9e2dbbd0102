package format

import (
	"bytes"
	"io"

	"github.com/portlore/portlore"
)

var noteColours = portlore.Text{
	EN: "colours of a terminal were taken out",
	ZH: "已去掉终端颜色控制符",
}

// A terminal's colours come with what journalctl, dmesg, grep and docker print.
// Of all that a terminal obeys, no more than these are taken out: ESC [ with
// numbers and m (ECMA-48 section 8.3.117), and the ESC [ K that grep adds.

// colourSize is the length of such a sequence at the start of b. Zero: there is
// none. Minus one: b ends before it does.
func colourSize(b []byte) int {
	if len(b) > 0 && b[0] != '\x1b' || len(b) > 1 && b[1] != '[' {
		return 0
	}
	for i := 2; i < len(b) && i < 24; i++ {
		switch c := b[i]; {
		case c == 'm', c == 'K' && i == 2:
			return i + 1
		case c-'0' > 9 && c != ';' && c != ':':
			return 0
		}
	}
	if len(b) < 24 {
		return -1
	}
	return 0
}

// withoutColours takes colours out of b, in place.
func withoutColours(b []byte) []byte {
	at := bytes.IndexByte(b, '\x1b')
	if at < 0 {
		return b
	}
	out := b[:at]
	for rest := b[at:]; len(rest) > 0; {
		if n := colourSize(rest); n > 0 {
			rest = rest[n:]
			continue
		}
		end := bytes.IndexByte(rest[1:], '\x1b') + 1
		if end == 0 {
			end = len(rest)
		}
		out = append(out, rest[:end]...)
		rest = rest[end:]
	}
	return out
}

// isColoured says that a text has colours.
func isColoured(head []byte) bool {
	for {
		at := bytes.IndexByte(head, '\x1b')
		if at < 0 {
			return false
		}
		head = head[at:]
		if colourSize(head) > 0 {
			return true
		}
		head = head[1:]
	}
}

// plainColours reads a coloured text without its colours.
type plainColours struct {
	r    io.Reader
	rest []byte // the start of what may be a colour
	out  []byte // not yet read
	buf  []byte
	err  error
}

func (p *plainColours) Read(to []byte) (int, error) {
	for len(p.out) == 0 && p.err == nil {
		if p.buf == nil {
			p.buf = make([]byte, 64<<10)
		}
		n := copy(p.buf, p.rest)
		var m int
		m, p.err = p.r.Read(p.buf[n:])
		b := p.buf[:n+m]
		p.rest = p.rest[:0]
		if p.err == nil {
			if at := bytes.LastIndexByte(b, '\x1b'); at >= 0 && colourSize(b[at:]) < 0 {
				p.rest = append(p.rest, b[at:]...)
				b = b[:at]
			}
		}
		p.out = withoutColours(b)
	}
	n := copy(to, p.out)
	p.out = p.out[n:]
	if n == 0 {
		return 0, p.err
	}
	return n, nil
}

func withoutColoursReader(r io.Reader) io.Reader { return &plainColours{r: r} }
