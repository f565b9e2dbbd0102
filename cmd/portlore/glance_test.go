package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/host"
	"github.com/portlore/portlore/internal/textwidth"
)

// look runs a verb, or none, on a machine that is always the same, whose logs lie
// in these places.
func look(t *testing.T, lang portlore.Lang, m machine, places ...string) result {
	t.Helper()
	t.Setenv("PATH", t.TempDir()) // no journal
	var stdout, stderr bytes.Buffer
	e := &env{strings.NewReader(""), &stdout, &stderr, func(string) string { return "" }, unconfined, places}
	return result{glance(e, m, lang), stdout.String(), stderr.String()}
}

// Without an argument portlore says in a few lines what can be seen here.
func TestGlance(t *testing.T) {
	dir := t.TempDir()
	log := writeFile(t, filepath.Join(dir, "ufw.log"), readFile(t, filepath.Join("..", "..", "examples", "mixed.log")))
	other := writeFile(t, filepath.Join(dir, "messages"), []byte("Nov 23 15:07:17 gw systemd[1]: Started.\n"))
	writeFile(t, filepath.Join(dir, "empty"), nil)
	older := writeFile(t, filepath.Join(dir, "kern.log"), readFile(t, log))
	writeFile(t, older+".1", readFile(t, log))
	for _, tt := range []struct {
		lang   portlore.Lang
		places []string
		want   []string
	}{
		{portlore.English, []string{log, other, filepath.Join(dir, "empty"), filepath.Join(dir, "gone")}, []string{
			"\nListening here  13 ports, 9 within reach of other machines\n", "ufw.log (23 Nov 15:07)", "portlore explain " + log, "portlore listen", "portlore port 3128",
		}},
		{portlore.Chinese, []string{log}, []string{"\n本机监听        13 个端口，其中 9 个其他机器可以访问\n", "ufw.log（11-23 15:07）", "防火墙看到了什么"}},
		{portlore.English, []string{other}, []string{"no firewall lines seen in", "portlore tour   "}},
		{portlore.English, []string{older}, []string{"portlore explain " + older + "*"}},
		{portlore.English, nil, []string{"\nFirewall logs   none in the usual places\n", "portlore tour   "}},
	} {
		got := look(t, tt.lang, testMachine(), tt.places...)
		for _, want := range tt.want {
			if flat := strings.ReplaceAll(got.stdout, "\n                ", " "); !strings.Contains(flat, want) {
				t.Errorf("no %q in\n%s", want, got.stdout)
			}
		}
		if strings.Contains(got.stdout, "empty") || strings.Contains(got.stdout, "gone") || got.code != exitDone || got.stderr != "" {
			t.Errorf("exit %d\n%s%s", got.code, got.stdout, got.stderr)
		}
		if n := strings.Count(got.stdout, "\n"); n > 14 {
			t.Errorf("%d lines:\n%s", n, got.stdout)
		}
		for line := range strings.Lines(got.stdout) {
			if textwidth.Of(strings.TrimSuffix(line, "\n")) > 80 && !strings.Contains(line, dir) {
				t.Errorf("too wide: %s", line)
			}
		}
	}
}

// What cannot be listed or read is said, with what to do.
func TestGlanceDenied(t *testing.T) {
	m := testMachine()
	m.doors = func(context.Context, host.Options) ([]portlore.Door, []portlore.Text, error) {
		return nil, nil, errors.New("no netlink here")
	}
	if got := look(t, portlore.English, m); !strings.Contains(got.stdout, "could not be listed: no netlink here") {
		t.Error(got.stdout)
	}
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("nothing is denied to the superuser")
	}
	log := writeFile(t, filepath.Join(t.TempDir(), "kern.log"), []byte("x"))
	os.Chmod(log, 0)
	if got := look(t, portlore.English, m, log); !strings.Contains(got.stdout, "sudo portlore explain "+log) {
		t.Error(got.stdout)
	}
}

// Every system has its own places, and none of them is another's.
func TestUsualPlaces(t *testing.T) {
	for system, want := range map[string]string{
		"linux": "ufw.log", "freebsd": "pflog", "openbsd": "pflog", "netbsd": "npflog0.pcap", "darwin": "pflog", "windows": "pfirewall.log",
	} {
		got := usualPlaces(system, func(string) string { return "root" })
		if len(got) == 0 || filepath.Base(got[0]) != want {
			t.Errorf("%s: %q", system, got)
		}
	}
	if got := usualPlaces("plan9", os.Getenv); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// With no file named, explain reads the first log that holds something, and says so.
func TestExplainFindsLog(t *testing.T) {
	dir := t.TempDir()
	none := writeFile(t, filepath.Join(dir, "firewall"), []byte("nothing of the kind\n"))
	log := writeFile(t, filepath.Join(dir, "kern.log"), readFile(t, filepath.Join("..", "..", "examples", "mixed.log")))
	same := writeFile(t, filepath.Join(dir, "syslog"), readFile(t, log))
	find := func(places ...string) result {
		var stdout, stderr bytes.Buffer
		e := &env{strings.NewReader(""), &stdout, &stderr, func(string) string { return "" }, unconfined, places}
		return result{run(e, []string{"explain", "--now", now}), stdout.String(), stderr.String()}
	}
	t.Setenv("PATH", dir) // no journal
	got := find(none, log, same)
	if want := "portlore: reading " + log + "; not read, since it mostly has the same: " + same + "\n"; got.stderr != want || !strings.Contains(got.stdout, "Read 522 of 522 lines") {
		t.Errorf("%s%s", got.stderr, got.stdout)
	}
	if got := find(none); got.code != exitUnread || !strings.HasPrefix(got.stderr, "portlore: reading "+none+"\n") {
		t.Errorf("exit %d, %s", got.code, got.stderr)
	}
	if got := find(filepath.Join(dir, "gone")); got.code != exitUnread || !strings.Contains(got.stderr, "no firewall log found in the usual places") {
		t.Errorf("exit %d, %s", got.code, got.stderr)
	}
	if runtime.GOOS == "windows" {
		return
	}
	script := "#!/bin/sh\nexec cat '" + log + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "journalctl"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":/bin:/usr/bin")
	got = find(none)
	if got.code != exitDone || !strings.Contains(got.stderr, "reading journalctl -k") || !strings.Contains(got.stdout, "Read 522 of 522 lines") {
		t.Errorf("exit %d, %s%s", got.code, got.stderr, got.stdout)
	}
}
