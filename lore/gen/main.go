// Command gen makes what is generated from lore/data: run by `go generate ./lore`.
//
//	go run ./gen              pack the files of data into data/lore.bin, count them in docs/coverage.md
//	go run ./gen -iana FILE   first make data/iana.tsv anew from the official XML or CSV
//	go run ./gen -seed FILE   first hash the wording of the old port list into testdata/seed_shingles.bin
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/lore/files"
	"github.com/portlore/portlore/lore/iana"
)

func main() {
	registry := flag.String("iana", "", "the official registry, XML or CSV")
	seed := flag.String("seed", "", "the old port list")
	flag.Parse()
	if err := run(*registry, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(registry, seed string) error {
	if seed != "" {
		if err := hashSeed(seed); err != nil {
			return err
		}
	}
	if registry != "" {
		if err := importIANA(registry); err != nil {
			return err
		}
	}
	tree, err := files.Read(os.DirFS("data"))
	if err != nil {
		return err
	}
	for _, p := range tree.Problems {
		fmt.Fprintln(os.Stderr, "data/"+p.String())
	}
	contents := tree.Contents()
	if err := os.WriteFile("../docs/coverage.md", []byte(files.Coverage(contents)), 0o644); err != nil {
		return err
	}
	return os.WriteFile("data/lore.bin", lore.Pack(contents), 0o644)
}

func importIANA(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	g, err := iana.Read(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("%s:%w", name, err)
	}
	g.SHA256 = fmt.Sprintf("%x", sha256.Sum256(data))
	var out bytes.Buffer
	if err := g.WriteTSV(&out); err != nil {
		return err
	}
	return os.WriteFile("data/iana.tsv", out.Bytes(), 0o644)
}

// hashSeed hashes the list line by line, so that no run crosses two entries.
func hashSeed(name string) error {
	list, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var hashes []uint64
	for line := range strings.Lines(string(list)) {
		hashes = append(hashes, files.Shingles(line)...)
	}
	slices.Sort(hashes)
	var out []byte
	for _, h := range slices.Compact(hashes) {
		out = binary.LittleEndian.AppendUint64(out, h)
	}
	return os.WriteFile("testdata/seed_shingles.bin", out, 0o644)
}
