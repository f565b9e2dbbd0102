//go:build linux

package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// capture is a small capture of one packet per second.
func capture(t *testing.T, ps ...packet) string {
	t.Helper()
	b := []byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0}
	for i, p := range ps {
		var f bytes.Buffer
		if err := writeFrame(&f, p, macISP, macHost); err != nil {
			t.Fatal(err)
		}
		frame := f.Bytes()[10:]
		for _, v := range []uint32{uint32(1000 + i), 0, uint32(len(frame)), uint32(len(frame))} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		b = append(b, frame...)
	}
	name := filepath.Join(t.TempDir(), "wan.pcap")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSenders(t *testing.T) {
	w := newWorld(1, "x")
	six := packet{src: w.other6, dst: w.host6, proto: protoUDP, ttl: 60, sport: 1, dport: 2}
	pcap := capture(t, w.tcp(stranger(w), 1, w.host, 2, syn), w.udp(stranger(w), 1, w.host, 2, nil), six)
	log := filepath.Join(t.TempDir(), "kern.log")
	text := "x kernel: [UFW BLOCK] IN=wan0 OUT= SRC=192.0.2.9 DST=192.0.2.1 PROTO=ICMP TYPE=3 [SRC=192.0.2.1 DST=192.0.2.9 ]\nno packet\n"
	flows := filepath.Join(t.TempDir(), "flows.csv")
	table := "ts,te,td,sa,da\n1,2,3,192.0.2.9,192.0.2.1\n1,2,3,192.0.2.9,192.0.2.1\nNo matching flows\n"
	for name, text := range map[string]string{log: text, flows: table} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		file, addr string
		want, all  int
	}{{pcap, stranger(w).String(), 2, 2}, {pcap, w.other6.String(), 1, 2}, {log, "192.0.2.9", 1, 1}, {flows, "192.0.2.9", 2, 1}} {
		seen, err := senders(tt.file)
		if err != nil || seen[addr(tt.addr)] != tt.want || len(seen) != tt.all {
			t.Errorf("%s: %v %v", filepath.Base(tt.file), seen, err)
		}
	}
	if got := string(trailer([]byte("a,b\n1,2\nSummary\nx\n"))); got != "a,b\n1,2\n" {
		t.Errorf("trailer: %q", got)
	}
}

func TestStretch(t *testing.T) {
	w := newWorld(1, "x")
	p := w.tcp(stranger(w), 1, w.host, 2, syn)
	name := capture(t, p, p, p)
	if err := stretchCapture(name, time.Unix(1002, 0), 60); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	size := 16 + int(binary.LittleEndian.Uint32(b[32:]))
	for i, want := range []uint32{882, 942, 1002} {
		if got := binary.LittleEndian.Uint32(b[24+i*size:]); got != want {
			t.Errorf("packet %d at %d, want %d", i, got, want)
		}
	}
}

func TestPackets(t *testing.T) {
	w := newWorld(1, "x")
	for name, p := range map[string]packet{
		"tcp": w.tcp(stranger(w), 1, w.host, 2, syn), "udp": w.udp(stranger(w), 1, w.host, 2, w.junk(33)), "echo": w.echo(stranger(w), w.host, 1, 2, 56),
	} {
		b := p.ip()
		if int(binary.BigEndian.Uint16(b[2:])) != len(b) || checksum(0, b[:20]) != 0 {
			t.Errorf("%s: a bad header % x", name, b[:20])
		}
		pseudo := p.pseudo(len(b) - 20)
		if p.proto == protoICMP {
			pseudo = 0
		}
		if checksum(pseudo, b[20:]) != 0 {
			t.Errorf("%s: a bad checksum", name)
		}
	}
	whole := w.udp(stranger(w), 53, w.host, 2, w.junk(3001))
	var parts []byte
	for i, f := range pieces(whole, 1480) {
		if f.offset != len(parts) || f.more != (i < 2) {
			t.Errorf("piece %d at %d, more %v", i, f.offset, f.more)
		}
		parts = append(parts, f.ip()[20:]...)
	}
	if !bytes.Equal(parts, whole.body()) {
		t.Error("the pieces are not the whole")
	}
	if got := query(1, "a.bc", 1); !bytes.HasSuffix(got, []byte("\x01a\x02bc\x00\x00\x01\x00\x01")) {
		t.Errorf("query: %q", got)
	}
	if n := len(answer(1, "a.bc", 1200)); n != 1200 {
		t.Errorf("an answer of %d bytes", n)
	}
	if ps := w.pace(time.Second, make([]packet, 50)); ps[0].at <= 0 || ps[49].at > 2*time.Second {
		t.Errorf("paced from %v to %v", ps[0].at, ps[49].at)
	}
}

// TestRules: what is let in is said to be, for every style, and prefixes fit
// into the kernel's 29 bytes.
func TestRules(t *testing.T) {
	for _, st := range styles() {
		s := &stage{world: newWorld(1, "x"), tag: tag(200), style: st, scenario: scenario{fw: policy{tcp: []int{22}, limit: true, egress: []int{443}}}}
		rules := s.rules("icmp-port-unreachable", "icmp")
		for _, want := range []string{"--dport 22 --syn", "-o wan0 -p tcp --dport 443", "--limit-burst 10", st.block, st.allow} {
			if !strings.Contains(rules, want) {
				t.Errorf("%s: no %q in the rules", st.name, want)
			}
		}
		if n := len(s.tag + max(st.block, st.allow)); n > 29 {
			t.Errorf("%s: a prefix of %d bytes", st.name, n)
		}
	}
}
