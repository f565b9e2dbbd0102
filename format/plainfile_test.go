package format

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portlore/portlore"
)

// A hole in a log costs no time, and no line on either side of it.
func TestHole(t *testing.T) {
	const size = 1 << 30
	name := filepath.Join(t.TempDir(), "log")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, text := range map[int64]string{0: goodLine, size: "\n" + goodLine, 2 * size: "\n" + goodLine} {
		if _, err := f.WriteAt([]byte(text), at); err != nil {
			t.Skip(err)
		}
	}
	if err := f.Truncate(3 * size); err != nil {
		t.Skip(err)
	}
	if _, err := f.Seek(1<<20, 0); err != nil || passHole(f) == 0 {
		t.Skip("the file system tells of no holes")
	}
	src, err := Open(context.Background(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	res, err := Read(context.Background(), name, 0, src, Options{}, []Sink{func(*portlore.Observation) {}}, nil)
	if err != nil || res.Understood != 3 || res.Malformed != 3 || res.Lines != 6 {
		t.Errorf("%+v %v", res.Input, err)
	}
	if passed := src.Passed(); passed+res.Bytes != 3*size || res.Bytes > 3*(longestZeros+4<<20) {
		t.Errorf("%d bytes passed over, %d read", passed, res.Bytes)
	}
	if note := NoteOfHoles(size).EN; !strings.HasPrefix(note, "1.0 GiB ") {
		t.Error(note)
	}
}
