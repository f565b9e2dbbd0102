package main

import (
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A binary is what was built for one target.
type binary struct {
	target
	path    string
	version string // as the binary says of itself, without the v
	info    *buildinfo.BuildInfo
}

// name is that of an archive or a list, without its ending.
func (b binary) name() string { return "portlore_" + b.version + "_" + b.String() }

// debianVersion is a version in which what comes before a release sorts before it.
func debianVersion(version string) string { return strings.Replace(version, "-", "~", 1) }

// build builds portlore as one static file.
func (r *release) build(t target) (binary, error) {
	dir := filepath.Join(r.out, t.String())
	name := "portlore"
	if t.system == "windows" {
		name += ".exe"
	}
	b := binary{target: t, path: filepath.Join(dir, name)}
	abs, err := filepath.Abs(b.path)
	if err != nil {
		return b, err
	}
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=auto", "-ldflags=-s -w -buildid=", "-o", abs, "./cmd/portlore")
	cmd.Dir, cmd.Stderr = r.root, os.Stderr
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+t.system, "GOARCH="+t.processor, "GOAMD64=v1", "GOARM64=v8.0")
	if err := cmd.Run(); err != nil {
		return b, fmt.Errorf("go build: %w", err)
	}
	if b.info, err = buildinfo.ReadFile(b.path); err != nil {
		return b, err
	}
	b.version = strings.TrimPrefix(b.info.Main.Version, "v")
	if b.version == "" || b.version == "(devel)" { // built outside of a clone
		b.version = "0.0.0-dev"
	}
	return b, nil
}
