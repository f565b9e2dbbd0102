package portlore_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/portlore/portlore"

// A layer is a directory with everything below it that is no layer itself, and
// what it may import of this module. The root package is ".". Every layer may import itself; every
// layer but the root may import internal/*, which are leaves.
type layer struct {
	dir    string
	may    []string
	reason string
}

var layers = []layer{
	{".", nil, "the words of the domain: everybody speaks them, so they know nobody"},
	{"internal", nil, "leaves: small helpers that know at most the words"},
	{"lore", []string{"."}, "knowledge is true or false whatever was observed"},
	{"table", []string{".", "lore"}, "remembers observations; judges nothing, reads no file"},
	{"detect", []string{".", "lore", "table"}, "judges the table alone: a verdict cannot depend on the kind of evidence"},
	{"format", []string{".", "lore"}, "yields observations to whoever asks; does not know what becomes of them"},
	{"host", []string{".", "lore"}, "yields doors of this machine; does not know how they are shown"},
	{"probe", []string{".", "lore"}, "asks doors what they are; does not know how they are shown"},
	{"scan", []string{"."}, "finds which ports answer; knows no service and shows nothing"},
	{"report", []string{".", "lore"}, "renders a finished Report: the same answer in every output"},
	{"report/site", []string{".", "lore"}, "renders what is known, not what was found: pages stay the same whatever was observed"},
	{"cmd", []string{".", "lore", "table", "detect", "format", "host", "probe", "scan", "report", "report/site", "docs", "examples"}, "wires them all; nobody imports it"},
	{"docs", nil, "what others rely on, as files: the code follows them, they follow no code"},
	{"examples", nil, "evidence to try things on, as files"},
	{"tools", nil, "builds what is published; a module of its own, so that its dependencies are nobody's"},
	{"bench/scan", []string{"scan"}, "measures the engine alone, beside tools that identify nothing"},
	{"bench", nil, "measures the program from outside, as a user meets it"},
	{"bench/scan", []string{"scan"}, "measures the port scanner alone: the verb asks more of a port than whether it answers"},
}

// TestImports keeps the import order over the non-test files of all systems.
func TestImports(t *testing.T) {
	imports := map[string][]string{} // directory to imported paths
	for name, text := range sourceFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		dir := path.Dir(name)
		imports[dir] = slices.Grow(imports[dir], len(file.Imports)) // a directory counts even when it imports nothing
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			imports[dir] = append(imports[dir], imported)
		}
	}
	if len(imports["."]) == 0 || len(imports["lore"]) == 0 {
		t.Fatal("the walk over the tree found no source files")
	}
	for _, v := range violations(imports) {
		t.Error(v)
	}
}

// violations says which imports break the order, and why it is kept.
func violations(imports map[string][]string) []string {
	var found []string
	for _, dir := range slices.Sorted(maps.Keys(imports)) {
		from, ok := layerOf(dir)
		if !ok {
			found = append(found, fmt.Sprintf("%s: no layer: add one to layers, with its reason", dir))
			continue
		}
		for _, imported := range imports[dir] {
			if !allowed(from, imported) {
				found = append(found, fmt.Sprintf("%s imports %s, but %s: %s", dir, imported, from.dir, from.reason))
			}
		}
	}
	return found
}

func allowed(from layer, imported string) bool {
	dir, ours := strings.CutPrefix(imported+"/", module+"/")
	if !ours {
		standard := !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".")
		return standard || from.dir != "."
	}
	to, ok := layerOf(path.Clean(dir))
	switch {
	case !ok:
		return false
	case from.dir == "internal":
		return to.dir == "."
	case to.dir == from.dir:
		return true
	case to.dir == "internal":
		return from.dir != "."
	}
	return slices.Contains(from.may, to.dir)
}

func layerOf(dir string) (layer, bool) {
	for at := dir; at != "." || dir == "."; at = path.Dir(at) { // what lies in no layer is not of the root
		if i := slices.IndexFunc(layers, func(l layer) bool { return l.dir == at }); i >= 0 {
			return layers[i], true
		}
	}
	return layer{}, false
}

// A test that cannot fail is a bug: the checker must see each of these.
func TestImportsViolations(t *testing.T) {
	for _, tt := range []struct {
		dir, imported string
		ok            bool
	}{
		{".", "net/netip", true},
		{".", module + "/lore", false},
		{".", module + "/internal/textwidth", false},
		{".", "golang.org/x/text/width", false},
		{"lore", module, true},
		{"lore", module + "/internal/textwidth", true},
		{"lore", module + "/table", false},
		{"lore/gen", module + "/lore", true},
		{"lore/gen", "gopkg.in/yaml.v3", true},
		{"table", module + "/lore", true},
		{"table", module + "/detect", false},
		{"detect", module + "/table", true},
		{"detect", module + "/format", false},
		{"format", module + "/table", false},
		{"host", module + "/probe", false},
		{"report", module + "/detect", false},
		{"report", module + "/cmd/portlore", false},
		{"internal/safetext", module, true},
		{"internal/safetext", module + "/lore", false},
		{"internal/safetext", module + "/internal/textwidth", false},
		{"cmd/portlore", module + "/format", true},
		{"cmd/portlore", module + "/bench", false},
		{"cmd/portlore", module + "/docs/schema", true},
		{"report", module + "/docs/schema", false},
		{"report", module + "/report/site", false},
		{"report/site", module + "/report", false},
		{"report/site", module + "/lore", true},
		{"cmd/portlore", module + "/report/site", true},
		{"docs/schema", module, false},
		{"bench", module + "/table", false},
		{"nowhere", "fmt", false},
		{"lore", module + "/nowhere", false},
		{"lore", module + "x/table", true}, // another module whose name begins like ours
	} {
		got := violations(map[string][]string{tt.dir: {tt.imported}})
		if ok := len(got) == 0; ok != tt.ok {
			t.Errorf("%s importing %s: allowed %v, want %v %q", tt.dir, tt.imported, ok, tt.ok, got)
		}
	}
	for _, l := range layers {
		if l.reason == "" {
			t.Errorf("layer %s has no reason", l.dir)
		}
	}
}
