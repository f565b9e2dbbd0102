package detect

import (
	"net/netip"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

var osDetection = &Detector{
	Name: "os-detection",
	Doc: "At least two of the odd packets of nmap's OS detection from one source: without flags and window 128 (T2), " +
		"SYN FIN URG PSH and window 256 (T3), Xmas and window 65535 (T7), SYNs with three windows or more of the sequence test: " +
		"scan.os_fingerprint. Everything that the source sent belongs to it.",
	run: func(c *Case) {
		for _, kind := range []table.Kind{table.Malformed, table.Stealth} {
			for _, h := range c.outside(kind) {
				if tests := osTests(c, h.Addr); tests >= 2 {
					c.osFinding(h.Addr)
				}
			}
		}
	},
}

// Flags and windows of the tests: nmap's osscan2.cc, prbWindowSz and send_tseq_probe.
const (
	xmas     = portlore.FIN | portlore.PSH | portlore.URG
	allFlags = portlore.SYN | portlore.FIN | portlore.URG | portlore.PSH
)

// sequenceWindows are the windows of the six SYNs of the sequence test, of ECN (3) and of T5 (31337).
var sequenceWindows = map[uint16]bool{1: true, 63: true, 4: true, 16: true, 512: true, 3: true, 31337: true}

// osTests is how many different tests of OS detection an address made.
func osTests(c *Case, a netip.Addr) int {
	tests := 0
	var h table.Half
	if c.t.Find(a, table.Malformed, table.Sent, &h) && hasShape(&h, allFlags) && hasWindow(&h, 256) {
		tests++
	}
	if c.t.Find(a, table.Stealth, table.Sent, &h) {
		if hasShape(&h, 0) && hasWindow(&h, 128) {
			tests++
		}
		if hasShape(&h, xmas) && hasWindow(&h, 65535) {
			tests++
		}
	}
	if c.t.Find(a, table.Syn, table.Sent, &h) {
		odd := 0
		for it := range h.Prints().All() {
			if sequenceWindows[table.PrintWindow(it.Value())] {
				odd++
			}
		}
		if odd >= 3 {
			tests++
		}
	}
	return tests
}

func hasShape(h *table.Half, f portlore.TCPFlags) bool {
	for it := range h.Shapes().All() {
		if portlore.TCPFlags(it.Value()) == f {
			return true
		}
	}
	return false
}

func hasWindow(h *table.Half, w uint16) bool {
	for it := range h.Prints().All() {
		if table.PrintWindow(it.Value()) == w {
			return true
		}
	}
	return false
}

// osFinding takes everything that the source sent: the ports it tried first, to
// find an open and a closed one, belong to it.
func (c *Case) osFinding(a netip.Addr) {
	d := c.find("scan.os_fingerprint")
	d.also = []string{"scan.port.vertical"}
	d.attrs = []string{"tool.nmap"}
	d.sure = sure{0.85, both("several of the odd packets that only OS detection sends", "出现多种只有系统识别才会发的异常包")}
	var h table.Half
	for _, k := range []table.Kind{table.Syn, table.Stealth, table.Malformed, table.Stray, table.Reset, table.Echo, table.UDP} {
		if n, ok := c.sibling(a, k, &h); ok {
			c.claim(d, n, &h)
		}
	}
}
