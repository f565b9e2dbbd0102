package format

import (
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
	{noteJSON, isJSONDocument, newJSONCutter},
	{noteBlocks, isSnortFull, newSnortCutter},
	{noteDeltas, isDeltaDump, newDeltaCutter},
	{noteDump, isVerboseDump, newDumpCutter},
	{noteNmapXML, isNmapXML, newNmapXMLCutter},
	{portlore.Text{}, isNmapText, newNmapTextCutter},
	{portlore.Text{}, isOsqueryTable, newOsqueryCutter},
}

// A recutting is an input that was made into lines.
type recutting struct {
	note  *portlore.Text
	taken atomic.Int64 // bytes of the input
}

// recut makes lines of what does not come in lines. The recutting is nil where
// nothing had to be done.
func recut(head []byte, r io.Reader) ([]byte, io.Reader, *recutting) {
	for i := range recutters {
		if c := &recutters[i]; c.fits(head) {
			cut := recutting{note: &c.note}
			head, r = peek(c.cut(&counting{r, &cut.taken}))
			return head, r, &cut
		}
	}
	return head, r, nil
}
