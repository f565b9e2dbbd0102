package format

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// plainText turns UTF-16, which Windows PowerShell writes, into UTF-8, and
// tells whether it had to. Anything else stays as it is: log lines are bytes.
func plainText(head []byte, r io.Reader) ([]byte, io.Reader, bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		order = binary.BigEndian
	case zerosAt(head, 1):
		order = binary.LittleEndian
	case zerosAt(head, 0):
		order = binary.BigEndian
	default:
		return head, r, false
	}
	head, r = peek(&utf16Reader{r: r, order: order})
	return head, r, true
}

// zerosAt tells whether b starts with 16 pairs of a zero, as first or second
// byte, and a byte that is none: Latin text in UTF-16 without a mark.
func zerosAt(b []byte, at int) bool {
	if len(b) < 32 {
		return false
	}
	for i := range 16 {
		if b[2*i+at] != 0 || b[2*i+1-at] == 0 {
			return false
		}
	}
	return true
}

// A utf16Reader reads UTF-16 as UTF-8. A byte order mark is dropped, half a
// surrogate pair comes out as U+FFFD.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    [4096]byte
	n     int    // bytes of in that are not yet converted
	out   []byte // converted, not yet read
	high  rune   // the first half of a pair
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) fill() {
	n, err := u.r.Read(u.in[u.n:])
	u.n += n
	u.err = err
	u.out = u.out[:0]
	whole := u.n &^ 1
	for i := 0; i < whole; i += 2 {
		r := rune(u.order.Uint16(u.in[i:]))
		if u.high != 0 {
			pair := utf16.DecodeRune(u.high, r)
			u.high = 0
			u.out = utf8.AppendRune(u.out, pair)
			if pair != utf8.RuneError {
				continue
			}
		}
		switch {
		case r == '\ufeff':
		case utf16.IsSurrogate(r) && r < 0xdc00:
			u.high = r
		default:
			u.out = utf8.AppendRune(u.out, r)
		}
	}
	u.n = copy(u.in[:], u.in[whole:u.n])
}
