package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/portlore/portlore/docs/schema"
)

// The examples beside the schemas are what the program writes, and valid.
func TestExamples(t *testing.T) {
	root(t)
	commands := map[string][]string{
		"doctor":  {"doctor", "--json"},
		"explain": {"explain", "examples/mixed.log", "examples/sockets.txt", "--json", "--now", now},
		"port":    {"port", "3128", "--json"},
	}
	for _, verb := range schema.Verbs() {
		file := filepath.Join("docs", "schema", verb+".example.json")
		got := invoke(commands[verb]...)
		switch verb { // of a machine, a network that is always the same
		case "listen":
			got = invokeListen(testMachine(), "--json", "--lang", "en")
		case "scan":
			got = invokeScan(t, testNetwork(), "192.168.1.20-21", "192.0.2.9", "--ports", "22,6379,8080,161/udp", "--authorized", "ticket 4711", "--json", "-q", "--lang", "en")
		}
		if got.code != exitDone || got.stderr != "" {
			t.Fatalf("%s: exit %d, %s", verb, got.code, got.stderr)
		}
		validate(t, verb, got.stdout)
		if verb == "doctor" { // it is about one machine: its example need only be valid
			validate(t, verb, string(readFile(t, file)))
		} else if *update {
			writeFile(t, file, []byte(got.stdout))
		} else if got.stdout != string(readFile(t, file)) {
			t.Errorf("%s is out of date; make update-goldens writes it anew", file)
		}
	}
}

// Whatever the evidence, what explain writes is valid.
func TestExplainIsValid(t *testing.T) {
	hostile, err := filepath.Glob("testdata/hostile/*")
	if err != nil || len(hostile) == 0 {
		t.Fatal("no hostile samples", err)
	}
	dir := t.TempDir()
	empty := writeFile(t, filepath.Join(dir, "empty.log"), nil)
	web := writeFile(t, filepath.Join(dir, "access.log"), []byte("192.0.2.1 - - [x] \"GET / HTTP/1.1\" 200 1\n"))
	mixed := filepath.Join("..", "..", "examples", "mixed.log")
	copied := writeFile(t, filepath.Join(dir, "copy.log"), readFile(t, mixed))
	sockets := filepath.Join("..", "..", "examples", "sockets.txt")
	boot := writeFile(t, filepath.Join(dir, "dmesg"), []byte("[   12.5] IN=eth0 OUT= SRC=192.0.2.9 DST=198.51.100.1 LEN=40 TTL=50 ID=1 PROTO=TCP SPT=4000 DPT=23 SYN\n"))
	base := writeFile(t, filepath.Join(dir, "base.json"), []byte(`{"schema": "portlore/explain/1", "findings": [], "noise": []}`))
	mute := writeFile(t, filepath.Join(dir, "mute.conf"), []byte("scan * until=2030-01-01 a \x1b[2J reason\n"))
	for _, args := range append([][]string{
		{mixed},
		{mixed, "--lang", "zh"},
		{mixed, copied},
		{mixed, "--tz", "Asia/Shanghai"},
		{mixed, "--home", "203.0.113.0/24"},
		{mixed, "--source", "198.51.100.63"},
		{mixed, "--source", "192.0.2.99"},
		{mixed, "--why"},
		{sockets},
		{sockets, mixed, "--lang", "zh"},
		{sockets, "--port", "22", "--source", "192.0.2.1"},
		{boot, "--why"},
		{mixed, "--class", "scan", "--class", "web"},
		{mixed, "--port", "80", "--since", "2025-11-23", "--until", "1d"},
		{mixed, "--baseline", base},
		{mixed, "--mute", mute},
		{empty},
		{web},
		{boot},
		{dir},
		{filepath.Join(dir, "missing.log")},
	}, each(hostile)...) {
		validate(t, "explain", invoke(append([]string{"explain", "--json", "--now", now}, args...)...).stdout)
	}
}

func each(names []string) (all [][]string) {
	for _, name := range names {
		all = append(all, []string{name})
	}
	return all
}

// Whatever the question, what port writes is valid: this asks for every port
// that some table has.
func TestPortIsValid(t *testing.T) {
	for _, query := range []string{"0-65535", "49999", "冰河", "木马", "no such thing", "\x1b\u202e\xff"} {
		validate(t, "port", invoke("port", "--json", "--", query).stdout)
	}
}

// A validator that passes everything proves nothing.
func TestSchemasReject(t *testing.T) {
	root(t)
	for _, verb := range schema.Verbs() {
		text, err := os.ReadFile(filepath.Join("docs", "schema", verb+".example.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, change := range [][2]string{{`"schema":`, `"scheme":`}, {"/1\"", "/0\""}, {`"port": 3128`, `"port": "3128"`}, {`"observations": `, `"observations": -`}, {`"NOTE"`, `"Note"`}} {
			other := strings.Replace(string(text), change[0], change[1], 1)
			if other != string(text) && problem(t, verb, other) == nil {
				t.Errorf("%s: %s passes", verb, change[1])
			}
		}
	}
}

func validate(t *testing.T, verb, document string) {
	t.Helper()
	if !json.Valid([]byte(document)) {
		t.Errorf("%s: not JSON: %.200s", verb, document)
	} else if err := problem(t, verb, document); err != nil {
		t.Errorf("%s: %v", verb, err)
	}
}

// problem is why a document does not keep to the schema of its verb.
func problem(t *testing.T, verb, document string) error {
	t.Helper()
	text, _ := schema.Of(verb)
	definition, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", definition); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}
