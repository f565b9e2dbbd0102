package report

import (
	"encoding/json"
	"io"
)

// JSON writes any document with two blanks of indent. HTML characters are
// escaped, and so are the separators that JavaScript takes for line ends.
func JSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
