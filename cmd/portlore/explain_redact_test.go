package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// No address of the input is in any output, and no name.
func TestRedact(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "alice-laptop.log")
	addresses := regexp.MustCompile(`(?:SRC|DST)=([0-9A-Fa-f.:]+)`)
	log := readFile(t, filepath.Join("..", "..", "examples", "mixed.log"))
	log = append(log, "Feb 30 15:02:16 alice-host kernel: IN=eth0 OUT= SRC=192.0.2.200 DST=203.0.113.10 PROTO=TCP SPT=1 DPT=alice\n"...)
	log = append(log, "Nov 23 15:02:16 fw kernel: IN=eth0 OUT= SRC=2a00:1450:0000:0000:0000:0000:0000:0005 DST=2a01:04f8:0000:0000:0000:0000:0000:0001 LEN=60 HOPLIMIT=50 PROTO=TCP SPT=40000 DPT=22 SYN\n"...)
	writeFile(t, secret, log)
	ssh := writeFile(t, filepath.Join(t.TempDir(), "auth.log"), []byte(strings.Repeat("Nov 23 15:02:16 alice-host sshd[7]: Failed password for invalid user alice from 198.51.100.9 port 4711 ssh2\n", 30)))
	doors := writeFile(t, filepath.Join(t.TempDir(), "doors.txt"), readFile(t, filepath.Join("..", "..", "examples", "sockets.txt")))
	known := map[string]bool{"198.51.100.9": true, "203.0.113.10": true, "2a00:1450::5": true, "2a01:4f8::1": true}
	for _, m := range addresses.FindAllSubmatch(log, -1) {
		switch a := string(m[1]); a {
		case "255.255.255.255", "0.0.0.0", "224.0.0.1", "224.0.0.251", "239.255.255.250":
		default:
			known[a] = true
		}
	}
	one := writeFile(t, filepath.Join(t.TempDir(), "one.log"), bytes.SplitAfter(log, []byte("\n"))[0])
	for _, args := range [][]string{
		{secret},
		{secret, "--json"},
		{secret, "--format", "html"},
		{secret, ssh, doors, "--format", "html", "--lang", "zh"},
		{secret, "--show", "all"},
		{secret, "--show", "1"},
		{secret, "--show", "1", "--why", "--own"},
		{secret, "--lang", "zh"},
		{one},
		{one, "--why"},
		{one, "--json"},
		{ssh},
		{ssh, "--json"},
		{ssh, "--show", "1"},
		{doors, "--json"},
		{doors, "--show", "all"},
		{secret, ssh, doors, "--json"},
		{filepath.Join(filepath.Dir(secret), "alice-gone.log"), secret},
	} {
		got := invoke(append([]string{"explain", "--redact", "--now", now}, args...)...)
		if got.stdout == "" {
			t.Errorf("%q: nothing: %+v", args, got)
		}
		text := got.stdout + got.stderr
		for _, word := range regexp.MustCompile(`[0-9A-Fa-f:.]+[0-9A-Fa-f:]`).FindAllString(text, -1) {
			if known[word] || known[strings.TrimSuffix(word, ":")] {
				t.Errorf("%q: %s", args, word)
			}
		}
		if i := strings.Index(text, "alice"); i >= 0 {
			t.Errorf("%q: %s", args, text[max(0, i-60):i+20])
		}
		if strings.Contains(strings.Join(args, " "), "--json") {
			validate(t, "explain", got.stdout)
		}
	}
	// What is ours stays so, and the same address is the same in both outputs.
	var doc struct {
		Home     []struct{ Net string }
		Findings []struct{ Subjects []string }
	}
	if err := json.Unmarshal([]byte(invoke("explain", "--redact", "--json", "--now", now, secret).stdout), &doc); err != nil || len(doc.Home) == 0 || len(doc.Findings) == 0 {
		t.Fatal(err, doc)
	}
	for _, home := range doc.Home {
		if !strings.HasPrefix(home.Net, "198.19.") && !strings.HasPrefix(home.Net, "10.") && !strings.HasPrefix(home.Net, "2001:db8:8") {
			t.Errorf("ours is %s", home.Net)
		}
	}
	if text := invoke("explain", "--redact", "--now", now, secret).stdout; !strings.Contains(text, doc.Findings[0].Subjects[0]) {
		t.Errorf("%s is not in the text:\n%s", doc.Findings[0].Subjects[0], text)
	}
}
