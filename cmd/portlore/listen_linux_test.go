package main

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/report"
)

// On a machine of network namespaces, with real services and a real firewall, each
// door has the word and the reach that it ought to have.
func TestListenWorld(t *testing.T) {
	needs(t, "ip", "nft", "redis-server", "python3")
	name := fmt.Sprintf("portlore-listen-%d", os.Getpid())
	box, out := name+"-box", name+"-out"
	for _, n := range []string{name, box, out} {
		command(t, "ip", "netns", "add", n)
		t.Cleanup(func() { exec.Command("ip", "netns", "del", n).Run() })
	}
	for line := range strings.Lines(`-n @ link set lo up
		-n @-box link set lo up
		-n @ link add eth0 type veth peer name eth0 netns @-out
		-n @ link add eth1 type veth peer name eth1 netns @-out
		-n @ link add veth0 type veth peer name eth0 netns @-box
		-n @ addr add 192.0.2.2/24 dev eth0
		-n @ addr add 192.168.7.2/24 dev eth1
		-n @ addr add 172.17.0.1/16 dev veth0
		-n @-box addr add 172.17.0.2/16 dev eth0
		-n @-out link set eth0 up
		-n @-out link set eth1 up
		-n @ link set eth0 up
		-n @ link set eth1 up
		-n @ link set veth0 up
		-n @-box link set eth0 up
		-n @ route add default via 192.0.2.1`) {
		command(t, "ip", strings.Fields(strings.ReplaceAll(line, "@", name))...)
	}
	rules := exec.Command("ip", "netns", "exec", name, "nft", "-f", "-")
	rules.Stdin = strings.NewReader(`
table inet f {
	chain input {
		type filter hook input priority 0
		iif lo accept
		tcp dport 8888 drop
		ip saddr 192.0.2.77 tcp dport 8889 accept
		tcp dport 8889 drop
	}
}
table ip nat {
	chain pre {
		type nat hook prerouting priority -100
		iif eth0 tcp dport 8081 dnat to 172.17.0.2:80
	}
}
`)
	if said, err := rules.CombinedOutput(); err != nil {
		t.Skipf("nft: %v %s", err, said)
	}
	web := func(space, address, port string) {
		// http.server by itself would first ask a name server who it is, and wait.
		serve(t, space, "python3", "-c", "import http.server as h, socketserver as s\n"+
			"s.TCPServer(('"+address+"', "+port+"), h.SimpleHTTPRequestHandler).serve_forever()")
	}
	serve(t, name, "redis-server", "--port", "6379", "--bind", "0.0.0.0", "--protected-mode", "no", "--save", "")
	serve(t, name, "redis-server", "--port", "6380", "--bind", "0.0.0.0", "--requirepass", "x", "--save", "")
	serve(t, name, "redis-server", "--port", "6381", "--bind", "0.0.0.0", "--save", "")
	serve(t, name, "redis-server", "--port", "6382", "--bind", "127.0.0.1", "--save", "")
	web(name, "127.0.0.1", "31337")
	web(name, "0.0.0.0", "8888")
	web(name, "0.0.0.0", "8889")
	web(name, "192.168.7.2", "3000")
	web(box, "0.0.0.0", "80")

	want := map[uint16]string{
		6379: "FIX internet redis redis.noauth", 6380: "CHECK internet redis redis.auth", 6381: "NOTE internet redis redis.protected",
		6382: "fine loopback redis redis.noauth", 31337: "fine loopback http", 8888: "fine loopback http",
		8889: "fine internet http 192.0.2.77/32", 3000: "fine lan http", 8081: "NOTE internet http",
	}
	var got map[uint16]string
	for range 40 { // until all of them are up
		got = map[uint16]string{}
		for _, d := range listenIn(t, name).Doors {
			if d.Netns == "" && want[d.Port] != "" {
				got[d.Port] = brief(&d)
			}
		}
		if len(got) == len(want) && got[6379] == want[6379] {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	for port, w := range want {
		if got[port] != w {
			t.Errorf("%d: %s, want %s", port, got[port], w)
		}
	}
}

// brief is what matters of a door, in a line.
func brief(d *portlore.Door) string {
	parts := []string{d.Word.String(), d.Reach, d.Service.Name}
	for _, c := range d.Checks {
		parts = append(parts, c.ID)
	}
	return strings.Join(append(parts, d.From...), " ")
}

func listenIn(t *testing.T, space string) (l report.Listen) {
	t.Helper()
	text, err := exec.Command("ip", "netns", "exec", space, "portlore", "listen", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	validate(t, "listen", string(text))
	if err := json.Unmarshal(text, &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// serve runs a program in a network namespace until the test ends.
func serve(t *testing.T, space, program string, args ...string) {
	t.Helper()
	cmd := exec.Command("ip", append([]string{"netns", "exec", space, program}, args...)...)
	cmd.Dir = t.TempDir()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

func needs(t *testing.T, programs ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skip(err)
		}
	}
}

func command(t *testing.T, program string, args ...string) {
	t.Helper()
	if said, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Skipf("%s %v: %v %s", program, args, err, said)
	}
}

// This machine itself, as whoever runs the test: a listener of ours is there, ours
// and known by its answer.
func TestListenHere(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	defer server.Close()
	go func() {
		for {
			c, err := server.Accept()
			if err != nil {
				return
			}
			c.Write([]byte("SSH-2.0-OpenSSH_9.9\r\n"))
			c.Close()
		}
	}()
	port := fmt.Sprint(server.Addr().(*net.TCPAddr).Port)
	got := invoke("listen", "--port", port)
	if got.code != exitDone || !strings.Contains(got.stdout, "it answers as OpenSSH 9.9") || !strings.Contains(got.stdout, fmt.Sprintf("kill %d", os.Getpid())) {
		t.Errorf("exit %d, %s %s", got.code, got.stdout, got.stderr)
	}
}
