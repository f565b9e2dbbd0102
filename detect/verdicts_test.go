package detect_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portlore/portlore/detect"
	"github.com/portlore/portlore/lore"
	"github.com/portlore/portlore/lore/files"
)

// TestVerdicts holds docs/verdicts.md to the code and the data that it is about;
// with -update it writes the file anew. It reads the data as people write them,
// not lore.bin, which may be older.
func TestVerdicts(t *testing.T) {
	const name = "../docs/verdicts.md"
	tree, err := files.Read(os.DirFS("../lore/data"))
	if err != nil {
		t.Fatal(err)
	}
	want := verdicts(t, tree)
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Error("docs/verdicts.md is stale: run go generate ./detect")
	}
}

// verdicts is docs/verdicts.md.
func verdicts(t *testing.T, tree *files.Tree) string {
	code, k := readCode(t), tree.Contents()
	var b strings.Builder
	b.WriteString(verdictsHead)
	b.WriteString(truthText())

	b.WriteString("\n## The detectors\n\nThis is their order. Each claims from what the ones before it have left.\n\n")
	for i, d := range detect.All() {
		fmt.Fprintf(&b, "%d. `%s`: %s\n", i+1, d.Name, d.Doc)
	}

	givers := code.givers(tree.List)
	if len(givers) < 40 {
		t.Fatalf("only %d classes were found in the detectors", len(givers))
	}
	for _, id := range slices.Sorted(maps.Keys(givers)) {
		if strings.HasPrefix(givers[id], "(") && tree.List[slices.IndexFunc(tree.List, func(c files.ClassLine) bool { return c.ID == id })].Kind == "class" {
			t.Errorf("%s is given by %s, and no Doc says so", id, givers[id])
		}
	}
	list := slices.Clone(tree.List)
	slices.SortFunc(list, func(a, b files.ClassLine) int { return strings.Compare(a.ID, b.ID) })

	fmt.Fprintf(&b, "\n## The classes at a glance\n\n%s", glanceText)
	b.WriteString("| class | word | severity | role | L | F | N | P | detectors | cases | look-alikes |\n|---|---|---|---|---|---|---|---|---|---:|---:|\n")
	idle := 0
	for _, c := range list {
		word, role := "", ""
		if c.Kind == "class" && c.ID != "unknown" {
			word, role = c.Word.String(), c.Role.String()
		}
		if givers[c.ID] == "" {
			idle++
		}
		seen, not := casesOf(c.ID)
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s | %s | %d | %d |\n", display(c), anchor(c), word, severityRange(c), role,
			strings.Join(c.Says[:], " | "), givers[c.ID], seen, not)
	}
	fmt.Fprintf(&b, "\n%d of the %d have no detector yet: the list says what portlore may say, not what it says already.\n", idle, len(list))
	if len(known) > 0 {
		b.WriteString("\nCases that say what should be right and is not yet:\n\n")
		for _, name := range slices.Sorted(maps.Keys(known)) {
			fmt.Fprintf(&b, "- `detect/testdata/%s`: %s\n", name, known[name])
		}
	}

	b.WriteString("\n## The classes one by one\n\nWords in braces are filled in from the evidence.\n")
	for _, c := range list {
		writeClass(&b, c, k)
	}

	b.WriteString(figuresHead)
	b.WriteString("| name | value | what it is, and why |\n|---|---|---|\n")
	for _, f := range code.figures {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.name, f.value, f.why)
	}
	b.WriteString(othersText)
	return b.String()
}

func writeClass(b *strings.Builder, c files.ClassLine, k lore.Contents) {
	i := slices.IndexFunc(k.Classes, func(x lore.Class) bool { return x.ID == c.ID })
	words := k.Classes[i]
	fmt.Fprintf(b, "\n### %s\n\n**%s** · **%s**\n\n%s\n", display(c), words.Title.EN, words.Title.ZH, words.Means.EN)
	var rest []string
	if c.Note != "" {
		rest = append(rest, "In short: "+c.Note)
	}
	if len(words.Attack) > 0 {
		rest = append(rest, "ATT&CK: "+strings.Join(words.Attack, " "))
	}
	for _, id := range words.Sources {
		for _, s := range k.Sources {
			if s.ID == id {
				rest = append(rest, "Source: "+cite(s))
			}
		}
	}
	if len(rest) > 0 {
		fmt.Fprintf(b, "\n- %s\n", strings.Join(rest, "\n- "))
	}
}

// cite is a source with its author, year and place, as far as they are known.
func cite(s lore.Source) string {
	parts := slices.DeleteFunc([]string{s.By, s.Title, s.Year}, func(p string) bool { return p == "" })
	line := strings.Join(parts, ", ")
	switch {
	case strings.HasPrefix(s.Where, "https://"):
		line += ", <" + s.Where + ">"
	case s.Where != "":
		line += ", " + s.Where
	}
	return line
}

// display is the id of a class as classes.tsv has it, without its brackets.
func display(c files.ClassLine) string {
	if c.Open {
		return c.ID + ".*"
	}
	return c.ID
}

// anchor is what the renderers of GitHub and GitLab make of a heading.
func anchor(c files.ClassLine) string { return strings.ReplaceAll(c.ID, ".", "") }

func severityRange(c files.ClassLine) string {
	switch {
	case c.Kind != "class", c.ID == "unknown":
		return ""
	case c.SeverityLow == c.SeverityHigh:
		return c.SeverityLow.String()
	}
	return c.SeverityLow.String() + " to " + c.SeverityHigh.String()
}

// code is the source of the detectors.
type code struct {
	set       *token.FileSet
	detectors map[string]ast.Node // by Name
	names     map[string]ast.Node // functions, variables
	methods   map[string]ast.Node
	figures   []figure
}

// figure is a number or a list of ports that has a name.
type figure struct{ name, value, why string }

func readCode(t *testing.T) *code {
	t.Helper()
	c := &code{set: token.NewFileSet(), detectors: map[string]ast.Node{}, names: map[string]ast.Node{}, methods: map[string]ast.Node{}}
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(c.set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv != nil {
					c.methods[decl.Name.Name] = decl.Body
				} else {
					c.names[decl.Name.Name] = decl.Body
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && len(v.Values) == len(v.Names) {
						c.addValues(decl, v)
					}
				}
			}
		}
	}
	return c
}

func (c *code) addValues(decl *ast.GenDecl, v *ast.ValueSpec) {
	for i, name := range v.Names {
		value := v.Values[i]
		if detector := nameOf(value); detector != "" {
			c.detectors[detector] = value
			continue
		}
		c.names[name.Name] = value
		if id, ok := value.(*ast.Ident); ok && id.Name == "iota" {
			continue // a name, no figure
		}
		lit, list := value.(*ast.CompositeLit)
		if decl.Tok == token.CONST || list && len(lit.Elts) > 0 && ofPorts(lit) {
			var why []string
			for _, group := range []*ast.CommentGroup{decl.Doc, v.Doc, v.Comment} {
				if text := strings.Join(strings.Fields(group.Text()), " "); text != "" {
					why = append(why, text)
				}
			}
			c.figures = append(c.figures, figure{name.Name, c.source(value), strings.ReplaceAll(strings.Join(why, " "), "|", `\|`)})
		}
	}
}

// nameOf is the Name in a &Detector{...}.
func nameOf(value ast.Expr) string {
	address, ok := value.(*ast.UnaryExpr)
	if !ok {
		return ""
	}
	lit, ok := address.X.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if text, ok := kv.Value.(*ast.BasicLit); ok && fmt.Sprint(kv.Key) == "Name" {
				name, _ := strconv.Unquote(text.Value)
				return name
			}
		}
	}
	return ""
}

// ofPorts says that a literal is a list or a set of numbers of 16 bits.
func ofPorts(lit *ast.CompositeLit) bool {
	switch of := lit.Type.(type) {
	case *ast.ArrayType:
		return fmt.Sprint(of.Elt) == "uint16"
	case *ast.MapType:
		return fmt.Sprint(of.Key) == "uint16" && fmt.Sprint(of.Value) == "bool"
	}
	return false
}

// source is an expression as it is written; of a list or a set, its items.
func (c *code) source(e ast.Expr) string {
	if lit, ok := e.(*ast.CompositeLit); ok {
		var items []string
		for _, item := range lit.Elts {
			if kv, ok := item.(*ast.KeyValueExpr); ok {
				item = kv.Key
			}
			items = append(items, c.source(item))
		}
		return strings.Join(items, " ")
	}
	var b bytes.Buffer
	if err := printer.Fprint(&b, c.set, e); err != nil {
		return err.Error()
	}
	return strings.NewReplacer("portlore.", "", "|", `\|`).Replace(b.String())
}

// gives are the classes that stand in a detector and in what it calls, but for
// those that something is only compared with. Names that are used for two things
// in the package count as both.
func (c *code) gives(detector string) (ids []string) {
	var visit func(ast.Node)
	done := map[ast.Node]bool{}
	follow := func(names map[string]ast.Node, name string) {
		if n := names[name]; n != nil && !done[n] {
			done[n] = true
			visit(n)
		}
	}
	visit = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.KeyValueExpr:
				if fmt.Sprint(n.Key) == "Name" { // malformed is a class and a detector
					return false
				}
			case *ast.BinaryExpr:
				if n.Op == token.EQL || n.Op == token.NEQ {
					return false
				}
			case *ast.SelectorExpr:
				if n.Sel.Name == "unexplained" { // the block that every Case has
					ids = append(ids, "unknown")
				}
				follow(c.methods, n.Sel.Name)
				visit(n.X)
				return false
			case *ast.Ident:
				follow(c.names, n.Name)
			case *ast.BasicLit:
				if s, _ := strconv.Unquote(n.Value); n.Kind == token.STRING && classID.MatchString(s) {
					ids = append(ids, strings.TrimSuffix(s, "."))
				}
			}
			return true
		})
	}
	visit(c.detectors[detector])
	slices.Sort(ids)
	return slices.Compact(ids)
}

// givers are the detectors of each class: those whose Doc names it and, in
// brackets, those that say it too.
func (c *code) givers(list []files.ClassLine) map[string]string {
	named, others := map[string][]string{}, map[string][]string{}
	for _, d := range detect.All() {
		for _, id := range c.gives(d.Name) {
			if i := slices.IndexFunc(list, func(l files.ClassLine) bool { return id == l.ID || l.Open && strings.HasPrefix(id, l.ID+".") }); i >= 0 {
				id = list[i].ID
			}
			to := others
			if strings.Contains(d.Doc, id) {
				to = named
			}
			if !slices.Contains(to[id], d.Name) {
				to[id] = append(to[id], d.Name)
			}
		}
	}
	all := map[string]string{}
	for id, names := range named {
		all[id] = strings.Join(names, " ")
	}
	for id, names := range others {
		all[id] = strings.TrimSpace(all[id] + " (" + strings.Join(names, " ") + ")")
	}
	return all
}

const verdictsHead = "# Verdicts\n\nGenerated by `go generate ./detect`; do not edit. What portlore can say, on which conditions, and where its figures come from.\n" +
	"\n## What a verdict is\n\n" +
	"Everything that was understood, be it a packet, a flow or a line of a log, is an observation, and every observation has one owner: a finding, " +
	"a row of noise, or the block \"not explained\". The three add up to the total; a test holds the judge to it. What one address sent of one kind " +
	"(SYNs, UDP, echo requests, ...) is claimed as a whole by the first detector that knows it, so the order of the detectors is part of the verdict: " +
	"what is about a target first, then cheap exclusions, then shapes, then intents, then single probes. An innocent is gone before anyone asks about scans.\n\n" +
	"| part of a finding | what it is |\n|---|---|\n" +
	"| class | one id of the closed list `lore/data/classes.tsv` |\n" +
	"| also, attributes | other classes of the same subjects, not counted again; technique, pace and tool |\n" +
	"| word | FIX (处理): act now. CHECK (核实): only the owner can tell. NOTE (提示): worth knowing. fine (正常): nothing to do. The list says which; a detector may raise it |\n" +
	"| severity | info, low, medium, high, critical, for programs: the lower end of the class's range, one step more where something was let in, or what the detector says; never above the upper end |\n" +
	"| confidence | from 0 to 1, with the one sentence that says why |\n" +
	"| role | what the subjects are: actor (they did it), victim (they suffer it), forged (somebody else wrote their addresses), ours (our own hosts) |\n" +
	"| means, do, unless | what it means, whether anything must be done, and what would make it wrong |\n"

// truthText says where the measured quality of the verdicts is found.
func truthText() string {
	text := "\n## Truth\n\nThe truth bench plays real tools and harmless made-up packets in network namespaces, each with a label that says what is true and what " +
		"each kind of evidence can show of it, and counts per class what was right, vague, missed or wrongly accused. "
	if _, err := os.Stat("../docs/truth.md"); err == nil {
		return text + "[truth.md](truth.md) has the figures of a run; `make truth` gets them anew (as root, on Linux).\n"
	}
	return text + "`make truth` plays it and prints the table (as root, on Linux; it says which Debian packages it wants).\n"
}

const glanceText = "L, F, N and P are kinds of evidence: a log without TCP flags, a log with flags, TTL and IP id, a flow with bytes and state, a capture. " +
	"They say the most that such evidence can support: \"is\", \"like\" (no more than \"consistent with\") or \"no\". A detector does not " +
	"ask where its evidence comes from; what it needs to see must keep it within these bounds. An attribute has neither " +
	"word nor severity of its own. Detectors in brackets say the class now and then, mostly beside another. Cases are the files of `detect/testdata/CLASS`; a look-alike " +
	"is one that must not be called so.\n\n"

const figuresHead = "\n## Figures\n\nMost thresholds stand in the words of the detectors above. These have a name in the code, in seconds where they are times:\n\n"

// othersText is what the sources of thresholds count, for comparison.
const othersText = "\nWhat others count, read in their sources and manuals:\n\n| who | what | figures |\n|---|---|---|\n" +
	"| Threshold random walk ([2004](https://doi.org/10.1109/SECPRI.2004.1301325)) | whether the first contact of a source with each host fails | four failures in a row: each makes a scan four times as likely, and 99 times is enough |\n" +
	"| [simple-scan](https://github.com/ncsa/bro-simple-scan) for Zeek | failed pairs of host and port | 25 from outside; 20 hosts at one port; within 15 minutes |\n" +
	"| [Snort 3](https://github.com/snort3/snort3/blob/master/doc/user/port_scan.txt) port_scan | ports and hosts of a source | 5 ports at the low setting, 15 at the medium one; within 60 to 600 seconds |\n" +
	"| [CrowdSec](https://github.com/crowdsecurity/hub) iptables-scan-multi_ports | distinct TCP ports of a source | the 16th; a bucket of 15 that loses one in 5 seconds |\n" +
	"| [psad](https://github.com/mrash/psad) | packets of a source, whatever became of them | 5, 15, 150, 1,500, 10,000 for danger levels 1 to 5; 5 IP protocols |\n" +
	"| [scanlogd](https://www.openwall.com/scanlogd/) | distinct ports of a source | 7 privileged or 21 others, at most 3 seconds apart |\n" +
	"| [Slips](https://github.com/stratosphereips/StratosphereLinuxIPS) | connections not established, an hour | 5 ports of a host, 5 hosts at a port, 5 hosts pinged |\n" +
	"| [Corsaro](https://github.com/CAIDA/corsaro), corsaro_dos | backscatter of one victim | 25 packets over 60 seconds, 30 in the busiest minute |\n"
