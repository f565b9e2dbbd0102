//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"time"
)

// serves starts simple servers in a namespace and waits until they listen.
func (s *stage) serves(ns string, services ...string) {
	self, err := os.Executable()
	if err != nil {
		s.problem("%v", err)
		return
	}
	cmd := exec.Command("ip", append([]string{"netns", "exec", ns, self, "-serve"}, services...)...)
	cmd.SysProcAttr, cmd.Stderr = group(), s.notes
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		s.problem("%v", err)
		return
	}
	s.daemons = append(s.daemons, cmd)
	if !bufio.NewScanner(out).Scan() {
		s.problem("no servers %v", services)
	}
}

// talks has conversations from a namespace and waits for their end.
func (s *stage) talks(ns string, all []conversation) {
	self, err := os.Executable()
	if err != nil {
		s.problem("%v", err)
		return
	}
	text, err := json.Marshal(all)
	if err != nil {
		s.problem("%v", err)
		return
	}
	cmd := exec.Command("ip", "netns", "exec", ns, self, "-talk")
	cmd.Stdin = strings.NewReader(string(text))
	out, err := cmd.CombinedOutput()
	s.say("# talk\n%s# %v\n", out, err)
}

// get is a visit to a web server.
func get(at time.Duration, from netip.Addr, to netip.Addr, port int, path string) conversation {
	return conversation{
		At: at, Proto: "tcp", From: from.String(), To: to.String() + ":" + fmt.Sprint(port),
		Say: []string{fmt.Sprintf("GET %s HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: Mozilla/5.0\r\n\r\n", path)},
	}
}

// bystand has a few strangers visit our web server and our LAN visit theirs,
// while the play goes on. Nobody may accuse them.
func (s *stage) bystand() (wait func()) {
	var visits, ours []conversation
	for _, b := range s.bystanders()[:2+s.IntN(4)] {
		for range 1 + s.IntN(3) {
			visits = append(visits, get(time.Duration(s.IntN(2500))*time.Millisecond, b, s.host, 80, "/"))
		}
	}
	for i := range 1 + s.IntN(4) {
		ours = append(ours, get(time.Duration(s.IntN(2500))*time.Millisecond, s.pcs[5+i%2], s.servers[30+i], 80, "/"))
	}
	done := make(chan bool, 2)
	go func() { s.talks(s.far, visits); done <- true }()
	go func() { s.talks(s.lan, ours); done <- true }()
	return func() { <-done; <-done }
}

// nmap runs nmap from the first stranger; discovery would only blur the story.
func (s *stage) nmap(args ...string) {
	s.outsider(append([]string{"nmap", "-n", "-Pn", "-S", text(stranger(s.world)), "-e", "eth0"}, args...)...)
}

// text renders addresses and ports for the command lines of tools.
func text(v any) string { return fmt.Sprint(v) }

func addrs(as []netip.Addr) []string {
	var out []string
	for _, a := range as {
		out = append(out, a.String())
	}
	return out
}
