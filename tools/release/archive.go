package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A file is one that goes into an archive or a package.
type file struct {
	from, to string // on this disk, and there
	mode     int64
}

// payload is what comes with the binary in every archive.
func (r *release) payload(b binary) []file {
	files := []file{{b.path, filepath.Base(b.path), 0o755}}
	for _, pattern := range []string{"LICENSE", "README.md", "CHANGELOG.md", "docs/*.md", "man/man1/*", "man/zh_CN/man1/*", "cmd/portlore/completion/*", "examples/*.*"} {
		for _, from := range r.glob(pattern) {
			to, _ := filepath.Rel(r.root, from)
			to = strings.TrimPrefix(filepath.ToSlash(to), "cmd/portlore/")
			if !strings.HasSuffix(to, ".go") {
				files = append(files, file{from, to, 0o644})
			}
		}
	}
	return files
}

// archive writes a .zip for Windows and a .tar.gz for the others, with one directory
// in it.
func (r *release) archive(b binary) error {
	var out bytes.Buffer
	ending, write := ".tar.gz", r.tar
	if b.system == "windows" {
		ending, write = ".zip", r.zip
	}
	if err := write(&out, b.name(), r.payload(b)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, b.name()+ending), out.Bytes(), 0o644)
}

func (r *release) tar(w io.Writer, dir string, files []file) error {
	packed, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	out := tar.NewWriter(packed)
	for _, f := range files {
		data, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		head := &tar.Header{Name: dir + "/" + f.to, Mode: f.mode, Size: int64(len(data)), ModTime: r.time, Uname: "root", Gname: "root", Format: tar.FormatUSTAR}
		if err := out.WriteHeader(head); err != nil {
			return err
		}
		if _, err := out.Write(data); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return packed.Close()
}

func (r *release) zip(w io.Writer, dir string, files []file) error {
	out := zip.NewWriter(w)
	for _, f := range files {
		data, err := os.ReadFile(f.from)
		if err != nil {
			return err
		}
		entry, err := out.CreateHeader(&zip.FileHeader{Name: dir + "/" + f.to, Method: zip.Deflate, Modified: r.time})
		if err != nil {
			return err
		}
		if _, err := entry.Write(data); err != nil {
			return err
		}
	}
	return out.Close()
}
