package detect

import (
	"net/netip"
	"testing"

	"github.com/portlore/portlore"
	"github.com/portlore/portlore/table"
)

// Sources that asked for several ports are the same sources, also where memory was
// short and they stand in a row for each port.
func TestUnion(t *testing.T) {
	const sources = 40_000
	tab := table.New(12 << 20)
	for i := range sources {
		for _, port := range []uint16{22, 23, 445, 3389} {
			tab.Add(&portlore.Observation{
				Src: netip.AddrFrom4([4]byte{198, 18, byte(i >> 8), byte(i)}), Dst: netip.AddrFrom4([4]byte{192, 0, 2, 1}),
				Proto: portlore.TCP, SrcPort: 40000, DstPort: port, Flags: portlore.SYN,
				Has: portlore.HasProto | portlore.HasPorts | portlore.HasFlags,
			})
		}
	}
	if tab.RolledUp().Ports == 0 {
		t.Fatal("memory was not short")
	}
	var d draft
	for _, h := range tab.Side(table.Sent) {
		d.addSource(h)
	}
	if n := d.sources(); n < sources*8/10 || n > sources*12/10 {
		t.Errorf("%d sources, were %d", n, sources)
	}
}
