package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// A component is a module, or the program itself (cyclonedx.org/docs/1.6/json).
type component struct {
	Type     string     `json:"type"`
	Ref      string     `json:"bom-ref"`
	Name     string     `json:"name"`
	Version  string     `json:"version"`
	PURL     string     `json:"purl"`
	Hashes   []hash     `json:"hashes,omitempty"`
	Licenses []any      `json:"licenses,omitempty"`
	Values   []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref string   `json:"ref"`
	On  []string `json:"dependsOn"`
}

// sbom writes what a binary is made of, as the binary itself says it, in CycloneDX.
func (r *release) sbom(b binary) error {
	data, err := os.ReadFile(b.path)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	program := component{
		Type: "application", Name: "portlore", Version: b.version, PURL: purl(b.info.Main.Path, "v"+b.version),
		Hashes:   []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
		Licenses: []any{map[string]any{"license": map[string]string{"id": "Apache-2.0"}}},
		Values:   []property{{"go:version", b.info.GoVersion}, {"go:target", b.String()}},
	}
	program.Ref = program.PURL
	modules := []component{module(&debug.Module{Path: "std", Version: strings.TrimPrefix(b.info.GoVersion, "go")})}
	for _, m := range b.info.Deps {
		modules = append(modules, module(m))
	}
	on := []string{}
	for _, m := range modules {
		on = append(on, m.Ref)
	}
	document := map[string]any{
		"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata":     map[string]any{"timestamp": r.time.Format(time.RFC3339), "component": program},
		"components":   modules,
		"dependencies": []dependency{{program.Ref, on}},
	}
	text, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.out, b.name()+".cdx.json"), append(text, '\n'), 0o644)
}

// module is a dependency with the checksum that go.sum has for it.
func module(m *debug.Module) component {
	if m.Replace != nil {
		m = m.Replace
	}
	c := component{Type: "library", Ref: purl(m.Path, m.Version), Name: m.Path, Version: m.Version, PURL: purl(m.Path, m.Version)}
	if m.Sum != "" { // the standard library has none
		c.Values = []property{{"go:sum", m.Sum}}
	}
	return c
}

// purl is a package URL (github.com/package-url/purl-spec).
func purl(path, version string) string {
	return "pkg:golang/" + path + "@" + strings.ReplaceAll(version, "+", "%2B")
}
