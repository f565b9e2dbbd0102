package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// What attackers write into logs. Every line that is good is counted, and
// nothing of the rest is believed: all packets are of one address.
func TestHostileLogs(t *testing.T) {
	for name, want := range map[string]account{
		"terminal.log": {Lines: 90, Understood: 52, Malformed: 38},
		"bidi.log":     {Lines: 48, Understood: 24, Malformed: 24},
		"web.log":      {Lines: 36, Understood: 18, Malformed: 18},
		"formulas.log": {Lines: 27, Understood: 18, Malformed: 9},
		"forged.log":   {Lines: 12, Understood: 11, Other: 1},
	} {
		file := filepath.Join("testdata", "hostile", name)
		doc := explain(t, file)
		if got := doc.Inputs[0].account; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		for _, n := range doc.Noise {
			if len(n.Subjects) != 1 || n.Subjects[0] != "198.51.100.7" {
				t.Errorf("%s: believes in packets of %q", name, n.Subjects)
			}
		}
		inert(t, file)
	}
}

// What a scanned host and the programs of one's own write into lists of doors: no
// entity expands, no comment counts, no name acts.
func TestHostileDoors(t *testing.T) {
	for name, want := range map[string]account{
		"scan.xml":    {Lines: 5, Understood: 3, Malformed: 2},
		"sockets.txt": {Lines: 6, Understood: 4, Other: 1, Malformed: 1},
	} {
		file := filepath.Join("testdata", "hostile", name)
		doc := explain(t, file)
		if got := doc.Inputs[0].account; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		text := invoke("explain", "--show", "all", file).stdout + invoke("explain", "--json", file).stdout
		if strings.Contains(text, "aaaaaaaaaa") || strings.Contains(text, "root:") || strings.Contains(text, "192.0.2.66") {
			t.Errorf("%s: something was expanded or believed", name)
		}
		inert(t, file)
		inert(t, "--show", "1", file)
		inert(t, "--show", "all", file)
	}
}

// One line alone is answered field by field, so more of it is shown.
func TestHostileLines(t *testing.T) {
	files, err := filepath.Glob("testdata/hostile/*.log")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	one := filepath.Join(t.TempDir(), "one.log")
	for _, file := range files {
		for i, line := range slices.Collect(bytes.Lines(readFile(t, file))) {
			writeFile(t, one, line)
			args := []string{"explain", "--now", now, "--lang", []string{"en", "zh"}[i%2], one}
			checkInert(t, append(args, string(line)), invoke(args...))
		}
	}
}

// A log in which everything goes wrong between good lines.
func TestDamagedLog(t *testing.T) {
	const hole = 100_000_000
	record := func(date, host, end string) string {
		return date + " " + host + " kernel: IN=eth0 OUT= SRC=198.51.100.7 DST=203.0.113.20 LEN=44 TTL=49 ID=7 PROTO=TCP SPT=4000 DPT=23 SYN" + end
	}
	file := filepath.Join(t.TempDir(), "damaged.log")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.WriteString(record("Feb 26 01:02:03", "fw", "\n"))
	f.Seek(hole, 1) // one line of zeros, which take no room on the disk
	f.WriteString("\n")
	f.WriteString(record("Feb 27 01:02:03", "fw", "\r\n"))
	f.WriteString(record("Feb 27 01:02:04", "f\x00w", "\n"))
	f.WriteString(record("Feb 27 01:02:05", "f\xff\xc3\x28w", "\n"))
	f.WriteString(record("Feb 30 01:02:03", "fw", "\n"))
	f.WriteString(record("Feb 28 01:02:03", "fw", ""))

	doc := explain(t, file)
	if got, want := doc.Inputs[0].account, (account{Lines: 7, Understood: 5, Malformed: 2}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	want := []lineError{{2, 1<<20 + 1, "line longer than 1 MiB: skipped"}, {6, 1, `stamp "Feb 30": no such day`}}
	if got := doc.Inputs[0].Errors; len(got) != len(want) {
		t.Errorf("%+v, want %+v", got, want)
	} else {
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%+v, want %+v", got[i], want[i])
			}
		}
	}
	if doc.Totals.Observations != 5 {
		t.Errorf("%d observations, want 5", doc.Totals.Observations)
	}
	inert(t, file)
}

// File names are evidence too.
func TestHostileNames(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file names cannot hold control characters")
	}
	dir := t.TempDir()
	log := readFile(t, filepath.Join("..", "..", "examples", "mixed.log"))
	for i, s := range []string{"\x1b]52;c;eA==\a\x1b[2J\u202egol\u009b2J\x7f", "two\nlines\r\t", "=1+1<b>'; reboot; '`id`$(id)"} {
		a := writeFile(t, filepath.Join(dir, s+".log"), log)
		b := writeFile(t, filepath.Join(dir, s+".copy"), log)
		bad := writeFile(t, filepath.Join(dir, s+".bad"), []byte("Dec  3 04:05:06 fw kernel: IN=eth0 OUT= SRC="+s+" DST=1\n"))
		gone := filepath.Join(dir, s+".gone")
		inert(t, a)
		inert(t, a, b, bad, gone)
		inert(t, gone)
		inert(t, "-o", filepath.Join(gone, "report"), a)
		inert(t, "--show", s, a)
		inert(t, "--show", "all", a, bad)
		inert(t, "--tz", s, a)
		inert(t, "--format", s, a)
		inert(t, "--class", s, a)
		inert(t, "--port", s, a)
		inert(t, "--since", s, a)
		inert(t, "--baseline", gone, a)
		inert(t, "--baseline", bad, a)
		inert(t, "--mute", gone, a)
		inert(t, "--mute", bad, a)
		inert(t, "--why", "--show", "1", a)
		inert(t, "--why", bad)
		inert(t, "--"+s)
		for _, args := range [][]string{
			{s},
			{"--" + s},
			{"help", s},
			{"--lang", s},
			{"schema", s},
			{"port", s},
			{"port", s, "--json"},
			{"port", s, "--format", "tsv"},
			{"port", "--expose", s},
			{"lore", s},
			{"lore", "lint", gone},
			{"lore", "import", bad},
			{a},
		} {
			checkInert(t, args, invoke(args...))
		}
		if i == 0 && !strings.Contains(invoke("explain", a).stdout, "packets") {
			t.Error("a strange name keeps the file from being read")
		}
	}
	inert(t, dir)
}

// A program gets the very name of a file, and a person sees what is in it.
func TestNamesSurviveJSON(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file names cannot hold control characters")
	}
	name := writeFile(t, filepath.Join(t.TempDir(), "\x1b\u202e\u009b&.log"), []byte("x\n"))
	if got := explain(t, name).Inputs[0].Name; got != name {
		t.Errorf("%q, want %q", got, name)
	}
}

type account struct{ Lines, Understood, Other, Malformed int }

type lineError struct {
	Line, Column int
	Error        string
}

type document struct {
	Inputs []struct {
		account
		Name   string
		Errors []lineError
	}
	Noise  []struct{ Subjects []string }
	Totals struct{ Observations int }
}

// explain explains one file as JSON.
func explain(t *testing.T, file string) document {
	t.Helper()
	got := invoke("explain", "--json", "--now", now, file)
	var doc document
	if err := json.Unmarshal([]byte(got.stdout), &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Inputs) != 1 {
		t.Fatalf("%d inputs, want 1", len(doc.Inputs))
	}
	return doc
}

// inert runs explain in both languages and all formats, and checks that
// whatever it prints is harmless.
func inert(t *testing.T, args ...string) {
	t.Helper()
	for _, lang := range []string{"en", "zh"} {
		for _, format := range []string{"text", "json", "html"} {
			args := append([]string{"explain", "--now", now, "--lang", lang, "--format", format}, args...)
			checkInert(t, args, invoke(args...))
		}
	}
}

func checkInert(t *testing.T, args []string, got result) {
	t.Helper()
	for stream, text := range map[string]string{"stdout": got.stdout, "stderr": got.stderr} {
		if at := harmful(text); at >= 0 {
			t.Errorf("%q: %s: %q", args, stream, text[max(0, at-40):min(len(text), at+20)])
		}
	}
	if got.code != exitDone && got.stdout+got.stderr == "" {
		t.Errorf("%q: exit %d without a word", args, got.code)
	}
	// A name that holds a line end must not put words in our mouth.
	for line := range strings.Lines(got.stderr) {
		if strings.HasPrefix(line, "lines") {
			t.Errorf("%q: a forged line on stderr: %q", args, line)
		}
	}
}

// harmful is where text could do something to a terminal, or is not text: -1
// for nowhere.
func harmful(text string) int {
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n', r == '\t':
		case r < ' ', r >= 0x7f && r <= 0x9f,
			r == utf8.RuneError && size == 1,
			unicode.In(r, unicode.Bidi_Control, unicode.Cf, unicode.Zl, unicode.Zp):
			return i
		}
	}
	return -1
}

// A check that cannot fail is none.
func TestHarmful(t *testing.T) {
	for text, want := range map[string]int{
		"":                      -1,
		"冰河\t(23)\n":            -1,
		"a\x1b[2J":              1,
		"a\r":                   1,
		"\x7f":                  0,
		"ab\u009b":              2,
		"ab\x9b":                2,
		"\u202e":                0,
		"\u2028":                0,
		"\xed\xa0\x80":          0,
		"a replacement: \uFFFD": -1,
	} {
		if got := harmful(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
	if !bytes.Contains(readFile(t, "testdata/hostile/terminal.log"), []byte("\x1b]52;")) {
		t.Error("the samples have lost their teeth")
	}
}
