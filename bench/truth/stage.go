//go:build linux

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A stage is where one scenario is played: four namespaces in a row, the
// Internet, its last router, our firewall and our LAN. It has no way out.
type stage struct {
	*world
	scenario
	dir      string // evidence
	scratch  string // what the daemons need
	tag      string // marks our lines in the kernel log that all stages share
	style    style
	far, isp string
	fw, lan  string
	mu       sync.Mutex
	notes    *os.File // what the tools said
	problems []string
	daemons  []*exec.Cmd
}

const (
	macISP  = "02:00:00:00:03:01"
	macHost = "02:00:00:00:03:02"
	macFar  = "02:00:00:00:02:02"
	macUp   = "02:00:00:00:02:01"
	macLAN  = "02:00:00:00:04:20"
	macGate = "02:00:00:00:04:01"
)

// build makes the namespaces and the cables between them.
func (s *stage) build() error {
	for _, ns := range s.namespaces() {
		if out, err := exec.Command("ip", "netns", "add", ns).CombinedOutput(); err != nil {
			return fmt.Errorf("ip netns add: %w: %s", err, out)
		}
		s.sysctl(ns, "net/ipv4/conf/all/rp_filter=0", "net/ipv4/conf/default/rp_filter=0", "net/ipv4/ping_group_range=0 0")
		if !s.scenario.fw.v6 {
			s.sysctl(ns, "net/ipv6/conf/all/disable_ipv6=1", "net/ipv6/conf/default/disable_ipv6=1")
		}
	}
	s.sysctl(s.isp, "net/ipv4/ip_forward=1")
	s.sysctl(s.fw, "net/ipv4/ip_forward=1")
	cable := func(a, aName, aMAC, b, bName, bMAC string) error {
		return s.ip(a, fmt.Sprintf("link add %s address %s type veth peer name %s address %s netns %s", aName, aMAC, bName, bMAC, b))
	}
	up := "link set lo up\n"
	far := up + "link set eth0 up\n"
	for _, a := range append(s.strangers[:len(s.strangers):len(s.strangers)], s.servers...) {
		far += fmt.Sprintf("addr add %s/32 dev eth0\n", a)
	}
	far += fmt.Sprintf("route add local %s dev lo\nroute add default via %s dev eth0 onlink\n", s.crowd, s.world.isp)
	isp := up + fmt.Sprintf("link set up0 up\nlink set down0 up\naddr add %s/24 dev down0\nroute add default via %s dev up0 onlink\nroute add %s via %s dev down0\n",
		s.world.isp, s.strangers[39], s.homeRest, s.host)
	fw := up + fmt.Sprintf("link set wan0 up\nlink set lan0 up\naddr add %s/24 dev wan0\naddr add %s/24 brd + dev lan0\nroute add default via %s\nroute add local %s dev lo\nroute add %s via %s\n",
		s.host, s.lanHost, s.world.isp, s.homeRest, s.branch, s.pcs[7])
	lan := up + "link set eth0 up\n"
	for _, a := range s.pcs {
		lan += fmt.Sprintf("addr add %s/24 brd + dev eth0\n", a)
	}
	lan += fmt.Sprintf("route add default via %s\n", s.lanHost)
	if s.scenario.fw.v6 {
		far += fmt.Sprintf("addr add %s/64 dev eth0 nodad\nroute add default via %s\n", s.other6, "2001:db8:f:2::1")
		isp += "addr add 2001:db8:f:2::1/64 dev up0 nodad\naddr add 2001:db8:a:1::1/64 dev down0 nodad\n"
		fw += fmt.Sprintf("addr add %s/64 dev wan0 nodad\nroute add default via 2001:db8:a:1::1\n", s.host6)
		s.sysctl(s.isp, "net/ipv6/conf/all/forwarding=1")
	}
	return errors.Join(
		cable(s.far, "eth0", macFar, s.isp, "up0", macUp),
		cable(s.isp, "down0", macISP, s.fw, "wan0", macHost),
		cable(s.fw, "lan0", macGate, s.lan, "eth0", macLAN),
		s.ip(s.far, far), s.ip(s.isp, isp), s.ip(s.fw, fw), s.ip(s.lan, lan),
		s.firewall())
}

func (s *stage) namespaces() []string { return []string{s.far, s.isp, s.fw, s.lan} }

// strike ends every process in our namespaces and removes them.
func (s *stage) strike() {
	for _, d := range s.daemons {
		_ = syscall.Kill(-d.Process.Pid, syscall.SIGKILL)
		_ = d.Wait()
	}
	for _, ns := range s.namespaces() {
		out, _ := exec.Command("ip", "netns", "pids", ns).Output()
		for pid := range strings.FieldsSeq(string(out)) {
			_ = exec.Command("kill", "-9", pid).Run()
		}
		_ = exec.Command("ip", "netns", "del", ns).Run()
	}
	_ = os.RemoveAll(s.scratch)
	if s.notes != nil {
		_ = s.notes.Close()
	}
}

func (s *stage) ip(ns, batch string) error {
	cmd := exec.Command("ip", "-n", ns, "-batch", "-")
	cmd.Stdin = strings.NewReader(batch + "\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("ip in %s: %w: %s", ns, err, out)
	}
	return nil
}

func (s *stage) sysctl(ns string, settings ...string) {
	script := ""
	for _, v := range settings {
		path, value, _ := strings.Cut(v, "=")
		script += fmt.Sprintf("echo '%s' > /proc/sys/%s\n", value, path)
	}
	if out, err := exec.Command("ip", "netns", "exec", ns, "sh", "-c", script).CombinedOutput(); err != nil {
		s.problem("sysctl %v: %s", settings, out)
	}
}

func (s *stage) problem(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problems = append(s.problems, fmt.Sprintf(format, args...))
}

// run runs a tool in a namespace, for 25 seconds at most. That a tool is
// disappointed (a scan finds nothing, a login fails) is no problem of ours; the
// evidence shows whether it did its part.
func (s *stage) run(ns string, args ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 25*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "ip", append([]string{"netns", "exec", ns}, args...)...)
	cmd.Dir, cmd.WaitDelay = s.scratch, time.Second
	out, err := cmd.CombinedOutput()
	s.say("# %s\n%s\n# %v\n", strings.Join(args, " "), out, err)
	return string(out)
}

func (s *stage) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.notes, format, args...)
}

// outsider, we and insider run a tool on the Internet, on our firewall and in
// our LAN.
func (s *stage) outsider(args ...string) string { return s.run(s.far, args...) }
func (s *stage) we(args ...string) string       { return s.run(s.fw, args...) }
func (s *stage) insider(args ...string) string  { return s.run(s.lan, args...) }

// daemon starts a program that lives as long as the stage.
func (s *stage) daemon(ns string, args ...string) *exec.Cmd {
	cmd := exec.Command("ip", append([]string{"netns", "exec", ns}, args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.scratch, s.notes, s.notes
	cmd.SysProcAttr = group()
	if err := cmd.Start(); err != nil {
		s.problem("%s: %v", args[0], err)
		return cmd
	}
	s.daemons = append(s.daemons, cmd)
	return cmd
}

// file writes a file for a daemon and returns its path.
func (s *stage) file(name, text string) string {
	path := filepath.Join(s.scratch, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.problem("%v", err)
	}
	return path
}

func (s *stage) wait(d time.Duration) { time.Sleep(d) }

// onWire sends crafted packets towards our firewall, as its provider's cable
// carries them; onLAN does so inside; atServers towards the hosts outside.
func (s *stage) onWire(ps []packet)    { s.craft(s.isp, "down0", macISP, macHost, ps) }
func (s *stage) onLAN(ps []packet)     { s.craft(s.lan, "eth0", macLAN, macGate, ps) }
func (s *stage) atServers(ps []packet) { s.craft(s.isp, "up0", macUp, macFar, ps) }

func (s *stage) craft(ns, dev, from, to string, ps []packet) {
	self, err := os.Executable()
	if err != nil {
		s.problem("%v", err)
		return
	}
	cmd := exec.Command("ip", "netns", "exec", ns, self, "-send", dev)
	in, _ := cmd.StdinPipe()
	cmd.Stderr = s.notes
	if err := cmd.Start(); err != nil {
		s.problem("%v", err)
		return
	}
	for _, p := range ps {
		if err := writeFrame(in, p, from, s.macFor(p, to)); err != nil {
			s.problem("sending: %v", err)
			break
		}
	}
	_ = in.Close()
	if err := cmd.Wait(); err != nil {
		s.problem("sending: %v", err)
	}
}

// macFor is where a packet goes on its link: to everybody if it says so.
func (s *stage) macFor(p packet, next string) string {
	b := p.dst.AsSlice()
	switch {
	case p.to != "":
		return p.to
	case p.dst.Is4() && b[0]>>4 == 14:
		return fmt.Sprintf("01:00:5e:%02x:%02x:%02x", b[1]&0x7f, b[2], b[3])
	case p.dst.Is6() && b[0] == 0xff:
		return fmt.Sprintf("33:33:%02x:%02x:%02x:%02x", b[12], b[13], b[14], b[15])
	case p.dst == netip.AddrFrom4([4]byte{255, 255, 255, 255}), p.dst == nth(s.lanNet, 255), p.dst == nth(s.home, 255):
		return "ff:ff:ff:ff:ff:ff"
	}
	return next
}

func writeFrame(w io.Writer, p packet, from, to string) error {
	frame := make([]byte, 0, 1500)
	for _, mac := range []string{to, from} {
		for part := range strings.SplitSeq(mac, ":") {
			var b byte
			if _, err := fmt.Sscanf(part, "%x", &b); err != nil {
				return err
			}
			frame = append(frame, b)
		}
	}
	kind := uint16(0x0800)
	if p.src.Is6() {
		kind = 0x86dd
	}
	frame = append(binary.BigEndian.AppendUint16(frame, kind), p.ip()...)
	head := binary.BigEndian.AppendUint64(nil, uint64(p.at))
	head = binary.BigEndian.AppendUint16(head, uint16(len(frame)))
	_, err := w.Write(append(head, frame...))
	return err
}

// group makes a child the leader of its own process group, so that it can be
// ended with all it started.
func group() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
