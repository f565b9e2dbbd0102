//go:build linux

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A recorder takes the evidence of one stage.
type recorder struct {
	s       *stage
	tcpdump []*exec.Cmd
	ulogd   *exec.Cmd
}

// The plugins of ulogd, from the packets that the kernel hands over to lines
// in the format of the old ULOG target.
const ulogdConf = `[global]
logfile="ulogd.err"
%sstack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,print1:PRINTPKT,emu1:LOGEMU
[log1]
group=5
netlink_qthreshold=1
netlink_qtimeout=1
netlink_socket_buffer_size=8388608
netlink_socket_buffer_maxsize=8388608
[emu1]
file="%s"
sync=1
`

// record starts tcpdump on both sides of the firewall, and ulogd; it returns
// when they listen.
func record(s *stage) (*recorder, error) {
	r := &recorder{s: s}
	for dev, file := range map[string]string{"wan0": "wan.pcap", "lan0": "lan.pcap"} {
		cmd := exec.Command("ip", "netns", "exec", s.fw, "tcpdump", "-i", dev, "-U", "--immediate-mode", "-n", "-B", "16384", "-Z", "root", "-w", filepath.Join(s.dir, file))
		cmd.SysProcAttr = group()
		says, err := cmd.StderrPipe()
		if err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		s.daemons, r.tcpdump = append(s.daemons, cmd), append(r.tcpdump, cmd)
		in := bufio.NewScanner(says)
		for in.Scan() && !strings.Contains(in.Text(), "listening on") {
		}
	}
	plugins, _ := filepath.Glob("/usr/lib/*/ulogd/ulogd_*.so")
	load := ""
	for _, p := range plugins {
		for _, want := range []string{"inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR", "filter_PRINTPKT", "output_LOGEMU"} {
			if strings.Contains(p, want) {
				load += fmt.Sprintf("plugin=%q\n", p)
			}
		}
	}
	conf := s.file("ulogd.conf", fmt.Sprintf(ulogdConf, load, filepath.Join(s.dir, "ulogd.log")))
	r.ulogd = s.daemon(s.fw, "ulogd", "-c", conf)
	for range 50 { // it says nothing when it is ready, but writes its file
		if _, err := os.Stat(filepath.Join(s.dir, "ulogd.log")); err == nil {
			break
		}
		s.wait(20 * time.Millisecond)
	}
	s.wait(100 * time.Millisecond)
	return r, nil
}

// stop ends the recording and writes what remains: the kernel's log as syslog
// would have it, and the flows.
func (r *recorder) stop(k *kernelLog) error {
	s := r.s
	s.wait(300 * time.Millisecond)
	end, now := sinceBoot(), time.Now()
	for _, t := range r.tcpdump {
		_ = syscall.Kill(-t.Process.Pid, syscall.SIGINT)
		_ = t.Wait()
	}
	lines, lost := k.take(s.tag)
	if !k.on() {
		s.problem("somebody turned the logs of namespaces off meanwhile")
	}
	if lost > 0 {
		s.problem("the kernel log lost records")
	}
	factor := max(s.stretch, 1)
	stretched := func(at time.Duration) time.Duration { return end - time.Duration(float64(end-at)*factor) }
	var kern bytes.Buffer
	var stamps []string
	for _, l := range lines {
		at := stretched(l.at)
		stamp := now.Add(at - end).Format("Jan _2 15:04:05")
		stamps = append(stamps, stamp)
		// A machine that runs for a day more than the story is long.
		fmt.Fprintf(&kern, "%s fw kernel: [%12.6f] %s\n", stamp, (at + 24*time.Hour*time.Duration(factor/100+1)).Seconds(), l.text)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "kern.log"), kern.Bytes(), 0o644); err != nil {
		return err
	}
	if factor > 1 {
		for _, name := range []string{"wan.pcap", "lan.pcap"} {
			if err := stretchCapture(filepath.Join(s.dir, name), now, factor); err != nil {
				return err
			}
		}
		if err := s.restamp(stamps); err != nil {
			return err
		}
	}
	s.flows()
	return nil
}

// restamp gives ulogd's lines the times of the kernel's: they are about the
// same packets in the same order.
func (s *stage) restamp(stamps []string) error {
	name := filepath.Join(s.dir, "ulogd.log")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines)-1 != len(stamps) {
		s.problem("%d lines of the kernel, %d of ulogd", len(stamps), len(lines)-1)
	}
	for i := range min(len(stamps), len(lines)-1) {
		copy(lines[i], stamps[i])
	}
	return os.WriteFile(name, bytes.Join(lines, nil), 0o644)
}

// stretchCapture moves the times of a capture away from its end.
func stretchCapture(name string, end time.Time, factor float64) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for at := 24; at+16 <= len(b); {
		us := int64(binary.LittleEndian.Uint32(b[at:]))*1e6 + int64(binary.LittleEndian.Uint32(b[at+4:]))
		us = end.UnixMicro() - int64(float64(end.UnixMicro()-us)*factor)
		binary.LittleEndian.PutUint32(b[at:], uint32(us/1e6))
		binary.LittleEndian.PutUint32(b[at+4:], uint32(us%1e6))
		at += 16 + int(binary.LittleEndian.Uint32(b[at+8:]))
	}
	return os.WriteFile(name, b, 0o644)
}

// flows lets softflowd read the outside's capture and nfcapd collect what it
// exports, over the loopback of the firewall's namespace.
func (s *stage) flows() {
	dir := filepath.Join(s.scratch, "flows")
	if err := os.Mkdir(dir, 0o755); err != nil {
		s.problem("%v", err)
		return
	}
	collector := s.daemon(s.fw, "nfcapd", "-w", dir, "-b", "127.0.0.1", "-p", "9995", "-t", "3600")
	exported := s.daemon(s.fw, "tcpdump", "-i", "lo", "-U", "--immediate-mode", "-n", "-Z", "root", "-w", filepath.Join(s.dir, "netflow.pcap"), "udp port 9995")
	s.wait(400 * time.Millisecond)
	s.run(s.fw, "softflowd", "-r", filepath.Join(s.dir, "wan.pcap"), "-n", "127.0.0.1:9995", "-v", "10", "-A", "milli", "-m", "100000")
	s.wait(150 * time.Millisecond)
	_ = syscall.Kill(-collector.Process.Pid, syscall.SIGTERM)
	_ = collector.Wait()
	_ = syscall.Kill(-exported.Process.Pid, syscall.SIGINT)
	_ = exported.Wait()
	files, _ := filepath.Glob(filepath.Join(dir, "nfcapd.*"))
	if len(files) == 0 {
		s.problem("no flows")
		return
	}
	out, err := exec.Command("nfdump", "-o", "csv", "-R", dir).Output()
	if err != nil {
		s.problem("nfdump: %v", err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "flows.csv"), trailer(out), 0o644); err != nil {
		s.problem("%v", err)
	}
}
