package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/portlore/portlore"
)

// The full form of Snort's alerts is a block of several lines and an empty one:
//
//	[**] [1:2001219:20] ET SCAN SSH [**]
//	[Classification: Attempted Information Leak] [Priority: 2]
//	11/23-15:02:16.123456 203.0.113.5:40001 -> 192.0.2.1:22
//	TCP TTL:52 TOS:0x0 ID:4711 IpLen:20 DgmLen:60 DF
//	******S* Seq: 0x33CA0D  Ack: 0x0  Win: 0xFAF0  TcpLen: 40
//
// A blockCutter makes a line of it.

var noteBlocks = portlore.Text{
	EN: "records of several lines; lines count the records",
	ZH: "每条记录占多行，行数按记录计",
}

func isSnortFull(head []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	line = bytes.TrimRight(line, " \r")
	return bytes.HasPrefix(line, []byte("[**] [")) && bytes.HasSuffix(line, []byte(" [**]"))
}

// A blockCutter writes lines that belong together as one, with blanks between: up
// to an empty line, or to one that begins with start.
type blockCutter struct {
	r     *bufio.Reader
	start []byte

	block []byte // being read
	out   []byte // a whole line, not yet read
	err   error
}

func newSnortCutter(r io.Reader) io.Reader {
	return &blockCutter{r: bufio.NewReaderSize(r, 64<<10), start: []byte("[**] [")}
}

func (c *blockCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		text, err := c.r.ReadSlice('\n')
		whole := !errors.Is(err, bufio.ErrBufferFull)
		if whole {
			c.err = err
		}
		trimmed := bytes.TrimRight(text, "\r\n")
		switch {
		case len(trimmed) == 0 && whole, len(c.block) > 0 && bytes.HasPrefix(trimmed, c.start):
			c.flush()
		case len(c.block) > 0 && len(c.block) <= maxLine && whole:
			c.block = append(c.block, ' ')
		}
		if len(c.block) <= maxLine {
			c.block = append(c.block, trimmed...)
		}
		if c.err != nil {
			c.flush()
		}
	}
	return give(p, &c.out, c.err)
}

// flush ends the block.
func (c *blockCutter) flush() {
	if len(c.block) > 0 {
		c.out = append(append(c.out, c.block...), '\n')
		c.block = c.block[:0]
	}
}

// full reads what follows the id of the rule.
func (s *snortAlert) full(rule, text []byte) outcome {
	l, ob := s.l, s.ob
	words, rest, ok := bytes.Cut(text, []byte(" [**]"))
	if !ok {
		return l.fails(fault{at: len(l.message), field: "[**]", why: isMissing})
	}
	level := portlore.LevelUnsaid
	for {
		rest = bytes.TrimLeft(rest, " ")
		if len(rest) == 0 || rest[0] != '[' {
			break
		}
		var group []byte
		if group, rest, ok = bytes.Cut(rest, []byte("]")); !ok {
			break
		}
		if n, ok := bytes.CutPrefix(group, []byte("[Priority: ")); ok {
			level = severityOf(n)
		}
	}
	l.claim(ob, portlore.Alert, level, s.sensor, rule, inner(words))
	l.timeOf(rest, offsetIn(l.message, rest))
	if l.when.size == 0 {
		return l.fails(fault{at: len(l.message), field: "time", why: isMissing})
	}
	ends := bytes.TrimLeft(rest[min(l.when.size, len(rest)):], " ")
	if i := bytes.Index(ends, []byte(" type:0x")); i >= 0 { // the link addresses of snort -e come first
		if _, after, ok := bytes.Cut(ends[i:], []byte(" len:0x")); ok {
			ends = bytes.TrimLeft(after[len(wordAt(after, 0)):], " ")
		}
	}
	_, tail, _ := bytes.Cut(ends, []byte(" -> "))
	tail = bytes.TrimLeft(tail[min(len(wordAt(tail, 0)), len(tail)):], " ")
	proto := wordAt(tail, 0)
	if result := s.ends(proto, ends); result != understood {
		return result
	}
	s.head(tail)
	return understood
}

// head reads the head of the packet.
func (s *snortAlert) head(b []byte) {
	ob := s.ob
	if v, ok := named(b, " TTL:"); ok {
		if n, ok := uintOf(v, 255); ok {
			ob.TTL, ob.Has = uint8(n), ob.Has|portlore.HasTTL
		}
	}
	if v, ok := named(b, " ID:"); ok {
		if n, ok := uintOf(v, 65535); ok {
			ob.ID, ob.Has = uint16(n), ob.Has|portlore.HasID
		}
	}
	if v, ok := named(b, " DgmLen:"); ok {
		n, _ := uintOf(v, 65535)
		ob.Length = uint32(n)
	}
	switch ob.Proto {
	case portlore.TCP:
		i := bytes.Index(b, []byte(" Seq: 0x"))
		if i < 8 {
			return
		}
		flags, ok := starFlags(b[i-8 : i])
		if !ok {
			return
		}
		ob.Flags, ob.Has = flags, ob.Has|portlore.HasFlags
		seq, _ := named(b, " Seq: ")
		if n, ok := hexOf(seq); ok {
			ob.Seq, ob.Has = uint32(n), ob.Has|portlore.HasSeq
		}
		window, _ := named(b, " Win: ")
		if n, ok := hexOf(window); ok {
			ob.Window, ob.Has = uint16(n), ob.Has|portlore.HasWindow
		}
	case portlore.ICMP, portlore.ICMPv6:
		t, ok := named(b, " Type:")
		code, fine := named(b, " Code:")
		kind, ok1 := uintOf(t, 255)
		n, ok2 := uintOf(code, 255)
		if ok && fine && ok1 && ok2 {
			ob.ICMPType, ob.ICMPCode, ob.Has = uint8(kind), uint8(n), ob.Has|portlore.HasICMP
		}
	}
}

// named is the word behind a name.
func named(b []byte, name string) ([]byte, bool) {
	i := bytes.Index(b, []byte(name))
	if i < 0 {
		return nil, false
	}
	return wordAt(b, i+len(name)), true
}

// starFlags reads "***AP*S*", in which every flag has its place: 1 and 2 are those
// of RFC 3168.
func starFlags(b []byte) (flags portlore.TCPFlags, ok bool) {
	const places = "12UAPRSF"
	bits := [...]portlore.TCPFlags{portlore.CWR, portlore.ECE, portlore.URG, portlore.ACK, portlore.PSH, portlore.RST, portlore.SYN, portlore.FIN}
	if len(b) != len(places) {
		return 0, false
	}
	for i, c := range b {
		switch {
		case c == places[i] || i == 0 && c == 'C' || i == 1 && c == 'E':
			flags |= bits[i]
		case c != '*':
			return 0, false
		}
	}
	return flags, true
}
