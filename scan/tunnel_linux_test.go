package scan

import (
	"os"
	"sync/atomic"
	"testing"

	"golang.org/x/sys/unix"
)

// Behind a tunnel, which has no link-layer addresses, sits a host of our own
// making: so we see every packet that a SYN scan causes, the kernel's too.
func TestTunnel(t *testing.T) {
	w := inWorld(t)
	if w == nil {
		return
	}
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Skip(err)
	}
	request, err := unix.NewIfreq("tun0")
	if err != nil {
		t.Fatal(err)
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, request); err != nil {
		t.Fatal(err)
	}
	tun := os.NewFile(uintptr(fd), "tun")
	w.run("ip", "link", "set", "tun0", "up")
	w.run("ip", "addr", "add", "10.66.0.1/24", "dev", "tun0")
	w.run("ip", "addr", "add", "fd66::1/64", "dev", "tun0", "nodad")

	var syns, resets, wrong atomic.Int64
	go func() {
		buf := make([]byte, 2000)
		for {
			n, err := tun.Read(buf)
			if err != nil {
				return
			}
			ip, ok := readIP(buf[:n])
			if !ok || ip.proto != protoTCP {
				continue
			}
			header := n - len(ip.payload)
			if tcpSum(buf[:n], header) != 0xffff {
				wrong.Add(1)
			}
			port := network.Uint16(ip.payload[2:])
			switch flags := ip.payload[13]; {
			case flags == flagSYN && syns.Add(1) > 0 && port == 22:
				tun.Write(summed(answerTo(buf[:n], flagSYN|flagACK)))
			case flags == flagSYN && port == 23: // somebody who has not seen the SYN
				forged := answerTo(buf[:n], flagSYN|flagACK)
				forged[header+11]++
				tun.Write(summed(forged))
			case flags == flagSYN:
				tun.Write(summed(answerTo(buf[:n], flagRST|flagACK)))
			case flags&flagRST != 0:
				resets.Add(1)
			}
		}
	}()
	for _, host := range []string{"10.66.0.2", "fd66::2"} {
		syns.Store(0)
		resets.Store(0)
		o := mustDo(t, Order{Hosts: mustHosts(t, host), Method: SYN, TCP: []uint16{21, 22, 23, 24}})
		if o.at(host, 22).State != Open || o.at(host, 23).State != Filtered || o.Closed != 2 {
			t.Errorf("%+v", o.Tally)
		}
		// Port 23 is asked twice. The kernel resets what it knows nothing of: the
		// SYN-ACK of port 22, and both that were forged.
		if syns.Load() != 5 || o.Sent != 5 || resets.Load() != 3 || wrong.Load() > 0 {
			t.Errorf("%s: %d SYNs, %d said, %d resets of the kernel, %d wrong checksums", host, syns.Load(), o.Sent, resets.Load(), wrong.Load())
		}
	}
}

// summed gives a packet the checksums that the kernel looks at.
func summed(b []byte) []byte {
	header := ipv6Len
	if b[0]>>4 == 4 {
		header = ipv4Len
		b[10], b[11] = 0, 0
		network.PutUint16(b[10:], ^slowSum(b[:header], 0))
	}
	b[header+16], b[header+17] = 0, 0
	network.PutUint16(b[header+16:], ^tcpSum(b, header))
	return b
}
