package host

import (
	"encoding/binary"
	"net/netip"
)

// A winTable is where the fields stand in the rows of one table of the IP Helper
// API: MIB_TCPROW_OWNER_PID, MIB_TCP6ROW_OWNER_PID, MIB_UDPROW_OWNER_PID and
// MIB_UDP6ROW_OWNER_PID of tcpmib.h and udpmib.h. It is built everywhere, so
// that it is tested everywhere.
type winTable struct {
	proto           string
	v6              bool
	size            int // of a row
	addr, port, pid int // offsets
}

var winTables = []winTable{
	{"tcp", false, 24, 4, 8, 20},
	{"tcp", true, 56, 0, 20, 52},
	{"udp", false, 12, 0, 4, 8},
	{"udp", true, 28, 0, 20, 24},
}

// rows reads a table: a count of 32 bits, then the rows. Ports are in network
// order in the first half of their field.
func (t winTable) rows(b []byte) (all []listener) {
	if len(b) < 4 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32(b))
	for b = b[4:]; n > 0 && len(b) >= t.size; b, n = b[t.size:], n-1 {
		k := listener{
			proto: t.proto, both: false,
			port: binary.BigEndian.Uint16(b[t.port:]),
			pid:  int(binary.LittleEndian.Uint32(b[t.pid:])),
		}
		if t.v6 {
			k.addr = netip.AddrFrom16([16]byte(b[t.addr : t.addr+16]))
		} else {
			k.addr = netip.AddrFrom4([4]byte(b[t.addr : t.addr+4]))
		}
		all = append(all, k)
	}
	return all
}
