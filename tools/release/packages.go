package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	"github.com/goreleaser/nfpm/v2/rpm"
)

// packages writes the .deb and the .rpm of a binary. Both have the same files but
// for what the two families of systems want elsewhere.
func (r *release) packages(b binary) error {
	made, err := os.MkdirTemp("", "portlore-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	for _, p := range []struct {
		kind     string
		packager nfpm.Packager
		zsh      string // where its zsh looks for completions
		more     func(binary, string) (files.Contents, error)
	}{
		{"deb", deb.Default, "/usr/share/zsh/vendor-completions/_portlore", r.debian},
		{"rpm", rpm.DefaultRPM, "/usr/share/zsh/site-functions/_portlore", r.redHat},
	} {
		contents, err := r.contents(b, p.zsh, made)
		if err != nil {
			return err
		}
		more, err := p.more(b, made)
		if err != nil {
			return err
		}
		info := r.info(b, append(contents, more...))
		if p.kind == "deb" {
			info.License = "" // its control file has no field for it: copyright says it
		}
		if err := nfpm.PrepareForPackager(info, p.kind); err != nil {
			return err
		}
		var out bytes.Buffer
		if err := p.packager.Package(info, &out); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(r.out, p.packager.ConventionalFileName(info)), out.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

const maintainer = "The portlore authors <portlore@users.noreply.github.com>"

func (r *release) info(b binary, contents files.Contents) *nfpm.Info {
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: "portlore", Arch: b.processor, Platform: "linux", Version: b.version, VersionSchema: "semver", Release: "1",
		Section: "net", Priority: "optional", License: "Apache-2.0", Homepage: "https://github.com/portlore/portlore",
		Maintainer: maintainer, Vendor: "portlore", MTime: r.time,
		Description: "explains ports, firewall logs and open doors\n" +
			"portlore says in plain English or Chinese what a firewall wrote down, which\n" +
			"doors of this machine are open, and what a port number means: whether anything\n" +
			"must be done, who does such things and why, and what would make the answer\n" +
			"wrong. It needs no configuration, and reading evidence never touches the\n" +
			"network.",
		Overridables: nfpm.Overridables{Contents: contents},
	})
	info.RPM.BuildHost = "localhost" // or the name of this machine
	info.RPM.Group, info.RPM.Summary = "Applications/Internet", "explains ports, firewall logs and open doors"
	return info
}

const doc = "/usr/share/doc/portlore/"

// contents are the files of a package. What a package wants compressed is made first.
func (r *release) contents(b binary, zsh, made string) (files.Contents, error) {
	var all files.Contents
	add := func(from, to string, mode os.FileMode) { all = append(all, r.entry(from, to, mode)) }
	add(b.path, "/usr/bin/portlore", 0o755)
	add(filepath.Join(r.root, "README.md"), doc+"README.md", 0o644)
	for _, from := range r.glob("docs/*.md") {
		add(from, doc+"docs/"+filepath.Base(from), 0o644)
	}
	for _, from := range r.glob("examples/*.*") {
		if !strings.HasSuffix(from, ".go") {
			add(from, doc+"examples/"+filepath.Base(from), 0o644)
		}
	}
	scripts := filepath.Join(r.root, "cmd", "portlore", "completion")
	add(filepath.Join(scripts, "portlore.bash"), "/usr/share/bash-completion/completions/portlore", 0o644)
	add(filepath.Join(scripts, "portlore.fish"), "/usr/share/fish/vendor_completions.d/portlore.fish", 0o644)
	add(filepath.Join(scripts, "portlore.zsh"), zsh, 0o644)

	var texts []file // to be compressed
	for _, dir := range []string{"man1", "zh_CN/man1"} {
		for _, from := range r.glob("man/" + dir + "/*") {
			texts = append(texts, file{from: from, to: "/usr/share/man/" + dir + "/" + filepath.Base(from) + ".gz"})
		}
	}
	texts = append(texts, file{from: filepath.Join(r.root, "CHANGELOG.md"), to: doc + "changelog.gz"})
	for i, f := range texts {
		from := filepath.Join(made, fmt.Sprint(b, i))
		if err := compress(f.from, from); err != nil {
			return nil, err
		}
		add(from, f.to, 0o644)
	}
	return all, nil
}

func (r *release) entry(from, to string, mode os.FileMode) *files.Content {
	return &files.Content{Source: from, Destination: to, FileInfo: &files.ContentFileInfo{Mode: mode, MTime: r.time, Owner: "root", Group: "root"}}
}

// compress writes a file as gzip -9n does: without its name and time.
func compress(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}
