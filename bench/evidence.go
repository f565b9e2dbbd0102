package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A file is evidence, and how many records it has.
type file struct {
	what    string // as the table calls it
	name    string
	records int
	bytes   int64
}

func newFile(what, name string, records int) (file, error) {
	info, err := os.Stat(name)
	if err != nil {
		return file{}, err
	}
	return file{what, name, records, info.Size()}, nil
}

// Evidence is what genlog makes: one scene, four times over.
type evidence struct {
	log, short, pcap, netflow file
	truth                     string // name of a file
}

func makeEvidence(dir string, o options) (e evidence, err error) {
	genlog := filepath.Join(dir, "genlog")
	if err := build(genlog, "./bench/genlog"); err != nil {
		return e, err
	}
	e.truth = filepath.Join(dir, "truth.json")
	for as, into := range map[string]*file{"log": &e.log, "pcap": &e.pcap, "netflow": &e.netflow} {
		name := filepath.Join(dir, "scene."+as)
		if err := generate(genlog, as, name, e.truth, o); err != nil {
			return e, err
		}
		what := map[string]string{"log": "netfilter log", "pcap": "pcap", "netflow": "NetFlow 5 in a pcap"}[as]
		if *into, err = newFile(what, name, o.lines); err != nil {
			return e, err
		}
	}
	short := filepath.Join(dir, "short.log")
	lines := min(o.peerLines, o.lines)
	if err := head(e.log.name, short, lines); err != nil {
		return e, err
	}
	e.short, err = newFile("its beginning", short, lines)
	return e, err
}

func generate(genlog, as, name, truthFile string, o options) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	cmd := exec.Command(genlog, "-as", as, "-lines", strconv.Itoa(o.lines), "-seed", strconv.FormatUint(o.seed, 10), "-truth", truthFile)
	cmd.Stdout, cmd.Stderr = f, os.Stderr
	return cmd.Run()
}

// head copies the first n lines.
func head(from, to string, n int) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	lines := bufio.NewReader(in)
	for range n {
		line, err := lines.ReadSlice('\n')
		if err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// formatNames are the directories of cases.
func formatNames() ([]string, error) {
	dirs, err := filepath.Glob(filepath.Join("format", "testdata", "*", "*.txtar"))
	if err != nil || len(dirs) == 0 {
		return nil, fmt.Errorf("no cases below format/testdata: run it from the root of the repository: %w", err)
	}
	var names []string
	for _, d := range dirs {
		names = append(names, filepath.Base(filepath.Dir(d)))
	}
	return slices.Compact(names), nil
}

// enlarged is the longest case of a format that is read as such when it is repeated
// up to so many bytes. Documents that end, such as a JSON array, are not.
func enlarged(portlore, dir, format string, size int) (file, error) {
	cases, _ := filepath.Glob(filepath.Join("format", "testdata", format, "*.txtar"))
	var inputs [][]byte
	for _, name := range cases {
		text, err := os.ReadFile(name)
		if err != nil {
			return file{}, err
		}
		if _, input, ok := bytes.Cut(text, []byte("-- input --\n")); ok {
			input, _, _ = bytes.Cut(input, []byte("\n-- "))
			inputs = append(inputs, append(unescape(input), '\n'))
		}
	}
	slices.SortFunc(inputs, func(a, b []byte) int { return len(b) - len(a) })
	name := filepath.Join(dir, "enlarged")
	for _, input := range inputs {
		if err := os.WriteFile(name, bytes.Repeat(input, size/len(input)+1), 0o600); err != nil {
			return file{}, err
		}
		var doc struct {
			Inputs []struct {
				Format     string
				Understood int
			}
		}
		out, _ := exec.Command(portlore, "explain", "--json", name).Output() // malformed lines are part of it
		if json.Unmarshal(out, &doc) == nil && len(doc.Inputs) == 1 && doc.Inputs[0].Format == format && doc.Inputs[0].Understood > size/len(input) {
			return newFile("`"+format+"`", name, doc.Inputs[0].Understood)
		}
	}
	return file{}, errors.New("no case that can be repeated")
}

var escape = regexp.MustCompile(`\\x[0-9a-f]{2}|\\r`)

// unescape turns \xNN and \r of a case into bytes.
func unescape(text []byte) []byte {
	return escape.ReplaceAllFunc(text, func(s []byte) []byte {
		if string(s) == `\r` {
			return []byte("\r")
		}
		n, _ := strconv.ParseUint(strings.TrimPrefix(string(s), `\x`), 16, 8)
		return []byte{byte(n)}
	})
}
