package format

import (
	"bufio"
	"bytes"
	"io"

	"github.com/portlore/portlore"
)

var noteNmapXML = portlore.Text{
	EN: "the file is nmap's XML; lines count ports, and hosts without any",
	ZH: "文件是 nmap 的 XML，行数按其中的端口计（没有端口的主机各计一行）",
}

// isNmapXML knows the document that nmap and masscan write.
func isNmapXML(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(head) == 0 || head[0] != '<' {
		return false
	}
	for t := (tags{text: head}); t.next(); {
		return string(t.name) == "nmaprun"
	}
	return false
}

// A nmapXMLCutter writes a line for every port, with the address of its host
// before it; and one for every host without a port. What else the document says is
// left out.
type nmapXMLCutter struct {
	r   *bufio.Reader
	out []byte
	err error

	tag     []byte // the one being read, from its <; empty: outside of one
	quote   byte
	comment bool

	address []byte // the tag of the host
	port    []byte // its tags so far; empty: outside of one
	ports   int    // of the host so far
}

func newNmapXMLCutter(r io.Reader) io.Reader {
	return &nmapXMLCutter{r: bufio.NewReaderSize(r, 64<<10)}
}

func (c *nmapXMLCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		b, err := c.r.ReadByte()
		if err != nil {
			c.err = err
			if len(c.port) > 0 { // the document is cut
				c.end(c.port)
			}
			break
		}
		c.take(b)
	}
	return give(p, &c.out, c.err)
}

// take takes one byte.
func (c *nmapXMLCutter) take(b byte) {
	if len(c.tag) == 0 {
		if b == '<' {
			c.tag = append(c.tag, b)
		}
		return
	}
	if b == '\n' || b == '\r' {
		b = ' '
	}
	if len(c.tag) <= maxLine {
		c.tag = append(c.tag, b)
	}
	switch {
	case c.comment:
		if b == '>' && bytes.HasSuffix(c.tag, []byte("-->")) {
			c.tag, c.comment = c.tag[:0], false
		} else if len(c.tag) > 64 { // what it says does not matter, only how it ends
			c.tag = append(c.tag[:0], c.tag[len(c.tag)-3:]...)
		}
	case len(c.tag) == 4 && string(c.tag) == "<!--":
		c.comment = true
	case c.quote != 0:
		if b == c.quote {
			c.quote = 0
		}
	case b == '"' || b == '\'':
		c.quote = b
	case b == '>':
		c.whole(c.tag)
		c.tag = c.tag[:0]
	}
}

// whole takes a tag that has ended.
func (c *nmapXMLCutter) whole(tag []byte) {
	is := func(name string) bool {
		rest, ok := bytes.CutPrefix(tag[1:], []byte(name))
		return ok && (rest[0] == ' ' || rest[0] == '>' || rest[0] == '/')
	}
	switch {
	case is("host"):
		c.address, c.ports = c.address[:0], 0
	case is("/host"):
		if c.ports == 0 && len(c.address) > 0 {
			c.end(nil)
		}
	case is("address"):
		if len(c.address) == 0 && !bytes.Contains(tag, []byte(`addrtype="mac"`)) {
			c.address = append(c.address, tag...)
		}
	case is("port"):
		c.port = append(c.port[:0], tag...)
		c.ports++
	case len(c.port) == 0:
	case is("/port"):
		c.end(append(c.port, tag...))
	case is("state"), is("service"):
		if len(c.port)+len(tag) <= maxLine {
			c.port = append(c.port, tag...)
		}
	}
}

// end ends a line.
func (c *nmapXMLCutter) end(port []byte) {
	if len(c.address) == 0 {
		c.out = append(c.out[:0], "<address />"...)
	} else {
		c.out = append(c.out[:0], c.address...)
	}
	c.out = append(append(c.out, port...), '\n')
	c.port = c.port[:0]
}

// isNmapText knows what nmap prints, or writes with -oN.
func isNmapText(head []byte) bool {
	return bytes.HasPrefix(head, []byte(nmapReport)) || bytes.Contains(head, []byte("\n"+nmapReport))
}

// A nmapTextCutter puts the host before every row of its table. Lines stay what
// and where they are otherwise.
type nmapTextCutter struct {
	r    *bufio.Reader
	out  []byte
	err  error
	host []byte // "Nmap scan report for" it; empty: none yet
}

func newNmapTextCutter(r io.Reader) io.Reader {
	return &nmapTextCutter{r: bufio.NewReaderSize(r, 64<<10)}
}

func (c *nmapTextCutter) Read(p []byte) (int, error) {
	if len(c.out) == 0 && c.err == nil {
		var piece []byte
		piece, c.err = c.r.ReadSlice('\n')
		if c.err == bufio.ErrBufferFull { // a long line goes on in pieces
			c.err = nil
		}
		c.out = c.out[:0]
		text := bytes.TrimRight(piece, "\r\n")
		switch {
		case bytes.HasPrefix(text, []byte(nmapReport)) && len(text) < 1024:
			c.host = append(c.host[:0], text...)
		case len(c.host) > 0 && isNmapRow(text):
			c.out = append(append(c.out, c.host...), ": "...)
		}
		c.out = append(c.out, piece...)
	}
	return give(p, &c.out, c.err)
}
