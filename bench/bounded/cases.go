//go:build linux

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/portlore/portlore/bench/capture"
)

const (
	moment   = 10 * time.Second // of CPU time
	long     = 20 * time.Minute // for gigabytes
	patience = time.Hour        // by the clock, which on a busy machine says little
)

// cases are all of them.
func cases(gigabytes []int) []testCase {
	all := []testCase{
		{name: "1,000,000 sources", stream: &stream{sources: 1_000_000}, most: long, lines: 1_000_000},
		{name: "10,000,000 sources", stream: &stream{sources: 10_000_000}, most: long, lines: 10_000_000},
	}
	for _, gb := range gigabytes {
		s := &stream{bytes: int64(gb) * 1e9, sources: 1_000_000}
		all = append(all, testCase{name: fmt.Sprintf("%d GB", gb), stream: s, most: long, lines: s.lines()})
	}
	return append(all,
		testCase{name: "a line of 100 MB before 1,000 lines", stream: &stream{before: 100e6, sources: 1000}, most: moment, lines: 1000},
		testCase{name: "a gzip bomb of 10 GB", disk: bomb("gz", gzipped), most: moment},
		testCase{name: "a zstd bomb of 10 GB", disk: bomb("zst", zstandard), most: moment},
		testCase{name: "an xz bomb of 10 GB", disk: bomb("xz", by("xz", "-c")), most: 2 * moment},
		testCase{name: "a bzip2 bomb of 10 GB", disk: bomb("bz2", by("bzip2", "-c")), most: 2 * moment},
		testCase{name: "a file that is a hole of 4 GiB", disk: hole, most: moment},
		testCase{name: "a FIFO that nobody writes to", disk: fifo, most: moment},
		testCase{name: "/dev/zero", disk: is("/dev/zero"), most: moment},
		testCase{name: "/dev/urandom", disk: is("/dev/urandom"), most: moment},
		testCase{name: "a directory 100 deep", disk: deep, most: moment},
		testCase{name: "links in a loop", disk: loop, most: moment},
		testCase{name: "a link to itself", disk: itself, most: moment},
		testCase{name: "a directory of 20,000 files", disk: many, most: 2 * moment, lines: 20_000},
		testCase{name: "a capture with 100,000 interfaces", disk: interfaces, most: moment, lines: 40},
	)
}

// bomb is compressed zeros: a part of 100 MB, a hundred times over. All of the four
// take files that were joined for one.
func bomb(ending string, compress func(io.Writer, io.Reader) error) func(dir string) (string, error) {
	return func(dir string) (string, error) {
		var part bytes.Buffer
		if err := compress(&part, io.LimitReader(zeros{}, 100e6)); err != nil {
			return "", err
		}
		name := filepath.Join(dir, "bomb."+ending)
		return name, os.WriteFile(name, bytes.Repeat(part.Bytes(), 100), 0o600)
	}
}

func gzipped(w io.Writer, r io.Reader) error {
	z := gzip.NewWriter(w)
	if _, err := io.Copy(z, r); err != nil {
		return err
	}
	return z.Close()
}

func zstandard(w io.Writer, r io.Reader) error {
	z, err := zstd.NewWriter(w)
	if err != nil {
		return err
	}
	if _, err := io.Copy(z, r); err != nil {
		return err
	}
	return z.Close()
}

func by(name string, args ...string) func(io.Writer, io.Reader) error {
	return func(w io.Writer, r io.Reader) error {
		cmd := exec.Command(name, args...)
		cmd.Stdin, cmd.Stdout = r, w
		return cmd.Run()
	}
}

func is(name string) func(string) (string, error) {
	return func(string) (string, error) { return name, nil }
}

func hole(dir string) (string, error) {
	name := filepath.Join(dir, "hole")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return "", err
	}
	return name, os.Truncate(name, 4<<30)
}

func fifo(dir string) (string, error) {
	name := filepath.Join(dir, "fifo")
	return name, syscall.Mkfifo(name, 0o600)
}

func deep(dir string) (string, error) {
	name := filepath.Join(dir, "deep")
	below := name
	for range 100 {
		below = filepath.Join(below, "d")
	}
	return name, os.MkdirAll(below, 0o755)
}

func loop(dir string) (string, error) {
	name := filepath.Join(dir, "loop")
	if err := os.Mkdir(name, 0o755); err != nil {
		return "", err
	}
	return name, os.Symlink(name, filepath.Join(name, "again"))
}

func itself(dir string) (string, error) {
	name := filepath.Join(dir, "self")
	return name, os.Symlink(name, name)
}

func many(dir string) (string, error) {
	name := filepath.Join(dir, "many")
	if err := os.Mkdir(name, 0o755); err != nil {
		return "", err
	}
	for i := range 20_000 {
		line := []byte(form)
		number(line[bytes.Index(line, []byte("DPT="))+4:], 4, int64(1000+i%9000))
		number(line[bytes.Index(line, []byte(" ID="))+4:], 5, int64(10_000+i))
		if err := os.WriteFile(filepath.Join(name, fmt.Sprint(i, ".log")), line, 0o600); err != nil {
			return "", err
		}
	}
	return name, nil
}

func interfaces(dir string) (string, error) {
	name := filepath.Join(dir, "interfaces.pcapng")
	return name, os.WriteFile(name, capture.Pcapng(100_000), 0o600)
}
