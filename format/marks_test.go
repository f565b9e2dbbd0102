package format

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/portlore/portlore"
)

// checkMarks offers a line to every format whose marks it lacks: none of them may
// have anything to say about it.
func checkMarks(t *testing.T, text []byte) {
	t.Helper()
	if len(text) > maxLine {
		return
	}
	c := newClock(Options{Now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)})
	var l line
	for _, f := range logs() {
		l.open(text, &c)
		ofText, ofMessage := l.firsts()
		if slices.ContainsFunc(marksOf([]*Format{f}), func(m mark) bool { return m.has(l.characters(), ofText, ofMessage) }) {
			continue
		}
		var ob portlore.Observation
		if result := l.ask(f, text, &layout{}, &ob); result != other || l.quoted || l.ambiguous {
			t.Errorf("%s would not be asked about %q, and has an answer: %d, quoted %v", f.Name, text, result, l.quoted)
		}
	}
}

// Every line of the cases, and what becomes of lines that are cut, spliced and
// damaged.
func TestMarks(t *testing.T) {
	var lines [][]byte
	for _, g := range logGoldens(t) {
		for line := range bytes.Lines(linesOf(t, g.input)) {
			lines = append(lines, bytes.TrimRight(line, "\r\n"))
		}
	}
	for _, text := range lines {
		checkMarks(t, text)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		a, b := lines[r.IntN(len(lines))], lines[r.IntN(len(lines))]
		text := append(bytes.Clone(a[:r.IntN(len(a)+1)]), b[r.IntN(len(b)+1):]...)
		for range min(len(text), r.IntN(4)) {
			text[r.IntN(len(text))] = telling[r.IntN(len(telling))]
		}
		checkMarks(t, text)
	}
}

// A check that cannot fail is none: nearly all formats have marks, and they keep
// nearly all of them from being asked about a line of a system log.
func TestMarksTell(t *testing.T) {
	c := newClock(Options{})
	var l line
	l.open([]byte("Nov 23 15:02:16 gw systemd[1]: Started Session 3 of User root."), &c)
	ofText, ofMessage := l.firsts()
	asked := map[string]bool{}
	for _, m := range marksOf(logs()) {
		if m.has(l.characters(), ofText, ofMessage) {
			asked[m.of.Name] = true
		}
	}
	if len(asked) > len(logs())/5 {
		t.Errorf("%d of %d formats would be asked: %v", len(asked), len(logs()), asked)
	}
}

func FuzzMarks(f *testing.F) {
	for _, g := range logGoldens(f) {
		for line := range bytes.Lines(linesOf(f, g.input)) {
			f.Add(bytes.TrimRight(line, "\r\n"))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) { checkMarks(t, text) })
}

// BenchmarkUnknown reads lines of a system log that are nothing to any format.
func BenchmarkUnknown(b *testing.B) {
	lines := []byte(`Nov 23 15:02:16 gw systemd[1]: Started Session 3 of User root.
Nov 23 15:02:17 gw CRON[812]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)
Nov 23 15:02:18 gw kernel: [ 4980.046703] usb 1-1: new high-speed USB device number 4 using xhci_hcd
Nov 23 15:02:19 gw dhclient[812]: DHCPACK of 192.168.1.7 from 192.168.1.1
Nov 23 15:02:20 gw NetworkManager[812]: <info>  [1795446136.1234] dhcp4 (eth0): state changed new lease, address=192.168.1.7
Nov 23 15:02:21 gw dockerd[812]: time="2026-11-23T15:02:16.123456Z" level=info msg="ignoring event" container=abcdef module=libcontainerd namespace=moby
Nov 23 15:02:22 gw sshd[812]: Received disconnect from 192.0.2.7 port 40001:11: disconnected by user
`)
	w := newWorker(logs(), 0, Options{Zone: time.UTC}, func(*portlore.Observation) {})
	b.SetBytes(int64(len(lines)))
	b.ReportAllocs()
	for b.Loop() {
		w.chunk(chunk{data: lines, line: 1})
		w.tally.stretches = w.tally.stretches[:0]
	}
	if w.tally.understood+w.tally.malformed > 0 {
		b.Fatal("they are something to one of them")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(w.tally.lines), "ns/line")
}
