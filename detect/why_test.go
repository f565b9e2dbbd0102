package detect

import (
	"net/netip"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// Whoever does not ask why does not pay for it.
func TestLedgerCostsNothing(t *testing.T) {
	tab := table.New(0)
	for i := range 40 {
		tab.Add(&portlore.Observation{
			Time: portlore.SinceBoot + int64(i)*1e9, Src: netip.MustParseAddr("192.0.2.1"), Dst: netip.MustParseAddr("203.0.113.1"),
			SrcPort: 40000, DstPort: uint16(20 + i), Proto: portlore.TCP, Flags: portlore.SYN, Count: 1, Packets: 1,
			Has: portlore.HasProto | portlore.HasPorts | portlore.HasFlags,
		})
	}
	var h table.Half
	if !tab.Find(netip.MustParseAddr("192.0.2.1"), table.Syn, table.Sent, &h) {
		t.Fatal("no row")
	}
	var l *ledger
	if n := testing.AllocsPerRun(100, func() {
		l.turn(scans)
		l.take(&h, "scan.port.vertical")
		if l.least(&h, "scan.port.vertical", &portsWithin[0], 5, 6) || !l.most(&h, "scan.port.vertical", &hostsWithin[0], 5, 5) {
			t.Fatal("it decides wrongly")
		}
		if s, ok := l.shape(&h, false); !ok || s.class != "scan.port.vertical" {
			t.Fatal("it is a vertical scan", s)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}

	asked := newLedger(Options{Why: []netip.Addr{h.Addr}})
	asked.turn(scans)
	if s, ok := asked.shape(&h, false); !ok || s.class != "scan.port.vertical" {
		t.Error("asking why changes the verdict", s)
	}
	var passed, failed int
	for _, test := range asked.tests[h.Addr] {
		if test.Passed {
			passed++
		} else {
			failed++
		}
		if test.Detector != "scans" || test.Kind != "syn" || test.Text == "" {
			t.Errorf("%+v", test)
		}
	}
	if passed != 3 || failed != 2 { // ports of a block scan, ports and hosts of a vertical one
		t.Errorf("%d passed, %d failed: %+v", passed, failed, asked.tests[h.Addr])
	}
	if newLedger(Options{}) != nil {
		t.Error("a ledger of which nobody asked")
	}
}
