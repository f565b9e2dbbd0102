//go:build unix

// Command hostile breaks evidence in thousands of ways, has portlore explain
// each, and prints what became of it: panics, hangs, memory, and whether the
// good lines behind the broken ones were counted. Run it from the root of the
// repository:
//
//	go run ./bench/hostile
//
// The same seed breaks the same bytes. It ends with 1 when a promise is broken.
// What is large or endless is for bench/bounded.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

const (
	memoryLimit = 256 << 20 // that explain may have
	patience    = 10 * time.Second
)

func main() {
	files := flag.Int("files", 3500, "broken files")
	seed := flag.Uint64("seed", 1, "how they are broken")
	portlore := flag.String("portlore", "", "try this binary; empty: build one")
	keep := flag.String("keep", "", "directory for the files that break a promise; empty: keep none")
	flag.Parse()
	ok, err := run(os.Stdout, *files, *seed, *portlore, *keep)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

func run(w io.Writer, files int, seed uint64, portlore, keep string) (bool, error) {
	dir, err := os.MkdirTemp("", "portlore-hostile-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	if portlore == "" {
		portlore = filepath.Join(dir, "portlore")
		if out, err := exec.Command("go", "build", "-o", portlore, "./cmd/portlore").CombinedOutput(); err != nil {
			return false, fmt.Errorf("%w\n%s", err, out)
		}
	}
	seeds, err := readSeeds(filepath.Join("format", "testdata"))
	if err != nil {
		return false, err
	}
	r := rig{portlore: portlore, dir: dir, keep: keep}
	began := time.Now()
	r.close(seeds)
	work := make(chan *broken)
	var done sync.WaitGroup
	for i := range 2 {
		done.Go(func() {
			for b := range work {
				r.try(b, i)
			}
		})
	}
	for i := range files {
		work <- breakOne(seeds, seed, i)
	}
	close(work)
	done.Wait()

	fmt.Fprintf(w, "| kind | files | panics | hangs over %v | peak memory, MiB | good lines counted |\n|---|---:|---:|---:|---:|---:|\n", patience)
	var sum score
	for _, kind := range slices.Sorted(keys(r.scores)) {
		s := r.scores[kind]
		fmt.Fprintln(w, s.row(kind))
		sum.add(s)
	}
	fmt.Fprintln(w, sum.row("all"))
	ok := sum.panics == 0 && sum.hangs == 0 && sum.peak <= memoryLimit
	fmt.Fprintf(w, "\n%d seeds, seed %d, %v. Good lines: 15 behind each file, where its format lets lines stand behind it.\n", len(seeds), seed, time.Since(began).Round(time.Second))
	for _, name := range r.missed {
		fmt.Fprintln(w, "not all counted:", name)
	}
	return ok, nil
}
