package files

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// decode puts a node into a value: structs by their yaml tags, slices, text and
// numbers. It calls bad for what does not fit, and goes on.
func decode(n *node, into any, bad func(line, col int, message string)) {
	decodeValue(n, reflect.ValueOf(into).Elem(), bad)
}

func decodeValue(n *node, v reflect.Value, bad func(line, col int, message string)) {
	if n.kind == null {
		return
	}
	want := func(kind nodeKind, what string) bool {
		if n.kind != kind {
			bad(n.line, n.col, "want "+what)
		}
		return n.kind == kind
	}
	switch {
	case v.Type() == reflect.TypeFor[Range]() && n.kind == scalar: // a range of one
		decodeValue(n, v.Field(0), bad)
		v.Field(1).Set(v.Field(0))
	case v.Kind() == reflect.Struct:
		if want(mapping, "fields") {
			decodeFields(n, v, bad)
		}
	case v.Kind() == reflect.Slice:
		if want(list, "a list") {
			v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
			for i := range n.items {
				decodeValue(&n.items[i], v.Index(i), bad)
			}
		}
	case v.Kind() == reflect.String:
		if want(scalar, "text") {
			v.SetString(n.text)
		}
	case v.Kind() == reflect.Uint16:
		if want(scalar, "a port") {
			port, err := strconv.ParseUint(n.text, 10, 16)
			if err != nil {
				bad(n.line, n.col, fmt.Sprintf("%q: want a port, 0 to 65535", n.text))
			}
			v.SetUint(port)
		}
	case v.Kind() == reflect.Int:
		if want(scalar, "a number") {
			number, err := strconv.Atoi(n.text)
			if err != nil {
				bad(n.line, n.col, fmt.Sprintf("%q: want a number", n.text))
			}
			v.SetInt(int64(number))
		}
	default:
		panic("files: no way to read a " + v.Type().String())
	}
}

func decodeFields(n *node, v reflect.Value, bad func(line, col int, message string)) {
	for i := range n.fields {
		f := &n.fields[i]
		known := false
		for j := range v.NumField() {
			if tag := v.Type().Field(j).Tag.Get("yaml"); tag == f.key {
				decodeValue(&f.value, v.Field(j), bad)
				known = true
			}
		}
		if !known {
			var tags []string
			for j := range v.NumField() {
				tags = append(tags, v.Type().Field(j).Tag.Get("yaml"))
			}
			bad(f.line, f.col, fmt.Sprintf("unknown field %q: want one of %s", f.key, strings.Join(tags, " ")))
		}
	}
}
