package files

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// show writes a node so that its kind, order and place can be seen.
func show(n node) string {
	switch n.kind {
	case scalar:
		return fmt.Sprintf("%q", n.text)
	case list:
		var items []string
		for _, item := range n.items {
			items = append(items, show(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case mapping:
		var fields []string
		for _, f := range n.fields {
			fields = append(fields, f.key+":"+show(f.value))
		}
		return "{" + strings.Join(fields, " ") + "}"
	}
	return "null"
}

func TestYAML(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", `null`},
		{"# only a comment\n", `null`},
		{"port: 80\n", `{port:"80"}`},
		{"port: 80 # web\nname:\n", `{port:"80" name:null}`},
		{"a: b#c\n", `{a:"b#c"}`},
		{"where: https://example.com/x?y#z\n", `{where:"https://example.com/x?y#z"}`},
		{"a: \"it's: \\\"x\\\" \\\\ # no comment\"\n", `{a:"it's: \"x\" \\ # no comment"}`},
		{"a: 'it''s'\n", `{a:"it's"}`},
		{"a: one\n  two\n  three\nb: c\n", `{a:"one two three" b:"c"}`},
		{"a: \"one\n  two\"\n", `{a:"one two"}`},
		{"a:\n  b: c\n  d:\n    e: f\ng: h\n", `{a:{b:"c" d:{e:"f"}} g:"h"}`},
		{"- a\n- b: c\n  d: e\n-\n  f: g\n", `["a" {b:"c" d:"e"} {f:"g"}]`},
		{"a:\n- b\n- c\nd: e\n", `{a:["b" "c"] d:"e"}`},
		{"- - a\n  - b\n- c\n", `[["a" "b"] "c"]`},
		{"a: {b: c, d: [1, 2], e: \"x, y\"}\n", `{a:{b:"c" d:["1" "2"] e:"x, y"}}`},
		{"a: [1, 2,\n  3, # three\n  4]\nb: []\nc: {}\n", `{a:["1" "2" "3" "4"] b:[] c:{}}`},
		{"a: {b: , c: d}\n", `{a:{b:null c:"d"}}`},
		{"a: |\n  one\n    two\n\n  three\n\nb: c\n", `{a:"one\n  two\n\nthree\n" b:"c"}`},
		{"a: |-\n  one # kept\n", `{a:"one # kept"}`},
		{"a: >\n  one\n  two\n", `{a:"one two\n"}`},
		{"zh: 对方在找代理：3128。\n", `{zh:"对方在找代理：3128。"}`},
		{"a: b\r\nc: d\r\n", `{a:"b" c:"d"}`},
	} {
		n, err := parseYAML(test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
		} else if got := show(n); got != test.want {
			t.Errorf("%q: got %s, want %s", test.text, got, test.want)
		}
	}
}

func TestYAMLErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a: b\na: c\n":           `2:1: field "a" is there twice`,
		"a: {b: c, b: d}\n":      `1:11: field "b" is there twice`,
		"a: b: c\n":              "1:5: text with a colon and a space must be quoted",
		"a: &x b\n":              "1:4: text that begins with & must be quoted",
		"a: *x\n":                "1:4: text that begins with * must be quoted",
		"a: \"b\n\nc\"\n":        "1:4: the quote \" is not closed",
		"a: \"b\" c\n":           `1:7: unexpected "c"`,
		"a: [1, 2\n":             "1:4: the bracket is not closed by ]",
		"a: [1 2: 3]\n":          "1:8: text with a colon and a space must be quoted",
		"a: {b}\n":               "1:5: want a field and a colon",
		"a: b\n  c: d\n":         "2:4: text with a colon and a space must be quoted",
		"a:\n    b: c\n  d: e\n": "3:3: not indented as what stands above it",
		"a: b\nnonsense\n":       "2:1: want a field and a colon",
		"\ta: b\n":               "1:1: a tab: use spaces",
		"a: \"\\x\"\n":           `1:5: want \", \\, \/, \n or \t`,
		"a: |3\n  b\n":           "1:4: want |, |-, > or >-",
		strings.Repeat("[", 99):  "1:50: nested too deeply",
		strings.Repeat("- ", 99): "1:1: nested too deeply",
		"a: \xff\n":              "1:1: not UTF-8",
	} {
		if _, err := parseYAML(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestDecode(t *testing.T) {
	for text, want := range map[string]string{
		"port: 80\nrelated: [1, 2]\n":           "",
		"port: {from: 1, to: 2}\n":              "",
		"port: eighty\n":                        `1:7: "eighty": want a port, 0 to 65535`,
		"port: 65536\n":                         `1:7: "65536": want a port, 0 to 65535`,
		"port: [1]\n":                           "1:7: want fields",
		"related: 80\n":                         "1:10: want a list",
		"service: [a]\n":                        "1:10: want text",
		"claims: [{era: {from: old}}]\n":        `1:23: "old": want a number`,
		"title: {en: a, fr: b}\n":               `1:16: unknown field "fr": want one of en zh`,
		"service:\nport: 1\n":                   "",
		"claims:\n  - {id: a, value: {baf: 1}}": "",
	} {
		n, err := parseYAML(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got := ""
		var d Port
		decode(&n, &d, func(line, col int, message string) { got += fmt.Sprintf("%d:%d: %s", line, col, message) })
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func FuzzYAML(f *testing.F) {
	for _, name := range []string{"port/03128.yaml", "families.yaml", "threat/glacier.yaml"} {
		if text, err := os.ReadFile(data + "/" + name); err == nil {
			f.Add(string(text))
		}
	}
	f.Add("a: {b: [1, \"2\"], c: 'd'}\ne: |\n  f\n- g")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := parseYAML(text)
		if err != nil {
			return
		}
		var d Port
		decode(&n, &d, func(line, col int, message string) {
			if line < 1 || col < 1 {
				t.Errorf("%d:%d: %s", line, col, message)
			}
		})
		n.at("$.claims[2].era")
	})
}
