package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/portlore/portlore/internal/sandbox"
	"github.com/portlore/portlore/report"
)

// The doctor tries what it says, in a process of its own.
func TestDoctor(t *testing.T) {
	got := start(t, "portlore", "doctor", "--json")
	validate(t, "doctor", got.stdout)
	var d report.Doctor
	if err := json.Unmarshal([]byte(got.stdout), &d); err != nil || got.code != exitDone {
		t.Fatalf("%v %+v", err, got)
	}
	for _, f := range d.Sandbox.Features {
		if f.ID == "files" && f.On != (d.Sandbox.Landlock > 0) {
			t.Errorf("%+v", d.Sandbox)
		}
		if !f.On && d.Sandbox.Landlock == 0 && d.Sandbox.Why == "" {
			t.Errorf("%s is not refused, and nobody says why", f.ID)
		}
	}
}

// It does not claim a sandbox that does not hold: the tests' process is in none.
func TestDoctorDistrusts(t *testing.T) {
	d := tried(sandbox.State{Landlock: 7, Sockets: true})
	if d.Features[0].ID != "files" || d.Features[0].On || d.Why == "" {
		t.Errorf("%+v", d)
	}
	for _, lang := range []string{"en", "zh"} {
		got := invoke("doctor", "--lang", lang)
		fits(t, got)
		if !strings.Contains(got.stdout, "a test") {
			t.Error("it does not say why there is no sandbox")
		}
	}
}
