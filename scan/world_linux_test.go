package scan

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// A world is two network namespaces with a cable between them: we are in one, and
// in the other somebody listens.
//
//	us    10.77.0.1/24, fd77::1/64
//	them  10.77.0.2/24, fd77::2/64, and all of 10.78.0.0/16
type world struct {
	t      testing.TB
	us     string
	them   string
	listen []uint16 // TCP ports on which they listen
}

const (
	worldVariable = "PORTLORE_SCAN_WORLD" // the prefix of the namespaces, in the test that runs there
	peerVariable  = "PORTLORE_SCAN_PEER"  // the ports of TestPeer
)

// inWorld runs the calling test once more inside a new world, and returns nil;
// there it returns the world. It needs the superuser, iproute2 and nft.
func inWorld(t *testing.T) *world {
	t.Helper()
	listen := []uint16{22, 80, 1000, 1010, 1011, 1012, 8080}
	for i := range 43 {
		listen = append(listen, uint16(20000+i*977))
	}
	if prefix := os.Getenv(worldVariable); prefix != "" {
		return &world{t, prefix + "us", prefix + "them", listen}
	}
	if os.Geteuid() != 0 {
		t.Skip("network namespaces need root")
	}
	for _, name := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skip(err)
		}
	}
	t.Parallel()
	prefix := "portlore-scan-" + strconv.Itoa(os.Getpid()) + "-" + t.Name() + "-"
	w := &world{t, prefix + "us", prefix + "them", listen}
	t.Cleanup(func() {
		exec.Command("ip", "netns", "del", w.us).Run()
		exec.Command("ip", "netns", "del", w.them).Run()
	})
	for line := range strings.SplitSeq(`netns add US
		netns add THEM
		-n US link add eth0 type veth peer name eth0 netns THEM
		-n US link set lo up
		-n US link set eth0 up
		-n THEM link set lo up
		-n THEM link set eth0 up
		-n US addr add 10.77.0.1/24 dev eth0
		-n US addr add fd77::1/64 dev eth0 nodad
		-n THEM addr add 10.77.0.2/24 dev eth0
		-n THEM addr add fd77::2/64 dev eth0 nodad
		-n THEM route add local 10.78.0.0/16 dev lo
		-n US route add 10.78.0.0/16 via 10.77.0.2`, "\n") {
		w.run("ip", strings.Fields(strings.NewReplacer("US", w.us, "THEM", w.them).Replace(line))...)
	}
	// Errors as they are needed; how they are limited has a test of its own.
	w.run("ip", "netns", "exec", w.them, "sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
	defer w.peer()()

	test := exec.Command("ip", "netns", "exec", w.us, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	test.Env = append(os.Environ(), worldVariable+"="+prefix)
	out, err := test.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("in the namespace: %v\n%s", err, out)
	}
	return nil
}

func (w *world) run(name string, args ...string) {
	w.t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		w.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

// firewall gives them rules for what comes in and goes out, instead of those
// they had.
func (w *world) firewall(in, out string) {
	w.t.Helper()
	nft := exec.Command("ip", "netns", "exec", w.them, "nft", "-f", "-")
	nft.Stdin = strings.NewReader("flush ruleset\ntable inet t {\n" +
		"chain i {\n type filter hook input priority 0;\n" + in + "\n}\n" +
		"chain o {\n type filter hook output priority 0;\n" + out + "\n}\n}\n")
	if said, err := nft.CombinedOutput(); err != nil {
		w.t.Fatalf("nft: %v\n%s", err, said)
	}
}

// peer starts to listen over there, and returns how to stop it.
func (w *world) peer() (stop func()) {
	w.t.Helper()
	peer := exec.Command("ip", "netns", "exec", w.them, os.Args[0], "-test.run=^TestPeer$")
	peer.Env = append(os.Environ(), peerVariable+"="+strings.Trim(fmt.Sprint(w.listen), "[]"))
	in, err1 := peer.StdinPipe()
	out, err2 := peer.StdoutPipe()
	if err := peer.Start(); err != nil || err1 != nil || err2 != nil {
		w.t.Fatal(err, err1, err2)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		w.t.Fatalf("the peer says %q, %v", line, err)
	}
	return func() {
		in.Close()
		peer.Wait()
	}
}

// TestPeer is no test but the program that listens in a world: on TCP ports,
// where it hangs up, and on UDP 53, where it sends back what it gets.
func TestPeer(t *testing.T) {
	list := os.Getenv(peerVariable)
	if list == "" {
		t.Skip("only in a world")
	}
	for port := range strings.FieldsSeq(list) {
		l, err := net.Listen("tcp", ":"+port)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				if c, err := l.Accept(); err == nil {
					c.Close()
				}
			}
		}()
	}
	for _, addr := range []string{"10.77.0.2:53", "[fd77::2]:53"} { // an answer must come from where it was asked
		u, err := net.ListenPacket("udp", addr)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			buf := make([]byte, 1<<16)
			for {
				if n, from, err := u.ReadFrom(buf); err == nil {
					u.WriteTo(buf[:n], from)
				}
			}
		}()
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
}
