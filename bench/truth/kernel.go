//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// allNamespaces lets the firewalls of namespaces write into the kernel log. It
// is the one setting of the machine that the bench touches, and puts back.
const allNamespaces = "/proc/sys/net/netfilter/nf_log_all_netns"

// A kernelLog hands each stage its own lines of the one kernel log.
type kernelLog struct {
	mu    sync.Mutex
	lines map[string][]logLine // by tag
	lost  int
	file  *os.File
	lock  *os.File
	was   []byte
}

type logLine struct {
	at   time.Duration // since the machine started
	text string
}

func openKernelLog() (*kernelLog, error) {
	// One bench at a time: the first to end would take the log from the other.
	lock, err := os.Open(allNamespaces)
	if err != nil {
		return nil, fmt.Errorf("this kernel cannot log for namespaces: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	was, err := os.ReadFile(allNamespaces)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(allNamespaces, []byte("1\n"), 0o644); err != nil {
		return nil, err
	}
	file, err := os.Open("/dev/kmsg")
	if err != nil {
		return nil, err
	}
	if _, err := file.Seek(0, 2); err != nil {
		return nil, err
	}
	k := &kernelLog{lines: map[string][]logLine{}, file: file, lock: lock, was: was}
	go k.read()
	return k, nil
}

func (k *kernelLog) close() {
	_ = os.WriteFile(allNamespaces, k.was, 0o644)
	_ = k.file.Close()
	_ = k.lock.Close()
}

// read takes records like "4,1234,5678901,-;a7 [UFW BLOCK] IN=wan0 …".
func (k *kernelLog) read() {
	buf := make([]byte, 8192)
	for {
		n, err := k.file.Read(buf)
		if errors.Is(err, syscall.EPIPE) { // overwritten before it was read
			k.mu.Lock()
			k.lost++
			k.mu.Unlock()
			continue
		}
		if err != nil {
			return
		}
		head, text, ok := strings.Cut(string(buf[:n]), ";")
		fields := strings.Split(head, ",")
		if !ok || len(fields) < 3 {
			continue
		}
		us, err := strconv.ParseInt(fields[2], 10, 64)
		text, _, _ = strings.Cut(text, "\n")
		tag, text, ok := strings.Cut(text, "|")
		if err != nil || !ok || len(tag) != 4 {
			continue
		}
		k.mu.Lock()
		k.lines[tag+"|"] = append(k.lines[tag+"|"], logLine{time.Duration(us) * time.Microsecond, text})
		k.mu.Unlock()
	}
}

// take returns the lines of one stage.
func (k *kernelLog) take(tag string) (lines []logLine, lost int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lines[tag], k.lost
}

// on reports whether namespaces may still log: others can change that.
func (k *kernelLog) on() bool {
	now, err := os.ReadFile(allNamespaces)
	return err == nil && strings.TrimSpace(string(now)) == "1"
}

// sinceBoot is the kernel log's clock.
func sinceBoot() time.Duration {
	text, _ := os.ReadFile("/proc/uptime")
	seconds, _ := strconv.ParseFloat(strings.Fields(string(text) + " 0")[0], 64)
	return time.Duration(seconds * float64(time.Second))
}
