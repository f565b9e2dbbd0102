package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portlore/portlore/report"
)

// What attackers write into logs and lists of doors does nothing in an export.
func TestHostileExports(t *testing.T) {
	files, err := filepath.Glob("testdata/hostile/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, format := range report.ExportFormats() {
		args := append([]string{"explain", "--now", now, "--format", format}, files...)
		got := invoke(args...)
		checkInert(t, args[:5], got)
		if (format == "ocsf" || format == "ecs") && strings.Contains(got.stdout, "<script") {
			t.Errorf("%s: %s", format, got.stdout)
		}
	}
}

// Line by line it is the same as the JSON document.
func TestLinesAreTheDocument(t *testing.T) {
	args := []string{"explain", "../../examples/mixed.log", "../../examples/sockets.txt", "--now", now, "--format"}
	var whole map[string]any
	if err := json.Unmarshal([]byte(invoke(append(args, "json")...).stdout), &whole); err != nil {
		t.Fatal(err)
	}
	lists := map[string]string{"input": "inputs", "finding": "findings", "door": "doors", "noise": "noise"}
	got := map[string][]any{}
	for line := range strings.Lines(invoke(append(args, "jsonl")...).stdout) {
		var doc map[string]any
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Fatal(err)
		}
		kind := doc["record"].(string)
		delete(doc, "record")
		switch kind {
		case "unexplained":
			if at := difference(kind, doc, whole[kind]); at != "" {
				t.Error(at)
			}
		case "run":
			for _, name := range []string{"schema", "word", "sentence", "first", "last", "home", "totals"} {
				if at := difference(name, doc[name], whole[name]); at != "" {
					t.Error(at)
				}
			}
		default:
			got[lists[kind]] = append(got[lists[kind]], doc)
		}
	}
	for _, name := range lists {
		if at := difference(name, any(got[name]), whole[name]); at != "" {
			t.Error(at)
		}
	}
}

// `listen` has the same forms, of a machine that is always the same.
func TestListenExports(t *testing.T) {
	for format, want := range map[string]string{
		"csv": "record,word,title,reach,state,address,", "tsv": "record\tword\ttitle\treach", "md": "**", "jsonl": `{"record":"run","schema":"portlore/listen/1"`,
		"ocsf": `{"activity_id":1,`, "ecs": `{"@timestamp":"`,
	} {
		got := invokeListen(testMachine(), "--format", format)
		if got.code != exitDone || !strings.HasPrefix(got.stdout, want) || strings.Count(got.stdout, "\n") < 2 {
			t.Errorf("%s: exit %d, %s%s", format, got.code, got.stdout, got.stderr)
		}
		checkInert(t, []string{"listen", format}, got)
	}
}
