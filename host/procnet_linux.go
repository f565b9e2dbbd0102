package host

import (
	"bytes"
	"encoding/hex"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"strconv"
)

// netDir is /proc/net of the thread's own network namespace (proc(5)).
const netDir = "/proc/thread-self/net/"

// rows reads a table of /proc/net without its header. A file that is not there
// is a protocol that the kernel lacks: no rows.
func rows(file string, least int, each func(fields [][]byte)) error {
	text, err := os.ReadFile(netDir + file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	first := true
	for line := range bytes.Lines(text) {
		if fields := bytes.Fields(line); !first && len(fields) >= least {
			each(fields)
		}
		first = false
	}
	return nil
}

// procSockets is inetDiag by /proc/net/tcp and its like (proc_pid_net(5)):
// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode.
// It does not say whether a socket is for IPv6 only.
func procSockets(name string, states uint32, files []string) (all []socket, err error) {
	for _, file := range files {
		err := rows(file, 10, func(f [][]byte) {
			state, _ := strconv.ParseUint(string(f[3]), 16, 8)
			local, ok := procAddrPort(f[1])
			if !ok || states&(1<<state) == 0 {
				return
			}
			all = append(all, socket{
				proto: name, addr: local.Addr(), port: local.Port(),
				uid: uint32(number(f[7])), inode: number(f[9]),
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// procAddrPort reads 0100007F:1F90: words of the address as the machine stores
// them, the port as a number.
func procAddrPort(b []byte) (netip.AddrPort, bool) {
	addr, port, ok := bytes.Cut(b, []byte(":"))
	raw, err := hex.DecodeString(string(addr))
	n, err2 := strconv.ParseUint(string(port), 16, 16)
	if !ok || err != nil || err2 != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	words := make([]byte, 0, 16)
	for i := 0; i < len(raw); i += 4 {
		words = native.AppendUint32(words, network.Uint32(raw[i:]))
	}
	a, ok := netip.AddrFromSlice(words)
	return netip.AddrPortFrom(a.Unmap(), uint16(n)), ok
}

// procPacket is packetDiag by /proc/net/packet:
// sk RefCnt Type Proto Iface R Rmem User Inode.
func procPacket() (all []socket, err error) {
	err = rows("packet", 9, func(f [][]byte) {
		ethertype, _ := strconv.ParseUint(string(f[3]), 16, 16)
		if ethertype != 0 {
			all = append(all, socket{
				proto: "packet", port: uint16(ethertype), link: int(number(f[4])),
				uid: uint32(number(f[7])), inode: number(f[8]),
			})
		}
	})
	return all, err
}

// procSCTP reads /proc/net/sctp/eps (net/sctp/proc.c, sctp_eps_seq_show):
// ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS. SST 10 is listening.
func procSCTP() (all []socket, err error) {
	err = rows("sctp/eps", 8, func(f [][]byte) {
		if number(f[3]) != 10 {
			return
		}
		s := socket{proto: "sctp", port: uint16(number(f[5])), uid: uint32(number(f[6])), inode: number(f[7])}
		for _, word := range f[8:] {
			if a, err := netip.ParseAddr(string(bytes.TrimRight(word, "*"))); err == nil {
				s.addr = a.Unmap()
				all = append(all, s)
			}
		}
		if len(f) == 8 {
			all = append(all, s)
		}
	})
	return all, err
}

func number(b []byte) uint64 {
	n, _ := strconv.ParseUint(string(b), 10, 64)
	return n
}
