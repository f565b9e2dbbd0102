package format

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strconv"

	"github.com/portlore/portlore"
)

var noteJournal = portlore.Text{
	EN: "the file holds the journal's entries in blocks; lines count the entries",
	ZH: "文件中的 systemd 日志每条占多行，行数按条目计",
}

// journalFields are those that matter (systemd.journal-fields(7)).
var journalFields = []string{
	"MESSAGE", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", "_TRANSPORT", "SYSLOG_IDENTIFIER", "_COMM",
	"CONTAINER_ID", "CONTAINER_NAME",
}

// fieldOf is the name of a field that matters; empty: it does not.
func fieldOf(name []byte) string {
	for _, f := range journalFields {
		if string(name) == f {
			return f
		}
	}
	return ""
}

// isJournalExport knows the Journal Export Format (systemd.io), which begins
// every entry with its cursor.
func isJournalExport(head []byte) bool {
	return bytes.HasPrefix(head, []byte("__CURSOR=")) || bytes.HasPrefix(head, []byte("__REALTIME_TIMESTAMP="))
}

// An exportCutter makes an object as journalctl -o json has it of every block of
// NAME=value lines. The value of a NAME without '=' follows as its length, in
// eight bytes, the lowest first, and its bytes.
type exportCutter struct {
	r     *bufio.Reader
	entry []byte
	out   []byte
	err   error
}

func newExportCutter(r io.Reader) io.Reader {
	return &exportCutter{r: bufio.NewReaderSize(r, 64<<10)}
}

func (c *exportCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		c.field()
		if errors.Is(c.err, io.EOF) && len(c.entry) > 0 {
			c.end()
		}
	}
	return give(p, &c.out, c.err)
}

// end ends an entry.
func (c *exportCutter) end() {
	c.out = append(append(c.out[:0], c.entry...), "}\n"...)
	c.entry = c.entry[:0]
}

// field reads one field, or the empty line between entries.
func (c *exportCutter) field() {
	var text []byte
	for {
		part, err := c.r.ReadSlice('\n')
		text = append(text, part[:min(len(part), maxLine-min(maxLine, len(text)))]...)
		if err != bufio.ErrBufferFull {
			c.err = err
			break
		}
	}
	text = bytes.TrimRight(text, "\r\n")
	if len(text) == 0 {
		if len(c.entry) > 0 {
			c.end()
		}
		return
	}
	name, value, ok := bytes.Cut(text, []byte("="))
	if !ok && c.err == nil {
		value = c.binary()
	}
	if len(c.entry) == 0 {
		c.entry = append(c.entry, '{')
	}
	if f := fieldOf(name); f != "" && len(c.entry)+len(value) < maxLine/2 {
		c.entry = appendMember(c.entry, f, value)
	}
}

// binary reads a value with its length before it. Of one that is longer than any
// message the rest is passed over.
func (c *exportCutter) binary() []byte {
	var size [8]byte
	if _, c.err = io.ReadFull(c.r, size[:]); c.err != nil {
		c.err = io.EOF // the input is cut
		return nil
	}
	n := binary.LittleEndian.Uint64(size[:])
	value := make([]byte, min(n, maxLine))
	read, err := io.ReadFull(c.r, value)
	if err == nil && n > maxLine {
		_, err = io.CopyN(io.Discard, c.r, int64(min(n-maxLine, 1<<62)))
	}
	if err == nil {
		_, err = c.r.ReadByte() // the line end
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	c.err = err
	return value[:read]
}

// isJournalVerbose knows journalctl -o verbose: a line with the time and the
// cursor, and below it the fields, indented. Older versions say first where the
// journal begins.
func isJournalVerbose(head []byte) bool {
	for range 2 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		if cursorTime(line) != nil && bytes.HasPrefix(rest, []byte("    ")) {
			return true
		}
		if !bytes.HasPrefix(line, []byte("-- ")) {
			return false
		}
		head = rest
	}
	return false
}

// cursorTime is the time in the cursor of an entry, in microseconds since the
// epoch as hexadecimal digits. Nil: the line begins no entry.
func cursorTime(line []byte) []byte {
	at := bytes.Index(line, []byte(" [s="))
	if at < 0 || len(line) < 5 || !weekday(line) && !isYear(line) {
		return nil
	}
	_, rest, ok := bytes.Cut(line[at:], []byte(";t="))
	digits, _, end := bytes.Cut(rest, []byte(";"))
	if !ok || !end || len(digits) == 0 || len(digits) > 15 {
		return nil
	}
	return digits
}

// newVerboseCutter makes an object as journalctl -o json has it of every entry.
func newVerboseCutter(r io.Reader) io.Reader {
	var entry []byte
	flush := func(out []byte) []byte {
		if len(entry) > 0 {
			out = append(append(out, entry...), "}\n"...)
			entry = entry[:0]
		}
		return out
	}
	take := func(out, line []byte) []byte {
		if digits := cursorTime(line); digits != nil {
			out = flush(out)
			entry = append(entry, '{')
			if n, err := strconv.ParseUint(string(digits), 16, 60); err == nil {
				entry = appendMember(entry, "__REALTIME_TIMESTAMP", strconv.AppendUint(nil, n, 10))
			}
			return out
		}
		field, ok := bytes.CutPrefix(line, []byte("    "))
		if !ok || len(entry) == 0 {
			return append(append(flush(out), line...), '\n')
		}
		name, value, _ := bytes.Cut(field, []byte("="))
		if f := fieldOf(name); f != "" && len(entry)+len(value) < maxLine/2 {
			entry = appendMember(entry, f, value)
		}
		return out
	}
	return &lineCutter{r: bufio.NewReaderSize(r, 64<<10), take: take, end: flush}
}
