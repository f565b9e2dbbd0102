package main

import (
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
