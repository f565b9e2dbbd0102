//go:build linux

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A world is two network namespaces with a cable between them:
//
//	us    10.79.0.1/24
//	them  10.79.0.2/24 with 50 listeners, and all of 10.80.0.0/16
type world struct {
	us, them string
	self     string // this program
	mac      string // theirs, for tools that do not ask
	listener *exec.Cmd
	stop     io.Closer
}

// listening are the ports: spread over all of them.
func listening() (ports []string) {
	for i := range 50 {
		ports = append(ports, strconv.Itoa(22+i*1307))
	}
	return ports
}

func newWorld() (*world, error) {
	prefix := "portlore-bench-scan-" + strconv.Itoa(os.Getpid()) + "-"
	w := &world{us: prefix + "us", them: prefix + "them"}
	var err error
	if w.self, err = os.Executable(); err != nil {
		return w, err
	}
	for line := range strings.SplitSeq(`netns add US
		netns add THEM
		-n US link add eth0 type veth peer name eth0 netns THEM
		-n US link set lo up
		-n US link set eth0 up
		-n THEM link set lo up
		-n THEM link set eth0 up
		-n US addr add 10.79.0.1/24 dev eth0
		-n THEM addr add 10.79.0.2/24 dev eth0
		-n THEM route add local 10.80.0.0/16 dev lo
		-n US route add 10.80.0.0/16 via 10.79.0.2`, "\n") {
		fields := strings.Fields(strings.NewReplacer("US", w.us, "THEM", w.them).Replace(line))
		if out, err := exec.Command("ip", fields...).CombinedOutput(); err != nil {
			return w, fmt.Errorf("ip %s: %w: %s", strings.Join(fields, " "), err, out)
		}
	}
	mac, err := w.in(w.them, "cat", "/sys/class/net/eth0/address").Output()
	if err != nil {
		return w, err
	}
	w.mac = strings.TrimSpace(string(mac))
	w.listener = w.in(w.them, append([]string{w.self, "listen"}, listening()...)...)
	in, err := w.listener.StdinPipe()
	if err != nil {
		return w, err
	}
	w.stop = in
	out, err := w.listener.StdoutPipe()
	if err != nil {
		return w, err
	}
	if err := w.listener.Start(); err != nil {
		return w, err
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		return w, fmt.Errorf("the listener says %q, %w", line, err)
	}
	return w, nil
}

func (w *world) close() {
	if w.stop != nil {
		w.stop.Close()
		_ = w.listener.Wait()
	}
	_ = exec.Command("ip", "netns", "del", w.us).Run()
	_ = exec.Command("ip", "netns", "del", w.them).Run()
}

// in is a command in a namespace.
func (w *world) in(space string, command ...string) *exec.Cmd {
	return exec.Command("ip", append([]string{"netns", "exec", space}, command...)...)
}

// firewall gives them rules, instead of those they had.
func (w *world) firewall(in, out string) error {
	nft := w.in(w.them, "nft", "-f", "-")
	nft.Stdin = strings.NewReader("flush ruleset\ntable inet t {\n" +
		"chain i {\n type filter hook input priority 0;\n" + in + "\n}\n" +
		"chain o {\n type filter hook output priority 0;\n" + out + "\n}\n}\n")
	if said, err := nft.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, said)
	}
	return nil
}

// sent is how many packets have left us so far.
func (w *world) sent() int {
	out, _ := w.in(w.us, "cat", "/sys/class/net/eth0/statistics/tx_packets").Output()
	n, _ := strconv.Atoi(strings.TrimSpace(string(out)))
	return n
}

// machine says on what the figures were taken.
func (w *world) machine() string {
	release, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	load, _ := os.ReadFile("/proc/loadavg")
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if _, rest, ok := bytes.Cut(text, []byte("model name\t: ")); ok {
			name, _, _ := bytes.Cut(rest, []byte("\n"))
			model = string(name)
		}
	}
	return fmt.Sprintf("%s, %d processors (%s), Linux %s, load %s, %s",
		time.Now().Format(time.DateOnly), runtime.NumCPU(), model, bytes.TrimSpace(release), strings.Fields(string(load))[0], runtime.Version())
}
