package sandbox

import (
	"errors"
	"fmt"
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
const childMark = "PORTLORE_SANDBOX_CHILD"

func TestMain(m *testing.M) {
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
