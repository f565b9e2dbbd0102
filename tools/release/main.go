// Command release builds everything that is published of one version: archives for
// every system, deb and rpm packages, a list of what each binary is made of, and
// the checksums. From the root of the repository:
//
//	go -C tools run ./release [-out ../dist]
//
// Two runs on the same commit give the same bytes, whatever the machine: paths are
// trimmed, times are those of the commit or of SOURCE_DATE_EPOCH
// (reproducible-builds.org/specs/source-date-epoch), and lists are sorted. The
// version is what git says of the commit, as the go command puts it into the binary.
package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A target is a system and a processor.
type target struct{ system, processor string }

func (t target) String() string { return t.system + "_" + t.processor }

func targets() []target {
	var all []target
	for _, system := range []string{"linux", "darwin", "windows", "freebsd"} {
		for _, processor := range []string{"amd64", "arm64"} {
			all = append(all, target{system, processor})
		}
	}
	return all
}

func main() {
	out := flag.String("out", "../dist", "directory to make; what is in it is removed")
	only := flag.String("only", "", "one target alone, such as linux_amd64")
	flag.Parse()
	if err := run(*out, *only); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(out, only string) error {
	r := release{root: "..", out: out}
	if err := r.prepare(); err != nil {
		return err
	}
	for _, t := range targets() {
		if only != "" && t.String() != only {
			continue
		}
		b, err := r.build(t)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		steps := []func(binary) error{r.archive, r.sbom}
		if t.system == "linux" {
			steps = append(steps, r.packages)
		}
		for _, step := range steps {
			if err := step(b); err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
		}
	}
	return r.checksums()
}

// A release is a run of this program.
type release struct {
	root, out string
	time      time.Time // of everything that is written
}

// prepare empties the directory and settles the time.
func (r *release) prepare() error {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		text, err := exec.Command("git", "-C", r.root, "log", "-1", "--format=%ct").Output()
		if err != nil {
			return fmt.Errorf("neither SOURCE_DATE_EPOCH nor a commit says what time it is: %w", err)
		}
		seconds = strings.TrimSpace(string(text))
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	r.time = time.Unix(n, 0).UTC()
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	return os.MkdirAll(r.out, 0o755)
}

// checksums writes SHA256SUMS, which sha256sum -c reads.
func (r *release) checksums() error {
	entries, err := os.ReadDir(r.out)
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, e := range entries {
		if e.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(r.out, e.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), e.Name())
	}
	fmt.Print(sums.String())
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), sums.Bytes(), 0o644)
}

// glob are the files of a pattern below the root, sorted.
func (r *release) glob(pattern string) []string {
	files, _ := filepath.Glob(filepath.Join(r.root, pattern)) // the patterns are good ones
	slices.Sort(files)
	return files
}
