package report

import (
	"encoding/json"
	"io"

	"github.com/portlore/portlore"
)

// JSONLine writes any document on a line of its own, harmless as JSON does.
func JSONLine(w io.Writer, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(escapeJSON(text), '\n'))
	return err
}

// A ScanLine is one open door as it is written when it is found.
type ScanLine struct {
	Schema string `json:"schema"` // "portlore/scan/1"
	portlore.Door
	Name string `json:"name"` // by which the host was asked for; empty: by its address
}
