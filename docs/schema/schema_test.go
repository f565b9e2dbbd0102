package schema_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/docs/schema"
	"github.com/portlore/portlore/report"
)

// documents are what the verbs write. A verb with a schema has a line here.
var documents = map[string]any{
	"doctor":  report.Doctor{},
	"explain": portlore.Report{},
	"listen":  report.Listen{},
	"port":    report.Port{},
	"scan":    report.Scan{},
}

// The schemas and the types say the same: no field in one that the other lacks,
// and every field says what it means.
func TestSchemasMatchTypes(t *testing.T) {
	if verbs := slices.Sorted(maps.Keys(documents)); !slices.Equal(verbs, schema.Verbs()) {
		t.Errorf("types for %q, schemas for %q", verbs, schema.Verbs())
	}
	for verb, document := range documents {
		text, _ := schema.Of(verb)
		var root node
		if err := json.Unmarshal(text, &root); err != nil {
			t.Errorf("%s: %v", verb, err)
			continue
		}
		for _, v := range (comparison{defs: root.Defs, seen: map[reflect.Type]bool{}}).compare(verb, &root, reflect.TypeOf(document)) {
			t.Error(v)
		}
	}
	if _, ok := schema.Of("no such verb"); ok {
		t.Error("a schema for a verb that there is not")
	}
}

// A node is the part of a schema that says which fields there are.
type node struct {
	Ref         string           `json:"$ref"`
	Defs        map[string]*node `json:"$defs"`
	Type        any              `json:"type"` // a name or a list of names
	Const       any              `json:"const"`
	Enum        []any            `json:"enum"`
	Description string           `json:"description"`
	Required    []string         `json:"required"`
	Properties  map[string]*node `json:"properties"`
	Items       *node            `json:"items"`
	Additional  *node            `json:"additionalProperties"`
}

type comparison struct {
	defs map[string]*node
	seen map[reflect.Type]bool
}

// compare says in which places a schema and a type differ.
func (c comparison) compare(at string, n *node, typ reflect.Type) []string {
	if name, ok := strings.CutPrefix(n.Ref, "#/$defs/"); ok {
		if n = c.defs[name]; n == nil {
			return []string{at + ": refers to " + name + ", which is not there"}
		}
	}
	if got, want := n.kind(), kindOf(typ); got != want {
		return []string{fmt.Sprintf("%s: %s in the schema, %s in the code", at, got, want)}
	}
	switch typ.Kind() {
	case reflect.Slice:
		return c.compare(at+"[]", n.Items, typ.Elem())
	case reflect.Map:
		return c.compare(at+"{}", n.Additional, typ.Elem())
	case reflect.Struct:
		if !c.seen[typ] {
			c.seen[typ] = true
			return c.fields(at, n, typ)
		}
	}
	return nil
}

func (c comparison) fields(at string, n *node, typ reflect.Type) (found []string) {
	var names, required []string
	for field := range typ.Fields() {
		name, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" || !field.IsExported() {
			continue
		}
		names = append(names, name)
		if option != "omitempty" && option != "omitzero" {
			required = append(required, name)
		}
		property := n.Properties[name]
		if property == nil {
			found = append(found, fmt.Sprintf("%s.%s: not in the schema", at, name))
			continue
		}
		if property.Description == "" {
			found = append(found, fmt.Sprintf("%s.%s: no description", at, name))
		}
		found = append(found, c.compare(at+"."+name, property, field.Type)...)
	}
	for name := range n.Properties {
		if !slices.Contains(names, name) {
			found = append(found, fmt.Sprintf("%s.%s: not in the code", at, name))
		}
	}
	if slices.Sort(required); !slices.Equal(required, slices.Sorted(slices.Values(n.Required))) {
		found = append(found, fmt.Sprintf("%s: the schema requires %q, the code always writes %q", at, n.Required, required))
	}
	return found
}

// kind is the type of what a schema allows.
func (n *node) kind() string {
	switch {
	case n.Const != nil, len(n.Enum) > 0: // of texts: there are no others
		return "string"
	case n.Type == nil:
		return "anything"
	}
	return strings.Trim(fmt.Sprint(n.Type), "[]")
}

// kindOf is what encoding/json writes for a type.
func kindOf(typ reflect.Type) string {
	if typ.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return "string"
	}
	switch typ.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Float64:
		return "number"
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Pointer:
		return kindOf(typ.Elem()) + " null"
	}
	return "integer"
}

// A test that cannot fail is a bug: the comparison must see each of these.
func TestComparisonFindsDifferences(t *testing.T) {
	type inner struct {
		A string `json:"a"`
	}
	type outer struct {
		List []inner `json:"list"`
		N    int     `json:"n,omitempty"`
	}
	const inside = `{"type": "object", "required": ["a"], "properties": {"a": {"type": "string", "description": "A."}}}`
	const list = `"list": {"type": "array", "description": "L.", "items": ` + inside + `}`
	for text, want := range map[string]int{
		`{"type": "object", "required": ["list"], "properties": {` + list + `, "n": {"type": "integer", "description": "N."}}}`:                                                              0,
		`{"type": "object", "required": ["list"], "properties": {` + list + `}}`:                                                                                                             1, // n is missing
		`{"type": "object", "required": ["list", "n"], "properties": {` + list + `, "n": {"type": "integer", "description": "N."}}}`:                                                         1, // n may be missing
		`{"type": "object", "required": [], "properties": {` + list + `, "n": {"type": "integer", "description": "N."}}}`:                                                                    1, // list never is
		`{"type": "object", "required": ["list"], "properties": {` + list + `, "n": {"type": "integer"}}}`:                                                                                   1, // no description
		`{"type": "object", "required": ["list"], "properties": {` + list + `, "n": {"type": "string", "description": "N."}}}`:                                                               1, // another type
		`{"type": "object", "required": ["list"], "properties": {` + list + `, "n": {"type": "integer", "description": "N."}, "z": {"type": "string"}}}`:                                     1, // no such field
		`{"type": "object", "required": ["list"], "properties": {` + strings.ReplaceAll(list, `"a"`, `"b"`) + `, "n": {"type": "integer", "description": "N."}}}`:                            3, // further down
		`{"type": "object", "required": ["list"], "properties": {"list": {"$ref": "#/$defs/no", "description": "L."}, "n": {"type": "integer", "description": "N."}}}`:                       1, // to nowhere
		`{"$ref": "#/$defs/x", "$defs": {"x": {"type": "object", "required": ["list"], "properties": {` + list + `, "n": {"$ref": "#/$defs/n", "description": "N."}}}, "n": {"enum": [1]}}}`: 1, // an enum is of texts
	} {
		var root node
		if err := json.Unmarshal([]byte(text), &root); err != nil {
			t.Fatal(err)
		}
		got := comparison{root.Defs, map[reflect.Type]bool{}}.compare("x", &root, reflect.TypeFor[outer]())
		if len(got) != want {
			t.Errorf("%s:\n%q, want %d of them", text, got, want)
		}
	}
}
