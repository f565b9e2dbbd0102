package format

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"github.com/portlore/portlore"
)

// Some evidence does not come a record a line: a JSON document of many records,
// records that go over several lines. A recutter makes such an input into lines,
// a record each, so that the formats need not know. Lines of the account, and the
// places of evidence, then count records.
type recutter struct {
	note portlore.Text // about the input; zero: lines still are lines
	fits func(head []byte) bool
	cut  func(r io.Reader) io.Reader
}

// recutters are tried in this order.
var recutters = []recutter{
	{noteOurs, isScanDocument, newScanCutter},
	{noteOurs, isListenDocument, newListenCutter},
	{noteJSON, isJSONDocument, newJSONCutter},
	{noteBlocks, isSnortFull, newSnortCutter},
	{noteEvents, isWindowsEvents, newEventCutter},
	{noteASCII, isASCIIDump, unchanged},
	{noteDeltas, isDeltaDump, newDeltaCutter},
	{noteDump, isVerboseDump, newDumpCutter},
	{noteNmapXML, isNmapXML, newNmapXMLCutter},
	{portlore.Text{}, isNmapText, newNmapTextCutter},
	{portlore.Text{}, isOsqueryTable, newOsqueryCutter},
	{noteJournal, isJournalExport, newExportCutter},
	{noteJournal, isJournalVerbose, newVerboseCutter},
	{noteParts, hasParts, newPartsCutter},
	{noteCSV, isCSVOfLines, newCSVCutter},
}

// A recutting is an input that was made into lines.
type recutting struct {
	notes []portlore.Text
	taken atomic.Int64 // bytes of the input
}

// recut makes lines of what does not come in lines, and takes out colours. The
// recutting is nil where nothing had to be done.
func recut(head []byte, r io.Reader) ([]byte, io.Reader, *recutting) {
	var cut *recutting
	through := func(note portlore.Text, by func(io.Reader) io.Reader) {
		if cut == nil {
			cut = &recutting{}
			r = &counting{r, &cut.taken}
		}
		if note.EN != "" {
			cut.notes = append(cut.notes, note)
		}
		head, r = peek(by(r))
	}
	if isColoured(head) {
		through(noteColours, withoutColoursReader)
	}
	for i := range recutters {
		if c := &recutters[i]; c.fits(head) {
			through(c.note, c.cut)
			break
		}
	}
	return head, r, cut
}

// A lineCutter makes lines of lines. Of a line longer than maxLine it takes
// maxLine+1 bytes, by which it will be known, and drops the rest.
type lineCutter struct {
	r    *bufio.Reader
	take func(out, line []byte) []byte // appends what becomes of a line, without its end
	end  func(out []byte) []byte       // appends what is left at the end
	line []byte
	out  []byte // not yet read
	room []byte // that out is made in
	err  error
}

func (c *lineCutter) Read(p []byte) (int, error) {
	for len(c.out) == 0 && c.err == nil {
		c.next()
		c.room = c.room[:0]
		if len(c.line) > 0 || c.err == nil {
			c.room = c.take(c.room, bytes.TrimSuffix(c.line, []byte("\n")))
		}
		if errors.Is(c.err, io.EOF) {
			c.room = c.end(c.room)
		}
		c.out = c.room
	}
	return give(p, &c.out, c.err)
}

// next reads a line with its end.
func (c *lineCutter) next() {
	c.line = c.line[:0]
	for {
		part, err := c.r.ReadSlice('\n')
		if room := maxLine + 1 - len(c.line); len(part) > room {
			part = part[:room]
		}
		c.line = append(c.line, part...)
		if err != bufio.ErrBufferFull {
			c.err = err
			return
		}
	}
}

// give reads from what a recutter has made; err is what comes when that is used up.
func give(p []byte, made *[]byte, err error) (int, error) {
	n := copy(p, *made)
	*made = (*made)[n:]
	if n == 0 {
		return 0, err
	}
	return n, nil
}

// appendMember appends a member of a JSON object: "key":"value". Bytes that are
// no text stay as they are.
func appendMember(out []byte, key string, value []byte) []byte {
	const hex = "0123456789abcdef"
	if out[len(out)-1] != '{' {
		out = append(out, ',')
	}
	out = append(append(append(out, '"'), key...), `":"`...)
	for _, c := range value {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ':
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}
