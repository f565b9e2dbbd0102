package format

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/portlore/portlore"
)

// compressed is text in every compression that can be written here. Of bzip2
// there is no writer; its sample is in testdata.
func compressed(t *testing.T, text []byte) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for name, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
		"xz": func(w io.Writer) (io.WriteCloser, error) {
			return xz.WriterConfig{BlockSize: 100_000}.NewWriter(w)
		},
	} {
		var b bytes.Buffer
		w, err := open(&b)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(text)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		all[name] = b.Bytes()
	}
	return all
}

func TestOpenCompressed(t *testing.T) {
	text := []byte(strings.Repeat(goodLine, 3000))
	for name, data := range compressed(t, text) {
		path := filepath.Join(t.TempDir(), "x.log") // the name says nothing
		for _, repeat := range []int{1, 2} {        // members and streams may follow each other
			write(t, path, bytes.Repeat(data, repeat))
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Fatal(name, err)
			}
			got, err := io.ReadAll(s)
			if err != nil || !bytes.Equal(got, bytes.Repeat(text, repeat)) || s.Compression != name {
				t.Errorf("%s as %q: %d bytes, error %v", name, s.Compression, len(got), err)
			}
			if s.Taken() != s.Size || s.Size != int64(len(data)*repeat) {
				t.Errorf("%s: took %d of %d", name, s.Taken(), s.Size)
			}
			s.Close()
		}

		// What can be unpacked of a cut file still counts.
		write(t, path, data[:len(data)*9/10])
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(name, err)
		}
		res, err := Read(context.Background(), path, 0, s, Options{}, []Sink{func(*portlore.Observation) {}}, nil)
		if err == nil || res.Unread == "" || !strings.Contains(res.Unread, name) {
			t.Errorf("%s cut: error %v, unread %q", name, err, res.Unread)
		}
		s.Close()
	}
}

// TestOpenBombs holds the limit on the memory that data may claim.
func TestOpenBombs(t *testing.T) {
	var b bytes.Buffer
	w, err := xz.WriterConfig{DictCap: 128 << 20}.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(goodLine))
	w.Close()
	path := filepath.Join(t.TempDir(), "x")
	write(t, path, b.Bytes())
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := io.ReadAll(s); err == nil || !strings.Contains(err.Error(), "128 MiB") {
		t.Errorf("xz: error %v", err)
	}

	// A frame that claims a window of 1 GiB: descriptor 0, window exponent 20.
	write(t, path, []byte("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00"))
	z, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if _, err := io.ReadAll(z); err == nil || !strings.Contains(err.Error(), "64 MiB") {
		t.Errorf("zstd: error %v", err)
	}
}

func TestOpenOthers(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(t.Context(), filepath.Join(dir, "none")); !os.IsNotExist(err) {
		t.Errorf("no such file: %v", err)
	}
	if _, err := Open(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "directory") {
		t.Errorf("directory: %v", err)
	}
	s, err := Open(t.Context(), "testdata/good.log.bz2")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, err := io.ReadAll(s); err != nil || string(got) != goodLine || s.Compression != "bzip2" {
		t.Errorf("bzip2: %q, %v", got, err)
	}
}

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.log", "a.log", "sub/deep/c.log", "sub/[x].log"} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, path, []byte(goodLine))
	}
	if err := os.Symlink(dir, filepath.Join(dir, "sub", "loop")); err != nil {
		t.Skip("no links here:", err)
	}
	fifo := filepath.Join(dir, "pipe")
	if err := exec.Command("mkfifo", fifo).Run(); err != nil {
		t.Skip("no FIFOs here:", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sub", "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	at := func(names ...string) []string {
		for i := range names {
			names[i] = filepath.Join(dir, names[i])
		}
		return names
	}
	for _, tt := range []struct {
		args     []string
		want     []string
		problems []string
	}{
		{[]string{"-"}, []string{"-"}, nil},
		{at("b.log", "a.log"), at("b.log", "a.log"), nil},
		{at("*.log"), at("a.log", "b.log"), nil},
		{at("sub/[x].log"), at("sub/[x].log"), nil},
		{at("."), at("a.log", "b.log", "sub/[x].log", "sub/deep/c.log"), []string{"FIFO"}},
		{at("pipe"), at("pipe"), nil},
		{at("pip*"), nil, []string{"FIFO"}},
		{at("none"), nil, []string{"no such file"}},
		{at("none*"), nil, []string{"no such file"}},
		{at("sub/empty"), nil, []string{"no files"}},
	} {
		names, problems := Expand(tt.args)
		if !slices.Equal(names, tt.want) {
			t.Errorf("Expand(%q) = %q, want %q", tt.args, names, tt.want)
		}
		if len(problems) != len(tt.problems) {
			t.Errorf("Expand(%q): problems %v, want %v", tt.args, problems, tt.problems)
			continue
		}
		for i, p := range problems {
			if !strings.Contains(p.Error(), tt.problems[i]) {
				t.Errorf("Expand(%q): problem %q, want %q", tt.args, p, tt.problems[i])
			}
		}
	}
}

func TestSurvey(t *testing.T) {
	dir := t.TempDir()
	later := strings.ReplaceAll(goodLine, "Nov 23", "Nov 24")
	long := strings.Repeat(goodLine, 2*sniffSize/len(goodLine))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, later)
	z.Close()
	for name, text := range map[string]string{
		"kern.log":      later,
		"kern.log.1":    goodLine,
		"kern.log.1.gz": packed.String(), // the same as kern.log, compressed
		"long":          long,
		"long.copy":     long,
		"long.other":    long + goodLine, // begins alike
		"notes":         "nothing here\n",
		"empty":         "", "empty2": "",
	} {
		write(t, filepath.Join(dir, name), []byte(text))
	}
	names, problems := Expand([]string{dir})
	if problems != nil {
		t.Fatal(problems)
	}
	var got []string
	for _, p := range Survey(t.Context(), append(names, "-", filepath.Join(dir, "none")), Options{}) {
		got = append(got, strings.TrimSuffix(filepath.Base(p.Name)+"="+filepath.Base(p.DuplicateOf), "=."))
	}
	want := []string{"kern.log.1", "long", "long.copy=long", "long.other", "kern.log", "kern.log.1.gz=kern.log", "empty", "empty2", "notes", "-", "none"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestXZOfTools reads what xz itself writes, with every check and in blocks.
func TestXZOfTools(t *testing.T) {
	if _, err := exec.LookPath("xz"); err != nil {
		t.Skip("no xz here")
	}
	text := strings.Repeat(goodLine, 5000)
	for _, args := range [][]string{{"-C", "none"}, {"-C", "crc32"}, {"-C", "crc64"}, {"-C", "sha256"}, {"--block-size=100KiB"}, {"-T2", "--block-size=64KiB"}, {"-9"}} {
		cmd := exec.Command("xz", append([]string{"-c"}, args...)...)
		cmd.Stdin = strings.NewReader(text)
		data, err := cmd.Output()
		if err != nil {
			t.Fatal(args, err)
		}
		path := filepath.Join(t.TempDir(), "x")
		write(t, path, data)
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(args, err)
		}
		if got, err := io.ReadAll(s); err != nil || string(got) != text {
			t.Errorf("xz %v: %d bytes, want %d; error %v", args, len(got), len(text), err)
		}
		s.Close()
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
