package report

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/portlore/portlore"
)

// Every rule of nft that is printed is one that nft takes, and its undoing
// leaves nothing behind. This happens in a network namespace that is thrown
// away, so no packet of this machine ever meets such a rule.
func TestNftTakesRules(t *testing.T) {
	// The chain that others' rules usually stand in.
	const usual = "nft 'add table inet filter; add chain inet filter input'\n"
	if out, err := apart(t, usual); err != nil {
		t.Skipf("nft does not work in a namespace here: %v: %s", err, out)
	}
	tried, script := 0, usual+"nft list ruleset >before\n"
	for name, s := range samples() {
		Advise(&s.report, s.options(portlore.English))
		for _, a := range adviceOf(&s.report) {
			if a.Tool != toolNft || a.Command == "" {
				continue
			}
			tried++
			rules, ok := strings.CutPrefix(a.Command, "nft '")
			if !ok {
				t.Errorf("%s: no command of nft: %s", name, a.Command)
				continue
			}
			fail := " || { echo '" + name + " " + a.Kind + "'; exit 1; }\n"
			script += "nft -c '" + rules + fail + a.Command + fail +
				"nft list ruleset >now; ! cmp -s before now" + fail +
				a.Undo + fail + "nft list ruleset >now; cmp before now" + fail
		}
	}
	if out, err := apart(t, script); err != nil || tried < 20 {
		t.Errorf("%d rules, %v: %s", tried, err, out)
	}
}

// A test that cannot fail is a bug: nft must refuse this.
func TestNftRefuses(t *testing.T) {
	if out, err := apart(t, "nft list ruleset"); err != nil {
		t.Skipf("nft does not work in a namespace here: %v: %s", err, out)
	}
	if out, err := apart(t, "nft -c 'table inet x { chain y { tcp dport 1 dorp } }'"); err == nil {
		t.Errorf("nft takes nonsense: %s", out)
	}
}

// apart runs a script in user and network namespaces of its own, or skips the
// test and says why it cannot.
func apart(t *testing.T, script string) (string, error) {
	t.Helper()
	if _, err := exec.LookPath("nft"); err != nil {
		t.Skip("nft is not installed")
	}
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Skipf("no privilege for a network namespace: %v", err)
	}
	err := cmd.Wait()
	return out.String(), err
}

// What is printed for a shell is one, and what is printed for tcpdump is a filter.
func TestCommandsParse(t *testing.T) {
	_, noTcpdump := exec.LookPath("tcpdump")
	if noTcpdump != nil {
		t.Log("tcpdump is not installed: its filters are not compiled")
	}
	for name, s := range samples() {
		Advise(&s.report, s.options(portlore.English))
		for _, a := range adviceOf(&s.report) {
			if a.Command == "" || a.Tool == toolWindows || a.Tool == toolPowerShell {
				continue
			}
			for _, text := range []string{a.Command, a.Undo} {
				if out, err := exec.Command("sh", "-n", "-c", text).CombinedOutput(); err != nil {
					t.Errorf("%s: %v: %s\n%s", name, err, out, text)
				}
			}
			if filter, ok := strings.CutPrefix(a.Command, "tcpdump -eni any -c 20 '"); ok && noTcpdump == nil {
				filter = strings.TrimSuffix(filter, "'")
				if out, err := exec.Command("tcpdump", "-y", "LINUX_SLL2", "-d", filter).CombinedOutput(); err != nil {
					t.Errorf("%s: %v: %s\n%s", name, err, out, filter)
				}
			}
		}
	}
}
