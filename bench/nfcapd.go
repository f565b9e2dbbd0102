package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// nfcapd sends the datagrams of a capture to a collector on this machine, and is
// the directory of what it wrote. A note says why there is none.
func nfcapd(of file) (flows file, note string) {
	if _, err := exec.LookPath("nfcapd"); err != nil {
		return file{}, "not installed (Debian: apt-get install nfdump); left out"
	}
	dir, err := os.MkdirTemp("", "portlore-nfcapd-")
	if err != nil {
		return file{}, err.Error()
	}
	fails := func(err error) (file, string) {
		os.RemoveAll(dir)
		return file{}, fmt.Sprintf("nfcapd: %v; left out", err)
	}
	free, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return fails(err)
	}
	to := free.LocalAddr().(*net.UDPAddr)
	free.Close()
	collector := exec.Command("nfcapd", "-4", "-b", "127.0.0.1", "-p", fmt.Sprint(to.Port), "-w", dir, "-B", "8000000", "-t", "3600")
	if err := collector.Start(); err != nil {
		return fails(err)
	}
	time.Sleep(time.Second) // it says nowhere that it listens
	sent, err := send(of.name, to)
	time.Sleep(time.Second)
	collector.Process.Signal(syscall.SIGTERM)
	if bad := collector.Wait(); err == nil {
		err = bad
	}
	if err != nil {
		return fails(err)
	}
	flows = file{what: fmt.Sprintf("%d datagrams of it", sent), name: dir, records: of.records}
	names, _ := filepath.Glob(filepath.Join(dir, "nfcapd.*"))
	for _, name := range names {
		if info, err := os.Stat(name); err == nil {
			flows.bytes += info.Size()
		}
	}
	return flows, ""
}

// send sends what the UDP datagrams of a capture hold, with a pause now and then so
// that none is lost.
func send(name string, to *net.UDPAddr) (sent int, err error) {
	capture, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	conn, err := net.DialUDP("udp4", nil, to)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	const fileHeader, frameHeader, headers = 24, 16, 14 + 20 + 8
	for b := capture[fileHeader:]; len(b) > frameHeader; sent++ {
		size := int(binary.LittleEndian.Uint32(b[8:]))
		if _, err := conn.Write(b[frameHeader+headers : frameHeader+size]); err != nil {
			return sent, err
		}
		if b = b[frameHeader+size:]; sent%20 == 0 {
			time.Sleep(2 * time.Millisecond)
		}
	}
	return sent, nil
}
