package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The page of a real browser: it runs our script and nothing else, and has nothing
// to complain of, whatever attackers wrote into the evidence or its name.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	dir := t.TempDir()
	evil := writeFile(t, filepath.Join(dir, "<script>alert(1)<img src=x onerror=alert(2)>.log"), readFile(t, "testdata/hostile/web.log"))
	samples, err := filepath.Glob("testdata/hostile/*")
	if err != nil || len(samples) == 0 {
		t.Fatal("no hostile samples", err)
	}
	b := findBrowser(t, dir)
	page := filepath.Join(dir, "page.html")
	invoke(append([]string{"explain", "--now", now, "--html", page, evil, "../../examples/mixed.log", "../../examples/sockets.txt"}, samples...)...)
	dom, said := b.open(t, page)
	if said != "" {
		t.Errorf("the browser says %s", said)
	}
	if !strings.Contains(dom, "<button>") { // which heads of tables become
		t.Errorf("the script did not run: %.2000s", dom)
	}
	invokeListen(testMachine(), "--html", page)
	if dom, said := b.open(t, page); said != "" || !strings.Contains(dom, "<button>") {
		t.Errorf("listen: %s", said)
	}

	// What must not run does not, and the browser would say so.
	invoke("explain", "--now", now, "--html", page, "../../examples/mixed.log")
	bad := bytes.Replace(readFile(t, page), []byte("</main>"), []byte(`<script>document.body.id="owned"</script><img src="http://127.0.0.1:9/x.png"></main>`), 1)
	if dom, said := b.open(t, writeFile(t, page, bad)); strings.Contains(dom, `<body id=`) || !strings.Contains(said, "Content Security Policy") {
		t.Errorf("a foreign script runs, or nobody says so: %q", said)
	}
}

// A browser without a network, whose profile lives in a directory of the test.
type browser struct{ program, profile string }

func findBrowser(t *testing.T, dir string) browser {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if program, err := exec.LookPath(name); err == nil {
			return browser{program, filepath.Join(dir, "profile")}
		}
	}
	t.Skip("there is no chromium here")
	return browser{}
}

// open is the document after its scripts have run, and what was written to the
// console.
func (b browser) open(t *testing.T, file string) (dom, said string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, b.program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--user-data-dir="+b.profile,
		"--proxy-server=127.0.0.1:9", "--enable-logging=stderr", "--v=0", "--dump-dom", "file://"+file)
	cmd.Env = append(os.Environ(), "HOME="+filepath.Dir(b.profile))
	cmd.WaitDelay = 5 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Skipf("%s does not start here: %v", b.program, err)
	}
	for line := range strings.Lines(stderr.String()) {
		if strings.Contains(line, "CONSOLE") {
			said += line
		}
	}
	return stdout.String(), said
}
