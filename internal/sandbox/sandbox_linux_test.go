package sandbox

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// What is refused stays refused, so the tests look from a child process: this
// same binary, with something to do in its environment.
const (
	childMark   = "PORTLORE_SANDBOX_CHILD"
	connectMark = "PORTLORE_SANDBOX_CONNECT" // the port that may be connected to, and one that may not
)

func TestMain(m *testing.M) {
	if ports, ok := os.LookupEnv(connectMark); ok {
		connectChild(ports)
		os.Exit(0)
	}
	if dir := os.Getenv(childMark); dir != "" {
		child(dir)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child tries what it may and what it may not, on several threads, and prints
// what came of it.
func child(dir string) {
	in := func(name string) string { return filepath.Join(dir, name) }
	s := Enter(Rules{
		Read:  []string{in("evidence"), in("tree"), in("not there")},
		Write: []string{in("out")},
	})
	fmt.Printf("landlock %d sockets %v why %q\n", s.Landlock, s.Sockets, s.Why)
	say := func(what string, err error) {
		switch {
		case err == nil:
			fmt.Println(what, "done")
		case errors.Is(err, os.ErrPermission): // EACCES and EPERM
			fmt.Println(what, "refused")
		default:
			fmt.Println(what, err)
		}
	}
	read := func(name string) error { _, err := os.ReadFile(in(name)); return err }
	write := func(name string) error { return os.WriteFile(in(name), []byte("x"), 0o600) }
	say("read-named", read("evidence"))
	say("read-below", read("tree/deep/file"))
	say("read-outside", read("secret"))
	say("read-up", read("tree/../secret"))
	say("read-link", read("tree/link"))
	say("write-new", write("out/new"))
	say("rename", os.Rename(in("out/new"), in("out/newer")))
	say("write-evidence", write("evidence"))
	say("write-outside", write("elsewhere"))
	say("remove-outside", os.Remove(in("secret")))
	say("move-out", os.Rename(in("out/newer"), in("moved")))
	if err := os.Truncate(in("secret"), 0); s.Truncate() {
		say("truncate", err)
	}
	say("exec", exec.Command("/bin/true").Run())
	for name, family := range map[string]int{"socket4": syscall.AF_INET, "socket6": syscall.AF_INET6, "local": syscall.AF_UNIX} {
		for kind, number := range map[string]int{"tcp": syscall.SOCK_STREAM, "udp": syscall.SOCK_DGRAM} {
			fd, err := syscall.Socket(family, number, 0)
			if err == nil {
				syscall.Close(fd)
			}
			say(name+"-"+kind, err)
		}
	}
	// A thread that was there before and one that is new are bound alike.
	failed := make(chan error)
	for range 50 {
		go func() { failed <- read("secret") }()
	}
	var others []error
	for range 50 {
		others = append(others, <-failed)
	}
	if i := slices.IndexFunc(others, func(err error) bool { return !errors.Is(err, os.ErrPermission) }); i >= 0 {
		fmt.Println("threads", others[i])
	} else {
		fmt.Println("threads refused")
	}
}

func TestEnter(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"evidence", "secret", "tree/deep/file", "out/old"} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "tree", "link")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childMark+"="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	first, rest, _ := strings.Cut(string(out), "\n")
	t.Log(first)
	var abi int
	var sockets bool
	var why string
	if _, err := fmt.Sscanf(first, "landlock %d sockets %t why %q", &abi, &sockets, &why); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if (abi == 0 || !sockets) && why == "" {
		t.Error("something is not in force, and nobody says why")
	}
	got := map[string]string{}
	for line := range strings.Lines(rest) {
		what, outcome, _ := strings.Cut(strings.TrimSpace(line), " ")
		got[what] = outcome
	}
	for what, want := range map[string]string{
		"read-named": "done", "read-below": "done", "write-new": "done", "rename": "done",
	} {
		if got[what] != want {
			t.Errorf("%s: %s, want %s", what, got[what], want)
		}
	}
	refused := func(names ...string) {
		for _, what := range names {
			if got[what] != "refused" {
				t.Errorf("%s: %s, want refused", what, got[what])
			}
		}
	}
	if sockets {
		refused("socket4-tcp", "socket4-udp", "socket6-tcp", "socket6-udp", "local-tcp", "local-udp")
	}
	if abi == 0 {
		t.Skip("the rest needs Landlock:", why)
	}
	refused("read-outside", "read-up", "read-link", "write-evidence", "write-outside", "remove-outside", "move-out", "exec", "threads")
	if abi >= 3 {
		refused("truncate")
	}
}

// connectChild tries what it may where one port may be connected to.
func connectChild(ports string) {
	var open, shut int
	fmt.Sscan(ports, &open, &shut)
	s := Enter(Rules{Connect: []uint16{uint16(open)}})
	fmt.Printf("landlock %d sockets %v why %q\n", s.Landlock, s.Sockets, s.Why)
	say := func(what string, err error) {
		switch {
		case err == nil:
			fmt.Println(what, "done")
		case errors.Is(err, os.ErrPermission):
			fmt.Println(what, "refused")
		default:
			fmt.Println(what, err)
		}
	}
	dial := func(network, host string, port int) error {
		c, err := net.Dial(network, net.JoinHostPort(host, fmt.Sprint(port)))
		if err == nil {
			c.Close()
		}
		return err
	}
	say("own", dial("tcp", "127.0.0.1", open))
	say("own6", dial("tcp", "::1", open))
	say("other", dial("tcp", "127.0.0.1", shut))
	say("udp", dial("udp", "127.0.0.1", open))
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.Close(fd)
	}
	say("local", err)
	_, err = net.InterfaceAddrs()
	say("addresses", err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		l.Close()
	}
	say("listen", err)
	_, err = os.ReadFile("/etc/passwd")
	say("read", err)
	say("exec", exec.Command("/bin/true").Run())
}

func TestConnect(t *testing.T) {
	var ports [2]int
	for i := range ports {
		l, err := net.Listen("tcp", ":0") // of both families where there are both
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d", connectMark, ports[0], ports[1]))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	first, rest, _ := strings.Cut(string(out), "\n")
	var abi int
	var sockets bool
	var why string
	if _, err := fmt.Sscanf(first, "landlock %d sockets %t why %q", &abi, &sockets, &why); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := map[string]string{"own": "done", "addresses": "done"}
	if c, err := net.Dial("tcp6", fmt.Sprintf("[::1]:%d", ports[0])); err == nil {
		c.Close()
		want["own6"] = "done"
	}
	if sockets {
		want["udp"], want["local"], want["listen"] = "refused", "refused", "refused"
	}
	if abi >= 1 {
		want["read"], want["exec"] = "refused", "refused"
	}
	if abi >= 4 {
		want["other"] = "refused"
	}
	for line := range strings.Lines(rest) {
		what, got, _ := strings.Cut(strings.TrimSpace(line), " ")
		if want[what] != "" && got != want[what] {
			t.Errorf("%s: %s, want %s", what, got, want[what])
		}
		delete(want, what)
	}
	if len(want) > 0 {
		t.Errorf("nothing was said of %v:\n%s", want, out)
	}
	if !sockets || abi == 0 {
		t.Skip("not all of it was tried: ", why)
	}
}
