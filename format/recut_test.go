package format

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestJSONCutter shows what becomes of documents.
func TestJSONCutter(t *testing.T) {
	for _, c := range []struct{ name, document, lines string }{
		{"an array", `[{"a":1},{"a":[{"b":2}]}]`, "{\"a\":1}\n{\"a\":[{\"b\":2}]}\n"},
		{"an array over several lines", "[\n  {\n    \"a\": \"x\\\"]}\"\n  },\n  {}\n]\n", "{     \"a\": \"x\\\"]}\"   }\n{}\n"},
		{"records under a name", `{"took":1,"hits":{"total":{"value":2},"hits":[{"_source":{"m":1}},{"_source":{"m":2}}]}}`, "{\"_source\":{\"m\":1}}\n{\"_source\":{\"m\":2}}\n"},
		{"records that hold arrays of such a name", `{"records":[{"events":[{"a":1}]},{"b":2}]}`, "{\"events\":[{\"a\":1}]}\n{\"b\":2}\n"},
		{"objects over several lines", "{\n\"a\":1\n}\n{\n\"b\":2\n}\n", "{ \"a\":1 }\n{ \"b\":2 }\n"},
		{"two documents and a line that is none", "[{\"a\":1}]\nDROP [x]\n[{\"a\":2}]", "{\"a\":1}\nDROP [x]\n{\"a\":2}\n"},
		{"cut", `[{"a":1},{"a":`, "{\"a\":1}\n{\"a\":\n"},
	} {
		if c.name != "two documents and a line that is none" && c.name != "cut" && !isJSONDocument([]byte(c.document)) {
			t.Errorf("%s: not known for a document", c.name)
		}
		for _, r := range []io.Reader{strings.NewReader(c.document), iotest.OneByteReader(strings.NewReader(c.document))} {
			if got, err := io.ReadAll(newJSONCutter(r)); string(got) != c.lines || err != nil {
				t.Errorf("%s:\n%q, %v\nwant\n%q", c.name, got, err, c.lines)
			}
		}
	}
	for _, lines := range []string{"{\"a\":1}\n{\"a\":[{\"b\":1}]}\n", "[12.5] kernel: x", "", "{", "[UFW BLOCK] x"} {
		if isJSONDocument([]byte(lines)) {
			t.Errorf("%q is taken for a document", lines)
		}
	}
	if _, err := io.ReadAll(newJSONCutter(strings.NewReader(strings.Repeat("[", 2000)))); err == nil {
		t.Error("nested without end, and no error")
	}
}
