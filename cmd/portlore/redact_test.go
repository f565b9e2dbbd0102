package main

import (
	"net/netip"
	"strings"
	"testing"
)

// No address of the doors and no name is in any output.
func TestRedactDoors(t *testing.T) {
	var secrets []string
	for _, d := range testDoors() {
		if a, err := netip.ParseAddr(d.Address); err == nil && !a.IsLoopback() && !a.IsUnspecified() && !a.IsMulticast() {
			secrets = append(secrets, d.Address)
		}
		for _, s := range []string{d.Process.Exe, d.Process.Cwd, d.Process.Command, d.Process.Unit} {
			if s != "" {
				secrets = append(secrets, s)
			}
		}
	}
	if len(secrets) < 3 {
		t.Fatalf("nothing to hide: %q", secrets)
	}
	none := func(what string, got result, secrets []string) {
		t.Helper()
		if got.code != exitDone || len(got.stdout) < 100 {
			t.Errorf("%s: exit %d, %q, %q", what, got.code, got.stdout, got.stderr)
		}
		for _, s := range secrets {
			if strings.Contains(got.stdout, s) || strings.Contains(got.stderr, s) {
				t.Errorf("%s: %q is in it", what, s)
			}
		}
	}
	for _, format := range reportFormats() {
		none("listen "+format, invokeListen(testMachine(), "--redact", "--format", format), secrets)
		if format != "jsonl" {
			none("scan "+format, invokeScan(t, testNetwork(), "nas.lan", "--ports", testPorts, "--redact", "--format", format), []string{"192.168.1.", "nas.lan", "Debian-2"})
		}
	}
	none("listen --port", invokeListen(testMachine(), "--redact", "--port", "6379"), secrets)
}
