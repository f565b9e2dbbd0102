package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// listen connects to the doors of this machine and to nothing else; it sends no
// datagram and lets nobody in.
func TestListenConnectsToOwnDoors(t *testing.T) {
	own, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	go func() { // a door whose banner is hostile
		for {
			c, err := own.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(c, "220 \x1b]52;c;eA==\a\u202e http://198.51.100.7/\r\n")
			c.Close()
		}
	}()
	program, err := exec.LookPath("portlore")
	if err != nil {
		t.Fatal(err)
	}
	trace := filepath.Join(t.TempDir(), "trace")
	saved := filepath.Join(t.TempDir(), "doors.json")
	port := own.Addr().(*net.TCPAddr).Port
	// Rules are read by other programs (nft), which are not followed.
	got := start(t, "strace", "-f", "-b", "execve", "-qq", "-e", "trace=%network,io_uring_setup", "-o", trace, program,
		"listen", "--port", fmt.Sprint(port), "--json", "--save", saved)
	if _, err := os.Stat(saved); got.code != exitDone || err != nil {
		t.Skip("strace cannot trace here: ", got.stderr)
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	connected := false
	to := regexp.MustCompile(`inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"`)
	for line := range strings.Lines(string(readFile(t, trace))) {
		call := regexp.MustCompile(`^\d+ +(?:<\.\.\. )?(\w+)`).FindStringSubmatch(line)
		if call == nil {
			continue
		}
		switch call[1] {
		case "socket":
			if strings.Contains(line, "SOCK_DGRAM") && !strings.Contains(line, "AF_UNIX") && !strings.Contains(line, "= -1") && !strings.Contains(line, "AF_NETLINK") {
				t.Error("a datagram: ", line)
			}
		case "listen", "accept", "accept4", "io_uring_setup":
			if !strings.Contains(line, "= -1") {
				t.Error(line)
			}
		case "connect":
			for _, m := range to.FindAllStringSubmatch(line, -1) {
				a := net.ParseIP(m[1] + m[2])
				mine := a.IsLoopback() || slices.ContainsFunc(addresses, func(o net.Addr) bool { return o.(*net.IPNet).IP.Equal(a) })
				connected = connected || strings.Contains(line, fmt.Sprintf("htons(%d)", port))
				if !mine || !strings.Contains(line, fmt.Sprintf("htons(%d)", port)) {
					t.Error("not a door of this machine: ", line)
				}
			}
		}
	}
	if !connected {
		t.Error("the trace does not show the door being asked: this test sees nothing")
	}
	if strings.ContainsAny(got.stdout+string(readFile(t, saved)), "\x1b\a\u202e") {
		t.Error("the banner came through")
	}
}
